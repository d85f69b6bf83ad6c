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
fn as_made_by(new: &Sandbox, version: i64) -> Sandbox {
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
        let wrote = "SELECT sum(inserted + updated + vanished) FROM load WHERE id > 6";
        assert_eq!(old.rows(wrote), "0\n", "from version {version}");
    }
}
