//! The ledger: what was loaded, when, from where, and how much of it was new.

use crate::error::{Error, Kind, Result};
use chrono::{SecondsFormat, Utc};
use rusqlite::{Connection, params};

/// What a load reads.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as it was given, or `-`.
    pub name: String,
    /// The name of its form.
    pub collector: &'static str,
    /// Whether it is everything its sender knows, so that a known record it lacks has vanished.
    pub complete: bool,
}

/// What became of the records of one load. Each record counts once:
/// read = inserted + updated + unchanged + repeated + rejected.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Records in the source.
    pub read: u64,
    /// Keys seen for the first time.
    pub inserted: u64,
    /// Known keys with other content.
    pub updated: u64,
    /// Known keys with the same content.
    pub unchanged: u64,
    /// Records that a later one with the same key in the same source replaced.
    pub repeated: u64,
    /// Records set aside.
    pub rejected: u64,
    /// Known records that this complete dump lacks and the one before it did not.
    pub vanished: u64,
    /// Records that had vanished and are back.
    pub reappeared: u64,
}

/// Now, as the ledger writes times: ISO-8601, UTC, to the millisecond.
pub fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Opens the entry of a load and returns its id.
pub fn open(connection: &Connection, model: &str, source: &Source, started_at: &str) -> Result<i64> {
    connection.execute(
        "INSERT INTO load (model, source, collector, started_at, version, complete) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![model, source.name, source.collector, started_at, env!("CARGO_PKG_VERSION"), source.complete],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Notes a load that came to nothing, after what it did was rolled back.
pub fn note_failure(
    connection: &Connection,
    model: &str,
    source: &Source,
    started_at: &str,
    read: u64,
    sha256: Option<&str>,
    error: &Error,
) -> Result<()> {
    let outcome = match error.kind() {
        Kind::Refused => "refused",
        Kind::Interrupted(_) => "interrupted",
        _ => "failed",
    };
    // The entry is of a load that is done until it says otherwise: all of it, or nothing.
    let transaction = connection.unchecked_transaction()?;
    let load = open(connection, model, source, started_at)?;
    close(connection, load, &Counts { read, ..Counts::default() }, sha256)?;
    connection.execute(
        "UPDATE load SET outcome = ?2, reason = ?3 WHERE id = ?1",
        params![load, outcome, error.message()],
    )?;
    Ok(transaction.commit()?)
}

/// Completes the entry.
pub fn close(connection: &Connection, load: i64, counts: &Counts, sha256: Option<&str>) -> Result<()> {
    let absent = sha256.is_none().then_some("the source was not read to its end");
    connection.execute(
        "UPDATE load SET finished_at = ?2, sha256 = ?3, sha256_absent = ?4,
            read = ?5, inserted = ?6, updated = ?7, unchanged = ?8, repeated = ?9, rejected = ?10,
            vanished = ?11, reappeared = ?12
         WHERE id = ?1",
        params![
            load,
            now(),
            sha256,
            absent,
            counts.read as i64,
            counts.inserted as i64,
            counts.updated as i64,
            counts.unchanged as i64,
            counts.repeated as i64,
            counts.rejected as i64,
            counts.vanished as i64,
            counts.reappeared as i64,
        ],
    )?;
    Ok(())
}
