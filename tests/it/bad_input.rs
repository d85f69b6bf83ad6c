//! Sources that are not what they claim to be, and records that break a rule.

use crate::harness::{Outcome, Sandbox};

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";
const STREAM_HEADER: &str = "movie_title,user_email,size_mb,start_at,end_at\n";

/// Loads bad content over a warehouse that has some, and checks that its models are as before.
fn refused(model: &str, name: &str, content: impl AsRef<[u8]>, snapshot: &str) {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    let before = sandbox.models();
    let outcome = sandbox.load(model, name, content);
    outcome.snapshot(snapshot);
    assert_eq!(outcome.code, 1);
    assert_eq!(sandbox.models(), before);
}

/// Loads content whose bad records are set aside, and shows them.
fn set_aside(model: &str, name: &str, content: impl AsRef<[u8]>, snapshot: &str) {
    let sandbox = Sandbox::new();
    let mut outcome = sandbox.load(model, name, content).success();
    outcome.stdout =
        sandbox.rows("SELECT line, byte, path, rule, field, value, message, raw, raw_bytes FROM reject");
    outcome.snapshot(snapshot);
    assert_eq!(sandbox.rows(&format!("SELECT count(*) FROM {model}")), "1\n", "the good record is loaded");
}

#[test]
fn sources_that_cannot_be_opened_leave_nothing() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("folder.csv")).unwrap();
    let load = |config: &str| -> Outcome { sandbox.scli(&["load", "--model", "movie", "--config", config]) };
    load("missing.csv").snapshot("bad_missing_file");
    load("folder.csv").snapshot("bad_directory");
    load("movies").snapshot("bad_unknown_form");
    assert!(!sandbox.path("warehouse.db").exists());
}

#[test]
fn usage_errors_name_what_is_possible() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["load", "--model", "actor", "--config", "actors.csv"]).snapshot("bad_unknown_model");
    sandbox.scli(&["load", "--model", "movie"]).snapshot("bad_no_config");
    sandbox.write("authors.csv", "name\n");
    sandbox.scli(&["load", "--model", "author", "--config", "authors.csv"]).snapshot("bad_nested_in_csv");
    assert!(!sandbox.path("warehouse.db").exists());
}

#[test]
fn csv_without_a_proper_header_is_refused() {
    refused("movie", "m.csv", "", "bad_csv_empty");
    refused("movie", "m.csv", "title,duration_mins\nRush,1\n", "bad_csv_missing_columns");
    refused("movie", "m.csv", "title;duration_mins;original_language;size_mb\n", "bad_csv_semicolons");
    refused(
        "movie",
        "m.csv",
        "title,title,duration_mins,original_language,size_mb\n",
        "bad_csv_duplicate_column",
    );
}

#[test]
fn text_that_is_no_csv_is_refused() {
    refused(
        "movie",
        "m.csv",
        b"title,duration_mins,original_language,size_mb\nAm\xe9lie,1,French,2\n",
        "bad_csv_latin1",
    );
    refused("movie", "m.csv", format!("{MOVIES}\"Cut off,1,X,2\nA,1,X,2\n"), "bad_csv_open_quote");
    refused("movie", "m.csv", b"\xff\xfet\0i\0t\0l\0e\0", "bad_csv_utf16");
    refused("movie", "m.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", "bad_gzip_cut");
}

#[test]
fn broken_json_is_refused() {
    refused("book", "b.json", "", "bad_json_empty");
    refused("book", "b.json", "[{\"name\": \"Dust\",\n \"pages\": }]", "bad_json_broken");
    refused(
        "book",
        "b.json",
        "[{\"name\": \"Dust\", \"pages\": 1, \"author\": \"A\", \"publisher\": \"P\"},",
        "bad_json_cut",
    );
    refused("book", "b.json", "\"a text\"", "bad_json_scalar");
    refused("book", "b.json", "[1, 2, 3]", "bad_json_of_numbers");
    refused("author", "a.json", r#"[{"name": "Dust", "pages": 1}]"#, "bad_json_other_model");
    refused("book", "b.json", "[".repeat(100_000), "bad_json_open_brackets");
    refused("book", "b.json", "[".repeat(100_000) + &"]".repeat(100_000), "bad_json_nested");
    refused("book", "b.jsonl", "{}\n{\"name\": \n", "bad_jsonl_broken");
    refused("book", "b.json", b"[{\"name\": \"\xff\"}]", "bad_json_latin1");
}

#[test]
fn bad_movies_are_set_aside() {
    let rows = "ragged,1\n\
        ragged,1,X,2,3\n\
        ,1,X,2\n\
        \"bad,\nnumber\",long,X,2\n\
        half,1,X,2.5\n\
        nul\0,1,X,2\n\
        \u{1b}[31mred,\u{1b}[2J,\u{202e}X,2\n";
    set_aside("movie", "m.csv", format!("{MOVIES}{rows}"), "set_aside_movies");
}

#[test]
fn bad_streams_are_set_aside() {
    let good = "Rush,a@example.com,1.5,2021-12-06T19:30:19Z,2021-12-07T15:44:38Z\n";
    let rows = "Rush,a@example.com,big,2021-12-06T19:30:19Z,2021-12-07T15:44:38Z\n\
        Rush,a@example.com,inf,2021-12-06T19:30:19Z,2021-12-07T15:44:38Z\n\
        Rush,a@example.com,1,2021-02-29T19:30:19Z,2021-12-07T15:44:38Z\n\
        Rush,a@example.com,1,06/12/2021 19:30,2021-12-07T15:44:38Z\n\
        Rush,a@example.com,1,2021-12-06T19:30:19Z,2021-12-06T20:30:18+0100\n\
        Rush,,1,2021-12-06T19:30:19Z,2021-12-07T15:44:38Z\n";
    set_aside("stream", "s.csv", format!("{STREAM_HEADER}{good}{rows}"), "set_aside_streams");
}

#[test]
fn bad_vendor_records_are_set_aside() {
    let author = r#"[{"metadata": {"name": "A", "birth_date": null}, "nationalities": []},
        {"metadata": {"name": null}, "nationalities": []},
        {"metadata": {"name": "B", "birth_date": "1956-13-01T00:00:00Z"}},
        {"metadata": "C"}, null, {"metadata": {"name": "D\u0000"}}, {"metadata": {"name": "\ud83d"}}]"#;
    set_aside("author", "a.json", author, "set_aside_authors");
    let review = r#"[{"content": {"text": "t"}, "rating": {"rate": 5}, "movies": [{"title": "M"}], "books": [{"metadata": {"title": "B"}}]},
        {"content": {"text": "t"}, "rating": {"rate": 6}, "movies": [{"title": "M"}], "books": [{"metadata": {"title": "B"}}]},
        {"content": {"text": "t"}, "rating": {"rate": 5}, "movies": [{"title": "end"}], "books": [{"metadata": {"title": "B"}}]},
        {"content": {"text": "t"}, "rating": {"rate": 5}, "movies": [{"title": "M"}], "books": []}]"#;
    set_aside("review", "r.json", review, "set_aside_reviews");
}
