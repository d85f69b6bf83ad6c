//! Clocks that are wrong.

#![cfg(unix)]

use crate::harness::{Outcome, Sandbox, has, snapshot};

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";
const MORE: &str =
    "title,duration_mins,original_language,size_mb\nRush,120,Korean,876\nRan,162,Japanese,900\n";

/// Runs the binary as if it were another time.
fn at(sandbox: &Sandbox, time: &str, command: &str) -> Outcome {
    sandbox.shell(&format!("TZ=UTC faketime '{time}' scli {command}"))
}

#[test]
fn a_clock_before_1970_is_told() {
    if !has("faketime") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write("movies.csv", MOVIES);
    for command in ["load --model movie --config movies.csv", "answers", "generate data"] {
        let outcome = at(&sandbox, "1969-06-01 00:00:00", command);
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert_eq!(
            outcome.stderr,
            "error: the clock of this machine is set to a time before 1970\n  help: set it\n"
        );
    }
    assert_eq!(sandbox.names(), ["movies.csv"]);
}

#[test]
fn loads_stay_in_their_order_when_the_clock_is_moved_back() {
    if !has("faketime") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write("movies.csv", MOVIES);
    sandbox.write("more.csv", MORE);
    at(&sandbox, "2026-03-01 00:00:00", "load --model movie --config movies.csv").success();
    let late = at(&sandbox, "2020-02-01 00:00:00", "load --model movie --config more.csv").success();
    let told = sandbox.rows("SELECT reason FROM delivery WHERE outcome = 'done' AND reason IS NOT NULL");
    assert!(told.starts_with("the clock was moved back: load 1 ended at 2026-03-01T00:00:0"), "{told}");
    sandbox.write("count.sql", "SELECT title, duration_mins FROM movie ORDER BY title");
    let as_of = |time: &str| sandbox.scli(&["query", "-f", "count.sql", "--as-of", time, "--format", "csv"]);
    let warning = late.stderr.lines().take(2).collect::<Vec<_>>().join("\n");
    let told = format!(
        "# the load\n{warning}\n# as of 2020-06-01\n{}# as of 2026-03-02\n{}",
        as_of("2020-06-01").told(),
        as_of("2026-03-02").told()
    );
    snapshot("clock_moved_back", &told);
    // The clock of a second later is behind by as much, but not behind the load before.
    let command = "--log-format json load --model movie --config movies.csv";
    assert!(!at(&sandbox, "2020-02-02 00:00:00", command).success().stderr.contains("clock"));
    let json = at(&sandbox, "2020-02-01 23:00:00", command).success().stderr;
    let event = json.lines().next().unwrap();
    let told = r#"{"event":"clock","load":3,"finished_at":"2020-02-02T00:00:0"#;
    assert!(event.starts_with(told), "{json}");
    let on_time = at(&sandbox, "2026-04-01 00:00:00", "load --model movie --config more.csv").success();
    assert!(!on_time.stderr.contains("warning"), "{}", on_time.stderr);
}
