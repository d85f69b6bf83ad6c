//! The records set aside: to list, to show, to export, to try again.

use super::load_args::ModelArg;
use super::models;
use super::output::OutputArgs;
use super::report::Reporter;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::past::{Filter, rejects};
use crate::render::{self, Format};
use crate::repository::{Access, Which, open_read_only, rejected, unresolved};
use crate::sql::{Cell, Detail, Sink};
use crate::usecase::{dismiss, replay};
use clap::Subcommand;
use std::io::Write;
use std::path::Path;

/// What to do with the records set aside.
#[derive(Debug, Subcommand)]
pub enum RejectsCommand {
    /// List the records that are set aside
    ///
    /// The formats other than table have more columns, the raw record among them.
    #[command(after_help = "Example:\n  scli rejects list --model author --format jsonl")]
    List {
        /// Only those of this model
        #[arg(long, value_name = "MODEL")]
        model: Option<ModelArg>,
        /// Only those that this load set aside
        #[arg(long, value_name = "N")]
        load: Option<i64>,
        /// Also those that a later load settled
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show everything about one of them
    #[command(after_help = "Example:\n  scli rejects show 1")]
    Show {
        /// Its number, as `rejects list` tells it
        #[arg(value_name = "ID")]
        id: i64,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Write them to standard output as they came, to be mended by hand and loaded
    #[command(after_help = "Example:
  scli rejects export --model author > authors.json
  (mend authors.json, then)
  scli load --model author --partial --config authors.json
  scli rejects replay --model author")]
    Export {
        /// The model
        #[arg(long, value_name = "MODEL")]
        model: ModelArg,
        /// Only those that this load set aside
        #[arg(long, value_name = "N")]
        load: Option<i64>,
    },
    /// Settle records that need not be mended, for a reason that the ledger keeps
    ///
    /// They are kept, and `rejects list --all` shows them; `scli undo` of the entry lets them wait again.
    #[command(after_help = "Examples:
  scli rejects dismiss 3 4 --reason 'test records of the vendor'
  scli rejects dismiss --model author --rule required --reason 'known since May'")]
    Dismiss {
        /// Their numbers, as `rejects list` tells them
        #[arg(value_name = "ID", required_unless_present_any = ["model", "rule"])]
        ids: Vec<i64>,
        /// Only those of this model
        #[arg(long, value_name = "MODEL")]
        model: Option<ModelArg>,
        /// Only those that broke this rule
        #[arg(long, value_name = "RULE")]
        rule: Option<String>,
        /// Why they need not be mended
        #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
        reason: String,
    },
    /// Apply the rules again: what keeps them now is taken in
    ///
    /// For use after an upgrade that changed a rule. A record that a newer load has is settled by
    /// that load, whether it keeps the rules or not, and never overwrites what is newer.
    #[command(after_help = "Example:\n  scli rejects replay")]
    Replay {
        /// Only those of this model
        #[arg(long, value_name = "MODEL")]
        model: Option<ModelArg>,
    },
}

/// Runs one of the commands.
pub fn run(database: &Path, access: &Access, command: &RejectsCommand, reporter: &Reporter) -> Result<()> {
    match command {
        RejectsCommand::List { model, load, all, output } => {
            output.page()?;
            let connection = open_read_only(database, access)?;
            let filter = Filter { model: model.map(ModelArg::name), load: *load, id: None, settled: *all };
            output.write(|page, out| {
                let detail = if page.format == Format::Table { Detail::Brief } else { Detail::Whole };
                rejects(&connection, &filter, detail, &mut *render::sink(page, out))
            })
        }
        RejectsCommand::Show { id, output } => show(database, access, *id, output),
        RejectsCommand::Export { model, load } => {
            models::know(database, None, access)?;
            export(database, access, model.known()?, *load, reporter)
        }
        RejectsCommand::Dismiss { ids, model, rule, reason } => {
            let which = Which { ids: ids.clone(), rule: rule.clone(), model: model.map(ModelArg::name) };
            reporter.dismissed(&dismiss::dismiss(database, access, &which, reason)?);
            Ok(())
        }
        RejectsCommand::Replay { model } => {
            models::know(database, None, access)?;
            let models = match model {
                Some(model) => vec![model.known()?],
                None => Model::all(),
            };
            for model in models {
                match replay::replay(database, access, model)? {
                    Some(report) => reporter.replayed(&report),
                    None => reporter.nothing_aside(model),
                }
            }
            Ok(())
        }
    }
}

/// Everything about one record: a line a column, and the record itself below.
fn show(database: &Path, access: &Access, id: i64, output: &OutputArgs) -> Result<()> {
    output.page()?;
    let connection = open_read_only(database, access)?;
    // So that a number that is not there is an error, and not an empty table.
    rejected(&connection, id)?;
    let filter = Filter { id: Some(id), settled: true, ..Filter::default() };
    output.write(|page, out| {
        let mut sink = render::sink(page, out);
        if page.format != Format::Table {
            return rejects(&connection, &filter, Detail::Whole, &mut *sink);
        }
        let mut upright = Upright { names: Vec::new(), width: page.width, sink: &mut *sink };
        rejects(&connection, &filter, Detail::Whole, &mut upright)
    })
}

/// Turns a row into two columns, the names and the values. A text too long for the terminal goes on
/// in the rows below, so that all of it is seen.
struct Upright<'s> {
    names: Vec<String>,
    width: Option<usize>,
    sink: &'s mut dyn Sink,
}

impl Upright<'_> {
    /// How wide a value may be: what the longest name and the frame of two columns leave.
    fn room(&self) -> Option<usize> {
        let longest = self.names.iter().map(String::len).max().unwrap_or(0);
        self.width.map(|width| width.saturating_sub(longest + 7).max(1))
    }
}

impl Sink for Upright<'_> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.names = names.iter().map(|name| (*name).to_owned()).collect();
        self.sink.columns(&["column", "value"])
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let room = self.room();
        for (name, cell) in self.names.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Null) {
            match (cell, room) {
                (Cell::Text(text), Some(room)) => {
                    let shown = render::visible(text);
                    for (index, piece) in render::pieces(&shown, room).into_iter().enumerate() {
                        let name = if index == 0 { Cell::Text(name) } else { Cell::Null };
                        self.sink.row(&[name, Cell::Text(piece)])?;
                    }
                }
                _ => self.sink.row(&[Cell::Text(name), *cell])?,
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.sink.finish()
    }
}

/// Writes the records as a source of the form they came in, to be mended by hand and loaded.
fn export(
    database: &Path,
    access: &Access,
    model: Model,
    load: Option<i64>,
    reporter: &Reporter,
) -> Result<()> {
    let connection = open_read_only(database, access)?;
    let mut records = Vec::new();
    for id in unresolved(&connection, model.name())? {
        let record = rejected(&connection, id)?;
        if load.is_none_or(|load| load == record.load) {
            records.push(record);
        }
    }
    let Some(first) = records.first() else {
        return Err(Error::failed(format!("no record of model {} is set aside", model.name()))
            .help("see which are: scli rejects list"));
    };
    if let Some(other) =
        records.iter().find(|record| record.header != first.header || record.collector != first.collector)
    {
        return Err(Error::failed(format!(
            "loads {} and {} had sources of different columns or forms",
            first.load, other.load
        ))
        .help("export those of one load at a time with --load N"));
    }
    let mut out = std::io::stdout().lock();
    match &first.header {
        Some(header) => {
            writeln!(out, "{header}")?;
            for record in &records {
                out.write_all(&record.bytes)?;
                out.write_all(b"\n")?;
            }
        }
        None => {
            for (index, record) in records.iter().enumerate() {
                out.write_all(if index == 0 { b"[\n" } else { b",\n" })?;
                out.write_all(&record.bytes)?;
            }
            out.write_all(b"\n]\n")?;
        }
    }
    out.flush()?;
    let form = if first.header.is_some() { "csv" } else { "json" };
    reporter.exported(records.len(), model, form);
    Ok(())
}
