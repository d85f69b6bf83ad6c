//! The challenge's real files, where `SCLI_CHALLENGE_DIR` names their folder.

use crate::harness::{Outcome, Sandbox, challenge};
use serde_json::{Value, json};

#[test]
fn every_record_of_the_challenge_is_loaded() {
    let Some(dir) = challenge() else { return };
    let sandbox = Sandbox::new();
    sandbox.scli(&["sync", dir.to_str().unwrap()]).success();
    let counts =
        "SELECT (SELECT count(*) FROM movie), (SELECT count(*) FROM stream), (SELECT count(*) FROM user),
        (SELECT count(*) FROM author), (SELECT count(*) FROM book), (SELECT count(*) FROM review),
        (SELECT count(*) FROM reject)";
    assert_eq!(sandbox.rows(counts), "91|9652|783|200|103|501|1\n");
    let ids = "SELECT (SELECT count(*) FROM stream WHERE id = '642af1ae6acfd3bded70b61d6389219102424c77'),
        (SELECT count(*) FROM review WHERE id = '8ea86ac9685bafd712fdb89124b56b348d00f13f')";
    assert_eq!(sandbox.rows(ids), "1|1\n");
    assert_eq!(sandbox.rows("PRAGMA foreign_key_check"), "");
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
}

#[test]
fn the_answers_are_those_published_and_those_corrected() {
    let Some(dir) = challenge() else { return };
    let sandbox = Sandbox::new();
    sandbox.scli(&["sync", dir.to_str().unwrap()]).success();
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    let reading = |name: &str| Value::from_iter(answers.iter().map(|answer| answer[name].clone()));
    assert_eq!(reading("published"), json!([0.93, 5, 3, 43336, 0.94, 746]));
    assert_eq!(reading("corrected"), json!([0.93, 4, 3, 43336, 0.94, 725]));
}

#[test]
fn the_originals_commands_work_unchanged() {
    let Some(dir) = challenge() else { return };
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    for line in [
        "load --model movie --collector csv --config internal/movies.csv",
        "load --model stream --collector csv --config internal/streams.csv",
        "load --model user --collector csv --config internal/users.csv",
        "load --model author --collector json --config vendor/authors.json",
        "load --model book --collector json --config vendor/books.json",
        "load --model review --collector json --config vendor/reviews.json",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let database = sandbox.path("warehouse.db");
        let run = sandbox.command(&args).current_dir(&dir).env("DATABASE_URL", database).output().unwrap();
        Outcome::from(run).success();
    }
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "6\n");
}
