//! The command that asks: query.

use super::args::QueryArgs;
use super::report::Reporter;
use crate::collector::Location;
use crate::error::{Error, Result};
use crate::query::{self, Cell, Past, Sink};
use crate::render;
use crate::repository::{Access, open_read_only};
use std::io::Read;
use std::path::Path;

/// Runs a shipped question or any read-only SQL.
pub fn query(database: &Path, access: &Access, args: &QueryArgs, reporter: &Reporter) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let mut sink = render::sink(args.format, &mut out);
    if args.list {
        list(&mut *sink)?;
    } else {
        let (sql, bindings) = match (&args.name, &args.file) {
            (Some(name), _) => {
                let question = query::question(name)?;
                (question.sql.to_owned(), query::bind_declared(question, &args.params)?)
            }
            (None, Some(file)) => (read_text(file)?, query::bind_free(&args.params)?),
            (None, None) => {
                return Err(Error::usage("nothing to run")
                    .help("name a question (scli query --list), or give SQL with -f FILE or -f -"));
            }
        };
        let mut connection = open_read_only(database, access)?;
        let past = args.as_of.as_deref().map(|text| Past::travel(&connection, text)).transpose()?;
        query::guard(&mut connection)?;
        if let Some(past) = past {
            reporter.as_of(&past);
        }
        query::run(&connection, &sql, &bindings, &mut *sink)?;
    }
    Ok(())
}

fn list(sink: &mut dyn Sink) -> Result<()> {
    sink.columns(&["question", "title", "unit", "parameters"])?;
    for question in query::questions() {
        let params: Vec<_> = question.params.iter().map(|param| param.name).collect();
        sink.row(&[
            Cell::Text(question.name),
            Cell::Text(&question.title),
            Cell::Text(&question.unit),
            Cell::Text(&params.join(", ")),
        ])?;
    }
    sink.finish()
}

/// The text of a file, or of standard input for `-`.
pub(super) fn read_text(path: &Path) -> Result<String> {
    let location = Location::from_arg(path);
    let at = |error: Error| match &location {
        Location::Stdin => error.at("standard input"),
        Location::File(path) => error.at(path.display()),
    };
    let mut source = location.open()?;
    let mut bytes = Vec::new();
    let read = source.reader.read_to_end(&mut bytes);
    // A signal may have ended the reading.
    crate::interrupt::check()?;
    read.map_err(|error| at(error.into()))?;
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        at(Error::failed(format!("not UTF-8 at byte {byte}")).help("save it as UTF-8 text"))
    })
}
