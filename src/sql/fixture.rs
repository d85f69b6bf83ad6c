//! What the tests of this layer share: a warehouse in memory, and a sink that keeps what it gets.

use rusqlite::Connection;

use super::{Cell, Sink};
use crate::error::Result;

/// A warehouse without a record.
pub(crate) fn empty() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    for migration in [
        include_str!("../../migrations/V1__warehouse.sql"),
        include_str!("../../migrations/V2__history.sql"),
        include_str!("../../migrations/V3__summaries.sql"),
        include_str!("../../migrations/V4__addresses_once.sql"),
        include_str!("../../migrations/V5__data_dictionary.sql"),
        include_str!("../../migrations/V6__deliveries.sql"),
        include_str!("../../migrations/V7__taking_back.sql"),
    ] {
        conn.execute_batch(migration).unwrap();
    }
    conn
}

/// A warehouse with a few records around the windows of the questions.
pub(crate) fn small() -> Connection {
    let conn = empty();
    conn.execute_batch(include_str!("fixture.sql")).unwrap();
    summarise(&conn);
    conn
}

/// Brings the summaries up to date, as a load does.
pub(crate) fn summarise(conn: &Connection) {
    conn.execute_batch(
        "DELETE FROM stream_by_day; INSERT INTO stream_by_day SELECT * FROM stream_by_day_counted;
         DELETE FROM stream_by_size; INSERT INTO stream_by_size SELECT * FROM stream_by_size_counted;",
    )
    .unwrap();
}

/// Keeps the rows as text: text in quotes, a blob as x and hex digits.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub finished: bool,
}

impl Sink for Collected {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.columns = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let text = |cell: &Cell<'_>| match cell {
            Cell::Null => "NULL".to_owned(),
            Cell::Integer(number) => number.to_string(),
            Cell::Real(number) => format!("{number:?}"),
            Cell::Text(text) => format!("'{text}'"),
            Cell::Blob(bytes) => bytes.iter().fold("x".to_owned(), |hex, byte| format!("{hex}{byte:02x}")),
        };
        self.rows.push(cells.iter().map(text).collect());
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.finished = true;
        Ok(())
    }
}
