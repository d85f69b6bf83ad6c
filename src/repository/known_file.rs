//! Files as they were when they were last seen, so that one that is the same is not read again.

use crate::error::Result;
use hashbrown::HashMap;
use rusqlite::{Connection, params};

/// How a file was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// Its absolute path, without links.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970; `None` where that does not tell it from what may
    /// be written next.
    pub modified_at: Option<i64>,
}

/// A file as it was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownFile {
    bytes: u64,
    modified_at: i64,
    /// The load that had its bytes.
    pub load: i64,
    /// What the ledger calls the form that it was read in.
    pub collector: String,
    /// The date of that load's delivery.
    pub date: Option<String>,
}

impl KnownFile {
    /// Whether the file is as it was.
    pub fn is(&self, stamp: &Stamp) -> bool {
        self.bytes == stamp.bytes && Some(self.modified_at) == stamp.modified_at
    }

    /// Whether the file may have the same bytes.
    pub fn may_be(&self, stamp: &Stamp) -> bool {
        self.bytes == stamp.bytes
    }
}

/// What no file was modified at: it is to be read again.
const NEVER: i64 = i64::MIN;

/// Files that are known, by path and model.
#[derive(Debug, Default)]
pub struct KnownFiles(HashMap<String, Vec<(String, KnownFile)>>);

impl KnownFiles {
    /// What is known of the file at `path` as one of the model.
    pub fn get(&self, model: &str, path: &str) -> Option<&KnownFile> {
        let known = self.0.get(path)?;
        known.iter().find(|(name, _)| name == model).map(|(_, known)| known)
    }
}

/// The files that are known from the path `first` to the path `last`, in the order of bytes.
pub fn between(connection: &Connection, first: &str, last: &str) -> Result<KnownFiles> {
    let mut select = connection.prepare(
        "SELECT f.path, f.model, f.bytes, f.modified_at, f.load_id, d.date, l.collector
         FROM known_file AS f JOIN load AS l ON l.id = f.load_id JOIN delivery AS d ON d.id = l.delivery_id
         WHERE f.path BETWEEN ?1 AND ?2",
    )?;
    let mut files = KnownFiles::default();
    let mut rows = select.query([first, last])?;
    while let Some(row) = rows.next()? {
        let known = KnownFile {
            bytes: row.get::<_, i64>(2)?.unsigned_abs(),
            modified_at: row.get(3)?,
            load: row.get(4)?,
            date: row.get(5)?,
            collector: row.get(6)?,
        };
        files.0.entry(row.get(0)?).or_default().push((row.get(1)?, known));
    }
    Ok(files)
}

/// Remembers a file as what a load had.
pub fn remember(connection: &Connection, model: &str, file: &Stamp, load: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO known_file (path, model, bytes, modified_at, load_id) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (path, model) DO UPDATE SET bytes = excluded.bytes,
                 modified_at = excluded.modified_at, load_id = excluded.load_id",
        )?
        .execute(params![file.path, model, file.bytes as i64, file.modified_at.unwrap_or(NEVER), load])?;
    Ok(())
}
