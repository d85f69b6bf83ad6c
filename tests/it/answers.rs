//! The six answers: their formats, and the comparison with those of another day.

use crate::harness::{Outcome, Sandbox, snapshot};
use serde_json::{Value, json};

#[test]
fn each_format_has_the_same_six_answers() {
    let sandbox = Sandbox::with_warehouse();
    let before = sandbox.database();
    for format in ["table", "csv", "tsv", "json", "jsonl", "markdown"] {
        let outcome = sandbox.scli(&["answers", "--format", format]).success();
        assert_eq!(outcome.stderr, "");
        snapshot(&format!("answers_{format}"), &outcome.stdout);
    }
    let plain = sandbox.scli(&["answers"]).success().stdout;
    assert_eq!(plain, sandbox.scli(&["answers", "--format", "table"]).stdout, "a pipe gets the table too");
    assert!(sandbox.database() == before && sandbox.names() == ["warehouse.db"], "reading leaves no trace");
}

#[test]
fn check_is_content_with_the_same_answers() {
    let sandbox = Sandbox::with_warehouse();
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    sandbox.write("answers.json", &json);
    let checked = sandbox.scli(&["answers", "--check", "answers.json", "--format", "json"]).success();
    assert_eq!(checked.stdout, json, "the answers are printed as ever");
    assert_eq!(checked.stderr, "");
    sandbox.scli_with_input(&["answers", "--check", "-"], json.as_bytes()).success();
}

#[test]
fn check_names_every_answer_that_moved() {
    let sandbox = Sandbox::with_warehouse();
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    let mut answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    answers[0]["published"] = json!(0.92);
    answers[1]["corrected"] = json!(null);
    answers[2]["question"] = json!("french_movies_streamed");
    answers[5]["title"] = json!("another title is no other answer");
    sandbox.write("answers.json", serde_json::to_string(&answers).unwrap());
    let outcome = sandbox.scli(&["answers", "--check", "answers.json", "--format", "json"]);
    assert_eq!(outcome.stdout, json, "what is true now is printed all the same");
    Outcome { stdout: String::new(), ..outcome }.snapshot("answers_drift");
}

#[test]
fn a_check_file_of_another_shape_is_an_error_and_no_drift() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("cut.json", "[{\"question\": \"average_stream_duration\",");
    sandbox.write("latin1.json", b"[\"\xe9\"]");
    let check = |file: &str| {
        let outcome = sandbox.scli(&["answers", "--check", file, "--format", "json"]);
        format!("# --check {file}\n{}", Outcome { stdout: String::new(), ..outcome }.told())
    };
    let told: Vec<String> = ["cut.json", "latin1.json", "missing.json", "."].map(check).into();
    snapshot("answers_check_broken", &told.join("\n"));
}

#[test]
fn without_a_database_nothing_is_answered_and_none_is_made() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["answers"]).snapshot("answers_no_database");
    assert_eq!(sandbox.names(), [""; 0]);
    sandbox.write("warehouse.db", "");
    sandbox.scli(&["answers"]).snapshot("answers_no_schema");
    assert_eq!(sandbox.database(), b"");
}

#[test]
fn without_data_counts_are_zero_and_the_rest_is_unknown() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    sandbox.scli(&["answers"]).success().snapshot("answers_empty");
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    let corrected: Vec<&Value> = answers.iter().map(|answer| &answer["corrected"]).collect();
    assert_eq!(json!(corrected), json!([null, 0, 0, null, null, 0]));
}
