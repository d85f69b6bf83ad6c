//! Takes a person out of everything: what is theirs goes, from every date, and what others say of them is told.

use super::delivery::Delivery;
use super::ledger::{self, Counts, EntryKind, Source};
use super::{forgotten, sessions, shipped};
use crate::domain::described::Description;
use crate::domain::{Address, Model, key_parts};
use crate::error::Result;
use crate::interrupt;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

/// What the ledger calls the source.
pub const SOURCE: &str = "forget";

/// How many places are told where the address still stands.
const TOLD: usize = 100;

/// What became of a person.
#[derive(Clone, Debug)]
pub struct Forgot {
    /// Whether they had been forgotten before.
    pub before: bool,
    /// How many rows went, of which table or what of it.
    pub removed: Vec<Removed>,
    /// Where the address still stands: in what is not theirs. At most the first hundred places.
    pub traces: Vec<Trace>,
    /// In how many places it stands.
    pub traced: u64,
}

/// How many rows of a table went.
#[derive(Clone, Copy, Debug)]
pub struct Removed {
    /// The table.
    pub table: &'static str,
    /// How many.
    pub rows: u64,
}

/// A place where the address still stands.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The first column of the row, as a text without the address.
    pub key: String,
}

impl Forgot {
    /// How many rows went.
    pub fn rows(&self) -> u64 {
        self.removed.iter().map(|removed| removed.rows).sum()
    }
}

impl Delivery<'_> {
    /// Takes a person out and notes it in the ledger. What they left in the file's bytes is wiped by
    /// [`Warehouse::wipe`](super::Warehouse::wipe), once this is committed.
    pub fn forget(&self, address: &Address) -> Result<Forgot> {
        let connection = self.connection;
        // So that less is left if the process dies before the file is written anew.
        connection.execute_batch("PRAGMA secure_delete = ON")?;
        let (mut removed, mut counts) = match shipped::are_there(connection)? {
            true => forget_shipped(connection, address)?,
            false => (Vec::new(), Vec::new()),
        };
        removed.extend([
            Removed { table: "reject", rows: delete_rejects(connection, address)? },
            Removed { table: "known_file", rows: delete_files(connection, address)? },
            Removed {
                table: "load",
                rows: redact(connection, "load", address)? + redact(connection, "delivery", address)?,
            },
        ]);
        counts.extend(forget_described(connection, address, &mut removed)?);
        let mut forgot = Forgot { before: false, removed, traces: Vec::new(), traced: 0 };
        find_traces(connection, address, &mut forgot)?;
        forgot.before = !forgotten::add(connection, address, forgot.rows() > 0, &ledger::now())?;
        if !forgot.before || forgot.rows() > 0 {
            for (model, rows) in counts {
                self.note(model, rows)?;
            }
        }
        Ok(forgot)
    }

    fn note(&self, model: Model, removed: u64) -> Result<()> {
        let source = Source {
            name: SOURCE.to_owned(),
            kind: EntryKind::Forget,
            collector: EntryKind::Forget.name().into(),
            complete: false,
            more: false,
        };
        let load = ledger::open(self.connection, self.opened()?, model.name(), &source, &self.started_at)?;
        let counts = Counts { removed, ..Counts::default() };
        ledger::close(self.connection, load, &counts, &ledger::Seal::default())
    }
}

/// How many rows went, and of which model how many as the ledger notes it.
type Gone = (Vec<Removed>, Vec<(Model, u64)>);

/// Deletes the user and their sessions.
fn forget_shipped(connection: &Connection, address: &Address) -> Result<Gone> {
    let users = delete(connection, "user", "email", address, "")?;
    let streams = sessions::forget(connection, address)?;
    let removed = vec![
        Removed { table: "user", rows: users },
        Removed { table: "user_history", rows: delete(connection, "user_history", "email", address, "")? },
        Removed { table: "stream_fact", rows: streams.sessions },
        Removed { table: "stream_fact_history", rows: streams.versions },
        Removed { table: "streaming_user", rows: streams.addresses },
        Removed { table: "streamed_movie", rows: streams.titles },
        Removed {
            table: "absence",
            rows: delete(connection, "absence", "key", address, "WHERE model = 'user'")?,
        },
    ];
    Ok((removed, vec![(Model::USER, users), (Model::STREAM, streams.sessions)]))
}

/// Deletes the rows of a table whose `column` is the address, however it is spelt.
fn delete(
    connection: &Connection,
    table: &str,
    column: &str,
    address: &Address,
    filter: &str,
) -> Result<u64> {
    let mut spellings: Vec<String> = Vec::new();
    let mut select = connection.prepare(&format!("SELECT DISTINCT {column} FROM {table} {filter}"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        if address.is(text) {
            spellings.push(text.to_owned());
        }
    }
    let and = if filter.is_empty() { "WHERE" } else { "AND" };
    let mut delete = connection.prepare(&format!("DELETE FROM {table} {filter} {and} {column} = ?1"))?;
    let mut deleted = 0;
    for spelling in spellings {
        deleted += delete.execute([spelling])? as u64;
    }
    Ok(deleted)
}

/// Deletes the records of described models that are the person's, and tells how many of which.
fn forget_described(
    connection: &Connection,
    address: &Address,
    removed: &mut Vec<Removed>,
) -> Result<Vec<(Model, u64)>> {
    let mut counts = Vec::new();
    for model in Model::described() {
        let name = model.name();
        let fields = model.spec().described.map(Description::addresses).unwrap_or_default();
        let mut rows = 0;
        for field in fields {
            let filter = format!("WHERE {} IS NOT NULL", field.name);
            rows += delete(connection, name, &field.name, address, &filter)?;
            rows += delete(connection, &format!("{name}_history"), &field.name, address, &filter)?;
            rows += delete_absences(connection, model, address)?;
        }
        if rows > 0 {
            removed.push(Removed { table: name, rows });
            counts.push((model, rows));
        }
    }
    Ok(counts)
}

/// Deletes the absences of records of a described model whose key has the address.
fn delete_absences(connection: &Connection, model: Model, address: &Address) -> Result<u64> {
    let mut select = connection.prepare("SELECT DISTINCT key FROM absence WHERE model = ?1")?;
    let keys: Vec<String> =
        select.query_map([model.name()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let has_address = |key: &&String| {
        let parts = key_parts(key, model.spec().keys).unwrap_or_default();
        parts.iter().any(|part| address.is(part))
    };
    let mut delete = connection.prepare("DELETE FROM absence WHERE model = ?1 AND key = ?2")?;
    let mut deleted = 0;
    for key in keys.iter().filter(has_address) {
        deleted += delete.execute(params![model.name(), key])? as u64;
    }
    Ok(deleted)
}

/// Deletes the records that were set aside in which the address stands.
fn delete_rejects(connection: &Connection, address: &Address) -> Result<u64> {
    let mut ids: Vec<i64> = Vec::new();
    for_each_row(connection, "reject", "*", |row, columns| {
        if (0..columns.len()).any(|column| found(row, column, address).is_some()) {
            ids.push(row.get(0)?);
        }
        Ok(())
    })?;
    ids.iter().try_for_each(|id| super::rejects::remove(connection, *id))?;
    Ok(ids.len() as u64)
}

/// Deletes what is remembered of files whose path holds the address.
fn delete_files(connection: &Connection, address: &Address) -> Result<u64> {
    let mut paths: Vec<String> = Vec::new();
    for_each_row(connection, "known_file", "path", |row, _| {
        paths.extend(found(row, 0, address));
        Ok(())
    })?;
    let mut delete = connection.prepare("DELETE FROM known_file WHERE path = ?1")?;
    let mut deleted = 0;
    for path in paths {
        deleted += delete.execute([path])? as u64;
    }
    Ok(deleted)
}

/// Puts a fixed word where the address stands in a table of the ledger. Returns how many texts had it.
fn redact(connection: &Connection, table: &str, address: &Address) -> Result<u64> {
    let mut changes: Vec<(i64, String, String)> = Vec::new();
    for_each_row(connection, table, "*", |row, columns| {
        for (column, name) in columns.iter().enumerate() {
            if let Some(redacted) = found(row, column, address).and_then(|text| address.redact(&text)) {
                changes.push((row.get(0)?, name.clone(), redacted));
            }
        }
        Ok(())
    })?;
    for (id, column, redacted) in &changes {
        connection
            .execute(&format!("UPDATE {table} SET \"{column}\" = ?2 WHERE id = ?1"), params![id, redacted])?;
    }
    Ok(changes.len() as u64)
}

/// Looks for the address in all that is left, the texts of views included.
fn find_traces(connection: &Connection, address: &Address, forgot: &mut Forgot) -> Result<()> {
    let mut select = connection.prepare(
        "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND rootpage > 0 AND name NOT IN ('stream_fact', 'stream_fact_history')
         UNION ALL SELECT 'sqlite_schema' ORDER BY 1",
    )?;
    let tables = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    for table in &tables {
        let quoted = format!("main.\"{}\"", table.replace('"', "\"\""));
        for_each_row(connection, &quoted, "*", |row, columns| {
            for (column, name) in columns.iter().enumerate() {
                if found(row, column, address).is_none() {
                    continue;
                }
                forgot.traced += 1;
                if forgot.traces.len() < TOLD {
                    // The kind stands before the name of what the schema has.
                    let key = shown(row, usize::from(table == "sqlite_schema"));
                    let key = address.redact(&key).unwrap_or(key);
                    forgot.traces.push(Trace { table: table.clone(), column: name.clone(), key });
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Hands each row of a table over, with the names of its columns.
fn for_each_row(
    connection: &Connection,
    table: &str,
    columns: &str,
    mut see: impl FnMut(&rusqlite::Row<'_>, &[String]) -> Result<()>,
) -> Result<()> {
    let mut select = connection.prepare(&format!("SELECT {columns} FROM {table}"))?;
    let names: Vec<String> = select.column_names().map(str::to_owned).collect();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        interrupt::check()?;
        see(row, &names)?;
    }
    Ok(())
}

/// The text of a column, if the address stands in it.
fn found(row: &rusqlite::Row<'_>, column: usize, address: &Address) -> Option<String> {
    let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(column).ok()? else { return None };
    // Most texts have neither, and need no other look.
    memchr::memchr2(b'@', b'\\', bytes)?;
    let text = String::from_utf8_lossy(bytes);
    address.is_in(&text).then(|| text.into_owned())
}

/// The value of a column, for people.
fn shown(row: &rusqlite::Row<'_>, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Text(text) | ValueRef::Blob(text)) => String::from_utf8_lossy(text).into_owned(),
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        Ok(ValueRef::Null) | Err(_) => String::new(),
    }
}
