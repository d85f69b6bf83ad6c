//! Why an answer moved: two states of the warehouse beside each other.

use super::output::{OutputArgs, ROWS_FOR_PEOPLE};
use super::page::write_page;
use super::report::Reporter;
use crate::error::Result;
use crate::question::{self, Questions, State};
use crate::render;
use crate::repository::{Access, open_read_only};
use std::path::Path;

/// The rows of a question that stand in a page.
const ROWS_IN_A_PAGE: usize = 40;

/// Compares the answers in the two states that `states` names; the second is the present if there is one name.
pub fn compare(
    database: &Path,
    access: &Access,
    states: &[String],
    questions: &Questions,
    (output, html, limit): (&OutputArgs, Option<&Path>, Option<u64>),
    reporter: &Reporter,
) -> Result<()> {
    let mut names = states.iter().map(String::as_str);
    let mut state = || State::of(open_read_only(database, access)?, names.next().unwrap_or("now"));
    let (from, to) = (state()?, state()?);
    let mut broken = questions.broken.clone();
    let compared = question::compare(questions, &from, &to, &mut broken)
        .map_err(|error| error.at(database.display()))?;
    if let Some(file) = html {
        let accounts: Vec<_> =
            compared.iter().map(|compared| compared.account(ROWS_IN_A_PAGE)).collect::<Result<_>>()?;
        let answers: Vec<_> = compared.iter().map(|compared| compared.to.clone()).collect();
        let portrait = question::portrait(&to.conn, questions, &answers, &mut broken)?;
        let as_of = to.past.as_ref().map(ToString::to_string);
        let page = render::html(&portrait, as_of.as_deref(), Some((&accounts, [&from, &to])));
        return broken.told(write_page(file, &page, reporter));
    }
    let limit = usize::try_from(limit.unwrap_or(ROWS_FOR_PEOPLE)).unwrap_or(usize::MAX);
    broken.told(output.write(|page, out| render::comparison(page, &compared, [&from, &to], limit, out)))
}
