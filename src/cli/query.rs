//! The command that asks: query.

use super::asked::Asked;
use super::explain::explained;
use super::output::OutputArgs;
use super::project::ProjectArgs;
use super::report::Reporter;
use crate::error::{Error, Kind, Result};
use crate::past::Past;
use crate::question::Questions;
use crate::render;
use crate::repository::{Access, Joined, open_joined};
use crate::sql::{self, Cell, Sink};
use clap::ValueHint;
use std::path::{Path, PathBuf};

/// The arguments of `query`.
#[derive(Debug, clap::Args)]
pub struct QueryArgs {
    /// A question, shipped or of the project, or one SQL statement
    #[arg(value_name = "NAME|SQL", conflicts_with_all = ["file", "list"])]
    pub name: Option<String>,
    /// A file with one SQL statement, or - for standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "list")]
    pub file: Option<PathBuf>,
    /// A parameter's value; one that is not given takes its default, or is NULL
    #[arg(short, long = "param", value_name = "NAME=VALUE", conflicts_with = "list")]
    pub params: Vec<String>,
    /// Run it on the warehouse as it stood after this load (12), this delivery (delivery:3), the last
    /// delivery of this date or before (2026-11-20, yesterday), or at this time
    #[arg(long, value_name = "LOAD|DATE|TIME", conflicts_with = "list")]
    pub as_of: Option<String>,
    /// Read another SQLite database beside the warehouse, whose tables are NAME.TABLE then; --as-of does not change
    /// what it shows
    #[arg(long = "with", value_name = "NAME=PATH", conflicts_with = "list")]
    pub joined: Vec<String>,
    /// Show SQLite's plan for it, and the values of its parameters, instead of running it
    #[arg(long, conflicts_with = "list")]
    pub explain: bool,
    /// List the questions, shipped and of the project
    #[arg(long)]
    pub list: bool,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Runs a question or any read-only SQL.
pub fn query(database: &Path, access: &Access, args: &QueryArgs, reporter: &Reporter) -> Result<()> {
    args.output.page()?;
    if args.list {
        let questions = Questions::of(&args.project.read_for(database, access)?.0)?;
        let listed = args.output.write(|page, out| list(&questions, &mut *render::sink(page, out)));
        return questions.broken.told(listed);
    }
    let asked = Asked::by(args.name.as_deref(), args.file.as_deref(), || {
        Ok(args.project.read_for(database, access)?.0)
    })?;
    let bindings = asked.bind(&args.params)?;
    let joined = Joined::all(&args.joined)?;
    let mut connection = open_joined(database, access, &joined)?;
    let past = args.as_of.as_deref().map(|text| Past::travel(&connection, text)).transpose()?;
    sql::guard(&mut connection)?;
    if let Some(past) = past {
        reporter.as_of(&past, &joined.iter().map(|other| other.name.as_str()).collect::<Vec<_>>());
    }
    let run = || {
        let sql: &str = match &asked {
            Asked::Question(question) => &question.sql,
            Asked::Own(own) => {
                own.check(&connection)?;
                &own.sql
            }
        };
        if args.explain {
            let steps = sql::explain(&connection, sql, &bindings).map_err(|error| asked.at(error))?;
            return args.output.write(|page, out| explained(&asked, &bindings, &steps, page, out));
        }
        args.output.write(|page, out| {
            let sink = &mut *render::sink(page, out);
            sql::run(&connection, sql, &bindings, sink).map_err(|error| asked.at(error))
        })
    };
    run().map_err(|error| one_of(error, database, &joined))
}

/// SQLite does not say which of several databases it found damaged.
fn one_of(error: Error, database: &Path, joined: &[Joined]) -> Error {
    match error.kind() {
        Kind::Damaged if !joined.is_empty() => {
            let others = joined.iter().map(|other| format!(" or {}", other.path.display()));
            error.at(format_args!("{}{}", database.display(), others.collect::<String>()))
        }
        _ => error,
    }
}

fn list(questions: &Questions, sink: &mut dyn Sink) -> Result<()> {
    sink.columns(&["question", "title", "unit", "parameters"])?;
    for question in &questions.all {
        let params: Vec<_> = question.params.iter().map(|param| param.name.as_str()).collect();
        sink.row(&[
            Cell::Text(&question.name),
            Cell::Text(&question.title),
            Cell::Text(&question.unit),
            Cell::Text(&params.join(", ")),
        ])?;
    }
    sink.finish()
}
