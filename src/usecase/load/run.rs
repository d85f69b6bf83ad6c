//! One source into one model, within the transaction of its delivery.

use super::ahead::{Ahead, Body};
use super::progress::Progress;
use super::report::Report;
use super::request::{Options, Request};
use super::taker::Taker;
use super::taking::Taking;
use super::{keyed, parallel};
use crate::collector;
use crate::decode::{self, Digesting, Format, Reading};
use crate::domain::Rules;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::repository::{Delivery, EntryKind, Failed, Sessions, Sink, Source, Staged};
use std::io::Read;
use std::path::Path;

/// One load under way.
pub struct Run<'r> {
    request: &'r Request,
    taking: Taking<'r>,
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
        let source = Source {
            name: request.location.to_string(),
            kind: EntryKind::Load,
            collector: request.collector(),
            complete,
            more: more && complete,
        };
        Run { request, taking: Taking::new(request.model, source, options, database, progress) }
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
                    parallel::take_ahead(*parsed, parse, taker)
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
        self.taking.progress.ended();
        loaded
    }

    /// Whether the source may be that of the model's latest load once more, so that its digest is all that is
    /// wanted of it.
    pub fn may_be_the_same(&self, delivery: &Delivery<'_>) -> Result<bool> {
        let Some(stamp) = self.request.stamp.as_ref().filter(|_| !self.request.model.spec().is_new) else {
            return Ok(false);
        };
        let latest = delivery.latest(self.request.model.spec())?;
        Ok(latest.zip(stamp.bytes).is_some_and(|(latest, bytes)| latest.may_be(&self.taking.source, bytes)))
    }

    /// What the ledger is to say of it if it fails.
    pub fn failed(&self) -> Failed<'_> {
        self.taking.failed()
    }

    /// Recognises the source of the model's latest load, in which nothing can be new: its bytes are
    /// digested and not parsed. Only a file of the same size is read for it, and once more if it is
    /// another after all.
    fn same_again(&mut self, delivery: &Delivery<'_>, input: &Input) -> Result<Option<Report>> {
        let Request { model, .. } = *self.request;
        let database = self.taking.database;
        let at_database = |error: Error| error.at(database.display());
        let Some(known) = delivery.latest(model.spec()).map_err(at_database)? else { return Ok(None) };
        let size = match input {
            Input::Open(source) => source.size,
            Input::Ahead(ahead) => Some(ahead.bytes),
        };
        let may_be_read_twice = self.request.is_at_hand() && !self.taking.source.more && !model.spec().is_new;
        if !may_be_read_twice || !size.is_some_and(|size| known.may_be(&self.taking.source, size)) {
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
        let load = delivery
            .note_again(model.spec(), &self.taking.source, &self.taking.started_at, &known)
            .map_err(at_database)?;
        Ok(Some(self.taking.unchanged(load, &known)))
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
        let times = times.map_err(|error| error.at(&self.taking.source.name))?;
        delivery.may_know(&times).map_err(|error| error.at(self.taking.database.display()))
    }

    fn attempt<S: Sink>(
        &mut self,
        delivery: &Delivery<'_>,
        source: collector::Source,
        take_all: impl FnOnce(Box<dyn Read + Send + '_>, &Reading, &mut Taker<'_, '_, S>) -> Result<()>,
    ) -> Result<Report> {
        let size = source.size;
        let (mut reader, fingerprint) = Digesting::new(source.reader);
        let taken = self.taking.take(delivery, &|| fingerprint.bytes(), size, |taker| {
            let decode::Text { reader: text, reading } =
                decode::decompressed(&mut reader, &self.request.reading)?;
            take_all(text, &reading, taker).map_err(|error| reading.place(error))
        })?;
        // A compressed source may have bytes behind its last record; the digest is of them all. A signal may end it.
        std::io::copy(&mut reader, &mut std::io::sink()).map_err(|error| {
            interrupt::check().err().unwrap_or_else(|| decode::unreadable(error).at(&self.taking.source.name))
        })?;
        self.taking.finish(taken, fingerprint.sha256(), fingerprint.bytes())
    }

    /// Takes what was read ahead.
    fn take_ahead<S: Sink>(
        &mut self,
        delivery: &Delivery<'_>,
        sha256: Option<String>,
        bytes: u64,
        take_all: impl FnOnce(&mut Taker<'_, '_, S>) -> Result<()>,
    ) -> Result<Report> {
        let taken = self.taking.take(delivery, &|| bytes, Some(bytes), take_all)?;
        self.taking.finish(taken, sha256, bytes)
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
