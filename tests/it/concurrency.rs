//! Several processes at one database.

use crate::harness::{Outcome, Sandbox};
use crate::survival::{Scene, content, rounds};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";
const USERS: &str = "first_name,last_name,email\nAda,Byron,ada@example.com\n";

/// Starts all commands, then waits for each.
fn at_once(sandbox: &Sandbox, commands: &[&[&str]]) -> Vec<Outcome> {
    let children: Vec<_> = commands
        .iter()
        .map(|args| sandbox.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    children.into_iter().map(|child| Outcome::from(child.wait_with_output().unwrap())).collect()
}

#[test]
fn loads_at_once_on_a_fresh_database_all_succeed() {
    for _ in 0..rounds(8, 100) {
        let sandbox = Sandbox::new();
        sandbox.write("movies.csv", MOVIES);
        sandbox.write("users.csv", USERS);
        let movies: &[&str] = &["load", "--model", "movie", "--config", "movies.csv"];
        let users: &[&str] = &["load", "--model", "user", "--config", "users.csv"];
        for outcome in at_once(&sandbox, &[movies, users, movies, users, &["init-db"]]) {
            outcome.success();
        }
        assert_eq!(sandbox.rows("SELECT (SELECT count(*) FROM movie), (SELECT count(*) FROM user)"), "1|1\n");
        assert_eq!(sandbox.rows("SELECT count(*), sum(inserted), sum(unchanged) FROM load"), "4|2|2\n");
        assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
    }
}

#[test]
fn the_second_of_two_loads_waits_for_the_first() {
    let scene =
        Scene::new(10_000, Some(("user", "one/internal/users.csv")), ("stream", "one/internal/streams.csv"));
    for _ in 0..rounds(2, 50) {
        scene.rewind();
        let one: Vec<&str> = scene.load.iter().map(String::as_str).collect();
        let two: &[&str] = &["load", "--model", "stream", "--config", "two/internal/streams.csv"];
        for outcome in at_once(&scene.sandbox, &[&one, two, &one]) {
            outcome.success();
        }
        let counts =
            scene.sandbox.rows("SELECT count(*), sum(inserted), sum(unchanged) FROM load WHERE id > 1");
        assert_eq!(counts, "3|20000|10000\n");
        assert_eq!(scene.sandbox.rows("PRAGMA integrity_check"), "ok\n");
        scene.nothing_is_left();
    }
}

#[test]
fn who_has_waited_long_enough_is_told_since_when_the_database_is_held() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    sandbox.write("users.csv", USERS);
    let before = content(&sandbox.path("warehouse.db"));
    let load = ["load", "--model", "user", "--config", "users.csv", "--busy-timeout", "0.2"];
    let holder = sandbox.connect();

    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    sandbox.scli(&load).snapshot("locked_load");
    // Who has written has a journal, which tells since when.
    holder.execute_batch("DELETE FROM movie").unwrap();
    let outcome = sandbox.scli(&load);
    let told = outcome.stderr.lines().next().unwrap();
    let now = chrono::Utc::now();
    let since = told.rsplit_once("which has been writing since ").unwrap().1;
    let since = chrono::DateTime::parse_from_rfc3339(since).unwrap();
    assert!((now - since.to_utc()).num_seconds().abs() < 60, "{told}");
    assert_eq!(outcome.code, 5);
    // Who only writes so far is in nobody's way who reads.
    sandbox.scli(&["answers"]).success();
    holder.execute_batch("ROLLBACK; BEGIN EXCLUSIVE").unwrap();
    sandbox.scli(&load).snapshot("locked_load");
    sandbox.scli(&["init-db", "--busy-timeout", "0.2"]).snapshot("locked_init");
    sandbox.scli(&["answers", "--busy-timeout", "0.2"]).snapshot("locked_read");
    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(content(&sandbox.path("warehouse.db")), before);
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "1\n", "who could not write wrote nothing");
}

#[test]
fn a_load_waits_for_a_reader_and_names_it_when_it_gives_up() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    sandbox.write("users.csv", USERS);
    let before = content(&sandbox.path("warehouse.db"));
    let load = ["load", "--model", "user", "--config", "users.csv", "--busy-timeout"];
    let reader = sandbox.connect();
    reader.execute_batch("BEGIN; SELECT count(*) FROM movie").unwrap();
    let outcome = sandbox.scli(&[&load[..], &["0.3"]].concat());
    outcome.snapshot("locked_by_reader");
    assert_eq!(content(&sandbox.path("warehouse.db")), before);
    // Who waits long enough gets its turn.
    let child = sandbox.command(&[&load[..], &["300"]].concat()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    reader.execute_batch("COMMIT").unwrap();
    Outcome::from(child.wait_with_output().unwrap()).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM user"), "1\n");
    // And a night waits as long.
    let night = std::fs::read_to_string(crate::harness::project("deploy/nightly.sh")).unwrap();
    let seconds = night.split("BUSY_TIMEOUT:=").nth(1).unwrap().split('}').next().unwrap();
    assert!(seconds.parse::<u32>().unwrap() >= 300, "{seconds}");
}

/// As `check --since` has them: what was true for the first must stay so.
#[test]
fn a_second_connection_leaves_the_first_its_lock() {
    use scli::repository::{Access, open_read_only};
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    sandbox.write("users.csv", USERS);
    let path = sandbox.path("warehouse.db");
    let first = open_read_only(&path, &Access::default()).unwrap();
    let second = open_read_only(&path, &Access::default()).unwrap();
    let load = ["load", "--model", "user", "--config", "users.csv", "--busy-timeout", "0.2"];
    assert_eq!(sandbox.scli(&load).code, 5);
    drop((first, second));
    sandbox.scli(&load).success();
}

/// Readers during a load see the state before or the state after, never fail, and see all six
/// answers of one state.
#[test]
fn readers_see_only_committed_states() {
    let sandbox = Sandbox::new();
    for (dir, seed) in [("one", "1"), ("two", "2")] {
        sandbox.scli(&["-q", "generate", dir, "--seed", seed, "--streams", "4000"]).success();
    }
    sandbox.scli(&["-q", "sync", "one"]).success();
    std::fs::copy(sandbox.path("warehouse.db"), sandbox.path("before.db")).unwrap();
    let count = ["query", "-f", "count.sql", "--format", "csv"];
    sandbox.write(
        "count.sql",
        "SELECT (SELECT count(*) FROM stream_fact), (SELECT count(*) FROM stream), (SELECT max(id) FROM load)",
    );
    let answers = ["answers", "--format", "json"];
    // The receipts tell when each load was done, which differs from round to round.
    let look = |sandbox: &Sandbox, args: &[&str]| -> String {
        let found = sandbox.scli(args).success().stdout;
        found.lines().filter(|line| !line.contains("finished_at")).map(str::trim).collect()
    };
    let looks = |sandbox: &Sandbox| [&count[..], &answers].map(|args| look(sandbox, args));
    let before = looks(&sandbox);
    let load = ["-q", "load", "--model", "stream", "--config", "two/internal/streams.csv"];
    sandbox.scli(&load).success();
    let after = looks(&sandbox);
    assert!(before[0] != after[0] && before[1] != after[1], "{before:?}");

    for _ in 0..rounds(2, 20) {
        std::fs::copy(sandbox.path("before.db"), sandbox.path("warehouse.db")).unwrap();
        let (done, looked) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for reader in 0..8 {
                let (sandbox, done, looked, before, after, look) =
                    (&sandbox, &done, &looked, &before, &after, &look);
                let which = reader % 2;
                let args = if which == 0 { &count[..] } else { &answers };
                scope.spawn(move || {
                    let mut seen_after = false;
                    while !seen_after {
                        // Once more after the load is done, when everyone must see what it did.
                        let last = done.load(Ordering::SeqCst);
                        let found = look(sandbox, args);
                        seen_after = found == after[which];
                        assert!(seen_after || (found == before[which] && !last), "{found}");
                        looked.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            let loaded = sandbox.scli(&load);
            done.store(true, Ordering::SeqCst);
            loaded.success();
        });
        println!("{} looks by eight readers", looked.into_inner());
        assert_eq!(looks(&sandbox), after);
    }
}
