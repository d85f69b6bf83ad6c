//! Summaries: tables that each load keeps true, with a view beside each that counts it anew from the
//! facts. As of an earlier load the view counts the facts of then.

use rusqlite::Connection;

use super::tables::{names, quoted};
use crate::error::Result;

/// What the name of the view has behind the summary's.
const COUNTED: &str = "_counted";

/// A summary.
pub struct Summary {
    /// The table.
    pub table: String,
    /// The view that counts it.
    pub view: String,
}

/// The summaries of the file: those that it describes, since another program may call a view so too.
pub fn summaries(conn: &Connection) -> Result<Vec<Summary>> {
    let mut described = conn.prepare("SELECT 1 FROM data_dictionary WHERE table_name = ?1")?;
    let mut summaries = Vec::new();
    for view in names(conn, "view")? {
        if let Some(table) = view.strip_suffix(COUNTED)
            && described.exists([&view])?
        {
            summaries.push(Summary { table: table.to_owned(), view });
        }
    }
    Ok(summaries)
}

/// Puts the summaries as they were after `load` before those of the file. Where no later load wrote
/// anything they are copied; else they are views, which count when they are read.
pub(super) fn shadow_summaries(conn: &Connection, load: i64) -> Result<()> {
    let same: bool = conn.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM main.load WHERE id > ?1 AND inserted + updated + removed > 0)",
        [load],
        |row| row.get(0),
    )?;
    for Summary { table, view } in summaries(conn)? {
        let table = quoted(&table);
        conn.execute_batch(&match same {
            true => format!("CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}"),
            false => format!("CREATE TEMP VIEW {table} AS SELECT * FROM {}", quoted(&view)),
        })?;
    }
    Ok(())
}

/// Counts the summaries of the past once, for those who will read them more often than that.
pub fn count_summaries(conn: &Connection) -> Result<()> {
    for Summary { table, view } in summaries(conn)? {
        let (name, view) = (quoted(&table), quoted(&view));
        let is_view = conn
            .prepare("SELECT 1 FROM temp.sqlite_schema WHERE type = 'view' AND name = ?1")?
            .exists([&table])?;
        if is_view {
            conn.execute_batch(&format!(
                "DROP VIEW temp.{name}; CREATE TEMP TABLE {name} AS SELECT * FROM temp.{view}"
            ))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::past::as_of::as_of;
    use crate::sql::fixture;

    fn streams(conn: &Connection) -> (i64, String) {
        let kind = "SELECT type FROM temp.sqlite_schema WHERE name = 'stream_by_day'";
        let sum = conn.query_row("SELECT sum(streams) FROM stream_by_day", [], |row| row.get(0)).unwrap();
        (sum, conn.query_row(kind, [], |row| row.get(0)).unwrap())
    }

    #[test]
    fn summaries_are_copied_or_counted_and_counted_once_if_told_so() {
        let conn = fixture::small();
        as_of(&conn, 1).unwrap();
        assert_eq!(streams(&conn), (4, "table".to_owned()), "nothing was written since");

        let conn = fixture::small();
        conn.execute_batch(
            "INSERT INTO load (id, model, source, collector, started_at, inserted, version)
                 VALUES (2, 'stream', '-', 'csv', '', 1, '');
             INSERT INTO stream_fact SELECT start_at, 1, movie_id, end_at, size_mb, id, 2 FROM stream_fact WHERE user_id = 3",
        )
        .unwrap();
        fixture::summarise(&conn);
        as_of(&conn, 1).unwrap();
        assert_eq!(streams(&conn), (4, "view".to_owned()));
        count_summaries(&conn).unwrap();
        count_summaries(&conn).unwrap();
        assert_eq!(streams(&conn), (4, "table".to_owned()));
    }
}
