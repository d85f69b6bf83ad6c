//! Drops old versions, and gives the space that they took back.

use super::as_it_was::with_history;
use super::ledger::now;
use super::undo::Versions;
use crate::error::Result;
use rusqlite::{Connection, params};

/// What was dropped, or would be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Pruned {
    /// Versions that were no longer current after the load.
    pub versions: u64,
    /// Absences that were over by then.
    pub absences: u64,
}

/// Drops what ended with `load` or before, in one transaction: what is known as of this load and later ones stays,
/// and so does the ledger. So does a version that an undo restored in a record that is there: it tells how old the
/// record is, which a late file is compared with.
pub fn prune(connection: &Connection, load: i64, to_try: bool) -> Result<Pruned> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let dropped = drop_versions(connection, load);
    let keep = dropped.is_ok() && !to_try;
    connection.execute_batch(if keep { "COMMIT" } else { "ROLLBACK" })?;
    dropped
}

fn drop_versions(connection: &Connection, load: i64) -> Result<Pruned> {
    let mut pruned = Pruned::default();
    for table in with_history(connection)? {
        let sql = format!(
            "DELETE FROM {table}_history AS h WHERE replaced_by <= ?1 AND NOT (
                 replaced_by IN (SELECT undoes FROM load WHERE undoes IS NOT NULL) AND load_id <> replaced_by
                 AND EXISTS (SELECT 1 FROM {table} AS t WHERE {same})
             )",
            same = Versions::of(connection, &table)?.same("t", "h"),
        );
        pruned.versions += connection.execute(&sql, [load])? as u64;
    }
    pruned.absences = connection.execute("DELETE FROM absence WHERE returned_in <= ?1", [load])? as u64;
    if pruned != Pruned::default() {
        connection.execute("DELETE FROM pruned WHERE load_id < ?1", [load])?;
        connection
            .execute("INSERT OR IGNORE INTO pruned (load_id, at) VALUES (?1, ?2)", params![load, now()])?;
    }
    Ok(pruned)
}
