//! Connections, opened here and nowhere else.

use super::migrations;
use crate::error::{Error, Result};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long a command waits for a database that another process holds, if nothing else is said.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes a page; wide, for tables that are read in ranges.
const PAGE_SIZE: i64 = 16 << 10;

/// Kibibytes of pages that a writing connection keeps in memory.
const CACHE_KIB: i64 = 64 << 10;

/// How to get at a database.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// How long to wait for a database that another process holds.
    pub busy_timeout: Duration,
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

fn prepare(connection: &mut Connection, access: &Access) -> Result<()> {
    connection.busy_timeout(access.busy_timeout)?;
    // Takes effect only where the file is still empty.
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // One transaction a load, so a rollback journal costs least, and it leaves no file behind.
    // FULL: what is reported as loaded survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // References hold by construction; to have SQLite look each of them up costs a fifth of a load.
    connection.pragma_update(None, "foreign_keys", false)?;
    migrations::migrate(connection)
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
    let connection = Connection::open_with_flags(path, flags).map_err(|error| at(error.into()))?;
    connection.busy_timeout(access.busy_timeout).map_err(|error| at(error.into()))?;
    migrations::check(&connection).map_err(at)?;
    Ok(connection)
}
