//! The answers in two states, the rows that came and went between them, and the loads that did it.

mod people;
mod programs;

use std::io::Write;

use super::{Format, Page};
use crate::error::Result;
use crate::question::{Change, Compared, Number, State};
use crate::sql::{Cell, Kept};

pub(super) use people::{moved, rows_told};

/// Writes what moved between `states`, as `page` says: the formats for people with at most `limit` rows of each
/// question whose figures moved, the others with all rows of all questions, as they are found.
pub fn comparison(
    page: Page,
    compared: &[Compared<'_>],
    states: [&State; 2],
    limit: usize,
    out: &mut dyn Write,
) -> Result<()> {
    match page.format {
        Format::Table | Format::Markdown => people::write(page, compared, states, limit, out)?,
        Format::Csv | Format::Tsv => programs::flat(page, compared, states, out)?,
        Format::Json => programs::json(compared, states, out)?,
        Format::Jsonl => programs::jsonl(compared, states, out)?,
    }
    Ok(out.flush()?)
}

/// The values of the key of a row.
fn key<'c>(compared: &Compared<'_>, change: &'c Change) -> impl Iterator<Item = Cell<'c>> {
    let key = compared.evidence.map(|evidence| evidence.key.as_slice()).unwrap_or_default();
    key.iter().map(|column| latest(change, column)).collect::<Vec<_>>().into_iter()
}

/// A value of the row as it was last.
pub(super) fn latest<'c>(change: &'c Change, column: &str) -> Cell<'c> {
    let [before, after] = change.values(column);
    after.or(before).map_or(Cell::Null, Kept::cell)
}

fn number(number: Option<Number>) -> Cell<'static> {
    number.map_or(Cell::Null, Number::cell)
}

/// Numbers of loads, one behind another.
pub(super) fn listed(loads: &[i64]) -> String {
    loads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
