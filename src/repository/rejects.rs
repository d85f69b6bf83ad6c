//! Records set aside, whole, with the reason.

use crate::domain::{Invalid, Position, text};
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension, params};

/// A record that is to be set aside.
#[derive(Clone, Copy, Debug)]
pub struct SetAside<'a> {
    /// Where it stands in its source.
    pub position: Position<'a>,
    /// The header of its source, if that has one.
    pub header: Option<&'a str>,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A record that was set aside.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Its number.
    pub id: i64,
    /// The load that set it aside.
    pub load: i64,
    /// The form of its source.
    pub collector: String,
    /// The header of its source, if that has one.
    pub header: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Sets a record aside.
pub fn add(connection: &Connection, load: i64, record: &SetAside<'_>, invalid: &Invalid) -> Result<()> {
    let (line, byte, path) = match record.position {
        Position::Line { line, byte } => (Some(line as i64), Some(byte as i64), None),
        Position::Row { row, .. } => (Some(row as i64), None, Some(record.position.to_string())),
        Position::Element(_) | Position::Below { .. } | Position::Document | Position::Message { .. } => {
            (None, None, Some(record.position.to_string()))
        }
    };
    let plain = std::str::from_utf8(record.bytes).ok().filter(|raw| !text::has_nul(raw));
    let other = plain.is_none().then_some(record.bytes);
    // A NUL would cut the value off where people read it; the raw bytes still have it.
    let value = invalid.value.as_ref().map(|value| value.replace('\0', "\u{fffd}"));
    connection
        .prepare_cached(
            "INSERT INTO reject (load_id, line, byte, path, rule, field, value, message, raw, raw_bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            load,
            line,
            byte,
            path,
            invalid.rule.name(),
            invalid.field,
            value,
            invalid.message,
            plain,
            other
        ])?;
    if let Some(header) = record.header {
        connection
            .prepare_cached("UPDATE load SET header = ?2 WHERE id = ?1 AND header IS NULL")?
            .execute(params![load, header])?;
    }
    Ok(())
}

/// The ids of the records of a model that are still aside.
pub fn unresolved(connection: &Connection, model: &str) -> Result<Vec<i64>> {
    let mut select = connection.prepare(
        "SELECT reject.id FROM reject JOIN load ON load.id = reject.load_id
         WHERE load.model = ?1 AND reject.resolved_by IS NULL ORDER BY reject.id",
    )?;
    let ids = select.query_map([model], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The record of this number.
pub fn get(connection: &Connection, id: i64) -> Result<Rejected> {
    let rejected = connection
        .prepare_cached(
            "SELECT load.id, load.collector, load.header, coalesce(CAST(reject.raw AS BLOB), reject.raw_bytes)
             FROM reject
             JOIN reject AS first ON first.id = coalesce(reject.copy_of, reject.id)
             JOIN load ON load.id = first.load_id
             WHERE reject.id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Rejected { id, load: row.get(0)?, collector: row.get(1)?, header: row.get(2)?, bytes: row.get(3)? })
        })
        .optional()?;
    rejected.ok_or_else(|| {
        Error::failed(format!("no record with number {id} was set aside"))
            .help("see: scli rejects list --all")
    })
}

/// Settles what earlier loads of the model set aside and this load sets aside again, byte for byte and
/// for the same reason: a nightly dump with one malformed record has one that waits, not one a night.
pub fn supersede(connection: &Connection, load: i64, model: &str) -> Result<()> {
    connection.execute(
        "UPDATE reject SET resolved_by = ?1
         WHERE resolved_by IS NULL AND load_id < ?1
             AND (SELECT model FROM load WHERE load.id = reject.load_id) = ?2
             AND (rule, field, message, coalesce(raw, raw_bytes)) IN (
                 SELECT rule, field, message, coalesce(raw, raw_bytes) FROM reject
                 WHERE load_id = ?1 AND resolved_by IS NULL
             )",
        params![load, model],
    )?;
    Ok(())
}

/// Takes a record out.
pub fn remove(connection: &Connection, id: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM reject WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Notes the load that settled a record: that took it in after all, or found a newer one in its place.
pub fn resolve(connection: &Connection, id: i64, load: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE reject SET resolved_by = ?2 WHERE id = ?1")?
        .execute(params![id, load])?;
    Ok(())
}
