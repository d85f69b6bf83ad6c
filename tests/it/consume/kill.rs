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
    let (mut sent, mut killed) = (0, 0);
    for moment in Random::new("consume").moments(rounds, Duration::from_millis(400)) {
        broker.produce("movies", movies(sent..sent + 200));
        // One in each round breaks a rule, which is set aside once as well.
        broker.produce("movies", [(0, format!("broken {sent}"))]);
        sent += 200;
        let mut command = sandbox.command(&consume(&address, &["--batch", "50", "--every", "10ms"]));
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (loads, before) = (sandbox.path("warehouse.db").exists(), known(&sandbox));
    to_end(&sandbox, &address, &[]).success();
    println!("consume: {rounds} rounds, {killed} killed, {before} of {sent} were there ({loads})");
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
