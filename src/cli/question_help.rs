//! What a question or a file of the user's own takes: `scli query NAME --help`.

use super::args::{Args, Command};
use super::asked::Asked;
use super::database;
use super::query::QueryArgs;
use crate::error::Result;
use crate::render::{visible, wrapped};
use crate::repository::Access;
use crate::sql::{Param, ParamKind};
use clap::{Arg, ArgAction, CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

/// The help that the command line asks for, if it names a question or a file beside `--help`: then not
/// that of the command but of the question is wanted.
pub fn asked_for(line: impl IntoIterator<Item = OsString>) -> Option<Result<String>> {
    // The same command line, in which --help is an option like any other.
    let help = Arg::new("question_help").short('h').long("help").action(ArgAction::SetTrue);
    let mut command =
        Args::command().mut_subcommand("query", |query| query.disable_help_flag(true).arg(help));
    let matches = command.try_get_matches_from_mut(line).ok()?;
    let Args { command, db, .. } = Args::from_arg_matches(&matches).ok()?;
    match command? {
        Command::Query(args) if args.name.is_some() || args.file.is_some() => {
            Some(database::path(db).and_then(|database| text(&args, &database)))
        }
        _ => None,
    }
}

fn text(args: &QueryArgs, database: &Path) -> Result<String> {
    let asked = Asked::by(args.name.as_deref(), args.file.as_deref(), || {
        Ok(args.project.read_for(database, &Access::default())?.0)
    })?;
    let (title, note, name, params) = match &asked {
        Asked::Question(question) => (
            Some(match question.unit.as_str() {
                "" => question.title.clone(),
                unit => format!("{}, in {unit}", question.title),
            }),
            question.note.as_deref(),
            question.name.clone(),
            &question.params,
        ),
        Asked::Own(own) => {
            let name = match (&args.name, &args.file) {
                (Some(sql), _) => quoted(sql),
                (None, file) => {
                    let file = file.as_ref().map(|file| file.display().to_string());
                    format!("-f {}", quoted(&file.unwrap_or_default()))
                }
            };
            (own.title.clone(), own.note.as_deref(), name, &own.params)
        }
    };
    let mut text = String::new();
    for part in [title.as_deref(), note].into_iter().flatten() {
        text += &format!("{}\n\n", wrapped("", part, None));
    }
    let pairs = if params.is_empty() { "" } else { " [-p NAME=VALUE]..." };
    text += &format!("Usage: scli query {name}{pairs} [OPTIONS]\n\n");
    if params.is_empty() {
        text += match asked {
            Asked::Question(_) => "It takes no parameters.\n\n",
            Asked::Own(_) => {
                "It declares no parameters; to have their values checked, write above the SQL:\n  \
                 -- param NAME TYPE DEFAULT MEANING\n  \
                 -- param from time '2021-12-25T07:00:00+01:00' First moment\n\n"
            }
        };
    } else {
        text += &parameters(params);
    }
    let example = params.iter().find_map(|param| Some((param, param.plain_default()?)));
    let pair = example.map(|(param, value)| format!(" -p {}", quoted(&format!("{}={value}", param.name))));
    let _ = writeln!(text, "Example:\n  scli query {name}{}\n", pair.unwrap_or_default()); // a String takes all
    text += "Options such as --as-of, --explain and --output: scli query --help\n";
    Ok(text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// The parameters with their types, defaults and meanings, and what values the types have.
fn parameters(params: &[Param]) -> String {
    let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let name = longest(&mut params.iter().map(|param| param.name.chars().count()));
    let kind = longest(&mut params.iter().map(|param| param.kind.name().len()));
    let mut text = "Parameters:\n".to_owned();
    for param in params {
        let default = param.plain_default().unwrap_or_else(|| "NULL".to_owned());
        let start = format!("  {:name$}  {:kind$} ", param.name, param.kind.name());
        text += &format!("{}\n", wrapped(&start, &format!("{} [default: {default}]", param.help), None));
    }
    text += "\nTypes:\n";
    let mut told: Vec<ParamKind> = Vec::new();
    for kind in params.iter().map(|param| param.kind) {
        if !told.contains(&kind) {
            text += &format!("{}\n", wrapped(&format!("  {}:", kind.name()), kind.takes(), None));
            told.push(kind);
        }
    }
    text + "\n"
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:=+,@".contains(letter);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
