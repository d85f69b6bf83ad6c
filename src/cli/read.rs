//! The command that asks: query.

use super::args::QueryArgs;
use super::explain::explained;
use super::report::Reporter;
use crate::collector::Location;
use crate::error::{Error, Result};
use crate::query::{self, Binding, Cell, Own, Past, Question, Sink};
use crate::render;
use crate::repository::{Access, open_read_only};
use std::io::Read;
use std::path::Path;

/// What is to be run: a shipped question, or a file of the user's own.
pub enum Asked {
    /// A shipped question.
    Question(&'static Question),
    /// A file.
    Own(Own),
}

impl Asked {
    /// The question or the file that the arguments name.
    pub fn by(args: &QueryArgs) -> Result<Asked> {
        match (&args.name, &args.file) {
            (Some(name), _) => Ok(Asked::Question(query::question(name)?)),
            (None, Some(file)) => {
                let name = match Location::from_arg(file) {
                    Location::Stdin => "standard input".to_owned(),
                    Location::File(path) => path.display().to_string(),
                };
                Ok(Asked::Own(Own::read(&name, read_text(file)?)?))
            }
            (None, None) => Err(Error::usage("nothing to run")
                .help("name a question (scli query --list), or give SQL with -f FILE or -f -")),
        }
    }

    fn bind(&self, given: &[String]) -> Result<Vec<Binding>> {
        match self {
            Asked::Question(question) => query::bind_declared(question, given),
            Asked::Own(own) => own.bind(given),
        }
    }
}

/// Runs a shipped question or any read-only SQL.
pub fn query(database: &Path, access: &Access, args: &QueryArgs, reporter: &Reporter) -> Result<()> {
    args.output.page()?;
    if args.list {
        return args.output.write(|page, out| list(&mut *render::sink(page, out)));
    }
    let asked = Asked::by(args)?;
    let bindings = asked.bind(&args.params)?;
    let mut connection = open_read_only(database, access)?;
    let past = args.as_of.as_deref().map(|text| Past::travel(&connection, text)).transpose()?;
    query::guard(&mut connection)?;
    if let Some(past) = past {
        reporter.as_of(&past);
    }
    let sql = match &asked {
        Asked::Question(question) => question.sql,
        Asked::Own(own) => {
            own.check(&connection)?;
            &own.sql
        }
    };
    if args.explain {
        let steps = query::explain(&connection, sql, &bindings)?;
        return args.output.write(|page, out| explained(&asked, &bindings, &steps, page, out));
    }
    args.output.write(|page, out| query::run(&connection, sql, &bindings, &mut *render::sink(page, out)))
}

fn list(sink: &mut dyn Sink) -> Result<()> {
    sink.columns(&["question", "title", "unit", "parameters"])?;
    for question in query::questions() {
        let params: Vec<_> = question.params.iter().map(|param| param.name.as_str()).collect();
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
