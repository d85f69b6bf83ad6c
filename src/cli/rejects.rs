//! The records set aside: to list, to show, to export, to try again.

use super::args::RejectsCommand;
use super::load_args::ModelArg;
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
        RejectsCommand::List { model, load, all, format } => {
            let connection = open_read_only(database, access)?;
            let filter = Filter { model: model.map(name), load: *load, id: None, settled: *all };
            let detail = if *format == Format::Table { Detail::Brief } else { Detail::Whole };
            rejects(&connection, &filter, detail, &mut *render::sink(*format, &mut std::io::stdout().lock()))
        }
        RejectsCommand::Show { id, format } => show(database, access, *id, *format),
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
fn show(database: &Path, access: &Access, id: i64, format: Format) -> Result<()> {
    let connection = open_read_only(database, access)?;
    // So that a number that is not there is an error, and not an empty table.
    rejected(&connection, id)?;
    let filter = Filter { id: Some(id), settled: true, ..Filter::default() };
    let mut stdout = std::io::stdout().lock();
    let mut sink = render::sink(format, &mut stdout);
    if format != Format::Table {
        return rejects(&connection, &filter, Detail::Whole, &mut *sink);
    }
    rejects(&connection, &filter, Detail::Whole, &mut Upright { names: Vec::new(), sink: &mut *sink })
}

/// Turns a row into two columns, the names and the values.
struct Upright<'s> {
    names: Vec<String>,
    sink: &'s mut dyn Sink,
}

impl Sink for Upright<'_> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.names = names.iter().map(|name| (*name).to_owned()).collect();
        self.sink.columns(&["column", "value"])
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        for (name, cell) in self.names.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Null) {
            self.sink.row(&[Cell::Text(name), *cell])?;
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
