//! The answers: all of them, what one rests on, and the page of them.

use super::compare::compare;
use super::output::{OutputArgs, ROWS_FOR_PEOPLE};
use super::page::write_page;
use super::project::ProjectArgs;
use super::report::Reporter;
use crate::collector::{Location, read_text};
use crate::error::Result;
use crate::past::{self, Past};
use crate::question::{self, Questions};
use crate::render::{self, Beside, Page};
use crate::repository::{Access, open_read_only};
use crate::sql::{self, Sink};
use std::path::{Path, PathBuf};

/// The arguments of `answers`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("rows").args(["explain", "compare"]))]
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
    /// Tell why answers moved from state A to state B, each as for --as-of, or now [default for B: now]: the
    /// figures, the rows that came and went, and the loads that did it
    #[arg(long, value_names = ["A", "B"], num_args = 1..=2, conflicts_with_all = ["check", "receipts", "as_of", "explain"])]
    pub compare: Option<Vec<String>>,
    /// With --explain: a parameter's value, as in `scli query NAME`
    #[arg(short, long = "param", value_name = "NAME=VALUE", requires = "explain")]
    pub params: Vec<String>,
    /// With --explain: at most this many rows [default: 20 in table and markdown, else all]; with --compare: of
    /// each question in table and markdown
    #[arg(long, value_name = "N", requires = "rows")]
    pub limit: Option<u64>,
    /// Write one page with the answers, pictures and the rows that they rest on; - is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "output", "receipts"], value_hint = clap::ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub project: ProjectArgs,
}

/// Answers the questions, or explains one of the answers.
pub fn answers(database: &Path, access: &Access, args: &AnswersArgs, reporter: &Reporter) -> Result<()> {
    let page = args.output.page()?;
    let questions = Questions::of(&args.project.read_for(database, access)?.0)?;
    if let Some(states) = &args.compare {
        return compare(
            database,
            access,
            states,
            &questions,
            (&args.output, args.html.as_deref(), args.limit),
            reporter,
        );
    }
    let explained = args.explain.as_deref().map(|name| questions.named(name)).transpose()?;
    explained.map(|question| question.told_evidence().map(drop)).transpose()?;
    let bindings = explained.map(|question| question.bind(&args.params)).transpose()?;
    let expected = args
        .check
        .as_deref()
        .map(|file| Location::from_local_arg(file).and_then(|location| read_text(&location)))
        .transpose()?;
    let mut connection = open_read_only(database, access)?;
    let past = args.as_of.as_deref().map(|text| Past::travel(&connection, text)).transpose()?;
    if past.is_some() {
        past::count_summaries(&connection)?;
    }
    sql::guard(&mut connection)?;
    let load = past.as_ref().map(|past| past.load);
    let mut beside = Beside {
        receipts: args.receipts,
        never_loaded: Vec::new(),
        as_of: past.as_ref().map(Past::to_string),
    };

    if let Some((question, bindings)) = explained.zip(bindings) {
        let answer = question::answer(&connection, question, &bindings, load)?;
        let rows = |sink: &mut dyn Sink| question::evidence(&connection, question, &bindings, sink);
        let limit = args.limit.or(page.format.is_for_people().then_some(ROWS_FOR_PEOPLE));
        args.output
            .write(|page, out| render::evidence(page, (question, &answer), limit, &beside, out, rows))?;
        tell(page, past, reporter);
        return Ok(());
    }

    let wanted = match args.receipts || args.check.is_some() || args.html.is_some() {
        false if !page.format.always_has_receipts() => question::Wanted::Numbers,
        _ => question::Wanted::Receipts,
    };
    let mut broken = questions.broken.clone();
    let answers = question::answers(&connection, &questions, load, wanted, &mut broken)
        .map_err(|error| error.at(database.display()))?;
    beside.never_loaded = question::missing(&connection, &questions, &answers)?;
    if let Some(file) = &args.html {
        let portrait = question::portrait(&connection, &questions, &answers, &mut broken)?;
        write_page(file, &render::html(&portrait, beside.as_of.as_deref(), None), reporter)?;
    } else {
        args.output.write(|page, out| render::answers(page, &answers, &beside, out))?;
        tell(page, past, reporter);
    }
    broken.told(match (&args.check, expected) {
        (Some(path), Some(expected)) => {
            question::check(&answers, &expected).map_err(|error| error.at(path.display()))
        }
        _ => Ok(()),
    })
}

/// Says as of when the answers are, where the output itself does not.
fn tell(page: Page, past: Option<Past>, reporter: &Reporter) {
    if let Some(past) = past.filter(|_| !page.format.is_for_people()) {
        reporter.as_of(&past, &[]);
    }
}
