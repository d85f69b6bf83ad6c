//! Databases whose schema another program changed.

use crate::harness::Sandbox;
use crate::upgrade::as_made_by;

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";
const MORE: &str =
    "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\nRan,162,Japanese,900\n";

#[test]
fn triggers_of_other_programs_do_not_run() {
    for trigger in [
        "CREATE TRIGGER t AFTER INSERT ON load BEGIN DELETE FROM movie; END",
        "CREATE TRIGGER t AFTER UPDATE ON load BEGIN DELETE FROM movie; END",
        "CREATE TRIGGER t BEFORE INSERT ON movie BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER t BEFORE INSERT ON movie BEGIN SELECT RAISE(ABORT, 'no'); END",
    ] {
        let sandbox = Sandbox::new();
        sandbox.load("movie", "movies.csv", MOVIES).success();
        sandbox.connect().execute_batch(trigger).unwrap();
        sandbox.load("movie", "more.csv", MORE).success();
        assert_eq!(sandbox.rows("SELECT title FROM movie ORDER BY title"), "Ran\nRush\n", "{trigger}");
        sandbox.scli(&["seal", "out.db"]).success();
        sandbox.scli(&["--db", "out.db", "unseal"]).success();
    }
}

#[test]
fn a_version_that_another_program_set_is_told_and_mended() {
    for version in [0, 2, 5] {
        let sandbox = Sandbox::with_warehouse();
        let current = sandbox.rows("PRAGMA user_version");
        let models = sandbox.models();
        let change = format!("PRAGMA user_version = {version}");
        sandbox.connect().execute_batch(&change).unwrap();
        for command in ["answers", "check", "loads", "seal out.db"] {
            let outcome = sandbox.scli(&command.split(' ').collect::<Vec<_>>());
            assert_eq!(outcome.code, 1, "{command}");
            assert!(
                outcome.stderr.ends_with("bring it up to date with: scli init-db\n"),
                "{}",
                outcome.stderr
            );
        }
        sandbox.scli(&["init-db"]).success();
        assert_eq!(sandbox.rows("PRAGMA user_version"), current, "{version}");
        assert_eq!(sandbox.models(), models);
        sandbox.scli(&["answers"]).success();

        sandbox.connect().execute_batch(&change).unwrap();
        sandbox.load("movie", "movies.csv", MOVIES).success();
        sandbox.scli(&["answers"]).success();
    }
}

#[test]
fn a_version_that_is_too_high_does_not_hide_what_is_to_be_done() {
    let new = Sandbox::with_warehouse();
    let current = new.rows("PRAGMA user_version");
    let old = as_made_by(&new, 3);
    old.connect().execute_batch(&format!("PRAGMA user_version = {current}")).unwrap();
    let outcome = old.scli(&["answers"]);
    assert!(outcome.stderr.contains("the database has schema version 3"), "{}", outcome.stderr);
    old.scli(&["init-db"]).success();
    old.scli(&["answers"]).success();
    assert_eq!(old.rows("PRAGMA user_version"), current);
}

#[test]
fn a_book_of_versions_that_another_program_changed_is_told_in_two_lines() {
    for change in [
        "DELETE FROM refinery_schema_history WHERE version = 1",
        "DELETE FROM refinery_schema_history WHERE version = 3",
        "DELETE FROM refinery_schema_history WHERE version >= 5",
        "DELETE FROM refinery_schema_history",
        "UPDATE refinery_schema_history SET name = 'forged' WHERE version = 4",
        "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 4",
        "UPDATE refinery_schema_history SET version = 99 WHERE version = 6",
        "INSERT INTO refinery_schema_history SELECT 99, 'forged', applied_on, checksum FROM refinery_schema_history LIMIT 1",
        "DROP TABLE refinery_schema_history",
    ] {
        let sandbox = Sandbox::with_warehouse();
        let models = sandbox.models();
        sandbox.connect().execute_batch(&format!("{change}; PRAGMA user_version = 2")).unwrap();
        let before = sandbox.database();
        for command in ["init-db", "load --model movie --config movies.csv"] {
            sandbox.write("movies.csv", MOVIES);
            let outcome = sandbox.scli(&command.split(' ').collect::<Vec<_>>());
            println!("{change}: {}", outcome.stderr);
            if outcome.code != 0 {
                assert_eq!(outcome.code, 1, "{change}");
                assert_eq!(outcome.stderr.lines().count(), 2, "{change}: {}", outcome.stderr);
                assert!(outcome.stderr.contains("\n  help: "), "{change}: {}", outcome.stderr);
                assert!(outcome.stderr.lines().all(|line| line.len() < 200), "{change}: {}", outcome.stderr);
                assert!(sandbox.database() == before);
            }
        }
        assert_eq!(sandbox.models().len(), models.len(), "{change}");
    }
}
