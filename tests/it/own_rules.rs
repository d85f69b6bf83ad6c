//! Rules of quality of a project's own: `checks/*.sql` beside `scli.toml`.

use crate::harness::{Outcome, Sandbox, snapshot};
use serde_json::Value;

const LONG: &str = "-- title: Movies that are longer than they may be
-- severity: error
-- why: Nobody stays awake.
-- param minutes integer 100 The most that a movie may take
-- Written for the tests.
SELECT title, duration_mins FROM movie WHERE duration_mins > :minutes ORDER BY duration_mins DESC LIMIT 1000; -- all
";

fn project() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("scli.toml", "");
    sandbox.write("checks/long_movies.sql", LONG);
    sandbox
}

fn findings(outcome: &Outcome) -> Vec<Value> {
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[test]
fn an_own_rule_is_listed_and_run_as_the_others_are() {
    let sandbox = project();
    let list = sandbox.scli(&["check", "--list", "--format", "csv"]).success().stdout;
    assert_eq!(
        list.lines().last().unwrap(),
        "long_movies,error,Movies that are longer than they may be,minutes=100"
    );
    let all = findings(&sandbox.scli(&["check", "--format", "json"]).success());
    let own = all.last().unwrap();
    let counted = sandbox.rows("SELECT count(*) FROM movie WHERE duration_mins > 100");
    assert_eq!((&own["rule"], own["count"].to_string()), (&"long_movies".into(), counted.trim().to_owned()));
    assert_eq!(own["samples"].as_array().unwrap().len(), 3);
    let one = ["check", "long_movies", "-p", "minutes=0", "--samples", "1", "--format", "json"];
    let one = findings(&sandbox.scli(&one).success());
    assert_eq!(one[0]["count"].to_string(), sandbox.rows("SELECT count(*) FROM movie").trim());
    assert_eq!(sandbox.scli(&["check", "long_movies", "--fail-on", "error"]).code, 1);
    assert_eq!(sandbox.scli(&["check", "long_movies", "--threshold", "long_movies=1000"]).code, 0);
    sandbox.write("scli.toml", "[check.long_movies]\nthreshold = 0");
    let told = sandbox.scli(&["check", "long_movies"]);
    assert!(told.code == 1 && told.stderr.contains("long_movies ("), "{}", told.told());
    assert!(
        sandbox
            .scli(&["check", "long_movies", "--since", "1", "--format", "csv"])
            .stdout
            .contains("long_movies")
    );
}

#[test]
fn a_project_elsewhere_is_named_and_no_project_has_no_rules() {
    let sandbox = project();
    let has_it = |args: &[&str]| sandbox.scli(args).success().stdout.contains("long_movies");
    std::fs::create_dir(sandbox.path("other")).unwrap();
    std::fs::rename(sandbox.path("checks"), sandbox.path("other/checks")).unwrap();
    assert!(!has_it(&["check", "--list"]));
    assert_eq!(sandbox.scli(&["check", "--list", "--project", "other"]).code, 2, "it has no scli.toml");
    std::fs::rename(sandbox.path("scli.toml"), sandbox.path("other/scli.toml")).unwrap();
    assert!(has_it(&["check", "--list", "--project", "other"]));
    assert!(has_it(&["check", "long_movies", "--project", "other"]));
}

#[test]
fn without_the_shipped_rules_only_the_own_ones_are_checked() {
    let sandbox = project();
    sandbox.write("scli.toml", "[project]\nshipped = false\n");
    let all = findings(&sandbox.scli(&["check", "--format", "json"]).success());
    assert_eq!(
        all.iter().map(|finding| finding["rule"].as_str().unwrap()).collect::<Vec<_>>(),
        ["long_movies"]
    );
    assert_eq!(sandbox.scli(&["check", "--list", "--format", "csv"]).success().stdout.lines().count(), 2);
    assert_eq!(sandbox.scli(&["check", "books_without_pages"]).code, 2);
    sandbox.write("checks/books_without_pages.sql", "-- title: Ours\nSELECT title FROM book WHERE pages < 1");
    sandbox.scli(&["check", "books_without_pages"]).success();
}

#[test]
fn a_broken_file_is_told_and_keeps_nothing_from_being_checked() {
    let sandbox = project();
    let before = sandbox.database();
    for (name, sql) in [
        ("untitled", "SELECT 1"),
        ("two", "-- title: Two\nSELECT 1;\nSELECT 2"),
        ("writes", "-- title: Writes\n\nDELETE FROM movie"),
        ("hidden", "-- title: Writes\nWITH t AS (SELECT 1)\nDELETE FROM movie WHERE (SELECT 1 FROM t)"),
        ("closes", "-- title: Closes\nSELECT 1) UNION SELECT (2"),
        ("unknown", "-- title: U\n\nSELECT titel FROM movie"),
        ("typed", "-- title: T\n-- param a day 1 A day\nSELECT :a"),
        ("spelt", "-- title: S\n-- param from integer 1 A\nSELECT :form"),
        ("severe", "-- title: S\n-- severity: bad\nSELECT 1"),
        ("books_without_pages", "-- title: Same\nSELECT 1"),
        ("a b", "-- title: Spaces\nSELECT 1"),
    ] {
        sandbox.write(&format!("checks/{name}.sql"), sql);
    }
    sandbox.write("checks/latin1.sql", b"-- title: \xe9\nSELECT 1");
    std::fs::create_dir(sandbox.path("checks/folder.sql")).unwrap();
    sandbox.write("checks/.hidden.sql", "");
    sandbox.write("checks/notes.txt", "");
    let list = sandbox.scli(&["check", "--list", "--format", "csv"]);
    assert!(list.code == 1 && list.stdout.contains("long_movies,"), "{}", list.told());
    let checked = sandbox.scli(&["check", "--found", "--format", "csv"]);
    assert!(checked.code == 1 && checked.stdout.contains("long_movies,"), "{}", checked.told());
    let alone = sandbox.scli(&["check", "two"]);
    let text = [list.stderr, checked.stderr, alone.told()].join("\n");
    snapshot("own_rules_broken", &text);
    sandbox.scli(&["check", "long_movies"]).success();
    assert!(sandbox.database() == before, "the database is not as it was");
}
