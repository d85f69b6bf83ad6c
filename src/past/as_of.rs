//! The warehouse as it stood after an earlier load.
//!
//! Temporary views of the same names stand before the tables and views of the file, so that the
//! very same SQL reads what was known then. What each view shows follows from the schema alone:
//! which columns refer to the ledger, and whether a table has another of its earlier versions.

use std::fmt;

use rusqlite::Connection;

use super::moment::resolve;
use super::summary::{shadow_summaries, summaries};
use super::tables::{names, quoted};
use super::then::{columns, removed, select, some_removed};
use crate::error::Result;

/// A state of the warehouse that was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Past {
    /// The last load that it knows.
    pub load: i64,
    /// When that ended.
    pub finished_at: Option<String>,
    /// The delivery of that load, and the date of its data.
    pub delivery: Option<i64>,
    /// The date of that delivery's data.
    pub date: Option<String>,
}

impl Past {
    /// Makes `conn` see the warehouse as it stood after the load or the delivery, or at the date or the time,
    /// that `text` means.
    pub fn travel(conn: &Connection, text: &str) -> Result<Past> {
        let load = resolve(conn, text)?;
        let sql = "SELECT l.finished_at, d.id, d.date FROM load AS l LEFT JOIN delivery AS d ON d.id = l.delivery_id
            WHERE l.id = ?1";
        let past = conn.query_row(sql, [load], |row| {
            Ok(Past { load, finished_at: row.get(0)?, delivery: row.get(1)?, date: row.get(2)? })
        })?;
        as_of(conn, load)?;
        Ok(past)
    }
}

impl fmt::Display for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "as of load {}", self.load)?;
        if let Some(finished_at) = &self.finished_at {
            write!(f, ", {finished_at}")?;
        }
        match (&self.delivery, &self.date) {
            (Some(delivery), Some(date)) => write!(f, ", delivery {delivery} of {date}"),
            _ => Ok(()),
        }
    }
}

/// Makes `conn` see the warehouse as it stood right after `load` committed, for the rest of its
/// life. To be called before [`guard`](crate::sql::guard()), which then also refuses `main.…`, by which
/// SQL could get around the views, and each table that no view stands before: another program made it,
/// and nothing tells what it held then.
pub fn as_of(conn: &Connection, load: i64) -> Result<()> {
    let tables = names(conn, "table")?;
    let summaries: Vec<String> = summaries(conn)?.into_iter().map(|summary| summary.table).collect();
    for table in tables.iter().filter(|table| !summaries.contains(table)) {
        if let Some(mut select) = select(table, &columns(conn, table)?, &tables, load) {
            let history = format!("{table}_history");
            if tables.contains(&history) && some_removed(conn, load)? {
                select =
                    format!("{select} UNION ALL {}", removed(table, &history, &columns(conn, table)?, load));
            }
            conn.execute_batch(&format!("CREATE TEMP VIEW {} AS {select}", quoted(table)))?;
        }
    }
    for view in names(conn, "view")? {
        shadow_view(conn, &view)?;
    }
    shadow_summaries(conn, load)
}

/// Makes a view of the file again as a temporary one, from its own text, in which every name now
/// means a temporary view before a table.
pub(super) fn shadow_view(conn: &Connection, view: &str) -> Result<()> {
    let sql: String =
        conn.query_row("SELECT sql FROM main.sqlite_schema WHERE name = ?1", [view], |row| row.get(0))?;
    // SQLite keeps the text from the view's name on, with these words before it.
    Ok(conn.execute_batch(&sql.replacen("CREATE VIEW", "CREATE TEMP VIEW", 1))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::fixture::{self, Collected};
    use crate::sql::{explain, guard, run};

    /// Three loads of streams and movies: the second changes one of each and adds one of each, the
    /// third changes them again.
    fn series() -> Connection {
        let conn = fixture::small();
        conn.execute_batch(
            "UPDATE load SET finished_at = '2022-01-01T00:00:00.500Z';
             INSERT INTO load (id, model, source, collector, started_at, finished_at, outcome, version) VALUES
                 (2, 'movie', '-', 'csv', '', '2022-01-02T00:00:00.000Z', 'done', '0.1.0'),
                 (3, 'movie', '-', 'csv', '', '2022-01-02T12:00:00.000Z', 'failed', '0.1.0'),
                 (4, 'movie', '-', 'csv', '', '2022-01-03T00:00:00.000Z', 'done', '0.1.0');
             INSERT INTO movie_history SELECT title, title_key, duration_mins, original_language, size_mb, load_id, 2, extra
                 FROM movie WHERE title = 'Rush';
             INSERT INTO movie_history SELECT title, title_key, 91, original_language, size_mb, 2, 4, NULL
                 FROM movie WHERE title = 'Rush';
             UPDATE movie SET duration_mins = 92, load_id = 4 WHERE title = 'Rush';
             INSERT INTO movie VALUES ('New', 'new', 1, 'x', 1, 4, NULL);
             INSERT INTO stream_fact_history SELECT *, 2 FROM stream_fact WHERE size_mb = 2000;
             UPDATE stream_fact SET size_mb = 5, load_id = 2 WHERE size_mb = 2000;",
        )
        .unwrap();
        conn
    }

    fn seen(load: i64, sql: &str) -> Vec<Vec<String>> {
        let mut conn = series();
        as_of(&conn, load).unwrap();
        guard(&mut conn).unwrap();
        let mut sink = Collected::default();
        run(&conn, sql, &[], &mut sink).expect(sql);
        sink.rows
    }

    #[test]
    fn every_table_and_view_is_shadowed() {
        let conn = fixture::empty();
        as_of(&conn, 1).unwrap();
        let mut shadowed: Vec<String> = conn
            .prepare("SELECT name FROM temp.sqlite_schema ORDER BY name")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(|name| name.unwrap())
            .collect();
        let mut all = [names(&conn, "table").unwrap(), names(&conn, "view").unwrap()].concat();
        all.sort();
        shadowed.sort();
        assert_eq!(shadowed, all);
    }

    #[test]
    fn versions_are_those_of_their_time() {
        let rush = "SELECT duration_mins, load_id FROM movie WHERE title = 'Rush'";
        assert_eq!(seen(1, rush), [["90", "1"]]);
        assert_eq!(seen(2, rush), [["91", "2"]]);
        assert_eq!(seen(3, rush), [["91", "2"]]);
        assert_eq!(seen(4, rush), [["92", "4"]]);
        assert_eq!(seen(2, "SELECT count(*) FROM movie WHERE title = 'New'"), [["0"]]);
        assert_eq!(seen(1, "SELECT count(*), max(size_mb) FROM stream"), [["4", "2000.0"]]);
        assert_eq!(seen(2, "SELECT count(*), max(size_mb) FROM stream"), [["4", "935.0"]]);
        assert_eq!(seen(3, "SELECT max(id) FROM load"), [["3"]]);
        assert_eq!(seen(3, "SELECT count(*) FROM movie_history"), [["1"]]);
    }

    #[test]
    fn comparisons_know_the_types_of_columns() {
        assert_eq!(seen(1, "SELECT count(*) FROM movie WHERE duration_mins > '9'"), [["4"]]);
        assert_eq!(seen(1, "SELECT count(*) FROM stream_fact WHERE size_mb = '2000'"), [["1"]]);
    }

    #[test]
    fn there_is_no_way_around_the_views() {
        let mut conn = series();
        as_of(&conn, 1).unwrap();
        guard(&mut conn).unwrap();
        for sql in [
            "SELECT title FROM main.movie",
            "SELECT count(*) FROM main.movie",
            "SELECT id FROM main.stream",
            "SELECT count(*) FROM main.data_dictionary",
            "WITH m AS (SELECT title FROM main.movie) SELECT title FROM m",
            // SQLite tells of a common table as of a view, and it may be called so too.
            "WITH movie AS (SELECT m.* FROM main.movie AS m) SELECT max(load_id) FROM movie",
            "WITH movie AS (SELECT max(load_id) AS n FROM (SELECT * FROM MAIN . movie)) SELECT n FROM movie",
            "WITH movie AS MATERIALIZED (SELECT * FROM \"main\".movie_history) SELECT count(*) FROM movie",
            "SELECT (WITH stream AS (SELECT * FROM [main]/*.*/.'stream') SELECT max(id) FROM stream)",
            "WITH movie AS (SELECT * FROM 'main'--\n.movie UNION SELECT 1, 2, 3, 4, 5, 6, 7 FROM movie)
             SELECT count(*) FROM movie",
        ] {
            let error = run(&conn, sql, &[], &mut Collected::default()).expect_err(sql);
            assert!(error.message().ends_with("is not as of that load"), "{error}");
            let error = explain(&conn, sql, &[]).expect_err(sql);
            assert!(error.message().ends_with("is not as of that load"), "{error}");
        }
        for sql in
            ["SELECT max(main.load_id) FROM MOVIE AS main", "WITH movie AS (SELECT * FROM movie) SELECT 1"]
        {
            let mut sink = Collected::default();
            run(&conn, sql, &[], &mut sink).expect(sql);
            assert_eq!(sink.rows, [["1"]], "{sql}");
        }
    }

    #[test]
    fn what_says_no_load_is_refused_by_whatever_way_it_is_read() {
        let mut conn = series();
        conn.execute_batch(
            "CREATE TABLE price (title TEXT); CREATE VIEW cheap AS SELECT count(*) FROM price;
             CREATE TABLE \"odd \"\" name\" (x); CREATE VIRTUAL TABLE words USING fts5(word);
             CREATE VIEW IF NOT EXISTS main.\"a view\" (n) AS SELECT count(*) FROM movie;
             CREATE VIEW gone AS SELECT x FROM nowhere; CREATE VIEW gone_counted AS SELECT x FROM nowhere;
             CREATE VIEW now AS SELECT title FROM main.movie;
             CREATE VIEW sly AS WITH movie AS (SELECT m.* FROM \"main\".movie AS m) SELECT max(load_id) FROM movie;
             CREATE VIEW slyer AS SELECT * FROM sly",
        )
        .unwrap();
        as_of(&conn, 1).unwrap();
        guard(&mut conn).unwrap();
        let told = |sql: &str| {
            let mut sink = Collected::default();
            run(&conn, sql, &[], &mut sink)
                .map_or_else(|error| error.to_string(), |()| sink.rows.concat().concat())
        };
        let undated =
            |table: &str| format!("the table `{table}` does not say in which load its rows came to be");
        for sql in ["SELECT title FROM price", "SELECT count(*) FROM main.price", "SELECT * FROM cheap"] {
            assert!(told(sql).starts_with(&undated("price")), "{sql}");
        }
        assert!(told("SELECT * FROM \"odd \"\" name\"").starts_with(&undated("odd \" name")));
        assert!(told("SELECT count(*) FROM PRICE").starts_with(&undated("PRICE")));
        assert!(told("SELECT * FROM words").starts_with(&undated("words")));
        assert_eq!(told("SELECT * FROM \"a view\""), "4");
        assert_eq!(told("SELECT count(*) > 100 FROM data_dictionary"), "1");
        assert!(told("SELECT * FROM gone").starts_with("no such table: "));
        assert!(told("SELECT * FROM now").ends_with("`main.movie` stands in the view `now`"));
        for sql in ["SELECT * FROM sly", "SELECT count(*) FROM sly", "SELECT * FROM slyer"] {
            assert!(told(sql).ends_with("`main.movie` stands in the view `sly`"), "{}", told(sql));
        }
    }

    #[test]
    fn conditions_on_keys_are_searched_for_as_in_the_table() {
        let plan = |sql: &str| {
            let rows = seen(1, &format!("EXPLAIN QUERY PLAN {sql}"));
            rows.into_iter().filter_map(|row| row.last().cloned()).collect::<Vec<_>>().join("\n")
        };
        for sql in [
            "SELECT max(size_mb) FROM stream_fact AS f WHERE start_at BETWEEN 1 AND 2",
            "SELECT max(size_mb) FROM (SELECT 1 AS low) AS b CROSS JOIN stream_fact AS f WHERE f.start_at <= b.low
             AND f.movie_id IN (SELECT id FROM streamed_movie)",
        ] {
            let plan = plan(sql);
            assert!(plan.contains("SEARCH t USING PRIMARY KEY (start_at"), "{plan}");
            assert!(!plan.contains("MATERIALIZE") && !plan.contains("CO-ROUTINE f"), "{plan}");
        }
        let by_title = plan("SELECT * FROM movie WHERE title = 'Rush'");
        assert!(by_title.contains("SEARCH t USING INDEX sqlite_autoindex_movie_1 (title=?)"), "{by_title}");
    }
}
