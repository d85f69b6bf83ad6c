//! Connections, opened here and nowhere else.

use super::migrations;
use crate::error::{Error, Result};
use crate::interrupt;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long to wait for another process that writes, if nothing else is said: as long as a person
/// does, to write; as long as a large load may hold its last phase, to read.
const WAIT_TO_WRITE: Duration = Duration::from_secs(10);
const WAIT_TO_READ: Duration = Duration::from_secs(3600);

/// Bytes a page; wide, for tables that are read in ranges.
const PAGE_SIZE: i64 = 16 << 10;

/// Kibibytes of pages that a writing connection keeps in memory.
const CACHE_KIB: i64 = 64 << 10;

/// How to get at a database.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// How long to wait for a database that another process holds; `None` for the default.
    pub busy_timeout: Option<Duration>,
}

/// Opens for writing, creates what is not there, and brings the schema up to date.
pub(super) fn open_for_writing(path: &Path, access: &Access) -> Result<Connection> {
    let at = |error: Error| error.at(path.display());
    if path.is_dir() {
        return Err(at(Error::failed("is a directory, not a database").help("name a file with --db PATH")));
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    prepare(&mut connection, access).map_err(at)?;
    Ok(connection)
}

/// Opens for writing what is there and up to date, without changing it.
pub(super) fn open_existing(path: &Path, access: &Access) -> Result<Connection> {
    let at = |error: Error| error.at(path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    configure(&mut connection, access).and_then(|()| migrations::check(&connection)).map_err(at)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, access: &Access) -> Result<()> {
    configure(connection, access)?;
    migrations::migrate(connection)
}

fn configure(connection: &mut Connection, access: &Access) -> Result<()> {
    wait_for_others(connection, access.busy_timeout.unwrap_or(WAIT_TO_WRITE))?;
    // Takes effect only where the file is still empty.
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // One transaction a load, so a rollback journal costs least, and it leaves no file behind.
    // FULL: what is reported as loaded survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // References hold by construction; to have SQLite look each of them up costs a fifth of a load.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(())
}

/// Opens an up-to-date warehouse for reading; nothing can be written through the connection.
pub fn open_read_only(path: &Path, access: &Access) -> Result<Connection> {
    let at = |error: Error| error.at(path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !path.exists() {
        let error =
            Error::failed("no such database").help("create it with: scli sync, scli load or scli init-db");
        return Err(at(error));
    }
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    wait_for_others(&mut connection, access.busy_timeout.unwrap_or(WAIT_TO_READ)).map_err(at)?;
    migrations::check(&connection).map_err(at)?;
    Ok(connection)
}

/// An empty warehouse in memory, to try on it what is not to be done.
pub(super) fn open_in_memory() -> Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    prepare(&mut connection, &Access { busy_timeout: None })?;
    Ok(connection)
}

/// How many milliseconds to wait for others. SQLite's handler takes no state of ours, and one
/// process waits in one way.
static PATIENCE: AtomicU64 = AtomicU64::new(0);

/// Between two looks whether the database is free.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits for other processes, and ends any statement, until a signal asks to stop.
fn wait_for_others(connection: &mut Connection, patience: Duration) -> Result<()> {
    PATIENCE.store(patience.as_millis() as u64, Ordering::Relaxed);
    connection.busy_handler(Some(|looks| {
        let waited = PAUSE.as_millis() as u64 * looks as u64;
        let wait = waited < PATIENCE.load(Ordering::Relaxed) && !interrupt::requested();
        if wait {
            std::thread::sleep(PAUSE);
        }
        wait
    }))?;
    // About every millisecond of work.
    connection.progress_handler(20_000, Some(interrupt::requested))?;
    Ok(())
}

/// Since when another process has been writing, as far as its journal tells.
pub(super) fn held_since(path: &Path) -> Option<DateTime<Utc>> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    let metadata = std::fs::metadata(journal).ok()?;
    metadata.created().or_else(|_| metadata.modified()).ok().map(DateTime::from)
}
