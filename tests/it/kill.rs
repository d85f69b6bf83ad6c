//! A load that is killed at any moment.

use crate::survival::{Random, Scene, rounds};

/// Kills loads at moments spread over the time that one takes, and checks what is left each time.
fn kill(what: &str, scene: &Scene, usual: u32, soak: u32) {
    let rounds = rounds(usual, soak);
    let (mut torn, mut hot, mut done) = (0, 0, 0);
    let known = if scene.before.is_empty() { 0 } else { 1 };
    let whole = if scene.load.contains(&"sync".to_owned()) { "6\n" } else { "1\n" }.to_owned();
    // Some of the last moments are beyond the end.
    for moment in Random::new(what).moments(rounds, scene.whole.mul_f64(1.1)) {
        scene.rewind();
        let mut load = scene.command(&scene.load).spawn().unwrap();
        std::thread::sleep(moment);
        load.kill().unwrap();
        load.wait().unwrap();
        // A journal is hot, and must be rolled back, once its first byte is written.
        let journal = std::fs::read(scene.sandbox.path("warehouse.db-journal"));
        torn += u32::from(journal.is_ok());
        hot += u32::from(journal.is_ok_and(|bytes| bytes.first().is_some_and(|first| *first != 0)));
        let was_done = scene.check();
        // Of a delivery the ledger has all loads, or nothing is known of it.
        let loads = format!("SELECT count(*) FROM load WHERE delivery_id > {known}");
        let found =
            if scene.before.is_empty() && !was_done { String::new() } else { scene.sandbox.rows(&loads) };
        assert!(["", "0\n", &whole].contains(&found.as_str()), "{found} of {whole} loads");
        done += u32::from(was_done);
        scene.converge(was_done);
    }
    println!(
        "{what}: {rounds} rounds over {:?}: {torn} left a journal, {hot} a hot one, {done} were done",
        scene.whole.mul_f64(1.1)
    );
}

#[test]
fn streams_over_a_fresh_database() {
    // Enough that the last of them are sorted in a temporary file.
    let scene = Scene::new(26_000, None, ("stream", "one/internal/streams.csv"));
    kill("streams, fresh", &scene, 6, 100);
}

#[test]
fn streams_over_an_existing_database() {
    let first = ("stream", "two/internal/streams.csv");
    let scene = Scene::new(12_000, Some(first), ("stream", "one/internal/streams.csv"));
    kill("streams, existing", &scene, 6, 100);
}

/// A dump of other reviews: those known vanish, and new ones come.
#[test]
fn a_vendor_dump_over_an_existing_database() {
    let first = ("review", "two/vendor/reviews.json");
    let scene = Scene::new(1000, Some(first), ("review", "one/vendor/reviews.json"));
    kill("reviews, existing", &scene, 10, 150);
}

#[test]
fn a_vendor_dump_over_a_fresh_database() {
    let scene = Scene::new(1000, None, ("author", "one/vendor/authors.json"));
    kill("authors, fresh", &scene, 10, 150);
}

/// Six files are one delivery: all of it, or none.
#[test]
fn a_sync_over_a_fresh_database() {
    kill("sync, fresh", &Scene::of_syncs(5_000, false), 20, 200);
}

#[test]
fn a_sync_over_an_existing_database() {
    kill("sync, existing", &Scene::of_syncs(5_000, true), 20, 200);
}

/// Killed between the two transactions that make the schema.
#[test]
fn a_half_made_schema_is_completed() {
    let scene = Scene::new(1000, None, ("movie", "one/internal/movies.csv"));
    let half = "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name VARCHAR(255),
        applied_on VARCHAR(255), checksum VARCHAR(255))";
    scene.sandbox.connect().execute_batch(half).unwrap();
    assert!(!scene.check());
    scene.converge(false);
}
