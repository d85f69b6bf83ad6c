//! What takes the records of a load: one kind for models with a key of their own, one for sessions.

use super::forgotten::Forgotten;
use super::ledger::Counts;
use crate::domain::{Raw, Spec};
use crate::error::Result;
use rusqlite::Connection;
use std::sync::Arc;

/// What a sink needs to know of the load that it serves.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The model.
    pub spec: &'static Spec,
    /// The load's id.
    pub load: i64,
    /// Whether the source is everything its sender knows.
    pub complete: bool,
    /// Whether another part of the same complete dump follows: what this one lacks has not vanished yet.
    pub more: bool,
    /// What is to stay as it is, since deliveries of later dates have brought it.
    pub late: Option<Late>,
    /// About how many bytes of memory may be used for what grows with the source.
    pub memory: usize,
}

/// A load of an earlier date than some that the model has had. The temporary table `newer_load` has these.
#[derive(Clone, Copy, Debug)]
pub struct Late {
    /// The last of them that found records unchanged, which it did not write then; 0 if none did.
    pub confirmed: i64,
}

impl Late {
    /// SQL for whether a later date has the record that the load in `column` wrote last: that load was of a
    /// later date, or one that was found it as it is.
    pub fn has(self, column: &str) -> String {
        format!("({column} IN (SELECT id FROM newer_load) OR {column} < {})", self.confirmed)
    }
}

/// SQL for the load that brought the current version of a record of `table`, whose key is `key`: the one that wrote
/// it, or, where undos restored it, the one that wrote it at first.
pub fn origin(table: &str, key: &[&str], record: &str) -> String {
    let same: Vec<String> = key.iter().map(|column| format!("h.{column} = {record}.{column}")).collect();
    format!(
        "CASE WHEN EXISTS (SELECT 1 FROM load WHERE id = {record}.load_id AND undoes IS NOT NULL) THEN (
             WITH RECURSIVE brought (at) AS (
                 SELECT {record}.load_id
                 UNION ALL
                 SELECT h.load_id FROM brought AS b JOIN load AS u ON u.id = b.at
                 JOIN {table}_history AS h ON {same} AND h.replaced_by = u.undoes AND h.load_id <> h.replaced_by
             )
             SELECT min(at) FROM brought
         ) ELSE {record}.load_id END",
        same = same.join(" AND ")
    )
}

/// Takes the records of one load and writes them. There is one for models with a key of their own,
/// and one for sessions.
pub trait Sink: Sized {
    /// What it takes.
    type Record<'a>;

    /// Makes ready to take records, but for those of people who were forgotten.
    fn open(connection: &Connection, scope: Scope, forgotten: &Arc<Forgotten>) -> Result<Self>;

    /// Takes a record; of a key that comes twice the last one wins.
    fn keep(&mut self, connection: &Connection, record: &Self::Record<'_>) -> Result<()>;

    /// About how many bytes the load has to hold in memory as long as it lasts, whatever it may use.
    fn held(&self) -> u64 {
        0
    }

    /// Hears of a record that breaks a rule: a known record that it may stand for has not vanished.
    fn spare(&mut self, connection: &Connection, raw: Raw<'_>) -> Result<()>;

    /// The load, newer than `than`, that has the record which these members stand for, if there is one.
    fn newer(&self, connection: &Connection, raw: Raw<'_>, than: i64) -> Result<Option<i64>>;

    /// Writes what is new or different, keeps the versions that this replaces, and counts.
    /// `written` hears from time to time how many records are done.
    fn upsert(self, connection: &Connection, counts: &mut Counts, written: &dyn Fn(u64)) -> Result<()>;

    /// Some of the records that the load of this scope updated.
    fn samples(connection: &Connection, scope: Scope) -> Result<Vec<Change>>;
}

/// How many updates a sample shows.
pub const SAMPLES: usize = 3;

/// What an update changed in one record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// The record's key.
    pub key: String,
    /// Fields that differ, with their values before and after.
    pub fields: Vec<(String, String, String)>,
}
