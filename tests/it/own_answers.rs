//! Questions of a project's own: `queries/*.sql` beside `scli.toml`, in every command that asks.

use crate::harness::{Outcome, Sandbox, snapshot};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const RATINGS: &str = "-- title: Reviews of a rating
-- unit: reviews
-- note: The second reading counts each movie once.
-- param least integer 4 The least rating that counts
-- plot: bar rating number
SELECT count(*) AS reviews, count(DISTINCT movie_title) AS movies, NULL AS \"not yet\"
FROM review WHERE rating >= :least; -- and no more
";

const ROWS: &str = "-- rows: A row is a rating.
-- key: rating
-- counts: number
SELECT rating, count(*) AS number, rating >= :least AS reviews FROM review GROUP BY rating ORDER BY rating;
";

const LONGEST: &str = "-- title: The longest movie\nSELECT max(duration_mins) AS minutes FROM movie";

/// A project with two questions of its own.
fn project() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("scli.toml", "");
    sandbox.write("queries/ratings.sql", RATINGS);
    sandbox.write("queries/evidence/ratings.sql", ROWS);
    sandbox.write("queries/longest.sql", LONGEST);
    sandbox
}

fn objects(outcome: &Outcome) -> Vec<Value> {
    serde_json::from_str(&outcome.stdout).unwrap()
}

fn find<'a>(objects: &'a [Value], name: &str) -> &'a Value {
    objects.iter().find(|object| object["question"] == name).unwrap()
}

fn told(sandbox: &Sandbox, lines: &[&[&str]]) -> String {
    let run = |args: &&[&str]| format!("$ scli {}\n{}", args.join(" "), sandbox.scli(args).told());
    lines.iter().map(run).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_own_question_is_listed_helped_and_run_by_its_name() {
    let sandbox = project();
    let lines: [&[&str]; 5] = [
        &["query", "--list", "--format", "csv"],
        &["query", "ratings", "--format", "csv"],
        &["query", "ratings", "-p", "least=5", "--format", "csv"],
        &["query", "ratings", "--help"],
        &["query", "ratings", "-p", "most=5"],
    ];
    snapshot("own_answers_query", &told(&sandbox, &lines));
    let counted =
        sandbox.rows("SELECT count(*), count(DISTINCT movie_title), NULL FROM review WHERE rating >= 4");
    let csv = sandbox.scli(&["query", "ratings", "--format", "csv"]).success().stdout;
    assert_eq!(csv.lines().nth(1).unwrap().replace(',', "|"), counted.trim().replace("NULL", ""));
    sandbox.scli(&["query", "ratings", "--explain"]).success();
    sandbox.scli(&["query", "ratings", "--as-of", "6"]).success();
}

#[test]
fn answers_have_own_ones_beside_the_shipped_ones_in_every_format() {
    let sandbox = project();
    let formats = ["table", "csv", "jsonl", "markdown"];
    let lines = formats.map(|format| ["answers", "--format", format]);
    snapshot("own_answers_formats", &told(&sandbox, &lines.each_ref().map(|line| &line[..])));
    let all = objects(&sandbox.scli(&["answers", "--format", "json"]).success());
    let ratings = find(&all, "ratings");
    assert_eq!(
        (all.len(), &ratings["published"], &ratings["readings"]["not yet"]),
        (8, &json!(null), &json!(null))
    );
    assert!(
        ratings["readings"]["reviews"].is_i64()
            && !ratings["receipts"]["loads"].as_array().unwrap().is_empty()
    );
    let receipts = sandbox.scli(&["answers", "--receipts", "--format", "csv"]).success().stdout;
    let own = receipts.lines().filter(|line| line.starts_with("ratings,") && line.contains("reviews.json"));
    assert_eq!(own.count(), 1, "{receipts}");
    std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
    let shipped = objects(&sandbox.scli(&["answers", "--format", "json"]).success());
    assert_eq!(shipped, all[..6], "the shipped ones are the same");
    let mistake = sandbox.scli(&["query", "ratings"]);
    assert!(mistake.code == 2 && mistake.stderr.contains("scli.toml"), "{}", mistake.told());
}

#[test]
fn a_question_of_two_readings_by_name_has_the_form_of_the_shipped_ones() {
    let sandbox = project();
    sandbox.write("queries/two.sql", "-- title: Two\nSELECT 1 AS published, 2.5 AS corrected");
    let all = objects(&sandbox.scli(&["answers", "--format", "json"]).success());
    let two = find(&all, "two");
    assert_eq!((&two["published"], &two["corrected"], two.get("readings")), (&json!(1), &json!(2.5), None));
}

#[test]
fn check_tells_own_answers_that_moved() {
    let sandbox = project();
    let json = sandbox.scli(&["answers", "--format", "json"]).success().stdout;
    sandbox.write("answers.json", &json);
    sandbox.scli(&["answers", "--check", "answers.json"]).success();
    let mut answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    for answer in &mut answers {
        if answer["question"] == "ratings" {
            answer["readings"] = json!({"reviews": 7, "movies": null, "gone": 3});
        }
    }
    sandbox.write("answers.json", serde_json::to_string(&answers).unwrap());
    let outcome = sandbox.scli(&["answers", "--check", "answers.json", "--format", "json"]);
    assert_eq!(outcome.code, 4);
    snapshot("own_answers_drift", &outcome.stderr);
    std::fs::remove_file(sandbox.path("queries/ratings.sql")).unwrap();
    std::fs::remove_dir_all(sandbox.path("queries/evidence")).unwrap();
    let gone = sandbox.scli(&["answers", "--check", "answers.json"]);
    assert!(
        gone.code == 4 && gone.stderr.contains("ratings is in the file, but is not asked"),
        "{}",
        gone.stderr
    );
}

#[test]
fn explain_shows_the_rows_of_an_own_question() {
    let sandbox = project();
    let lines: [&[&str]; 3] = [
        &["answers", "--explain", "ratings", "-p", "least=5"],
        &["answers", "--explain", "ratings", "--format", "csv"],
        &["answers", "--explain", "longest"],
    ];
    snapshot("own_answers_explain", &told(&sandbox, &lines));
}

#[test]
fn compare_tells_why_an_own_answer_moved() {
    let sandbox = project();
    let review = r#"[{"content": {"text": "New"}, "rating": {"rate": 5}, "movies": [{"title": "M"}], "books": [{"metadata": {"title": "B"}}]}]"#;
    let before = sandbox.rows("SELECT count(*) FROM review WHERE rating >= 4");
    sandbox.load("review", "more.json", review).success();
    let moved = objects(&sandbox.scli(&["answers", "--compare", "6", "--format", "json"]).success());
    let ratings = find(&moved, "ratings");
    assert_eq!(ratings["readings"]["reviews"]["from"].to_string(), before.trim());
    assert_eq!(ratings["readings"]["reviews"]["difference"], json!(1));
    assert_eq!((&ratings["moved"], &ratings["changed"]), (&json!(true), &json!(1)), "{ratings}");
    assert_eq!(ratings["changes"][0]["after"]["rating"], json!(5));
    assert_eq!(ratings["loads"][0]["source"], json!("more.json"));
    assert_eq!(find(&moved, "longest")["changes"], json!([]));
    let table = sandbox.scli(&["answers", "--compare", "6"]).success().stdout;
    assert!(table.contains("(+1)") && table.contains("Rows: A row is a rating."), "{table}");
    let csv = sandbox.scli(&["answers", "--compare", "6", "--format", "csv"]).success().stdout;
    assert!(csv.lines().next().unwrap().ends_with(",never_loaded_to,readings"), "{csv}");
    let markdown = sandbox.scli(&["answers", "--compare", "6", "--format", "markdown"]).success().stdout;
    assert!(markdown.contains("| question | reading | answer | unit | rows |"), "{markdown}");
    sandbox.scli(&["answers", "--compare", "6", "--html", "moved.html"]).success();
    let page = std::fs::read_to_string(sandbox.path("moved.html")).unwrap();
    assert!(page.contains("id=\"moved-ratings\""));
}

#[test]
fn the_page_draws_what_an_own_question_declares() {
    for (plot, drawn) in [
        ("bar rating number", "number by rating."),
        ("line rating number", "class=\"line\""),
        ("histogram rating number", "how many there are of a range"),
        ("histogram rating", "Rows by rating."),
    ] {
        let sandbox = project();
        sandbox.write("queries/ratings.sql", RATINGS.replace("bar rating number", plot));
        sandbox.scli(&["answers", "--html", "page.html"]).success();
        let page = std::fs::read_to_string(sandbox.path("page.html")).unwrap();
        let section =
            page.split("<section id=\"ratings\">").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(section.contains("<svg") && section.contains(drawn), "{plot}: {section}");
        assert!(section.contains("<dt>not yet</dt><dd>–") && section.contains("The 5 rows"), "{section}");
        assert!(page.contains("<h1>Answers</h1>"));
    }
    let sandbox = project();
    sandbox.write("queries/ratings.sql", RATINGS.replace("-- plot: bar rating number\n", ""));
    sandbox.write("queries/evidence/ratings.sql", format!("-- plot: line rating number\n{ROWS}"));
    sandbox.scli(&["answers", "--html", "page.html"]).success();
    let page = std::fs::read_to_string(sandbox.path("page.html")).unwrap();
    assert!(page.contains("<line class=\"line\""), "the plot may stand with the rows");
    sandbox.write("queries/ratings.sql", RATINGS.replace("bar rating number", "bar stars number"));
    let outcome = sandbox.scli(&["answers", "--html", "page.html"]);
    assert!(
        outcome.code == 1 && outcome.stderr.contains("the plot is of the column `stars`"),
        "{}",
        outcome.stderr
    );
    assert!(sandbox.path("page.html").exists(), "the page is written all the same");
}

#[test]
fn a_sealed_copy_keeps_own_answers_and_their_sql() {
    let sandbox = project();
    sandbox.scli(&["seal", "copy.db"]).success();
    let copy = rusqlite::Connection::open(sandbox.path("copy.db")).unwrap();
    let (title, sql): (String, String) = copy
        .query_row("SELECT title, sql FROM answer WHERE question = 'ratings'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(title, "Reviews of a rating");
    let of = |number: i64| -> Option<f64> {
        let sql = "SELECT value FROM answer_reading WHERE question = 'ratings' AND number = ?1";
        copy.query_row(sql, [number], |row| row.get(0)).unwrap()
    };
    let ran: (f64, f64) = copy
        .query_row(&sql, [], |row| Ok((row.get::<_, i64>(0)? as f64, row.get::<_, i64>(1)? as f64)))
        .unwrap();
    assert_eq!((of(1), of(2), of(3)), (Some(ran.0), Some(ran.1), None), "the SQL runs as it stands: {sql}");
    let count = |sql: &str| -> i64 { copy.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM answer"), 8);
    assert_eq!(count("SELECT count(*) FROM answer_reading"), 6 * 2 + 3 + 1);
    assert!(count("SELECT count(*) FROM answer_receipt WHERE question = 'ratings'") > 0);
    drop(copy);
    sandbox.scli(&["--db", "copy.db", "unseal"]).success();
    let copy = rusqlite::Connection::open(sandbox.path("copy.db")).unwrap();
    let left = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'answer%'";
    assert_eq!(copy.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn without_the_shipped_questions_only_own_ones_are_asked() {
    let sandbox = Sandbox::new();
    sandbox.write("queries/longest.sql", LONGEST);
    sandbox.write("queries/median_stream_size.sql", "-- title: Ours\nSELECT count(*) AS movies FROM movie");
    sandbox
        .load("movie", "m.csv", "title,duration_mins,original_language,size_mb\nX,90,French,2\n")
        .success();
    sandbox.write("scli.toml", "[project]\nshipped = false\n");
    let lines: [&[&str]; 4] = [
        &["query", "--list", "--format", "csv"],
        &["answers"],
        &["answers", "--format", "csv"],
        &["query", "users_affected_by_outage"],
    ];
    snapshot("own_answers_only", &told(&sandbox, &lines));
    sandbox.scli(&["answers", "--html", "page.html"]).success();
    let page = std::fs::read_to_string(sandbox.path("page.html")).unwrap();
    assert!(!page.contains("Streams by") && !page.contains("Published"), "{page}");
    sandbox.scli(&["seal", "copy.db"]).success();
    std::fs::rename(sandbox.path("scli.toml"), sandbox.path("queries/scli.toml")).unwrap();
    assert_eq!(
        sandbox
            .scli(&["answers", "--project", "queries", "--format", "csv"])
            .success()
            .stdout
            .lines()
            .count(),
        1
    );
}

#[test]
fn a_broken_file_is_told_and_keeps_nothing_from_being_answered() {
    let sandbox = project();
    sandbox.connect().execute_batch("CREATE TABLE note (a)").unwrap();
    let before = sandbox.database();
    for (name, sql) in [
        ("untitled", "SELECT 1 AS a"),
        ("two", "-- title: Two\nSELECT 1 AS a;\nSELECT 2"),
        ("writes", "-- title: Writes\n\nINSERT INTO movie SELECT 1"),
        ("hidden", "-- title: Writes\nWITH t AS (SELECT 1)\nDELETE FROM movie RETURNING 1"),
        ("typed", "-- title: T\n-- param a day 1 A day\nSELECT :a AS a"),
        ("text", "-- title: T\n\nSELECT 'seven' AS a"),
        ("endless", "-- title: T\nSELECT 9e999 AS a"),
        ("twice", "-- title: T\nSELECT 1 AS a, 2 AS a"),
        ("rows", "-- title: T\nSELECT rating FROM review"),
        ("noted", "-- title: T\nSELECT count(*) AS notes FROM note"),
        ("plotted", "-- title: T\n-- plot: bar a b\nSELECT 1 AS a"),
        ("median_stream_size", "-- title: Same\nSELECT 1 AS a"),
        ("evidence/nothing", "-- rows: R\nSELECT 1 AS a"),
        ("evidence/longest", "-- rows: R\nSELECT 1 AS a WHERE :least"),
    ] {
        sandbox.write(&format!("queries/{name}.sql"), sql);
    }
    let list = sandbox.scli(&["query", "--list", "--format", "csv"]);
    assert!(
        list.code == 1 && list.stdout.contains("ratings,") && list.stdout.contains("median_stream_size,")
    );
    let answered = sandbox.scli(&["answers", "--as-of", "6", "--format", "csv", "--quiet"]);
    assert!(answered.code == 1 && answered.stdout.contains("\nratings,"), "{}", answered.told());
    let alone: [&[&str]; 3] = [&["query", "two"], &["query", "hidden"], &["answers", "--explain", "text"]];
    let text = [list.stderr, answered.stderr, told(&sandbox, &alone)].join("\n");
    snapshot("own_answers_broken", &text);
    sandbox.scli(&["query", "ratings"]).success();
    sandbox.scli(&["answers", "--explain", "ratings"]).success();
    assert_eq!(sandbox.scli(&["answers", "--compare", "5", "6"]).code, 1);
    let sealed = sandbox.scli(&["seal", "copy.db"]);
    assert!(sealed.code == 1 && sandbox.path("copy.db").exists(), "{}", sealed.told());
    let event = sandbox.scli(&["--log-format", "json", "answers", "-q"]).stderr;
    let event: Value = serde_json::from_str(event.trim_end()).unwrap();
    assert_eq!((&event["event"], &event["exit_code"]), (&json!("error"), &json!(1)));
    assert!(sandbox.database() == before, "the database is not as it was");
}

/// Headers, names and values of own files reach neither the terminal nor the page as they are.
#[test]
fn hostile_headers_steer_nothing() {
    let sandbox = project();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}<script>alert(1)</script>|[x](javascript:y)";
    let quoted = hostile.replace('"', "");
    sandbox.write(
        "queries/bad.sql",
        format!(
            "-- title: {hostile}\n-- unit: {hostile}\n-- note: {hostile}\n-- param a text '{hostile}' {hostile}\n\
             -- plot: bar x y\nSELECT length(:a) AS \"{quoted}\""
        ),
    );
    sandbox.write(
        "queries/evidence/bad.sql",
        format!("-- rows: {hostile}\n-- key: x\nSELECT :a AS x, 1 AS y, 1 AS \"{quoted}\""),
    );
    sandbox.write("queries/worse.sql", format!("-- title: {hostile}\n-- param {hostile}\nSELECT 1"));
    sandbox.write(
        "checks/bad.sql",
        format!("-- title: {hostile}\n-- why: {hostile}\nSELECT '{hostile}' AS \"{quoted}\""),
    );
    let lines: [&[&str]; 9] = [
        &["query", "--list"],
        &["query", "bad", "--help"],
        &["query", "bad", "--explain"],
        &["answers"],
        &["answers", "--format", "markdown"],
        &["answers", "--explain", "bad"],
        &["answers", "--compare", "1"],
        &["check", "bad"],
        &["query", "worse"],
    ];
    for line in lines {
        let text = sandbox.scli(line).told();
        let steers = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!text.contains(steers), "{line:?}: {}", text.escape_debug());
    }
    sandbox.scli(&["answers", "--html", "page.html"]);
    let page = std::fs::read_to_string(sandbox.path("page.html")).unwrap();
    assert!(page.contains("id=\"bad\"") && !page.contains("<script>"));
}

/// Two hundred own files cost a command little more than none.
#[test]
fn two_hundred_own_files_are_fast() {
    let sandbox = project();
    for number in 0..200 {
        let sql =
            format!("-- title: Number {number}\n-- unit: movies\nSELECT count(*) + {number} AS n FROM movie");
        sandbox.write(&format!("queries/number_{number:03}.sql"), sql);
        sandbox
            .write(&format!("checks/rule_{number:03}.sql"), "-- title: R\nSELECT title FROM movie WHERE 0");
    }
    let start = Instant::now();
    let listed = sandbox.scli(&["query", "--list", "--format", "csv"]).success().stdout;
    assert_eq!(listed.lines().count(), 1 + 6 + 202);
    let answers = objects(&sandbox.scli(&["answers", "--format", "json"]).success());
    assert_eq!(answers.len(), 208);
    sandbox.scli(&["check", "rule_007"]).success();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
