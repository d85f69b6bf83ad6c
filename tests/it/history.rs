//! What the vendor changes, drops and brings back.

use crate::harness::{Sandbox, snapshot};

/// A dump of authors: name and nationality of each.
fn authors(records: &[(&str, &str)]) -> String {
    let records: Vec<String> = records
        .iter()
        .map(|(name, slug)| {
            format!(r#"{{"metadata": {{"name": "{name}", "birth_date": null, "died_at": null}}, "nationalities": [{{"slug": "{slug}"}}]}}"#)
        })
        .collect();
    format!("[{}]", records.join(", "))
}

/// The counts of the newest load.
fn counts(sandbox: &Sandbox) -> String {
    sandbox
        .rows("SELECT inserted, updated, unchanged, vanished, reappeared FROM load ORDER BY id DESC LIMIT 1")
}

#[test]
fn an_update_keeps_the_version_it_replaces() {
    let sandbox = Sandbox::new();
    for (nationality, expected) in [
        ("welsh", "1|0|0|0|0\n"),
        ("dutch", "0|1|0|0|0\n"),
        ("dutch", "0|0|1|0|0\n"),
        ("thai", "0|1|0|0|0\n"),
    ] {
        sandbox.load("author", "authors.json", authors(&[("Ann", nationality)])).success();
        assert_eq!(counts(&sandbox), expected);
    }
    assert_eq!(sandbox.rows("SELECT name, nationality, load_id FROM author"), "Ann|thai|4\n");
    assert_eq!(
        sandbox.rows("SELECT name, nationality, load_id, replaced_by FROM author_history ORDER BY load_id"),
        "Ann|welsh|1|2\nAnn|dutch|2|4\n"
    );
}

#[test]
fn two_changes_within_one_file_leave_one_version() {
    let sandbox = Sandbox::new();
    sandbox.load("author", "authors.json", authors(&[("Ann", "welsh")])).success();
    sandbox.load("author", "authors.json", authors(&[("Ann", "dutch"), ("Ann", "thai")])).success();
    assert_eq!(sandbox.rows("SELECT nationality FROM author_history"), "welsh\n");
    assert_eq!(sandbox.rows("SELECT nationality FROM author"), "thai\n");
}

#[test]
fn a_changed_stream_keeps_its_version_too() {
    let sandbox = Sandbox::new();
    let stream = |size: &str| {
        format!(
            "movie_title,user_email,size_mb,start_at,end_at\nRush,a@b.c,{size},2021-12-01T00:00:00Z,2021-12-01T01:00:00Z\n"
        )
    };
    sandbox.load("stream", "streams.csv", stream("1.5")).success();
    sandbox.load("stream", "streams.csv", stream("2.5")).success();
    assert_eq!(
        sandbox.rows("SELECT movie_title, size_mb, load_id, replaced_by FROM stream_history"),
        "Rush|1.5|1|2\n"
    );
}

/// Vanish, vanish again, return unchanged, vanish, return changed, vanish again: each state once.
#[test]
fn records_vanish_and_return_once_each_time() {
    let sandbox = Sandbox::new();
    let both = authors(&[("Ann", "welsh"), ("Bob", "dutch")]);
    let ann = authors(&[("Ann", "welsh")]);
    let other_bob = authors(&[("Ann", "welsh"), ("Bob", "thai")]);
    let steps = [
        (&both, "2|0|0|0|0\n", ""),
        (&ann, "0|0|1|1|0\n", "2|NULL\n"),
        (&ann, "0|0|1|0|0\n", "2|NULL\n"),
        (&both, "0|0|2|0|1\n", "2|4\n"),
        (&both, "0|0|2|0|0\n", "2|4\n"),
        (&ann, "0|0|1|1|0\n", "2|4\n6|NULL\n"),
        (&other_bob, "0|1|1|0|1\n", "2|4\n6|7\n"),
        (&ann, "0|0|1|1|0\n", "2|4\n6|7\n8|NULL\n"),
        (&ann, "0|0|1|0|0\n", "2|4\n6|7\n8|NULL\n"),
    ];
    for (dump, expected, absences) in steps {
        sandbox.load("author", "authors.json", dump).success();
        assert_eq!(counts(&sandbox), expected);
        let found = sandbox.rows(
            "SELECT vanished_in, returned_in FROM absence WHERE model = 'author' AND key = 'Bob' ORDER BY 1",
        );
        assert_eq!(found, absences);
        assert_eq!(sandbox.rows("SELECT count(*) FROM author"), "2\n", "no record is lost");
    }
    assert_eq!(sandbox.rows("SELECT model, key, vanished_in FROM vanished"), "author|Bob|8\n");
    assert_eq!(sandbox.rows("SELECT nationality FROM author WHERE name = 'Bob'"), "thai\n");
}

#[test]
fn a_record_that_was_set_aside_has_not_vanished() {
    let sandbox = Sandbox::new();
    sandbox.load("author", "authors.json", authors(&[("Ann", "welsh"), ("Bob", "dutch")])).success();
    let broken = r#"[{"metadata": {"name": "Ann", "birth_date": "long ago"}, "nationalities": []}]"#;
    sandbox
        .load_with("author", "authors.json", broken, &["--allow-empty"])
        .success()
        .snapshot("vanish_but_not_rejected");
    assert_eq!(sandbox.rows("SELECT key FROM vanished"), "Bob\n");

    let book =
        |pages: &str| format!(r#"[{{"name": "Dust", "pages": {pages}, "author": "A", "publisher": "P"}}]"#);
    sandbox.load("book", "books.json", book("1")).success();
    sandbox.load_with("book", "books.json", book("null"), &["--allow-empty"]).success();
    let review = |books: &str| {
        format!(
            r#"[{{"content": {{"text": "t"}}, "rating": {{"rate": 5}}, "movies": [{{"title": "M"}}], "books": {books}}}]"#
        )
    };
    sandbox.load("review", "reviews.json", review(r#"[{"metadata": {"title": "B"}}]"#)).success();
    sandbox.load_with("review", "reviews.json", review("[]"), &["--allow-empty"]).success();
    assert_eq!(sandbox.rows("SELECT key FROM vanished"), "Bob\n");
}

#[test]
fn internal_files_are_parts_and_flags_override_it() {
    let sandbox = Sandbox::new();
    let users = |names: &[&str]| {
        let rows: Vec<String> = names.iter().map(|name| format!("{name},X,{name}@x.y\n")).collect();
        format!("first_name,last_name,email\n{}", rows.concat())
    };
    sandbox.load("user", "users.csv", users(&["ann", "bob"])).success();
    sandbox.load("user", "users.csv", users(&["ann"])).success();
    assert_eq!(counts(&sandbox), "0|0|1|0|0\n");
    sandbox.scli(&["load", "--model", "user", "--config", "users.csv", "--complete"]).success();
    assert_eq!(counts(&sandbox), "0|0|1|1|0\n");
    assert_eq!(sandbox.rows("SELECT complete FROM load"), "0\n0\n1\n");

    sandbox.load("author", "authors.json", authors(&[("Ann", "welsh"), ("Bob", "dutch")])).success();
    sandbox.write("authors.json", authors(&[("Ann", "welsh")]));
    sandbox.scli(&["load", "--model", "author", "--config", "authors.json", "--partial"]).success();
    assert_eq!(counts(&sandbox), "0|0|1|0|0\n");
}

#[test]
fn streams_vanish_from_a_complete_dump_and_return() {
    let sandbox = Sandbox::new();
    let row = |hour: u32, size: &str| {
        format!("Rush,a@b.c,{size},2021-12-01T{hour:02}:00:00Z,2021-12-01T{hour:02}:30:00Z\n")
    };
    let header = "movie_title,user_email,size_mb,start_at,end_at\n";
    let load = |rows: &str| {
        sandbox.write("streams.csv", format!("{header}{rows}"));
        let load = ["load", "--model", "stream", "--config", "streams.csv", "--complete", "--allow-empty"];
        sandbox.scli(&load).success();
        counts(&sandbox)
    };
    let all: String = (1..=5).map(|hour| row(hour, "1")).collect();
    assert_eq!(load(&all), "5|0|0|0|0\n");
    assert_eq!(load(&(row(2, "1") + &row(4, "9"))), "0|1|1|3|0\n");
    assert_eq!(load(&(row(2, "1") + &row(4, "9") + &row(5, "not a number"))), "0|0|2|0|0\n");
    assert_eq!(load(&all), "0|1|4|0|3\n");
    assert_eq!(load(&(row(1, "?") + &row(2, "1"))), "0|0|1|3|0\n");
    assert_eq!(load(""), "0|0|0|2|0\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM stream"), "5\n");
}

#[test]
fn a_dump_that_lacks_too_much_is_refused() {
    let sandbox = Sandbox::new();
    let names = ["Ann", "Bob", "Cyd", "Dee"].map(|name| (name, "welsh"));
    sandbox.load("author", "authors.json", authors(&names)).success();
    let before = sandbox.models();
    sandbox.write("authors.json", authors(&names[..2]));
    let load = |limit: &str| {
        sandbox.scli(&["load", "--model", "author", "--config", "authors.json", "--max-vanished", limit])
    };
    load("1").snapshot("vanished_too_many");
    load("49%").snapshot("vanished_too_large_a_share");
    load("half").snapshot("vanished_bad_limit");
    assert_eq!(sandbox.models(), before);
    assert_eq!(
        sandbox.rows("SELECT outcome, reason FROM load WHERE id > 1 LIMIT 1"),
        "refused|authors.json: lacks 2 of 4 known records, 1 allowed\n"
    );
    load("50%").success();
    load("0").success();
}

#[test]
fn a_failed_load_is_in_the_ledger_with_its_reason() {
    let sandbox = Sandbox::new();
    sandbox.load("book", "books.json", "[{]").snapshot("ledger_failed_load");
    assert_eq!(
        sandbox
            .rows("SELECT id, model, source, outcome, reason, inserted, finished_at IS NOT NULL FROM load"),
        "1|book|books.json|failed|books.json: line 1, column 3: broken JSON: key must be a string|0|1\n"
    );
    // A dry run and a source that cannot be opened are not loads.
    sandbox.scli(&["load", "--model", "book", "--config", "books.json", "--dry-run"]);
    sandbox.scli(&["load", "--model", "book", "--config", "nothing.json"]);
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "1\n");
}

#[test]
fn a_dry_run_says_what_would_be_and_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("in/authors.json", authors(&[("Ann", "welsh"), ("Bob", "dutch")]));
    sandbox.scli(&["sync", "in", "--dry-run"]).success().snapshot("dry_run_without_database");
    assert!(!sandbox.path("warehouse.db").exists());

    sandbox.scli(&["sync", "in", "-q"]).success();
    let before = std::fs::read(sandbox.path("warehouse.db")).unwrap();
    let changed = authors(&[("Ann", "thai"), ("Cyd", "welsh"), ("", "")]);
    sandbox.write("in/authors.json", changed);
    let load = ["load", "--model", "author", "--config", "in/authors.json", "--dry-run"];
    sandbox.scli(&load).success().snapshot("dry_run");
    let json = sandbox.scli(&[&load[..], &["--log-format", "json"]].concat()).success().stderr;
    let mut report: serde_json::Value = serde_json::from_str(&json).unwrap();
    report["seconds"].take();
    snapshot("dry_run_json", &serde_json::to_string_pretty(&report).unwrap());
    assert_eq!(std::fs::read(sandbox.path("warehouse.db")).unwrap(), before);
}

#[test]
fn a_dry_run_does_not_migrate() {
    let sandbox = Sandbox::new();
    let old = include_str!("../../migrations/V1__warehouse.sql");
    sandbox.connect().execute_batch(old).unwrap();
    let before = std::fs::read(sandbox.path("warehouse.db")).unwrap();
    sandbox.write("authors.json", authors(&[("Ann", "welsh")]));
    sandbox
        .scli(&["load", "--model", "author", "--config", "authors.json", "--dry-run"])
        .snapshot("dry_run_old_schema");
    assert_eq!(std::fs::read(sandbox.path("warehouse.db")).unwrap(), before);
}
