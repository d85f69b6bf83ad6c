//! Small dumps of JSON, read and put through the rules by a thread of their own while sources before them are
//! written: half of the time of a night of small files.

use super::limits::NAMED;
use super::request::Request;
use crate::collector::Location;
use crate::decode::{self, Digesting, Format};
use crate::domain::{Position, Rules, Value, extra};
use crate::error::{Error, Result};
use crate::interrupt;
use std::collections::BTreeSet;
use std::io::Read;
use std::sync::mpsc::{Receiver, sync_channel};

/// The largest dump that is read ahead, in bytes: what is read waits in memory.
const MOST: u64 = 4 << 20;

/// How many dumps may wait.
const WAITING: usize = 1;

/// A dump that was read ahead.
pub struct Ahead {
    /// Its records, in order, up to where it is broken.
    pub records: Vec<Record>,
    /// Why it could not be read to its end.
    pub failure: Option<Error>,
    /// What the records have that the model does not know.
    pub unknown: BTreeSet<String>,
    /// The SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// How many bytes it has.
    pub bytes: u64,
}

/// A record that was read ahead.
pub enum Record {
    /// It keeps the rules: the values of its model.
    Sound(Vec<Value<'static>>),
    /// It breaks one, which is to be looked at again: where it stands, and its bytes.
    Broken(Position, Vec<u8>),
}

/// The dumps of a delivery on their way: their places in it, and they.
pub struct Dumps {
    places: Vec<usize>,
    dumps: Receiver<(usize, Ahead)>,
}

impl Dumps {
    /// Begins to read the dumps among the sources at these `places` that come behind the first.
    pub fn begin(files: &[Request], places: &[usize]) -> Dumps {
        let places: Vec<usize> =
            places.iter().copied().skip(1).filter(|at| files.get(*at).is_some_and(is_small_dump)).collect();
        let wanted: Vec<(usize, Request)> =
            places.iter().filter_map(|at| Some((*at, files.get(*at)?.clone()))).collect();
        let (sender, dumps) = sync_channel(WAITING);
        if !wanted.is_empty() {
            std::thread::spawn(move || {
                for (at, request) in wanted {
                    // A source that cannot be opened is told when its turn comes; nobody waits any more when
                    // the delivery has ended.
                    let Some(ahead) = read(&request) else { break };
                    if sender.send((at, ahead)).is_err() {
                        break;
                    }
                }
            });
        }
        Dumps { places, dumps }
    }

    /// The dump at a place, if it was read ahead. Places are asked for in their order.
    pub fn take(&mut self, at: usize) -> Option<Ahead> {
        if self.places.first() != Some(&at) {
            return None;
        }
        self.places.remove(0);
        let (found, ahead) = self.dumps.recv().ok()?;
        (found == at).then_some(ahead)
    }
}

fn is_small_dump(request: &Request) -> bool {
    let is_small = request.stamp.as_ref().is_some_and(|stamp| stamp.bytes <= MOST);
    let is_plain = matches!(&request.location, Location::File(path)
        if path.extension().is_some_and(|end| end == "json" || end == "jsonl" || end == "ndjson"));
    let is_keyed = matches!(request.model.spec().rules, Rules::Keyed { .. });
    is_small && is_plain && is_keyed && request.format != Format::Csv
}

/// Reads a dump; `None` if it is not what it seemed, and is to be read as any other.
fn read(request: &Request) -> Option<Ahead> {
    let Rules::Keyed { parse, .. } = request.model.spec().rules else { return None };
    let spec = request.model.spec();
    let (reader, fingerprint) = Digesting::new(request.location.open().ok()?.reader);
    let mut text = Vec::new();
    reader.take(MOST + 1).read_to_end(&mut text).ok()?;
    // It grew, or is compressed whatever its name.
    if text.len() as u64 > MOST || !matches!(text.first(), Some(b' ' | b'\n' | b'\r' | b'\t' | b'[' | b'{')) {
        return None;
    }
    let (mut records, mut unknown) = (Vec::new(), BTreeSet::new());
    let failure = decode::decode(request.format, text.as_slice(), spec.members, &mut |record| {
        interrupt::check()?;
        if let Ok(raw) = &record.raw
            && unknown.len() < NAMED
        {
            extra::unknown(*raw, spec.known, &mut unknown);
        }
        records.push(match record.raw.and_then(|raw| spec.values(parse, raw)) {
            Ok(values) => Record::Sound(values.into_iter().map(Value::into_owned).collect()),
            Err(_) => Record::Broken(record.position, record.bytes.to_vec()),
        });
        Ok(())
    })
    .err();
    Some(Ahead { records, failure, unknown, sha256: fingerprint.sha256(), bytes: fingerprint.bytes() })
}

impl Record {
    /// A broken record once more, as its decoder gives it, to be set aside with what is wrong.
    pub fn again(
        position: Position,
        bytes: &[u8],
        take: &mut dyn FnMut(&decode::Record<'_>) -> Result<()>,
    ) -> Result<()> {
        let text = [b"[", bytes, b"]"].concat();
        decode::decode(Format::Json, text.as_slice(), &[], &mut |record| {
            take(&decode::Record { position, header: None, bytes, raw: record.raw })
        })
    }
}
