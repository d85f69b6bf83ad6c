//! The bytes of who was forgotten are not in the file, whatever happens on the way.

use crate::forget::{NAMES, known, live, sound, stands_in};
use crate::harness::{Sandbox, project, rows};
use crate::survival::{Random, rounds};

/// What lies in free pages, and what an update left behind in pages that are in use.
#[test]
fn stale_bytes_go_too() {
    let sandbox = Sandbox::with_warehouse();
    let person = "ada.only@once.example";
    sandbox
        .load("user", "users.csv", format!("first_name,last_name,email\nXanthippe,Only,{person}\n"))
        .success();
    sandbox
        .connect()
        .execute_batch(&format!(
            "CREATE TABLE junk (x); INSERT INTO junk SELECT '{person} was here' || hex(randomblob(3000)) FROM movie;
             DELETE FROM junk WHERE rowid > 3; UPDATE junk SET x = 'short'; DROP TABLE junk;
             UPDATE user SET first_name = 'Zebulonia' || hex(zeroblob(200)) WHERE email = '{person}';
             UPDATE user SET first_name = 'A' WHERE email = '{person}'"
        ))
        .unwrap();
    assert!(stands_in(&sandbox, person) && stands_in(&sandbox, "Zebulonia"), "or nothing is tested");
    sandbox.scli(&["forget", "user", person]).success();
    assert!(![person, NAMES[0], NAMES[1]].iter().any(|text| stands_in(&sandbox, text)));
    assert_eq!(sandbox.rows("PRAGMA freelist_count"), "0\n");
    sound(&sandbox);
}

/// A process that died between the two steps: the next command that writes does the second.
#[test]
fn what_was_cut_off_is_finished_by_whoever_writes_next() {
    let cut_off = |sandbox: &Sandbox| {
        let person = "ada@once.example";
        sandbox.scli(&["forget", "user", person]).success();
        sandbox
            .connect()
            .execute_batch(
                "CREATE TABLE junk (x); INSERT INTO junk SELECT 'of ada@once.example' || hex(randomblob(3000)) FROM movie;
                 DROP TABLE junk; UPDATE forgotten SET wiped = 0",
            )
            .unwrap();
        assert!(stands_in(sandbox, person));
    };
    for args in [
        &["init-db"][..],
        &["forget", "user", "ada@once.example"],
        &["sync", "empty"],
        &["rejects", "replay"],
    ] {
        let sandbox = Sandbox::with_warehouse();
        sandbox.write("empty/movies.csv", "title,duration_mins,original_language,size_mb\n");
        cut_off(&sandbox);
        // Who only looks changes nothing.
        let before = sandbox.database();
        sandbox.scli(&["answers"]).success();
        sandbox.scli(&["sync", "--dry-run", "empty"]).success();
        assert!(sandbox.database() == before);
        sandbox.scli(args).success();
        assert!(!stands_in(&sandbox, "ada@once.example"), "{args:?}");
        assert_eq!(sandbox.rows("SELECT wiped FROM forgotten"), "1\n");
        sound(&sandbox);
    }
}

/// A limit on the size of files that leaves room for the first step, and not for the second.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_anew_is_told() {
    let sandbox = Sandbox::with_warehouse();
    let whole = sandbox.database();
    let person = sandbox.rows("SELECT email FROM user ORDER BY 1 LIMIT 1");
    let person = person.trim_end();
    let mut not_wiped = 0;
    for tenths in 1..10 {
        sandbox.write("warehouse.db", &whole);
        let limit = whole.len() / 512 * tenths / 10;
        let outcome = sandbox.shell(&format!("ulimit -f {limit} && scli forget user {person}"));
        match sandbox.rows("SELECT wiped FROM forgotten").as_str() {
            "" => assert_eq!((outcome.code, sandbox.database() == whole), (1, true), "{}", outcome.stderr),
            "1\n" => assert_eq!(outcome.code, 0, "{}", outcome.stderr),
            _ => {
                not_wiped += 1;
                assert_eq!(sandbox.rows(&format!("SELECT * FROM user WHERE email = '{person}'")), "");
                sound(&sandbox);
                outcome.snapshot("forget_not_wiped");
                let again = sandbox.shell(&format!("ulimit -f {limit} && scli init-db"));
                assert_eq!(again.told(), outcome.told(), "nobody writes before that is done");
                sandbox.scli(&["init-db"]).success();
                assert!(!stands_in(&sandbox, person));
                assert_eq!(sandbox.rows("SELECT wiped FROM forgotten"), "1\n");
            }
        }
    }
    assert!(not_wiped > 0, "or nothing is tested");
}

/// Somebody who reads for long: all of it or nothing.
#[test]
fn it_waits_for_those_who_read() {
    let sandbox = Sandbox::with_warehouse();
    let mut reader = sandbox.connect();
    let held = reader.transaction().unwrap();
    let person = rows(&held, "SELECT email FROM user LIMIT 1");
    let outcome = sandbox.scli(&["--busy-timeout", "0.1", "forget", "user", person.trim_end()]);
    assert_eq!(outcome.code, 5, "{}", outcome.stderr);
    assert_eq!(rows(&held, "SELECT count(*) FROM user"), "783\n");
    drop(held);
    assert_eq!(sandbox.rows("SELECT count(*) FROM forgotten"), "0\n");
    sandbox.scli(&["forget", "user", person.trim_end()]).success();
}

/// Killed at any moment, all of the person is there, or nothing once somebody has written.
#[test]
fn it_is_killed_at_any_moment() {
    let sandbox = Sandbox::new();
    let person = live(&sandbox, &project("data"), true);
    std::fs::create_dir(sandbox.path("tmp")).unwrap();
    std::fs::rename(sandbox.path("warehouse.db"), sandbox.path("before.db")).unwrap();
    let begin = || {
        let _ = std::fs::remove_file(sandbox.path("warehouse.db-journal"));
        std::fs::copy(sandbox.path("before.db"), sandbox.path("warehouse.db")).unwrap();
        let mut command = sandbox.command(&["-q", "forget", "user", &person]);
        command.env("TMPDIR", sandbox.path("tmp")).env("SQLITE_TMPDIR", sandbox.path("tmp"));
        command
    };
    let start = std::time::Instant::now();
    assert!(begin().status().unwrap().success());
    let whole = start.elapsed();
    let after = known(&sandbox);
    std::fs::copy(sandbox.path("before.db"), sandbox.path("warehouse.db")).unwrap();
    let before = known(&sandbox);
    let (mut there, mut cut_off, mut done) = (0, 0, 0);
    for moment in Random::new("forget").moments(rounds(12, 200), whole.mul_f64(1.1)) {
        let mut forgetting = begin().spawn().unwrap();
        std::thread::sleep(moment);
        forgetting.kill().unwrap();
        forgetting.wait().unwrap();
        // Who only reads sees one of two states, whatever is left beside the file.
        sandbox.scli(&["answers"]).success();
        let found = known(&sandbox);
        let wiped = sandbox.rows("SELECT wiped FROM forgotten");
        sound(&sandbox);
        match (found == before, wiped.as_str()) {
            (true, "") => there += 1,
            (false, "0\n") => cut_off += 1,
            (false, "1\n") => done += 1,
            other => panic!("{other:?}"),
        }
        if wiped.is_empty() {
            continue;
        }
        assert!(found == after);
        sandbox.scli(&["init-db"]).success();
        assert!(!stands_in(&sandbox, &person));
        assert_eq!(sandbox.rows("SELECT wiped FROM forgotten"), "1\n");
        assert!(known(&sandbox) == after);
        sound(&sandbox);
    }
    println!("{whole:?}: {there} still there, {cut_off} forgotten and not wiped, {done} done");
}
