//! Databases that cannot be used, and those that must not be.

use crate::harness::{Outcome, Sandbox};

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("warehouse.db", "This is a letter, not a database. ".repeat(100));
    let before = std::fs::read(sandbox.path("warehouse.db")).unwrap();
    sandbox.scli(&["init-db"]).snapshot("bad_db_not_sqlite");
    assert_eq!(sandbox.load("movie", "movies.csv", MOVIES).code, 1);
    assert_eq!(std::fs::read(sandbox.path("warehouse.db")).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.connect().execute_batch("CREATE TABLE customer (name TEXT); PRAGMA user_version = 1").unwrap();
    let before = std::fs::read(sandbox.path("warehouse.db")).unwrap();
    sandbox.scli(&["init-db"]).snapshot("bad_db_not_ours");
    assert_eq!(std::fs::read(sandbox.path("warehouse.db")).unwrap(), before);
}

#[test]
fn a_database_of_a_newer_scli_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success().snapshot("init_db");
    sandbox.scli(&["init-db"]).success();
    sandbox.connect().execute_batch("PRAGMA user_version = 999").unwrap();
    sandbox.load("movie", "movies.csv", MOVIES).snapshot("bad_db_newer");
}

#[test]
fn a_database_of_an_unreleased_build_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    let changes =
        "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 2; PRAGMA user_version = 3";
    sandbox.connect().execute_batch(changes).unwrap();
    sandbox.load("movie", "movies.csv", MOVIES).snapshot("bad_db_unreleased");
    for (column, value) in [("checksum", "many"), ("applied_on", "Tuesday")] {
        let change = format!("UPDATE refinery_schema_history SET {column} = '{value}' WHERE version = 2");
        sandbox.connect().execute_batch(&change).unwrap();
        let outcome = sandbox.load("movie", "movies.csv", MOVIES);
        assert_eq!(outcome.code, 1);
        assert!(outcome.stderr.contains("its book of versions cannot be read"), "{}", outcome.stderr);
    }
}

#[test]
fn a_place_where_no_file_can_be_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db", "--db", "no/such/folder/w.db"]).snapshot("bad_db_no_folder");
    sandbox.scli(&["init-db", "--db", "."]).snapshot("bad_db_directory");
}

#[cfg(unix)]
#[test]
fn a_read_only_database_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    sandbox.write("movies.csv", MOVIES);
    for (name, mode) in [("warehouse.db", 0o444), ("movies.csv", 0o444), ("", 0o555)] {
        std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = sandbox.command(&["load", "--model", "movie", "--config", "movies.csv"]);
    if std::fs::File::options().append(true).open(sandbox.path("warehouse.db")).is_ok() {
        // Root may write anywhere; another user may not.
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    std::fs::set_permissions(sandbox.path(""), std::fs::Permissions::from_mode(0o755)).unwrap();
    match output {
        Ok(output) => Outcome::from(output).snapshot("bad_db_read_only"),
        Err(error) => println!("skipped: the binary cannot be run as another user here: {error}"),
    }
}

#[test]
fn database_url_names_the_file_and_nothing_else() {
    let sandbox = Sandbox::new();
    let run = |url: &str, args: &[&str]| -> Outcome {
        sandbox.command(args).env("DATABASE_URL", url).output().unwrap().into()
    };
    run("postgresql://postgres:secret@db:5432/dw", &["init-db"]).snapshot("bad_database_url");
    run("sqlite:///relative.db", &["init-db"]).success();
    run(&format!("sqlite:///{}", sandbox.path("absolute.db").display()), &["init-db"]).success();
    run("plain.db", &["init-db"]).success();
    run("postgresql://ignored", &["init-db", "--db", "flag.db"]).success();
    for name in ["relative.db", "absolute.db", "plain.db", "flag.db"] {
        assert!(sandbox.path(name).exists(), "{name}");
    }
    assert!(!sandbox.path("warehouse.db").exists());
}

#[test]
fn a_locked_database_is_waited_for_and_then_given_up() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    let other = sandbox.connect();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    sandbox
        .scli(&["load", "--model", "movie", "--config", "movies.csv", "--busy-timeout", "0.1"])
        .snapshot("bad_db_locked");
    other.execute_batch("ROLLBACK").unwrap();
    sandbox.scli(&["load", "--model", "movie", "--config", "movies.csv"]).success();
}
