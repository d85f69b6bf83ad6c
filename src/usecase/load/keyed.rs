//! Records with a key of their own, put through the rules before their turn comes.

use super::limits::NAMED;
use super::taker::Taker;
use crate::decode::{self, Format, Reading};
use crate::domain::{Keyed, Members, Position, Spec, Value, extra};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::repository::Staged;
use std::collections::BTreeSet;

/// Records that were read ahead.
pub struct Records {
    /// They, in order, up to where the source is broken.
    records: Vec<Record>,
    /// Why it could not be read to its end.
    failure: Option<Error>,
    /// What the records have that the model does not know.
    unknown: BTreeSet<String>,
}

impl Records {
    /// Whether all of them keep the rules, and there is nothing else.
    pub fn are_sound(&self) -> bool {
        self.failure.is_none() && self.records.iter().all(|record| matches!(record, Record::Sound(_)))
    }
}

/// A record that was read ahead.
enum Record {
    /// It keeps the rules: the values of its model.
    Sound(Vec<Value<'static>>),
    /// It breaks one, which is to be looked at again: where it stands, and its bytes.
    Broken(Position<'static>, Vec<u8>),
}

/// How many records of a source are held in memory.
const MOST: usize = 50_000;

/// Puts the records of a small source through the rules, to be taken later; `None` if there are too many, or a
/// broken one is in a place that is to be told with more than a number.
pub fn parse_ahead(
    spec: &Spec,
    rules: &dyn Keyed,
    format: Format,
    reading: &Reading,
    text: &[u8],
) -> Option<Records> {
    let (mut records, mut unknown) = (Vec::new(), BTreeSet::new());
    let mut is_for_later = false;
    let failure = decode::decode_text(format, reading, text, spec.members, &mut |record| {
        interrupt::check()?;
        if records.len() == MOST {
            is_for_later = true;
            return Err(Error::failed("too many records"));
        }
        if let Ok(raw) = &record.raw
            && unknown.len() < NAMED
        {
            extra::unknown(*raw, spec.known, &mut unknown);
        }
        records.push(match record.raw.and_then(|raw| spec.values(rules, raw)) {
            Ok(values) => Record::Sound(values.into_iter().map(Value::into_owned).collect()),
            Err(_) => match record.position.alone() {
                Some(position) => Record::Broken(position, record.bytes.to_vec()),
                None => {
                    is_for_later = true;
                    return Err(Error::failed("to be read in its turn"));
                }
            },
        });
        Ok(())
    })
    .err();
    (!is_for_later).then_some(Records { records, failure, unknown })
}

/// Takes records that were put through the rules ahead; one that breaks a rule is looked at again, to be set aside
/// with what is wrong.
pub fn take_ahead(
    records: Records,
    reading: &Reading,
    rules: &dyn Keyed,
    taker: &mut Taker<'_, '_, Staged>,
) -> Result<()> {
    let spec = taker.spec;
    let reading = Reading { map: reading.map.clone(), ..Reading::default() };
    taker.unknown = records.unknown;
    for record in &records.records {
        interrupt::check()?;
        match record {
            Record::Sound(values) => {
                let taken = taker.load.keep(values);
                (taker.taken)(taker.load.counts().read);
                taken.inspect_err(|error| taker.failure = Some(error.clone()))?;
            }
            Record::Broken(position, bytes) => {
                let text = [b"[", bytes.as_slice(), b"]"].concat();
                decode::decode_text(Format::Json, &reading, &text, Members::NONE, &mut |record| {
                    let record = decode::Record { position: *position, header: None, bytes, raw: record.raw };
                    taker.take(&record, |raw| spec.values(rules, raw))
                })?;
            }
        }
    }
    records.failure.map_or(Ok(()), Err)
}
