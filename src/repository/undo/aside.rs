//! Records set aside: what a load set aside no longer waits, and what it settled waits again.

use crate::error::Result;
use rusqlite::{Connection, params};

/// Records set aside that an undo touched.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Aside {
    /// How many wait again.
    pub waiting: u64,
    /// How many no longer wait.
    pub settled: u64,
}

/// Follows the load `target`, which `undo` takes back. What waits again is a copy: the first one stays settled, as it
/// was before the undo.
pub fn undo(connection: &Connection, target: i64, undo: i64) -> Result<Aside> {
    let settled = last_told("resolved_by", true);
    let waiting = connection.execute(
        &format!(
            "INSERT INTO reject (load_id, line, byte, path, rule, field, value, message, raw, raw_bytes, copy_of)
             SELECT ?2, line, byte, path, rule, field, value, message, raw, raw_bytes, coalesce(copy_of, id)
             FROM reject WHERE id IN ({settled})"
        ),
        params![target, undo],
    )?;
    let settled = connection.execute(
        &format!(
            "UPDATE reject SET resolved_by = ?2 WHERE load_id <> ?2 AND id IN ({})",
            last_told("load_id", false)
        ),
        params![target, undo],
    )?;
    Ok(Aside { waiting: waiting as u64, settled: settled as u64 })
}

/// SQL for the last copy of each record, settled or not, that was set aside (`load_id`) or settled (`resolved_by`) by
/// the load `?1`. Where an undo did that, it did so for the copy before, and so for the load that did it to that.
fn last_told(column: &str, settled: bool) -> String {
    format!(
        "SELECT last FROM (
             WITH RECURSIVE told (last, id, first, at) AS (
                 SELECT id, id, coalesce(copy_of, id), {column} FROM reject AS r
                 WHERE (resolved_by IS NOT NULL) = {settled}
                     AND NOT EXISTS (SELECT 1 FROM reject AS c WHERE c.copy_of = coalesce(r.copy_of, r.id) AND c.id > r.id)
                 UNION ALL
                 SELECT t.last, r.id, t.first, r.{column}
                 FROM told AS t
                 JOIN load AS u ON u.id = t.at AND u.kind = 'undo'
                 JOIN reject AS r ON r.id = (
                     SELECT max(id) FROM reject WHERE id < t.id AND (copy_of = t.first OR id = t.first)
                 )
             )
             SELECT DISTINCT last FROM told WHERE at = ?1
         )"
    )
}
