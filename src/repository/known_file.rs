//! Files as they were when they were last seen, so that one that is the same is not read again.

use crate::error::Result;
use hashbrown::HashMap;
use rusqlite::{Connection, params};

/// How a file was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// Its absolute path, without links; or its address.
    pub path: String,
    /// How many bytes it has, where that is known.
    pub bytes: Option<u64>,
    /// When it was last written, in nanoseconds since 1970; `None` where that does not tell it from what may
    /// be written next.
    pub modified_at: Option<i64>,
    /// What its server calls these bytes.
    pub etag: Option<String>,
}

/// A file as it was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownFile {
    bytes: Option<u64>,
    modified_at: Option<i64>,
    etag: Option<String>,
    /// The load that had its bytes.
    pub load: i64,
    /// What the ledger calls the form that it was read in.
    pub collector: String,
    /// The date of that load's delivery.
    pub date: Option<String>,
}

impl KnownFile {
    /// Whether the file is as it was: of the same name that its server gives its bytes, or of the same time and size.
    pub fn is(&self, stamp: &Stamp) -> bool {
        match (&self.etag, &stamp.etag) {
            (Some(known), Some(etag)) => known == etag && !self.differs(stamp),
            _ => self.may_be(stamp) && self.modified_at.is_some() && self.modified_at == stamp.modified_at,
        }
    }

    /// Whether the file may have the same bytes.
    pub fn may_be(&self, stamp: &Stamp) -> bool {
        self.bytes.is_some() && self.bytes == stamp.bytes
    }

    fn differs(&self, stamp: &Stamp) -> bool {
        self.bytes.zip(stamp.bytes).is_some_and(|(known, bytes)| known != bytes)
    }
}

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
        "SELECT f.path, f.model, f.bytes, f.modified_at, f.etag, f.load_id, d.date, l.collector
         FROM known_file AS f JOIN load AS l ON l.id = f.load_id JOIN delivery AS d ON d.id = l.delivery_id
         WHERE f.path BETWEEN ?1 AND ?2",
    )?;
    let mut files = KnownFiles::default();
    let mut rows = select.query([first, last])?;
    while let Some(row) = rows.next()? {
        let known = KnownFile {
            bytes: row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs),
            modified_at: row.get(3)?,
            etag: row.get(4)?,
            load: row.get(5)?,
            date: row.get(6)?,
            collector: row.get(7)?,
        };
        files.0.entry(row.get(0)?).or_default().push((row.get(1)?, known));
    }
    Ok(files)
}

/// Remembers a file as what a load had.
pub fn remember(connection: &Connection, model: &str, file: &Stamp, load: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO known_file (path, model, bytes, modified_at, etag, load_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (path, model) DO UPDATE SET bytes = excluded.bytes,
                 modified_at = excluded.modified_at, etag = excluded.etag, load_id = excluded.load_id",
        )?
        .execute(params![
            file.path,
            model,
            file.bytes.map(|bytes| bytes as i64),
            file.modified_at,
            file.etag,
            load
        ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_by_its_etag_or_else_by_time_and_size() {
        let stamp = |bytes, modified_at, etag: Option<&str>| Stamp {
            path: "p".to_owned(),
            bytes,
            modified_at,
            etag: etag.map(str::to_owned),
        };
        let known = |bytes, modified_at, etag: Option<&str>| KnownFile {
            collector: "csv".to_owned(),
            bytes,
            modified_at,
            etag: etag.map(str::to_owned),
            load: 1,
            date: None,
        };
        for (one, other, is_same) in [
            ((Some(1), Some(2), None), (Some(1), Some(2), None), true),
            ((Some(1), None, None), (Some(1), None, None), false),
            ((None, Some(2), None), (None, Some(2), None), false),
            ((Some(1), Some(2), Some("a")), (Some(1), Some(3), Some("a")), true),
            ((None, None, Some("a")), (None, None, Some("a")), true),
            ((None, None, Some("a")), (Some(1), None, Some("a")), true),
            ((Some(2), None, Some("a")), (Some(1), None, Some("a")), false),
            ((Some(1), Some(2), Some("a")), (Some(1), Some(2), Some("b")), false),
            ((Some(1), Some(2), Some("a")), (Some(1), Some(2), None), true),
        ] {
            let is = known(one.0, one.1, one.2).is(&stamp(other.0, other.1, other.2));
            assert_eq!(is, is_same, "{one:?} {other:?}");
        }
    }
}
