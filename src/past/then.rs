//! What a table held after an earlier load, as SQL that is made from the schema.

use rusqlite::Connection;

use super::tables::quoted;
use crate::error::Result;

/// The ledger. A column that refers to it says in which load something happened to the row.
const LEDGER: &str = "load";

/// What the loads of the ledger came with.
const DELIVERIES: &str = "delivery";

/// The migrations' own book, the descriptions of tables, the files that were seen last, and who was forgotten.
/// They tell of the file, not of what was known when, and so are the same at all times.
const OF_THE_FILE: [&str; 5] =
    ["refinery_schema_history", "data_dictionary", "known_file", "forgotten", "forget_key"];

/// A column, and what decides over its rows and its values.
pub(super) struct Column {
    name: String,
    kind: String,
    required: bool,
    key: bool,
    /// Refers to the ledger.
    load: bool,
}

/// What `table` held after `load`; `None` if nothing tells.
///
/// * The ledger has the loads up to this one, and the deliveries that these came with.
/// * A row is there if what made it, the loads in its required columns, had happened. A load in an
///   optional column is what befell the row later: NULL until then.
/// * A table that another keeps the earlier versions of has all keys that no undo took out, so keys are
///   read from the table itself, and conditions on them are searched for as ever. Its other columns come
///   from the earlier version where a later load replaced it. What an undo took out later comes behind.
pub(super) fn select(table: &str, columns: &[Column], tables: &[String], load: i64) -> Option<String> {
    let source = format!("main.{}", quoted(table));
    let history = format!("{table}_history");
    // Where nothing but a rowid is read, SQLite does not say that it is a view that reads; the guard
    // needs to know. A condition that always holds reads something else.
    if table == LEDGER {
        let shown = list(columns, ", ", |column, name| match column.name.as_str() {
            "undone_by" => Some(format!("CAST({} AS INTEGER) AS {name}", undone_by(load))),
            _ => Some(name.to_owned()),
        });
        return Some(format!("SELECT {shown} FROM {source} AS l WHERE id <= {load} AND read >= 0"));
    }
    if table == DELIVERIES {
        return Some(format!(
            "SELECT * FROM {source} WHERE id <= (SELECT delivery_id FROM main.load WHERE id = {load}) AND source = source"
        ));
    }
    if OF_THE_FILE.contains(&table) {
        let last = quoted(&columns.last()?.name);
        return Some(format!("SELECT * FROM {source} WHERE {last} IS {last}"));
    }
    if !columns.iter().any(|column| column.load && column.required) {
        return None;
    }
    if tables.contains(&history) {
        return Some(versions(&source, &format!("main.{}", quoted(&history)), columns, load));
    }
    let shown = shown(columns, load);
    let happened = list(columns, " AND ", |column, name| {
        (column.load && column.required).then(|| format!("{name} <= {load}"))
    });
    Some(format!("SELECT {shown} FROM {source} WHERE {happened}"))
}

/// SQL for the undo that had taken a load back by then. An undo of an undo gives back, an undo of that takes back
/// again: what was done last to any of them tells.
fn undone_by(load: i64) -> String {
    format!(
        "(WITH RECURSIVE told (id, depth, by) AS (
              SELECT u.id, 1, u.id FROM main.load AS u WHERE u.undoes = l.id AND u.id <= {load}
              UNION ALL
              SELECT u.id, t.depth + 1, t.by FROM told AS t JOIN main.load AS u ON u.undoes = t.id
              WHERE u.id <= {load}
          )
          SELECT CASE WHEN depth % 2 THEN by END FROM told ORDER BY id DESC LIMIT 1)"
    )
}

/// The columns, of which those that tell what befell the row later are NULL until then.
fn shown(columns: &[Column], load: i64) -> String {
    list(columns, ", ", |column, name| match column.load && !column.required {
        true => Some(format!("CAST(CASE WHEN {name} <= {load} THEN {name} END AS INTEGER) AS {name}")),
        false => Some(name.to_owned()),
    })
}

fn versions(source: &str, history: &str, columns: &[Column], load: i64) -> String {
    let same = list(columns, " AND ", |column, name| column.key.then(|| format!("h.{name} = t.{name}")));
    let earlier =
        format!("FROM {history} AS h WHERE {same} AND h.load_id <= {load} AND h.replaced_by > {load}");
    let shown = list(columns, ", ", |column, name| {
        Some(match column.key {
            true => format!("t.{name}"),
            // The cast changes no value; without it a comparison would not know the column's type.
            false => format!(
                "CAST(CASE WHEN t.load_id <= {load} THEN t.{name} ELSE (SELECT h.{name} {earlier}) END AS {}) AS {name}",
                column.kind
            ),
        })
    });
    format!("SELECT {shown} FROM {source} AS t WHERE t.load_id <= {load} OR EXISTS (SELECT 1 {earlier})")
}

/// Whether an undo after `load` took records out of their tables. Who was forgotten is gone from all times.
pub(super) fn some_removed(conn: &Connection, load: i64) -> Result<bool> {
    let mut removed = conn.prepare_cached(
        "SELECT 1 FROM main.load
         WHERE outcome = 'done' AND inserted + updated + removed > 0 AND removed > 0 AND kind <> 'forget' AND id > ?1",
    )?;
    Ok(removed.exists([load])?)
}

/// The records of `table` that were there after `load` and that a later undo took out.
pub(super) fn removed(table: &str, history: &str, columns: &[Column], load: i64) -> String {
    let (table, history) = (quoted(table), quoted(history));
    let same = list(columns, " AND ", |column, name| column.key.then(|| format!("t.{name} = h.{name}")));
    let shown = list(columns, ", ", |_, name| Some(format!("h.{name}")));
    format!(
        "SELECT {shown} FROM main.{history} AS h WHERE h.load_id <= {load} AND h.replaced_by > {load}
         AND NOT EXISTS (SELECT 1 FROM main.{table} AS t WHERE {same})"
    )
}

/// SQL for the columns that `sql` has some for.
fn list(columns: &[Column], separator: &str, sql: impl Fn(&Column, &str) -> Option<String>) -> String {
    let parts: Vec<String> = columns.iter().filter_map(|column| sql(column, &quoted(&column.name))).collect();
    parts.join(separator)
}

/// The columns of a table; none of a virtual one, whose module may not even be there.
pub(super) fn columns(conn: &Connection, table: &str) -> Result<Vec<Column>> {
    let stored = "SELECT 1 FROM main.sqlite_schema WHERE name = ?1 AND rootpage > 0";
    if !conn.prepare_cached(stored)?.exists([table])? {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare(
        "SELECT name, type, \"notnull\" OR pk > 0, pk > 0, name IN (
             SELECT \"from\" FROM pragma_foreign_key_list(?1, 'main') WHERE \"table\" = ?2
         )
         FROM pragma_table_info(?1, 'main') ORDER BY cid",
    )?;
    let columns = statement.query_map([table, LEDGER], |row| {
        Ok(Column {
            name: row.get(0)?,
            kind: row.get(1)?,
            required: row.get(2)?,
            key: row.get(3)?,
            load: row.get(4)?,
        })
    })?;
    Ok(columns.collect::<rusqlite::Result<_>>()?)
}
