//! The warehouse: one SQLite file. The only place that opens connections and writes.

mod connection;
mod ledger;
mod load;
mod migrations;
mod rejects;
mod sessions;
mod sqlite_error;
mod staged;
mod values;

pub use connection::{Access, BUSY_TIMEOUT, open_read_only};
pub use ledger::{Counts, Source};
pub use load::{Load, Loaded, Sink};
pub use sessions::Sessions;
pub use staged::Staged;

use crate::domain::Spec;
use crate::error::Result;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// A warehouse that is open for writing.
pub struct Warehouse {
    connection: Connection,
    path: PathBuf,
}

impl Warehouse {
    /// Opens the database at `path`, creating it and bringing its schema up to date as needed.
    pub fn open(path: &Path, access: &Access) -> Result<Warehouse> {
        let connection = connection::open_for_writing(path, access)?;
        Ok(Warehouse { connection, path: path.to_owned() })
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins to load `source` into a model, in a transaction that only [`Load::commit`] ends well.
    pub fn begin<S: Sink>(&mut self, spec: &'static Spec, source: &Source) -> Result<Load<'_, S>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Load::begin(transaction, spec, source)
    }
}
