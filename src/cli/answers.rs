//! The answers: all of them, what one rests on, and the page of them.

use super::output::{OutputArgs, write_whole};
use super::report::Reporter;
use crate::collector::{Location, read_text};
use crate::error::Result;
use crate::past::{self, Past};
use crate::question;
use crate::render::{self, Beside, Page};
use crate::repository::{Access, open_read_only};
use crate::sql::{self, Sink};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The rows of evidence that a person is shown unless more are asked for.
const ROWS_FOR_PEOPLE: u64 = 20;

/// The arguments of `answers`.
#[derive(Debug, clap::Args)]
pub struct AnswersArgs {
    #[command(flatten)]
    pub output: OutputArgs,
    /// Compare with a file that `answers --format json` wrote; exit with 4 if they differ
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub check: Option<PathBuf>,
    /// Tell the loads that each answer rests on, their files and hashes; json and jsonl always do
    #[arg(long)]
    pub receipts: bool,
    /// Answer as the warehouse stood after this load (12), this delivery (delivery:3), the last
    /// delivery of this date or before (2026-11-20, yesterday), or at this time
    #[arg(long, value_name = "LOAD|DATE|TIME")]
    pub as_of: Option<String>,
    /// Show the rows that the answer to one question rests on, and in which reading each counts
    #[arg(long, value_name = "NAME", conflicts_with_all = ["check", "receipts", "html"])]
    pub explain: Option<String>,
    /// With --explain: a parameter's value, as in `scli query NAME`
    #[arg(short, long = "param", value_name = "NAME=VALUE", requires = "explain")]
    pub params: Vec<String>,
    /// With --explain: at most this many rows [default: 20 in table and markdown, else all]
    #[arg(long, value_name = "N", requires = "explain")]
    pub limit: Option<u64>,
    /// Write one page with the answers, pictures and the rows that they rest on; - is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "output", "receipts"], value_hint = clap::ValueHint::FilePath)]
    pub html: Option<PathBuf>,
}

/// Answers the six questions, or explains one of the answers.
pub fn answers(database: &Path, access: &Access, args: &AnswersArgs, reporter: &Reporter) -> Result<()> {
    let page = args.output.page()?;
    let explained = args.explain.as_deref().map(question::question).transpose()?;
    let bindings = explained.map(|question| question::bind_declared(question, &args.params)).transpose()?;
    let expected = args
        .check
        .as_deref()
        .map(|file| Location::from_arg(file).and_then(|location| read_text(&location)))
        .transpose()?;
    let mut connection = open_read_only(database, access)?;
    let past = args.as_of.as_deref().map(|text| Past::travel(&connection, text)).transpose()?;
    if past.is_some() {
        past::count_summaries(&connection)?;
    }
    sql::guard(&mut connection)?;
    let load = past.as_ref().map(|past| past.load);
    let beside = Beside {
        receipts: args.receipts,
        never_loaded: question::never_loaded(&connection)?,
        as_of: past.as_ref().map(Past::to_string),
    };

    if let Some((question, bindings)) = explained.zip(bindings) {
        let answer = question::answer(&connection, question, &bindings, load)?;
        let rows = |sink: &mut dyn Sink| question::evidence(&connection, question, &bindings, sink);
        let limit = args.limit.or(page.format.is_for_people().then_some(ROWS_FOR_PEOPLE));
        args.output.write(|page, out| {
            render::evidence(page, &answer, &question.evidence, limit, &beside, out, rows)
        })?;
        tell(page, past, reporter);
        return Ok(());
    }

    let answers = question::answers(&connection, load).map_err(|error| error.at(database.display()))?;
    if let Some(file) = &args.html {
        let portrait = question::portrait(&connection, &answers)?;
        write_page(file, &render::html(&portrait, beside.as_of.as_deref()), reporter)?;
    } else {
        args.output.write(|page, out| render::answers(page, &answers, &beside, out))?;
        tell(page, past, reporter);
    }
    match (&args.check, expected) {
        (Some(path), Some(expected)) => {
            question::check(&answers, &expected).map_err(|error| error.at(path.display()))
        }
        _ => Ok(()),
    }
}

/// Says as of when the answers are, where the output itself does not.
fn tell(page: Page, past: Option<Past>, reporter: &Reporter) {
    if let Some(past) = past.filter(|_| !page.format.is_for_people()) {
        reporter.as_of(&past);
    }
}

/// Writes the page, a file whole or not at all.
fn write_page(file: &Path, page: &str, reporter: &Reporter) -> Result<()> {
    if file == Path::new("-") {
        return Ok(std::io::stdout().lock().write_all(page.as_bytes())?);
    }
    write_whole(file, |out| Ok(out.write_all(page.as_bytes())?))?;
    reporter.wrote(file, page.len());
    Ok(())
}
