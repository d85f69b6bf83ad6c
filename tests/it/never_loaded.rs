//! Answers that read a model of which nothing was ever loaded say so.

use crate::harness::{Sandbox, project, rows, snapshot};
use rusqlite::Connection;
use serde_json::{Value, json};

/// A warehouse with the company's own files alone.
fn internal() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.scli(&["sync", project("data/internal").to_str().unwrap()]).success();
    sandbox
}

/// The models that each answer lacks, or null.
fn lacking(sandbox: &Sandbox, args: &[&str]) -> Value {
    let json = sandbox.scli(&[&["answers", "--format", "json"], args].concat()).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    answers.iter().map(|answer| answer["never_loaded"].clone()).collect()
}

#[test]
fn each_format_tells_what_was_never_loaded() {
    let sandbox = internal();
    let told = ["table", "csv", "tsv", "jsonl", "markdown"].map(|format| {
        format!("# {format}\n{}", sandbox.scli(&["answers", "--format", format]).success().stdout)
    });
    snapshot("never_loaded", &told.join("\n"));
    let review = json!(["review"]);
    let vendor = json!(["author", "book", "review"]);
    assert_eq!(lacking(&sandbox, &[]), json!([review, null, vendor, null, null, null]));
    let explained = sandbox.scli(&["answers", "--explain", "singaporean_movies_streamed"]).success().stdout;
    assert!(explained.contains("\nnever loaded: author, book, review\n"), "{explained}");
    let receipts = sandbox.scli(&["answers", "--receipts", "--format", "csv"]).success().stdout;
    assert!(receipts.starts_with(
        "question,title,published,corrected,unit,note,load,model,source,sha256,finished_at,never_loaded\n"
    ));
    assert_eq!(receipts.matches(",\"author, book, review\"\n").count(), 2, "{receipts}");
}

#[test]
fn the_page_tells_it_too() {
    let sandbox = internal();
    let page = |args: &[&str]| sandbox.scli(&[&["answers", "--html", "-"], args].concat()).success().stdout;
    let whole = page(&[]);
    for part in [
        "<p class=\"muted\">Never loaded: author, book, review.</p>",
        "<span class=\"muted\">never loaded: review</span>",
        "<p>Never loaded: author, book, review.</p>",
    ] {
        assert_eq!(whole.matches(part).count(), 1, "{part}");
    }
    let other = Sandbox::with_warehouse().scli(&["answers", "--html", "-"]).success().stdout;
    assert!(!other.to_lowercase().contains("never loaded"));
}

#[test]
fn a_load_that_failed_or_came_later_does_not_count() {
    let sandbox = internal();
    sandbox.load("review", "reviews.json", "[{\"content\"");
    assert_eq!(lacking(&sandbox, &[])[0], json!(["review"]), "it failed");
    sandbox.load_with("review", "reviews.json", "[]", &["--allow-empty"]).success();
    assert_eq!(lacking(&sandbox, &[])[0], json!(null), "a file without records is a load");
    assert_eq!(lacking(&sandbox, &["--as-of", "3"])[0], json!(["review"]), "as of then");
    assert_eq!(lacking(&sandbox, &["--as-of", "1"])[1], json!(["stream"]), "as of then");
    let then = sandbox.scli(&["answers", "--as-of", "1"]).success().stdout;
    assert!(then.contains("\nnever loaded: stream, user, author, book, review\nas of load 1, "), "{then}");
}

#[test]
fn files_of_answers_are_compared_with_or_without_it() {
    let sandbox = internal();
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    sandbox.write("with.json", &json);
    let mut answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    for answer in &mut answers {
        answer.as_object_mut().unwrap().remove("never_loaded");
    }
    sandbox.write("without.json", Value::from(answers).to_string());
    for file in ["with.json", "without.json"] {
        sandbox.scli(&["answers", "--check", file]).success();
    }
}

#[test]
fn a_sealed_copy_tells_it_and_says_the_same() {
    let sandbox = internal();
    let sealed = sandbox.scli(&["seal", "out.db"]).success();
    assert!(
        sealed.stderr.ends_with(" bytes, checked; never loaded: author, book, review\n"),
        "{}",
        sealed.stderr
    );
    let copy = Connection::open(sandbox.path("out.db")).unwrap();
    assert_eq!(
        rows(&copy, "SELECT never_loaded FROM answer ORDER BY number"),
        "review\nNULL\nauthor, book, review\nNULL\nNULL\nNULL\n"
    );
    let answers = sandbox.scli(&["answers"]).success().stdout;
    assert_eq!(sandbox.scli(&["--db", "out.db", "answers"]).success().stdout, answers);
    let event = sandbox.scli(&["--log-format", "json", "seal", "other.db"]).success().stderr;
    let event: Value = serde_json::from_str(&event).unwrap();
    assert_eq!(event["never_loaded"], json!(["author", "book", "review"]));
}
