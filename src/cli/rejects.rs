//! The records set aside: to list, to show, to export, to try again.

use super::args::RejectsCommand;
use super::load_args::ModelArg;
use super::output::OutputArgs;
use super::report::Reporter;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::query::{Cell, Detail, Filter, Sink, rejects};
use crate::render::{self, Format};
use crate::replay;
use crate::repository::{Access, open_read_only, rejected, unresolved};
use std::io::Write;
use std::path::Path;

/// Runs one of the commands.
pub fn run(database: &Path, access: &Access, command: &RejectsCommand, reporter: &Reporter) -> Result<()> {
    match command {
        RejectsCommand::List { model, load, all, output } => {
            output.page()?;
            let connection = open_read_only(database, access)?;
            let filter = Filter { model: model.map(name), load: *load, id: None, settled: *all };
            output.write(|page, out| {
                let detail = if page.format == Format::Table { Detail::Brief } else { Detail::Whole };
                rejects(&connection, &filter, detail, &mut *render::sink(page, out))
            })
        }
        RejectsCommand::Show { id, output } => show(database, access, *id, output),
        RejectsCommand::Export { model, load } => export(database, access, (*model).into(), *load, reporter),
        RejectsCommand::Replay { model } => {
            let models = model.map_or(Model::ALL.to_vec(), |model| vec![model.into()]);
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

fn name(model: ModelArg) -> &'static str {
    Model::from(model).name()
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
