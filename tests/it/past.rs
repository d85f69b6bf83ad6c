//! The ledger and the versions of one record, as people and programs read them.

use crate::harness::{Sandbox, snapshot};

fn author(name: &str, died_at: &str, nationality: &str) -> String {
    format!(
        r#"{{"metadata": {{"name": "{name}", "birth_date": "1956-02-29T00:00:00Z", "died_at": {died_at}}},
            "nationalities": [{{"slug": "{nationality}"}}]}}"#
    )
}

/// Five dumps of authors, in which one changes, vanishes, returns changed and vanishes again; a
/// broken one; and a review whose text is long. Times are set, since they are shown.
fn loaded() -> Sandbox {
    let sandbox = Sandbox::new();
    let mei = author("Mei Tan", "null", "singaporeans");
    let josh = |died_at: &str, nationality: &str| author("Josh Johnston", died_at, nationality);
    let died = r#""2021-12-01T00:00:00Z""#;
    for (day, records) in [
        format!("{mei}, {}", josh("null", "danes")),
        format!("{mei}, {}", josh(died, "swedes")),
        mei.clone(),
        format!("{mei}, {}", josh("null", "swedes")),
        mei.clone(),
    ]
    .into_iter()
    .enumerate()
    {
        sandbox.load("author", &format!("day{}/authors.json", day + 1), format!("[{records}]")).success();
    }
    assert_eq!(sandbox.load("author", "day6/authors.json", "[{").code, 1);
    let review = |text: &str, book: &str| {
        format!(
            r#"[{{"content": {{"text": "{text}"}}, "rating": {{"rate": 5}}, "movies": [{{"title": "M"}}],
                  "books": [{{"metadata": {{"title": "{book}"}}}}]}}]"#
        )
    };
    for book in ["Dust", "Rain"] {
        sandbox.load("review", "reviews.json", review(LONG, book)).success();
    }
    sandbox
        .load("stream", "streams.csv", format!("{STREAMS}Rush,a@x.org,big,2021-12-07T00:00:00Z,\n"))
        .success();
    sandbox.load("stream", "streams.csv", STREAMS.replace("500", "700")).success();
    let sql = "UPDATE load SET version = '0.0.0', started_at = printf('2021-12-%02dT05:59:00Z', id),
        finished_at = printf('2021-12-%02dT06:00:00Z', id)";
    sandbox.connect().execute(sql, []).unwrap();
    sandbox
}

const LONG: &str = "A film that takes its time, and yours, and that of everybody in the row behind you.";

const STREAMS: &str = "movie_title,user_email,size_mb,start_at,end_at\n\
    Rush,a@x.org,500,2021-12-06T19:30:19Z,2021-12-06T20:30:19Z\n";

#[test]
fn the_ledger_is_listed_newest_first() {
    let sandbox = loaded();
    sandbox.scli(&["loads"]).snapshot("loads_table");
    sandbox.scli(&["loads", "--format", "csv"]).snapshot("loads_csv");
    sandbox.scli(&["loads", "--format", "json", "--model", "stream", "--limit", "1"]).snapshot("loads_json");
    let formats = ["table", "csv", "tsv", "json", "jsonl", "markdown"];
    for format in formats {
        sandbox.scli(&["loads", "--format", format]).success();
    }
    assert_eq!(sandbox.scli(&["loads", "--limit", "0", "--format", "jsonl"]).success().stdout, "");
    let models = sandbox.scli(&["loads", "--model", "review", "--format", "jsonl"]).success().stdout;
    assert_eq!(models.matches("\"model\":\"review\"").count(), models.lines().count());
    assert_eq!(models.lines().count(), 2);
}

#[test]
fn an_empty_ledger_has_no_rows() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["loads"]).snapshot("loads_without_database");
    sandbox.scli(&["init-db"]).success();
    assert_eq!(sandbox.scli(&["loads", "--format", "json"]).success().stdout, "[]\n");
}

#[test]
fn the_versions_of_a_record_are_shown_with_its_absences() {
    let sandbox = loaded();
    sandbox.scli(&["history", "author", "Josh Johnston"]).snapshot("history_author");
    for format in ["json", "csv", "markdown"] {
        let outcome = sandbox.scli(&["history", "author", "Josh Johnston", "--format", format]).success();
        snapshot(&format!("history_author_{format}"), &outcome.stdout);
    }
    sandbox.scli(&["history", "author", "Mei Tan"]).snapshot("history_of_one_version");
}

#[test]
fn ids_are_found_by_their_first_digits() {
    let sandbox = loaded();
    for model in ["review", "stream"] {
        let id = sandbox.rows(&format!("SELECT id FROM {model}"));
        let (id, prefix) = (id.trim(), id[..6].to_uppercase());
        let outcome = sandbox.scli(&["history", model, &prefix]).success();
        outcome.snapshot(&format!("history_{model}"));
        assert_eq!(sandbox.scli(&["history", model, id]).success().stdout, outcome.stdout);
        let whole = sandbox.scli(&["history", model, id, "--format", "jsonl"]).success().stdout;
        assert_eq!(whole.matches(&format!("\"id\":\"{id}\"")).count(), 2);
        assert!(model == "stream" || whole.contains(LONG), "long text is cut for people only: {whole}");
    }
}

#[test]
fn a_record_that_is_not_there_brings_the_nearest_to_mind() {
    let sandbox = loaded();
    for (model, key, name) in [
        ("author", "josh JOHNSTON", "history_other_case"),
        ("author", "Jash Johnson", "history_near"),
        ("author", "Nobody", "history_unknown"),
        ("stream", "abcdef", "history_unknown_id"),
        ("stream", "Rush", "history_no_id"),
    ] {
        sandbox.scli(&["history", model, key]).snapshot(name);
    }
}
