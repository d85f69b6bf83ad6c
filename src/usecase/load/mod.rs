//! The use case: one source into one model.

mod limits;
mod parallel;
mod progress;

pub use progress::{Progress, Silent};

use crate::collector::{self, Location};
use crate::decode::{self, Digesting, Format};
use crate::domain::{Invalid, Model, Origin, Raw, Rules, Spec};
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::repository::{
    Access, Batch, Change, Counts, Load, Seal, Sessions, SetAside, Sink, Source, Staged, Warehouse, Written,
    now,
};
use limits::{Rejects, check_vanished};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// What to load, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// The model that the source holds.
    pub model: Model,
    /// The source.
    pub location: Location,
    /// Its form.
    pub format: Format,
    /// The rest.
    pub options: Options,
}

/// How to load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether the source is everything its sender knows; `None` for what the model's origin says.
    pub complete: Option<bool>,
    /// How many records may break a rule before the load is refused; `None` for any number.
    pub max_rejects: Option<u64>,
    /// How many known records a complete dump may lack before it is refused; `None` for any number.
    pub max_vanished: Option<Limit>,
    /// Whether to say what would be, and change nothing.
    pub dry_run: bool,
}

/// A number of records, or a share of those known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A number of records.
    Records(u64),
    /// Percent of the known records that are not gone already.
    Percent(f64),
}

/// What a load did, or would do.
#[derive(Clone, Debug)]
pub struct Report {
    /// The model.
    pub model: Model,
    /// The source's name.
    pub source: String,
    /// The load's id in the ledger; `None` for a dry run.
    pub load: Option<i64>,
    /// What became of the records.
    pub counts: Counts,
    /// Some of the updates.
    pub samples: Vec<Change>,
    /// The first record that was set aside, if any was.
    pub first_reject: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Loads one source after the other into a database, which is opened for the first.
pub struct Loader<'l> {
    database: &'l Path,
    access: &'l Access,
    /// The warehouse since a load that went well, and whether it is open only to try.
    warehouse: Option<(Warehouse, bool)>,
    unusable: bool,
}

impl<'l> Loader<'l> {
    /// A loader that has opened nothing yet.
    pub fn new(database: &'l Path, access: &'l Access) -> Loader<'l> {
        Loader { database, access, warehouse: None, unusable: false }
    }

    /// Whether the database could not be opened, whatever the source.
    pub fn unusable(&self) -> bool {
        self.unusable
    }

    /// Loads a source, in one transaction: on any failure the models are as before, and the ledger says
    /// why. A source that cannot be opened leaves nothing, not even a new database.
    pub fn load(&mut self, request: &Request, progress: &dyn Progress) -> Result<Report> {
        let spec = request.model.spec();
        if spec.nested && request.format == Format::Csv {
            return Err(Error::usage(format!(
                "records of model {} are nested, and CSV cannot hold them",
                spec.name
            ))
            .help(
                "give the vendor's JSON with --collector json, or one record a line with --collector jsonl",
            ));
        }
        let source = request.location.open()?;
        let to_try = request.options.dry_run;
        let opened = match self.warehouse.take() {
            Some((warehouse, same)) if same == to_try => Ok(warehouse),
            _ if to_try => Warehouse::open_to_try(self.database, self.access),
            _ => Warehouse::open(self.database, self.access),
        };
        self.unusable = opened.is_err();
        let mut warehouse = opened?;
        let mut run = Run {
            request,
            start: Instant::now(),
            started_at: now(),
            entry: Source {
                name: request.location.to_string(),
                collector: request.format.name(),
                complete: request.options.complete.unwrap_or(spec.origin == Origin::Vendor),
            },
            seal: Seal::default(),
            read: 0,
            progress,
        };
        let outcome = match run.same_again(&mut warehouse, source.size) {
            Ok(None) => match spec.rules {
                Rules::Keyed { parse, .. } => run.attempt::<Staged>(&mut warehouse, source, |text, taker| {
                    taker.take_each(request.format, text, parse)
                }),
                Rules::Session(parse) => {
                    run.attempt::<Sessions>(&mut warehouse, source, |text, taker| match request.format {
                        Format::Csv => parallel::parse(text, parse, taker),
                        Format::Json | Format::Jsonl => taker.take_each(request.format, text, parse),
                    })
                }
            },
            Ok(Some(report)) => Ok(report),
            Err(error) => Err(error),
        };
        progress.ended();
        match outcome {
            Ok(report) => {
                self.warehouse = Some((warehouse, to_try));
                Ok(report)
            }
            Err(error) if to_try => Err(error),
            Err(error) => Err(run.note(&warehouse, error)),
        }
    }
}

/// One load under way.
struct Run<'r> {
    request: &'r Request,
    start: Instant,
    started_at: String,
    entry: Source,
    seal: Seal,
    read: u64,
    progress: &'r dyn Progress,
}

impl Run<'_> {
    /// Recognises the source of the model's latest load, in which nothing can be new: its bytes are
    /// digested and not parsed. Only a file of the same size is read for it, and once more if it is
    /// another after all.
    fn same_again(&mut self, warehouse: &mut Warehouse, size: Option<u64>) -> Result<Option<Report>> {
        let Request { model, options, .. } = *self.request;
        let path = warehouse.path().to_owned();
        let at_database = |error: Error| error.at(path.display());
        let Some(known) = warehouse.latest(model.spec()).map_err(at_database)? else { return Ok(None) };
        if !size.is_some_and(|size| known.may_be(&self.entry, size)) {
            return Ok(None);
        }
        if !self.starts_alike(warehouse)? {
            return Ok(None);
        }
        let (mut reader, fingerprint) = Digesting::new(self.request.location.open()?.reader);
        let mut piece = vec![0; 1 << 20];
        while reader.read(&mut piece).map_err(|error| decode::unreadable(error).at(&self.entry.name))? > 0 {
            interrupt::check()?;
        }
        if !known.is(&Seal { sha256: fingerprint.sha256(), bytes: fingerprint.bytes() }) {
            return Ok(None);
        }
        let load = match options.dry_run {
            true => None,
            false => {
                let noted = warehouse.note_again(model.spec(), &self.entry, &self.started_at, &known);
                match noted.map_err(at_database)? {
                    None => return Ok(None),
                    load => load,
                }
            }
        };
        Ok(Some(Report {
            model,
            source: self.entry.name.clone(),
            load,
            counts: known.counts_again(),
            samples: Vec::new(),
            first_reject: None,
            elapsed: self.start.elapsed(),
        }))
    }

    /// Whether the first sessions of the source may all be known, as they are if it is the same again. A
    /// large file that happens to have as many bytes as the one before need not be read twice.
    fn starts_alike(&self, warehouse: &Warehouse) -> Result<bool> {
        let Request { model, format: Format::Csv, .. } = *self.request else { return Ok(true) };
        let Rules::Session(parse) = model.spec().rules else { return Ok(true) };
        let mut reader = self.request.location.open()?.reader;
        let text = decode::decompressed(&mut reader)
            .map_err(|error| decode::unreadable(error).at(&self.entry.name))?;
        let times =
            parallel::first_times(text, model.spec(), parse).map_err(|error| error.at(&self.entry.name))?;
        warehouse.may_know(&times).map_err(|error| error.at(warehouse.path().display()))
    }

    fn attempt<S: Sink>(
        &mut self,
        warehouse: &mut Warehouse,
        source: collector::Source,
        take_all: impl FnOnce(Box<dyn Read + Send + '_>, &mut Taker<'_, '_, S>) -> Result<()>,
    ) -> Result<Report> {
        let Request { model, options, .. } = *self.request;
        let spec = model.spec();
        let path = warehouse.path().to_owned();
        let at_database = |error: Error| error.at(path.display());
        let name = self.entry.name.clone();
        let at_source = |error: Error| error.at(&name);
        let mut load = warehouse.begin::<S>(spec, &self.entry, &self.started_at).map_err(at_database)?;

        let size = source.size;
        let (mut reader, fingerprint) = Digesting::new(source.reader);
        let unreadable = |error: std::io::Error| {
            // A signal may have ended the reading.
            interrupt::check().err().unwrap_or_else(|| at_source(decode::unreadable(error)))
        };
        let text = decode::decompressed(&mut reader).map_err(unreadable)?;
        let taken = |records| self.progress.reading(fingerprint.bytes(), size, records);
        let mut taker =
            Taker { spec, load: &mut load, rejects: Rejects::default(), failure: None, taken: &taken };
        let taken = take_all(text, &mut taker);
        let Taker { rejects, failure, .. } = taker;
        self.read = load.counts().read;
        // A signal may have ended the reading.
        interrupt::check()?;
        if let Some(error) = failure {
            return Err(at_database(error));
        }
        taken.map_err(at_source)?;
        // A compressed source may have bytes behind its last record; the digest is of them all.
        std::io::copy(&mut reader, &mut std::io::sink()).map_err(unreadable)?;
        self.seal = Seal { sha256: fingerprint.sha256(), bytes: fingerprint.bytes() };

        rejects.check(spec, self.read, options.max_rejects).map_err(at_source)?;
        let expected = self.read - rejects.count;
        let written = load.write(&|done| self.progress.writing(done, expected)).map_err(at_database)?;
        check_vanished(&written, options.max_vanished).map_err(at_source)?;
        let Written { load, counts, .. } = written;
        let samples = written.samples.clone();
        if !options.dry_run {
            written.commit(&self.seal).map_err(at_database)?;
        }
        Ok(Report {
            model,
            source: self.entry.name.clone(),
            load: (!options.dry_run).then_some(load),
            counts,
            samples,
            first_reject: rejects.first,
            elapsed: self.start.elapsed(),
        })
    }

    /// Notes a failure in the ledger, unless the database is another's at the moment.
    fn note(&self, warehouse: &Warehouse, error: Error) -> Error {
        if error.kind() == Kind::Locked {
            return error;
        }
        let spec = self.request.model.spec();
        let noted =
            warehouse.note_failure(spec, &self.entry, &self.started_at, self.read, &self.seal, &error);
        match noted {
            Ok(()) => error,
            // A database that could not take the load cannot take the note; once is enough to say so.
            Err(why) if error.message().ends_with(why.message()) => error,
            Err(why) => error.note(format_args!("and the ledger could not note it: {}", why.message())),
        }
    }
}

/// Takes the records of a source into a load.
struct Taker<'t, 'w, S> {
    spec: &'static Spec,
    load: &'t mut Load<'w, S>,
    rejects: Rejects,
    /// An error of the database, which is not the source's: it is kept apart, so that neither is
    /// blamed for the other.
    failure: Option<Error>,
    /// Hears how many records were taken.
    taken: &'t dyn Fn(u64),
}

/// The rules of a model whose records go to the sink `S`.
type Parse<S> = for<'a> fn(Raw<'a>) -> std::result::Result<<S as Sink>::Record<'a>, Invalid>;

impl<S: Sink> Taker<'_, '_, S> {
    /// Takes each record of a source.
    fn take_each(&mut self, format: Format, text: impl Read, parse: Parse<S>) -> Result<()> {
        decode::decode(format, text, self.spec.members, &mut |record| self.take(&record, parse))
    }

    /// Takes one record: keeps it, or sets it aside.
    fn take(&mut self, record: &decode::Record<'_>, parse: Parse<S>) -> Result<()> {
        interrupt::check()?;
        let raw = record.raw.as_ref().ok().copied();
        let taken = match record.raw.clone().and_then(parse) {
            Ok(model) => self.load.keep(&model),
            Err(invalid) => {
                self.rejects.add(record.position, &invalid);
                let aside =
                    SetAside { position: record.position, header: record.header, bytes: record.bytes };
                self.load.reject(&aside, &invalid, raw)
            }
        };
        (self.taken)(self.load.counts().read);
        taken.inspect_err(|error| self.failure = Some(error.clone()))
    }
}

impl Taker<'_, '_, Sessions> {
    /// Takes sessions that a parser has ready.
    fn take_batch(&mut self, batch: &mut Batch) -> Result<()> {
        interrupt::check()?;
        let taken = self.load.keep_batch(batch);
        (self.taken)(self.load.counts().read);
        taken.inspect_err(|error| self.failure = Some(error.clone()))
    }
}
