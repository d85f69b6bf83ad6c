//! The command line: arguments in, exit code out.

mod answers;
mod args;
mod asked;
mod bar;
mod check;
mod compare;
#[cfg(feature = "kafka")]
mod consume;
mod consume_args;
mod database;
mod deliver;
mod describe;
mod explain;
mod export;
mod forget;
mod load_args;
mod models;
mod next;
mod notify;
mod output;
mod page;
mod parts;
mod past;
mod project;
mod prune;
mod query;
mod question_help;
mod reading_args;
mod rejects;
mod report;
mod schema;
mod seal;
mod undo;
mod watch;

use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::repository::{Access, Warehouse};
use args::{Args, Command};
use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, Parser};
use report::Reporter;
use std::io::Write;
use std::time::{Duration, SystemTime};

/// Runs the command that the process's arguments ask for and returns its exit code.
pub fn main() -> u8 {
    let mut args = match parsed() {
        Ok(args) => args,
        Err(NotParsed::Line(error)) => return not_parsed(error),
        Err(NotParsed::Models(error)) => {
            return exit_code(
                Err(error),
                &Reporter::new(false, false, report::format_in(std::env::args_os())),
            );
        }
    };
    let reporter = Reporter::new(args.quiet, args.verbose, args.log_format);
    let done = match (args.command.take(), database::path(args.db.clone())) {
        (Some(command), _) => interrupt::listen()
            .and_then(|()| clock_is_set())
            .and_then(|()| run(command, &args, &reporter))
            .map_err(|error| name_damaged(error, &args)),
        (None, Ok(path)) => return reporter.next(&next::steps(&path, args.db.is_some())),
        (None, Err(error)) => Err(error),
    };
    exit_code(done, &reporter)
}

/// Why there are no arguments.
enum NotParsed {
    /// The command line asks for help, or is mistaken.
    Line(clap::Error),
    /// What describes the model that it names cannot be read.
    Models(Error),
}

/// The arguments. A model that is none of the six may be described in a file or in the database; these are looked
/// at only then, and for help.
fn parsed() -> std::result::Result<Args, NotParsed> {
    let line: Vec<_> = std::env::args_os().collect();
    match Args::try_parse_from(&line) {
        Err(error) if is_about_a_model(&error) => match models::know_for(&line) {
            Err(_) if error.kind() == ErrorKind::DisplayHelp => Err(NotParsed::Line(error)),
            Ok(true) => Args::try_parse_from(&line).map_err(NotParsed::Line),
            Ok(false) => Err(NotParsed::Line(error)),
            Err(why) => Err(NotParsed::Models(why)),
        },
        parsed => parsed.map_err(NotParsed::Line),
    }
}

/// Whether the command line names a model that is none of those known so far, or asks which ones there are.
fn is_about_a_model(error: &clap::Error) -> bool {
    let arg = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    let is_unknown = error.kind() == ErrorKind::InvalidValue
        && ["<MODEL>", "[MODEL]"].iter().any(|name| arg.contains(name));
    is_unknown || error.kind() == ErrorKind::DisplayHelp
}

/// The ledger, and all that reads the clock, cannot tell a time before 1970.
fn clock_is_set() -> Result<()> {
    match SystemTime::now() < SystemTime::UNIX_EPOCH {
        true => Err(Error::failed("the clock of this machine is set to a time before 1970").help("set it")),
        false => Ok(()),
    }
}

/// Damage shows wherever the database is read; the message is to name the file in any case.
fn name_damaged(error: Error, args: &Args) -> Error {
    match database::path(args.db.clone()) {
        Ok(path) if error.kind() == Kind::Damaged => {
            let name = path.display().to_string();
            if error.message().starts_with(&name) { error } else { error.at(name) }
        }
        _ => error,
    }
}

/// What is not to be run: help, of a command or of a question, or a mistake.
fn not_parsed(error: clap::Error) -> u8 {
    let line = || std::env::args_os();
    let reporter = Reporter::new(false, false, report::format_in(line()));
    let question =
        (error.kind() == ErrorKind::DisplayHelp).then(|| question_help::asked_for(line())).flatten();
    match question {
        Some(text) => {
            exit_code(text.and_then(|text| Ok(std::io::stdout().write_all(text.as_bytes())?)), &reporter)
        }
        None => reporter.usage(&error),
    }
}

fn exit_code(result: Result<()>, reporter: &Reporter) -> u8 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            reporter.error(&error);
            error.kind().exit_code()
        }
    }
}

/// The command line as clap knows it: every command, every option, every text.
pub fn command() -> clap::Command {
    Args::command()
}

fn run(asked: Command, args: &Args, reporter: &Reporter) -> Result<()> {
    let database = || database::path(args.db.clone());
    let access = Access { busy_timeout: args.busy_timeout.map(Duration::from_secs_f64), ..Access::default() };
    match asked {
        Command::InitDb(args) => {
            models::know(&database()?, args.folder(), &access)?;
            let warehouse = Warehouse::open(&database()?, &access)?;
            reporter.initialised(warehouse.path());
            Ok(())
        }
        Command::Load(args) => {
            let access = Access { memory: args.options.memory(), ..access };
            deliver::load(&database()?, &access, &args, reporter)
        }
        #[cfg(feature = "kafka")]
        Command::Consume(args) => consume::run(&database()?, &access, &args, reporter),
        #[cfg(not(feature = "kafka"))]
        Command::Consume(_) => Err(Error::usage("this scli was built without the cargo feature kafka")
            .help("build one that reads topics: cargo install --path . --features kafka")),
        Command::Answers(args) => answers::answers(&database()?, &access, &args, reporter),
        Command::Query(args) => query::query(&database()?, &access, &args, reporter),
        Command::Describe(args) => describe::describe(&database()?, &access, &args),
        Command::Export(args) => export::export(&database()?, &access, &args, reporter),
        Command::Schema(args) => schema::schema(&database()?, &access, &args),
        Command::Loads(args) => past::loads(&database()?, &access, &args, reporter),
        Command::History(args) => past::history(&database()?, &access, &args),
        Command::Rejects(command) => rejects::run(&database()?, &access, &command, reporter),
        Command::Forget(command) => forget::run(&database()?, &access, &command, reporter),
        Command::Check(args) => check::check(&database()?, &access, &args),
        Command::Seal(args) => seal::seal(&database()?, &access, &args, reporter),
        Command::Prune(args) => prune::prune(&database()?, &access, &args, reporter),
        Command::Undo(args) => undo::undo(&database()?, &access, &args, reporter),
        Command::Unseal => seal::unseal(&database()?, &access, reporter),
        Command::Generate { dir, seed, streams } => {
            let summary = crate::generate::generate(&dir, &crate::generate::Options { seed, streams })?;
            reporter.generated(&summary);
            Ok(())
        }
        Command::Completions { shell } => {
            // The models are those of the database and the project here, if there are any.
            let _ = models::know_for(&std::env::args_os().collect::<Vec<_>>());
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command(), "scli", &mut script);
            Ok(std::io::stdout().write_all(&script)?)
        }
        Command::Man { command } => man(&command),
        Command::Sync(args) => {
            let access = Access { memory: args.options.memory(), ..access };
            deliver::sync(&database()?, &access, &args, reporter)
        }
    }
}

/// Prints the manual page of one command, or the one that lists them all.
fn man(names: &[String]) -> Result<()> {
    let mut root = command();
    root.build();
    let mut page = &root;
    for name in names {
        page = page.find_subcommand(name).ok_or_else(|| {
            Error::usage(format!("there is no command called `{}`", names.join(" ")))
                .help("`scli help` lists them")
        })?;
    }
    let man = clap_mangen::Man::new(page.clone()).source(concat!("scli ", env!("CARGO_PKG_VERSION")));
    Ok(man.render(&mut std::io::stdout())?)
}
