//! A database that is copied, moved, or in a place where nothing can be written.

use crate::harness::Sandbox;
use crate::survival::{content, names};

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";

#[test]
fn a_database_can_be_copied_and_moved_while_closed() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    let whole = content(&sandbox.path("warehouse.db"));
    std::fs::create_dir(sandbox.path("else where")).unwrap();
    std::fs::copy(sandbox.path("warehouse.db"), sandbox.path("else where/copy.db")).unwrap();
    std::fs::rename(sandbox.path("warehouse.db"), sandbox.path("else where/moved.db")).unwrap();
    for name in ["else where/copy.db", "else where/moved.db"] {
        sandbox.scli(&["--db", name, "answers"]).success();
        let again =
            sandbox.scli(&["--db", name, "load", "--model", "movie", "--config", "movies.csv"]).success();
        assert!(again.stderr.contains("1 unchanged"), "{}", again.stderr);
        assert_eq!(content(&sandbox.path(name)), whole);
    }
    assert_eq!(names(&sandbox.path("else where")), ["copy.db", "moved.db"]);
}

#[test]
fn no_command_leaves_a_file_beside_the_database() {
    let sandbox = Sandbox::new();
    sandbox.write("in/movies.csv", MOVIES);
    sandbox.write("in/books.json", "[");
    sandbox.write("in/select.sql", "SELECT * FROM movie");
    sandbox.write("in/drop.sql", "DROP TABLE movie");
    let commands: [&[&str]; 12] = [
        &["init-db"],
        &["sync", "in"],
        &["load", "--model", "movie", "--config", "in/movies.csv"],
        &["load", "--model", "movie", "--config", "in/movies.csv", "--dry-run"],
        &["load", "--model", "movie", "--config", "in/movies.csv", "--max-rejects", "0"],
        &["load", "--model", "book", "--config", "in/movies.csv"],
        &["load", "--model", "book", "--config", "in/books.json"],
        &["answers"],
        &["query", "-f", "in/select.sql"],
        &["query", "-f", "in/drop.sql"],
        &["rejects", "list"],
        &["rejects", "replay"],
    ];
    for args in commands {
        sandbox.scli(args);
        assert_eq!(names(&sandbox.path("")), ["in", "warehouse.db"], "{args:?}");
    }
}

/// A program with other habits may have put the database in the mode with a write-ahead log.
#[test]
fn a_write_ahead_log_does_not_stay() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    for args in [&["answers"][..], &["load", "--model", "movie", "--config", "movies.csv"]] {
        assert_eq!(sandbox.rows("PRAGMA journal_mode = WAL"), "wal\n");
        sandbox.scli(args).success();
        assert_eq!(names(&sandbox.path("")), ["movies.csv", "warehouse.db"], "{args:?}");
        assert_eq!(sandbox.rows("PRAGMA journal_mode"), "delete\n");
    }
    // While that program has it open, it stays as it is, and can be read all the same.
    let other = sandbox.connect();
    assert_eq!(crate::harness::rows(&other, "PRAGMA journal_mode = WAL"), "wal\n");
    sandbox.scli(&["answers"]).success();
    sandbox.scli(&["load", "--model", "movie", "--config", "movies.csv"]).success();
    assert_eq!(crate::harness::rows(&other, "SELECT title FROM movie"), "Rush\n");
}

/// The database of another program is left as it is, with what it keeps beside it.
#[test]
fn the_database_of_another_program_is_left_alone() {
    let sandbox = Sandbox::new();
    let other = sandbox.connect();
    other.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)").unwrap();
    drop(other);
    let before = std::fs::read(sandbox.path("warehouse.db")).unwrap();
    assert_eq!(sandbox.scli(&["answers"]).code, 1);
    assert_eq!(sandbox.scli(&["init-db"]).code, 1);
    assert_eq!(std::fs::read(sandbox.path("warehouse.db")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn commands_that_read_need_no_place_to_write() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let sandbox = Sandbox::new();
    sandbox.write("in/movies.csv", MOVIES);
    sandbox.scli(&["sync", "in"]).success();
    std::fs::copy(env!("CARGO_BIN_EXE_scli"), sandbox.path("scli")).unwrap();
    let mode = |name: &str, mode: u32| {
        std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(sandbox.path("scli"));
        command.args(args).current_dir(sandbox.path("")).env_remove("DATABASE_URL");
        // The superuser may write anywhere.
        if is_superuser() {
            command.uid(65_534);
        }
        crate::harness::Outcome::from(command.output().unwrap())
    };
    mode("warehouse.db", 0o444);
    mode("", 0o555);
    run(&["answers"]).success();
    let load = run(&["load", "--model", "movie", "--config", "in/movies.csv"]);
    load.snapshot("read_only_load");

    // What a killed load left can only be rolled back by one who may write.
    mode("", 0o755);
    mode("warehouse.db", 0o644);
    leave_a_hot_journal(&sandbox);
    mode("warehouse.db", 0o444);
    mode("", 0o555);
    run(&["answers"]).snapshot("read_only_hot_journal");
    mode("", 0o755);
    mode("warehouse.db", 0o644);
    sandbox.scli(&["answers"]).success();
    assert_eq!(sandbox.rows("SELECT title FROM movie"), "Rush\n");
    assert!(!sandbox.path("warehouse.db-journal").exists());
}

#[cfg(unix)]
fn is_superuser() -> bool {
    let id = std::process::Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// Copies the database while a change is written to it and not committed.
#[cfg(unix)]
fn leave_a_hot_journal(sandbox: &Sandbox) {
    let connection = sandbox.connect();
    connection
        .execute_batch(
            "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; UPDATE movie SET title = 'Torn';
             CREATE TABLE filler (x); INSERT INTO filler
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
             SELECT randomblob(9000) FROM n",
        )
        .unwrap();
    for suffix in ["", "-journal"] {
        let name = format!("warehouse.db{suffix}");
        std::fs::copy(sandbox.path(&name), sandbox.path(&format!("in/{name}"))).unwrap();
    }
    connection.execute_batch("ROLLBACK").unwrap();
    drop(connection);
    for suffix in ["", "-journal"] {
        let name = format!("warehouse.db{suffix}");
        std::fs::copy(sandbox.path(&format!("in/{name}")), sandbox.path(&name)).unwrap();
    }
}
