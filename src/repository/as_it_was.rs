//! Turns a copy of a warehouse back, in place, to what it was after an earlier load.

use super::undo::mark;
use super::{sessions, shipped};
use crate::error::Result;
use rusqlite::Connection;

/// The tables that keep earlier versions beside them, in a table called `…_history`.
pub fn with_history(connection: &Connection) -> Result<Vec<String>> {
    let mut select = connection.prepare(
        "SELECT t.name FROM sqlite_schema AS t JOIN sqlite_schema AS h ON h.name = t.name || '_history'
         WHERE t.type = 'table' AND h.type = 'table' AND t.name IN (SELECT table_name FROM data_dictionary)",
    )?;
    let names = select.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Takes out of the file all that came after `load`.
pub fn turn_back(connection: &Connection, load: i64) -> Result<()> {
    let transaction = connection.unchecked_transaction()?;
    for table in with_history(&transaction)? {
        let columns: Vec<String> = transaction
            .prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([&table], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let columns = columns.join(", ");
        transaction.execute_batch(&format!(
            "DELETE FROM \"{table}\" WHERE load_id > {load};
             INSERT OR REPLACE INTO \"{table}\" ({columns})
                 SELECT {columns} FROM \"{table}_history\" WHERE load_id <= {load} AND replaced_by > {load};
             DELETE FROM \"{table}_history\" WHERE replaced_by > {load};"
        ))?;
    }
    transaction.execute_batch(&format!(
        "DELETE FROM absence WHERE vanished_in > {load};
         UPDATE absence SET returned_in = NULL WHERE returned_in > {load};
         DELETE FROM reject WHERE load_id > {load};
         UPDATE reject SET resolved_by = NULL WHERE resolved_by > {load};
         DELETE FROM known_file WHERE load_id > {load};
         DELETE FROM consumed WHERE load_id > {load};
         DELETE FROM delivery WHERE id > (SELECT delivery_id FROM load WHERE id = {load});
         DELETE FROM load WHERE id > {load};
         UPDATE load SET undone_by = NULL WHERE undone_by IS NOT NULL;"
    ))?;
    for (undo, undone) in undos(&transaction)? {
        mark(&transaction, undone, undo)?;
    }
    if shipped::are_there(&transaction)? {
        sessions::summarise(&transaction)?;
    }
    transaction.commit()?;
    // What was taken out is not to stay in pages that are free.
    Ok(connection.execute_batch("VACUUM")?)
}

/// The undos, in their order, and the loads that they took back.
fn undos(connection: &Connection) -> Result<Vec<(i64, i64)>> {
    let mut select =
        connection.prepare("SELECT id, undoes FROM load WHERE undoes IS NOT NULL ORDER BY id")?;
    let undos = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(undos.collect::<rusqlite::Result<_>>()?)
}
