//! One load: a transaction that takes records in and either commits all of them or leaves no trace.

use super::absence;
use super::ledger::{self, Counts, Seal, Source};
use super::rejects::{self, Rejected, SetAside};
use super::sessions::{Batch, Sessions};
use super::sink::{Change, Scope, Sink};
use crate::domain::{Invalid, Raw, Spec};
use crate::error::Result;
use rusqlite::Transaction;

/// A load that takes records. Dropped, it is rolled back.
pub struct Load<'w, S> {
    transaction: Transaction<'w>,
    scope: Scope,
    sink: S,
    counts: Counts,
}

impl<'w, S: Sink> Load<'w, S> {
    pub(super) fn begin(
        transaction: Transaction<'w>,
        spec: &'static Spec,
        source: &Source,
        started_at: &str,
        memory: usize,
    ) -> Result<Self> {
        let load = ledger::open(&transaction, spec.name, source, started_at)?;
        let scope = Scope { spec, load, complete: source.complete, memory };
        let sink = S::open(&transaction, scope)?;
        Ok(Load { transaction, scope, sink, counts: Counts::default() })
    }

    /// Takes a record that keeps the rules.
    pub fn keep(&mut self, record: &S::Record<'_>) -> Result<()> {
        self.counts.read += 1;
        self.sink.keep(&self.transaction, record)
    }

    /// Sets a record aside that breaks one; `raw` are its members, as far as they could be told.
    pub fn reject(&mut self, record: &SetAside<'_>, invalid: &Invalid, raw: Option<Raw<'_>>) -> Result<()> {
        self.counts.read += 1;
        self.counts.rejected += 1;
        if let Some(raw) = raw {
            self.sink.spare(&self.transaction, raw)?;
        }
        rejects::add(&self.transaction, self.scope.load, record, invalid)
    }

    /// The records of the model that earlier loads set aside, in the order in which they came.
    pub fn set_aside(&self) -> Result<Vec<i64>> {
        rejects::unresolved(&self.transaction, self.scope.spec.name)
    }

    /// One of them.
    pub fn rejected(&self, id: i64) -> Result<Rejected> {
        rejects::get(&self.transaction, id)
    }

    /// Takes a record that was set aside, if it keeps the rules now. One that a newer load has is
    /// settled by that, whether it keeps the rules or not.
    pub fn replay(
        &mut self,
        rejected: &Rejected,
        raw: Option<Raw<'_>>,
        record: Option<&S::Record<'_>>,
    ) -> Result<()> {
        self.counts.read += 1;
        let newer =
            raw.map(|raw| self.sink.newer(&self.transaction, raw, rejected.load)).transpose()?.flatten();
        match (newer, record) {
            (Some(_), _) => {
                self.counts.repeated += 1;
                rejects::resolve(&self.transaction, rejected.id, self.scope.load)
            }
            (None, Some(record)) => {
                rejects::resolve(&self.transaction, rejected.id, self.scope.load)?;
                self.sink.keep(&self.transaction, record)
            }
            (None, None) => {
                self.counts.rejected += 1;
                Ok(())
            }
        }
    }

    /// How many records were taken and set aside so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Writes what is new or different, which [`Written::commit`] makes last.
    /// `written` hears from time to time how many records are done.
    pub fn write(mut self, written: &dyn Fn(u64)) -> Result<Written<'w>> {
        let name = self.scope.spec.name;
        let known = match self.scope.complete {
            true => absence::count_present(&self.transaction, name)?,
            false => 0,
        };
        self.sink.upsert(&self.transaction, &mut self.counts, written)?;
        if self.counts.rejected > 0 {
            rejects::supersede(&self.transaction, self.scope.load, name)?;
        }
        let samples =
            if self.counts.updated > 0 { S::samples(&self.transaction, self.scope)? } else { Vec::new() };
        Ok(Written {
            transaction: self.transaction,
            load: self.scope.load,
            counts: self.counts,
            samples,
            known,
        })
    }
}

impl Load<'_, Sessions> {
    /// Takes a batch of sessions; batches come in the order of the source.
    pub fn keep_batch(&mut self, batch: &mut Batch) -> Result<()> {
        self.counts.read += batch.sessions.len() as u64;
        self.sink.keep_batch(batch)
    }
}

/// A load that is written and not yet committed. Dropped, it is rolled back.
pub struct Written<'w> {
    transaction: Transaction<'w>,
    /// Its id in the ledger.
    pub load: i64,
    /// What became of its records.
    pub counts: Counts,
    /// Some of its updates.
    pub samples: Vec<Change>,
    /// How many records were known before and not gone, if the source is a complete dump.
    pub known: u64,
}

impl Written<'_> {
    /// Makes it last; `seal` is the source's.
    pub fn commit(self, seal: &Seal) -> Result<()> {
        ledger::close(&self.transaction, self.load, &self.counts, seal)?;
        Ok(self.transaction.commit()?)
    }
}
