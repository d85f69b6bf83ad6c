//! How a sealed copy is told from a warehouse: it has a table `seal`.

use crate::error::{Error, Result};
use rusqlite::Connection;

/// Fails if the file is a sealed copy, for those who would write to it.
pub fn refuse_sealed(connection: &Connection) -> Result<()> {
    if !is_sealed(connection)? {
        return Ok(());
    }
    Err(Error::failed("is a sealed copy, whose answers would no longer be those of its data").help(
        "name the warehouse that it was made from with --db PATH, or make this file one with: scli unseal",
    ))
}

/// Whether the file is a sealed copy.
pub fn is_sealed(connection: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'seal'";
    Ok(connection.prepare(sql)?.exists([])?)
}
