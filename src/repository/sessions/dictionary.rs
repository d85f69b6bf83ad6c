//! Titles and e-mail addresses of sessions, each stored once under a number.

use super::interner::Interner;
use crate::domain::text::match_key;
use crate::error::{Error, Result};
use rusqlite::{Connection, params};

/// The table that holds a dictionary.
#[derive(Clone, Copy)]
pub struct Table {
    name: &'static str,
    column: &'static str,
    /// The column for the text's match key, if the questions match by it.
    key: Option<&'static str>,
}

/// Titles of movies.
pub const MOVIES: Table = Table { name: "streamed_movie", column: "title", key: Some("title_key") };
/// E-mail addresses of users.
pub const USERS: Table = Table { name: "streaming_user", column: "email", key: None };

/// The ids of the texts known so far, in the database and in this load.
pub struct Dictionary {
    table: Table,
    texts: Interner,
    /// How many of them the database has.
    stored: usize,
}

impl Dictionary {
    /// Reads what the database knows.
    pub fn read(connection: &Connection, table: Table) -> Result<Dictionary> {
        let Table { name, column, .. } = table;
        let mut texts = Interner::default();
        let mut select = connection.prepare(&format!("SELECT {column} FROM {name} ORDER BY id"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            texts.number(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        // Ids are given in a row from 1 and never taken back, so numbers and ids go together.
        let last: i64 =
            connection
                .query_row(&format!("SELECT coalesce(max(id), 0) FROM {name}"), [], |row| row.get(0))?;
        let stored = texts.count();
        if stored as i64 != last {
            return Err(Error::failed(format!("table {name} has {stored} rows and ids up to {last}"))
                .help("it was changed by hand; restore a copy, or load the files into a new database"));
        }
        Ok(Dictionary { table, texts, stored })
    }

    /// The texts; ids are their numbers.
    pub fn texts(&self) -> &Interner {
        &self.texts
    }

    /// The texts, to number more of them.
    pub fn texts_mut(&mut self) -> &mut Interner {
        &mut self.texts
    }

    /// Writes what is new.
    pub fn write(&self, connection: &Connection, load: i64) -> Result<()> {
        let Table { name, column, key } = self.table;
        let sql = match key {
            Some(key) => format!("INSERT INTO {name} (id, load_id, {column}, {key}) VALUES (?1, ?2, ?3, ?4)"),
            None => format!("INSERT INTO {name} (id, load_id, {column}) VALUES (?1, ?2, ?3)"),
        };
        let mut insert = connection.prepare(&sql)?;
        for id in self.stored + 1..=self.texts.count() {
            let text = self.texts.get(id as u32);
            match key {
                Some(_) => insert.execute(params![id as i64, load, text, match_key(text)])?,
                None => insert.execute(params![id as i64, load, text])?,
            };
        }
        Ok(())
    }
}
