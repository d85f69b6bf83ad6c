//! A person who is forgotten is gone, from every date, as if no file had ever had them.

use crate::harness::{Sandbox, challenge, copy, project, rows, snapshot};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// Names that nobody else has.
pub const NAMES: [&str; 2] = ["Xanthippe", "Zebulonia"];

/// Loads a folder of data, and then what happens to its people in the course of time; without the person, if `with`
/// does not say so, who then has never been in any file. Returns the person.
pub fn live(sandbox: &Sandbox, data: &Path, with: bool) -> String {
    let read = |name: &str| std::fs::read_to_string(data.join(name)).unwrap();
    let (users, streams) = (read("internal/users.csv"), read("internal/streams.csv"));
    let person = most_streams(data);
    let loud = person.to_uppercase();
    let is_theirs = |line: &str| line.to_lowercase().replace("\\u0040", "@").contains(&person);
    let load = |model: &str, name: &str, content: String, more: &[&str]| {
        let whole: String =
            content.lines().filter(|line| with || !is_theirs(line)).map(|line| format!("{line}\n")).collect();
        sandbox.load_with(model, name, whole, more).success();
    };
    copy(data, &sandbox.path("first"));
    for (name, content) in [("users.csv", &users), ("streams.csv", &streams)] {
        let kept: String =
            content.lines().filter(|line| with || !is_theirs(line)).map(|line| format!("{line}\n")).collect();
        sandbox.write("first/internal/seen", "");
        std::fs::remove_file(sandbox.path(&format!("first/internal/{name}"))).unwrap();
        sandbox.write(&format!("first/internal/{name}"), kept);
    }
    sandbox.scli(&["sync", "first"]).success();

    // Other names, and the address in another case.
    let mut changed = "first_name,last_name,email,note\n".to_owned();
    for (number, line) in users.lines().skip(1).enumerate() {
        if number % 9 == 0 || is_theirs(line) {
            let (names, email) = line.rsplit_once(',').unwrap();
            let first = if is_theirs(line) { NAMES[0] } else { "Other" };
            let last = names.rsplit_once(',').unwrap().1;
            writeln!(changed, "{first},{last},{email},note {number}").unwrap();
        }
    }
    writeln!(changed, "{},Loud,{loud},of {person}", NAMES[1]).unwrap();
    load("user", "users-2.csv", changed, &[]);

    // Other sizes, a title of theirs alone, and one that others stream later.
    let other = users.lines().nth(5).unwrap().rsplit_once(',').unwrap().1;
    let header = "movie_title,user_email,size_mb,start_at,end_at";
    let mut changed = format!("{header}\n");
    for (number, line) in streams.lines().skip(1).enumerate() {
        if !line.contains('"') && (number % 50 == 0 || is_theirs(line)) {
            let fields: Vec<&str> = line.split(',').collect();
            let [title, email, size, start, end] = fields[..] else { continue };
            let size = size.parse::<f64>().unwrap() + 2.5;
            writeln!(changed, "{title},{email},{size},{start},{end}").unwrap();
        }
    }
    let at = |day: u32| format!("2021-12-{day:02}T10:00:00Z,2021-12-{day:02}T23:00:00Z");
    for (title, email, day) in
        [("Of Theirs Alone", &loud, 3), ("Theirs First", &person, 4), ("Theirs First", &loud, 30)]
    {
        writeln!(changed, "{title},{email},77777.5,{}", at(day)).unwrap();
    }
    // A day that nobody else streams on.
    writeln!(changed, "Theirs First,{person},1,2019-01-01T00:00:00Z,2019-01-02T00:00:00Z").unwrap();
    load("stream", "streams-2.csv", changed, &[]);
    load("stream", "streams-3.csv", format!("{header}\nTheirs First,{other},1,{}\n", at(5)), &[]);

    // A dump that lacks many of their streams, and one that has them again; so of the users.
    let half = |text: &str| text.lines().step_by(2).map(|line| format!("{line}\n")).collect::<String>();
    load("stream", "half.csv", half(&streams), &["--complete"]);
    load("stream", "whole.csv", streams.clone(), &["--complete"]);
    let others: String =
        users.lines().filter(|line| !is_theirs(line)).map(|line| format!("{line}\n")).collect();
    load("user", "half-users.csv", half(&others), &["--complete"]);
    load("user", "whole-users.csv", users.clone(), &["--complete"]);

    // Records that are set aside: theirs, and others'.
    load(
        "user",
        "broken.csv",
        format!(
            "first_name,last_name,email\nA,B,{other},{person}\nNo,Mail,\nC,{person}\nD,E,f@g.h\nX,{loud},\n"
        ),
        &["--allow-empty"],
    );
    let when = "\"start_at\":\"2021-12-01T00:00:00Z\",\"end_at\"";
    let escaped = person.replace('@', "\\u0040");
    load(
        "stream",
        "broken.jsonl",
        format!(
            "{{\"movie_title\":\"T\",\"user_email\":\"{escaped}\",\"size_mb\":1,{when}:\"never\"}}\n\
             {{\"movie_title\":\"T\",\"user_email\":\"{other}\",\"size_mb\":1,{when}:\"never\"}}\n\
             {{\"movie_title\":\"\",\"user_email\":\"{loud}\",\"size_mb\":1,{when}:\"2021-12-02T00:00:00Z\"}}\n"
        ),
        &["--allow-empty"],
    );
    person
}

/// The address with the most streams in a folder of data.
fn most_streams(data: &Path) -> String {
    let sandbox = Sandbox::new();
    sandbox.scli(&["sync", data.to_str().unwrap()]).success();
    let most = sandbox.rows("SELECT user_email FROM stream GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");
    most.trim_end().to_owned()
}

/// All that a warehouse knows, but for the numbers of titles and addresses, and the places of records in files.
pub fn known(sandbox: &Sandbox) -> String {
    let connection = sandbox.connect();
    [
        "SELECT * FROM movie ORDER BY 1",
        "SELECT * FROM movie_history ORDER BY 1, load_id",
        "SELECT * FROM user ORDER BY 1",
        "SELECT * FROM user_history ORDER BY 1, load_id",
        "SELECT * FROM author ORDER BY 1",
        "SELECT * FROM book ORDER BY 1",
        "SELECT * FROM review ORDER BY 1",
        "SELECT * FROM stream ORDER BY 1",
        "SELECT id, size_mb, load_id FROM stream_fact ORDER BY 1",
        "SELECT * FROM stream_history ORDER BY 1, load_id",
        "SELECT title, title_key, load_id FROM streamed_movie ORDER BY 1",
        "SELECT title, title_key, load_id, replaced_by FROM streamed_movie_history ORDER BY 1",
        "SELECT email, load_id FROM streaming_user ORDER BY 1",
        "SELECT email, load_id, replaced_by FROM streaming_user_history ORDER BY 1",
        "SELECT * FROM absence ORDER BY 1, 2, 3",
        "SELECT model, key, vanished_in FROM vanished ORDER BY 1, 2",
        "SELECT * FROM stream_by_day ORDER BY 1",
        "SELECT * FROM stream_by_size ORDER BY 1",
        "SELECT load_id, rule, field, value, message, raw, raw_bytes, resolved_by FROM reject ORDER BY id",
    ]
    .map(|sql| format!("{sql}\n{}", rows(&connection, sql)))
    .join("\n")
}

/// Whether a text stands somewhere in the database's bytes, in any case.
pub fn stands_in(sandbox: &Sandbox, text: &str) -> bool {
    let (bytes, text) = (sandbox.database().to_ascii_lowercase(), text.to_ascii_lowercase());
    memchr::memmem::find(&bytes, text.as_bytes()).is_some()
}

#[track_caller]
pub fn sound(sandbox: &Sandbox) {
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
    assert_eq!(sandbox.rows("PRAGMA foreign_key_check"), "");
    for table in ["stream_by_day", "stream_by_size"] {
        let differs = format!("SELECT * FROM {table} EXCEPT SELECT * FROM {table}_counted");
        assert_eq!(sandbox.rows(&differs), "");
    }
    sandbox.scli(&["check", "--deep"]).success();
    assert_eq!(sandbox.names().iter().filter(|name| name.contains("journal")).count(), 0);
}

/// Forgets the person of a warehouse that has lived, and compares it with one that never had them.
fn as_if_never_there(data: &Path) {
    let (sandbox, never) = (Sandbox::new(), Sandbox::new());
    let person = live(&sandbox, data, true);
    live(&never, data, false);
    let loads: i64 = sandbox.rows("SELECT max(id) FROM load").trim().parse().unwrap();
    assert!(known(&sandbox) != known(&never));
    assert!(stands_in(&sandbox, &person) && NAMES.iter().all(|name| stands_in(&sandbox, name)));
    let before = sandbox.database();
    let dry = sandbox.scli(&["forget", "user", &person, "--dry-run"]).success();
    assert!(sandbox.database() == before, "a dry run changes nothing");
    let done = sandbox.scli(&["forget", "user", &person.to_uppercase()]).success();
    let told = |text: &str| text.replace("would forget", "forgot").split(';').next().unwrap().to_owned();
    assert_eq!(told(&done.stderr), told(&dry.stderr.replace("  (dry run: nothing was changed)\n", ";")));
    assert!(!done.stderr.to_lowercase().contains(&person), "{}", done.stderr);

    let (found, expected) = (known(&sandbox), known(&never));
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
    assert!(!stands_in(&sandbox, &person), "{}", done.stderr);
    assert!(!NAMES.iter().any(|name| stands_in(&sandbox, name)));
    sound(&sandbox);
    // From every date.
    for load in 0..=loads {
        let moment = load.to_string();
        let as_of: &[&str] = if load > 0 { &["--as-of", &moment] } else { &[] };
        for args in [&["answers", "--format", "csv"][..], &["query", "-f", "count.sql", "--format", "csv"]] {
            let sql = "SELECT (SELECT count(*) FROM stream), (SELECT count(*) FROM user), (SELECT count(*) FROM streamed_movie),
                (SELECT sum(streams) FROM stream_by_day), (SELECT sum(streams) FROM stream_by_size),
                (SELECT count(*) FROM streaming_user), (SELECT count(*) FROM stream_history)";
            let [found, expected] = [&sandbox, &never].map(|sandbox| {
                sandbox.write("count.sql", sql);
                sandbox.scli(&[args, as_of].concat()).success().stdout
            });
            assert_eq!(found, expected, "{args:?} as of {load}");
        }
    }
    let unknown = sandbox.scli(&["history", "user", &person]);
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);
    let ledger = sandbox.rows(
        "SELECT l.id, l.model, l.source, l.kind, l.collector, l.read, l.removed > 1, d.source, d.date
         FROM load AS l JOIN delivery AS d ON d.id = l.delivery_id WHERE l.kind = 'forget'",
    );
    let [first, second] = [loads + 1, loads + 2];
    assert_eq!(
        ledger,
        format!(
            "{first}|user|forget|forget|forget|0|1|forget|NULL\n{second}|stream|forget|forget|forget|0|1|forget|NULL\n"
        )
    );
    assert_eq!(sandbox.rows("SELECT count(*), sum(wiped), length(digest) FROM forgotten"), "1|1|32\n");
    assert_eq!(sandbox.rows("SELECT count(*), length(key) FROM forget_key"), "1|32\n");
}

#[test]
fn it_is_as_if_they_had_never_been_there() {
    as_if_never_there(&project("data"));
}

#[test]
fn it_is_so_of_the_real_files() {
    let Some(dir) = challenge() else { return };
    as_if_never_there(&dir);
}

/// The ledger keeps no address: not in the names of sources, in headers, in columns, or in why something failed.
#[test]
fn the_ledger_loses_the_address() {
    let sandbox = Sandbox::with_warehouse();
    let person = "ada@once.example";
    let header = "first_name,last_name,email";
    sandbox.load("user", "Ada@once.example/users.csv", format!("{header}\nA,B,{person}\n")).success();
    let refused = format!("{header}\nA,B,x@y.z,{person}\n");
    assert_eq!(sandbox.load_with("user", "refused.csv", refused, &["--strict"]).code, 3);
    let moved = format!("{header},{person}\nA,B,,\nA,B,c@d.e,\n");
    sandbox.load("user", "moved.csv", moved).success();
    sandbox.write(
        "sync/ada@once.example/movies.csv",
        "title,duration_mins,original_language,size_mb\nM,1,x,1\n",
    );
    sandbox.scli(&["sync", "sync/ada@once.example"]).success();
    assert!(stands_in(&sandbox, person));
    let outcome = sandbox.scli(&["forget", "user", "ADA@ONCE.example"]).success();
    outcome.snapshot("forget_ledger");
    assert!(!stands_in(&sandbox, person));
    let sources = "SELECT source, header, unknown, reason FROM load WHERE id > 6 AND kind = 'load'";
    snapshot("forget_ledger_rows", &sandbox.rows(sources));
    // The others' records that were set aside can still be tried again.
    sandbox.scli(&["rejects", "replay"]).success();
    sandbox.scli(&["loads", "--format", "json"]).success();
    sandbox.scli(&["loads", "--deliveries", "--format", "json"]).success();
    sound(&sandbox);
}

/// What others say of a person is theirs: it is told, and left.
#[test]
fn where_the_address_still_stands_is_told() {
    let sandbox = Sandbox::with_warehouse();
    let person = "bob@once.example";
    sandbox
        .load(
            "user",
            "users.csv",
            format!(
                "first_name,last_name,email,boss\nBob,Once,{person},\nof Bob@once.example,X,jim@once.example,\n\
                 Y,Z,eve@once.example,{person}\nA,B,jimbob@once.example,\n"
            ),
        )
        .success();
    sandbox
        .connect()
        .execute_batch(&format!(
            "CREATE VIEW theirs AS SELECT * FROM stream WHERE user_email = '{person}';
             CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('ask {person}')"
        ))
        .unwrap();
    sandbox.scli(&["forget", "user", person, "--dry-run"]).success().snapshot("forget_traces");
    let outcome = sandbox.scli(&["--log-format", "json", "forget", "user", person]).success();
    let event: Value = serde_json::from_str(&outcome.stderr).unwrap();
    assert_eq!((event["left"].as_u64(), event["removed"]["user"].as_u64()), (Some(4), Some(1)));
    assert!(!event.to_string().contains(person), "{event}");
    assert_eq!(sandbox.rows("SELECT count(*) FROM user WHERE email LIKE '%@once.example'"), "3\n");
}

#[test]
fn who_is_unknown_can_be_forgotten_and_what_is_no_address_cannot() {
    let sandbox = Sandbox::with_warehouse();
    let models = sandbox.models();
    let mut told = String::new();
    for args in [
        &["forget", "user", "nobody@x.example", "--dry-run"][..],
        &["forget", "user", "nobody@x.example"],
        &["forget", "user", "Nobody@X.example"],
        &["forget", "user", "nobody"],
        &["forget", "user", ""],
        &["--db", "missing.db", "forget", "user", "nobody@x.example"],
        &["loads", "--limit", "2"],
    ] {
        writeln!(told, "# scli {}\n{}", args.join(" "), sandbox.scli(args).told()).unwrap();
    }
    snapshot("forget_unknown", &hide_times(&told));
    let from_input = sandbox.scli_with_input(&["forget", "user", "-"], b"somebody@x.example\n").success();
    assert!(from_input.stderr.contains("knows nothing of this person"), "{}", from_input.stderr);
    assert_eq!(sandbox.rows("SELECT count(*), min(wiped) FROM forgotten"), "2|1\n");
    assert_eq!(sandbox.models(), models);
    assert_eq!(sandbox.names(), ["warehouse.db"]);
}

fn hide_times(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        match line.find("Z │").filter(|at| *at > 19) {
            Some(at) => writeln!(shown, "{}[finished_at]{}", &line[..at - 19], &line[at + 1..]).unwrap(),
            None => writeln!(shown, "{line}").unwrap(),
        }
    }
    shown
}

#[test]
fn a_sealed_copy_forgets_nobody() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["seal", "copy.db"]).success();
    let before = std::fs::read(sandbox.path("copy.db")).unwrap();
    let outcome = sandbox.scli(&["--db", "copy.db", "forget", "user", "a@b.c"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("is a sealed copy"), "{}", outcome.stderr);
    assert!(std::fs::read(sandbox.path("copy.db")).unwrap() == before);
    // One made later knows who was forgotten.
    sandbox.scli(&["forget", "user", "a@b.c"]).success();
    sandbox.scli(&["seal", "--force", "copy.db"]).success();
    sandbox.scli(&["--db", "copy.db", "unseal"]).success();
    sandbox.write("users.csv", "first_name,last_name,email\nA,B,a@b.c\n");
    let load =
        sandbox.scli(&["--db", "copy.db", "load", "--model", "user", "--config", "users.csv"]).success();
    assert!(load.stderr.contains("1 suppressed"), "{}", load.stderr);
}
