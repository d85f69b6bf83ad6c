//! Which loads are to be taken back, and whether they can be.

use super::model_named;
use crate::domain::{DataDate, Model};
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A load that can be taken back.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its id.
    pub load: i64,
    /// Its model.
    pub model: Model,
    /// Its source.
    pub source: String,
    /// The date of its delivery's data.
    pub date: Option<DataDate>,
}

/// What the ledger says of a load.
struct Entry {
    load: i64,
    model: String,
    source: String,
    date: Option<String>,
    kind: String,
    outcome: String,
    undone_by: Option<i64>,
}

const ENTRIES: &str = "SELECT l.id, l.model, l.source, d.date, l.kind, l.outcome, l.undone_by
    FROM load AS l LEFT JOIN delivery AS d ON d.id = l.delivery_id";

/// The loads that `what` means, the last one first.
pub fn targets(connection: &Connection, what: &str) -> Result<Vec<Target>> {
    if let Some(number) = what.strip_prefix("delivery:") {
        let mut select =
            connection.prepare(&format!("{ENTRIES} WHERE l.delivery_id = ?1 ORDER BY l.id DESC"))?;
        let entries: Vec<Entry> =
            select.query_map([number.parse::<i64>().ok()], entry)?.collect::<rusqlite::Result<_>>()?;
        if entries.is_empty() {
            return Err(Error::usage(format!("there is no delivery {number} with a load"))
                .help("scli loads --deliveries lists them"));
        }
        let standing = entries.iter().any(|entry| entry.undone_by.is_none());
        // Loads of it that were taken back one by one are done with, if others are left.
        return entries
            .into_iter()
            .filter(|entry| entry.undone_by.is_none() || !standing)
            .map(|entry| check(connection, entry))
            .collect();
    }
    let number = what.strip_prefix("load:").unwrap_or(what);
    let id: Option<i64> = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(id) = id else {
        return Err(Error::usage(format!("`{what}` names neither a load nor a delivery"))
            .help("give a load's number, as scli loads lists them, or delivery:N"));
    };
    let found = connection.query_row(&format!("{ENTRIES} WHERE l.id = ?1"), [id], entry).optional()?;
    let found = found
        .ok_or_else(|| Error::usage(format!("there is no load {number}")).help("scli loads lists them"))?;
    Ok(vec![check(connection, found)?])
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        load: row.get(0)?,
        model: row.get(1)?,
        source: row.get(2)?,
        date: row.get(3)?,
        kind: row.get(4)?,
        outcome: row.get(5)?,
        undone_by: row.get(6)?,
    })
}

fn check(connection: &Connection, entry: Entry) -> Result<Target> {
    let Entry { load, model, source, date, kind, outcome, undone_by } = entry;
    if outcome != "done" {
        return Err(Error::usage(format!("load {load} changed nothing: it ended as {outcome}"))
            .help("scli loads tells why"));
    }
    if kind == "forget" {
        return Err(Error::usage(format!("load {load} forgot a person, which cannot be taken back"))
            .help("what was forgotten is not in the file any more"));
    }
    if let Some(by) = undone_by {
        return Err(Error::usage(format!("load {load} was taken back by load {by}"))
            .help(format!("give it back with: scli undo {by}")));
    }
    let pruned: Option<i64> =
        connection.query_row("SELECT max(load_id) FROM pruned", [], |row| row.get(0))?;
    if let Some(pruned) = pruned.filter(|pruned| load <= *pruned) {
        return Err(Error::usage(format!(
            "load {load} cannot be taken back: the versions before load {pruned} were dropped by scli prune"
        ))
        .help("a sealed copy of an earlier time has them"));
    }
    Ok(Target { load, model: model_named(&model)?, source, date: date.as_deref().and_then(DataDate::parse) })
}

/// Says in the ledger that `target` was taken back by `load`, and for each load that an undo among them took
/// back that it stands again, or no longer does.
pub fn mark(connection: &Connection, target: i64, load: i64) -> Result<()> {
    connection.execute("UPDATE load SET undoes = ?2 WHERE id = ?1", params![load, target])?;
    let (mut undone, mut by) = (target, Some(load));
    loop {
        connection.execute("UPDATE load SET undone_by = ?2 WHERE id = ?1", params![undone, by])?;
        let undoes: Option<i64> =
            connection.query_row("SELECT undoes FROM load WHERE id = ?1", [undone], |row| row.get(0))?;
        let Some(earlier) = undoes else { return Ok(()) };
        // An undo that was taken back no longer takes anything back.
        by = if by.is_some() { None } else { Some(undone) };
        undone = earlier;
    }
}
