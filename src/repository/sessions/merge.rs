//! Tells new, changed, known and vanished sessions apart.

use super::super::absence;
use super::super::ledger::Counts;
use super::super::sink::{Scope, origin};
use super::session::{Key, Session};
use super::summary::Summary;
use crate::domain::text::hex;
use crate::error::Result;
use rusqlite::{Connection, Row, Rows, params};
use std::collections::HashSet;

/// Before any key.
const FIRST: Key = (i64::MIN, 0, 0, i64::MIN);

/// Goes through the table beside the sorted sessions of a load.
pub struct Merge {
    scope: Scope,
    /// Up to where a complete dump has been compared.
    compared: Key,
    /// Whether sessions are gone at present, and so may return.
    some_gone: bool,
    /// Keys that a record stands for which broke a rule.
    spared: HashSet<Key>,
    /// What sessions that are known change in the summaries.
    summary: Summary,
}

/// A session that the table has.
struct Known {
    key: Key,
    size_mb: f64,
    id: [u8; 20],
}

impl Merge {
    /// Begins at the table's start.
    pub fn new(connection: &Connection, scope: Scope, spared: HashSet<Key>) -> Result<Merge> {
        let some_gone = absence::count_gone(connection, scope.spec.name)? > 0;
        Ok(Merge { scope, compared: FIRST, some_gone, spared, summary: Summary::default() })
    }

    /// Counts each session of the sorted batch, and leaves in it only what is new; what changed goes
    /// to `changed`, and the version that it replaces to the history. The sessions that the table has
    /// in the batch's range of time are read once, in the same order; for a complete dump, also those
    /// before it.
    pub fn tell_apart(
        &mut self,
        connection: &Connection,
        batch: &mut Vec<Session>,
        changed: &mut Vec<Session>,
        counts: &mut Counts,
    ) -> Result<()> {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(()) };
        let after = if self.scope.complete { self.compared } else { (first.start_at, 0, 0, i64::MIN) };
        self.compared = last.key();
        let mut select = select_known(connection)?;
        let mut rows = select.query(params![after.0, after.1, after.2, after.3, last.start_at])?;
        let mut known = next(&mut rows)?;
        if known.is_none() {
            // All of it is new, as in a first load, or behind all that is there.
            counts.inserted += batch.len() as u64;
            return Ok(());
        }
        let mut new = Vec::with_capacity(batch.len());
        for session in batch.iter() {
            while let Some(earlier) = known.take_if(|known| known.key < session.key()) {
                self.lacks(connection, &earlier, counts)?;
                known = next(&mut rows)?;
            }
            match known.take_if(|known| known.key == session.key()) {
                Some(same) => {
                    self.has(connection, &same, counts)?;
                    self.summary.take_back(session);
                    if same.size_mb == session.size_mb {
                        counts.unchanged += 1;
                    } else if self.is_older(connection, same.key)? {
                        counts.older += 1;
                        self.keep_older(connection, session)?;
                    } else {
                        counts.updated += 1;
                        self.keep_version(connection, same.key)?;
                        self.summary.resize(same.size_mb, session.size_mb);
                        changed.push(*session);
                    }
                    known = next(&mut rows)?;
                }
                None => {
                    counts.inserted += 1;
                    new.push(*session);
                }
            }
        }
        // What has the last start and a later key is met again with the next batch.
        *batch = new;
        Ok(())
    }

    /// Looks at what the table has behind the last session, and brings the summaries up to date;
    /// `all` sums up all sessions, as if each were new.
    pub fn finish(mut self, connection: &Connection, all: Summary, counts: &mut Counts) -> Result<()> {
        if self.scope.complete {
            let after = self.compared;
            let mut select = select_known(connection)?;
            let mut rows = select.query(params![after.0, after.1, after.2, after.3, i64::MAX])?;
            while let Some(known) = next(&mut rows)? {
                self.lacks(connection, &known, counts)?;
            }
        }
        self.summary.join(all);
        self.summary.write(connection)
    }

    /// Whether a later date has the known session of this key, so that what a late load says of it is older.
    fn is_older(&self, connection: &Connection, key: Key) -> Result<bool> {
        let Some(late) = self.scope.late else { return Ok(false) };
        let sql = format!(
            "SELECT {} FROM stream_fact WHERE start_at = ?1 AND user_id = ?2 AND movie_id = ?3 AND end_at = ?4",
            late.has(&origin("stream_fact", &["start_at", "user_id", "movie_id", "end_at"], "stream_fact"))
        );
        Ok(connection.prepare_cached(&sql)?.query_row(key, |row| row.get(0))?)
    }

    /// Keeps a session in the history that is older than the known one of the same key.
    fn keep_older(&self, connection: &Connection, session: &Session) -> Result<()> {
        let Session { start_at, user, movie, end_at, size_mb, id } = session;
        connection
            .prepare_cached(
                "INSERT INTO stream_fact_history
                     (start_at, user_id, movie_id, end_at, size_mb, id, load_id, replaced_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            )?
            .execute(params![start_at, user, movie, end_at, size_mb, id.as_slice(), self.scope.load])?;
        Ok(())
    }

    /// The source has a known session.
    fn has(&self, connection: &Connection, known: &Known, counts: &mut Counts) -> Result<()> {
        let some_gone = self.some_gone && self.scope.late.is_none();
        if some_gone && absence::mark_one_reappeared(connection, self.scope, &hex(&known.id))? {
            counts.reappeared += 1;
        }
        Ok(())
    }

    /// The source lacks a known session.
    fn lacks(&self, connection: &Connection, known: &Known, counts: &mut Counts) -> Result<()> {
        if self.scope.complete
            && !self.spared.contains(&known.key)
            && absence::mark_one_vanished(connection, self.scope, &hex(&known.id))?
        {
            counts.vanished += 1;
        }
        Ok(())
    }

    fn keep_version(&self, connection: &Connection, key: Key) -> Result<()> {
        connection
            .prepare_cached(
                "INSERT INTO stream_fact_history
                 SELECT start_at, user_id, movie_id, end_at, size_mb, id, load_id, ?5 FROM stream_fact
                 WHERE start_at = ?1 AND user_id = ?2 AND movie_id = ?3 AND end_at = ?4",
            )?
            .execute(params![key.0, key.1, key.2, key.3, self.scope.load])?;
        Ok(())
    }
}

fn select_known(connection: &Connection) -> Result<rusqlite::CachedStatement<'_>> {
    Ok(connection.prepare_cached(
        "SELECT start_at, user_id, movie_id, end_at, size_mb, id FROM stream_fact
         WHERE (start_at, user_id, movie_id, end_at) > (?1, ?2, ?3, ?4) AND start_at <= ?5
         ORDER BY start_at, user_id, movie_id, end_at",
    )?)
}

fn next(rows: &mut Rows<'_>) -> Result<Option<Known>> {
    rows.next()?.map(known).transpose()
}

fn known(row: &Row<'_>) -> Result<Known> {
    let key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    Ok(Known { key, size_mb: row.get(4)?, id: row.get(5)? })
}
