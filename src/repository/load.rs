//! One load: takes the records of a source in, within the transaction of its delivery.

use super::absence;
use super::forgotten::Forgotten;
use super::ledger::{self, Counts, Seal};
use super::rejects::{self, Rejected, SetAside};
use super::sessions::{Batch, Sessions};
use super::sink::{Change, Scope, Sink};
use crate::domain::{Invalid, Raw, Rules, Spec};
use crate::error::Result;
use rusqlite::Connection;
use std::sync::Arc;

/// A load that takes records. What it does lasts if its delivery does.
pub struct Load<'d, S> {
    connection: &'d Connection,
    scope: Scope,
    sink: S,
    counts: Counts,
    forgotten: Arc<Forgotten>,
}

impl<'d, S: Sink> Load<'d, S> {
    pub(super) fn begin(connection: &'d Connection, scope: Scope) -> Result<Self> {
        let forgotten = Arc::new(Forgotten::read(connection)?);
        let sink = S::open(connection, scope, &forgotten)?;
        Ok(Load { connection, scope, sink, counts: Counts::default(), forgotten })
    }

    /// Takes a record that keeps the rules.
    pub fn keep(&mut self, record: &S::Record<'_>) -> Result<()> {
        self.counts.read += 1;
        self.sink.keep(self.connection, record)
    }

    /// Leaves out a record that is of somebody who was forgotten, or names them, and counts it. Returns whether it
    /// is one; `raw` are its members, as far as they could be told.
    pub fn suppress(&mut self, record: &[u8], raw: Option<Raw<'_>>) -> bool {
        let forgotten = self.forgotten.is_in(self.scope.spec, raw, record);
        if forgotten {
            self.counts.read += 1;
            self.counts.suppressed += 1;
        }
        forgotten
    }

    /// Counts a record that breaks one, and sets it aside if it is to be kept; `raw` are its members, as far as
    /// they could be told.
    pub fn reject(
        &mut self,
        kept: Option<&SetAside<'_>>,
        invalid: &Invalid,
        raw: Option<Raw<'_>>,
    ) -> Result<()> {
        self.counts.read += 1;
        self.counts.rejected += 1;
        if let Some(raw) = raw {
            self.sink.spare(self.connection, raw)?;
        }
        kept.map_or(Ok(()), |record| rejects::add(self.connection, self.scope.load, record, invalid))
    }

    /// The records of the model that earlier loads set aside, in the order in which they came.
    pub fn set_aside(&self) -> Result<Vec<i64>> {
        rejects::unresolved(self.connection, self.scope.spec.name)
    }

    /// One of them.
    pub fn rejected(&self, id: i64) -> Result<Rejected> {
        rejects::get(self.connection, id)
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
        if self.forgotten.is_in(self.scope.spec, raw, &rejected.bytes) {
            self.counts.suppressed += 1;
            return rejects::remove(self.connection, rejected.id);
        }
        let newer =
            raw.map(|raw| self.sink.newer(self.connection, raw, rejected.load)).transpose()?.flatten();
        match (newer, record) {
            (Some(_), _) => {
                self.counts.repeated += 1;
                rejects::resolve(self.connection, rejected.id, self.scope.load)
            }
            (None, Some(record)) => {
                rejects::resolve(self.connection, rejected.id, self.scope.load)?;
                self.sink.keep(self.connection, record)
            }
            (None, None) => {
                self.counts.rejected += 1;
                Ok(())
            }
        }
    }

    /// About how many bytes it has to hold in memory as long as it lasts, whatever it may use.
    pub fn held(&self) -> u64 {
        self.sink.held()
    }

    /// How many records were taken and set aside so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Writes what is new or different; [`Written::finish`] completes the ledger's entry.
    /// `written` hears from time to time how many records are done.
    pub fn write(mut self, written: &dyn Fn(u64)) -> Result<Written<'d>> {
        let name = self.scope.spec.name;
        let known = known_records(self.connection, self.scope.spec)?;
        let gone = absence::count_gone(self.connection, name)?;
        self.sink.upsert(self.connection, &mut self.counts, written)?;
        if self.counts.rejected > 0 {
            rejects::supersede(self.connection, self.scope.load, name)?;
        }
        let samples =
            if self.counts.updated > 0 { S::samples(self.connection, self.scope)? } else { Vec::new() };
        Ok(Written {
            connection: self.connection,
            load: self.scope.load,
            counts: self.counts,
            samples,
            known,
            gone,
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

/// How many records of a model are known. Of sessions the summaries tell it, which are true between loads.
fn known_records(connection: &Connection, spec: &Spec) -> Result<u64> {
    let sql = match spec.rules {
        Rules::Session(_) => "SELECT coalesce(sum(streams), 0) FROM stream_by_day".to_owned(),
        Rules::Keyed(_) => format!("SELECT count(*) FROM {}", spec.name),
    };
    Ok(connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// A load that is written, and whose entry in the ledger is still open.
pub struct Written<'d> {
    connection: &'d Connection,
    /// Its id in the ledger.
    pub load: i64,
    /// What became of its records.
    pub counts: Counts,
    /// Some of its updates.
    pub samples: Vec<Change>,
    /// How many records were known before.
    pub known: u64,
    /// How many of them are gone.
    pub gone: u64,
}

impl Written<'_> {
    /// Completes the ledger's entry; `seal` is the source's.
    pub fn finish(self, seal: &Seal) -> Result<()> {
        ledger::close(self.connection, self.load, &self.counts, seal)
    }
}
