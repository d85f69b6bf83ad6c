//! A delivery: files that came together, and one transaction over their loads.

use super::known_file;
use super::ledger::{self, Ahead, Failed, Latest, Source, now, outcome};
use super::load::Load;
use super::sink::{Late, Scope, Sink};
use super::sqlite_error::at_commit;
use super::{models, shipped};
use crate::domain::{DataDate, Spec};
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension, params};
use std::cell::Cell;

/// What a delivery is.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The date of its data.
    pub date: Option<DataDate>,
    /// The folder or file.
    pub source: String,
    /// The name of the source in the project file, if it came from one.
    pub source_name: Option<String>,
}

/// A delivery under way. Dropped, it is rolled back.
pub struct Delivery<'w> {
    pub(super) connection: &'w Connection,
    /// How the transaction begins, ends well, and is rolled back.
    bounds: Bounds,
    entry: Entry,
    pub(super) started_at: String,
    /// Its number, once something was loaded.
    id: Cell<Option<i64>>,
    memory: usize,
    ended: bool,
}

/// The statements around a delivery.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub begin: &'static str,
    pub commit: &'static str,
    pub roll_back: &'static str,
}

/// What is done is done.
pub const TO_KEEP: Bounds = Bounds { begin: "BEGIN IMMEDIATE", commit: "COMMIT", roll_back: "ROLLBACK" };

/// The same, in a transaction that was begun to make the tables.
pub const BEGUN: Bounds = Bounds { begin: "", ..TO_KEEP };

/// Within a transaction that never commits: what is done is there for the deliveries that follow.
pub const TO_TRY: Bounds = Bounds {
    begin: "SAVEPOINT delivery",
    commit: "RELEASE delivery",
    roll_back: "ROLLBACK TO delivery; RELEASE delivery",
};

impl<'w> Delivery<'w> {
    pub(super) fn begin(
        connection: &'w Connection,
        bounds: Bounds,
        entry: &Entry,
        started_at: &str,
        memory: usize,
    ) -> Result<Delivery<'w>> {
        connection.execute_batch(bounds.begin)?;
        let (entry, started_at) = (entry.clone(), started_at.to_owned());
        Ok(Delivery { connection, bounds, entry, started_at, id: Cell::new(None), memory, ended: false })
    }

    /// Its number; `None` while nothing was loaded, and so there is nothing for the ledger to tell.
    pub fn id(&self) -> Option<i64> {
        self.id.get()
    }

    /// Its number, from the first load on.
    pub(super) fn opened(&self) -> Result<i64> {
        match self.id.get() {
            Some(id) => Ok(id),
            None => {
                let id = open(self.connection, &self.entry, &self.started_at)?;
                self.id.set(Some(id));
                Ok(id)
            }
        }
    }

    /// The connection, for what is done within the delivery.
    pub(super) fn connection(&self) -> &'w Connection {
        self.connection
    }

    /// Opens an entry of the ledger that is no load of a source.
    pub(super) fn enter(&self, model: &str, source: &Source, started_at: &str) -> Result<i64> {
        ledger::open(self.connection, self.opened()?, model, source, started_at)
    }

    /// Begins to load `source` into a model.
    pub fn load<S: Sink>(
        &self,
        spec: &'static Spec,
        source: &Source,
        started_at: &str,
    ) -> Result<Load<'_, S>> {
        // A statement of an earlier load may refer to tables that are made anew.
        self.connection.flush_prepared_statement_cache();
        shipped::settle(self.connection)?;
        let load = ledger::open(self.connection, self.opened()?, spec.name, source, started_at)?;
        models::prepare(self.connection, spec, load)?;
        let late = match (&self.entry.date, source.complete) {
            (Some(date), false) => late(self.connection, spec.name, date)?,
            _ => None,
        };
        let scope =
            Scope { spec, load, complete: source.complete, more: source.more, late, memory: self.memory };
        Load::begin(self.connection, scope)
    }

    /// The load before this delivery, if by the clock it has yet to end.
    pub fn ahead(&self) -> Result<Option<Ahead>> {
        ledger::ahead(self.connection)
    }

    /// The latest load of a model that is done, if there is one.
    pub fn latest(&self, spec: &Spec) -> Result<Option<Latest>> {
        ledger::latest(self.connection, spec.name)
    }

    /// Notes that the source of the latest load came again. Returns the load's id.
    pub fn note_again(&self, spec: &Spec, source: &Source, started_at: &str, known: &Latest) -> Result<i64> {
        ledger::note_again(self.connection, self.opened()?, spec.name, source, started_at, known)
    }

    /// The newest date of which the model has a delivery, if it is newer than this one's.
    pub fn newer(&self, spec: &Spec) -> Result<Option<DataDate>> {
        let Some(date) = &self.entry.date else { return Ok(None) };
        let newest: Option<String> = self.connection.query_row(
            "SELECT max(d.date) FROM delivery AS d CROSS JOIN load AS l ON l.delivery_id = d.id
             WHERE d.date > ?2 AND l.model = ?1 AND l.outcome = 'done' AND l.kind = 'load' AND l.undone_by IS NULL",
            params![spec.name, date.as_str()],
            |row| row.get(0),
        )?;
        Ok(newest.as_deref().and_then(DataDate::parse))
    }

    /// The load of the model that read the same bytes in the same form for this delivery's date; `bytes` says how many a file has,
    /// and `sha256` digests it, which is asked only if some load had as many.
    pub fn had(
        &self,
        spec: &Spec,
        collector: &str,
        bytes: u64,
        sha256: &mut dyn FnMut() -> Result<Option<String>>,
    ) -> Result<Option<i64>> {
        let Some(date) = &self.entry.date else { return Ok(None) };
        let mut select = self.connection.prepare_cached(
            "SELECT l.id, l.sha256 FROM delivery AS d CROSS JOIN load AS l ON l.delivery_id = d.id
             WHERE d.date = ?1 AND l.model = ?2 AND l.outcome = 'done' AND l.bytes = ?3 AND l.sha256 IS NOT NULL
                AND l.collector = ?4
             ORDER BY l.id DESC",
        )?;
        let had: Vec<(i64, String)> = select
            .query_map(params![date.as_str(), spec.name, bytes as i64, collector], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        if had.is_empty() {
            return Ok(None);
        }
        let sha256 = sha256()?;
        Ok(had.into_iter().find(|(_, had)| Some(had) == sha256.as_ref()).map(|(load, _)| load))
    }

    /// The digest of what a load read.
    pub fn digest(&self, load: i64) -> Result<Option<String>> {
        let sql = "SELECT sha256 FROM load WHERE id = ?1";
        Ok(self.connection.query_row(sql, [load], |row| row.get(0)).optional()?.flatten())
    }

    /// Remembers a file as it is now, as what a load had.
    pub fn remember(&self, spec: &Spec, file: &known_file::Stamp, load: i64) -> Result<()> {
        known_file::remember(self.connection, spec.name, file, load)
    }

    /// Whether there are sessions of all these starts and ends, in microseconds since 1970; a session
    /// whose times are not there is new.
    pub fn may_know(&self, times: &[(i64, i64)]) -> Result<bool> {
        super::sessions::may_know(self.connection, times)
    }

    /// Makes it last; without a load, only what was remembered of files.
    pub fn commit(mut self) -> Result<()> {
        if let Some(id) = self.id.get() {
            self.connection
                .execute("UPDATE delivery SET finished_at = ?2 WHERE id = ?1", params![id, now()])?;
        }
        self.connection.execute_batch(self.bounds.commit).map_err(at_commit)?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Delivery<'_> {
    fn drop(&mut self) {
        // SQLite itself rolls back after some errors; then there is nothing to end.
        if !self.ended && !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch(self.bounds.roll_back);
        }
    }
}

/// Notes a delivery that came to nothing, and the load that it failed with.
pub fn note_failure(
    connection: &Connection,
    entry: &Entry,
    started_at: &str,
    failed: Option<&Failed<'_>>,
    error: &Error,
) -> Result<()> {
    // The entry is of one that is done until it says otherwise: all of it, or nothing.
    let transaction = connection.unchecked_transaction()?;
    let delivery = open(&transaction, entry, started_at)?;
    if let Some(failed) = failed {
        ledger::note_failure(&transaction, delivery, failed, error)?;
    }
    transaction.execute(
        "UPDATE delivery SET finished_at = ?2, outcome = ?3, reason = ?4 WHERE id = ?1",
        params![delivery, now(), outcome(error), error.message()],
    )?;
    Ok(transaction.commit()?)
}

fn open(connection: &Connection, entry: &Entry, started_at: &str) -> Result<i64> {
    let clock = ledger::ahead(connection)?.map(|ahead| ahead.to_string());
    connection.execute(
        "INSERT INTO delivery (date, source, source_name, started_at, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            entry.date.as_ref().map(DataDate::as_str),
            entry.source,
            entry.source_name,
            started_at,
            clock
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// What later dates brought before this one, if they did: a record that one of them has stays as it is.
fn late(connection: &Connection, model: &str, date: &DataDate) -> Result<Option<Late>> {
    connection.execute_batch(
        "DROP TABLE IF EXISTS temp.newer_load; CREATE TEMP TABLE newer_load (id INTEGER PRIMARY KEY)",
    )?;
    let newer = connection.execute(
        "INSERT INTO newer_load SELECT l.id FROM delivery AS d CROSS JOIN load AS l ON l.delivery_id = d.id
         WHERE d.date > ?2 AND l.model = ?1 AND l.outcome = 'done' AND l.kind IN ('load', 'undo') AND l.undone_by IS NULL",
        params![model, date.as_str()],
    )?;
    let confirmed = "SELECT coalesce(max(l.id), 0) FROM newer_load AS n JOIN load AS l ON l.id = n.id WHERE l.unchanged > 0";
    let confirmed = connection.query_row(confirmed, [], |row| row.get(0))?;
    Ok((newer > 0).then_some(Late { confirmed }))
}
