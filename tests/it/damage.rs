//! Damaged databases: found, and told in one way.

use crate::harness::{Outcome, Sandbox};

/// Every command that opens a database.
const COMMANDS: [&[&str]; 11] = [
    &["answers"],
    &["query", "average_stream_duration"],
    &["schema"],
    &["loads"],
    &["history", "movie", "Unforgiven"],
    &["check", "--fail-on", "error"],
    &["rejects", "list"],
    &["seal", "out.db"],
    &["init-db"],
    &["unseal"],
    &["load", "--model", "movie", "--config", "movies.csv"],
];

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";

#[track_caller]
fn damaged(outcome: &Outcome, what: &str) {
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.starts_with("error: warehouse.db: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&format!(": the database is damaged: {what}")), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("\n  help: restore a sealed copy; scli check --deep "),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
}

#[test]
fn a_file_whose_end_is_missing_is_refused() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("movies.csv", MOVIES);
    let whole = sandbox.database();
    // A part of a page, a page, half of the file.
    for rest in [whole.len() - 1000, whole.len() - (16 << 10), whole.len() / 2] {
        sandbox.write("warehouse.db", &whole[..rest]);
        let told = format!("the file has {rest} bytes of {}, its end is missing", whole.len());
        for command in COMMANDS {
            damaged(&sandbox.scli(command), &told);
            assert!(sandbox.database() == whole[..rest], "{command:?}");
        }
    }
    sandbox.write("warehouse.db", &whole);
    sandbox.scli(&["answers"]).success();
    // What lies behind the last page is nobody's.
    sandbox.write("warehouse.db", [&whole[..], &[0; 1000]].concat());
    sandbox.scli(&["answers"]).success();
}

/// A warehouse of which the first page of a table is damaged.
fn with_damaged(table: &str) -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("movies.csv", MOVIES);
    let root = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
    let root: usize = sandbox.rows(&root).trim().parse().unwrap();
    let mut bytes = sandbox.database();
    let start = (root - 1) << 14;
    bytes[start..start + 40].fill(0xff);
    sandbox.write("warehouse.db", &bytes);
    sandbox
}

#[test]
fn damage_that_is_met_midway_is_told_in_one_way() {
    let sandbox = with_damaged("movie");
    for command in
        [COMMANDS[0], COMMANDS[4], COMMANDS[5], COMMANDS[7], COMMANDS[10], &["check", "--deep"], &["check"]]
    {
        damaged(&sandbox.scli(command), "");
    }
    sandbox.write("own.sql", "SELECT max(size_mb)\nFROM movie");
    damaged(&sandbox.scli(&["query", "-f", "own.sql"]), "");
}

#[test]
fn check_finds_what_no_rule_reads() {
    let sandbox = with_damaged("known_file");
    damaged(&sandbox.scli(&["check", "--fail-on", "error"]), "");
    damaged(&sandbox.scli(&["check"]), "");
    sandbox.scli(&["answers"]).success();

    // An index that lacks an entry is only found by looking deep, which says what it is.
    let sandbox = Sandbox::with_warehouse();
    sandbox
        .connect()
        .execute_batch(
            "CREATE INDEX spare ON movie (size_mb);
             PRAGMA writable_schema = 1;
             UPDATE sqlite_schema SET sql = 'CREATE INDEX spare ON movie (duration_mins)' WHERE name = 'spare'",
        )
        .unwrap();
    sandbox.scli(&["check"]).success();
    let deep = sandbox.scli(&["check", "--deep"]);
    damaged(&deep, "row ");
    assert!(deep.stderr.contains("missing from index spare"), "{}", deep.stderr);
}
