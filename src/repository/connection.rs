//! Connections, opened here and nowhere else.

use super::{damage, forgotten, migrations, models, place, seal_mark};
use crate::error::{Error, Result};
use crate::interrupt;
use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
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

/// Opens for writing, creates what is not there, and brings the schema up to date with `migrate`.
pub(super) fn open_for_writing(
    path: &Path,
    access: &Access,
    migrate: fn(&Connection) -> Result<()>,
) -> Result<Connection> {
    open_to_change(path, OpenFlags::SQLITE_OPEN_CREATE, access, |connection| {
        seal_mark::refuse_sealed(connection)?;
        migrate(connection)?;
        forgotten::wipe(connection)
    })
}

/// Opens for writing what is there and up to date, without changing it.
pub(super) fn open_existing(path: &Path, access: &Access) -> Result<Connection> {
    open_to_change(path, OpenFlags::empty(), access, |connection| {
        migrations::check(connection)?;
        seal_mark::refuse_sealed(connection)
    })
}

/// Opens a sealed copy for writing, to take off its seal.
pub(super) fn open_sealed(path: &Path, access: &Access) -> Result<Connection> {
    open_to_change(path, OpenFlags::empty(), access, |connection| migrations::check_known(connection))
}

fn open_to_change(
    path: &Path,
    more: OpenFlags,
    access: &Access,
    prepare: impl FnOnce(&mut Connection) -> Result<()>,
) -> Result<Connection> {
    let open = || -> Result<Connection> {
        if !place::is_there(path)? && more.is_empty() {
            return Err(missing());
        }
        tidy(path);
        let patience = access.busy_timeout.unwrap_or(WAIT_TO_WRITE);
        let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | more, patience)?;
        configure(&connection, access)?;
        prepare(&mut connection)?;
        Ok(connection)
    };
    open().map_err(|error| error.at(path.display()))
}

/// Opens the file at a path, unless its end is missing.
fn open(path: &Path, flags: OpenFlags, patience: Duration) -> Result<Connection> {
    let mut connection =
        Connection::open_with_flags(place::plain(path), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| place::not_opened(path, error))?;
    distrust(&connection)?;
    wait_for_others(&mut connection, patience)?;
    // Takes effect only where the file is still empty.
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    damage::refuse_cut(&connection, path)?;
    Ok(connection)
}

/// Runs nothing that the schema of the file brings: a trigger of another program could undo what a load writes,
/// and a view could call a function that does more than read.
fn distrust(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(())
}

/// Opens a copy that nobody else knows yet. It needs no journal: what goes wrong, goes with the file.
pub(super) fn open_part(path: &Path, access: &Access) -> Result<Connection> {
    let patience = access.busy_timeout.unwrap_or(WAIT_TO_WRITE);
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, patience)?;
    configure(&connection, access)?;
    connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
    Ok(connection)
}

/// Opens the copy that is being made, to read it alone.
pub(super) fn open_part_to_read(path: &Path, access: &Access) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, access.busy_timeout.unwrap_or(WAIT_TO_READ))
}

fn configure(connection: &Connection, access: &Access) -> Result<()> {
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
    begin_to_read(open_for_reading(path, access)?, path)
}

/// Begins to read an up-to-date warehouse: one transaction for as long as the connection lives. A load that ends
/// between two statements of a command, as between two of the six questions, shows in both or in neither.
pub(super) fn begin_to_read(connection: Connection, path: &Path) -> Result<Connection> {
    let at = |error: Error| error.at(path.display());
    connection.execute_batch("BEGIN").map_err(|error| at(error.into()))?;
    migrations::check(&connection).map_err(at)?;
    models::recall(&connection).map_err(at)?;
    Ok(connection)
}

/// Opens what is at a path to ask which models it knows, whatever it is. Waits no longer than to write.
pub(super) fn open_to_ask(path: &Path, access: &Access) -> Result<Connection> {
    let patience = access.busy_timeout.unwrap_or(WAIT_TO_WRITE);
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, patience)
}

/// Opens an up-to-date warehouse to copy it, which is one statement and begins no transaction.
pub(super) fn open_to_copy(path: &Path, access: &Access) -> Result<Connection> {
    let connection = open_for_reading(path, access)?;
    // What a page of the copy leaves free is zeros, and not what was in memory before.
    migrations::check(&connection)
        .and_then(|()| models::recall(&connection))
        .and_then(|()| Ok(connection.execute_batch("PRAGMA secure_delete = ON")?))
        .map_err(|error| error.at(path.display()))?;
    Ok(connection)
}

/// There is no file where the database should be.
pub(super) fn missing() -> Error {
    Error::failed("no such database").help("create it with: scli sync, scli load or scli init-db")
}

/// Opens the database at a path, whatever is in it, for reading.
pub(super) fn open_for_reading(path: &Path, access: &Access) -> Result<Connection> {
    let open = || -> Result<Connection> {
        if !place::is_there(path)? {
            return Err(missing());
        }
        tidy(path);
        open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, access.busy_timeout.unwrap_or(WAIT_TO_READ))
    };
    open().map_err(|error| error.at(path.display()))
}

/// An empty warehouse in memory, to try on it what is not to be done, or to look at its schema.
pub fn open_in_memory() -> Result<Connection> {
    let connection = Connection::open_in_memory()?;
    distrust(&connection)?;
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    configure(&connection, &Access::default())?;
    migrations::migrate(&connection)?;
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
    // To close a file lets go of all locks that this process has on it, those of another connection too.
    let mut tidied = TIDIED.lock().unwrap_or_else(PoisonError::into_inner);
    if tidied.iter().any(|known| known == path) {
        return;
    }
    tidied.push(path.to_owned());
    if !["-journal", "-wal"].iter().any(|suffix| beside(path, suffix).exists()) && !has_log(path) {
        return;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if let Ok(connection) = Connection::open_with_flags(place::plain(path), flags)
        && distrust(&connection).is_ok()
        && connection.busy_timeout(Duration::ZERO).is_ok()
        && migrations::is_warehouse_or_empty(&connection)
    {
        // Going from PERSIST to DELETE removes a journal, under a lock, once it is rolled back.
        let _ = connection.execute_batch("PRAGMA journal_mode = PERSIST; PRAGMA journal_mode = DELETE");
    }
}

/// The databases that this process has put in order.
static TIDIED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

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
