//! Checking the quality of the data.

use crate::harness::{Outcome, Sandbox, challenge, project, snapshot};
use scli::quality::{Rule, Rules};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// A source of each model, in which all is well.
const CLEAN: [(&str, &str); 6] = [
    (
        "movies.csv",
        "title,duration_mins,original_language,size_mb\nRush,100,Korean,900\nAmélie,120,French,800\n\
         Sátántangó,450,Hungarian,3000\n",
    ),
    ("users.csv", "first_name,last_name,email\nAnn,A,ann@example.com\nBob,B,bob@example.com\n"),
    (
        "streams.csv",
        "movie_title,user_email,size_mb,start_at,end_at\n\
         Rush,ann@example.com,800,2021-12-06T19:30:00Z,2021-12-06T21:30:00Z\n\
         Amélie,bob@example.com,0,2021-12-07T19:30:00Z,2021-12-07T19:30:00Z\n",
    ),
    (
        "authors.jsonl",
        r#"{"metadata": {"name": "Ng", "birth_date": "1950-01-02T00:00:00Z", "died_at": "2001-02-03T00:00:00Z"}, "nationalities": [{"slug": "singaporeans"}]}
{"metadata": {"name": "Roe", "birth_date": null, "died_at": null}, "nationalities": []}
"#,
    ),
    ("books.jsonl", "{\"name\": \"Café\", \"pages\": 300, \"author\": \"NG\", \"publisher\": \"P\"}\n"),
    (
        "reviews.jsonl",
        "{\"content\": {\"text\": \"Fine.\"}, \"rating\": {\"rate\": 4}, \"movies\": [{\"title\": \"AMÉLIE\"}], \"books\": [{\"metadata\": {\"title\": \"CAFÉ\"}}]}\n",
    ),
];

/// For each rule a record that breaks it, and no other rule: the rule, the source that gets the record,
/// the record, and what its sample shows.
const BROKEN: [(&str, &str, &str, &str); 21] = [
    (
        "streams_of_unknown_movies",
        "streams.csv",
        "Stalker,ann@example.com,1,2021-12-08T00:00:00Z,2021-12-08T01:00:00Z",
        "Stalker",
    ),
    (
        "streams_by_unknown_users",
        "streams.csv",
        "Rush,Ann@Example.com,1,2021-12-08T00:00:00Z,2021-12-08T01:00:00Z",
        "Ann@Example.com",
    ),
    (
        "streams_of_movies_in_other_case",
        "streams.csv",
        "AMÉLIE,ann@example.com,1,2021-12-08T00:00:00Z,2021-12-08T01:00:00Z",
        "AMÉLIE",
    ),
    (
        "sessions_of_negative_size",
        "streams.csv",
        "Rush,ann@example.com,-0.5,2021-12-08T00:00:00Z,2021-12-08T01:00:00Z",
        "-0.5",
    ),
    (
        "sessions_in_the_future",
        "streams.csv",
        "Rush,ann@example.com,1,2999-12-08T00:00:00Z,2999-12-08T01:00:00Z",
        "2999-12-08T01:00:00Z",
    ),
    ("movies_differing_in_case", "movies.csv", "AMÉLIE,90,French,800", "AMÉLIE"),
    ("movies_without_duration_or_size", "movies.csv", "Tampopo,0,Japanese,700", "Tampopo"),
    (
        "sessions_longer_than_a_day",
        "streams.csv",
        // Of a movie so long that ten times its duration would be longer.
        "Sátántangó,ann@example.com,1,2021-12-08T00:00:00Z,2021-12-09T00:00:00.000001Z",
        "24.0",
    ),
    (
        "sessions_longer_than_movie",
        "streams.csv",
        "Rush,ann@example.com,1,2021-12-08T00:00:00Z,2021-12-08T16:40:00Z",
        "1000.0",
    ),
    (
        "sessions_larger_than_movie",
        "streams.csv",
        "Rush,ann@example.com,2700,2021-12-08T00:00:00Z,2021-12-08T01:00:00Z",
        "2700.0",
    ),
    (
        "sessions_with_two_ends",
        "streams.csv",
        "Rush,ann@example.com,800,2021-12-06T19:30:00Z,2021-12-06T22:00:00Z",
        "2021-12-06T21:30:00Z | 2021-12-06T22:00:00Z",
    ),
    ("users_differing_in_case", "users.csv", "Annie,A,ANN@example.com", "ANN@example.com"),
    (
        "authors_differing_in_case",
        "authors.jsonl",
        r#"{"metadata": {"name": "NG"}, "nationalities": []}"#,
        "NG",
    ),
    (
        "authors_dead_before_birth",
        "authors.jsonl",
        r#"{"metadata": {"name": "Poe", "birth_date": "1999-01-02T00:00:00Z", "died_at": "1999-01-01T00:00:00Z"}}"#,
        "Poe",
    ),
    (
        "authors_in_the_future",
        "authors.jsonl",
        r#"{"metadata": {"name": "Poe", "birth_date": "1999-01-02T00:00:00Z", "died_at": "2999-01-01T00:00:00Z"}}"#,
        "Poe",
    ),
    (
        "books_by_unknown_authors",
        "books.jsonl",
        r#"{"name": "Dust", "pages": 1, "author": "Anon", "publisher": "P"}"#,
        "Dust",
    ),
    (
        "books_differing_in_case",
        "books.jsonl",
        r#"{"name": "CAFÉ", "pages": 1, "author": "Roe", "publisher": "P"}"#,
        "CAFÉ",
    ),
    (
        "books_without_pages",
        "books.jsonl",
        r#"{"name": "Dust", "pages": 0, "author": "Roe", "publisher": "P"}"#,
        "Dust",
    ),
    (
        "reviews_of_unknown_movies",
        "reviews.jsonl",
        r#"{"content": {"text": "Hm."}, "rating": {"rate": 1}, "movies": [{"title": "Dune"}], "books": [{"metadata": {"title": "Café"}}]}"#,
        "Dune",
    ),
    (
        "reviews_of_unknown_books",
        "reviews.jsonl",
        r#"{"content": {"text": "Hm."}, "rating": {"rate": 1}, "movies": [{"title": "Rush"}], "books": [{"metadata": {"title": "Dune"}}]}"#,
        "Dune",
    ),
    (
        "reviews_rated_twice",
        "reviews.jsonl",
        r#"{"content": {"text": "Fine."}, "rating": {"rate": 2}, "movies": [{"title": "AMÉLIE"}], "books": [{"metadata": {"title": "CAFÉ"}}]}"#,
        "2 | 4",
    ),
];

/// A warehouse of the clean sources, and of one more record in one of them.
fn warehouse(added: Option<(&str, &str)>) -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, content) in CLEAN {
        let more = added
            .filter(|(source, _)| *source == name)
            .map_or(String::new(), |(_, record)| format!("{record}\n"));
        sandbox.write(&format!("in/{name}"), format!("{content}{more}"));
    }
    let report = sandbox.scli(&["sync", "in"]).success().stderr;
    assert_eq!(report.matches(" 0 rejected").count(), CLEAN.len(), "{report}");
    sandbox
}

/// What `check --format json` found, by rule.
fn found(outcome: &Outcome) -> BTreeMap<String, Value> {
    let findings: Vec<Value> = serde_json::from_str(&outcome.stdout).unwrap();
    findings.into_iter().map(|finding| (finding["rule"].as_str().unwrap().to_owned(), finding)).collect()
}

/// How many things break each rule, for those that are broken.
fn counts(outcome: &Outcome) -> Vec<(String, u64)> {
    let count = |finding: &Value| finding["count"].as_u64().unwrap();
    found(outcome)
        .iter()
        .map(|(rule, finding)| (rule.clone(), count(finding)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

#[test]
fn clean_data_breaks_no_rule() {
    let outcome = warehouse(None).scli(&["check", "--format", "json", "--fail-on", "warning"]).success();
    assert_eq!(found(&outcome).len(), shallow().len());
    assert_eq!(counts(&outcome), []);
}

#[test]
fn an_empty_warehouse_breaks_no_rule() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    assert_eq!(counts(&sandbox.scli(&["check", "--format", "json"]).success()), []);
}

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_else() {
    let tried: Vec<&str> = BROKEN.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(tried, shallow());
    for (rule, source, record, shown) in BROKEN {
        let sandbox = warehouse(Some((source, record)));
        let outcome = sandbox.scli(&["check", "--format", "json"]).success();
        assert_eq!(counts(&outcome), [(rule.to_owned(), 1)], "{rule}");
        let samples = found(&outcome)[rule]["samples"].to_string();
        assert!(samples.contains(shown), "{rule}: {samples}");
        // The same file, pasted into another SQLite.
        let pasted = pasted(&sandbox, rule);
        assert!(pasted.is_none_or(|rows| rows == 1), "{rule}: {pasted:?}");
    }
}

fn rules() -> Vec<Rule> {
    Rules::shipped().all
}

/// The rules that run unless more is asked for.
fn shallow() -> Vec<String> {
    rules().into_iter().filter(|rule| !rule.deep).map(|rule| rule.name).collect()
}

/// What loads keep true is compared with the streams on request, and what is false is found.
#[test]
fn a_deep_check_compares_the_summaries_with_the_streams() {
    let sandbox = warehouse(None);
    // The second file has a stream more, and one of another size.
    let streams = "movie_title,user_email,size_mb,start_at,end_at\n\
        Rush,ann@example.com,801,2021-12-06T19:30:00Z,2021-12-06T21:30:00Z\n\
        Rush,ann@example.com,5,1969-12-31T23:00:00.5Z,1970-01-01T01:00:00Z\n";
    sandbox.load("stream", "more.csv", streams).success();
    let deep = ["check", "--deep", "--format", "json"];
    let outcome = sandbox.scli(&deep).success();
    assert_eq!((found(&outcome).len(), counts(&outcome)), (rules().len(), vec![]));
    assert_eq!(sandbox.rows("SELECT day, streams FROM stream_by_day"), "-1|1\n18967|1\n18968|1\n");
    for (change, rule) in [
        ("UPDATE stream_by_day SET longest = longest + 1 WHERE day = -1", "summary_by_day_differs"),
        ("DELETE FROM stream_by_day WHERE day = 18967", "summary_by_day_differs"),
        ("INSERT INTO stream_by_size VALUES (7, 1)", "summary_by_size_differs"),
        ("INSERT INTO streaming_user VALUES (99, 'ann@example.com', 1)", "addresses_stored_twice"),
    ] {
        let copy = Sandbox::new();
        std::fs::copy(sandbox.path("warehouse.db"), copy.path("warehouse.db")).unwrap();
        copy.connect().execute_batch(change).unwrap();
        assert_eq!(counts(&copy.scli(&deep).success()), [(rule.to_owned(), 1)], "{change}");
        assert!(pasted(&copy, rule).is_none_or(|rows| rows == 1), "{change}");
        assert_eq!(counts(&copy.scli(&["check", "--format", "json"]).success()), [], "only when asked");
    }
}

/// How many rows the file of a rule gives in the system's sqlite3, if there is one.
fn pasted(sandbox: &Sandbox, rule: &str) -> Option<usize> {
    let file = std::fs::File::open(project(&format!("queries/checks/{rule}.sql"))).unwrap();
    let run = Command::new("sqlite3")
        .args(["-readonly", "-bail", "-json"])
        .arg(sandbox.path("warehouse.db"))
        .stdin(file)
        .output();
    let Ok(output) = run else {
        println!("skipped: there is no sqlite3");
        return None;
    };
    assert!(output.status.success(), "{rule}: {}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Value> = match output.stdout.is_empty() {
        true => Vec::new(),
        false => serde_json::from_slice(&output.stdout).unwrap(),
    };
    Some(rows.len())
}

#[test]
fn the_shipped_data_is_as_sloppy_as_the_vendor() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["-q", "sync", project("data").to_str().unwrap()]).success();
    let now = ["-p", "now=2024-01-01T00:00:00+01:00"];
    sandbox.scli(&[&["check"], &now[..]].concat()).success().snapshot("check_table");
    let all = sandbox.scli(&[&["check", "--format", "json"], &now[..]].concat()).success();
    for (rule, count) in counts(&all).iter().filter(|(rule, _)| rule != "authors_in_the_future") {
        assert!(pasted(&sandbox, rule).is_none_or(|rows| rows as u64 == *count), "{rule}");
    }
}

#[test]
fn every_format_is_stable() {
    let sandbox = warehouse(Some(("books.jsonl", BROKEN[15].2)));
    let rules = ["books_by_unknown_authors", "books_without_pages"];
    for format in ["csv", "tsv", "json", "jsonl", "markdown"] {
        let outcome = sandbox.scli(&[&["check", "--format", format], &rules[..]].concat());
        outcome.success().snapshot(&format!("check_{format}"));
    }
    sandbox.scli(&["check", "--list"]).success().snapshot("check_list");
}

#[test]
fn findings_fail_only_where_asked() {
    let warned = warehouse(Some(("books.jsonl", BROKEN[15].2)));
    warned.scli(&["check"]).success();
    warned.scli(&["check", "--fail-on", "error"]).success();
    let run = ["check", "--fail-on", "warning", "--samples", "0", "books_by_unknown_authors"];
    warned.scli(&run).snapshot("check_fail_on");
    let wrong = warehouse(Some(("movies.csv", BROKEN[6].2)));
    assert_eq!(wrong.scli(&["check"]).code, 0);
    assert_eq!(wrong.scli(&["check", "--fail-on", "error"]).code, 1);
    assert_eq!(wrong.scli(&["check", "--fail-on", "warning"]).code, 1);
    assert_eq!(wrong.scli(&["check", "--fail-on", "error", "books_without_pages"]).code, 0);
}

#[test]
fn parameters_move_the_limits_and_the_present() {
    let sandbox = warehouse(None);
    let check =
        |given: &[&str]| counts(&sandbox.scli(&[&["check", "--format", "json"], given].concat()).success());
    let found = |rule: &str, count| (rule.to_owned(), count);
    assert_eq!(check(&["-p", "max_hours=1.5"]), [found("sessions_longer_than_a_day", 1)]);
    assert_eq!(check(&["-p", "times_longer=1.2"]), [found("sessions_longer_than_movie", 1)]);
    assert_eq!(check(&["-p", "times_larger=0.5"]), [found("sessions_larger_than_movie", 1)]);
    assert_eq!(
        check(&["-p", "now=2001-02-03T00:59:59+01:00"]),
        [found("authors_in_the_future", 1), found("sessions_in_the_future", 2)]
    );
    assert_eq!(check(&["-p", "now=2021-12-06T22:30:00+01:00"]), [found("sessions_in_the_future", 1)]);
}

#[test]
fn mistakes_on_the_command_line_are_told() {
    let sandbox = warehouse(None);
    sandbox.scli(&["check", "books_without_page"]).snapshot("check_unknown_rule");
    sandbox.scli(&["check", "-p", "max_hour=1"]).snapshot("check_unknown_parameter");
    sandbox.scli(&["check", "-p", "max_hours=long"]).snapshot("check_bad_parameter");
    assert_eq!(sandbox.scli(&["check", "--fail-on", "note"]).code, 2);
    assert_eq!(sandbox.scli(&["check", "--list", "books_without_pages"]).code, 2);
    assert_eq!(Sandbox::new().scli(&["check"]).code, 1, "there is no database");
}

#[test]
fn a_hostile_title_stays_text() {
    let record = "\"\u{1b}[31m';DROP TABLE movie;--\u{202e}\",0,<b>,1";
    let sandbox = warehouse(Some(("movies.csv", record)));
    for (format, text) in [("table", "\\u{1b}[31m"), ("markdown", "\\u{1b}\\[31m")] {
        let shown = sandbox.scli(&["check", "--format", format]).success().stdout;
        assert!(shown.contains(&format!("{text}';DROP TABLE movie;--\\u{{202e}}")), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{202e}']));
    }
}

/// The manual has every rule in the order of the registry, with its severity and parameters.
#[test]
fn every_rule_is_in_the_manual() {
    let manual = std::fs::read_to_string(project("docs/quality.md")).unwrap();
    let rows: Vec<&str> = manual.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), rules().len());
    for (rule, row) in rules().into_iter().zip(rows) {
        assert!(row.starts_with(&format!("| `{}` | {} |", rule.name, rule.severity.name())), "{row}");
        for param in &rule.params {
            let shown = match param.default.as_str() {
                "'now'" => format!("`{}`", param.name),
                default => format!("`{}={default}`", param.name),
            };
            assert!(row.contains(&shown), "{shown}: {row}");
        }
    }
}

#[test]
fn the_challenge_has_the_vendors_sloppiness_and_no_error() {
    let Some(dir) = challenge() else { return };
    let sandbox = Sandbox::new();
    sandbox.scli(&["-q", "sync", dir.to_str().unwrap()]).success();
    let run = ["check", "--format", "json", "--fail-on", "error", "-p", "now=2024-01-01T00:00:00Z"];
    let outcome = sandbox.scli(&run).success();
    let lines: Vec<String> =
        counts(&outcome).iter().map(|(rule, count)| format!("{rule} {count}\n")).collect();
    snapshot("check_challenge", &lines.concat());
}
