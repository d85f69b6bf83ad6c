//! The use case: sources that came together into their models, in one transaction.

mod ahead;
mod keyed;
mod limits;
mod parallel;
mod progress;
mod report;
mod request;
mod run;
mod taker;
mod taking;

pub use progress::{Progress, Silent};
pub use report::{Delivered, Outcome, Report, Skipped};
pub use request::{Limit, Limits, Options, Planned, Request, stamp_of};
pub use taking::Taking;

use crate::collector;
use crate::decode::Format;
use crate::domain::{Model, Rules};
use crate::error::{Error, Kind, Result};
use crate::repository::{Access, Delivery, Entry, Failed, KnownFile, KnownFiles, Stamp, Warehouse, now};
use ahead::OnTheirWay;
use run::{Input, Run, digest};
use std::path::Path;
use std::time::Instant;

/// Up to how many bytes a first delivery is so small that others can wait for a new database until it ends.
const SMALL: u64 = 16 << 20;

/// Loads one delivery after the other into a database, which is opened for the first.
pub struct Loader<'l> {
    database: &'l Path,
    access: &'l Access,
    options: Options,
    warehouse: Option<Warehouse>,
    /// The first and the last of the paths that may be known.
    paths: Option<(String, String)>,
    /// The files that were known when the warehouse was opened.
    known: KnownFiles,
}

impl<'l> Loader<'l> {
    /// A loader that has opened nothing yet.
    pub fn new(database: &'l Path, access: &'l Access, options: Options) -> Loader<'l> {
        Loader { database, access, options, warehouse: None, paths: None, known: KnownFiles::default() }
    }

    /// One that skips those files of `planned` that are known, if the options say so.
    pub fn for_all(
        database: &'l Path,
        access: &'l Access,
        options: Options,
        planned: &[Planned],
    ) -> Loader<'l> {
        let files = || planned.iter().flat_map(|planned| &planned.files);
        let paths = || files().filter_map(|file| file.stamp.as_ref()).map(|stamp| &stamp.path);
        let ends = paths().min().zip(paths().max()).filter(|_| options.skip_known);
        let paths = ends.map(|(first, last)| (first.clone(), last.clone()));
        Loader { paths, ..Loader::new(database, access, options) }
    }

    /// Whether the database could be opened.
    pub fn is_open(&self) -> bool {
        self.warehouse.is_some()
    }

    /// Loads the sources of a delivery in one transaction: on any failure the models are as before, and the
    /// ledger says why. A first source that cannot be opened leaves nothing, not even a new database.
    pub fn deliver(&mut self, planned: &Planned, progress: &dyn Progress) -> Result<Delivered> {
        for request in &planned.files {
            refuse_nested(request)?;
        }
        refuse_parts_of_sessions(planned, &self.options)?;
        let mut ahead = None;
        let opened = if self.warehouse.is_none() {
            // Into a database that is there, a file of another machine is opened when it is known to be wanted.
            let is_there = self.database.exists();
            let first = planned.files.first().filter(|first| !is_there || first.is_at_hand());
            let first = first.map(|first| first.location.open()).transpose()?;
            if !is_there {
                // Nothing is known, and so all of it is wanted, while the database is being made.
                ahead = Some(OnTheirWay::begin(&planned.files, 0..planned.files.len()));
            }
            self.open(planned)?;
            first
        } else {
            None
        };
        let start = Instant::now();
        let mut delivered = Delivered {
            delivery: None,
            date: planned.entry.date.clone(),
            source: planned.entry.source.clone(),
            source_name: planned.entry.source_name.clone(),
            files: Vec::with_capacity(planned.files.len()),
            ahead: None,
            elapsed: start.elapsed(),
        };
        let Some(warehouse) = &self.warehouse else { return Ok(delivered) };
        let as_it_was = |request: &Request| {
            let known = self.known(planned, request);
            known.zip(request.stamp.as_ref()).is_some_and(|(known, stamp)| known.is(stamp))
        };
        if self.options.skip_known && planned.files.iter().all(as_it_was) {
            delivered.files = planned.files.iter().map(|request| Outcome::Known(skipped(request))).collect();
            return Ok(delivered);
        }
        let mut under_way =
            UnderWay { planned, options: &self.options, opened, ahead, failing: None, progress };
        let started_at = now();
        let at_database = |error: Error| error.at(self.database.display());
        let begun = warehouse.deliver(&planned.entry, &started_at).map_err(at_database);
        let done = begun.and_then(|delivery| {
            delivered.ahead = delivery.ahead().map_err(at_database)?;
            delivered.files = under_way.load_all(&delivery, self)?;
            delivered.delivery = delivery.id().filter(|_| !warehouse.to_try());
            delivery.commit().map_err(at_database)
        });
        delivered.elapsed = start.elapsed();
        match done {
            Ok(()) => Ok(delivered),
            Err(error) => Err(under_way.note(warehouse, &started_at, error)),
        }
    }

    fn open(&mut self, first: &Planned) -> Result<()> {
        let bytes = |file: &Request| file.stamp.as_ref().and_then(|stamp| stamp.bytes);
        let is_small = first.files.iter().map(bytes).sum::<Option<u64>>().is_some_and(|bytes| bytes <= SMALL);
        let warehouse = match self.options.dry_run {
            true => Warehouse::open_to_try(self.database, self.access)?,
            false if is_small => Warehouse::open_for_delivery(self.database, self.access)?,
            false => Warehouse::open(self.database, self.access)?,
        };
        if let Some((first, last)) = &self.paths {
            self.known =
                warehouse.known_files(first, last).map_err(|error| error.at(self.database.display()))?;
        }
        self.warehouse = Some(warehouse);
        Ok(())
    }

    /// What is known of a file, if it came with the same date before and was read in the same way.
    fn known(&self, planned: &Planned, request: &Request) -> Option<&KnownFile> {
        let stamp = request.stamp.as_ref()?;
        let known =
            self.known.get(request.model.name(), &stamp.path).filter(|_| !request.model.spec().is_new)?;
        let is_of_date = known.date.as_deref() == planned.entry.date.as_ref().map(|date| date.as_str());
        (is_of_date && known.collector == request.collector()).then_some(known)
    }
}

/// A delivery whose files are being loaded.
struct UnderWay<'u> {
    planned: &'u Planned,
    options: &'u Options,
    /// The first source, if it is open already.
    opened: Option<collector::Source>,
    /// The sources that are being read, if that has begun.
    ahead: Option<OnTheirWay>,
    /// The load that is or was under way last, for the ledger to name if the delivery fails.
    failing: Option<Run<'u>>,
    progress: &'u dyn Progress,
}

impl<'u> UnderWay<'u> {
    fn load_all(&mut self, delivery: &Delivery<'_>, loader: &'u Loader<'_>) -> Result<Vec<Outcome>> {
        let known = self.known(delivery, loader)?;
        let files = &self.planned.files;
        let mut outcomes = Vec::with_capacity(files.len());
        let mut ahead = match self.ahead.take() {
            Some(ahead) => ahead,
            None => OnTheirWay::begin(files, self.wanted(delivery, loader, &known)?.into_iter().skip(1)),
        };
        for (at, request) in files.iter().enumerate() {
            let opened = self.opened.take();
            outcomes.push(match known.get(at).copied().flatten() {
                Some(load) => {
                    remember(delivery, request, request.stamp.as_ref(), load)
                        .map_err(|error| error.at(loader.database.display()))?;
                    Outcome::Known(skipped(request))
                }
                None => {
                    let input = match (ahead.take(at), opened) {
                        (Some(ahead), _) => Some(Input::Ahead(ahead)),
                        (None, opened) => opened.map(Input::Open),
                    };
                    let more = files.iter().skip(at + 1).any(|other| other.model == request.model);
                    self.load(delivery, loader, request, input, more)?
                }
            });
        }
        Ok(outcomes)
    }

    /// The places of the sources that are to be parsed: neither known, nor perhaps the same again.
    fn wanted(
        &self,
        delivery: &Delivery<'_>,
        loader: &Loader<'_>,
        known: &[Option<i64>],
    ) -> Result<Vec<usize>> {
        let mut places = Vec::new();
        for (at, request) in self.planned.files.iter().enumerate() {
            let run = Run::new(request, self.options, false, loader.database, self.progress);
            if known.get(at).copied().flatten().is_none()
                && !run.may_be_the_same(delivery).map_err(|error| error.at(loader.database.display()))?
            {
                places.push(at);
            }
        }
        Ok(places)
    }

    fn load(
        &mut self,
        delivery: &Delivery<'_>,
        loader: &'u Loader<'_>,
        request: &'u Request,
        input: Option<Input>,
        more: bool,
    ) -> Result<Outcome> {
        let at_database = |error: Error| error.at(loader.database.display());
        if self.options.is_complete(request.model) && !self.options.load_older {
            let newer = delivery.newer(request.model.spec()).map_err(at_database)?;
            if let Some(newer) = newer {
                return Ok(Outcome::Older(skipped(request), newer));
            }
        }
        let run = self.failing.insert(Run::new(request, self.options, more, loader.database, self.progress));
        let input = input.map_or_else(|| request.location.open().map(Input::Open), Ok)?;
        let stamp = match &input {
            Input::Open(source) => request.stamp_of(source),
            Input::Ahead(_) => request.stamp.clone(),
        };
        let report = run.load(delivery, input)?;
        if let Some(load) = report.load {
            remember(delivery, request, stamp.as_ref(), load).map_err(at_database)?;
        }
        Ok(Outcome::Loaded(report))
    }

    /// The loads that had the files, of those that need not be loaded again. The parts of a complete dump
    /// are known together or not at all: what one of them lacks has not vanished.
    fn known(&self, delivery: &Delivery<'_>, loader: &Loader<'_>) -> Result<Vec<Option<i64>>> {
        if !self.options.skip_known {
            return Ok(Vec::new());
        }
        let files = &self.planned.files;
        let mut known = files
            .iter()
            .map(|request| self.load_that_had(delivery, loader, request))
            .collect::<Result<Vec<_>>>()?;
        for model in Model::all().into_iter().filter(|model| self.options.is_complete(*model)) {
            let parts = || files.iter().zip(&known).filter(|(request, _)| request.model == model);
            if parts().any(|(_, known)| known.is_none()) {
                for (request, known) in files.iter().zip(&mut known) {
                    *known = known.filter(|_| request.model != model);
                }
            }
        }
        Ok(known)
    }

    fn load_that_had(
        &self,
        delivery: &Delivery<'_>,
        loader: &Loader<'_>,
        request: &Request,
    ) -> Result<Option<i64>> {
        let Some(stamp) = request.stamp.as_ref().filter(|_| !request.model.spec().is_new) else {
            return Ok(None);
        };
        let at_database = |error: Error| error.at(loader.database.display());
        match loader.known(self.planned, request) {
            Some(known) if known.is(stamp) => Ok(Some(known.load)),
            // To digest it would be to fetch it once more than to load it.
            _ if !request.is_at_hand() => Ok(None),
            Some(known) if known.may_be(stamp) => {
                let had = delivery.digest(known.load).map_err(at_database)?;
                Ok((had.is_some() && had == digest(request)?).then_some(known.load))
            }
            Some(_) => Ok(None),
            None => {
                let mut failure = None;
                let Some(bytes) = stamp.bytes else { return Ok(None) };
                let had = delivery.had(request.model.spec(), &request.collector(), bytes, &mut || {
                    digest(request).inspect_err(|error| failure = Some(error.clone()))
                });
                had.map_err(|error| failure.unwrap_or_else(|| at_database(error)))
            }
        }
    }

    fn note(&self, warehouse: &Warehouse, started_at: &str, error: Error) -> Error {
        let failed = self.failing.as_ref().map(Run::failed);
        note(warehouse, &self.planned.entry, started_at, failed.as_ref(), error)
    }
}

/// Notes a failure in the ledger, unless nothing was to last, the database is another's at the moment, or it is damaged
/// and best left as it is.
pub fn note(
    warehouse: &Warehouse,
    entry: &Entry,
    started_at: &str,
    failed: Option<&Failed<'_>>,
    error: Error,
) -> Error {
    if warehouse.to_try() || matches!(error.kind(), Kind::Locked | Kind::Damaged) {
        return error;
    }
    match warehouse.note_failure(entry, started_at, failed, &error) {
        Ok(()) => error,
        // A database that could not take the load cannot take the note; once is enough to say so.
        Err(why) if error.message().ends_with(why.message()) => error,
        Err(why) => error.note(format_args!("and the ledger could not note it: {}", why.message())),
    }
}

fn remember(delivery: &Delivery<'_>, request: &Request, stamp: Option<&Stamp>, load: i64) -> Result<()> {
    stamp.map_or(Ok(()), |stamp| delivery.remember(request.model.spec(), stamp, load))
}

fn skipped(request: &Request) -> Skipped {
    Skipped { model: request.model, source: request.location.to_string() }
}

fn refuse_nested(request: &Request) -> Result<()> {
    let spec = request.model.spec();
    if !spec.nested() || request.format != Format::Csv {
        return Ok(());
    }
    let error = Error::usage(format!("records of model {} are nested, and CSV cannot hold them", spec.name));
    Err(error
        .help("give the vendor's JSON with --collector json, or one record a line with --collector jsonl"))
}

/// Sessions are compared with what is known in one pass over both, which the parts of a dump would each make.
fn refuse_parts_of_sessions(planned: &Planned, options: &Options) -> Result<()> {
    let parts = |model: Model| planned.files.iter().filter(|request| request.model == model).count();
    let several = |model: &Model| {
        matches!(model.spec().rules, Rules::Session(_)) && options.is_complete(*model) && parts(*model) > 1
    };
    match Model::all().into_iter().find(several) {
        None => Ok(()),
        Some(model) => Err(Error::usage(format!(
            "{}: {} files of model {} cannot be one complete dump",
            planned.entry.source,
            parts(model),
            model.name()
        ))
        .help("join them, or load them with --partial")),
    }
}
