//! Sealed copies: whole or not at all, with the answers in them, and closed to loads.

use crate::harness::{Outcome, Sandbox, has, project, rows, snapshot};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};
#[cfg(unix)]
use std::{
    process::{Command, Stdio},
    time::Duration,
};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A warehouse and its sealed copy `out.db`.
fn sealed() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["seal", "out.db"]).success();
    sandbox
}

#[test]
fn its_hash_is_told_for_people_and_for_programs() {
    let sandbox = Sandbox::with_warehouse();
    let before = sandbox.database();
    let outcome = sandbox.scli(&["seal", "out.db"]).success();
    let bytes = std::fs::read(sandbox.path("out.db")).unwrap();
    let line = format!("{}  out.db\n", sha256(&bytes));
    assert_eq!(outcome.stdout, line);
    let report = format!("out.db: sealed as of load 6, 6 answers, {} bytes, checked\n", bytes.len());
    assert_eq!(outcome.stderr, report);
    if has("sha256sum") {
        let odd =
            sandbox.shell("scli -q seal 'a\\b.db' > sums; scli -q seal out2.db >> sums; sha256sum -c sums");
        assert_eq!((odd.code, odd.stderr.as_str()), (0, ""), "{}", odd.stdout);
    }
    let json = sandbox.scli(&["--log-format", "json", "seal", "--force", "out.db"]).success();
    let event: Value = serde_json::from_str(&json.stderr).unwrap();
    let bytes = std::fs::read(sandbox.path("out.db")).unwrap();
    assert_eq!(event["sha256"], sha256(&bytes));
    assert_eq!(event["bytes"], bytes.len());
    assert!(sandbox.database() == before, "the warehouse is only read");
}

#[test]
fn it_is_an_ordinary_compact_and_sound_file() {
    let sandbox = sealed();
    let bytes = std::fs::read(sandbox.path("out.db")).unwrap();
    assert_eq!(bytes[18..20], [1, 1], "no write-ahead log");
    let copy = Connection::open(sandbox.path("out.db")).unwrap();
    for (sql, expected) in [
        ("PRAGMA integrity_check", "ok\n"),
        ("PRAGMA foreign_key_check", ""),
        ("PRAGMA freelist_count", "0\n"),
        ("PRAGMA page_size", "16384\n"),
        ("SELECT count(*) > 5 FROM sqlite_stat1", "1\n"),
        (
            "SELECT version, schema_version = (SELECT user_version FROM pragma_user_version), load_id FROM seal",
            concat!(env!("CARGO_PKG_VERSION"), "|1|6\n"),
        ),
    ] {
        assert_eq!(rows(&copy, sql), expected, "{sql}");
    }
    let loose =
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'
        AND name <> 'refinery_schema_history'";
    assert_eq!(rows(&copy, loose), "");
    assert_eq!(sandbox.names(), ["out.db", "warehouse.db"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(sandbox.path(name)).unwrap().permissions().mode();
        sandbox.scli(&["--db", "other.db", "init-db"]).success();
        assert_eq!(mode("out.db"), mode("other.db"), "as readable as any other file");
    }
}

#[test]
fn it_describes_all_that_is_in_it() {
    let sandbox = sealed();
    let copy = Connection::open(sandbox.path("out.db")).unwrap();
    let there = "SELECT s.name, s.type, c.name, iif(s.type = 'table', c.type, '')
        FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c
        WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite_%' ORDER BY 1, c.cid";
    let told = "SELECT table_name, kind, column_name, iif(kind = 'table', type, '')
        FROM data_dictionary WHERE column_name IS NOT NULL ORDER BY 1, position";
    assert_eq!(rows(&copy, told), rows(&copy, there));
    sandbox.scli(&["--db", "out.db", "schema", "answer"]).success().snapshot("seal_schema");
}

#[test]
fn every_command_that_reads_says_the_same_of_it() {
    let sandbox = sealed();
    for command in [
        "answers --format json",
        "answers --as-of 6 --format json",
        "answers --as-of 3 --receipts",
        "query users_affected_by_outage",
        "query average_stream_duration --as-of 2",
        "loads --format json",
        "history movie Unforgiven",
        "check --deep --format json",
        "rejects list --format json",
        "rejects export --model author",
    ] {
        let args: Vec<&str> = command.split(' ').collect();
        let whole = sandbox.scli(&args);
        let copy = sandbox.scli(&[&["--db", "out.db"], &args[..]].concat());
        assert_eq!(whole.told(), copy.told(), "{command}");
        assert_eq!(copy.code, 0, "{command}: {}", copy.stderr);
    }
}

#[test]
fn every_table_and_view_has_the_columns_and_rows_of_the_warehouse() {
    let sandbox = sealed();
    // Times before 1970, half seconds and sizes below zero are where views of other words might differ.
    sandbox.connect().execute_batch(
        "INSERT INTO stream_fact SELECT -1500001, user_id, movie_id, -1, -0.75, x'00', load_id FROM stream_fact LIMIT 1;
         INSERT INTO stream_fact SELECT start_at + 1, user_id, movie_id, end_at + 999999, 1.5, x'01', load_id
             FROM stream_fact WHERE start_at > 0 LIMIT 3;
         INSERT INTO stream_fact_history SELECT *, load_id FROM stream_fact",
    )
    .unwrap();
    sandbox.scli(&["seal", "--force", "out.db"]).success();
    let (whole, copy) = (sandbox.connect(), Connection::open(sandbox.path("out.db")).unwrap());
    // Of the description the copy has more.
    let names = sandbox.rows(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'
         AND name <> 'data_dictionary'",
    );
    for name in names.lines() {
        for sql in [
            format!("SELECT name FROM pragma_table_info('{name}')"),
            format!("SELECT * FROM \"{name}\" ORDER BY 1, 2"),
        ] {
            assert!(rows(&whole, &sql) == rows(&copy, &sql), "{sql}");
        }
    }
}

#[test]
fn its_answers_are_those_that_the_sql_gives() {
    let sandbox = sealed();
    let json = sandbox.scli(&["--db", "out.db", "answers", "--format", "json"]).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    let copy = Connection::open(sandbox.path("out.db")).unwrap();
    assert_eq!(rows(&copy, "SELECT count(*) FROM answer"), format!("{}\n", answers.len()));
    for (number, answer) in (1..).zip(&answers) {
        let text = |member: &str| answer[member].as_str().unwrap_or("NULL");
        let real = |member: &str| answer[member].as_f64().unwrap();
        assert_eq!(
            rows(&copy, &format!("SELECT question, title, unit, note FROM answer WHERE number = {number}")),
            format!("{}|{}|{}|{}\n", text("question"), text("title"), text("unit"), text("note"))
        );
        let (sql, kept): (String, (f64, f64)) = copy
            .query_row("SELECT sql, published, corrected FROM answer WHERE number = ?1", [number], |row| {
                Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
            })
            .unwrap();
        assert_eq!(kept, (real("published"), real("corrected")));
        // Without its parameters, which then have their defaults, as in a browser.
        let mut statement = copy.prepare(&sql).unwrap();
        let mut found = statement.raw_query();
        let row = found.next().unwrap().unwrap();
        let now: (f64, f64) = (row.get(0).unwrap(), row.get(1).unwrap());
        assert_eq!(now, kept, "{sql}");
        let receipts: String = answer["receipts"]["loads"]
            .as_array()
            .unwrap()
            .iter()
            .map(|load| {
                let text = |member: &str| load[member].as_str().unwrap();
                let (load, time) = (&load["load"], text("finished_at"));
                format!("{load}|{}|{}|{}|{time}\n", text("model"), text("source"), text("sha256"))
            })
            .collect();
        let sql = format!(
            "SELECT load_id, model, source, sha256, finished_at FROM answer_receipt WHERE question = '{}'
             ORDER BY load_id",
            text("question")
        );
        assert_eq!(rows(&copy, &sql), receipts);
    }
}

#[test]
fn the_same_database_gives_the_same_bytes_at_the_same_time() {
    let sandbox = Sandbox::with_warehouse();
    for name in ["a.db", "b.db"] {
        let done = sandbox.command(&["seal", name]).env("SOURCE_DATE_EPOCH", "1640000000").output().unwrap();
        Outcome::from(done).success();
    }
    let (a, b) = (std::fs::read(sandbox.path("a.db")).unwrap(), std::fs::read(sandbox.path("b.db")).unwrap());
    assert!(a == b);
    let copy = Connection::open(sandbox.path("a.db")).unwrap();
    assert_eq!(rows(&copy, "SELECT sealed_at FROM seal"), "2021-12-20T11:33:20.000Z\n");
}

#[test]
fn where_it_must_not_go_nothing_is_changed() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("there.db", "of another");
    sandbox.write("folder/x", "");
    sandbox.write("late.db-journal", "of a database that was");
    sandbox.write("empty.db", "");
    let names = sandbox.names();
    let mut told = String::new();
    let mut tell = |args: &[&str]| {
        told += &format!("# scli {}\n{}\n", args.join(" "), sandbox.scli(args).told());
        assert_eq!(sandbox.names(), names, "{args:?}");
    };
    tell(&["seal", "there.db"]);
    tell(&["seal", "folder"]);
    tell(&["seal", "nowhere/out.db"]);
    tell(&["seal", "warehouse.db"]);
    tell(&["seal", "--force", "folder/../warehouse.db"]);
    tell(&["seal", "--force", "late.db"]);
    tell(&["--db", "missing.db", "seal", "out.db"]);
    tell(&["--db", "missing.db", "unseal"]);
    tell(&["--db", "there.db", "seal", "out.db"]);
    tell(&["--db", "empty.db", "seal", "out.db"]);
    assert_eq!(std::fs::read(sandbox.path("there.db")).unwrap(), b"of another");
    sandbox.scli(&["--db", "new.db", "init-db"]).success();
    let nothing = sandbox.scli(&["--db", "new.db", "seal", "out.db"]);
    told += &format!("# nothing was loaded\n{}", nothing.told());
    snapshot("seal_refused", &told);
    sandbox.scli(&["seal", "--force", "there.db"]).success();
    sandbox.scli(&["--db", "there.db", "answers"]).success();
}

#[test]
fn a_damaged_database_is_not_handed_on() {
    let sandbox = Sandbox::with_warehouse();
    let root: u32 = sandbox
        .connect()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'movie'", [], |row| row.get(0))
        .unwrap();
    let mut bytes = sandbox.database();
    let start = (root as usize - 1) << 14;
    bytes[start + 8..start + 40].fill(0xff);
    sandbox.write("warehouse.db", &bytes);
    let outcome = sandbox.scli(&["seal", "out.db"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("the database is damaged: "), "{}", outcome.stderr);
    assert_eq!(sandbox.names(), ["warehouse.db"]);
}

#[cfg(unix)]
#[test]
fn a_copy_that_does_not_fit_leaves_nothing() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["seal", "whole.db"]).success();
    let blocks = std::fs::metadata(sandbox.path("whole.db")).unwrap().len() / 512;
    for limit in [0, 1, blocks / 2, blocks - 2] {
        let outcome = sandbox.shell(&format!("ulimit -f {limit} && scli seal out.db"));
        assert_eq!(outcome.code, 1, "{limit} of {blocks}: {}", outcome.stderr);
        assert_eq!(sandbox.names(), ["warehouse.db", "whole.db"], "{}", outcome.stderr);
    }
}

#[cfg(unix)]
#[test]
fn who_is_asked_to_end_leaves_the_whole_or_nothing() {
    let sandbox = Sandbox::with_warehouse();
    for wait in [5, 15, 25, 35, 45, 60, 80, 400] {
        let mut child = sandbox.command(&["-q", "seal", "out.db"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
        let status = child.wait().unwrap();
        let names = sandbox.names();
        match status.success() {
            true => {
                assert_eq!(names, ["out.db", "warehouse.db"]);
                sandbox.scli(&["--db", "out.db", "answers"]).success();
                std::fs::remove_file(sandbox.path("out.db")).unwrap();
            }
            false => assert_eq!(names, ["warehouse.db"], "{status} after {wait} ms"),
        }
    }
}

/// Begins to seal, and waits until the part is there.
#[cfg(unix)]
fn under_way(sandbox: &Sandbox) -> std::process::Child {
    let mut command = sandbox.command(&["-q", "seal", "out.db"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let start = std::time::Instant::now();
    while !sandbox.names().iter().any(|name| name.ends_with(".part")) {
        assert!(start.elapsed() < Duration::from_secs(20), "no part came");
    }
    child
}

#[cfg(unix)]
fn send(signal: &str, child: &std::process::Child) {
    Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
}

#[cfg(unix)]
#[test]
fn a_second_signal_at_once_leaves_nothing() {
    for signals in [["-TERM", "-INT"], ["-INT", "-TERM"], ["-TERM", "-TERM"]] {
        let sandbox = Sandbox::with_warehouse();
        let child = under_way(&sandbox);
        let id = child.id();
        // As timeout does, to the process and to its group. Two that are the same may come as one.
        let [first, second] = signals;
        Command::new("sh").args(["-c", &format!("kill {first} {id}; kill {second} {id}")]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!([Some(130), Some(143)].contains(&output.status.code()), "{stderr}");
        assert_eq!(sandbox.names(), ["warehouse.db"]);
    }
}

#[cfg(unix)]
#[test]
fn what_a_killed_seal_leaves_goes_with_the_next() {
    let sandbox = Sandbox::with_warehouse();
    let child = under_way(&sandbox);
    send("-KILL", &child);
    child.wait_with_output().unwrap();
    assert!(sandbox.names().iter().any(|name| name.ends_with(".part")), "{:?}", sandbox.names());
    // Of a machine that shares the folder, of a process that lives, of another copy, and of nobody knows whom.
    let fresh = [".out.db.1-other.AbCdEf.part", ".out.db.mine.part", ".out.db.x.1-other.AbCdEf.part"];
    let old = [".out.db.1-other.FeDcBa.part", ".out.db.1-other.FeDcBa.part-journal", ".out.db.AbCdEf.part"];
    for name in [&fresh[..], &old].concat() {
        sandbox.write(name, "");
    }
    let days_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    for name in ["x.1-other.AbCdEf.part", "mine.part", "1-other.FeDcBa.part", "AbCdEf.part"] {
        let file =
            std::fs::File::options().write(true).open(sandbox.path(&format!(".out.db.{name}"))).unwrap();
        file.set_modified(days_ago).unwrap();
    }
    if !cfg!(target_os = "linux") {
        return;
    }
    sandbox.scli(&["seal", "out.db"]).success();
    assert_eq!(sandbox.names(), [&fresh[..], &["out.db", "warehouse.db"]].concat());
}

#[cfg(unix)]
#[test]
fn of_two_who_seal_one_is_told_that_the_other_was_faster() {
    let sandbox = Sandbox::with_warehouse();
    let child = under_way(&sandbox);
    sandbox.write("out.db", "of the other");
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: out.db: is already there: another process made it meanwhile\n  \
         help: name another file, or replace it with --force\n"
    );
    assert_eq!(std::fs::read(sandbox.path("out.db")).unwrap(), b"of the other");
    assert_eq!(sandbox.names(), ["out.db", "warehouse.db"]);
}

#[test]
fn it_takes_no_loads_until_it_is_a_warehouse_again() {
    let sandbox = sealed();
    let models = sandbox.models();
    std::fs::rename(sandbox.path("out.db"), sandbox.path("warehouse.db")).unwrap();
    let before = sandbox.database();
    let movies = project("data/internal/movies.csv");
    let movies = movies.to_str().unwrap();
    for args in [
        &["init-db"][..],
        &["load", "--model", "movie", "--config", movies],
        &["load", "--model", "movie", "--config", movies, "--dry-run"],
        &["rejects", "replay"],
    ] {
        let outcome = sandbox.scli(args);
        assert_eq!(outcome.code, 1, "{args:?}");
        snapshot("seal_takes_no_loads", &outcome.told());
        assert!(sandbox.database() == before, "{args:?}");
    }
    let outcome = sandbox.scli(&["unseal"]).success();
    assert_eq!(outcome.stderr, "warehouse.db is a warehouse again\n");
    assert_eq!(sandbox.models(), models);
    assert_eq!(sandbox.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'answer%' OR name = 'seal'"), "");
    let again = sandbox.scli(&["load", "--model", "movie", "--config", movies]).success();
    assert!(again.stderr.contains("91 unchanged"), "{}", again.stderr);
    assert_eq!(sandbox.scli(&["unseal"]).success().stderr, "warehouse.db was not sealed\n");
    assert_eq!(sandbox.names(), ["warehouse.db"]);
}

#[test]
fn a_sealed_copy_can_be_sealed_again() {
    let sandbox = sealed();
    sandbox.scli(&["--db", "out.db", "seal", "again.db"]).success();
    let copy = Connection::open(sandbox.path("again.db")).unwrap();
    assert_eq!(rows(&copy, "SELECT count(*), (SELECT count(*) FROM seal) FROM answer"), "6|1\n");
}
