//! What a database holds, and where two database files differ.

use crate::Result;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// The tables of the six models: what a load writes, and nothing that tells of loads.
const MODELS: &str = "SELECT name, (SELECT group_concat(name) FROM pragma_table_info(t.name) WHERE pk)
    FROM pragma_table_list AS t
    WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'
        AND name NOT IN ('load', 'delivery', 'known_file', 'refinery_schema_history')
    ORDER BY name";

/// The tables that tell of loads, and their indexes, which each load writes.
const LEDGER: [&str; 8] = [
    "load",
    "load_by_delivery",
    "load_done",
    "load_wrote",
    "delivery",
    "delivery_by_date",
    "known_file",
    "sqlite_schema",
];

fn open(database: &Path) -> Result<Connection> {
    Ok(Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// A line for each table of the models: its name, rows and the SHA-256 of its content.
pub fn models(database: &Path) -> Result<String> {
    let connection = open(database)?;
    let mut text = String::new();
    let mut select = connection.prepare(MODELS)?;
    let mut tables = select.query([])?;
    while let Some(table) = tables.next()? {
        let (name, key) = (table.get::<_, String>(0)?, table.get::<_, Option<String>>(1)?);
        let (rows, sha256) = content(&connection, &name, key.as_deref().unwrap_or("rowid"))?;
        writeln!(text, "{name} {rows} {sha256}")?;
    }
    Ok(text)
}

fn content(connection: &Connection, table: &str, key: &str) -> Result<(u64, String)> {
    let mut select = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {key}"))?;
    let columns = select.column_count();
    let mut rows = select.query([])?;
    let (mut count, mut sha, mut bytes) = (0, Sha256::new(), Vec::new());
    while let Some(row) = rows.next()? {
        bytes.clear();
        for column in 0..columns {
            let value = row.get_ref(column)?;
            bytes.push(value.data_type() as u8);
            match value {
                ValueRef::Null => {}
                ValueRef::Integer(number) => bytes.extend(number.to_le_bytes()),
                ValueRef::Real(number) => bytes.extend(number.to_le_bytes()),
                ValueRef::Text(text) | ValueRef::Blob(text) => {
                    bytes.extend(text.len().to_le_bytes());
                    bytes.extend(text);
                }
            }
        }
        sha.update(&bytes);
        count += 1;
    }
    let sha256 = sha.finalize().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    Ok((count, sha256))
}

/// Where two database files differ.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Difference {
    /// How many bytes do.
    pub bytes: usize,
    /// How many pages have such bytes.
    pub pages: usize,
    /// How many of these pages belong to each table or index.
    pub tables: BTreeMap<String, u64>,
}

impl Difference {
    /// Whether only the ledger of loads was written.
    pub fn only_ledger(&self) -> bool {
        self.tables.keys().all(|table| LEDGER.contains(&table.as_str()))
    }

    /// The pages, table by table.
    pub fn pages_of_tables(&self) -> String {
        let tables: Vec<String> = self.tables.iter().map(|(name, pages)| format!("{name} {pages}")).collect();
        tables.join(", ")
    }
}

/// A [`Difference`] as JSON.
pub fn differ(before: &Path, after: &Path) -> Result<String> {
    let connection = open(after)?;
    let page_size: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let (mut before, mut after) = (BufReader::new(File::open(before)?), BufReader::new(File::open(after)?));
    let (mut old, mut new) = (Vec::new(), Vec::new());
    let (mut bytes, mut pages, mut page) = (0, HashSet::new(), 0_i64);
    loop {
        old.clear();
        new.clear();
        before.by_ref().take(page_size.into()).read_to_end(&mut old)?;
        after.by_ref().take(page_size.into()).read_to_end(&mut new)?;
        if old.is_empty() && new.is_empty() {
            break;
        }
        page += 1;
        if old != new {
            let same = old.iter().zip(&new).filter(|(old, new)| old == new).count();
            bytes += old.len().max(new.len()) - same;
            pages.insert(page);
        }
    }
    let mut tables = BTreeMap::<String, u64>::new();
    if !pages.is_empty() {
        let mut owners = connection.prepare("SELECT pageno, name FROM dbstat")?;
        let mut rows = owners.query([])?;
        while let Some(row) = rows.next()? {
            if pages.contains(&row.get(0)?) {
                *tables.entry(row.get(1)?).or_default() += 1;
            }
        }
    }
    Ok(serde_json::to_string(&Difference { bytes, pages: pages.len(), tables })?)
}
