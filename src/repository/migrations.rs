//! The schema's versions: `migrations/V{n}__{what}.sql`, embedded, applied in order, never edited.

use crate::error::{Error, Result};
use refinery::Runner;
use rusqlite::Connection;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// What `PRAGMA application_id` says of a warehouse: "scli" in ASCII. The first migration sets it,
/// and each migration sets `PRAGMA user_version` to its number.
const APPLICATION_ID: i64 = 0x7363_6c69;

/// How often to look again when another process migrates the same new database.
const ATTEMPTS: usize = 3;

/// What a file holds.
enum State {
    Empty,
    Version(i64),
}

/// Brings the schema up to date.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    let mut attempt = 1;
    while !is_current(connection)? {
        match runner().set_grouped(true).run(connection) {
            Ok(_) => {}
            // Another process may have been first; then the schema is there on the next look.
            Err(_) if attempt < ATTEMPTS => {}
            Err(error) => return Err(describe(&error)),
        }
        attempt += 1;
    }
    Ok(())
}

/// Fails unless the schema is up to date, for those who only read.
pub fn check(connection: &Connection) -> Result<()> {
    match state(connection)? {
        State::Version(version) if version == latest() => Ok(()),
        State::Empty => {
            Err(Error::failed("the database is empty").help("create its tables with: scli init-db"))
        }
        State::Version(version) => Err(Error::failed(format!(
            "the database has schema version {version}, this scli needs version {}",
            latest()
        ))
        .help("bring it up to date with: scli init-db")),
    }
}

/// The version of the newest schema that this program knows.
pub fn latest() -> i64 {
    runner().get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or_default()
}

fn is_current(connection: &Connection) -> Result<bool> {
    Ok(matches!(state(connection)?, State::Version(version) if version == latest()))
}

fn state(connection: &Connection) -> Result<State> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if application == APPLICATION_ID {
        return if version <= latest() {
            Ok(State::Version(version))
        } else {
            Err(Error::failed(format!(
                "the database was made by a newer scli: it has schema version {version}, this one knows up to {}",
                latest()
            ))
            .help("use that newer scli, or another database with --db PATH"))
        };
    }
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application == 0 && tables == 0 {
        Ok(State::Empty)
    } else {
        Err(Error::failed("is an SQLite database of another program, not a warehouse of scli")
            .help("name another file with --db PATH or DATABASE_URL; this one was left alone"))
    }
}

fn runner() -> Runner {
    embedded::migrations::runner()
}

fn describe(error: &refinery::Error) -> Error {
    match error.kind() {
        refinery::error::Kind::Connection(_, source) => {
            match source.downcast_ref::<rusqlite::Error>().and_then(|error| error.sqlite_error()) {
                Some(code) => Error::from(rusqlite::Error::SqliteFailure(*code, Some(source.to_string()))),
                None => Error::failed(format!("the schema could not be brought up to date: {source}")),
            }
        }
        _ => Error::failed(format!("the schema could not be brought up to date: {error}")),
    }
}
