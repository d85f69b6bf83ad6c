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
    refused("movie", "m.csv", "title:duration_mins:original_language:size_mb\n", "bad_csv_colons");
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

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_that_is_filled_up_with_zeros_is_read() {
    let sandbox = Sandbox::new();
    let padded = [gzip(MOVIES), vec![0; 100_000]].concat();
    sandbox.load("movie", "m.csv.gz", &padded).success();
    assert_eq!(sandbox.rows("SELECT title FROM movie"), "Rush\n");
    for more in [b"more".to_vec(), [padded, gzip(MOVIES)].concat()] {
        refused("movie", "m.csv.gz", [gzip(MOVIES), more].concat(), "bad_gzip_followed");
    }
}

/// A file of another kind is told by its first bytes, whatever its name, compressed or not, small or not, alone or
/// in a folder.
#[test]
fn files_of_other_kinds_are_told_as_what_they_are() {
    let zip = |name: &str| [&b"PK\x03\x04"[..], &[0; 26], name.as_bytes(), &[7; 40]].concat();
    let utf16 = |text: &str, low_first: bool| -> Vec<u8> {
        let bytes = |unit: u16| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let mut told = String::new();
    for (content, what) in [
        (zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument file (ods)"),
        (b"PAR1\x15\x04\x15\x10\x15".to_vec(), "a Parquet file"),
        ([&b"movies.csv"[..], &[0; 247], b"ustar\x0000"].concat(), "a tar archive"),
        (b"SQLite format 3\0\x40\0\x01\x01".to_vec(), "an SQLite database"),
        (utf16(MOVIES, true), "text in UTF-16 without a mark that tells it"),
        (utf16(MOVIES, false), "text in UTF-16 without a mark that tells it"),
    ] {
        let sandbox = Sandbox::new();
        let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut compressed, &content).unwrap();
        let compressed = compressed.finish().unwrap();
        for (model, name, content) in [
            ("movie", "in/movies.csv", &content),
            ("book", "in/books.json", &content),
            ("stream", "in/streams.csv", &content),
            ("movie", "in/movies.csv.gz", &compressed),
        ] {
            for args in [&["load", "--model", model, "--config", name][..], &["sync", name]] {
                sandbox.write(name, content);
                let outcome = sandbox.scli(args);
                assert_eq!(outcome.code, 1, "{}", outcome.stderr);
                let message = format!("error: {name}: is {what}, which scli does not read\n  help: ");
                assert!(outcome.stderr.starts_with(&message), "{args:?}: {}", outcome.stderr);
                if name == "in/movies.csv" && args.len() > 2 {
                    told += &outcome.stderr;
                }
            }
        }
        // The whole folder, where files are read ahead.
        let outcome = sandbox.scli(&["sync", "in"]);
        assert!(outcome.stderr.contains(&format!("is {what}, which")), "{}", outcome.stderr);
        // A name that does not tell the form is not what is wrong.
        sandbox.write("movies.data", &content);
        let outcome = sandbox.scli(&["load", "--model", "movie", "--config", "movies.data"]);
        assert!(outcome.stderr.contains(&format!("is {what}, which")), "{}", outcome.stderr);
    }
    crate::harness::snapshot("bad_kinds", &told);
}

#[test]
fn addresses_and_folders_are_told_as_such() {
    let sandbox = Sandbox::new();
    sandbox.write("in/movies.csv", MOVIES);
    let mut told = String::new();
    for config in [
        "https://me:secret@host/m.csv?signed=secret",
        "gs://secret/m.csv",
        "ftp://me:secret@host/m.csv",
        "sftp://me:secret@host/m.csv",
        "kafka://secret:9092/movies",
        "odd://secret",
        "file://elsewhere/m.csv",
        "in",
    ] {
        let outcome = sandbox.scli(&["load", "--model", "movie", "--config", config]);
        assert_eq!(outcome.code, if config == "in" { 1 } else { 2 }, "{}", outcome.stderr);
        told += &outcome.stderr;
    }
    told += &sandbox.scli(&["sync", "gs://secret/in"]).stderr;
    told += &sandbox.scli(&["query", "-f", "http://secret/q.sql"]).stderr;
    assert!(!told.contains("secret"), "{told}");
    crate::harness::snapshot("bad_addresses", &told);
    assert!(!sandbox.path("warehouse.db").exists());

    sandbox.write("in/mo vies.csv", MOVIES);
    for (folder, name) in [("", "in/mo%20vies.csv"), ("localhost", "in/movies.csv")] {
        let address = format!("file://{folder}{}", sandbox.path(name).display());
        sandbox.scli(&["load", "--model", "movie", "--config", &address]).success();
    }
    let path = sandbox.path("in").canonicalize().unwrap();
    sandbox.scli(&["sync", &format!("file://{}", path.display())]).success();
    // The ledger has paths, so that a file is the same by whatever name it is given.
    let known = sandbox.scli(&["sync", path.to_str().unwrap()]).success().stderr;
    assert!(known.contains("nothing new; 1 file known"), "{known}");
}
