//! The ledger: what was loaded, when, from where, and how much of it was new.

use crate::error::Result;
use chrono::{SecondsFormat, Utc};
use rusqlite::{Connection, params};

/// What a load reads.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as it was given, or `-`.
    pub name: String,
    /// The name of its form.
    pub collector: &'static str,
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
}

/// Now, as the ledger writes times: ISO-8601, UTC, to the millisecond.
fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Opens the entry of a load and returns its id.
pub fn open(connection: &Connection, model: &str, source: &Source) -> Result<i64> {
    connection.execute(
        "INSERT INTO load (model, source, collector, started_at, version) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![model, source.name, source.collector, now(), env!("CARGO_PKG_VERSION")],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Completes the entry.
pub fn close(connection: &Connection, load: i64, counts: &Counts, sha256: Option<&str>) -> Result<()> {
    let absent = sha256.is_none().then_some("the source was not read to its end");
    connection.execute(
        "UPDATE load SET finished_at = ?2, sha256 = ?3, sha256_absent = ?4,
            read = ?5, inserted = ?6, updated = ?7, unchanged = ?8, repeated = ?9, rejected = ?10
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
        ],
    )?;
    Ok(())
}
