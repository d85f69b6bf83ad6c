//! The warehouse: one SQLite file. The only place that opens connections and writes.

mod absence;
mod connection;
mod ledger;
mod load;
mod migrations;
mod rejects;
mod seal_mark;
mod sealed;
mod sessions;
mod sink;
mod sqlite_error;
mod staged;
mod values;

pub use connection::{Access, open_in_memory, open_read_only};
pub use ledger::{Counts, Latest, Seal, Source, now};
pub use load::{Load, Written};
pub use rejects::{Rejected, SetAside, get as rejected, unresolved};
pub use sealed::{Copy, Sealed, SealedAnswer, unseal};
pub use sessions::{Batch, Interner, Sessions};
pub use sink::{Change, Sink};
pub use staged::Staged;

use crate::domain::Spec;
use crate::error::{Error, Kind, Result};
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// A warehouse that is open for writing.
pub struct Warehouse {
    connection: Connection,
    path: PathBuf,
    memory: usize,
}

impl Warehouse {
    /// Opens the database at `path`, creating it and bringing its schema up to date as needed.
    pub fn open(path: &Path, access: &Access) -> Result<Warehouse> {
        let connection =
            connection::open_for_writing(path, access).map_err(|error| tell_holder(path, error))?;
        Ok(Warehouse { connection, path: path.to_owned(), memory: access.memory })
    }

    /// Opens what is there to try a load on it, or an empty warehouse in memory where nothing is.
    /// The database is not created, and its schema not changed.
    pub fn open_to_try(path: &Path, access: &Access) -> Result<Warehouse> {
        let connection = match path.exists() {
            true => connection::open_existing(path, access).map_err(|error| tell_holder(path, error))?,
            false => connection::open_in_memory()?,
        };
        Ok(Warehouse { connection, path: path.to_owned(), memory: access.memory })
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins to load `source` into a model, in a transaction that only [`Written::commit`] ends well.
    pub fn begin<S: Sink>(
        &mut self,
        spec: &'static Spec,
        source: &Source,
        started_at: &str,
    ) -> Result<Load<'_, S>> {
        // A statement of an earlier load may refer to tables that are made anew.
        self.connection.flush_prepared_statement_cache();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| tell_holder(&self.path, error.into()))?;
        Load::begin(transaction, spec, source, started_at, self.memory)
    }

    /// Notes in the ledger a load that came to nothing, and why.
    pub fn note_failure(
        &self,
        spec: &Spec,
        source: &Source,
        started_at: &str,
        read: u64,
        seal: &Seal,
        error: &Error,
    ) -> Result<()> {
        ledger::note_failure(&self.connection, spec.name, source, started_at, read, seal, error)
    }

    /// The latest load of a model that is done, if there is one.
    pub fn latest(&self, spec: &Spec) -> Result<Option<Latest>> {
        ledger::latest(&self.connection, spec.name)
    }

    /// Whether there are sessions of all these starts and ends, in microseconds since 1970; a session
    /// whose times are not there is new.
    pub fn may_know(&self, times: &[(i64, i64)]) -> Result<bool> {
        sessions::may_know(&self.connection, times)
    }

    /// Notes in the ledger that the source of the latest load came again. Returns the load's id;
    /// `None` if another load was faster.
    pub fn note_again(
        &mut self,
        spec: &Spec,
        source: &Source,
        started_at: &str,
        known: &Latest,
    ) -> Result<Option<i64>> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| tell_holder(&self.path, error.into()))?;
        let load = ledger::note_again(&transaction, spec.name, source, started_at, known)?;
        transaction.commit()?;
        Ok(load)
    }
}

/// Adds to a locked database's error since when the other process has it, if that can be told.
fn tell_holder(path: &Path, error: Error) -> Error {
    match (error.kind(), connection::held_since(path)) {
        (Kind::Locked, Some(since)) => {
            let since = since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            error.note(format_args!("which has been writing since {since}"))
        }
        _ => error,
    }
}
