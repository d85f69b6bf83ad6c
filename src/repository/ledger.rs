//! The ledger: what was loaded, when, from where, and how much of it was new.

use crate::error::{Error, Kind, Result};
use chrono::{SecondsFormat, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use std::borrow::Cow;
use std::fmt;

/// What writes an entry of the ledger.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EntryKind {
    /// A source is loaded.
    Load,
    /// Records that were set aside are tried again.
    Replay,
    /// What another entry did is taken back.
    Undo,
    /// A person is taken out.
    Forget,
    /// Records that were set aside need not be mended.
    Dismiss,
}

impl EntryKind {
    /// Its name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            EntryKind::Load => "load",
            EntryKind::Replay => "replay",
            EntryKind::Undo => "undo",
            EntryKind::Forget => "forget",
            EntryKind::Dismiss => "dismiss",
        }
    }
}

/// What a load reads.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as it was given, or `-`.
    pub name: String,
    /// What writes the entry.
    pub kind: EntryKind,
    /// The name of its form, and behind it what was said of how to read it.
    pub collector: Cow<'static, str>,
    /// Whether it is everything its sender knows, so that a known record it lacks has vanished.
    pub complete: bool,
    /// Whether it is a part of that, and another follows in the same delivery.
    pub more: bool,
}

/// What is known of a source when all of it was read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Seal {
    /// The SHA-256 of its bytes, as lower-case hex; `None` if it was not read to its end.
    pub sha256: Option<String>,
    /// How many bytes it had.
    pub bytes: u64,
    /// The columns and members that its model does not know.
    pub unknown: Vec<String>,
}

/// What became of the records of one load. Each record counts once:
/// read = inserted + updated + unchanged + older + repeated + rejected + suppressed.
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
    /// Records of an earlier date than what is known of them: kept in the history, and never current.
    pub older: u64,
    /// Records that a later one with the same key in the same source replaced.
    pub repeated: u64,
    /// Records set aside.
    pub rejected: u64,
    /// Known records that this complete dump lacks and the one before it did not.
    pub vanished: u64,
    /// Records that had vanished and are back.
    pub reappeared: u64,
    /// Records that an undo or a forget took out of the table.
    pub removed: u64,
    /// Records of forgotten people, which are not taken in.
    pub suppressed: u64,
}

impl Counts {
    /// Adds those of another load.
    pub fn add(&mut self, other: &Counts) {
        self.read += other.read;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.older += other.older;
        self.repeated += other.repeated;
        self.rejected += other.rejected;
        self.vanished += other.vanished;
        self.reappeared += other.reappeared;
        self.removed += other.removed;
        self.suppressed += other.suppressed;
    }
}

/// Now, as the ledger writes times: ISO-8601, UTC, to the millisecond.
pub fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The last load, if by the clock it has yet to end: then the clock was moved back.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// Its id.
    pub load: i64,
    /// When it ended.
    pub finished_at: String,
    /// What the clock says.
    pub now: String,
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the clock was moved back: load {} ended at {}", self.load, self.finished_at)
    }
}

/// The last load, if it ended later than now. Times of the ledger have one form, in which text is in the order of time.
pub fn ahead(connection: &Connection) -> Result<Option<Ahead>> {
    let last = "SELECT id, finished_at FROM load WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1";
    let last: Option<(i64, String)> =
        connection.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    // A clock that is corrected by a little, as they all are, is none to tell of.
    let soon = (Utc::now() + TOLERANCE).to_rfc3339_opts(SecondsFormat::Millis, true);
    Ok(last.filter(|(_, finished_at)| *finished_at > soon).map(|(load, finished_at)| Ahead {
        load,
        finished_at,
        now: now(),
    }))
}

/// By how much a clock may be behind without a word.
const TOLERANCE: TimeDelta = TimeDelta::seconds(2);

/// Opens the entry of a load, one of a delivery, and returns its id.
pub fn open(
    connection: &Connection,
    delivery: i64,
    model: &str,
    source: &Source,
    started_at: &str,
) -> Result<i64> {
    connection.execute(
        "INSERT INTO load (model, source, collector, started_at, version, complete, delivery_id, kind)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            model,
            source.name,
            source.collector,
            started_at,
            env!("CARGO_PKG_VERSION"),
            source.complete,
            delivery,
            source.kind.name()
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// A load that came to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'f> {
    /// The model.
    pub model: &'f str,
    /// Its source.
    pub source: &'f Source,
    /// When it began.
    pub started_at: &'f str,
    /// How many records were read.
    pub read: u64,
    /// What is known of the source.
    pub seal: &'f Seal,
}

/// Notes a load that came to nothing, after what it did was rolled back.
pub fn note_failure(
    connection: &Connection,
    delivery: i64,
    failed: &Failed<'_>,
    error: &Error,
) -> Result<()> {
    let load = open(connection, delivery, failed.model, failed.source, failed.started_at)?;
    close(connection, load, &Counts { read: failed.read, ..Counts::default() }, failed.seal)?;
    connection.execute(
        "UPDATE load SET outcome = ?2, reason = ?3 WHERE id = ?1",
        params![load, outcome(error), error.message()],
    )?;
    Ok(())
}

/// What the ledger calls the outcome of what failed with this error.
pub fn outcome(error: &Error) -> &'static str {
    match error.kind() {
        Kind::Refused => "refused",
        Kind::Interrupted(_) => "interrupted",
        _ => "failed",
    }
}

/// Completes the entry.
pub fn close(connection: &Connection, load: i64, counts: &Counts, seal: &Seal) -> Result<()> {
    let absent = seal.sha256.is_none().then_some("the source was not read to its end");
    connection.execute(
        "UPDATE load SET finished_at = ?2, sha256 = ?3, sha256_absent = ?4,
            read = ?5, inserted = ?6, updated = ?7, unchanged = ?8, repeated = ?9, rejected = ?10,
            vanished = ?11, reappeared = ?12, bytes = ?13, older = ?14, unknown = ?15,
            removed = ?16, suppressed = ?17
         WHERE id = ?1",
        params![
            load,
            now(),
            seal.sha256,
            absent,
            counts.read as i64,
            counts.inserted as i64,
            counts.updated as i64,
            counts.unchanged as i64,
            counts.repeated as i64,
            counts.rejected as i64,
            counts.vanished as i64,
            counts.reappeared as i64,
            seal.sha256.as_ref().map(|_| seal.bytes as i64),
            counts.older as i64,
            serde_json::Value::from(seal.unknown.clone()).to_string(),
            counts.removed as i64,
            counts.suppressed as i64,
        ],
    )?;
    Ok(())
}

/// The latest load of a model that is done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Latest {
    id: i64,
    seal: Seal,
    collector: String,
    complete: bool,
    version: String,
    counts: Counts,
}

/// The latest load of a model that is done, if there is one.
pub fn latest(connection: &Connection, model: &str) -> Result<Option<Latest>> {
    let mut select = connection.prepare(
        "SELECT id, sha256, bytes, collector, complete, version,
            read, inserted, updated, unchanged, repeated, rejected, vanished, reappeared, older, unknown, suppressed
         FROM load WHERE model = ?1 AND outcome = 'done' ORDER BY id DESC LIMIT 1",
    )?;
    let latest = select.query_row([model], |row| {
        let count = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Latest {
            id: row.get(0)?,
            seal: Seal {
                sha256: row.get(1)?,
                bytes: row.get::<_, Option<i64>>(2)?.unwrap_or(-1).unsigned_abs(),
                unknown: names(row.get(15)?),
            },
            collector: row.get(3)?,
            complete: row.get(4)?,
            version: row.get(5)?,
            counts: Counts {
                read: count(6)?,
                inserted: count(7)?,
                updated: count(8)?,
                unchanged: count(9)?,
                repeated: count(10)?,
                rejected: count(11)?,
                vanished: count(12)?,
                reappeared: count(13)?,
                older: count(14)?,
                suppressed: count(16)?,
                removed: 0,
            },
        })
    });
    Ok(latest.optional()?)
}

/// The names that a JSON array holds.
fn names(json: Option<String>) -> Vec<String> {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

impl Latest {
    /// Whether a source of so many bytes may be the same again, so that its SHA-256 can tell.
    pub fn may_be(&self, source: &Source, bytes: u64) -> bool {
        self.seal.bytes == bytes
            && self.seal.sha256.is_some()
            // What was set aside is to be set aside anew, under the rules of today.
            && self.counts.rejected == 0
            && self.counts.older == 0
            // Who was forgotten may have changed.
            && self.counts.suppressed == 0
            && self.collector == source.collector
            && self.complete == source.complete
            && self.version == env!("CARGO_PKG_VERSION")
    }

    /// Whether a source with this digest is the same again.
    pub fn is(&self, sha256: Option<&str>) -> bool {
        sha256.is_some() && self.seal.sha256.as_deref() == sha256
    }

    /// What is known of the source.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// What becomes of the records of the same source again.
    pub fn counts_again(&self) -> Counts {
        let Counts { read, inserted, updated, unchanged, repeated, .. } = self.counts;
        Counts { read, unchanged: inserted + updated + unchanged, repeated, ..Counts::default() }
    }
}

/// Notes that the source of the latest load came again, in which nothing can be new. Returns the
/// load's id.
pub fn note_again(
    connection: &Connection,
    delivery: i64,
    model: &str,
    source: &Source,
    started_at: &str,
    known: &Latest,
) -> Result<i64> {
    let load = open(connection, delivery, model, source, started_at)?;
    close(connection, load, &known.counts_again(), &known.seal)?;
    Ok(load)
}
