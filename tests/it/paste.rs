//! The database and the questions in the hands of another SQLite: the system's `sqlite3`.

use crate::harness::{Outcome, Sandbox, has, project};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// What `sqlite3` prints when `sql` is pasted into it, rows as lines and values separated by bars.
fn pasted(sandbox: &Sandbox, sql: &str) -> String {
    let mut command = Command::new("sqlite3");
    command.args(["-bail", "-batch", "-nullvalue", "null"]).arg(sandbox.path("warehouse.db"));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let outcome = Outcome::from(child.wait_with_output().unwrap()).success();
    assert_eq!(outcome.stderr, "", "{sql}");
    outcome.stdout
}

#[test]
fn each_question_pasted_as_it_stands_gives_the_same_answers() {
    if !has("sqlite3") {
        return;
    }
    let sandbox = Sandbox::with_warehouse();
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    let files = std::fs::read_dir(project("queries")).unwrap();
    let files = files.filter(|entry| entry.as_ref().unwrap().path().is_file());
    assert_eq!(files.count(), answers.len(), "a file for each question");
    for answer in answers {
        let name = answer["question"].as_str().unwrap();
        let sql = std::fs::read_to_string(project("queries").join(name).with_extension("sql")).unwrap();
        let told = format!("{}|{}\n", answer["published"], answer["corrected"]);
        assert_eq!(pasted(&sandbox, &sql), told, "{name}");
    }
}

#[test]
fn the_evidence_of_each_question_can_be_pasted_as_it_stands() {
    if !has("sqlite3") {
        return;
    }
    let sandbox = Sandbox::with_warehouse();
    for entry in std::fs::read_dir(project("queries/evidence")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let ours = sandbox.scli(&["answers", "--explain", name, "--format", "tsv"]).success().stdout;
        let theirs = pasted(&sandbox, &std::fs::read_to_string(&path).unwrap());
        let first = |line: &str, end: char| line.split(end).next().unwrap().to_owned();
        let ours: Vec<String> = ours.lines().skip(1).map(|line| first(line, '\t')).collect();
        let theirs: Vec<String> = theirs.lines().map(|line| first(line, '|')).collect();
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn every_table_and_view_can_be_read_elsewhere() {
    if !has("sqlite3") {
        return;
    }
    let sandbox = Sandbox::with_warehouse();
    // A change and a smaller dump, so that there is a history to read as well.
    let movies = "title,duration_mins,original_language,size_mb\nUnforgiven,1,Danish,1\n";
    sandbox.load("movie", "movies.csv", movies).success();
    sandbox.load("author", "authors.json", r#"{"metadata": {"name": "A"}}"#).success();
    std::fs::remove_file(sandbox.path("movies.csv")).unwrap();
    std::fs::remove_file(sandbox.path("authors.json")).unwrap();
    let names = pasted(&sandbox, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view');");
    for model in scli::domain::Model::SHIPPED {
        assert!(names.lines().any(|name| name == model.spec().name), "{names}");
    }
    for name in names.lines() {
        // In quotes, for there are blobs.
        pasted(&sandbox, &format!(".mode quote\nSELECT * FROM \"{name}\" LIMIT 5;"));
    }
    assert_eq!(pasted(&sandbox, "PRAGMA integrity_check;"), "ok\n");
    assert_eq!(pasted(&sandbox, "PRAGMA foreign_key_check;"), "");
    assert_eq!(sandbox.names(), ["warehouse.db"]);
}
