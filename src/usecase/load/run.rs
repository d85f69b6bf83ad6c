//! One source into one model, within the transaction of its delivery.

use super::ahead::{Ahead, Body};
use super::limits::{Rejects, check_written, warnings};
use super::progress::Progress;
use super::report::Report;
use super::request::{Options, Request};
use super::taker::Taker;
use super::{keyed, parallel};
use crate::collector;
use crate::decode::{self, Digesting, Format, Reading};
use crate::domain::Rules;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::repository::{
    Delivery, EntryKind, Failed, Latest, Load, Seal, Sessions, Sink, Source, Staged, Written, now,
};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// One load under way.
pub struct Run<'r> {
    request: &'r Request,
    options: &'r Options,
    /// The database's file, for errors of the database.
    database: &'r Path,
    start: Instant,
    started_at: String,
    entry: Source,
    seal: Seal,
    read: u64,
    progress: &'r dyn Progress,
}

impl<'r> Run<'r> {
    /// A load that has not begun; `more` says whether another part of the same complete dump follows.
    pub fn new(
        request: &'r Request,
        options: &'r Options,
        more: bool,
        database: &'r Path,
        progress: &'r dyn Progress,
    ) -> Run<'r> {
        let complete = options.is_complete(request.model);
        Run {
            request,
            options,
            database,
            start: Instant::now(),
            started_at: now(),
            entry: Source {
                name: request.location.to_string(),
                kind: EntryKind::Load,
                collector: request.collector(),
                complete,
                more: more && complete,
            },
            seal: Seal::default(),
            read: 0,
            progress,
        }
    }

    /// Loads the source, which is open, or was read ahead.
    pub fn load(&mut self, delivery: &Delivery<'_>, input: Input) -> Result<Report> {
        if let Some(report) = self.same_again(delivery, &input)? {
            return Ok(report);
        }
        let Request { model, format, ref reading, .. } = *self.request;
        let spec = model.spec();
        let loaded = match (spec.rules, input) {
            (Rules::Keyed(rules), Input::Ahead(Ahead { body: Body::Records(records), sha256, bytes })) => {
                self.take_ahead::<Staged>(delivery, sha256, bytes, |taker| {
                    keyed::take_ahead(records, reading, rules, taker)
                })
            }
            (Rules::Session(parse), Input::Ahead(Ahead { body: Body::Sessions(parsed), sha256, bytes })) => {
                self.take_ahead::<Sessions>(delivery, sha256, bytes, |taker| {
                    parallel::take_ahead(parsed, parse, taker)
                })
            }
            (Rules::Keyed(rules), input) => {
                let source = input.open(self.request)?;
                self.attempt::<Staged>(delivery, source, |text, reading, taker| {
                    taker.take_each(format, reading, text, |raw| spec.values(rules, raw))
                })
            }
            (Rules::Session(parse), input) => {
                let source = input.open(self.request)?;
                self.attempt::<Sessions>(delivery, source, |text, reading, taker| match format {
                    Format::Csv => parallel::parse(text, reading, parse, taker),
                    Format::Json | Format::Jsonl => taker.take_each(format, reading, text, parse),
                })
            }
        };
        self.progress.ended();
        loaded
    }

    /// Whether the source may be that of the model's latest load once more, so that its digest is all that is
    /// wanted of it.
    pub fn may_be_the_same(&self, delivery: &Delivery<'_>) -> Result<bool> {
        let Some(stamp) = self.request.stamp.as_ref().filter(|_| !self.request.model.spec().is_new) else {
            return Ok(false);
        };
        let latest = delivery.latest(self.request.model.spec())?;
        Ok(latest.zip(stamp.bytes).is_some_and(|(latest, bytes)| latest.may_be(&self.entry, bytes)))
    }

    /// What the ledger is to say of it if it fails.
    pub fn failed(&self) -> Failed<'_> {
        Failed {
            model: self.request.model.name(),
            source: &self.entry,
            started_at: &self.started_at,
            read: self.read,
            seal: &self.seal,
        }
    }

    /// Recognises the source of the model's latest load, in which nothing can be new: its bytes are
    /// digested and not parsed. Only a file of the same size is read for it, and once more if it is
    /// another after all.
    fn same_again(&mut self, delivery: &Delivery<'_>, input: &Input) -> Result<Option<Report>> {
        let Request { model, .. } = *self.request;
        let database = self.database;
        let at_database = |error: Error| error.at(database.display());
        let Some(known) = delivery.latest(model.spec()).map_err(at_database)? else { return Ok(None) };
        let size = match input {
            Input::Open(source) => source.size,
            Input::Ahead(ahead) => Some(ahead.bytes),
        };
        let may_be_read_twice = self.request.is_at_hand() && !self.entry.more && !model.spec().is_new;
        if !may_be_read_twice || !size.is_some_and(|size| known.may_be(&self.entry, size)) {
            return Ok(None);
        }
        let sha256 = match input {
            Input::Ahead(ahead) => ahead.sha256.clone(),
            Input::Open(_) if !self.starts_alike(delivery)? => return Ok(None),
            Input::Open(_) => digest(self.request)?,
        };
        if !known.is(sha256.as_deref()) {
            return Ok(None);
        }
        let load =
            delivery.note_again(model.spec(), &self.entry, &self.started_at, &known).map_err(at_database)?;
        Ok(Some(self.unchanged(load, &known)))
    }

    fn unchanged(&self, load: i64, known: &Latest) -> Report {
        Report {
            model: self.request.model,
            source: self.entry.name.clone(),
            load: (!self.options.dry_run).then_some(load),
            counts: known.counts_again(),
            samples: Vec::new(),
            first_reject: None,
            rejects_kept: 0,
            unknown: known.seal().unknown.clone(),
            warnings: Vec::new(),
            elapsed: self.start.elapsed(),
        }
    }

    /// Whether the first sessions of the source may all be known, as they are if it is the same again. A
    /// large file that happens to have as many bytes as the one before need not be read twice.
    fn starts_alike(&self, delivery: &Delivery<'_>) -> Result<bool> {
        let Request { model, format: Format::Csv, ref reading, .. } = *self.request else { return Ok(true) };
        let Rules::Session(parse) = model.spec().rules else { return Ok(true) };
        let mut reader = self.request.location.open()?.reader;
        let times = decode::decompressed(&mut reader, reading)
            .and_then(|text| parallel::first_times(text.reader, &text.reading, model.spec(), parse));
        // A signal may have ended the reading.
        interrupt::check()?;
        let times = times.map_err(|error| error.at(&self.entry.name))?;
        delivery.may_know(&times).map_err(|error| error.at(self.database.display()))
    }

    fn attempt<S: Sink>(
        &mut self,
        delivery: &Delivery<'_>,
        source: collector::Source,
        take_all: impl FnOnce(Box<dyn Read + Send + '_>, &Reading, &mut Taker<'_, '_, S>) -> Result<()>,
    ) -> Result<Report> {
        let spec = self.request.model.spec();
        let database = self.database;
        let at_database = |error: Error| error.at(database.display());
        let name = self.entry.name.clone();
        let at_source = |error: Error| error.at(&name);
        let mut load = delivery.load::<S>(spec, &self.entry, &self.started_at).map_err(at_database)?;

        let size = source.size;
        let (mut reader, fingerprint) = Digesting::new(source.reader);
        // A signal may have ended the reading.
        let unreadable = |error: Error| interrupt::check().err().unwrap_or_else(|| at_source(error));
        let decode::Text { reader: text, reading } =
            decode::decompressed(&mut reader, &self.request.reading).map_err(unreadable)?;
        let progress = self.progress;
        let taken = |records| progress.reading(fingerprint.bytes(), size, records);
        let mut taker = Taker {
            spec,
            load: &mut load,
            rejects: Rejects::to_keep(self.options.keep_rejects),
            unknown: BTreeSet::new(),
            failure: None,
            taken: &taken,
            bytes: &|| fingerprint.bytes(),
        };
        let taken = take_all(text, &reading, &mut taker);
        let Taker { rejects, failure, unknown, .. } = taker;
        self.read = load.counts().read;
        // A signal may have ended the reading.
        interrupt::check()?;
        if let Some(error) = failure {
            return Err(at_database(error));
        }
        taken.map_err(|error| at_source(reading.place(error)))?;
        // A compressed source may have bytes behind its last record; the digest is of them all.
        std::io::copy(&mut reader, &mut std::io::sink())
            .map_err(|error| unreadable(decode::unreadable(error)))?;
        self.seal = Seal {
            sha256: fingerprint.sha256(),
            bytes: fingerprint.bytes(),
            unknown: unknown.into_iter().collect(),
        };
        self.finish(load, rejects)
    }

    /// Takes what was read ahead.
    fn take_ahead<S: Sink>(
        &mut self,
        delivery: &Delivery<'_>,
        sha256: Option<String>,
        bytes: u64,
        take_all: impl FnOnce(&mut Taker<'_, '_, S>) -> Result<()>,
    ) -> Result<Report> {
        let spec = self.request.model.spec();
        let database = self.database;
        let at_database = |error: Error| error.at(database.display());
        let mut load = delivery.load::<S>(spec, &self.entry, &self.started_at).map_err(at_database)?;
        let progress = self.progress;
        let taken = |records| progress.reading(bytes, Some(bytes), records);
        let mut taker = Taker {
            spec,
            load: &mut load,
            rejects: Rejects::to_keep(self.options.keep_rejects),
            unknown: BTreeSet::new(),
            failure: None,
            taken: &taken,
            bytes: &|| bytes,
        };
        let taken = take_all(&mut taker);
        let Taker { rejects, failure, unknown, .. } = taker;
        self.read = load.counts().read;
        interrupt::check()?;
        if let Some(error) = failure {
            return Err(at_database(error));
        }
        taken.map_err(|error| error.at(&self.entry.name))?;
        self.seal = Seal { sha256, bytes, unknown: unknown.into_iter().collect() };
        self.finish(load, rejects)
    }

    /// Writes what was taken, unless it is beyond a limit.
    fn finish<S: Sink>(&mut self, load: Load<'_, S>, rejects: Rejects) -> Result<Report> {
        let (database, name) = (self.database, self.entry.name.clone());
        let at_database = |error: Error| error.at(database.display());
        let at_source = |error: Error| error.at(&name);
        let spec = self.request.model.spec();
        rejects.check(spec, self.read, self.entry.complete, self.options).map_err(at_source)?;
        let expected = self.read - rejects.count;
        let progress = self.progress;
        let written = load.write(&|done| progress.writing(done, expected)).map_err(at_database)?;
        check_written(&written, &self.options.most).map_err(at_source)?;
        let warnings = warnings(&written, &self.options.warn);
        let Written { load, counts, .. } = written;
        let samples = written.samples.clone();
        written.finish(&self.seal).map_err(at_database)?;
        Ok(Report {
            model: self.request.model,
            source: self.entry.name.clone(),
            load: (!self.options.dry_run).then_some(load),
            counts,
            samples,
            first_reject: rejects.first,
            rejects_kept: rejects.kept,
            unknown: self.seal.unknown.clone(),
            warnings: warnings.into_iter().map(|warning| format!("{name}: {warning}")).collect(),
            elapsed: self.start.elapsed(),
        })
    }
}

/// A source whose turn it is.
pub enum Input {
    /// It is open.
    Open(collector::Source),
    /// It was read ahead.
    Ahead(Ahead),
}

impl Input {
    fn open(self, request: &Request) -> Result<collector::Source> {
        match self {
            Input::Open(source) => Ok(source),
            Input::Ahead(_) => request.location.open(),
        }
    }
}

/// The SHA-256 of a source's bytes.
pub fn digest(request: &Request) -> Result<Option<String>> {
    let (mut reader, fingerprint) = Digesting::new(request.location.open()?.reader);
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut piece);
        interrupt::check()?;
        if read.map_err(|error| decode::unreadable(error).at(&request.location))? == 0 {
            return Ok(fingerprint.sha256());
        }
    }
}
