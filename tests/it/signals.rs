//! Ctrl-C, and a polite request to end.

#![cfg(unix)]

use crate::harness::Sandbox;
use crate::survival::{Random, Scene, rounds};
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

fn send(signal: &str, child: &Child) {
    Command::new("kill").args(["-s", signal, &child.id().to_string()]).output().unwrap();
}

/// Waits until something is so.
#[track_caller]
fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a process listens for signals, and does so for a moment.
fn listens(child: &Child) {
    if cfg!(target_os = "linux") {
        let status = format!("/proc/{}/status", child.id());
        until(|| {
            let status = std::fs::read_to_string(&status).unwrap();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
            u64::from_str_radix(caught.trim(), 16).unwrap() & (1 << (15 - 1)) != 0
        });
        std::thread::sleep(Duration::from_millis(150));
    } else {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// The load was rolled back, and said why it ended.
fn interrupted(scene: &Scene, output: &Output, code: i32) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.ends_with("interrupted; nothing was changed\n"), "{stderr}");
    scene.nothing_is_left();
    assert!(!scene.check(), "nothing was changed");
}

fn last_outcome(scene: &Scene) -> String {
    scene.sandbox.rows("SELECT outcome FROM load ORDER BY id DESC LIMIT 1")
}

fn scene() -> Scene {
    let first = ("stream", "two/internal/streams.csv");
    Scene::new(8000, Some(first), ("stream", "one/internal/streams.csv"))
}

#[test]
fn a_load_from_a_silent_pipe_can_be_ended() {
    let scene = scene();
    let text = std::fs::read(scene.sandbox.path("one/internal/streams.csv")).unwrap();
    // Nothing came yet, part of the header did, some records did.
    for (sent, (signal, code)) in [0, 10, 600_000].into_iter().zip(SIGNALS.into_iter().cycle()) {
        scene.rewind();
        let args = ["load", "--model", "stream", "--collector", "csv", "--config", "-"].map(str::to_owned);
        let mut load = scene.command(&args);
        let mut load = load.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut pipe = load.stdin.take().unwrap();
        pipe.write_all(&text[..sent]).unwrap();
        until(|| scene.sandbox.path("warehouse.db-journal").exists());
        send(signal, &load);
        let output = load.wait_with_output().unwrap();
        drop(pipe);
        interrupted(&scene, &output, code);
        assert_eq!(last_outcome(&scene), "interrupted\n");
        assert!(scene.sandbox.rows("SELECT reason FROM load ORDER BY id DESC").starts_with("interrupted"));
    }
}

/// Whenever the signal comes, the load is either rolled back or was done already.
fn at_any_moment(what: &str, scene: &Scene, usual: u32, soak: u32) {
    let rounds = rounds(usual, soak);
    let moments = Random::new(what).moments(rounds, scene.whole);
    let mut count = 0;
    for (moment, (signal, code)) in moments.zip(SIGNALS.into_iter().cycle()) {
        scene.rewind();
        let load = scene.command(&scene.load).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(moment);
        send(signal, &load);
        let output = load.wait_with_output().unwrap();
        match output.status.code() {
            Some(0) => assert!(scene.check()),
            Some(_) => {
                interrupted(scene, &output, code);
                count += 1;
            }
            // It came before the program listened.
            None => assert!(!scene.check()),
        }
    }
    println!("{what}: {rounds} rounds over {:?}: {count} were interrupted", scene.whole);
    assert!(count > rounds / 4, "most are");
}

#[test]
fn a_load_of_streams_can_be_ended_at_any_moment() {
    at_any_moment("signals, streams", &scene(), 8, 100);
}

#[test]
fn a_load_of_a_dump_can_be_ended_at_any_moment() {
    let mut scene = Scene::new(1000, None, ("review", "one/vendor/reviews.json"));
    // A dump that takes a while.
    let record = |i: u32| {
        format!(
            r#"{{"content": {{"text": "{i}"}}, "rating": {{"rate": 5}}, "movies": [{{"title": "M"}}], "books": [{{"metadata": {{"title": "B"}}}}]}}"#
        )
    };
    let records: Vec<String> = (0..6000).map(record).collect();
    let dump = format!("[{}]", records.join(", "));
    scene.sandbox.write("one/vendor/reviews.json", dump);
    scene.undisturbed();
    at_any_moment("signals, dump", &scene, 8, 100);
}

/// A signal is heeded within a second; what is left is for a machine that has other things to do.
const SOON: Duration = Duration::from_secs(2);

/// Sends a signal to a command that would go on, and waits for its end.
#[track_caller]
fn ended_by(sandbox: &Sandbox, args: &[&str], signal: &str, code: i32) {
    let mut child = sandbox.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    listens(&child);
    assert!(child.try_wait().unwrap().is_none(), "{args:?} ended by itself");
    send(signal, &child);
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > SOON {
            child.kill().unwrap();
            panic!("{args:?} ignores SIG{signal}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
    assert!(stderr.ends_with("interrupted; nothing was changed\n"), "{args:?}: {stderr}");
}

/// Gigabytes in which there is no record, in a file of a few megabytes.
#[test]
fn a_load_of_nothing_but_blanks_can_be_ended() {
    use flate2::{Compression, write::GzEncoder};
    let member = |text: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    let sandbox = Sandbox::new();
    let blanks = |start: &str, blank: u8| {
        [member(start.as_bytes()), member(&vec![blank; 16 << 20]).repeat(10_000_000_000 >> 24)].concat()
    };
    for (model, name, content) in [
        ("movie", "m.csv.gz", blanks("title,duration_mins,original_language,size_mb\n", b'\n')),
        ("stream", "s.csv.gz", blanks("movie_title,user_email,size_mb,start_at,end_at\n", b'\n')),
        ("author", "a.jsonl.gz", blanks("", b'\n')),
        ("author", "a.json.gz", blanks("[", b' ')),
    ] {
        sandbox.write(name, content);
        for (signal, code) in SIGNALS {
            ended_by(&sandbox, &["load", "--model", model, "--config", name], signal, code);
        }
    }
}

#[test]
fn a_pipe_that_nobody_writes_to_can_be_left() {
    let sandbox = Sandbox::with_warehouse();
    assert!(Command::new("mkfifo").arg(sandbox.path("pipe")).status().unwrap().success());
    std::fs::create_dir(sandbox.path("team")).unwrap();
    assert!(Command::new("mkfifo").arg(sandbox.path("team/scli.toml")).status().unwrap().success());
    let load = ["load", "--model", "movie", "--collector", "csv", "--config", "pipe"];
    for (signal, code) in SIGNALS {
        ended_by(&sandbox, &load, signal, code);
        ended_by(&sandbox, &["query", "-f", "pipe"], signal, code);
        ended_by(&sandbox, &["answers", "--check", "pipe"], signal, code);
        ended_by(&sandbox, &["check", "--project", "team"], signal, code);
    }
    // A database is no pipe, and nobody waits for one.
    let outcome = sandbox.scli(&["--db", "pipe", "answers"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.starts_with("error: pipe: is a pipe or a device, not a database\n"));
    // One that somebody writes to is read, by whatever name.
    let movies = "title,duration_mins,original_language,size_mb\nThrough a pipe,1,x,2\n";
    sandbox.write("movies.csv", movies);
    for line in [
        "(sleep 0.2; cat movies.csv > pipe) & scli load --model movie --collector csv --config pipe",
        "cat movies.csv | scli load --model movie --collector csv --config /dev/stdin",
        "cat movies.csv | scli load --model movie --collector csv --config -",
    ] {
        let told = sandbox.shell(line).success().stderr;
        assert!(told.contains("movie   1 read, "), "{told}");
    }
    sandbox.write("one.sql", "SELECT 1 AS one");
    assert_eq!(sandbox.shell("scli query -f /dev/stdin --format csv < one.sql").success().stdout, "one\n1\n");
}

#[test]
fn a_load_that_waits_for_another_can_be_ended() {
    let scene = scene();
    let holder = scene.sandbox.connect();
    for lock in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        for (signal, code) in SIGNALS {
            holder.execute_batch(lock).unwrap();
            let load = scene.command(&scene.load).stderr(Stdio::piped()).spawn().unwrap();
            listens(&load);
            send(signal, &load);
            let output = load.wait_with_output().unwrap();
            holder.execute_batch("ROLLBACK").unwrap();
            interrupted(&scene, &output, code);
        }
    }
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    let scene = scene();
    for (signal, code) in SIGNALS {
        let load = scene.command(&scene.load).stderr(Stdio::piped()).spawn().unwrap();
        until(|| scene.sandbox.path("warehouse.db-journal").exists());
        send(signal, &load);
        send(signal, &load);
        let start = Instant::now();
        let output = load.wait_with_output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(output.status.code(), Some(code));
        assert!(!scene.check(), "nothing was changed");
    }
    scene.rewind();
    scene.converge(false);
}

#[test]
fn what_does_not_load_can_be_ended_too() {
    let scene = scene();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let file = scene.sandbox.write("one/endless.sql", sql);
    let endless = ["query", "-f", file.to_str().unwrap()].map(str::to_owned).to_vec();
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let file = scene.sandbox.write("one/rows.sql", rows);
    let into_file = ["query", "-f", file.to_str().unwrap(), "-o", "one/rows.csv"].map(str::to_owned).to_vec();
    let silent = ["query", "-f", "-"].map(str::to_owned).to_vec();
    let generate = ["generate", "two/much", "--streams", "1000000000"].map(str::to_owned).to_vec();
    for (args, code) in [(endless, 130), (into_file, 130), (silent, 130), (generate, 130)] {
        let mut command = scene.command(&args);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let pipe = child.stdin.take();
        listens(&child);
        send("INT", &child);
        let output = child.wait_with_output().unwrap();
        drop(pipe);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(stderr.contains("interrupted"), "{args:?}: {stderr}");
    }
    let left = crate::survival::names(&scene.sandbox.path("one"));
    assert!(left.iter().all(|name| !name.contains("rows.csv") && !name.ends_with(".part")), "{left:?}");
    let left = crate::survival::names(&scene.sandbox.path("two/much/internal"));
    assert!(left.iter().all(|name| !name.ends_with(".partial")), "{left:?}");
}

/// A table of endless rows with long values, whose drawing takes longer than their reading.
#[test]
fn the_drawing_of_a_table_can_be_ended() {
    let scene = scene();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT zeroblob(16000000) AS a, hex(zeroblob(5000)) AS b, i FROM n";
    let file = scene.sandbox.write("one/wide.sql", sql);
    for (signal, code) in SIGNALS {
        let mut command = scene.command(&["query", "-f", file.to_str().unwrap()].map(str::to_owned));
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        listens(&child);
        send(signal, &child);
        let start = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        // SQLite does not know which signal it was.
        assert!([Some(code), Some(130)].contains(&output.status.code()), "{:?}", output.status);
    }
}
