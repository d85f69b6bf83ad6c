//! An undo and a prune that are killed at any moment: done or not done.

use crate::harness::Sandbox;
use crate::survival::{Random, content, names, rounds};
use std::time::Instant;

/// A warehouse of two deliveries of six files each.
fn two_deliveries() -> Sandbox {
    let sandbox = Sandbox::new();
    for (dir, seed) in [("two", "2"), ("one", "1")] {
        sandbox.scli(&["-q", "generate", dir, "--seed", seed, "--streams", "5000"]).success();
        sandbox.scli(&["-q", "sync", dir]).success();
    }
    // Other sizes of what is known, so that there are versions.
    let streams = std::fs::read_to_string(sandbox.path("one/internal/streams.csv")).unwrap();
    sandbox.write("three/streams.csv", streams.replace(",1", ",2"));
    let movies = std::fs::read_to_string(sandbox.path("one/internal/movies.csv")).unwrap();
    sandbox.write("three/movies.csv", movies.replace(",1", ",2"));
    sandbox.scli(&["-q", "sync", "three"]).success();
    std::fs::rename(sandbox.path("warehouse.db"), sandbox.path("before.db")).unwrap();
    sandbox
}

fn kill(what: &str, command: &[&str], again: i32) {
    let sandbox = two_deliveries();
    let database = sandbox.path("warehouse.db");
    let rewind = || {
        let _ = std::fs::remove_file(sandbox.path("warehouse.db-journal"));
        std::fs::copy(sandbox.path("before.db"), &database).unwrap();
    };
    rewind();
    let before = content(&database);
    let start = Instant::now();
    sandbox.scli(command).success();
    let whole = start.elapsed().mul_f64(1.1);
    let after = content(&database);
    assert_ne!(before, after);
    let loads = |sandbox: &Sandbox| sandbox.rows("SELECT count(*), max(delivery_id) FROM load");
    let loads_after = loads(&sandbox);
    let rounds = rounds(12, 200);
    let (mut torn, mut done) = (0, 0);
    for moment in Random::new(what).moments(rounds, whole) {
        rewind();
        let loads_before = loads(&sandbox);
        let mut child = sandbox.command(command).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        torn += u32::from(sandbox.path("warehouse.db-journal").exists());
        // A command that reads puts the file in order.
        sandbox.scli(&["loads", "--limit", "1"]).success();
        assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
        let found = content(&database);
        assert!(found == before || found == after, "{what}: neither before nor after:\n{found}");
        let was_done = found == after;
        assert_eq!(loads(&sandbox), if was_done { loads_after.clone() } else { loads_before }, "{what}");
        done += u32::from(was_done);
        let outcome = sandbox.scli(command);
        assert_eq!(outcome.code, if was_done { again } else { 0 }, "{what}: {}", outcome.stderr);
        assert_eq!(content(&database), after, "{what}");
        let others: Vec<String> =
            names(&sandbox.path("")).into_iter().filter(|name| name.starts_with("warehouse.db-")).collect();
        assert_eq!(others, [""; 0]);
    }
    println!("{what}: {rounds} rounds over {whole:?}: {torn} left a journal, {done} were done");
}

#[test]
fn an_undo_of_a_delivery() {
    // What was taken back cannot be taken back again.
    kill("undo", &["-q", "undo", "delivery:3"], 2);
}

#[test]
fn a_prune() {
    kill("prune", &["-q", "prune", "--before", "delivery:3"], 0);
}
