//! Titles and e-mail addresses of sessions, each stored once under a number.

use super::interner::Interner;
use crate::domain::text::match_key;
use crate::error::{Error, Result};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

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

/// How many ids may be missing between those that are there, beside as many as there are: people who were
/// forgotten leave gaps, and more than that is no work of ours.
const GAPS: u64 = 1 << 20;

/// The ids of the texts known so far, in the database and in this load.
pub struct Dictionary {
    table: Table,
    texts: Interner,
    /// How many of them the database has.
    stored: usize,
    /// Those whose last session was taken back, which only the history has, and whether this load has them.
    dormant: BTreeMap<u32, bool>,
}

impl Dictionary {
    /// Reads what the database knows. A text keeps its id for good, also while no session has it; the id of one
    /// that was forgotten stands for nothing.
    pub fn read(connection: &Connection, table: Table) -> Result<Dictionary> {
        let Table { name, column, .. } = table;
        let mut texts = Interner::default();
        let mut dormant = BTreeMap::new();
        let (rows, last): (i64, i64) = connection.query_row(
            &format!(
                "SELECT count(*), coalesce(max(id), 0)
                 FROM (SELECT id FROM {name} UNION SELECT id FROM {name}_history)"
            ),
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if last.abs_diff(rows) > GAPS.max(rows.unsigned_abs()) || last > i64::from(u32::MAX) {
            return Err(Error::failed(format!("table {name} has {rows} rows and ids up to {last}"))
                .help("it was changed by hand; restore a copy, or load the files into a new database"));
        }
        let mut select = connection.prepare(&format!(
            "SELECT id, {column}, 0 FROM {name} UNION ALL
             SELECT id, max({column}), 1 FROM {name}_history WHERE id NOT IN (SELECT id FROM {name}) GROUP BY id
             ORDER BY id"
        ))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let id: u32 = row.get(0)?;
            while texts.count() + 1 < id as usize {
                texts.skip();
            }
            let number = texts.number(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
            if row.get(2)? {
                dormant.insert(number, false);
            }
        }
        let stored = texts.count();
        Ok(Dictionary { table, texts, stored, dormant })
    }

    /// Hears which texts the sessions of this load have.
    pub fn wake(&mut self, numbers: impl Iterator<Item = u32>) {
        if !self.dormant.is_empty() {
            for number in numbers {
                self.dormant.entry(number).and_modify(|awake| *awake = true);
            }
        }
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
        let awake = self.dormant.iter().filter(|(_, awake)| **awake).map(|(number, _)| *number as usize);
        for id in awake.chain(self.stored + 1..=self.texts.count()) {
            let text = self.texts.get(id as u32);
            match key {
                Some(_) => insert.execute(params![id as i64, load, text, match_key(text)])?,
                None => insert.execute(params![id as i64, load, text])?,
            };
        }
        Ok(())
    }
}
