//! A consumer that is killed at any moment.

use super::broker::Broker;
use super::{consume, known, movies, to_end};
use crate::harness::Sandbox;
use crate::survival::{Random, rounds};
use std::process::Stdio;
use std::time::Duration;

/// Each message is loaded once, whatever was killed: the ledger counts as many as there are, and no record was written
/// a second time.
#[test]
fn each_message_is_in_once_whatever_is_killed() {
    let Some(mut broker) = Broker::start() else { return };
    let sandbox = Sandbox::new();
    let address = broker.address("movies");
    let rounds = rounds(30, 300);
    let (mut sent, mut midway) = (0, 0);
    for moment in Random::new("consume").moments(rounds, Duration::from_millis(400)) {
        broker.produce("movies", movies(sent..sent + 400));
        // One in each round breaks a rule, which is set aside once as well.
        broker.produce("movies", [(0, format!("broken {sent}"))]);
        sent += 400;
        let mut command = sandbox.command(&consume(&address, &["--batch", "20", "--every", "10ms"]));
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        midway += usize::from(known(&sandbox).trim() != sent.to_string());
    }
    to_end(&sandbox, &address, &[]).success();
    println!("consume: {rounds} rounds, {midway} of them killed before all was loaded");
    let whole = sandbox.rows("SELECT count(*), count(DISTINCT duration_mins) FROM movie");
    assert_eq!(whole, format!("{sent}|{sent}\n"));
    let messages = sent + rounds as usize;
    let counts =
        "SELECT sum(read), sum(inserted), sum(updated + unchanged + repeated), sum(rejected) FROM load";
    assert_eq!(sandbox.rows(counts), format!("{messages}|{sent}|0|{rounds}\n"));
    assert_eq!(
        sandbox.rows("SELECT count(DISTINCT path), count(*) FROM reject"),
        format!("{rounds}|{rounds}\n")
    );
    assert_eq!(sandbox.rows("SELECT sum(next_offset - first_offset) FROM consumed"), format!("{messages}\n"));
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
}
