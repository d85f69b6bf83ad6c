//! Tells new, changed and known sessions apart.

use super::super::ledger::Counts;
use super::session::Session;
use crate::error::Result;
use rusqlite::{Connection, params};

/// Counts each session of the sorted batch, and leaves in it only what must be written. The sessions
/// that the table has in the batch's range of time are read once, in the same order.
pub fn drop_unchanged(connection: &Connection, batch: &mut Vec<Session>, counts: &mut Counts) -> Result<()> {
    let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(()) };
    let mut select = connection.prepare_cached(
        "SELECT start_at, user_id, movie_id, end_at, size_mb FROM stream_fact
         WHERE start_at BETWEEN ?1 AND ?2
         ORDER BY start_at, user_id, movie_id, end_at",
    )?;
    let mut rows = select.query(params![first.start_at, last.start_at])?;
    let mut next = || -> Result<Option<(super::session::Key, f64)>> {
        match rows.next()? {
            Some(row) => Ok(Some(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), row.get(4)?))),
            None => Ok(None),
        }
    };
    let mut known = next()?;
    let mut failure = None;
    batch.retain(|session| {
        while known.is_some_and(|(key, _)| key < session.key()) {
            match next() {
                Ok(after) => known = after,
                Err(error) => {
                    failure = Some(error);
                    known = None;
                }
            }
        }
        match known {
            Some((key, size_mb)) if key == session.key() => {
                let changed = size_mb != session.size_mb;
                *(if changed { &mut counts.updated } else { &mut counts.unchanged }) += 1;
                changed
            }
            _ => {
                counts.inserted += 1;
                true
            }
        }
    });
    failure.map_or(Ok(()), Err)
}
