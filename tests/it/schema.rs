//! What the tables, views and columns mean.

use crate::harness::{Sandbox, rows, snapshot};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Every table, view and column of the file is described, and nothing else is.
#[test]
fn the_whole_schema_is_described_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    let lines = |sql: &str| -> BTreeSet<String> { sandbox.rows(sql).lines().map(str::to_owned).collect() };
    let objects = "SELECT s.name, s.type FROM sqlite_schema AS s
        WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let described = "SELECT table_name, kind FROM data_dictionary WHERE column_name IS NULL";
    assert_eq!(lines(described), lines(objects));
    let columns =
        format!("SELECT o.name, c.cid, c.name FROM ({objects}) AS o JOIN pragma_table_info(o.name) AS c");
    let described = "SELECT table_name,
            row_number() OVER (PARTITION BY table_name ORDER BY position) - 1, column_name
        FROM data_dictionary WHERE column_name IS NOT NULL";
    assert_eq!(lines(described), lines(&columns), "in their order");
    let count = sandbox.rows("SELECT count(*) FROM data_dictionary");
    let distinct =
        sandbox.rows("SELECT count(*) FROM (SELECT DISTINCT table_name, column_name FROM data_dictionary)");
    assert_eq!(count, distinct);
    // Of a view's columns SQLite knows few types; they are tested below.
    let types = format!(
        "SELECT o.name, c.name, c.type, d.type FROM ({objects}) AS o JOIN pragma_table_info(o.name) AS c
         JOIN data_dictionary AS d ON d.table_name = o.name AND d.column_name = c.name
         WHERE d.type <> c.type AND o.type = 'table' OR d.type = ''"
    );
    assert_eq!(sandbox.rows(&types), "");
}

/// What is said of the types of a view's columns is so for real rows.
#[test]
fn the_types_of_views_are_those_of_their_values() {
    let sandbox = Sandbox::with_warehouse();
    for view in ["stream", "stream_by_day_counted", "stream_by_size_counted"] {
        let columns = sandbox.rows(&format!(
            "SELECT column_name, lower(type) FROM data_dictionary WHERE table_name = '{view}' AND column_name IS NOT NULL"
        ));
        for line in columns.lines() {
            let (column, kind) = line.split_once('|').unwrap();
            assert_eq!(
                sandbox.rows(&format!("SELECT DISTINCT typeof({column}) FROM {view}")).trim(),
                kind,
                "{view}.{column}"
            );
        }
    }
}

#[test]
fn the_models_come_first() {
    let sandbox = Sandbox::new();
    let whole = sandbox.scli(&["schema"]).success();
    whole.snapshot("schema");
    let first: Vec<&str> = whole.stdout.lines().take(5).collect();
    assert!(first[0] == "The six models" && first[4].starts_with("│ movie"), "{first:?}");
    sandbox.scli(&["schema", "--tables"]).success().snapshot("schema_tables");
    sandbox.scli(&["schema", "Stream"]).success().snapshot("schema_stream");
    sandbox.scli(&["schema", "sream"]).snapshot("schema_unknown");
    sandbox.scli(&["schema", "movie", "--format", "jsonl"]).success().snapshot("schema_jsonl");
    let markdown = sandbox.scli(&["schema", "--format", "markdown"]).success().stdout;
    assert!(markdown.starts_with("### The six models\n\n| table | column |"), "{markdown}");
    let csv = sandbox.scli(&["schema", "--format", "csv"]).success().stdout;
    assert!(
        csv.starts_with("topic,table,kind,column,type,unit,meaning\nmodels,movie,table,,,,\"The movies"),
        "{csv}"
    );
    assert_eq!(sandbox.names(), [""; 0], "it needs no database");
}

#[test]
fn a_database_tells_of_itself_also_to_other_programs() {
    let sandbox = Sandbox::new();
    let without = sandbox.scli(&["schema", "--format", "json"]).success().stdout;
    sandbox.scli(&["init-db"]).success();
    assert_eq!(sandbox.scli(&["schema", "--format", "json"]).success().stdout, without);
    let meaning =
        "SELECT unit FROM data_dictionary WHERE table_name = 'movie' AND column_name = 'duration_mins'";
    let connection = Connection::open(sandbox.path("warehouse.db")).unwrap();
    assert_eq!(rows(&connection, meaning), "minutes\n");
    connection.execute_batch("UPDATE data_dictionary SET unit = 'hours' WHERE unit = 'minutes'").unwrap();
    let told = sandbox.scli(&["schema", "movie"]).success().stdout;
    assert!(told.contains("hours"), "the file is the source: {told}");
    connection.execute_batch("PRAGMA user_version = 4").unwrap();
    let old = sandbox.scli(&["schema"]);
    assert!(old.code == 1 && old.stderr.contains("scli init-db"), "{}", old.told());
}

/// The descriptions are of the present schema, whatever the time that is asked about.
#[test]
fn descriptions_are_there_as_of_any_load() {
    let sandbox = Sandbox::with_warehouse();
    let sql = b"SELECT meaning FROM data_dictionary WHERE table_name = 'movie' AND column_name IS NULL";
    let past =
        sandbox.scli_with_input(&["query", "-f", "-", "--as-of", "1", "--format", "csv"], sql).success();
    assert!(past.stdout.starts_with("meaning\n\"The movies"), "{}", past.stdout);
}

/// A database of a version without descriptions gets them, and keeps what it has.
#[test]
fn an_older_database_is_brought_up_to_date() {
    let sandbox = crate::upgrade::as_made_by(&Sandbox::with_warehouse(), 4);
    let movies = sandbox.rows("SELECT * FROM movie ORDER BY 1");
    sandbox.scli(&["init-db"]).success();
    assert_eq!(sandbox.rows("SELECT * FROM movie ORDER BY 1"), movies.replace('\n', "|NULL\n"));
    assert_eq!(sandbox.rows("SELECT count(*) > 100 FROM data_dictionary"), "1\n");
    snapshot("schema_upgraded", &sandbox.scli(&["schema", "user"]).success().told());
}

/// What another program made is listed last, as SQLite knows it, and spoils nothing.
#[test]
fn tables_of_other_programs_are_listed_and_not_described() {
    let sandbox = Sandbox::with_warehouse();
    let described = sandbox.scli(&["schema", "--format", "csv"]).success().stdout;
    sandbox
        .connect()
        .execute_batch(
            "CREATE TABLE t (a); CREATE TABLE \"My notes\" (n INTEGER, \"long text\" TEXT, m AS (n + 1));
             CREATE VIEW long_movie AS SELECT title, duration_mins FROM movie WHERE duration_mins > 120;
             CREATE VIEW broken AS SELECT x FROM nowhere; CREATE VIRTUAL TABLE words USING fts5(word);",
        )
        .unwrap();
    let whole = sandbox.scli(&["schema"]).success().stdout;
    let (_, own) = whole.split_once("\nMade by other programs\n").expect("a heading");
    snapshot("schema_own", own);
    let csv = sandbox.scli(&["schema", "--format", "csv"]).success().stdout;
    let own = csv.strip_prefix(&described).expect("they come last");
    snapshot("schema_own_csv", own);
    sandbox.scli(&["schema", "T"]).success().snapshot("schema_own_table");
    let tables = sandbox.scli(&["schema", "--tables"]).success().stdout;
    assert!(tables.contains("not described: another program made it"), "{tables}");
    let unknown = sandbox.scli(&["schema", "my note"]);
    assert!(unknown.stderr.contains("did you mean `My notes`?"), "{}", unknown.stderr);
}
