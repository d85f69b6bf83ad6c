//! Damage to the file: how it is found, and how it is told.

use crate::error::{Error, Kind, Result};
use rusqlite::{Connection, ErrorCode};
use std::fmt::Display;
use std::io::Read;
use std::path::Path;

/// How many of the places that SQLite finds damaged are told.
const PLACES: usize = 5;

/// The database is damaged, and what shows it.
pub fn damaged(what: impl Display) -> Error {
    Error::new(Kind::Damaged, format!("the database is damaged: {what}")).help(
        "restore a sealed copy; scli check --deep says what is damaged, and .recover of sqlite3 saves what can be read",
    )
}

/// Fails if the file ends before its last page does. SQLite takes the rest of that page for zeros, and only
/// notices where a whole page lacks.
pub fn refuse_cut(connection: &Connection, path: &Path) -> Result<()> {
    let compare = || -> rusqlite::Result<Option<(u64, u64)>> {
        // While the statement stands, no other process changes the size of the file.
        let mut select = connection.prepare(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size,
                (SELECT count(*) FROM main.sqlite_schema)",
        )?;
        let mut rows = select.query([])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let expected = row.get::<_, i64>(0)?.unsigned_abs();
        let bytes = std::fs::metadata(path).map_or(expected, |known| known.len());
        Ok((bytes < expected && !has_log(connection)?).then_some((bytes, expected)))
    };
    match compare() {
        Ok(None) => Ok(()),
        Ok(Some((bytes, expected))) => Err(cut(bytes, expected)),
        Err(error) => Err(explain(path, error)),
    }
}

/// A write-ahead log may have pages that the file has not yet.
fn has_log(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))? == "wal")
}

fn cut(bytes: u64, expected: u64) -> Error {
    damaged(format_args!("the file has {bytes} bytes of {expected}, its end is missing"))
}

/// What a failure to read the file at `path` means: where SQLite finds it damaged and its end is missing, that.
fn explain(path: &Path, error: rusqlite::Error) -> Error {
    let is_damage = error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt);
    match is_damage.then(|| missing(path)).flatten() {
        Some((bytes, expected)) => cut(bytes, expected),
        None => error.into(),
    }
}

/// How many bytes the file has, and how many it should have by its header, if those are fewer and the header is
/// one that can be relied on.
fn missing(path: &Path) -> Option<(u64, u64)> {
    let mut header = [0; 100];
    let mut file = std::fs::File::open(path).ok()?;
    file.read_exact(&mut header).ok()?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    // Who changed the file last knew of the number of pages.
    if number(24)? != number(92)? {
        return None;
    }
    let page_size = match u16::from_be_bytes(header.get(16..18)?.try_into().ok()?) {
        1 => 1 << 16,
        size => u64::from(size),
    };
    let (bytes, expected) = (file.metadata().ok()?.len(), u64::from(number(28)?) * page_size);
    (bytes < expected).then_some((bytes, expected))
}

/// Fails if SQLite finds anything wrong with the pages or, looking `deep`, with the indexes.
pub fn refuse_unsound(connection: &Connection, deep: bool) -> Result<()> {
    let pragma = if deep { "integrity_check" } else { "quick_check" };
    let mut check = connection.prepare(&format!("PRAGMA {pragma}({PLACES})"))?;
    let mut rows = check.query([])?;
    let mut found: Vec<String> = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => found.push(row.get(0)?),
            Ok(None) => break,
            Err(error) if found.is_empty() => return Err(error.into()),
            // The damage that was found keeps SQLite from looking for more.
            Err(_) => break,
        }
    }
    let told: Vec<&str> = found
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| *line != "ok" && !line.starts_with("***"))
        .take(PLACES)
        .collect();
    if told.is_empty() { Ok(()) } else { Err(damaged(told.join("; "))) }
}
