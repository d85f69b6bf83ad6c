//! What else can happen to a topic, its cluster and the database.

use super::broker::Broker;
use super::{end, events, known, movie, movies, start, to_end, until};
use crate::harness::{Outcome, Sandbox};
use std::time::Duration;

#[test]
fn a_cluster_that_goes_away_is_waited_for() {
    let Some(mut broker) = Broker::with(&["--brokers", "2"]) else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    broker.produce("movies", movies(0..40));
    let child = start(&sandbox, &address, &["--every", "100ms", "--log-format", "json"]);
    until(|| known(&sandbox) == "40\n");
    // A connection that breaks is made anew without a word.
    broker.is_to_be("drop");
    broker.produce("movies", movies(40..80));
    until(|| known(&sandbox) == "80\n");
    broker.is_to_be("down");
    broker.produce("movies", movies(80..120));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(known(&sandbox), "80\n");
    broker.is_to_be("up");
    until(|| known(&sandbox) == "120\n");
    let told = events(&end(child, "TERM").success());
    let names: Vec<&str> = told.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let once = |name: &str| names.iter().filter(|found| **found == name).count();
    assert_eq!((once("gone"), once("back"), names.last()), (1, 1, Some(&"consumed")), "{told:?}");

    broker.is_to_be("down");
    let away = to_end(&sandbox, &address, &[]);
    assert_eq!(away.code, 1);
    assert!(away.stderr.contains("cannot be reached: Connection refused"), "{}", away.stderr);
    // Who waits for a cluster can be ended.
    broker.is_to_be("up");
    let child = start(&sandbox, &address, &[]);
    std::thread::sleep(Duration::from_secs(1));
    broker.is_to_be("down");
    std::thread::sleep(Duration::from_secs(1));
    end(child, "TERM").success();
}

/// The mock keeps five megabytes of a partition, as retention does.
#[test]
fn messages_that_were_deleted_before_they_were_read_are_told() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    broker.produce("movies", (0..10).map(|number| (0, movie(number))));
    to_end(&sandbox, &address, &[]).success();
    let long = |number| movie(number).replace("Thai", &"Thai".repeat(2000));
    for part in 1..10 {
        broker.produce("movies", (part * 100..part * 100 + 100).map(|number| (0, long(number))));
    }
    let before = sandbox.models();
    let refused = to_end(&sandbox, &address, &[]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("messages 10 to "), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("of partition 0 were deleted before they were read"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("--accept-loss"), "{}", refused.stderr);
    assert_eq!(sandbox.models(), before);
    let told = events(&to_end(&sandbox, &address, &["--accept-loss", "--log-format", "json"]).success());
    assert_eq!((&told[0]["event"], &told[0]["from"]), (&"lost".into(), &10.into()), "{told:?}");
    // The ledger shows the gap.
    let gap = "SELECT next.first_offset > before.next_offset FROM consumed AS before JOIN consumed AS next
        ON next.partition = before.partition AND next.load_id = before.load_id + 1 WHERE before.load_id = 1";
    assert_eq!(sandbox.rows(gap), "1\n");
    to_end(&sandbox, &address, &[]).success();
}

#[test]
fn a_batch_waits_for_others_that_write() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    broker.produce("movies", movies(0..4));
    sandbox.scli(&["init-db"]).success();
    let writer = sandbox.connect();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let more = ["--until-end", "--busy-timeout", "0.2", "--log-format", "json"];
    let child = start(&sandbox, &address, &more);
    std::thread::sleep(Duration::from_secs(2));
    writer.execute_batch("COMMIT").unwrap();
    let told = events(&Outcome::from(child.wait_with_output().unwrap()).success());
    let names: Vec<&str> = told.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["locked", "loaded", "consumed"]);
    // Who is told to end while it waits has loaded nothing of it.
    broker.produce("movies", movies(4..8));
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let child = start(&sandbox, &address, &more);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(end(child, "TERM").code, 5);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(known(&sandbox), "4\n");
    to_end(&sandbox, &address, &[]).success();
    assert_eq!(known(&sandbox), "8\n");
}

#[test]
fn a_topic_that_was_made_again_is_told() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    broker.produce("movies", movies(0..4));
    to_end(&sandbox, &address, &[]).success();
    broker.is_to_be("remake");
    let refused = to_end(&sandbox, &address, &[]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("the topic was deleted and made again"), "{}", refused.stderr);
    // It begins with its first message, and once.
    let told = to_end(&sandbox, &address, &["--accept-loss"]).success().stderr;
    assert!(told.contains("4 read, 0 inserted, 0 updated, 4 unchanged"), "{told}");
    assert!(to_end(&sandbox, &address, &[]).success().stderr.contains("0 read in 0 loads"));
}

#[test]
fn two_that_read_one_topic_load_nothing_twice() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    broker.produce("movies", movies(0..40));
    to_end(&sandbox, &address, &[]).success();
    let first = start(&sandbox, &address, &["--every", "3s"]);
    let second = start(&sandbox, &address, &["--every", "3s"]);
    std::thread::sleep(Duration::from_secs(2));
    broker.produce("movies", movies(40..80));
    until(|| known(&sandbox) == "80\n");
    std::thread::sleep(Duration::from_secs(2));
    let told = [end(first, "TERM"), end(second, "TERM")];
    let failed: Vec<&Outcome> = told.iter().filter(|told| told.code == 5).collect();
    assert_eq!(failed.len(), 1, "{} {}", told[0].stderr, told[1].stderr);
    assert!(failed[0].stderr.contains("another process reads the topic into model movie"));
    assert_eq!(sandbox.rows("SELECT sum(read) FROM load"), "80\n");
}
