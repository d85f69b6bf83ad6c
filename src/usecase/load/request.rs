//! What to load, and how.

use crate::collector::{self, Listed, Location, Source};
use crate::decode::{Format, Reading};
use crate::domain::Model;
use crate::repository::{Entry, Stamp};
use std::borrow::Cow;
use std::sync::Arc;

/// One source for one model.
#[derive(Clone, Debug)]
pub struct Request {
    /// The model that the source holds.
    pub model: Model,
    /// The source.
    pub location: Location,
    /// Its form.
    pub format: Format,
    /// How it is to be read, as far as that was said.
    pub reading: Arc<Reading>,
    /// The file as it was found; `None` for what is no file.
    pub stamp: Option<Stamp>,
}

impl Request {
    /// A request for what is named on its own, and not found in a folder.
    pub fn new(model: Model, location: Location, format: Format, said: &Arc<Reading>) -> Request {
        let stamp = match &location {
            Location::File(path) => collector::found(path).as_ref().map(stamp_of),
            // What is told of a file of another machine is told when it is opened.
            Location::Stdin | Location::Remote(_) => None,
        };
        Request { model, location, format, reading: reading(model, said), stamp }
    }

    /// A request for a file that was found in a folder.
    pub fn found(model: Model, listed: &Listed, format: Format, said: &Arc<Reading>) -> Request {
        Request {
            model,
            location: listed.location(),
            format,
            reading: reading(model, said),
            stamp: Some(stamp_of(listed)),
        }
    }

    /// What the ledger calls its form. The same file that is read in another way is another source.
    pub fn collector(&self) -> Cow<'static, str> {
        self.reading.collector(self.format)
    }

    /// The source as it was found when it was opened, or else before.
    pub fn stamp_of(&self, open: &Source) -> Option<Stamp> {
        match (&self.location, &open.version) {
            (Location::Remote(address), Some(version)) => Some(Stamp {
                path: address.to_string(),
                bytes: version.bytes,
                modified_at: version.modified_at,
                etag: version.etag.clone(),
            }),
            _ => self.stamp.clone(),
        }
    }

    /// Whether it may be read more than once for little.
    pub fn is_at_hand(&self) -> bool {
        !matches!(self.location, Location::Remote(_))
    }
}

/// How files of a model are read: as it was said, else as the model's description says.
fn reading(model: Model, said: &Arc<Reading>) -> Arc<Reading> {
    let described = model.spec().described.map(|described| &described.as_read);
    match described.filter(|described| !described.is_nothing()).map(Reading::described) {
        // One with a mistake never came to be a model.
        Some(Ok(described)) => Arc::new(said.or(described)),
        Some(Err(_)) | None => Arc::clone(said),
    }
}

/// What tells a file from another that may come in its place.
pub fn stamp_of(listed: &Listed) -> Stamp {
    Stamp {
        path: listed.identity.to_string_lossy().into_owned(),
        bytes: listed.bytes,
        modified_at: listed.modified_at,
        etag: listed.etag.clone(),
    }
}

/// Sources that came together. They are loaded in this order, all of them or none.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What the ledger says of it.
    pub entry: Entry,
    /// The sources.
    pub files: Vec<Request>,
}

/// How to load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether a source is everything its sender knows; `None` for what the model says.
    pub complete: Option<bool>,
    /// Beyond which a source is refused, and its delivery with it.
    pub most: Limits,
    /// Beyond which a source is loaded, and told with an exit code of its own.
    pub warn: Limits,
    /// Whether a complete dump without records is taken, and a source all of whose records are rejected.
    pub allow_empty: bool,
    /// How many records that break a rule are kept of each source, if not as many as usual; the others are
    /// only counted.
    pub keep_rejects: Option<u64>,
    /// Whether a file that is known is skipped.
    pub skip_known: bool,
    /// Whether a complete dump that is older than what its model has is loaded all the same.
    pub load_older: bool,
    /// Whether to say what would be, and change nothing.
    pub dry_run: bool,
}

impl Options {
    /// Whether a source of the model is everything that its sender knows.
    pub fn is_complete(&self, model: Model) -> bool {
        self.complete.unwrap_or(model.spec().complete)
    }
}

/// How many records of a source may be out of the ordinary; `None` for any number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Those that break a rule; a share is one of the records read.
    pub rejected: Option<Limit>,
    /// Those that change a known record; a share is one of the known records.
    pub updated: Option<Limit>,
    /// Known ones that a complete dump lacks; a share is one of the known records.
    pub vanished: Option<Limit>,
}

/// A number of records, or a share of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A number of records.
    Records(u64),
    /// Percent.
    Percent(f64),
}

impl Limit {
    /// Whether `count` of `of` records are too many.
    pub fn is_exceeded(self, count: u64, of: u64) -> bool {
        match self {
            Limit::Records(records) => count > records,
            Limit::Percent(percent) => count as f64 * 100.0 > percent * of as f64,
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Limit::Records(records) => write!(f, "{records}"),
            Limit::Percent(percent) => write!(f, "{percent} %"),
        }
    }
}
