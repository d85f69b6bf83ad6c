//! The records of a source on their way into a load.

use super::limits::{NAMED, Rejects};
use crate::decode::{self, Format, Reading};
use crate::domain::{Invalid, Raw, Spec, extra};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::repository::{Batch, Load, Sessions, SetAside, Sink};
use std::collections::BTreeSet;
use std::io::Read;

/// Takes the records of a source into a load.
pub struct Taker<'t, 'd, S> {
    /// The model.
    pub spec: &'static Spec,
    /// The load.
    pub load: &'t mut Load<'d, S>,
    /// What was set aside.
    pub rejects: Rejects,
    /// What the records have that the model does not know.
    pub unknown: BTreeSet<String>,
    /// An error of the database, which is not the source's: it is kept apart, so that neither is
    /// blamed for the other.
    pub failure: Option<Error>,
    /// Hears how many records were taken.
    pub taken: &'t dyn Fn(u64),
    /// How many bytes of the source were read.
    pub bytes: &'t dyn Fn() -> u64,
}

/// What a load may hold in memory as long as it lasts, such as each title once: so many bytes, or so many times the
/// bytes of its source, if that is more. A small source that unfolds to more is not what it seems.
const HELD: (u64, u64) = (48 << 20, 4);

impl<S: Sink> Taker<'_, '_, S> {
    /// Takes each record of a source.
    pub fn take_each(
        &mut self,
        format: Format,
        reading: &Reading,
        text: impl Read,
        parse: impl for<'a> Fn(Raw<'a>) -> std::result::Result<S::Record<'a>, Invalid>,
    ) -> Result<()> {
        decode::decode(format, reading, text, self.spec.members, &mut |record| self.take(&record, &parse))
    }

    /// Takes one record: keeps it, or sets it aside.
    pub fn take(
        &mut self,
        record: &decode::Record<'_>,
        parse: impl for<'a> Fn(Raw<'a>) -> std::result::Result<S::Record<'a>, Invalid>,
    ) -> Result<()> {
        interrupt::check()?;
        let raw = record.raw.as_ref().ok().copied();
        // A file of something else altogether may have another name in each record.
        if let Some(raw) = raw
            && self.unknown.len() < NAMED
        {
            extra::unknown(raw, self.spec.known, &mut self.unknown);
        }
        let taken = match record.raw.clone().and_then(parse) {
            Ok(model) => self.load.keep(&model),
            Err(invalid) => {
                let aside =
                    SetAside { position: record.position, header: record.header, bytes: record.bytes };
                if self.load.suppress(record.bytes, raw) {
                    Ok(())
                } else {
                    let keep = self.rejects.add(record.position, record.bytes.len(), &invalid);
                    self.load.reject(keep.then_some(&aside), &invalid, raw)
                }
            }
        };
        (self.taken)(self.load.counts().read);
        taken.inspect_err(|error| self.failure = Some(error.clone()))?;
        self.refuse_unfolding()
    }

    /// Fails if there is more to hold than a source of this size has.
    fn refuse_unfolding(&self) -> Result<()> {
        let held = self.load.held();
        if held <= HELD.0 || held <= (self.bytes)().saturating_mul(HELD.1) {
            return Ok(());
        }
        Err(Error::failed(format!(
            "the titles and addresses in its first {} bytes take {} MiB of memory, each once",
            (self.bytes)(),
            held >> 20
        ))
        .help("if the file is what it should be, unpack it and load that"))
    }
}

impl Taker<'_, '_, Sessions> {
    /// Takes sessions that a parser has ready.
    pub fn take_batch(&mut self, batch: &mut Batch) -> Result<()> {
        interrupt::check()?;
        let taken = self.load.keep_batch(batch);
        (self.taken)(self.load.counts().read);
        taken.inspect_err(|error| self.failure = Some(error.clone()))?;
        self.refuse_unfolding()
    }
}
