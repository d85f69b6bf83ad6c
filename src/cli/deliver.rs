//! The commands that load: load and sync.

use super::load_args::{LoadArgs, SyncArgs};
use super::models;
use super::parts::{Part, parts};
use super::report::Reporter;
use super::watch::Watch;
use crate::error::{Error, Kind, Result};
use crate::repository::Access;
use crate::usecase::load::{Delivered, Loader, Planned, Silent};
use crate::usecase::sync;
use std::path::Path;

/// Loads one source, or several as one delivery.
pub fn load(database: &Path, access: &Access, args: &LoadArgs, reporter: &Reporter) -> Result<()> {
    let options = args.options.options(false);
    // A file's name may be that of a described model, and one of the six may be left out.
    models::know(database, args.options.project.as_deref(), access)?;
    let mut loader = Loader::new(database, access, options);
    let planned = args.planned()?;
    let delivered = deliver(&mut loader, &planned, reporter).map_err(|error| match planned.files.len() {
        0 | 1 => error,
        _ => with_help(error, "nothing of the delivery was loaded".to_owned()),
    })?;
    reporter.delivered(&delivered);
    if planned.files.len() > 1 {
        reporter.delivery_done(&delivered);
    }
    warned(std::iter::once(&delivered))
}

/// Loads every delivery at and below some paths, or from the sources of the project file.
pub fn sync(database: &Path, access: &Access, args: &SyncArgs, reporter: &Reporter) -> Result<()> {
    models::know(database, args.options.project.as_deref(), access)?;
    let parts = parts(args)?;
    if args.watch {
        return Watch { database, access, every: args.every, reporter }.run(parts);
    }
    let mut failure: Option<Error> = None;
    for part in &parts {
        let Err(error) = sync_part(database, access, part, reporter) else { continue };
        let is_last = is_hopeless(&error);
        let (told, kept) = match failure.take() {
            None => (None, error),
            // A failure tells more than a warning that stands behind it.
            Some(earlier) if error.kind() == Kind::Warned => (Some(error), earlier),
            Some(earlier) => (Some(earlier), error),
        };
        if let Some(told) = told {
            reporter.error(&told);
        }
        failure = Some(kept);
        if is_last {
            break;
        }
    }
    failure.map_or(Ok(()), Err)
}

/// Loads what belongs together, and stops at the first delivery that fails.
fn sync_part(database: &Path, access: &Access, part: &Part, reporter: &Reporter) -> Result<()> {
    let wanted = part.wanted()?;
    let plan = sync::plan(&wanted, &part.options).map_err(|error| part.named(error))?;
    if plan.deliveries.is_empty() {
        return Err(part.named(sync::nothing(&wanted)));
    }
    reporter.passed_over(&plan.others);
    let mut loader = Loader::for_all(database, access, part.options, &plan.deliveries);
    let mut done: Vec<Delivered> = Vec::new();
    let mut failure: Option<Error> = None;
    for (at, planned) in plan.deliveries.iter().enumerate() {
        match deliver(&mut loader, planned, reporter) {
            Ok(delivered) => {
                reporter.delivered(&delivered);
                reporter.delivery_done(&delivered);
                done.push(delivered);
            }
            Err(error) => {
                if let Some(earlier) = failure.take() {
                    reporter.error(&earlier);
                }
                let left = plan.deliveries.len() - at - 1;
                let stop = !wanted.each_file || is_hopeless(&error) || !loader.is_open();
                failure = Some(part.named(if wanted.each_file || !loader.is_open() {
                    error
                } else {
                    refused(planned, error, left)
                }));
                if stop {
                    break;
                }
            }
        }
    }
    reporter.synced(database, part.source_name(), &part.options, &done);
    match failure {
        Some(error) => Err(error),
        None => warned(done.iter()),
    }
}

/// Whether who cannot write now will not be able to a moment later.
fn is_hopeless(error: &Error) -> bool {
    matches!(error.kind(), Kind::Locked | Kind::Interrupted(_) | Kind::ClosedPipe)
}

fn deliver(loader: &mut Loader<'_>, planned: &Planned, reporter: &Reporter) -> Result<Delivered> {
    match reporter.bar() {
        Some(bar) => loader.deliver(planned, &bar),
        None => loader.deliver(planned, &Silent),
    }
}

/// Says what a failure means for the delivery that it came with, and for those behind it.
pub fn refused(planned: &Planned, error: Error, left: usize) -> Error {
    if planned.files.len() < 2 && left == 0 {
        return error;
    }
    let date = planned.entry.date.as_ref().map(|date| format!(" of {date}")).unwrap_or_default();
    let others = match left {
        0 => String::new(),
        1 => ", nor of the delivery behind it".to_owned(),
        left => format!(", nor of the {left} deliveries behind it"),
    };
    let nothing =
        format!("nothing of the delivery{date} was loaded{others}; --each-file loads what can be loaded");
    with_help(error, nothing)
}

fn with_help(error: Error, more: String) -> Error {
    let help = match error.remedy() {
        Some(remedy) => format!("{remedy}\n  {more}"),
        None => more,
    };
    error.help(help)
}

/// Fails, with an exit code of its own, if anything is beyond a limit that only warns.
fn warned<'d>(mut delivered: impl Iterator<Item = &'d Delivered>) -> Result<()> {
    let warnings: Vec<&String> = delivered.by_ref().flat_map(Delivered::warnings).collect();
    let Some(first) = warnings.first() else { return Ok(()) };
    let more = match warnings.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    Err(Error::new(Kind::Warned, format!("loaded, but beyond a limit: {first}{more}"))
        .help("look at what changed; what was loaded stays"))
}
