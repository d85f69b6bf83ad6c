//! Models with a key of their own: the whole source is sorted by key first, so that of a key that comes twice the last
//! record wins. Where nothing is known yet the records are written as they are; else they go to a staging table, and
//! are compared with what is known.

mod row;
mod sort;

use self::row::Values;
use self::sort::Sorter;
use super::absence;
use super::forgotten::Forgotten;
use super::key;
use super::ledger::Counts;
use super::sink::{Change, Late, SAMPLES, Scope, Sink, origin};
use crate::domain::{Raw, Rules, Spec, Value, key_text};
use crate::error::Result;
use crate::interrupt;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ToSql, params, params_from_iter};
use std::sync::Arc;

/// The records of one model.
pub struct Staged {
    scope: Scope,
    records: Sorter,
    kept: u64,
    forgotten: Arc<Forgotten>,
    /// Where the records have the address that tells whose they are, if anybody was forgotten.
    address: Option<usize>,
    suppressed: u64,
}

impl Sink for Staged {
    type Record<'a> = Vec<Value<'a>>;

    fn open(connection: &Connection, scope: Scope, forgotten: &Arc<Forgotten>) -> Result<Staged> {
        let spec = scope.spec;
        connection.execute_batch("CREATE TEMP TABLE spared (key PRIMARY KEY) WITHOUT ROWID")?;
        let records = Sorter::new(spec.keys, scope.memory / 2);
        let forgotten = Arc::clone(forgotten);
        let address = spec.fields.iter().position(|field| spec.address == Some(field));
        let address = address.filter(|_| !forgotten.is_empty());
        Ok(Staged { scope, records, kept: 0, forgotten, address, suppressed: 0 })
    }

    fn keep(&mut self, _: &Connection, values: &Vec<Value<'_>>) -> Result<()> {
        if let Some(Value::Text(address)) = self.address.and_then(|at| values.get(at))
            && self.forgotten.has(address)
        {
            self.suppressed += 1;
            return Ok(());
        }
        self.kept += 1;
        self.records.add(values)
    }

    fn spare(&mut self, connection: &Connection, raw: Raw<'_>) -> Result<()> {
        let spec = self.scope.spec;
        let Rules::Keyed(rules) = spec.rules else { return Ok(()) };
        let traces = rules.traces(raw);
        if !self.scope.complete || traces.is_empty() {
            return Ok(());
        }
        let same: Vec<String> = traces.iter().map(|(field, _)| format!("{field} = ?")).collect();
        let sql = format!(
            "INSERT OR IGNORE INTO spared SELECT {key} FROM {name} WHERE {same}",
            key = key::text(spec, spec.name),
            name = spec.name,
            same = same.join(" AND ")
        );
        connection.prepare_cached(&sql)?.execute(params_from_iter(traces.iter().map(|(_, value)| value)))?;
        Ok(())
    }

    fn newer(&self, connection: &Connection, raw: Raw<'_>, than: i64) -> Result<Option<i64>> {
        let spec = self.scope.spec;
        let Rules::Keyed(rules) = spec.rules else { return Ok(None) };
        let traces = rules.traces(raw);
        if traces.is_empty() {
            return Ok(None);
        }
        // A newer complete dump that the record is not missing from has it, though it need not have
        // written it.
        let sql = format!(
            "SELECT max(CASE WHEN {written} > ?1 THEN {written} ELSE (
                 SELECT max(id) FROM load
                 WHERE id > ?1 AND id < ?2 AND model = ?3 AND complete AND outcome = 'done' AND undone_by IS NULL
                     AND {key} NOT IN (
                     SELECT key FROM absence WHERE model = ?3 AND returned_in IS NULL
                 )
             ) END) FROM {name} WHERE {same}",
            name = spec.name,
            key = key::text(spec, spec.name),
            written = origin(spec.name, spec.key(), spec.name),
            same = traces.iter().map(|(field, _)| format!("{field} = ?")).collect::<Vec<_>>().join(" AND "),
        );
        let mut values: Vec<&dyn ToSql> = vec![&than, &self.scope.load, &spec.name];
        values.extend(traces.iter().map(|(_, value)| value as &dyn ToSql));
        Ok(connection.prepare_cached(&sql)?.query_row(values.as_slice(), |row| row.get(0))?)
    }

    fn upsert(mut self, connection: &Connection, counts: &mut Counts, written: &dyn Fn(u64)) -> Result<()> {
        let Scope { spec, load, complete, .. } = self.scope;
        let name = spec.name;
        let fields = spec.fields.join(", ");
        let same = key::same(spec.key(), "known", "s");
        counts.suppressed += self.suppressed;
        let is_first = !connection.prepare(&format!("SELECT 1 FROM {name}"))?.exists([])?;
        if is_first && !complete_with_parts(connection, self.scope)? {
            counts.inserted = self.insert(connection, name, Some(load), written)?;
            counts.repeated += self.kept - counts.inserted;
            return Ok(connection.execute_batch("DROP TABLE spared")?);
        }
        self.stage(connection)?;
        self.fill(connection)?;
        if let Some(late) = self.scope.late {
            counts.older = self.keep_older(connection, late)?;
        }
        let staged = count(connection, "SELECT count(*) FROM stage")?;
        let known =
            count(connection, &format!("SELECT count(*) FROM stage AS s JOIN {name} AS known ON {same}"))?;
        let replaced = connection.execute(
            &format!(
                "INSERT INTO {name}_history ({fields}, load_id, replaced_by)
                 SELECT {known}, known.load_id, ?1 FROM stage AS s JOIN {name} AS known ON {same}
                 WHERE {differs}",
                known =
                    spec.fields.iter().map(|field| format!("known.{field}")).collect::<Vec<_>>().join(", "),
                differs = each(spec, " OR ", |field| format!("known.{field} IS NOT s.{field}")),
            ),
            params![load],
        )? as u64;
        connection.execute(
            &format!(
                "INSERT INTO {name} ({fields}, load_id)
                 SELECT {fields}, ?1 FROM stage WHERE true
                 ON CONFLICT ({key}) DO UPDATE SET {set}, load_id = excluded.load_id WHERE {differs}",
                key = spec.key().join(", "),
                set = each(spec, ", ", |field| format!("{field} = excluded.{field}")),
                differs = each(spec, " OR ", |field| format!("{name}.{field} IS NOT excluded.{field}")),
            ),
            params![load],
        )?;
        counts.inserted = staged - known;
        counts.updated = replaced;
        counts.unchanged = known - replaced;
        counts.repeated += self.kept - staged - counts.older;

        // What is gone is gone as of a later date than that of a late load.
        if self.scope.late.is_none() {
            let staged = format!("SELECT {} FROM stage", key::text(spec, "stage"));
            counts.reappeared = absence::mark_reappeared(connection, self.scope, &staged)?;
        }
        if complete {
            counts.vanished = self.mark_vanished(connection)?;
        }
        connection.execute_batch("DROP TABLE stage; DROP TABLE spared")?;
        Ok(())
    }

    fn samples(connection: &Connection, scope: Scope) -> Result<Vec<Change>> {
        let Scope { spec, load, .. } = scope;
        let name = spec.name;
        let columns: Vec<String> = ["before", "after"]
            .iter()
            .flat_map(|side| spec.fields.iter().map(move |field| format!("{side}.{field}")))
            .collect();
        let sql = format!(
            "SELECT {columns} FROM {name}_history AS before JOIN {name} AS after ON {same}
             WHERE before.replaced_by = ?1 ORDER BY {key} LIMIT ?2",
            columns = columns.join(", "),
            same = key::same(spec.key(), "after", "before"),
            key = key::of(spec, "before"),
        );
        let width = spec.fields.len();
        let mut select = connection.prepare(&sql)?;
        let mut rows = select.query([&load as &dyn ToSql, &(SAMPLES as i64)])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            let mut fields = Vec::new();
            for (column, field) in spec.fields.iter().enumerate() {
                let (before, after) = (shown(row.get_ref(column)?), shown(row.get_ref(width + column)?));
                // A match key follows its text; it says nothing new.
                if before != after && spec.told().any(|told| told == *field) {
                    fields.push(((*field).to_owned(), before, after));
                }
            }
            let key = (0..spec.keys).map(|column| Ok(shown(row.get_ref(column)?)));
            changes.push(Change { key: key_text(key.collect::<Result<Vec<_>>>()?), fields });
        }
        Ok(changes)
    }
}

/// Whether the load is one of several that are a complete dump together.
fn complete_with_parts(connection: &Connection, scope: Scope) -> Result<bool> {
    let parts = "SELECT 1 FROM temp.sqlite_schema WHERE name = 'dump_part'";
    Ok(scope.complete && (scope.more || connection.prepare(parts)?.exists([])?))
}

impl Staged {
    /// Writes the records to an empty table, in the order of their keys, and returns how many there are.
    fn insert(
        &mut self,
        connection: &Connection,
        table: &str,
        load: Option<i64>,
        written: &dyn Fn(u64),
    ) -> Result<u64> {
        let Scope { spec, memory, .. } = self.scope;
        let mut columns = spec.fields.to_vec();
        columns.extend(load.map(|_| "load_id"));
        let places = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "));
        let mut insert = connection.prepare(&sql)?;
        if load.is_some() {
            insert.raw_bind_parameter(columns.len(), load)?;
        }
        let records = std::mem::replace(&mut self.records, Sorter::new(spec.keys, memory));
        let mut count = 0;
        records.sorted()?.each(|row| {
            for (at, value) in (1..).zip(Values(row)) {
                insert.raw_bind_parameter(at, value)?;
            }
            insert.raw_execute()?;
            count += 1;
            if count % BETWEEN == 0 {
                interrupt::check()?;
                written(count);
            }
            Ok(())
        })?;
        Ok(count)
    }

    /// Puts the records into a staging table.
    fn stage(&mut self, connection: &Connection) -> Result<()> {
        let spec = self.scope.spec;
        // SQLite keeps temporary tables in a file of its own that goes with the connection.
        connection.execute_batch(&format!(
            "CREATE TEMP TABLE stage ({fields}, PRIMARY KEY ({key})) WITHOUT ROWID",
            fields = spec.fields.join(", "),
            key = spec.key().join(", "),
        ))?;
        self.insert(connection, "stage", None, &|_| {}).map(|_| ())
    }

    /// Gives the known records what they have beyond their model, if they are of a time when nobody looked for
    /// that: it is no change of theirs.
    fn fill(&self, connection: &Connection) -> Result<()> {
        let Scope { spec, .. } = self.scope;
        let name = spec.name;
        // Of the loads those of that time are the first.
        let last = "SELECT coalesce(min(id), ?1) - 1 FROM (
            SELECT id FROM load WHERE unknown IS NOT NULL AND id < ?1 ORDER BY id LIMIT 1
        )";
        let last: i64 = connection.query_row(last, [self.scope.load], |row| row.get(0))?;
        if last > 0 && spec.fields.contains(&"extra") {
            connection.execute(
                &format!(
                    "UPDATE {name} SET extra = s.extra FROM stage AS s
                     WHERE {same} AND s.extra IS NOT NULL
                         AND {name}.extra IS NULL AND {name}.load_id <= ?1",
                    same = key::same(spec.key(), "s", name),
                ),
                [last],
            )?;
        }
        Ok(())
    }

    /// Keeps in the history what differs from a record that a later date has, and takes it off the stage.
    /// Returns how many there are.
    fn keep_older(&self, connection: &Connection, late: Late) -> Result<u64> {
        let Scope { spec, load, .. } = self.scope;
        let name = spec.name;
        let fields = spec.fields.join(", ");
        let is_older = format!(
            "EXISTS (SELECT 1 FROM {name} AS known WHERE {same} AND ({differs}) AND {has})",
            differs = each(spec, " OR ", |field| format!("known.{field} IS NOT stage.{field}")),
            has = late.has(&origin(name, spec.key(), "known")),
            same = key::same(spec.key(), "known", "stage"),
        );
        let kept = connection.execute(
            &format!(
                "INSERT INTO {name}_history ({fields}, load_id, replaced_by)
                 SELECT {fields}, ?1, ?1 FROM stage WHERE {is_older}"
            ),
            params![load],
        )?;
        connection.execute(&format!("DELETE FROM stage WHERE {is_older}"), [])?;
        Ok(kept as u64)
    }

    /// Marks the known records as vanished that a complete dump lacks, once its last part is there.
    fn mark_vanished(&self, connection: &Connection) -> Result<u64> {
        let key = key::text(self.scope.spec, "stage");
        let here = format!("SELECT {key} FROM stage UNION ALL SELECT key FROM spared");
        let parts = "SELECT 1 FROM temp.sqlite_schema WHERE name = 'dump_part'";
        let parts = connection.prepare(parts)?.exists([])?;
        if self.scope.more || parts {
            connection.execute_batch(&format!(
                "CREATE TEMP TABLE IF NOT EXISTS dump_part (key PRIMARY KEY) WITHOUT ROWID;
                 INSERT OR IGNORE INTO dump_part {here}"
            ))?;
        }
        match (self.scope.more, parts) {
            (true, _) => Ok(0),
            (false, false) => absence::mark_vanished(connection, self.scope, &here),
            (false, true) => {
                let vanished = absence::mark_vanished(connection, self.scope, "SELECT key FROM dump_part")?;
                connection.execute_batch("DROP TABLE dump_part")?;
                Ok(vanished)
            }
        }
    }
}

/// How many records are written between two looks at what goes on.
const BETWEEN: u64 = 10_000;

/// How much of a text a sample has.
const SAMPLE_BYTES: usize = 10_000;

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "unknown".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            let start = text.get(..SAMPLE_BYTES).unwrap_or(text);
            String::from_utf8_lossy(start).into_owned()
        }
    }
}

/// SQL for each field but the key.
fn each(spec: &Spec, separator: &str, sql: impl Fn(&str) -> String) -> String {
    spec.fields.iter().skip(spec.keys).map(|field| sql(field)).collect::<Vec<_>>().join(separator)
}

fn count(connection: &Connection, sql: &str) -> Result<u64> {
    Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}
