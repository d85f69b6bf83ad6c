//! One load: a transaction that takes records in and either commits all of them or leaves no trace.

use super::ledger::{self, Counts, Source};
use super::rejects;
use crate::domain::{Invalid, Position, Spec};
use crate::error::Result;
use rusqlite::{Connection, Transaction};

/// Takes the records of one load and writes them. There is one for models with a key of their own,
/// and one for sessions.
pub trait Sink: Sized {
    /// What it takes.
    type Record<'a>;

    /// Makes ready to take records of `spec` in the load of this id.
    fn open(connection: &Connection, spec: &'static Spec, load: i64) -> Result<Self>;

    /// Takes a record; of a key that comes twice the last one wins.
    fn keep(&mut self, connection: &Connection, record: &Self::Record<'_>) -> Result<()>;

    /// Writes what is new or different, and counts.
    fn upsert(self, connection: &Connection, counts: &mut Counts) -> Result<()>;
}

/// A load that is under way. Dropped without [`Load::commit`], it is rolled back.
pub struct Load<'w, S> {
    transaction: Transaction<'w>,
    id: i64,
    sink: S,
    counts: Counts,
}

impl<'w, S: Sink> Load<'w, S> {
    pub(super) fn begin(transaction: Transaction<'w>, spec: &'static Spec, source: &Source) -> Result<Self> {
        let id = ledger::open(&transaction, spec.name, source)?;
        let sink = S::open(&transaction, spec, id)?;
        Ok(Load { transaction, id, sink, counts: Counts::default() })
    }

    /// Takes a record that keeps the rules.
    pub fn keep(&mut self, record: &S::Record<'_>) -> Result<()> {
        self.counts.read += 1;
        self.sink.keep(&self.transaction, record)
    }

    /// Sets a record aside that breaks one.
    pub fn reject(&mut self, position: Position, invalid: &Invalid, bytes: &[u8]) -> Result<()> {
        self.counts.read += 1;
        self.counts.rejected += 1;
        rejects::add(&self.transaction, self.id, position, invalid, bytes)
    }

    /// How many records were taken and set aside so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Writes what is new or different and makes it last; `sha256` is the source's, if known.
    pub fn commit(mut self, sha256: Option<&str>) -> Result<Loaded> {
        self.sink.upsert(&self.transaction, &mut self.counts)?;
        ledger::close(&self.transaction, self.id, &self.counts, sha256)?;
        self.transaction.commit()?;
        Ok(Loaded { id: self.id, counts: self.counts })
    }
}

/// A load that is done.
#[derive(Clone, Copy, Debug)]
pub struct Loaded {
    /// Its id in the ledger.
    pub id: i64,
    /// What became of its records.
    pub counts: Counts,
}
