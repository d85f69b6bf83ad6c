//! Records set aside: what a load set aside no longer waits, and what it settled waits again.

use crate::error::Result;
use rusqlite::{Connection, params};

/// Follows the load `target`, which `undo` takes back. What waits again is a copy: the first one stays settled, as
/// it was before the undo.
pub fn undo(connection: &Connection, target: i64, undo: i64) -> Result<()> {
    connection.execute(
        "INSERT INTO reject (load_id, line, byte, path, rule, field, value, message, raw, raw_bytes, copy_of)
         SELECT ?2, line, byte, path, rule, field, value, message, raw, raw_bytes, coalesce(copy_of, id)
         FROM reject WHERE resolved_by = ?1 AND load_id <> ?1",
        params![target, undo],
    )?;
    connection.execute(
        "UPDATE reject SET resolved_by = ?2 WHERE load_id = ?1 AND resolved_by IS NULL",
        params![target, undo],
    )?;
    Ok(())
}
