//! Databases that an earlier scli made, brought up to date.

use crate::harness::{Sandbox, project, rows};
use rusqlite::Connection;

/// The migrations, as number and path, in order.
fn migrations() -> Vec<(i64, std::path::PathBuf)> {
    let files = std::fs::read_dir(project("migrations")).unwrap();
    let mut all: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            (name[1..].split("__").next().unwrap().parse().unwrap(), path.clone())
        })
        .collect();
    all.sort();
    all
}

/// Copies a warehouse into one of an earlier schema, as far as that has the tables and columns.
pub fn as_made_by(new: &Sandbox, version: i64) -> Sandbox {
    let old = Sandbox::new();
    let connection = old.connect();
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA page_size = 16384").unwrap();
    for (_, path) in migrations().iter().filter(|(number, _)| *number <= version) {
        connection.execute_batch(&std::fs::read_to_string(path).unwrap()).unwrap();
    }
    let from = new.path("warehouse.db");
    connection.execute("ATTACH ?1 AS new", [from.to_str().unwrap()]).unwrap();
    let book = "SELECT sql FROM new.sqlite_schema WHERE name = 'refinery_schema_history'";
    let book: String = connection.query_row(book, [], |row| row.get(0)).unwrap();
    connection.execute_batch(&book).unwrap();
    connection
        .execute_batch(&format!(
            "INSERT INTO refinery_schema_history SELECT * FROM new.refinery_schema_history WHERE version <= {version}"
        ))
        .unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        AND name <> 'refinery_schema_history'";
    for table in rows(&connection, tables).lines() {
        let columns = rows(
            &connection,
            &format!(
                "SELECT name FROM pragma_table_info('{table}') INTERSECT SELECT name FROM pragma_table_info('{table}', 'new')"
            ),
        );
        let columns = columns.lines().collect::<Vec<_>>().join(", ");
        connection
            .execute_batch(&format!(
                "DELETE FROM main.{table}; INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"
            ))
            .unwrap();
    }
    connection.execute_batch("DETACH new").unwrap();
    old
}

/// The schema, without the order in which it came to be.
fn schema(connection: &Connection) -> String {
    rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
}

/// Whatever version made a database: brought up to date, it has the schema of a new one, all rows,
/// and the same answers.
#[test]
fn every_earlier_version_is_brought_up_to_date() {
    let new = Sandbox::with_warehouse();
    let answers = new.scli(&["answers", "--format", "csv"]).success().stdout;
    let latest = migrations().last().unwrap().0;
    for version in 1..latest {
        let old = as_made_by(&new, version);
        assert_eq!(old.scli(&["answers"]).code, 1, "a schema that is not brought up to date is not read");
        old.scli(&["init-db"]).success();
        let connection = old.connect();
        assert_eq!(schema(&connection), schema(&new.connect()), "from version {version}");
        assert_eq!(rows(&connection, "PRAGMA integrity_check"), "ok\n");
        for table in ["stream", "streaming_user", "streamed_movie", "movie", "author", "stream_by_day"] {
            let all = format!("SELECT * FROM {table} ORDER BY 1");
            assert_eq!(old.rows(&all), new.rows(&all), "{table} from version {version}");
        }
        assert_eq!(old.scli(&["answers", "--format", "csv"]).success().stdout, answers);
        old.scli(&["check", "--deep", "--fail-on", "error"]).success();
        // What comes next is known by what was there.
        let again = old.scli(&["sync", project("data").to_str().unwrap(), "--quiet"]).success();
        assert_eq!(again.stderr, "");
        let wrote = "SELECT coalesce(sum(inserted + updated + vanished), 0) FROM load WHERE id > 6";
        assert_eq!(old.rows(wrote), "0\n", "from version {version}");
    }
}

/// A database that version 0.1 made: two nights of six files, a record that vanished and one set aside, and a load
/// that failed.
fn of_version_0_1() -> Sandbox {
    use std::io::Read;
    let sandbox = Sandbox::new();
    let mut bytes = Vec::new();
    let file = std::fs::File::open(project("tests/fixtures/v0.1.db.gz")).unwrap();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    sandbox.write("warehouse.db", bytes);
    sandbox
}

#[test]
fn a_database_of_version_0_1_goes_on() {
    let sandbox = of_version_0_1();
    let models = ["movie", "user", "author", "book", "review"];
    let before: Vec<String> = models
        .iter()
        .flat_map(|model| {
            [
                format!("SELECT * FROM {model} ORDER BY 1"),
                format!("SELECT * FROM {model}_history ORDER BY 1, 2"),
            ]
        })
        .map(|sql| sandbox.rows(&sql).replace('\n', "|NULL\n"))
        .collect();
    sandbox.scli(&["init-db"]).success();
    let after: Vec<String> = models
        .iter()
        .flat_map(|model| {
            [
                format!("SELECT * FROM {model} ORDER BY 1"),
                format!("SELECT * FROM {model}_history ORDER BY 1, 2"),
            ]
        })
        .map(|sql| sandbox.rows(&sql))
        .collect();
    assert_eq!(after, before, "what was known stays, with nothing in the column that is new");
    // Each load was a transaction of its own, and so is a delivery of its own; one had failed.
    assert_eq!(
        sandbox.rows("SELECT count(*), sum(delivery_id = id), count(DISTINCT delivery_id) FROM load"),
        "13|13|13\n"
    );
    assert_eq!(sandbox.rows("SELECT id, outcome FROM delivery WHERE outcome <> 'done'"), "13|failed\n");
    for load in ["6", "12"] {
        sandbox.scli(&["answers", "--as-of", load]).success();
    }
    let changed = "SELECT duration_mins FROM movie WHERE title = 'My Electric Lighthouse'";
    let asked = ["query", "-f", "-", "--format", "csv", "--as-of"];
    for (load, minutes) in [("6", "74"), ("12", "199")] {
        let told = sandbox.scli_with_input(&[&asked[..], &[load]].concat(), changed.as_bytes()).success();
        assert_eq!(told.stdout, format!("duration_mins\n{minutes}\n"));
    }
    sandbox.scli(&["check", "--deep", "--fail-on", "error"]).success();
    sandbox.scli(&["loads"]).success();
    sandbox.scli(&["rejects", "list"]).success();

    // The nights go on: what a review has beyond its model is filled in, and is no change of it.
    let review = sandbox.rows("SELECT text, rating, movie_title, book_title FROM review ORDER BY id LIMIT 1");
    let fields: Vec<&str> = review.trim_end().split('|').collect();
    let again = format!(
        r#"[{{"content": {{"text": "{}"}}, "rating": {{"rate": {}}}, "movies": [{{"title": "{}"}}],
             "books": [{{"metadata": {{"title": "{}"}}}}], "created": "2021"}}]"#,
        fields[0], fields[1], fields[2], fields[3]
    );
    sandbox.load_with("review", "reviews.json", again, &["--partial"]).success();
    assert_eq!(
        sandbox.rows("SELECT inserted, updated, unchanged FROM load ORDER BY id DESC LIMIT 1"),
        "0|0|1\n"
    );
    let extra = "SELECT count(*), max(extra) FROM review WHERE extra IS NOT NULL";
    assert_eq!(sandbox.rows(extra), "1|{\"created\":\"2021\"}\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM review_history"), "0\n");
}
