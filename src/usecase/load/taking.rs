//! The records of one source, taken into a load of their model, and what is told of it.

use super::limits::{Rejects, check_written, warnings};
use super::progress::Progress;
use super::report::Report;
use super::request::Options;
use super::taker::Taker;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::repository::{Delivery, Failed, Latest, Load, Seal, Sink, Source, Written, now};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

/// A load of one source, wherever its records come from.
pub struct Taking<'r> {
    model: Model,
    /// What the ledger says of the source.
    pub source: Source,
    options: &'r Options,
    /// The database's file, for errors of the database.
    pub database: &'r Path,
    start: Instant,
    /// When it began.
    pub started_at: String,
    seal: Seal,
    read: u64,
    /// Who hears how far it is.
    pub progress: &'r dyn Progress,
}

/// What was taken of a source, before it is written.
pub struct Taken<'d, S> {
    load: Load<'d, S>,
    rejects: Rejects,
    unknown: BTreeSet<String>,
}

impl<'r> Taking<'r> {
    /// A load that has not begun.
    pub fn new(
        model: Model,
        source: Source,
        options: &'r Options,
        database: &'r Path,
        progress: &'r dyn Progress,
    ) -> Taking<'r> {
        let (start, started_at) = (Instant::now(), now());
        Taking {
            model,
            source,
            options,
            database,
            start,
            started_at,
            seal: Seal::default(),
            read: 0,
            progress,
        }
    }

    /// What the ledger is to say of it if it fails.
    pub fn failed(&self) -> Failed<'_> {
        Failed {
            model: self.model.name(),
            source: &self.source,
            started_at: &self.started_at,
            read: self.read,
            seal: &self.seal,
        }
    }

    /// Has the records taken: `bytes` tells how much of the source was read, of `size`.
    pub fn take<'d, S: Sink>(
        &mut self,
        delivery: &'d Delivery<'_>,
        bytes: &dyn Fn() -> u64,
        size: Option<u64>,
        take_all: impl FnOnce(&mut Taker<'_, 'd, S>) -> Result<()>,
    ) -> Result<Taken<'d, S>> {
        let spec = self.model.spec();
        let at_database = |error: Error| error.at(self.database.display());
        let mut load = delivery.load::<S>(spec, &self.source, &self.started_at).map_err(at_database)?;
        let progress = self.progress;
        let heard = |records| progress.reading(bytes(), size, records);
        let mut taker = Taker {
            spec,
            load: &mut load,
            rejects: Rejects::to_keep(self.options.keep_rejects),
            unknown: BTreeSet::new(),
            failure: None,
            taken: &heard,
            bytes,
        };
        let taken = take_all(&mut taker);
        let Taker { rejects, failure, unknown, .. } = taker;
        self.read = load.counts().read;
        // A signal may have ended the reading.
        interrupt::check()?;
        if let Some(error) = failure {
            return Err(at_database(error));
        }
        taken.map_err(|error| error.at(&self.source.name))?;
        Ok(Taken { load, rejects, unknown })
    }

    /// Writes what was taken of a file, unless it is not what it claims to be, or beyond a limit.
    pub fn finish<S: Sink>(
        &mut self,
        taken: Taken<'_, S>,
        sha256: Option<String>,
        bytes: u64,
    ) -> Result<Report> {
        let checked = taken.rejects.check(self.model.spec(), self.read, self.source.complete, self.options);
        checked.map_err(|error| error.at(&self.source.name))?;
        self.write(taken, sha256, bytes)
    }

    /// Writes what was taken of a stream of messages, however many of them break a rule, unless it is beyond a limit.
    pub fn write_stream<S: Sink>(
        &mut self,
        taken: Taken<'_, S>,
        sha256: String,
        bytes: u64,
    ) -> Result<Report> {
        let checked = taken.rejects.check_limit(self.read, self.options);
        checked.map_err(|error| error.at(&self.source.name))?;
        self.write(taken, Some(sha256), bytes)
    }

    /// Writes what was taken, unless it is beyond a limit.
    fn write<S: Sink>(&mut self, taken: Taken<'_, S>, sha256: Option<String>, bytes: u64) -> Result<Report> {
        let Taken { load, rejects, unknown } = taken;
        self.seal = Seal { sha256, bytes, unknown: unknown.into_iter().collect() };
        let (database, name) = (self.database, self.source.name.clone());
        let at_database = |error: Error| error.at(database.display());
        let at_source = |error: Error| error.at(&name);
        let expected = self.read - rejects.count;
        let progress = self.progress;
        let written = load.write(&|done| progress.writing(done, expected)).map_err(at_database)?;
        check_written(&written, &self.options.most).map_err(at_source)?;
        let warnings = warnings(&written, &self.options.warn);
        let Written { load, counts, .. } = written;
        let samples = written.samples.clone();
        written.finish(&self.seal).map_err(at_database)?;
        Ok(Report {
            counts,
            samples,
            first_reject: rejects.first,
            rejects_kept: rejects.kept,
            unknown: self.seal.unknown.clone(),
            warnings: warnings.into_iter().map(|warning| format!("{name}: {warning}")).collect(),
            ..self.report(load)
        })
    }

    /// What is told of the same source again.
    pub fn unchanged(&self, load: i64, known: &Latest) -> Report {
        let unknown = known.seal().unknown.clone();
        Report { counts: known.counts_again(), unknown, ..self.report(load) }
    }

    fn report(&self, load: i64) -> Report {
        Report {
            model: self.model,
            source: self.source.name.clone(),
            load: (!self.options.dry_run).then_some(load),
            counts: Default::default(),
            samples: Vec::new(),
            first_reject: None,
            rejects_kept: 0,
            unknown: Vec::new(),
            warnings: Vec::new(),
            elapsed: self.start.elapsed(),
        }
    }
}
