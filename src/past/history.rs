//! Every version of one record, and the times when it was absent from complete dumps.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::find::{Found, find};
use super::moment::finished_at;
use crate::domain::{Model, Spec};
use crate::error::Result;
use crate::sql::{Cell, Detail, Sink, cell};

/// How many characters of a value a table for people shows.
const SHOWN: usize = 60;

/// A version, or an absence, and the loads between which it lasted.
struct Entry {
    what: What,
    from: Moment,
    /// `None` while it lasts.
    until: Option<Moment>,
}

enum What {
    /// A version that came after one of a later date, and so never was current.
    Older {
        values: Vec<Value>,
    },
    Version {
        number: usize,
        changed: Vec<&'static str>,
        values: Vec<Value>,
    },
    Absence,
}

impl What {
    /// The value of a field, where there is a record.
    fn value(&self, column: usize) -> Option<&Value> {
        match self {
            What::Older { values } | What::Version { values, .. } => values.get(column),
            What::Absence => None,
        }
    }
}

/// A load and when it was done.
struct Moment {
    load: i64,
    at: Option<String>,
}

impl Moment {
    fn of(conn: &Connection, load: i64) -> Result<Moment> {
        Ok(Moment { load, at: finished_at(conn, load)? })
    }

    /// For people: to the second.
    fn told(&self) -> String {
        match self.at.as_deref().and_then(|at| at.get(..19)) {
            Some(at) => format!("load {}, {at}Z", self.load),
            None => format!("load {}", self.load),
        }
    }
}

/// Gives the versions of the record of `model` with this `key` to `sink`, oldest first, and its
/// absences among them. In brief, long values are cut, and the key is left out.
pub fn history(
    conn: &Connection,
    model: Model,
    key: &str,
    detail: Detail,
    sink: &mut dyn Sink,
) -> Result<()> {
    let spec = model.spec();
    let found = find(conn, model, key)?;
    let fields: Vec<&'static str> = spec.told().collect();
    let mut entries = versions(conn, spec, &found, &fields)?;
    entries.extend(absences(conn, spec, &found.key)?);
    entries.sort_by_key(|entry| entry.from.load);
    match detail {
        Detail::Brief => brief(&entries, &fields, spec.keys, sink),
        Detail::Whole => whole(&entries, &fields, sink),
    }
}

fn versions(conn: &Connection, spec: &Spec, found: &Found, fields: &[&'static str]) -> Result<Vec<Entry>> {
    let name = spec.name;
    let columns = fields.join(", ");
    let same: Vec<String> =
        spec.key().iter().zip(1..).map(|(column, at)| format!("{column} = ?{at}")).collect();
    let source = match found.session {
        Some(session) => {
            sessions(conn, session)?;
            "stream_history".to_owned()
        }
        None => format!(
            "(SELECT {columns}, load_id, replaced_by FROM {name}_history
              UNION ALL SELECT {columns}, load_id, NULL FROM {name})"
        ),
    };
    let sql = format!(
        "SELECT load_id, replaced_by, {columns} FROM {source} WHERE {} ORDER BY load_id",
        same.join(" AND ")
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(&found.columns))?;
    let mut entries = Vec::new();
    let mut before: Option<Vec<Value>> = None;
    let mut number = 0;
    while let Some(row) = rows.next()? {
        let values: Vec<Value> =
            (2..fields.len() + 2).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
        let (load, until): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let what = if until == Some(load) {
            What::Older { values }
        } else {
            let changed = before.map_or(Vec::new(), |before| {
                let pairs = fields.iter().zip(before.iter().zip(&values));
                pairs.filter(|(_, (old, new))| old != new).map(|(field, _)| *field).collect()
            });
            before = Some(values.clone());
            number += 1;
            What::Version { number, changed, values }
        };
        entries.push(Entry {
            what,
            from: Moment::of(conn, load)?,
            until: until.map(|load| Moment::of(conn, load)).transpose()?,
        });
    }
    Ok(entries)
}

/// Lets the view of earlier streams show all versions of one session, the current one included, by
/// putting temporary views before the table that it reads and before itself.
fn sessions(conn: &Connection, [start_at, user_id, movie_id, end_at]: [i64; 4]) -> Result<()> {
    let one = format!(
        "start_at = {start_at} AND user_id = {user_id} AND movie_id = {movie_id} AND end_at = {end_at}"
    );
    conn.execute_batch(&format!(
        "CREATE TEMP VIEW stream_fact_history AS
         SELECT * FROM main.stream_fact_history WHERE {one}
         UNION ALL SELECT *, NULL FROM main.stream_fact WHERE {one}"
    ))?;
    super::as_of::shadow_view(conn, "stream_history")
}

fn absences(conn: &Connection, spec: &Spec, key: &str) -> Result<Vec<Entry>> {
    let mut statement =
        conn.prepare("SELECT vanished_in, returned_in FROM absence WHERE model = ?1 AND key = ?2")?;
    let mut rows = statement.query([spec.name, key])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let until: Option<i64> = row.get(1)?;
        entries.push(Entry {
            what: What::Absence,
            from: Moment::of(conn, row.get(0)?)?,
            until: until.map(|load| Moment::of(conn, load)).transpose()?,
        });
    }
    Ok(entries)
}

/// For programs: a column a fact; no end and no fields where there are none.
fn whole(entries: &[Entry], fields: &[&'static str], sink: &mut dyn Sink) -> Result<()> {
    sink.columns(&[&["what", "load", "at", "until_load", "until_at", "changed"], fields].concat())?;
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    for Entry { what, from, until } in entries {
        let (name, changed) = match what {
            What::Version { changed, .. } => ("version", changed.join(", ")),
            What::Older { .. } => ("older", String::new()),
            What::Absence => ("absence", String::new()),
        };
        let mut row = vec![
            Value::Text(name.to_owned()),
            Value::Integer(from.load),
            text(&from.at),
            until.as_ref().map_or(Value::Null, |until| Value::Integer(until.load)),
            until.as_ref().map_or(Value::Null, |until| text(&until.at)),
            if changed.is_empty() { Value::Null } else { Value::Text(changed) },
        ];
        match what {
            What::Version { values, .. } | What::Older { values } => row.extend(values.iter().cloned()),
            What::Absence => row.extend(fields.iter().map(|_| Value::Null)),
        }
        give(&row, sink)?;
    }
    sink.finish()
}

/// For people.
fn brief(entries: &[Entry], fields: &[&'static str], keys: usize, sink: &mut dyn Sink) -> Result<()> {
    // A column that no version has says nothing to a person.
    let is_said = |column: usize, field: &str| {
        field != "extra"
            || entries.iter().any(|entry| entry.what.value(column).is_some_and(|value| *value != Value::Null))
    };
    let columns: Vec<usize> = (keys..fields.len())
        .filter(|column| fields.get(*column).is_some_and(|field| is_said(*column, field)))
        .collect();
    let shown: Vec<&str> = columns.iter().filter_map(|column| fields.get(*column).copied()).collect();
    let shown = shown.as_slice();
    sink.columns(&[&["what", "since", "until", "changed"], shown].concat())?;
    for Entry { what, from, until } in entries {
        let (name, lasting, changed) = match what {
            What::Version { number, changed, .. } => {
                (format!("version {number}"), "current", changed.join(", "))
            }
            What::Older { .. } => ("older".to_owned(), "", "never current".to_owned()),
            What::Absence => ("absent".to_owned(), "still absent", String::new()),
        };
        let until = until.as_ref().map_or_else(|| lasting.to_owned(), Moment::told);
        let mut row = [name, from.told(), until, changed].map(Value::Text).to_vec();
        match what {
            What::Version { values, .. } | What::Older { values } => {
                row.extend(values.iter().skip(keys).map(cut))
            }
            What::Absence => row.extend(shown.iter().map(|_| Value::Null)),
        }
        give(&row, sink)?;
    }
    sink.finish()
}

fn cut(value: &Value) -> Value {
    match value {
        Value::Text(text) if text.chars().count() > SHOWN => {
            Value::Text(text.chars().take(SHOWN - 1).chain(['…']).collect())
        }
        other => other.clone(),
    }
}

fn give(row: &[Value], sink: &mut dyn Sink) -> Result<()> {
    let cells: Vec<Cell<'_>> = row.iter().map(|value| cell(ValueRef::from(value))).collect();
    sink.row(&cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::fixture::{self, Collected};

    fn rows(detail: Detail) -> Vec<Vec<String>> {
        let conn = fixture::small();
        conn.execute_batch(
            "UPDATE load SET finished_at = '2022-01-01T00:00:00.500Z';
             INSERT INTO load (id, model, source, collector, started_at, finished_at, version) VALUES
                 (2, 'author', '-', 'json', '', '2022-01-02T00:00:00.000Z', '0.1.0'),
                 (3, 'author', '-', 'json', '', '2022-01-03T00:00:00.000Z', '0.1.0'),
                 (4, 'author', '-', 'json', '', '2022-01-04T00:00:00.000Z', '0.1.0');
             INSERT INTO author_history
                 SELECT name, name_key, birth_date, died_at, nationality, load_id, 3, extra FROM author WHERE name = 'Ng';
             UPDATE author SET died_at = '2021-01-01T00:00:00Z', load_id = 3 WHERE name = 'Ng';
             INSERT INTO absence VALUES ('author', 'Ng', 2, 3), ('author', 'Ng', 4, NULL), ('book', 'Ng', 2, 3)",
        )
        .unwrap();
        let mut sink = Collected::default();
        history(&conn, Model::AUTHOR, "Ng", detail, &mut sink).unwrap();
        [vec![sink.columns], sink.rows].concat()
    }

    #[test]
    fn programs_get_a_column_a_fact() {
        let at = |day| format!("'2022-01-0{day}T00:00:00.000Z'");
        let (one, two, three, four) = ("'2022-01-01T00:00:00.500Z'", at(2), at(3), at(4));
        assert_eq!(
            rows(Detail::Whole),
            [
                vec![
                    "what",
                    "load",
                    "at",
                    "until_load",
                    "until_at",
                    "changed",
                    "name",
                    "birth_date",
                    "died_at",
                    "nationality",
                    "extra"
                ],
                vec![
                    "'version'",
                    "1",
                    one,
                    "3",
                    &three,
                    "NULL",
                    "'Ng'",
                    "NULL",
                    "NULL",
                    "'singaporeans'",
                    "NULL"
                ],
                vec!["'absence'", "2", &two, "3", &three, "NULL", "NULL", "NULL", "NULL", "NULL", "NULL"],
                vec![
                    "'version'",
                    "3",
                    &three,
                    "NULL",
                    "NULL",
                    "'died_at'",
                    "'Ng'",
                    "NULL",
                    "'2021-01-01T00:00:00Z'",
                    "'singaporeans'",
                    "NULL"
                ],
                vec!["'absence'", "4", &four, "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL"],
            ]
        );
    }

    #[test]
    fn people_get_fewer_columns() {
        let rows = rows(Detail::Brief);
        assert_eq!(rows[0], ["what", "since", "until", "changed", "birth_date", "died_at", "nationality"]);
        assert_eq!(
            rows[1][..4],
            ["'version 1'", "'load 1, 2022-01-01T00:00:00Z'", "'load 3, 2022-01-03T00:00:00Z'", "''"]
        );
        assert_eq!(rows[3][1..4], ["'load 3, 2022-01-03T00:00:00Z'", "'current'", "'died_at'"]);
        assert_eq!(rows[4][..3], ["'absent'", "'load 4, 2022-01-04T00:00:00Z'", "'still absent'"]);
        assert_eq!(cut(&Value::Text("é".repeat(61))), Value::Text(format!("{}…", "é".repeat(59))));
        assert_eq!(cut(&Value::Text("é".repeat(60))), Value::Text("é".repeat(60)));
    }

    #[test]
    fn sessions_read_as_in_the_view() {
        let conn = fixture::small();
        conn.execute_batch(
            "UPDATE stream_fact SET id = unhex(printf('%040x', user_id)) WHERE size_mb < 2000;
             INSERT INTO load (id, model, source, collector, started_at, finished_at, version)
                 VALUES (2, 'stream', '-', 'csv', '', '2022-01-02T00:00:00.000Z', '0.1.0');
             INSERT INTO stream_fact_history SELECT *, 2 FROM stream_fact WHERE user_id = 3;
             UPDATE stream_fact SET size_mb = 7, load_id = 2 WHERE user_id = 3;",
        )
        .unwrap();
        let mut sink = Collected::default();
        history(&conn, Model::STREAM, &format!("{:040x}", 3), Detail::Brief, &mut sink).unwrap();
        assert_eq!(
            sink.columns[3..],
            ["changed", "movie_title", "user_email", "size_mb", "start_at", "end_at"]
        );
        let fields: Vec<_> = sink.rows.iter().map(|row| row[3..7].join(" ")).collect();
        assert_eq!(fields, ["'' 'Unforgiven' 'cy@x.org' 100.0", "'size_mb' 'Unforgiven' 'cy@x.org' 7.0"]);
        assert_eq!(sink.rows[0][7], "'2021-12-25T10:00:00.000000Z'");
    }
}
