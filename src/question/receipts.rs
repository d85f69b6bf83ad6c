//! What an answer rests on: the loads of the models that its SQL reads.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use rusqlite::Connection;
use serde::Serialize;

use crate::domain::Model;
use crate::error::Result;
use crate::past::{Summary, summaries};

/// The loads that a result rests on, so that a figure can be traced to its files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Receipts {
    /// The schema's version.
    pub schema_version: i64,
    /// The load as of which was asked; absent where the present was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<i64>,
    /// Every load of the models in question that wrote something, and the last one of each model,
    /// which found the rest unchanged. The answers share them: years of nights are thousands.
    pub loads: Vec<Rc<Receipt>>,
}

/// One of the loads that a result rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Receipt {
    /// Its id in the ledger.
    pub load: i64,
    /// The model.
    pub model: String,
    /// The source's name.
    pub source: String,
    /// Of the source's bytes; `None` if the source was not read to its end.
    pub sha256: Option<String>,
    /// When it was done.
    pub finished_at: Option<String>,
    /// How many records were new.
    #[serde(skip)]
    pub inserted: i64,
    /// How many records had changed.
    #[serde(skip)]
    pub updated: i64,
    /// How many an undo or a forget took out.
    #[serde(skip)]
    pub removed: i64,
    /// The load that it took back.
    #[serde(skip)]
    pub undoes: Option<i64>,
}

impl Receipt {
    /// Whether the load wrote something.
    pub fn wrote(&self) -> bool {
        self.inserted + self.updated + self.removed > 0
    }

    /// Its source, for people.
    pub fn told_source(&self) -> Cow<'_, str> {
        match self.undoes {
            Some(load) => Cow::Owned(format!("undo of load {load}")),
            None => Cow::Borrowed(&self.source),
        }
    }

    /// What it did, in a line for people.
    pub fn told(&self) -> String {
        let Receipt { load, model, inserted, updated, removed, .. } = self;
        let source = self.told_source();
        let mut told = format!("load {load}: {model} from {source}, {inserted} inserted, {updated} updated");
        if *removed > 0 {
            told += &format!(", {removed} removed");
        }
        if let Some(time) = &self.finished_at {
            told += &format!(", done at {time}");
        }
        told
    }
}

/// Read once for all questions, by way of the indexes `load_wrote` and `load_done`: the ledger grows for years.
const LOADS: &str = "SELECT id, model, source, sha256, finished_at, inserted, updated, removed, undoes
    FROM load
    WHERE outcome = 'done' AND inserted + updated + removed > 0
    UNION ALL
    SELECT id, model, source, sha256, finished_at, inserted, updated, removed, undoes
    FROM load
    WHERE inserted + updated + removed = 0
        AND id IN (SELECT max(id) FROM load WHERE outcome = 'done' GROUP BY model)
    ORDER BY id";

/// The models that no load was ever done of that stands, in the order of [`Model::all`]; where
/// [`as_of`](crate::past::as_of()) has been, up to its load.
pub fn never_loaded(conn: &Connection) -> Result<Vec<&'static str>> {
    let mut done = conn.prepare_cached(
        "SELECT 1 FROM load
         WHERE outcome = 'done' AND model = ?1 AND kind IN ('load', 'replay') AND undone_by IS NULL",
    )?;
    let mut never = Vec::new();
    for name in Model::all().into_iter().map(Model::name) {
        if !done.exists([name])? {
            never.push(name);
        }
    }
    Ok(never)
}

/// `models`, which were never loaded, in a line for people; nothing if there are none.
pub fn told_never_loaded(models: &[&str]) -> Option<String> {
    match models.len() {
        0 => None,
        all if all == Model::all().len() => Some("nothing was loaded yet".to_owned()),
        _ => Some(format!("never loaded: {}", models.join(", "))),
    }
}

/// Which tables stand for which model.
pub(super) struct Lineage {
    /// Each model's own name and its history's stand for tables.
    models: Vec<(&'static str, BTreeSet<String>)>,
    /// A summary stands for the tables that it is counted from.
    summaries: Vec<(String, BTreeSet<String>)>,
    /// The models that were never loaded.
    never_loaded: Vec<&'static str>,
    /// The loads that a result may rest on.
    loads: Vec<Rc<Receipt>>,
    /// The schema's version.
    schema_version: i64,
}

impl Lineage {
    /// Reads it off the schema, or off the views that [`as_of`](crate::past::as_of()) put before it.
    pub(super) fn read(conn: &Connection) -> Result<Lineage> {
        let models = Model::all().into_iter().map(Model::name).map(|name| {
            let mut tables = tables_behind(conn, name)?;
            tables.append(&mut tables_behind(conn, &format!("{name}_history"))?);
            Ok((name, tables))
        });
        let summaries = summaries(conn)?.into_iter().map(|Summary { table, view }| {
            let tables = tables_read(conn, &format!("SELECT * FROM {view}"))?;
            Ok((table, tables))
        });
        Ok(Lineage {
            models: models.collect::<Result<_>>()?,
            summaries: summaries.collect::<Result<_>>()?,
            never_loaded: never_loaded(conn)?,
            loads: loads(conn)?,
            schema_version: conn.pragma_query_value(None, "user_version", |row| row.get(0))?,
        })
    }

    /// Those of `models` that were never loaded.
    pub(super) fn never_loaded(&self, models: &[&'static str]) -> Vec<&'static str> {
        models.iter().copied().filter(|model| self.never_loaded.contains(model)).collect()
    }

    /// What a result rests on that read these `models`. Where [`as_of`](crate::past::as_of()) has been, the ledger
    /// ends with its load, and so do the receipts.
    pub(super) fn receipts(&self, models: &[&'static str], as_of: Option<i64>) -> Receipts {
        let of_models = self.loads.iter().filter(|load| models.contains(&load.model.as_str()));
        Receipts { schema_version: self.schema_version, as_of, loads: of_models.cloned().collect() }
    }

    /// The models whose tables `sql` reads.
    pub(super) fn models_read(&self, conn: &Connection, sql: &str) -> Result<Vec<&'static str>> {
        let mut read = tables_read(conn, sql)?;
        for (summary, tables) in &self.summaries {
            if read.contains(summary) {
                read.extend(tables.iter().cloned());
            }
        }
        let is_read = |(_, tables): &&(_, BTreeSet<String>)| !read.is_disjoint(tables);
        Ok(self.models.iter().filter(is_read).map(|(name, _)| *name).collect())
    }
}

fn loads(conn: &Connection) -> Result<Vec<Rc<Receipt>>> {
    let mut statement = conn.prepare(LOADS)?;
    let loads = statement.query_map([], |row| {
        Ok(Rc::new(Receipt {
            load: row.get(0)?,
            model: row.get(1)?,
            source: row.get(2)?,
            sha256: row.get(3)?,
            finished_at: row.get(4)?,
            inserted: row.get(5)?,
            updated: row.get(6)?,
            removed: row.get(7)?,
            undoes: row.get(8)?,
        }))
    })?;
    Ok(loads.collect::<rusqlite::Result<_>>()?)
}

/// The tables that stand behind a table or a view of this name: for a table that nothing stands before, itself.
fn tables_behind(conn: &Connection, name: &str) -> Result<BTreeSet<String>> {
    let mut is_table = conn.prepare_cached(
        "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1
             AND name NOT IN (SELECT name FROM temp.sqlite_schema)",
    )?;
    match is_table.exists([name])? {
        true => Ok(BTreeSet::from([name.to_owned()])),
        false => tables_read(conn, &format!("SELECT * FROM {name}")),
    }
}

/// The tables that `sql` reads, behind whatever views: those that SQLite's program for it opens.
fn tables_read(conn: &Connection, sql: &str) -> Result<BTreeSet<String>> {
    let mut statement = conn.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = statement.raw_query(); // whatever its parameters, the program is the same
    let mut roots = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let opcode: String = row.get("opcode")?;
        if matches!(opcode.as_str(), "OpenRead" | "ReopenIdx") {
            // The first page of the table or its index, and the database: the file, or temporary tables.
            roots.insert((row.get::<_, i64>("p3")?, row.get::<_, i64>("p2")?));
        }
    }
    let mut names = conn.prepare_cached(
        "SELECT tbl_name FROM main.sqlite_schema WHERE ?1 = 0 AND rootpage = ?2
         UNION ALL SELECT tbl_name FROM temp.sqlite_schema WHERE ?1 = 1 AND rootpage = ?2",
    )?;
    let mut tables = BTreeSet::new();
    for (database, root) in roots {
        for name in names.query_map([database, root], |row| row.get(0))? {
            tables.insert(name?);
        }
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::past::as_of;
    use crate::question::Questions;
    use crate::sql::fixture;

    #[test]
    fn the_models_are_those_that_the_sql_reads() {
        let expected = [
            ("streamed_movies_based_on_books", vec!["movie", "stream", "review"]),
            ("users_affected_by_outage", vec!["stream"]),
            ("singaporean_movies_streamed", vec!["movie", "stream", "author", "book", "review"]),
            ("average_stream_duration", vec!["stream"]),
            ("median_stream_size", vec!["stream"]),
            ("users_watching_half_a_movie", vec!["movie", "stream"]),
        ];
        for earlier in [false, true] {
            let conn = fixture::small();
            if earlier {
                as_of(&conn, 1).unwrap();
            }
            for question in Questions::shipped().all {
                let models = Lineage::read(&conn).unwrap().models_read(&conn, &question.sql).unwrap();
                let known = expected.iter().find(|(name, _)| *name == question.name);
                assert_eq!(known.map(|(_, models)| models), Some(&models), "{}", question.name);
            }
        }
    }

    #[test]
    fn other_sql_is_traced_too() {
        let conn = fixture::small();
        for (sql, models) in [
            ("SELECT 1", vec![]),
            ("SELECT * FROM load", vec![]),
            ("SELECT count(*) FROM user", vec!["user"]),
            ("SELECT title FROM movie WHERE title = 'x'", vec!["movie"]),
            ("SELECT * FROM book_history", vec!["book"]),
            ("SELECT user_email FROM stream", vec!["stream"]),
            ("SELECT email FROM streaming_user", vec!["stream"]),
            ("SELECT (SELECT max(rating) FROM review), a.name FROM author AS a", vec!["author", "review"]),
        ] {
            assert_eq!(Lineage::read(&conn).unwrap().models_read(&conn, sql).unwrap(), models, "{sql}");
        }
    }

    #[test]
    fn a_model_is_loaded_once_a_load_of_it_was_done() {
        let conn = fixture::empty();
        assert_eq!(never_loaded(&conn).unwrap(), Model::SHIPPED.map(Model::name));
        conn.execute_batch(
            "INSERT INTO load (id, model, source, collector, started_at, outcome, version) VALUES
                 (1, 'stream', '-', 'csv', '', 'done', ''), (2, 'movie', '-', 'csv', '', 'failed', ''),
                 (3, 'user', '-', 'csv', '', 'refused', ''), (4, 'review', '-', 'json', '', 'done', '')",
        )
        .unwrap();
        assert_eq!(never_loaded(&conn).unwrap(), ["movie", "user", "author", "book"]);
        let sql = Questions::shipped().named("streamed_movies_based_on_books").unwrap().sql.clone();
        let never = |conn: &Connection| {
            let lineage = Lineage::read(conn).unwrap();
            lineage.never_loaded(&lineage.models_read(conn, &sql).unwrap())
        };
        assert_eq!(never(&conn), ["movie"]);
        as_of(&conn, 3).unwrap();
        assert_eq!(never(&conn), ["movie", "review"]);
        let told = |models: &[&str]| told_never_loaded(models);
        assert_eq!(told(&[]), None);
        assert_eq!(told(&["book", "review"]).as_deref(), Some("never loaded: book, review"));
        assert_eq!(told(&Model::SHIPPED.map(Model::name)).as_deref(), Some("nothing was loaded yet"));
    }

    #[test]
    fn loads_that_wrote_and_the_last_one_of_each_model_count() {
        let conn = fixture::small();
        conn.execute_batch(
            "PRAGMA foreign_keys = OFF;
             DELETE FROM load;
             INSERT INTO load (id, model, source, sha256, collector, started_at, finished_at, inserted, updated, outcome, version) VALUES
                 (1, 'stream', 'a.csv', 'aa', 'csv', '', 't1', 4, 0, 'done', ''),
                 (2, 'movie', 'm.csv', 'bb', 'csv', '', 't2', 3, 0, 'done', ''),
                 (3, 'stream', 'a.csv', 'aa', 'csv', '', 't3', 0, 0, 'done', ''),
                 (4, 'stream', 'b.csv', NULL, 'csv', '', 't4', 0, 1, 'done', ''),
                 (5, 'stream', 'c.csv', 'cc', 'csv', '', 't5', 0, 0, 'done', ''),
                 (6, 'stream', 'd.csv', 'dd', 'csv', '', 't6', 9, 0, 'failed', '')",
        )
        .unwrap();
        let sql = Questions::shipped().named("median_stream_size").unwrap().sql.clone();
        let ids = |receipts: &Receipts| receipts.loads.iter().map(|load| load.load).collect::<Vec<_>>();
        let receipts = |conn: &Connection, as_of: Option<i64>| {
            let lineage = Lineage::read(conn).unwrap();
            lineage.receipts(&lineage.models_read(conn, &sql).unwrap(), as_of)
        };
        let now = receipts(&conn, None);
        assert_eq!(ids(&now), [1, 4, 5]);
        assert_eq!(
            serde_json::to_string(&now).unwrap(),
            "{\"schema_version\":7,\"loads\":[\
             {\"load\":1,\"model\":\"stream\",\"source\":\"a.csv\",\"sha256\":\"aa\",\"finished_at\":\"t1\"},\
             {\"load\":4,\"model\":\"stream\",\"source\":\"b.csv\",\"sha256\":null,\"finished_at\":\"t4\"},\
             {\"load\":5,\"model\":\"stream\",\"source\":\"c.csv\",\"sha256\":\"cc\",\"finished_at\":\"t5\"}]}"
        );
        as_of(&conn, 3).unwrap();
        let then = receipts(&conn, Some(3));
        assert_eq!(ids(&then), [1, 3]);
        assert!(serde_json::to_string(&then).unwrap().contains("\"as_of\":3"));
    }
}
