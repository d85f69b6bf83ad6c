//! A whole directory at once.

use crate::harness::Sandbox;

#[test]
fn every_models_file_is_found_by_its_name() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a/movie.csv", "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n");
    sandbox.write("in/Users.CSV", "first_name,last_name,email\nAda,Byron,ada@example.com\n");
    sandbox.write("in/books.jsonl", r#"{"name": "Dust", "pages": 1, "author": "A", "publisher": "P"}"#);
    sandbox.write("in/notes.txt", "not ours");
    sandbox.write("in/movies.ods", "not a form we know");
    sandbox.scli(&["sync", "in"]).success().snapshot("sync");
}

#[test]
fn a_directory_without_files_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write("in/notes.txt", "");
    sandbox.scli(&["sync", "in"]).snapshot("sync_nothing");
    sandbox.scli(&["sync", "nowhere"]).snapshot("sync_nowhere");
    sandbox.scli(&["sync", "in/notes.txt"]).snapshot("sync_file");
    assert!(!sandbox.path("warehouse.db").exists());
}

#[test]
fn a_broken_file_refuses_its_delivery_whole() {
    let sandbox = Sandbox::new();
    sandbox.write("in/movies.csv", "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n");
    sandbox.write("in/books.json", "[");
    sandbox.write("in/users.csv", "first_name,last_name,email\nAda,Byron,ada@example.com\n");
    sandbox.scli(&["sync", "in"]).snapshot("sync_partly_broken");
    assert_eq!(sandbox.rows("SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM movie)"), "0|0\n");
    assert_eq!(
        sandbox.rows(
            "SELECT d.outcome, l.model, l.outcome FROM load AS l JOIN delivery AS d ON d.id = l.delivery_id"
        ),
        "failed|book|failed\n",
        "the ledger has the one that failed"
    );
    sandbox.scli(&["sync", "in", "--each-file"]).snapshot("sync_each_file");
    assert_eq!(sandbox.rows("SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM movie)"), "1|1\n");
}

/// With --each-file, files of one model one after the other, with a broken one between them, are as if loaded
/// one by one.
#[test]
fn several_files_of_a_model_are_loaded_in_turn() {
    let sandbox = Sandbox::new();
    let header = "movie_title,user_email,size_mb,start_at,end_at\n";
    let day = |day: u32, size: u32| {
        format!("Rush,ann@example.com,{size},2021-12-{day:02}T19:30:00Z,2021-12-{day:02}T21:30:00Z\n")
    };
    sandbox.write("in/streams.2.csv", format!("{header}{}{}", day(6, 801), day(7, 802)));
    sandbox.write("in/streams.9.csv", "not,ours\n1,2\n");
    sandbox.write("in/streams.10.csv", format!("{header}{}{}", day(7, 803), day(8, 804)));
    for (name, title) in [("movies.1.csv", "Rush"), ("movies.2.csv", "Dust")] {
        let movie = format!("title,duration_mins,original_language,size_mb\n{title},113,Korean,876\n");
        sandbox.write(&format!("in/{name}"), movie);
    }
    assert_eq!(sandbox.scli(&["sync", "in", "--each-file"]).code, 1);
    assert_eq!(
        sandbox.rows("SELECT model, outcome, inserted, updated, unchanged FROM load ORDER BY id"),
        "movie|done|1|0|0\nmovie|done|1|0|0\nstream|done|2|0|0\nstream|failed|0|0|0\nstream|done|1|1|0\n"
    );
    assert_eq!(sandbox.rows("SELECT size_mb FROM stream ORDER BY start_at"), "801\n803\n804\n");
}

/// Small sources are read ahead by a thread of their own. What comes of them is what comes of each alone.
#[test]
fn what_is_read_ahead_is_as_if_it_were_not() {
    let sandbox = Sandbox::new();
    let data = crate::harness::project("data");
    crate::harness::copy(&data, &sandbox.path("in"));
    let change = |name: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(sandbox.path(name)).unwrap();
        assert!(text.contains(from), "{name}");
        std::fs::write(sandbox.path(name), text.replacen(from, to, 1)).unwrap();
    };
    // A broken record and a column that nobody knows, in each form; a mark of the encoding; compressed bytes
    // behind a plain name.
    let streams = std::fs::read_to_string(sandbox.path("in/internal/streams.csv")).unwrap();
    let with_device: String = streams.lines().map(|line| format!("{line},device\n")).collect();
    sandbox.write("in/internal/streams.csv", with_device);
    change("in/internal/movies.csv", ",74,", ",long,");
    change("in/internal/users.csv", "first_name", "\u{feff}first_name");
    change("in/vendor/books.json", "\"pages\":", "\"seen\":1,\"pages\":\"many\",\"was\":");
    let authors = std::fs::read(sandbox.path("in/vendor/authors.json")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &authors).unwrap();
    sandbox.write("in/vendor/authors.json", packed.finish().unwrap());

    let alone = ["movie", "stream", "user", "author", "book", "review"].map(|model| {
        let folder = if ["movie", "stream", "user"].contains(&model) { "internal" } else { "vendor" };
        let end = if folder == "internal" { "csv" } else { "json" };
        let file = format!("in/{folder}/{model}s.{end}");
        sandbox.scli(&["--db", "alone.db", "load", "--model", model, "--config", &file]).success().stderr
    });
    let together = sandbox.scli(&["--db", "together.db", "sync", "in"]).success().stderr;
    assert_eq!(together.lines().count(), alone.concat().lines().count() + 1);
    assert!(together.starts_with(&alone.concat()), "{together}\n{}", alone.concat());
    let content = |name: &str| crate::survival::content(&sandbox.path(name));
    assert_eq!(content("together.db"), content("alone.db"));
    let ledger = |name: &str| {
        let sql = "SELECT id, model, source, sha256, bytes, read, inserted, rejected, unknown FROM load ORDER BY id";
        crate::harness::rows(&rusqlite::Connection::open(sandbox.path(name)).unwrap(), sql)
    };
    assert_eq!(ledger("together.db"), ledger("alone.db"));

    // What is broken is told as ever.
    change("in/vendor/reviews.json", "}", "");
    let load = ["--db", "a.db", "load", "--model", "review", "--config", "in/vendor/reviews.json"];
    let (alone, together) =
        (sandbox.scli(&load).stderr, sandbox.scli(&["--db", "b.db", "sync", "in"]).stderr);
    assert_eq!(together.lines().next(), alone.lines().next());
    assert!(together.contains("in/vendor/reviews.json: line "), "{together}");
}
