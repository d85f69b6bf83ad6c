//! Records set aside, and their way back.

use crate::harness::Sandbox;

const HEADER: &str = "size_mb,title,duration_mins,original_language\n";

/// Two bad movies in a file whose columns are in another order, one bad author.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .load("movie", "movies.csv", format!("{HEADER}1,Good,2,X\n1,\"Bad, one\",two,X\n1,Ragged\n"))
        .success();
    sandbox
        .load(
            "author",
            "authors.json",
            r#"[{"metadata": {"name": "Ann", "birth_date": "long ago"}}, {"metadata": {"name": "Bob"}}]"#,
        )
        .success();
    sandbox
}

#[test]
fn rejects_are_listed_and_shown() {
    let sandbox = sandbox();
    sandbox.scli(&["rejects", "list"]).success().snapshot("rejects_list");
    sandbox.scli(&["rejects", "list", "--model", "author", "--format", "json"]).success();
    sandbox.scli(&["rejects", "show", "1"]).success().snapshot("rejects_show");
    sandbox.scli(&["rejects", "show", "99"]).snapshot("rejects_show_unknown");
    let list = sandbox.scli(&["rejects", "list", "--load", "2", "--format", "jsonl"]).success();
    let record: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    assert_eq!(record["raw"], r#"{"metadata": {"name": "Ann", "birth_date": "long ago"}}"#);
    assert_eq!(record["position"], "$[0]");
}

#[test]
fn what_still_breaks_a_rule_stays_aside() {
    let sandbox = sandbox();
    sandbox.scli(&["rejects", "replay", "-v"]).success().snapshot("rejects_replay_nothing");
    assert_eq!(sandbox.rows("SELECT count(*) FROM reject WHERE resolved_by IS NULL"), "3\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "2\n", "nothing taken, nothing in the ledger");
}

/// A rule that was too strict is simulated by a record that was set aside and is sound.
#[test]
fn what_keeps_the_rules_now_is_taken_in() {
    let sandbox = sandbox();
    sandbox.connect().execute_batch("UPDATE reject SET raw = '3,Mended,4,X' WHERE id = 2").unwrap();
    sandbox.scli(&["rejects", "replay", "--model", "movie"]).success().snapshot("rejects_replay");
    assert_eq!(
        sandbox.rows("SELECT title, duration_mins, size_mb, load_id FROM movie WHERE title = 'Mended'"),
        "Mended|4|3|3\n"
    );
    assert_eq!(sandbox.rows("SELECT id, resolved_by FROM reject WHERE load_id = 1"), "1|NULL\n2|3\n");
    assert_eq!(
        sandbox.rows("SELECT model, source, collector, complete, inserted FROM load WHERE id = 3"),
        "movie|rejects|replay|0|1\n"
    );
}

#[test]
fn a_replay_never_overwrites_what_is_newer() {
    let sandbox = sandbox();
    sandbox.connect().execute_batch("UPDATE reject SET raw = '3,Good,4,Old' WHERE id = 1").unwrap();
    sandbox.load("movie", "movies.csv", format!("{HEADER}9,Good,9,New\n")).success();
    sandbox.scli(&["rejects", "replay"]).success();
    assert_eq!(sandbox.rows("SELECT original_language FROM movie WHERE title = 'Good'"), "New\n");
    assert_eq!(sandbox.rows("SELECT resolved_by FROM reject WHERE id = 1"), "4\n", "settled by the replay");
    assert_eq!(sandbox.rows("SELECT collector, inserted, repeated FROM load WHERE id = 4"), "replay|0|1\n");

    let aside = "SELECT count(*) AS aside FROM reject WHERE resolved_by IS NULL";
    for (load, expected) in [("3", "aside\n3\n"), ("4", "aside\n2\n")] {
        let args = ["query", "-f", "-", "--format", "csv", "--as-of", load];
        assert_eq!(
            sandbox.scli_with_input(&args, aside.as_bytes()).success().stdout,
            expected,
            "as of {load}"
        );
    }

    // A newer dump that has the record settles it, though it had nothing to write.
    let ann = r#"[{"metadata": {"name": "Ann"}}, {"metadata": {"name": "Bob"}}]"#;
    sandbox.load("author", "authors.json", ann).success();
    sandbox.scli(&["rejects", "replay"]).success();
    assert_eq!(sandbox.rows("SELECT birth_date FROM author WHERE name = 'Ann'"), "NULL\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM reject WHERE id = 3 AND resolved_by IS NOT NULL"), "1\n");
}

#[test]
fn an_export_can_be_mended_and_loaded() {
    let sandbox = sandbox();
    let movies = sandbox.scli(&["rejects", "export", "--model", "movie"]).success();
    assert_eq!(movies.stdout, format!("{HEADER}1,\"Bad, one\",two,X\n1,Ragged\n"));
    movies.snapshot("rejects_export");
    let mended = movies.stdout.replace("two", "2").replace("1,Ragged", "1,Ragged,5,X");
    sandbox.load("movie", "mended.csv", mended).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "3\n");
    // The mended records are known by their titles, as far as they had one.
    sandbox.scli(&["rejects", "replay"]).success();
    assert_eq!(sandbox.rows("SELECT resolved_by FROM reject ORDER BY id"), "4\nNULL\nNULL\n");

    let authors = sandbox.scli(&["rejects", "export", "--model", "author"]).success().stdout;
    sandbox.write("authors.json", authors.replace("long ago", "1956-05-07T00:00:00Z"));
    sandbox.scli(&["load", "--model", "author", "--partial", "--config", "authors.json"]).success();
    assert_eq!(sandbox.rows("SELECT birth_date FROM author WHERE name = 'Ann'"), "1956-05-07T00:00:00Z\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM vanished"), "0\n");
    sandbox.scli(&["rejects", "export", "--model", "book"]).snapshot("rejects_export_nothing");
}

#[test]
fn streams_are_replayed_too() {
    let sandbox = Sandbox::new();
    let row = |size: &str, end: &str| format!("Rush,a@b.c,{size},2021-12-01T00:00:00Z,{end}\n");
    let header = "movie_title,user_email,size_mb,start_at,end_at\n";
    let bad = row("?", "2021-12-01T01:00:00Z") + &row("?", "2021-12-01T02:00:00Z");
    sandbox
        .load("stream", "streams.csv", format!("{header}{bad}{}", row("5", "2021-12-01T03:00:00Z")))
        .success();
    sandbox.connect().execute_batch("UPDATE reject SET raw = replace(raw, '?', '7') WHERE id = 1").unwrap();
    sandbox.load("stream", "streams.csv", format!("{header}{}", row("8", "2021-12-01T02:00:00Z"))).success();
    sandbox.scli(&["rejects", "replay"]).success().snapshot("rejects_replay_streams");
    assert_eq!(sandbox.rows("SELECT size_mb FROM stream ORDER BY end_at"), "7\n8\n5\n");
    assert_eq!(sandbox.rows("SELECT id, resolved_by FROM reject ORDER BY id"), "1|3\n2|3\n");
}

/// What comes malformed every night waits once, as it came last; another fault of it waits beside.
#[test]
fn the_same_record_set_aside_again_waits_once() {
    let sandbox = Sandbox::new();
    let bad = r#"{"metadata": {"name": null}, "nationalities": []}"#;
    let good = |name: &str| format!(r#"{{"metadata": {{"name": "{name}"}}, "nationalities": []}}"#);
    sandbox.load("author", "a.json", format!("[{bad}, {}]", good("A"))).success();
    let nameless = r#"{"name": null, "pages": 1, "author": "A", "publisher": "P"}"#;
    let book = r#"{"name": "B", "pages": 1, "author": "A", "publisher": "P"}"#;
    sandbox.load("book", "b.json", format!("[{nameless}, {book}]")).success();
    sandbox.load("author", "a.json", format!("[{}, {bad}, {bad}]", good("B"))).success();
    let aside = "SELECT id, load_id, resolved_by FROM reject ORDER BY id";
    assert_eq!(sandbox.rows(aside), "1|1|3\n2|2|NULL\n3|3|NULL\n4|3|NULL\n");
    // A dump without it does not say that it was mended.
    sandbox.load("author", "a.json", format!("[{}]", good("C"))).success();
    let other = bad.replace("null", "7");
    sandbox.load("author", "a.json", format!("[{}, {other}]", good("C"))).success();
    assert_eq!(sandbox.rows(aside), "1|1|3\n2|2|NULL\n3|3|NULL\n4|3|NULL\n5|5|NULL\n");
    assert_eq!(sandbox.scli(&["rejects", "list", "--format", "csv"]).success().stdout.lines().count(), 5);
}

#[test]
fn records_are_dismissed_for_a_reason_and_wait_again_if_that_is_undone() {
    let sandbox = Sandbox::new();
    let movies = "title,duration_mins,original_language,size_mb\nA,long,x,1\nB,1,x,wide\nC,1,x,1\n,1,x,1\n";
    sandbox.load("movie", "movies.csv", movies).success();
    sandbox.load("user", "users.csv", "first_name,last_name,email\nA,B,\nA,B,a@x.org\n").success();
    let waiting = || sandbox.rows("SELECT count(*) FROM reject WHERE resolved_by IS NULL");
    assert_eq!(waiting(), "4\n");
    sandbox.scli(&["rejects", "dismiss", "1", "--reason", "a test record"]).success().snapshot("dismiss_one");
    assert_eq!(waiting(), "3\n");
    sandbox.scli(&["rejects", "dismiss", "1", "--reason", "again"]).snapshot("dismiss_settled");
    sandbox.scli(&["rejects", "dismiss", "99", "--reason", "no"]).snapshot("dismiss_unknown");
    sandbox.scli(&["rejects", "dismiss", "--reason", "all"]).snapshot("dismiss_nothing_meant");
    sandbox.scli(&["rejects", "dismiss", "2"]).snapshot("dismiss_no_reason");
    let rule = sandbox.rows("SELECT rule FROM reject WHERE id = 2");
    let by_rule =
        sandbox.scli(&["rejects", "dismiss", "--rule", rule.trim_end(), "--model", "user", "--reason", "x"]);
    assert!(by_rule.success().stderr.contains("nothing was changed"), "a rule and a model both have to hold");
    sandbox.scli(&["rejects", "dismiss", "--model", "user", "--reason", "x"]).success();
    sandbox.scli(&["rejects", "dismiss", "--rule", rule.trim_end(), "--reason", "x"]).success();
    assert_eq!(waiting(), "1\n");
    let reasons = "SELECT kind, model, reason FROM load WHERE kind = 'dismiss' ORDER BY id";
    assert_eq!(sandbox.rows(reasons), "dismiss|movie|a test record\ndismiss|user|x\ndismiss|movie|x\n");
    let loads = sandbox.scli(&["loads", "--limit", "3"]).success().stdout;
    assert!(loads.contains("1 dismissed: a test record"), "{loads}");
    // Dismissed again with the next file, the same record does not wait once more.
    let undo = sandbox.scli(&["undo", "3"]).success();
    assert!(
        undo.stderr.starts_with("movie   load 3: 1 waiting again  rejects  (by load 6)"),
        "{}",
        undo.stderr
    );
    assert_eq!(waiting(), "2\n");
    let undo = sandbox.scli(&["undo", "6"]).success();
    assert!(undo.stderr.starts_with("movie   load 6: 1 no longer waiting  load 3"), "{}", undo.stderr);
    let loads = sandbox.scli(&["loads"]).success().stdout;
    for told in
        ["│ 1 waiting again, undone by load 7 ", "│ 1 no longer waiting ", "│ 1 dismissed: a test record "]
    {
        assert!(loads.contains(told), "{told}: {loads}");
    }
    sandbox.scli(&["undo", "7"]).success();
    let loads = sandbox.scli(&["loads"]).success().stdout;
    assert!(loads.contains("│ 1 dismissed: a test record, undone by load 6 "), "{loads}");
    sandbox.scli(&["rejects", "list", "--format", "csv"]).success();
    sandbox.scli(&["rejects", "replay"]).success();
}

#[test]
fn only_as_many_are_kept_as_asked_for() {
    let sandbox = Sandbox::new();
    let dump =
        r#"[{"metadata": {"name": "Ann"}}, {"metadata": {"name": "Bob"}}, {"metadata": {"name": "Cas"}}]"#;
    sandbox.load("author", "authors.json", dump).success();
    // All three are in the next dump, two of them broken: known records that nobody keeps have not vanished.
    let broken = r#"[{"metadata": {"name": "Ann", "birth_date": "?"}}, {"metadata": {"name": "Bob", "birth_date": "?"}}, {"metadata": {"name": "Cas"}}]"#;
    let outcome = sandbox.load_with("author", "authors.json", broken, &["--keep-rejects", "1"]).success();
    outcome.snapshot("rejects_kept");
    assert_eq!(sandbox.rows("SELECT rejected, vanished FROM load WHERE id = 2"), "2|0\n");
    assert_eq!(sandbox.rows("SELECT path FROM reject WHERE resolved_by IS NULL"), "$[0]\n");
    // What an earlier load kept waits on, and is settled by the same record where that is kept.
    sandbox.load_with("author", "authors.json", broken, &["--keep-rejects", "0"]).success();
    assert_eq!(sandbox.rows("SELECT load_id, resolved_by FROM reject"), "2|NULL\n");
    sandbox.load("author", "authors.json", broken).success();
    assert_eq!(
        sandbox.rows("SELECT load_id, path, resolved_by FROM reject"),
        "2|$[0]|4\n4|$[0]|NULL\n4|$[1]|NULL\n"
    );
    // However few are kept, a source without a sound record is refused.
    let all = r#"[{"metadata": {"name": null}}]"#;
    let outcome = sandbox.load_with("author", "authors.json", all, &["--keep-rejects", "0"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    let json = ["--log-format", "json", "load", "--model", "author", "--config", "authors.json"];
    sandbox.write("authors.json", broken);
    let told: serde_json::Value =
        serde_json::from_str(&sandbox.scli(&[&json[..], &["--keep-rejects", "1"]].concat()).success().stderr)
            .unwrap();
    assert_eq!((&told["rejected"], &told["rejects_kept"]), (&2.into(), &1.into()));
}
