//! Small sources, read and put through the rules by threads of their own while those before them are written,
//! and a new database is made: half of the time of a night of small files.

use super::keyed::{self, Records};
use super::parallel::{self, Parsed};
use super::request::Request;
use crate::collector::Location;
use crate::decode::{self, Digesting, Format};
use crate::domain::Rules;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest source that is read ahead, in bytes: what is read waits in memory.
const MOST: u64 = 4 << 20;

/// How many sources may wait.
const WAITING: usize = 2;

/// How many are read at a time, where there are as many processors.
const READERS: usize = 2;

/// A source that was read ahead.
pub struct Ahead {
    /// What is in it.
    pub body: Body,
    /// The SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// How many bytes it has.
    pub bytes: u64,
}

/// What is in a source that was read ahead.
pub enum Body {
    /// Records with a key of their own.
    Records(Records),
    /// Sessions.
    Sessions(Box<Parsed>),
}

/// The sources of a delivery on their way.
pub struct OnTheirWay {
    /// The places in the delivery of those that are still to be taken.
    places: BTreeSet<usize>,
    sources: Receiver<(usize, Option<Ahead>)>,
    /// Those that came before their turn.
    early: BTreeMap<usize, Option<Ahead>>,
}

impl OnTheirWay {
    /// Begins to read the small ones among the sources at these places.
    pub fn begin(files: &[Request], places: impl Iterator<Item = usize>) -> OnTheirWay {
        let wanted: VecDeque<(usize, Request)> = places
            .filter_map(|at| Some((at, files.get(at).filter(|file| is_small(file))?.clone())))
            .collect();
        let places: BTreeSet<usize> = wanted.iter().map(|(at, _)| *at).collect();
        let (sender, sources) = sync_channel(WAITING);
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let readers = READERS.min(processors).min(wanted.len());
        let wanted = Arc::new(Mutex::new(wanted));
        for _ in 0..readers {
            let (wanted, sender) = (Arc::clone(&wanted), sender.clone());
            // Without a thread each is read in its turn.
            let _ = std::thread::Builder::new().spawn(move || {
                let next = || wanted.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                while let Some((at, request)) = next() {
                    // Nobody waits any more when the delivery has ended.
                    if sender.send((at, read(&request))).is_err() {
                        break;
                    }
                }
            });
        }
        OnTheirWay { places, sources, early: BTreeMap::new() }
    }

    /// The source at a place, if it was read ahead: what could not be is read again in its turn, and told then.
    /// Places are asked for in their order.
    pub fn take(&mut self, at: usize) -> Option<Ahead> {
        self.places = self.places.split_off(&at);
        self.early = self.early.split_off(&at);
        if !self.places.remove(&at) {
            return None;
        }
        loop {
            if let Some(source) = self.early.remove(&at) {
                return source;
            }
            let (found, source) = self.sources.recv().ok()?;
            // That of a place that was passed is wanted no more.
            if found >= at {
                self.early.insert(found, source);
            }
        }
    }
}

/// Whether a source may be read ahead: a small file whose name says that it is not compressed, in UTF-8.
fn is_small(request: &Request) -> bool {
    let is_small = bytes(request).is_some_and(|bytes| bytes <= MOST);
    let is_plain = matches!(&request.location, Location::File(path)
        if path.extension().is_some() && path.to_str().is_some_and(|name| decode::uncompressed(name) == name));
    is_small && is_plain && request.reading.encoding.is_none()
}

fn bytes(request: &Request) -> Option<u64> {
    request.stamp.as_ref().and_then(|stamp| stamp.bytes)
}

/// Reads a source; `None` if it is not what it seemed or has something that wants another look, and so is to be
/// read as any other.
fn read(request: &Request) -> Option<Ahead> {
    let spec = request.model.spec();
    let (reader, fingerprint) = Digesting::new(request.location.open().ok()?.reader);
    let (start, reader) = decode::look_ahead(reader).ok()?;
    // It is compressed whatever its name, or is something else, or has a mark of its encoding in front.
    if start.is_empty() || !decode::is_plain(&start) {
        return None;
    }
    let mut reader = reader.take(MOST + 1);
    let body = match (spec.rules, request.format) {
        (Rules::Keyed(rules), format) => {
            let mut text = Vec::with_capacity(bytes(request).map_or(0, |bytes| bytes as usize + 1));
            reader.read_to_end(&mut text).ok()?;
            let records = keyed::parse_ahead(spec, rules, format, &request.reading, &text)?;
            // A broken record of CSV is to be told with its header.
            if format == Format::Csv && !records.are_sound() {
                return None;
            }
            Body::Records(records)
        }
        (Rules::Session(parse), Format::Csv) => {
            Body::Sessions(Box::new(parallel::parse_ahead(reader, &request.reading, spec, parse).ok()?))
        }
        (Rules::Session(_), Format::Json | Format::Jsonl) => return None,
    };
    // What grew beyond that was not read to its end.
    let bytes = fingerprint.bytes();
    (bytes <= MOST).then(|| Ahead { body, sha256: fingerprint.sha256(), bytes })
}
