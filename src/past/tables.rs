//! The tables and views of the file, and their names in SQL.

use rusqlite::Connection;

use crate::error::Result;

/// The tables or views of the file.
pub fn names(conn: &Connection, kind: &str) -> Result<Vec<String>> {
    let mut statement = conn.prepare(
        "SELECT name FROM main.sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY rowid",
    )?;
    let names = statement.query_map([kind], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// A name as SQL has it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
