//! The versions of one table's records, of which a load's are taken back. Works from the schema: a table, the table
//! of its earlier versions, and the key that both share.

use super::later::Later;
use super::target::Target;
use crate::error::Result;
use crate::repository::key;
use crate::repository::ledger::Counts;
use rusqlite::{Connection, params};

/// A table and its history.
pub struct Versions {
    table: String,
    key: Vec<String>,
    /// The columns that both have, without `load_id`.
    columns: Vec<String>,
}

impl Versions {
    /// Reads the columns off the schema.
    pub fn of(connection: &Connection, table: &str) -> Result<Versions> {
        let mut select =
            connection.prepare("SELECT name, pk FROM pragma_table_info(?1) WHERE name <> 'load_id'")?;
        let columns: Vec<(String, i64)> = select
            .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let key = columns.iter().filter(|(_, place)| *place > 0).map(|(name, _)| name.clone()).collect();
        let columns = columns.into_iter().map(|(name, _)| name).collect();
        Ok(Versions { table: table.to_owned(), key, columns })
    }

    /// Finds the records whose current version is that of the load, by itself or because an undo restored it; and
    /// those that it took out. They go to the temporary tables `undo_current` and `undo_taken`.
    pub fn find(&self, connection: &Connection, target: &Target) -> Result<()> {
        let Versions { table, .. } = self;
        let (key, load) = (self.key(""), target.load);
        connection.execute_batch(&format!(
            "CREATE TEMP TABLE undo_current AS SELECT {key} FROM {table} WHERE 0;
             CREATE TEMP TABLE undo_taken AS SELECT {key} FROM {table} WHERE 0;
             CREATE TEMP TABLE undo_gone AS SELECT {key} FROM {table} WHERE 0;"
        ))?;
        // An undo restored the version that the load which it takes back had replaced.
        connection.execute(
            &format!(
                "WITH RECURSIVE version AS (
                     SELECT {key}, load_id AS at FROM {table}
                     WHERE load_id = ?1 OR load_id IN (SELECT id FROM load WHERE kind = 'undo')
                     UNION
                     SELECT {version_key}, h.load_id
                     FROM version AS v
                     JOIN load AS u ON u.id = v.at AND u.kind = 'undo'
                     JOIN {table}_history AS h ON {same} AND h.replaced_by = u.undoes AND h.load_id <> h.replaced_by
                 )
                 INSERT INTO undo_current SELECT DISTINCT {key} FROM version WHERE at = ?1 ORDER BY {key}",
                version_key = self.key("v."),
                same = self.same("h", "v"),
            ),
            [load],
        )?;
        connection.execute(
            &format!(
                "INSERT INTO undo_taken SELECT {key} FROM {table}_history AS h
                 WHERE replaced_by = ?1 AND load_id <> ?1 AND NOT {has} ORDER BY {key}",
                has = self.has_version("h"),
            ),
            [load],
        )?;
        Ok(())
    }

    /// Counts and names the records of the load that a later load touched. What it took out and a later load
    /// brought again is one of them, and is left.
    pub fn touched_later(&self, connection: &Connection, target: &Target, later: &mut Later) -> Result<u64> {
        let Versions { table, .. } = self;
        let touched = format!(
            "SELECT {key}, (SELECT t.load_id FROM {table} AS t WHERE {now}) AS by
             FROM {table}_history AS h
             WHERE load_id = ?1 AND replaced_by <> ?1 AND ({key}) NOT IN (SELECT {key} FROM undo_current)
             UNION ALL
             SELECT {key}, (SELECT t.load_id FROM {table} AS t WHERE {now}) AS by
             FROM undo_taken AS h WHERE ({key}) IN (SELECT {key} FROM {table})",
            key = self.key(""),
            now = self.same("t", "h"),
        );
        let count: i64 =
            connection
                .query_row(&format!("SELECT count(*) FROM ({touched})"), [target.load], |row| row.get(0))?;
        if count > 0 && later.wants_more() {
            let mut select = connection
                .prepare(&format!("SELECT {}, by FROM ({touched}) AS r LIMIT 5", self.told("r")))?;
            let mut rows = select.query([target.load])?;
            while let Some(row) = rows.next()?.filter(|_| later.wants_more()) {
                let (key, by): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
                let what = match by {
                    Some(by) => format!("load {by} wrote it last"),
                    None => "it was taken out since".to_owned(),
                };
                later.named.push(format!("{} {key}: {what}", target.model.name()));
            }
        }
        connection.execute_batch(&format!(
            "DELETE FROM undo_taken WHERE ({key}) IN (SELECT {key} FROM {table})",
            key = self.key("")
        ))?;
        later.count += count.unsigned_abs();
        Ok(count.unsigned_abs())
    }

    /// Gives the records found their earlier version, takes out those that have none, and puts in again what the
    /// load took out; the keys of those that go are left in `undo_gone`.
    pub fn take_back(
        &self,
        connection: &Connection,
        target: i64,
        undo: i64,
        counts: &mut Counts,
    ) -> Result<()> {
        let Versions { table, .. } = self;
        let (key, columns) = (self.key(""), self.columns.join(", "));
        connection.execute(
            &format!(
                "INSERT INTO {table}_history ({columns}, load_id, replaced_by)
                 SELECT {current}, t.load_id, ?1 FROM undo_current AS c JOIN {table} AS t ON {same}",
                current = self.listed("t"),
                same = self.same("t", "c"),
            ),
            [undo],
        )?;
        let before = format!(
            "{table}_history AS h ON {same} AND h.replaced_by = ?1 AND h.load_id <> ?1",
            same = self.same("h", "c")
        );
        connection.execute(
            &format!(
                "INSERT INTO undo_gone SELECT {key} FROM undo_current AS c WHERE NOT EXISTS (
                     SELECT 1 FROM {table}_history AS h WHERE {same} AND h.replaced_by = ?1 AND h.load_id <> ?1
                 )",
                same = self.same("h", "c")
            ),
            [target],
        )?;
        let values: Vec<String> =
            self.columns.iter().filter(|column| !self.key.contains(column)).cloned().collect();
        let set: Vec<String> = values.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        let restore = |from: &str| {
            format!(
                "INSERT INTO {table} ({columns}, load_id) SELECT {versions}, ?2 FROM {from} AS c JOIN {before}
                 WHERE true ORDER BY {key} ON CONFLICT ({conflict}) DO UPDATE SET {set}, load_id = excluded.load_id",
                versions = self.listed("h"),
                key = self.key("c."),
                conflict = self.key(""),
                set = set.join(", "),
            )
        };
        counts.updated = connection.execute(&restore("undo_current"), params![target, undo])? as u64;
        counts.removed = connection
            .execute(&format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM undo_gone)"), [])?
            as u64;
        counts.inserted = connection.execute(&restore("undo_taken"), params![target, undo])? as u64;
        Ok(())
    }

    /// Drops the temporary tables.
    pub fn forget(&self, connection: &Connection) -> Result<()> {
        Ok(connection
            .execute_batch("DROP TABLE undo_current; DROP TABLE undo_taken; DROP TABLE undo_gone")?)
    }

    /// The columns of the key, each behind `prefix`.
    fn key(&self, prefix: &str) -> String {
        self.key.iter().map(|column| format!("{prefix}{column}")).collect::<Vec<_>>().join(", ")
    }

    /// All columns of a table.
    fn listed(&self, table: &str) -> String {
        self.columns.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
    }

    /// SQL for whether two rows are of the same record.
    pub fn same(&self, one: &str, other: &str) -> String {
        let same: Vec<String> =
            self.key.iter().map(|column| format!("{one}.{column} = {other}.{column}")).collect();
        same.join(" AND ")
    }

    /// SQL for whether the load `?1` wrote a version of the record.
    fn has_version(&self, record: &str) -> String {
        format!(
            "(EXISTS (SELECT 1 FROM {table} AS t WHERE {now} AND t.load_id = ?1)
              OR EXISTS (SELECT 1 FROM {table}_history AS o WHERE {then} AND o.load_id = ?1 AND o.replaced_by <> ?1))",
            table = self.table,
            now = self.same("t", record),
            then = self.same("o", record),
        )
    }

    /// SQL for a key as people know it.
    fn told(&self, record: &str) -> String {
        match self.table.as_str() {
            "stream_fact" => format!(
                "coalesce((SELECT title FROM streamed_movie WHERE id = {record}.movie_id), '?') || ', '
                 || coalesce((SELECT email FROM streaming_user WHERE id = {record}.user_id), '?') || ', '
                 || strftime('%Y-%m-%dT%H:%M:%SZ', {record}.start_at / 1000000, 'unixepoch')"
            ),
            _ => key::joined(&self.key, record),
        }
    }
}
