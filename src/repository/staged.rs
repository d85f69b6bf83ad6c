//! Models that are small enough for a staging table: the whole source is staged first, so that of a
//! key that comes twice the last record wins, and then compared with what is known in one statement.

use super::ledger::Counts;
use super::load::Sink;
use crate::domain::{Spec, Value};
use crate::error::Result;
use rusqlite::{Connection, params, params_from_iter};

/// A staging table for one model.
pub struct Staged {
    spec: &'static Spec,
    load: i64,
    insert: String,
    kept: u64,
}

impl Sink for Staged {
    type Record<'a> = Vec<Value<'a>>;

    fn open(connection: &Connection, spec: &'static Spec, load: i64) -> Result<Staged> {
        let fields = spec.fields.join(", ");
        let key = spec.key();
        // SQLite keeps temporary tables in a file of its own that goes with the connection.
        connection.execute_batch(&format!(
            "CREATE TEMP TABLE stage (position INTEGER PRIMARY KEY, {fields}, UNIQUE ({key}))"
        ))?;
        let places = vec!["?"; spec.fields.len()].join(", ");
        let set = each(spec, ", ", |field| format!("{field} = excluded.{field}"));
        let insert =
            format!("INSERT INTO stage ({fields}) VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {set}");
        Ok(Staged { spec, load, insert, kept: 0 })
    }

    fn keep(&mut self, connection: &Connection, values: &Vec<Value<'_>>) -> Result<()> {
        connection.prepare_cached(&self.insert)?.execute(params_from_iter(values))?;
        self.kept += 1;
        Ok(())
    }

    fn upsert(self, connection: &Connection, counts: &mut Counts) -> Result<()> {
        let name = self.spec.name;
        let key = self.spec.key();
        let fields = self.spec.fields.join(", ");
        let staged = count(connection, "SELECT count(*) FROM stage")?;
        let known = count(
            connection,
            &format!("SELECT count(*) FROM stage AS s JOIN {name} AS known ON known.{key} = s.{key}"),
        )?;
        let written = connection.execute(
            &format!(
                "INSERT INTO {name} ({fields}, load_id)
                 SELECT {fields}, ?1 FROM stage WHERE true ORDER BY position
                 ON CONFLICT ({key}) DO UPDATE SET {set}, load_id = excluded.load_id WHERE {differs}",
                set = each(self.spec, ", ", |field| format!("{field} = excluded.{field}")),
                differs = each(self.spec, " OR ", |field| format!("{name}.{field} IS NOT excluded.{field}")),
            ),
            params![self.load],
        )?;
        connection.execute_batch("DROP TABLE stage")?;

        counts.inserted = staged - known;
        counts.updated = written as u64 - counts.inserted;
        counts.unchanged = known - counts.updated;
        counts.repeated = self.kept - staged;
        Ok(())
    }
}

/// SQL for each field but the key.
fn each(spec: &Spec, separator: &str, sql: impl Fn(&str) -> String) -> String {
    spec.fields.iter().skip(1).map(|field| sql(field)).collect::<Vec<_>>().join(separator)
}

fn count(connection: &Connection, sql: &str) -> Result<u64> {
    Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}
