//! Small files that unfold to much: none takes more than 256 MiB of memory, or keeps a signal waiting.

#![cfg(unix)]

use crate::deliveries::{MOVIES, STREAMS, USERS};
use crate::harness::{Outcome, Sandbox};
use crate::reading::{bzip2, xz, zip};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::process::{Child, Stdio};
use std::time::Duration;

/// The most memory that a file of less than 20 MB may take, in MiB.
const MOST: u64 = 256;

const MIB: usize = 1 << 20;

/// Texts, each so many times, as gzip.
fn gzip(parts: &[(&str, usize)]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for (text, times) in parts {
        // Not one by one, of which there may be a billion.
        let many = (MIB / text.len()).clamp(1, *times);
        let piece = text.repeat(many);
        for _ in 0..times / many {
            encoder.write_all(piece.as_bytes()).unwrap();
        }
        encoder.write_all(text.repeat(times % many).as_bytes()).unwrap();
    }
    encoder.finish().unwrap()
}

/// The most memory that a process has had so far, in MiB.
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10)
}

/// Runs a command, and fails if it takes more memory than it may. Only Linux tells that while it runs.
#[track_caller]
fn bounded(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let mut command = sandbox.command(args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(&child));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(most <= MOST, "{args:?} took {most} MiB");
    Outcome::from(child.wait_with_output().unwrap())
}

#[track_caller]
fn load(model: &str, name: &str, content: &[u8]) -> (Sandbox, Outcome) {
    assert!(content.len() < 20_000_000, "{}", content.len());
    let sandbox = Sandbox::new();
    sandbox.load("user", "users.csv", format!("{USERS}Ann,A,ann@x.org\n")).success();
    sandbox.write(name, content);
    let before = sandbox.models();
    let outcome = bounded(&sandbox, &["load", "--model", model, "--config", name]);
    if outcome.code != 0 {
        assert_eq!(sandbox.models(), before);
    }
    (sandbox, outcome)
}

#[test]
fn a_record_without_end_is_refused_with_its_place() {
    let name = r#"{"metadata":{"name":""#;
    let much = ("x", 1 << 30);
    for (file, content, message) in [
        ("a.json.gz", gzip(&[("[", 1), (name, 1), much, ("\"}}]", 1)]), "$[0]: a record longer than 16 MiB"),
        (
            "a.json.gz",
            gzip(&[("[", 1), ("{\"metadata\":{\"name\":\"A\"}},\n", 300_000), (name, 1), much]),
            "$[300000]: a record longer than 16 MiB",
        ),
        ("a.json.gz", gzip(&[(name, 1), much]), "$: a record longer than 16 MiB"),
        ("a.json.gz", gzip(&[("\"", 1), much]), "$: a record longer than 16 MiB"),
        ("a.jsonl.gz", gzip(&[("\n", 1), (name, 1), much]), "line 2: a record longer than 16 MiB"),
        ("a.json.gz", gzip(&[("[", 1_000_000_000)]), "$[0]: nests deeper than 1000000 levels"),
        ("a.json.gz", gzip(&[(r#"[{},{"metadata":"#, 1), ("{\"a\":", 1 << 28)]), "$[1]: nests deeper than"),
    ] {
        let (_, outcome) = load("author", file, &content);
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert!(outcome.stderr.starts_with(&format!("error: {file}: {message}")), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("\n  help: "), "{}", outcome.stderr);
    }
    for (model, file, content, message) in [
        ("movie", "m.csv.gz", gzip(&[(MOVIES, 1), ("A,1,x,2\n\"", 1), much]), "line 3: a record longer than"),
        ("stream", "s.csv.gz", gzip(&[(STREAMS, 1), ("\"", 1), much]), "line 2: a record longer than 16 MiB"),
        ("movie", "m.csv.gz", gzip(&[("title", 1), (",", 1 << 30)]), "line 1: a header longer than 1 MiB"),
        (
            "movie",
            "m.csv.gz",
            gzip(&[(MOVIES.trim(), 1), (",a", 20_000), ("\n", 1)]),
            "line 1: a header of 20004",
        ),
    ] {
        let (_, outcome) = load(model, file, &content);
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert!(outcome.stderr.starts_with(&format!("error: {file}: {message}")), "{}", outcome.stderr);
    }
}

/// Whatever a file is compressed by, or wherever in a document its records stand, it is unfolded piece by piece.
#[test]
fn other_archives_and_documents_are_read_in_bounded_memory() {
    let long = ["x".repeat(MIB), "\n".to_owned()].concat();
    let much = [MOVIES, "A,1,x,2\n", &long.repeat(264)].concat().into_bytes();
    for (name, content) in [
        ("m.csv.bz2", bzip2(&much)),
        ("m.csv.xz", xz(&much)),
        ("m.csv.zip", zip(&[("m.csv", much.as_slice())])),
    ] {
        let (sandbox, outcome) = load("movie", name, &content);
        outcome.success();
        assert_eq!(sandbox.rows("SELECT read, rejected FROM load WHERE model = 'movie'"), "265|264\n");
    }
    // The records of an object, and one without an end among them.
    let record = format!("{{\"metadata\":{{\"name\":\"A\"}},\"more\":\"{}\"}},\n", "x".repeat(2000));
    let last = "{\"metadata\":{\"name\":\"B\"}}]}";
    let parts = [("{\"data\":[", 1), (record.as_str(), 10_000), (last, 1)];
    let (sandbox, outcome) = load("author", "a.json.gz", &gzip(&parts));
    outcome.success();
    assert_eq!(sandbox.rows("SELECT name FROM author ORDER BY 1"), "A\nB\n");
    for (parts, place) in [
        (vec![parts[0], parts[1], ("{\"x\":\"", 1), ("x", 1 << 26)], "$.data[10000]: a record longer"),
        (vec![("{\"a\":[1", 1), (",1", 1 << 24)], "$: a record longer than 16 MiB"),
        (
            vec![parts[0], parts[1], (&last[..last.len() - 1], 1), (",\"b\":[{}]}", 1)],
            "several members: data, b",
        ),
    ] {
        let (_, outcome) = load("author", "a.json.gz", &gzip(&parts));
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(place), "{place}: {}", outcome.stderr);
    }
}

/// A file of xz says how much memory it wants: here as much as any may.
#[test]
fn xz_that_wants_much_memory_is_refused() {
    let mut content = xz(format!("{MOVIES}A,1,x,2\n").as_bytes());
    // Behind the header of 12 bytes: its length, flags, the filter, how many bytes say its dictionary, and they.
    let length = (usize::from(content[12]) + 1) * 4;
    assert_eq!(content[14..16], [0x21, 1]);
    content[16] = 40;
    let mut sum = flate2::Crc::new();
    sum.update(&content[12..12 + length - 4]);
    content[12 + length - 4..12 + length].copy_from_slice(&sum.sum().to_le_bytes());
    let (_, outcome) = load("movie", "m.csv.xz", &content);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let message =
        "error: m.csv.xz: is compressed so that to unpack it takes more than 100 MiB of memory\n  help: ";
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
}

#[test]
fn the_longest_records_are_loaded_in_bounded_memory() {
    let long = ("é", 8 * MIB - 100);
    for (model, file, content) in [
        ("author", "a.json.gz", gzip(&[(r#"[{"metadata":{"name":""#, 1), long, (r#""}},{}]"#, 1)])),
        ("author", "a.jsonl.gz", gzip(&[(r#"{"metadata":{"name":""#, 1), long, (r#""}}"#, 1)])),
        ("author", "a.json.gz", gzip(&[(r#"[{"metadata":{"name":"A"},"more":""#, 1), long, (r#""}]"#, 1)])),
        ("movie", "m.csv.gz", gzip(&[(MOVIES, 1), ("\"", 1), long, ("\",1,x,2\n", 1)])),
        ("movie", "m.csv.gz", gzip(&[(MOVIES, 1), ("A,1,x,2\n", 1), (",", 16 * MIB - 100), ("\n", 1)])),
    ] {
        let (sandbox, outcome) = load(model, file, &content);
        outcome.success();
        assert_eq!(sandbox.rows(&format!("SELECT count(*) FROM {model}")), "1\n");
    }
}

/// A value takes many times the memory of its text.
/// Each title and address is held once: a small file that unfolds to very many long ones is refused.
#[test]
fn titles_and_addresses_are_held_in_bounded_memory() {
    let long = "a".repeat(2000);
    let rows: String = (0..400_000)
        .map(|row| {
            let title = long.get(..1200).unwrap();
            format!("{title}{row},b@x.org,1,2021-12-25T08:00:00Z,2021-12-25T09:00:00Z\n")
        })
        .collect();
    let file = gzip(&[(STREAMS, 1), (&rows, 1)]);
    assert!(file.len() < 20 * MIB, "{}", file.len());
    let (sandbox, outcome) = load("stream", "s.csv.gz", &file);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("s.csv.gz: the titles and addresses in its first "),
        "{}",
        outcome.stderr
    );
    assert_eq!(sandbox.rows("SELECT count(*) FROM streamed_movie"), "0\n");
    // The same text, not packed, is what it seems.
    let (sandbox, outcome) =
        load("stream", "s.csv", format!("{STREAMS}{rows}").as_bytes().get(..18 * MIB).unwrap());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(sandbox.rows("SELECT count(*) > 10000 FROM streamed_movie") == "1\n");
}

#[test]
fn a_record_of_too_many_values_is_set_aside() {
    for inner in ["0,", "{\"\":{}},", "[[]],"] {
        let more = 16 * MIB / inner.len() - 100;
        let text = [("[{\"metadata\":{\"name\":\"A\"}},{\"metadata\":[", 1), (inner, more), ("0]}]", 1)];
        let (sandbox, outcome) = load("author", "a.json.gz", &gzip(&text));
        outcome.success();
        let rejects = "SELECT rule, message, path, length(raw) > 16000000 FROM reject";
        assert_eq!(sandbox.rows(rejects), "json|holds more than 100000 values|$[1]|1\n", "{inner}");
    }
    // Commas and brackets within texts are none.
    let text = [("[{\"metadata\":{\"name\":\"A\"},\"more\":\"\\\"", 1), (",[{\\\\", 200_000), ("\"}]", 1)];
    let (sandbox, _) = load("author", "a.json.gz", &gzip(&text));
    assert_eq!(sandbox.rows("SELECT name FROM author"), "A\n");
}

/// What is read ahead waits in memory.
#[test]
fn small_files_that_are_read_ahead_take_little_memory() {
    let sandbox = Sandbox::new();
    let bad = ",{}".repeat((4 * MIB - 200) / 3);
    sandbox.write("in/authors.json", format!("[{{\"metadata\":{{\"name\":\"A\"}}}}{bad}]"));
    let session = "A,a@x.org,1,2021-12-06T19:30:19Z,2021-12-07T15:44:38Z\n";
    sandbox.write("in/streams.csv", format!("{STREAMS}{session}{}", "a\n".repeat(2 * MIB - 100)));
    bounded(&sandbox, &["sync", "in"]).success();
    assert_eq!(
        sandbox.rows(
            "SELECT model, read > 1000000, read - rejected FROM load WHERE outcome = 'done' ORDER BY 1"
        ),
        "author|1|1\nstream|1|1\n"
    );
}

#[test]
fn texts_that_are_read_whole_have_a_limit() {
    let sandbox = Sandbox::with_warehouse();
    let sparse = std::fs::File::create(sandbox.path("large")).unwrap();
    sparse.set_len(2 << 30).unwrap();
    std::fs::create_dir(sandbox.path("team")).unwrap();
    std::fs::rename(sandbox.path("large"), sandbox.path("team/scli.toml")).unwrap();
    for (args, name, code) in [
        (&["query", "-f", "/dev/zero"][..], "/dev/zero", 1),
        (&["query", "-f", "team/scli.toml"], "team/scli.toml", 1),
        (&["answers", "--check", "team/scli.toml"], "team/scli.toml", 1),
        (&["check", "--project", "team"], "team/scli.toml", 2),
    ] {
        let outcome = bounded(&sandbox, args);
        assert_eq!(outcome.code, code, "{}", outcome.stderr);
        let message = format!("error: {name}: longer than 1 MiB\n  help: ");
        assert!(outcome.stderr.starts_with(&message), "{args:?}: {}", outcome.stderr);
    }
}

/// A small file must not make a large database.
#[test]
fn of_many_bad_records_some_are_kept_and_all_are_counted() {
    let bad = gzip(&[(MOVIES, 1), ("A,1,x,2\n", 1), ("a\n", 2_000_000)]);
    let (sandbox, outcome) = load("movie", "m.csv.gz", &bad);
    let told = outcome.success().stderr;
    assert!(told.contains("set aside 2000000 records, the first: line 3: has 1 field"), "{told}");
    assert!(told.contains("kept 10000 of them, the others are only counted: --keep-rejects N"), "{told}");
    assert_eq!(sandbox.rows("SELECT rejected FROM load WHERE model = 'movie'"), "2000000\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM reject"), "10000\n");
    assert!(sandbox.database().len() < 4 * MIB, "{}", sandbox.database().len());

    // Long ones are bounded by their bytes.
    let long = ["x".repeat(15 * MIB), "\n".to_owned()].concat();
    let text = [(MOVIES, 1), ("A,1,x,2\n", 1), (long.as_str(), 5), ("a\n", 2)];
    let (sandbox, outcome) = load("movie", "m.csv.gz", &gzip(&text));
    assert!(outcome.success().stderr.contains("kept 4 of them"));
    assert_eq!(sandbox.rows("SELECT line FROM reject"), "3\n4\n8\n9\n");
}
