//! The warehouse: one SQLite file. The only place that opens connections and writes.

mod absence;
mod as_it_was;
mod connection;
mod consumed;
mod damage;
mod delivery;
mod descriptions;
mod dismiss;
mod forget;
mod forgotten;
mod joined;
mod key;
mod known_file;
mod ledger;
mod load;
mod migrations;
mod models;
mod part;
mod place;
mod prune;
mod rejects;
mod schema;
mod seal_mark;
mod sealed;
mod sessions;
mod shipped;
mod sink;
mod sqlite_error;
mod staged;
mod undo;
mod values;

pub use connection::{Access, open_in_memory, open_read_only};
pub use consumed::{Positions, Span, Subscription};
pub use damage::refuse_unsound;
pub use delivery::{Delivery, Entry};
pub use descriptions::{Kept, kept};
pub use dismiss::{Dismissed, Which};
pub use forget::{Forgot, Removed, SOURCE as FORGET, Trace};
pub use joined::{Joined, open_joined};
pub use known_file::{KnownFile, KnownFiles, Stamp};
pub use ledger::{Ahead, Counts, EntryKind, Failed, Latest, Seal, Source, now};
pub use load::{Load, Written};
pub use place::is_there;
pub use prune::Pruned;
pub use rejects::{Rejected, SetAside, get as rejected, unresolved};
pub use sealed::{Copy, Sealed, SealedAnswer, unseal};
pub use sessions::{Batch, Interner, Sessions};
pub use sink::{Change, Sink};
pub use staged::Staged;
pub use undo::{Aside, Later, Target, Undone};

use crate::error::{Error, Kind, Result};
use delivery::{BEGUN, TO_KEEP, TO_TRY};
use rusqlite::Connection;
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// A warehouse that is open for writing.
pub struct Warehouse {
    connection: Connection,
    path: PathBuf,
    memory: usize,
    /// Whether nothing of what is done is to last.
    to_try: bool,
    tables: Cell<Tables>,
}

/// How far the tables of the database are.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Tables {
    /// They are there.
    Lasting,
    /// They were made in a transaction that is still open, for the first delivery to end.
    Begun,
    /// They last if the first delivery did.
    WithTheFirst,
}

impl Warehouse {
    /// Opens the database at `path`, creating it and bringing its schema up to date as needed.
    pub fn open(path: &Path, access: &Access) -> Result<Warehouse> {
        Warehouse::open_with(path, access, migrations::migrate)
    }

    /// Opens the database at `path` as [`Warehouse::open`] does, but a new one lasts with the first delivery only:
    /// one transaction less, and nobody can read it before that ends. For a delivery that is small.
    pub fn open_for_delivery(path: &Path, access: &Access) -> Result<Warehouse> {
        Warehouse::open_with(path, access, migrations::migrate_or_begin)
    }

    fn open_with(path: &Path, access: &Access, migrate: fn(&Connection) -> Result<()>) -> Result<Warehouse> {
        let connection =
            connection::open_for_writing(path, access, migrate).map_err(|error| tell_holder(path, error))?;
        models::recall(&connection).map_err(|error| error.at(path.display()))?;
        let tables = Cell::new(if connection.is_autocommit() { Tables::Lasting } else { Tables::Begun });
        Ok(Warehouse { connection, path: path.to_owned(), memory: access.memory, to_try: false, tables })
    }

    /// Makes the tables, should they have gone with the first delivery.
    fn make_tables(&self) -> Result<()> {
        if self.tables.replace(Tables::Lasting) == Tables::WithTheFirst {
            migrations::migrate(&self.connection)?;
        }
        Ok(())
    }

    /// Opens the database that is at `path`, bringing its schema up to date as needed.
    pub fn open_existing(path: &Path, access: &Access) -> Result<Warehouse> {
        match place::is_there(path).map_err(|error| error.at(path.display()))? {
            true => Warehouse::open(path, access),
            false => Err(connection::missing().at(path.display())),
        }
    }

    /// Opens what is there to try deliveries on it, or an empty warehouse in memory where nothing is: each
    /// sees what those before it did, and nothing lasts. The database is not created, and its schema not changed.
    pub fn open_to_try(path: &Path, access: &Access) -> Result<Warehouse> {
        let there = place::is_there(path).map_err(|error| error.at(path.display()))?;
        let connection = match there {
            true => connection::open_existing(path, access).map_err(|error| tell_holder(path, error))?,
            false => connection::open_in_memory()?,
        };
        models::recall(&connection).map_err(|error| error.at(path.display()))?;
        let tables = Cell::new(Tables::Lasting);
        Ok(Warehouse { connection, path: path.to_owned(), memory: access.memory, to_try: true, tables })
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nothing of what is done is to last.
    pub fn to_try(&self) -> bool {
        self.to_try
    }

    /// The loads that `what` means, the last one first: a load's number, `load:N` or `delivery:N`. Fails where one
    /// of them cannot be taken back.
    pub fn targets(&self, what: &str) -> Result<Vec<Target>> {
        undo::targets(&self.connection, what)
    }

    /// Drops versions that were replaced by `load` or before it; nothing lasts if that is only tried.
    pub fn prune(&self, load: i64, to_try: bool) -> Result<Pruned> {
        prune::prune(&self.connection, load, to_try)
    }

    /// Writes the file anew, without what is unused.
    pub fn shrink(&self) -> Result<()> {
        Ok(self.connection.execute_batch("VACUUM")?)
    }

    /// Begins a delivery, in a transaction that only its commit ends well.
    pub fn deliver(&self, entry: &Entry, started_at: &str) -> Result<Delivery<'_>> {
        let begun = || -> Result<Delivery<'_>> {
            if self.to_try && self.connection.is_autocommit() {
                self.connection.execute_batch(TO_KEEP.begin)?;
            }
            let bounds = match self.tables.get() {
                _ if self.to_try => TO_TRY,
                Tables::Begun => {
                    self.tables.set(Tables::WithTheFirst);
                    BEGUN
                }
                Tables::WithTheFirst | Tables::Lasting => {
                    self.make_tables()?;
                    TO_KEEP
                }
            };
            Delivery::begin(&self.connection, bounds, entry, started_at, self.memory)
        };
        begun().map_err(|error| tell_holder(&self.path, error))
    }

    /// Notes in the ledger a delivery that came to nothing, why, and with which load it failed.
    pub fn note_failure(
        &self,
        entry: &Entry,
        started_at: &str,
        failed: Option<&Failed<'_>>,
        error: &Error,
    ) -> Result<()> {
        self.make_tables()?;
        delivery::note_failure(&self.connection, entry, started_at, failed, error)
    }

    /// Writes the file anew if it may still have bytes of people who were forgotten.
    pub fn wipe(&self) -> Result<()> {
        forgotten::wipe(&self.connection).map_err(|error| tell_holder(&self.path, error))
    }

    /// The files that were seen before, from the path `first` to the path `last`, in the order of bytes.
    pub fn known_files(&self, first: &str, last: &str) -> Result<KnownFiles> {
        known_file::between(&self.connection, first, last)
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
