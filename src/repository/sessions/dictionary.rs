//! Titles and e-mail addresses of sessions, each stored once under a number.

use crate::domain::text::match_key;
use crate::error::{Error, Result};
use hashbrown::HashMap;
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

/// The numbers of the texts known so far, in the database and in this load.
pub struct Dictionary {
    table: Table,
    ids: HashMap<Box<str>, u32>,
    /// Texts that the database does not have yet, in the order in which they came.
    new: Vec<Box<str>>,
    next: u32,
}

impl Dictionary {
    /// Reads what the database knows.
    pub fn read(connection: &Connection, table: Table) -> Result<Dictionary> {
        let Table { name, column, .. } = table;
        let mut select = connection.prepare(&format!("SELECT id, {column} FROM {name}"))?;
        let known =
            select.query_map([], |row| Ok((row.get::<_, String>(1)?.into_boxed_str(), row.get(0)?)))?;
        let ids: HashMap<Box<str>, u32> = known.collect::<rusqlite::Result<_>>()?;
        let next = ids.values().max().map_or(1, |last| last + 1);
        Ok(Dictionary { table, ids, new: Vec::new(), next })
    }

    /// The text's number, a new one if it has none yet.
    pub fn id(&mut self, text: &str) -> Result<u32> {
        if let Some(id) = self.ids.get(text) {
            return Ok(*id);
        }
        let id = self.next;
        self.next = id
            .checked_add(1)
            .ok_or_else(|| Error::failed(format!("more than {} entries in {}", u32::MAX, self.table.name)))?;
        self.ids.insert(text.into(), id);
        self.new.push(text.into());
        Ok(id)
    }

    /// The text's number, if it has one.
    pub fn known(&self, text: &str) -> Option<u32> {
        self.ids.get(text).copied()
    }

    /// Writes what is new.
    pub fn write(&self, connection: &Connection, load: i64) -> Result<()> {
        let Table { name, column, key } = self.table;
        let first = self.next - self.new.len() as u32;
        let sql = match key {
            Some(key) => format!("INSERT INTO {name} (id, load_id, {column}, {key}) VALUES (?1, ?2, ?3, ?4)"),
            None => format!("INSERT INTO {name} (id, load_id, {column}) VALUES (?1, ?2, ?3)"),
        };
        let mut insert = connection.prepare(&sql)?;
        for (id, text) in (first..).zip(&self.new) {
            match key {
                Some(_) => insert.execute(params![id, load, text, match_key(text)])?,
                None => insert.execute(params![id, load, text])?,
            };
        }
        Ok(())
    }
}
