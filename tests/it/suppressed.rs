//! No source brings back who was forgotten.

use crate::harness::{Sandbox, snapshot};
use serde_json::{Value, json};

const PERSON: &str = "ada@once.example";
const USERS: &str = "first_name,last_name,email\n";
const STREAMS: &str = "movie_title,user_email,size_mb,start_at,end_at\n";

/// A small warehouse with one person forgotten, and one who stays.
fn small() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.load("user", "users.csv", format!("{USERS}Ada,B,{PERSON}\nEve,C,eve@x.org\n")).success();
    sandbox.load("stream", "streams.csv", streams("csv", 1)).success();
    sandbox.scli(&["forget", "user", PERSON]).success();
    sandbox
}

/// Streams of a day: some of the person's, one by one and of a title of theirs alone, among others'.
fn streams(form: &str, day: u32) -> Vec<u8> {
    let mut records = Vec::new();
    for (number, email) in
        ["eve@x.org", PERSON, "Ada@Once.EXAMPLE", "eve@x.org", PERSON, "jim@x.org"].iter().enumerate()
    {
        let title = if number % 3 == 1 { format!("Title {number}") } else { "Known".to_owned() };
        let at = |hour: usize| format!("2021-12-{day:02}T{:02}:00:00Z", hour + number);
        records.push((title, email, number + 1, at(1), at(7)));
    }
    let json = |(title, email, size, start, end): &(String, &&str, usize, String, String)| json!({"movie_title": title, "user_email": email, "size_mb": size, "start_at": start, "end_at": end});
    match form {
        "csv" => {
            let rows = records.iter().map(|(a, b, c, d, e)| format!("{a},{b},{c},{d},{e}\n"));
            (STREAMS.to_owned() + &rows.collect::<String>()).into_bytes()
        }
        "json" => Value::from_iter(records.iter().map(json)).to_string().into_bytes(),
        _ => records.iter().map(|record| json(record).to_string() + "\n").collect::<String>().into_bytes(),
    }
}

/// Nobody has heard of the person.
#[track_caller]
fn nobody_knows(sandbox: &Sandbox) {
    for table in ["user", "user_history", "streaming_user"] {
        assert_eq!(
            sandbox.rows(&format!("SELECT * FROM {table} WHERE lower(email) = '{PERSON}'")),
            "",
            "{table}"
        );
    }
    let bytes = sandbox.database().to_ascii_lowercase();
    let found = memchr::memmem::find_iter(&bytes, PERSON).filter(|at| bytes[at + PERSON.len()] != b'.');
    assert_eq!(found.count(), 0, "but for an address that is longer");
    assert_eq!(sandbox.rows("SELECT title FROM streamed_movie WHERE title = 'Title 1'"), "");
    assert_eq!(sandbox.rows("PRAGMA foreign_key_check"), "");
    let counts = "SELECT id FROM load WHERE outcome = 'done'
        AND read <> inserted + updated + unchanged + older + repeated + rejected + suppressed";
    assert_eq!(sandbox.rows(counts), "");
    let others = "SELECT movie_title FROM stream_history UNION SELECT title FROM streamed_movie
        WHERE id NOT IN (SELECT movie_id FROM stream_fact) AND title <> 'Known'";
    assert_eq!(sandbox.rows(others), "");
}

/// The counts of the last load.
fn counts(sandbox: &Sandbox) -> String {
    sandbox.rows(
        "SELECT read, inserted, unchanged, rejected, vanished, suppressed FROM load ORDER BY id DESC LIMIT 1",
    )
}

#[test]
fn streams_are_suppressed_in_every_way_in() {
    let sandbox = small();
    nobody_knows(&sandbox);
    // The same file again.
    sandbox.scli(&["load", "--model", "stream", "--config", "streams.csv"]).success();
    assert_eq!(counts(&sandbox), "6|0|3|0|0|3\n");
    for (day, form) in (2..).zip(["csv", "json", "jsonl"]) {
        let name = format!("day-{day}.{form}");
        let outcome = sandbox.load("stream", &name, streams(form, day)).success();
        assert!(outcome.stderr.contains(", 3 suppressed"), "{}", outcome.stderr);
        assert_eq!(counts(&sandbox), "6|3|0|0|0|3\n", "{form}");
        let again = sandbox.scli(&["load", "--model", "stream", "--config", &name, "--complete"]).success();
        assert!(again.stderr.contains(" 3 unchanged, 0 rejected, "), "{}", again.stderr);
        assert!(again.stderr.contains(", 3 suppressed"), "{}", again.stderr);
        let unheard = "SELECT count(*) FROM absence WHERE key NOT IN (SELECT id FROM stream)";
        assert_eq!(sandbox.rows(unheard), "0\n", "only who is there can vanish");
    }
    let from_input = sandbox.scli_with_input(
        &["load", "--model", "stream", "--collector", "csv", "--config", "-"],
        &streams("csv", 6),
    );
    assert!(from_input.success().stderr.contains("3 suppressed"));
    // Read ahead, within a delivery.
    sandbox.write("inbox/movies.csv", "title,duration_mins,original_language,size_mb\nKnown,1,x,1\n");
    sandbox.write("inbox/streams.csv", streams("csv", 7));
    sandbox.write("inbox/users.csv", format!("{USERS}Ada,B,{PERSON}\nJim,C,jim@x.org\n"));
    let dry = sandbox.scli(&["sync", "inbox", "--dry-run"]).success();
    dry.snapshot("suppressed_dry_run");
    nobody_knows(&sandbox);
    sandbox.scli(&["sync", "inbox"]).success().snapshot("suppressed_sync");
    nobody_knows(&sandbox);
    assert_eq!(sandbox.rows("SELECT count(DISTINCT user_email) FROM stream"), "2\n");
    assert_eq!(
        sandbox.rows("SELECT max(id) - count(*) FROM streaming_user"),
        "2\n",
        "no load leaves a gap of its own"
    );
    sandbox.scli(&["check", "--deep"]).success();
}

/// Enough for several threads and for sorted runs in temporary files.
#[test]
fn many_streams_are_parsed_by_many() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["-q", "generate", "big", "--streams", "60000", "--seed", "7"]).success();
    sandbox.scli(&["-q", "load", "--model", "stream", "--config", "big/internal/streams.csv"]).success();
    let others =
        |person: &str| format!("SELECT count(*), total(size_mb) FROM stream WHERE user_email <> '{person}'");
    let person = sandbox.rows("SELECT user_email FROM stream GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");
    let person = person.trim_end();
    let theirs = sandbox.rows(&format!("SELECT count(*) FROM stream WHERE user_email = '{person}'"));
    let expected = sandbox.rows(&others(person));
    let fresh = Sandbox::new();
    fresh.scli(&["init-db"]).success();
    fresh.scli(&["forget", "user", person]).success();
    let big = sandbox.path("big/internal/streams.csv");
    fresh.scli(&["load", "--memory", "1", "--model", "stream", "--config", big.to_str().unwrap()]).success();
    assert_eq!(fresh.rows(&others(person)), expected);
    assert_eq!(fresh.rows(&format!("SELECT count(*) FROM stream WHERE user_email = '{person}'")), "0\n");
    assert_eq!(fresh.rows("SELECT suppressed FROM load ORDER BY id DESC LIMIT 1"), theirs);
    fresh.scli(&["check", "--deep"]).success();
}

#[test]
fn users_are_suppressed_in_every_way_in() {
    let sandbox = small();
    let record = |name: &str, email: &str| json!({"first_name": name, "last_name": "L", "email": email});
    let two = [record("Ada", "ADA@once.example "), record("Eve", "eve@x.org")];
    let csv = format!("{USERS}Ada,L,{PERSON}\nEve,L,eve@x.org\n");
    let lines = format!("{}\n{}\n", two[0], two[1]);
    for (name, content) in [("a.csv", csv), ("b.json", json!(two).to_string()), ("c.jsonl", lines)] {
        for more in [&[][..], &["--complete"]] {
            sandbox.load_with("user", name, &content, more).success();
            assert_eq!(
                sandbox
                    .rows("SELECT read, rejected, vanished, suppressed FROM load ORDER BY id DESC LIMIT 1"),
                "2|0|0|1\n",
                "{name} {more:?}"
            );
            nobody_knows(&sandbox);
        }
    }
    // Of an earlier date than what is known.
    let late = format!("{USERS}Ada,M,{PERSON}\nEve,M,eve@x.org\n");
    sandbox.load_with("user", "new.csv", &late, &["--date", "2021-12-02"]).success();
    sandbox.load_with("user", "old.csv", late.replace(",M,", ",O,"), &["--date", "2021-12-01"]).success();
    nobody_knows(&sandbox);
    assert_eq!(sandbox.rows("SELECT older, suppressed FROM load ORDER BY id DESC LIMIT 1"), "1|1\n");
}

/// What breaks a rule is set aside whole: so it must not be, where it is theirs or names them.
#[test]
fn their_broken_records_are_not_set_aside() {
    let sandbox = small();
    let broken =
        format!("{USERS}Ada,B,{PERSON},one more\n,,\nX,Y,,\"{PERSON}\"\nZ\nA,B,ada@once.example.org,x\n");
    let outcome = sandbox.load("user", "broken.csv", broken).success();
    outcome.snapshot("suppressed_broken");
    assert_eq!(counts(&sandbox), "5|0|0|3|0|2\n");
    let escaped = PERSON.replace('@', "\\u0040");
    let lines = format!(
        "{{\"movie_title\":\"T\",\"user_email\":\"{escaped}\",\"size_mb\":\"much\"}}\n\
         {{\"movie_title\":\"T\",\"user_email\":7,\"by\":\"<{PERSON}>\"}}\n\
         {{\"movie_title\":\"T\",\"user_email\":\"eve@x.org\",\"size_mb\":\"much\"}}\n"
    );
    sandbox.load("stream", "broken.jsonl", lines).success();
    assert_eq!(counts(&sandbox), "3|0|0|1|0|2\n");
    let csv = format!("{STREAMS}T,{PERSON},1,never,never\nT,eve@x.org,1,never,never\n");
    sandbox.load("stream", "broken.csv", csv).success();
    assert_eq!(counts(&sandbox), "2|0|0|1|0|1\n");
    // Read ahead.
    let review =
        |text: &str| json!({"content": {"text": text}, "rating": {"rate": 9}, "movies": [], "books": []});
    sandbox.write("inbox/movies.csv", "title,duration_mins,original_language,size_mb\nM,1,x,1\n");
    let known = json!({"name": "B", "pages": 1, "author": "A", "publisher": "P"});
    sandbox.write("inbox/books.json", json!([known, {"name": "", "publisher": PERSON}]).to_string());
    let all = json!([review(&format!("by {PERSON}!")), review("by another"), {"rating": 1}]);
    sandbox.write("inbox/reviews.json", all.to_string());
    sandbox.scli(&["sync", "inbox", "--allow-empty"]).success();
    assert_eq!(
        sandbox.rows("SELECT sum(rejected), sum(suppressed) FROM load WHERE model IN ('book', 'review')"),
        "2|2\n"
    );
    nobody_knows(&sandbox);
    // What a limit says of the file says nothing of them.
    let all_broken = format!("{USERS}Ada,B,{PERSON},x\nZ\n");
    sandbox.load_with("user", "strict.csv", all_broken, &["--strict"]).snapshot("suppressed_strict");
    nobody_knows(&sandbox);
}

/// Also what was set aside, and became theirs by a way that nobody saw.
#[test]
fn what_was_set_aside_is_not_taken_in() {
    let sandbox = small();
    sandbox
        .load("user", "broken.jsonl", "{\"first_name\":\"A\",\"last_name\":7,\"email\":\"x@y.z\"}\n{\"email\":\"eve@x.org\"}\n{\"first_name\":\"J\",\"last_name\":\"K\",\"email\":\"jim@x.org\"}\n")
        .success();
    sandbox
        .connect()
        .execute_batch(&format!(
            "UPDATE reject SET raw = '{{\"first_name\":\"A\",\"last_name\":\"B\",\"email\":\"{PERSON}\"}}' WHERE id = 1"
        ))
        .unwrap();
    let outcome = sandbox.scli(&["rejects", "replay", "--model", "user"]).success();
    snapshot("suppressed_replay", &outcome.told());
    assert_eq!(sandbox.rows("SELECT id, resolved_by FROM reject"), "2|NULL\n");
    assert_eq!(sandbox.rows(&format!("SELECT count(*) FROM user WHERE email = '{PERSON}'")), "0\n");
    assert_eq!(counts(&sandbox), "2|0|0|1|0|1\n");
}
