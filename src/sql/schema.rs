//! What the tables, views and columns of the warehouse mean, as the file itself tells; and the names of
//! those that other programs made in it.

use rusqlite::Connection;
use serde_json::json;

use super::nearest::suggestion;
use super::{Binding, Detail, Sink, Value, run};
use crate::error::{Error, Result};

/// Tables and views that belong together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Topic {
    /// Its name in the table `data_dictionary`.
    pub name: &'static str,
    /// A heading for it.
    pub title: &'static str,
}

/// The topics, in the order of `data_dictionary`: what an analyst wants first comes first.
pub const TOPICS: [Topic; 6] = [
    Topic { name: "models", title: "The six models" },
    Topic { name: "streams", title: "How streams are stored" },
    Topic { name: "loads", title: "What was loaded, set aside, and missing" },
    Topic { name: "history", title: "Earlier versions" },
    Topic { name: "summaries", title: "Summaries of the streams" },
    Topic { name: "file", title: "The file itself" },
];

/// The tables of described models, which the loads that bring them describe.
pub const DESCRIBED: Topic = Topic { name: "described", title: "Described models" };

/// The tables and views that the file does not describe, since another program made them.
pub const OWN: Topic = Topic { name: "own", title: "Made by other programs" };

/// What is said of each of them.
const NOT_DESCRIBED: &str = "not described: another program made it";

/// The tables and views of [`OWN`].
const OWN_OBJECTS: &str = "SELECT name, type FROM main.sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND name NOT IN (SELECT table_name FROM data_dictionary)
    ORDER BY rowid";

/// What of the schema is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only this table or view, by its name as the schema spells it.
    pub table: Option<String>,
    /// Only those of this topic.
    pub topic: Option<&'static str>,
    /// Only the tables and views themselves, not their columns.
    pub tables_only: bool,
}

/// Whether the file describes tables of a topic.
pub fn has(conn: &Connection, topic: &Topic) -> Result<bool> {
    Ok(conn.prepare("SELECT 1 FROM data_dictionary WHERE topic = ?1")?.exists([topic.name])?)
}

/// Whether other programs made tables or views in the file.
pub fn has_own(conn: &Connection) -> Result<bool> {
    Ok(conn.prepare(OWN_OBJECTS)?.exists([])?)
}

/// The rows about what other programs made, as a JSON array of arrays: table, kind, column, type and
/// meaning. Of what SQLite itself cannot read, such as a view of a table that is gone, no column is known.
fn own(conn: &Connection) -> Result<String> {
    let mut objects = conn.prepare(OWN_OBJECTS)?;
    let objects = objects.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut rows = Vec::new();
    for object in objects {
        let (name, kind): (String, String) = object?;
        rows.push(json!([name, kind, null, null, NOT_DESCRIBED]));
        let columns = |name: &str| -> rusqlite::Result<Vec<(String, String)>> {
            let mut columns = conn.prepare_cached(
                "SELECT name, type FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1 ORDER BY cid",
            )?;
            columns.query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        for (column, declared) in columns(&name).unwrap_or_default() {
            rows.push(json!([name, kind, column, Some(declared).filter(|text| !text.is_empty()), ""]));
        }
    }
    Ok(serde_json::Value::from(rows).to_string())
}

/// Gives what is described to `sink`, a row for each table or view and one for each column: in brief
/// with the name of the table beside the first row only. Behind that comes what other programs made.
pub fn schema(conn: &Connection, wanted: &Wanted, detail: Detail, sink: &mut dyn Sink) -> Result<()> {
    let columns = match (detail, wanted.tables_only) {
        (Detail::Whole, _) => {
            "topic, table_name AS \"table\", kind, column_name AS \"column\", type, unit, meaning"
        }
        (Detail::Brief, true) => "table_name AS \"table\", kind, meaning",
        (Detail::Brief, false) => {
            "iif(column_name IS NULL, table_name, NULL) AS \"table\", column_name AS \"column\",
             iif(column_name IS NULL, kind, type) AS type, unit, meaning"
        }
    };
    let sql = format!(
        "SELECT {columns} FROM (
             SELECT position, topic, table_name, kind, column_name, type, unit, meaning, 0 AS own
             FROM data_dictionary
             UNION ALL
             SELECT key, :own_topic, value ->> 0, value ->> 1, value ->> 2, value ->> 3, NULL, value ->> 4, 1
             FROM json_each(:own)
         )
         WHERE (:table IS NULL OR table_name = :table) AND (:topic IS NULL OR topic = :topic)
            AND (NOT :tables_only OR column_name IS NULL)
         ORDER BY own, position"
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let bindings = [
        ("table", wanted.table.as_deref().map(text)),
        ("topic", wanted.topic.map(text)),
        ("own_topic", Some(text(OWN.name))),
        ("own", Some(Value::Text(own(conn)?))),
        ("tables_only", Some(Value::Integer(i64::from(wanted.tables_only)))),
    ];
    let bindings: Vec<Binding> = bindings
        .into_iter()
        .filter_map(|(name, value)| Some(Binding { name: name.to_owned(), value: value? }))
        .collect();
    run(conn, &sql, &bindings, sink)
}

/// The table or view called `name`, in whatever case, as the schema spells it.
pub fn table(conn: &Connection, name: &str) -> Result<String> {
    let mut statement =
        conn.prepare("SELECT table_name FROM data_dictionary WHERE column_name IS NULL ORDER BY position")?;
    let mut known: Vec<String> =
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for own in conn.prepare(OWN_OBJECTS)?.query_map([], |row| row.get(0))? {
        known.push(own?);
    }
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(name)).cloned();
    found.ok_or_else(|| {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        Error::usage(format!("there is no table or view `{name}`")).help(suggestion(
            name,
            "tables and views",
            &known,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::fixture::{self, Collected};

    #[test]
    fn the_topics_are_those_of_the_file_in_its_order() {
        let conn = fixture::empty();
        let sql = "SELECT topic, table_name, count(*) FROM data_dictionary GROUP BY 1 ORDER BY min(position)";
        let mut found = Collected::default();
        run(&conn, sql, &[], &mut found).unwrap();
        let topics: Vec<_> = found.rows.iter().map(|row| row[0].trim_matches('\'')).collect();
        assert_eq!(topics, TOPICS.map(|topic| topic.name));
    }

    #[test]
    fn a_table_is_found_in_any_case_and_the_nearest_is_suggested() {
        let conn = fixture::empty();
        assert_eq!(table(&conn, "Stream_Fact").unwrap(), "stream_fact");
        let error = table(&conn, "sream").unwrap_err();
        assert_eq!(error.message(), "there is no table or view `sream`");
        assert!(
            error.remedy().unwrap().starts_with("did you mean `stream`? tables and views: movie, stream,")
        );
    }
}
