//! Topics of Kafka.

mod broker;
mod kill;
mod security;
mod trouble;

use crate::harness::{Outcome, Sandbox, project};
use crate::json::Shapes;
use broker::Broker;
use serde_json::Value;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A message that is a record of the model movie.
fn movie(number: usize) -> String {
    format!(
        r#"{{"title": "Movie {number}", "duration_mins": {number}, "original_language": "Thai", "size_mb": 7}}"#
    )
}

/// Messages that are spread over the four partitions of a topic.
fn movies(numbers: std::ops::Range<usize>) -> impl Iterator<Item = (i32, String)> {
    numbers.map(|number| ((number % 4) as i32, movie(number)))
}

/// The arguments that read a topic.
fn consume<'a>(address: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["consume", "--model", "movie", "--collector", "kafka", "--config", address], more].concat()
}

/// Reads a topic to its end.
fn to_end(sandbox: &Sandbox, address: &str, more: &[&str]) -> Outcome {
    sandbox.scli(&[consume(address, &["--until-end"]), more.to_vec()].concat())
}

/// Reads a topic until it is told to stop.
fn start(sandbox: &Sandbox, address: &str, more: &[&str]) -> Child {
    let mut command = sandbox.command(&consume(address, more));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(child: Child, signal: &str) -> Outcome {
    Command::new("kill").args(["-s", signal, &child.id().to_string()]).output().unwrap();
    Outcome::from(child.wait_with_output().unwrap())
}

/// The events of a report, all of which have their documented shapes.
fn events(outcome: &Outcome) -> Vec<Value> {
    Shapes::new().events(outcome);
    outcome.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn count(sandbox: &Sandbox, sql: &str) -> String {
    match sandbox.path("warehouse.db").exists() {
        true => sandbox.rows(sql),
        false => String::new(),
    }
}

/// How many movies there are, once there is a database.
fn known(sandbox: &Sandbox) -> String {
    let made = count(sandbox, "SELECT count(*) FROM sqlite_schema WHERE name = 'consumed'");
    if made == "1\n" { count(sandbox, "SELECT count(*) FROM movie") } else { String::new() }
}

#[test]
fn a_topic_is_read_in_batches_of_all_compressions_each_message_once() {
    let Some(mut broker) = Broker::with(&["--brokers", "3"]) else { return };
    for (part, compression) in ["none", "gzip", "snappy", "lz4", "zstd"].iter().enumerate() {
        broker.produce_as(compression, "movies", movies(part * 1000..part * 1000 + 1000));
    }
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    let told = to_end(&sandbox, &address, &["--batch", "700"]).success().stderr;
    assert_eq!(
        sandbox.rows("SELECT count(*), count(DISTINCT duration_mins), sum(duration_mins) FROM movie"),
        "5000|5000|12497500\n"
    );
    assert_eq!(told.lines().count(), 9, "{told}");
    let last = told.lines().last().unwrap();
    assert!(last.starts_with("movie   5000 read in 8 loads of kafka://127.0.0.1:"), "{told}");
    assert!(last.ends_with("lag 0; partitions 0 at 1250, 1 at 1250, 2 at 1250, 3 at 1250"), "{told}");
    assert!(told.lines().next().unwrap().ends_with(&format!("{address}  lag 4300")), "{told}");
    assert_eq!(
        sandbox
            .rows("SELECT kind, collector, complete, read, inserted, rejected FROM load WHERE id IN (1, 8)"),
        "load|json|0|700|700|0\nload|json|0|100|100|0\n"
    );
    // What a load took begins where the one before it ended.
    let gaps = "SELECT count(*) FROM (SELECT first_offset,
            lag(next_offset, 1, 0) OVER (PARTITION BY model, cluster, topic, partition ORDER BY load_id) AS before
        FROM consumed) WHERE first_offset <> before";
    assert_eq!(sandbox.rows(gaps), "0\n");
    assert_eq!(sandbox.rows("SELECT sum(next_offset - first_offset) FROM consumed"), "5000\n");

    // Nothing is read twice, and what is new is read.
    let told = to_end(&sandbox, &address, &[]).success().stderr;
    assert!(told.starts_with("movie   0 read in 0 loads of "), "{told}");
    broker.produce("movies", movies(5000..5001));
    let told = to_end(&sandbox, &address, &["--log-format", "json"]).success();
    let events = events(&told);
    assert_eq!(
        (&events[0]["event"], &events[0]["inserted"], &events[0]["lag"]),
        (&"loaded".into(), &1.into(), &0.into())
    );
    assert_eq!(
        (&events[1]["event"], &events[1]["read"], &events[1]["lag"]),
        (&"consumed".into(), &1.into(), &0.into())
    );
    assert_eq!(events[1]["partitions"][0], serde_json::json!({"partition": 0, "next": 1251, "end": 1251}));
    assert_eq!(known(&sandbox), "5001\n");
}

#[test]
fn what_breaks_a_rule_is_set_aside_with_its_place_and_can_be_tried_again() {
    let Some(mut broker) = Broker::start() else { return };
    let broken = [r#"{"title": "A", "duration_mins": "long"}"#, "no JSON", "", r#"{"other": 1}"#, "[1]"];
    broker.produce("movies", movies(0..8));
    broker.produce("movies", broken.into_iter().map(|text| (1, text.to_owned())));
    broker.delete("movies", 3);
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    let told = to_end(&sandbox, &address, &[]).success().stderr;
    assert!(told.contains("14 read, 8 inserted, 0 updated, 0 unchanged, 6 rejected"), "{told}");
    assert!(told.contains("movies[1]@2"), "{told}");
    crate::harness::snapshot(
        "consume_rejects",
        &sandbox.rows("SELECT path, line, rule, field, message, raw FROM reject ORDER BY path"),
    );
    // One of them keeps the rules once its model is another; here it is mended where it stands.
    let mended = movie(9);
    sandbox.connect().execute("UPDATE reject SET raw = ?1 WHERE path = 'movies[1]@3'", [mended]).unwrap();
    let told = sandbox.scli(&["rejects", "replay"]).success().stderr;
    assert!(told.contains("6 tried again, 1 taken in"), "{told}");
    assert_eq!(known(&sandbox), "9\n");
    let listed = sandbox.scli(&["rejects", "list"]).success().stdout;
    assert!(listed.contains("movies[3]@2"), "{listed}");

    // A limit loads nothing of the batch, and the next run begins with it.
    broker.produce("movies", [(0, "no JSON".to_owned()), (0, movie(20))]);
    let refused = to_end(&sandbox, &address, &["--max-rejects", "0"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("1 of 2 records break a rule, 0 allowed; the first is movies[0]@2"));
    assert_eq!(sandbox.rows("SELECT outcome FROM load ORDER BY id DESC LIMIT 1"), "refused\n");
    assert_eq!(known(&sandbox), "9\n");
    to_end(&sandbox, &address, &[]).success();
    assert_eq!(known(&sandbox), "10\n");
}

#[test]
fn lines_of_csv_and_described_models_are_read() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    broker.produce("lines", [(0, "7;\"Semi;colon\";12,0;Thai\r\n".to_owned()), (0, "one;field".to_owned())]);
    let csv =
        ["--form", "csv", "--separator", ";", "--columns", "duration_mins,title,size_mb,original_language"];
    to_end(&sandbox, &broker.address("lines"), &csv).success();
    assert_eq!(sandbox.rows("SELECT title, duration_mins, size_mb FROM movie"), "Semi;colon|7|12\n");
    assert_eq!(sandbox.rows("SELECT path, rule, raw FROM reject"), "lines[0]@1|ragged|one;field\n");

    sandbox.write(
        "scli.toml",
        "[model.rating]\nkey = [\"who\"]\n[model.rating.fields]\nwho = { type = \"text\" }\n\
         stars = { type = \"integer\", minimum = 1, from = \"given.stars\" }\n",
    );
    let rating = |stars: i32| format!(r#"{{"Who": "ada", "given": {{"stars": {stars}}}}}"#);
    broker.produce("ratings", [(2, rating(3)), (2, rating(4)), (2, rating(0))]);
    let address = broker.address("ratings");
    let read = ["consume", "--model", "rating", "--config", &address, "--until-end", "--map", "Who=who"];
    sandbox.scli(&read).success();
    assert_eq!(sandbox.rows("SELECT who, stars FROM rating"), "ada|4\n");
    assert_eq!(
        sandbox.rows("SELECT path, rule FROM reject WHERE rule = 'minimum'"),
        "ratings[2]@2|minimum\n"
    );

    // Sessions come one message each as well.
    let session = |start: &str| {
        format!(
            r#"{{"movie_title": "A", "user_email": "ada@example.com", "size_mb": 1.5,
                "start_at": "2021-12-25T{start}:00.000+0100", "end_at": "2021-12-25T09:00:00.000+0100"}}"#
        )
    };
    broker.produce("streams", [(0, session("08:00")), (1, session("08:30")), (1, session("08:30"))]);
    let address = broker.address("streams");
    sandbox.scli(&["consume", "--model", "stream", "--config", &address, "--until-end"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM stream"), "2\n");
}

#[test]
fn a_topic_is_read_from_its_end_on_wherever_that_was_at_the_first_start() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    broker.produce("movies", movies(0..8));
    let address = broker.address("movies");
    to_end(&sandbox, &address, &["--from", "end"]).success();
    assert_eq!(known(&sandbox), "0\n");
    broker.produce("movies", movies(8..12));
    to_end(&sandbox, &address, &["--from", "end"]).success();
    assert_eq!(sandbox.rows("SELECT count(*), min(duration_mins) FROM movie"), "4|8\n");
    assert_eq!(
        sandbox.rows("SELECT first_offset, next_offset FROM consumed WHERE load_id = 1"),
        "2|2\n".repeat(4)
    );
    // Another model of the same topic has offsets of its own.
    let user = ["consume", "--model", "user", "--config", &address, "--until-end"];
    assert!(sandbox.scli(&user).success().stderr.contains("12 read"));
}

#[test]
fn a_consumer_loads_what_comes_and_ends_with_the_batch_at_work() {
    for (signal, more) in [("TERM", &[][..]), ("INT", &["--every", "1h"])] {
        let Some(mut broker) = Broker::start() else { return };
        let sandbox = Sandbox::new();
        let address = broker.address("movies");
        broker.produce("movies", movies(0..100));
        let every = if more.is_empty() { &["--every", "200ms"] } else { more };
        let child = start(&sandbox, &address, every);
        if more.is_empty() {
            until(|| known(&sandbox) == "100\n");
            broker.produce("movies", movies(100..150));
            until(|| known(&sandbox) == "150\n");
        } else {
            // The batch waits for an hour, and is loaded when the end is asked for.
            until(|| known(&sandbox) == "0\n");
            std::thread::sleep(Duration::from_secs(2));
            assert_eq!(known(&sandbox), "0\n");
        }
        let told = end(child, signal);
        assert_eq!(told.code, 0, "{}", told.stderr);
        let last = told.stderr.lines().last().unwrap();
        assert!(last.contains("lag 0; partitions 0 at "), "{}", told.stderr);
        assert_eq!(known(&sandbox), if more.is_empty() { "150\n" } else { "100\n" });
        assert_eq!(sandbox.rows("SELECT count(*) FROM load WHERE outcome <> 'done'"), "0\n");
    }
}

#[test]
fn an_undo_leaves_messages_read_and_says_so() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    broker.produce("movies", movies(0..4));
    to_end(&sandbox, &address, &[]).success();
    let told = sandbox.scli(&["undo", "1"]).success().stderr;
    assert!(told.contains("its messages stay read"), "{told}");
    assert_eq!(known(&sandbox), "0\n");
    assert!(to_end(&sandbox, &address, &[]).success().stderr.contains("0 read in 0 loads"));
    sandbox.scli(&["undo", "2"]).success();
    assert_eq!(known(&sandbox), "4\n");
    // As of a load, the table tells how far that went.
    let past = sandbox.scli(&["query", "--as-of", "1", "SELECT count(*) FROM consumed", "--format", "csv"]);
    assert!(past.success().stdout.ends_with("4\n"));
}

#[test]
fn what_cannot_be_read_is_told_with_a_remedy() {
    let Some(broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("nowhere");
    let csv = ["--form", "csv", "--columns", "title"];
    let mut told = String::new();
    for (config, more) in [
        (address.as_str(), &[][..]),
        ("kafka://127.0.0.1:1/movies", &[]),
        ("s3://bucket/movies", &[]),
        ("kafka://ada:hush@host/movies", &[]),
        (&address, &csv),
        (&address, &["--columns", "title"]),
        (&address, &["--form", "csv"]),
        (&address, &["--every", "soon"]),
    ] {
        let outcome = to_end(&sandbox, config, more);
        assert_ne!(outcome.code, 0);
        told += &format!("{}\n", outcome.told().replace(&broker.hosts, "HOST"));
    }
    assert!(!told.contains("hush"), "{told}");
    crate::harness::snapshot("consume_refusals", &told);
    let nowhere = to_end(&sandbox, "kafka://nowhere.invalid/movies", &[]);
    assert!(nowhere.stderr.contains("nowhere.invalid:9092: its name leads nowhere"), "{}", nowhere.stderr);
    assert_eq!(sandbox.names(), [""; 0]);
}

/// What docs/kafka.md shows is what is printed.
#[test]
fn the_example_of_the_documentation_is_true() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let long = movie(3).replace(r#""duration_mins": 3"#, r#""duration_mins": "long""#);
    broker.produce("movies", [(0, movie(1)), (0, movie(2)), (0, long)]);
    let text = std::fs::read_to_string(project("docs/kafka.md")).unwrap();
    let example = text.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let mut shown = String::new();
    for line in example.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let outcome = sandbox.shell(&line.replace("localhost:9092", &broker.hosts)).success();
        shown += &format!("$ {line}\n{}{}", outcome.stdout, outcome.stderr);
    }
    assert_eq!(shown.replace(&broker.hosts, "localhost:9092"), example);
}
