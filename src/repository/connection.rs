//! Connections, opened here and nowhere else.

use super::{forgotten, migrations, seal_mark};
use crate::error::{Error, Result};
use crate::interrupt;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long to wait for another process that writes, if nothing else is said: as long as a person
/// does, to write; as long as a large load may hold its last phase, to read.
const WAIT_TO_WRITE: Duration = Duration::from_secs(10);
const WAIT_TO_READ: Duration = Duration::from_secs(3600);

/// Bytes a page; wide, for tables that are read in ranges.
const PAGE_SIZE: i64 = 16 << 10;

/// Of the memory that a load may use, a quarter is for pages that it writes; half is for sorting.
const SHARE_OF_PAGES: usize = 4;

/// How to get at a database.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// How long to wait for a database that another process holds; `None` for the default.
    pub busy_timeout: Option<Duration>,
    /// About how many bytes of memory a load may use for what grows with its source.
    pub memory: usize,
}

impl Default for Access {
    fn default() -> Self {
        Access { busy_timeout: None, memory: 256 << 20 }
    }
}

/// Opens for writing, creates what is not there, and brings the schema up to date.
pub(super) fn open_for_writing(path: &Path, access: &Access) -> Result<Connection> {
    let at = |error: Error| error.at(path.display());
    if path.is_dir() {
        return Err(at(Error::failed("is a directory, not a database").help("name a file with --db PATH")));
    }
    tidy(path);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    prepare(&mut connection, access).and_then(|()| forgotten::wipe(&connection)).map_err(at)?;
    Ok(connection)
}

/// Opens for writing what is there and up to date, without changing it.
pub(super) fn open_existing(path: &Path, access: &Access) -> Result<Connection> {
    tidy(path);
    let at = |error: Error| error.at(path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    configure(&mut connection, access)
        .and_then(|()| migrations::check(&connection))
        .and_then(|()| seal_mark::refuse_sealed(&connection))
        .map_err(at)?;
    Ok(connection)
}

/// Opens a sealed copy for writing, to take off its seal.
pub(super) fn open_sealed(path: &Path, access: &Access) -> Result<Connection> {
    let at = |error: Error| error.at(path.display());
    tidy(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    configure(&mut connection, access).and_then(|()| migrations::check_known(&connection)).map_err(at)?;
    Ok(connection)
}

/// Opens a copy that nobody else knows yet. It needs no journal: what goes wrong, goes with the file.
pub(super) fn open_part(path: &Path, access: &Access) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    configure(&mut connection, access)?;
    connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, access: &Access) -> Result<()> {
    configure(connection, access)?;
    seal_mark::refuse_sealed(connection)?;
    migrations::migrate(connection)
}

fn configure(connection: &mut Connection, access: &Access) -> Result<()> {
    wait_for_others(connection, access.busy_timeout.unwrap_or(WAIT_TO_WRITE))?;
    // Takes effect only where the file is still empty.
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    // A negative number is one of kibibytes.
    connection.pragma_update(
        None,
        "cache_size",
        -((access.memory / SHARE_OF_PAGES) >> 10).cast_signed() as i64,
    )?;
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
    let connection = open_for_reading(path, access)?;
    // One transaction for as long as the connection lives: a load that ends between two statements
    // of a command, as between two of the six questions, shows in both or in neither.
    connection.execute_batch("BEGIN").map_err(|error| at(error.into()))?;
    migrations::check(&connection).map_err(at)?;
    Ok(connection)
}

/// Opens an up-to-date warehouse to copy it, which is one statement and begins no transaction.
pub(super) fn open_to_copy(path: &Path, access: &Access) -> Result<Connection> {
    let connection = open_for_reading(path, access)?;
    // What a page of the copy leaves free is zeros, and not what was in memory before.
    migrations::check(&connection)
        .and_then(|()| Ok(connection.execute_batch("PRAGMA secure_delete = ON")?))
        .map_err(|error| error.at(path.display()))?;
    Ok(connection)
}

fn open_for_reading(path: &Path, access: &Access) -> Result<Connection> {
    tidy(path);
    let at = |error: Error| error.at(path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !path.exists() {
        let error =
            Error::failed("no such database").help("create it with: scli sync, scli load or scli init-db");
        return Err(at(error));
    }
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    wait_for_others(&mut connection, access.busy_timeout.unwrap_or(WAIT_TO_READ)).map_err(at)?;
    Ok(connection)
}

/// An empty warehouse in memory, to try on it what is not to be done, or to look at its schema.
pub fn open_in_memory() -> Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    prepare(&mut connection, &Access::default())?;
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

/// Puts in order what a process that was killed, or a program with other habits, left beside a
/// warehouse: a journal, hot or not, or a write-ahead log. A connection that only reads could not.
/// Another process is neither disturbed nor waited for, and where this fails, the connection that is
/// opened next tells why.
fn tidy(path: &Path) {
    if !["-journal", "-wal"].iter().any(|suffix| beside(path, suffix).exists()) && !has_log(path) {
        return;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if let Ok(connection) = Connection::open_with_flags(path, flags)
        && connection.busy_timeout(Duration::ZERO).is_ok()
        && migrations::is_warehouse_or_empty(&connection)
    {
        // Going from PERSIST to DELETE removes a journal, under a lock, once it is rolled back.
        let _ = connection.execute_batch("PRAGMA journal_mode = PERSIST; PRAGMA journal_mode = DELETE");
    }
}

/// Whether the database is in the mode with a write-ahead log, which its header tells.
fn has_log(path: &Path) -> bool {
    let mut header = [0; 20];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header.ends_with(&[2, 2])
}

/// The path of a file that SQLite keeps beside the database.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Since when another process has been writing, as far as its journal tells.
pub(super) fn held_since(path: &Path) -> Option<DateTime<Utc>> {
    let metadata = std::fs::metadata(beside(path, "-journal")).ok()?;
    metadata.created().or_else(|_| metadata.modified()).ok().map(DateTime::from)
}
