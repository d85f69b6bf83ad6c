//! Where a database is said to be, and cannot.

#![cfg(unix)]

use crate::harness::{Outcome, Sandbox, snapshot};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n";

#[test]
fn memory_and_addresses_are_no_files() {
    let sandbox = Sandbox::new();
    sandbox.write("movies.csv", MOVIES);
    let load = ["load", "--model", "movie", "--config", "movies.csv"];
    let names = sandbox.names();
    let mut told = String::new();
    for place in [":memory:", "file:x?mode=memory", "file::memory:", "FILE:w.db", ""] {
        let outcome = sandbox.scli(&[&["--db", place], &load[..]].concat());
        told += &format!("# --db '{place}'\n{}", outcome.told());
        assert_eq!((outcome.code, sandbox.names()), (2, names.clone()), "{place}");
    }
    for place in [":memory:", "file:x?mode=memory", "sqlite:///:memory:", "sqlite:///file:x?mode=memory"] {
        let outcome: Outcome = sandbox.command(&load).env("DATABASE_URL", place).output().unwrap().into();
        told += &format!("# DATABASE_URL={place}\n{}", outcome.told());
        assert_eq!((outcome.code, sandbox.names()), (2, names.clone()), "{place}");
    }
    snapshot("place_of_memory", &told);
    // A file may be called so.
    for place in ["./:memory:", "./file:x?mode=memory"] {
        sandbox.scli(&[&["--db", place], &load[..]].concat()).success();
        assert!(sandbox.path(place).exists(), "{place}");
        sandbox.scli(&["--db", place, "seal", "--force", "file:x?mode=memory.db"]).success();
        assert!(sandbox.path("file:x?mode=memory.db").exists(), "{place}");
    }
}

#[test]
fn the_system_says_why_there_is_no_database() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("folder")).unwrap();
    symlink("loop.db", sandbox.path("loop.db")).unwrap();
    symlink("nowhere.db", sandbox.path("dangling.db")).unwrap();
    sandbox.write("file", "");
    sandbox.shell("mkfifo pipe");
    let names = sandbox.names();
    let mut told = String::new();
    for place in ["folder", "loop.db", "dangling.db", "file/w.db", "no/such/w.db", "pipe", "missing.db"] {
        for command in ["answers", "init-db"] {
            let makes = command == "init-db" && ["missing.db", "dangling.db"].contains(&place);
            if !makes {
                told += &format!(
                    "# scli --db {place} {command}\n{}",
                    sandbox.scli(&["--db", place, command]).told()
                );
                assert_eq!(sandbox.names(), names, "{place}");
            }
        }
    }
    snapshot("place_of_no_database", &told);
    // Only where there is none, the schema is that of a new one.
    assert_eq!(sandbox.scli(&["--db", "loop.db", "schema"]).code, 1);
    sandbox.scli(&["--db", "missing.db", "schema"]).success();
    sandbox.scli(&["--db", "dangling.db", "init-db"]).success();
    assert!(sandbox.path("nowhere.db").exists());
}

#[test]
fn what_this_user_may_not_read_is_told() {
    let sandbox = Sandbox::new();
    let open = |name: &str, mode: u32| {
        std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    std::fs::create_dir(sandbox.path("closed")).unwrap();
    sandbox.scli(&["--db", "closed/w.db", "init-db"]).success();
    sandbox.scli(&["--db", "secret.db", "init-db"]).success();
    std::fs::create_dir(sandbox.path("bare")).unwrap();
    for (name, mode) in [("closed", 0o000), ("secret.db", 0o000), ("bare", 0o555), ("", 0o755)] {
        open(name, mode);
    }
    let is_root = std::fs::read_dir(sandbox.path("closed")).is_ok();
    let mut told = String::new();
    for (place, command) in [
        ("closed/w.db", "answers"),
        ("closed/w.db", "init-db"),
        ("secret.db", "answers"),
        ("secret.db", "init-db"),
        ("bare/w.db", "init-db"),
    ] {
        let mut run = sandbox.command(&["--db", place, command]);
        if is_root {
            run.uid(65534).gid(65534);
        }
        match run.output() {
            Ok(output) => {
                told += &format!("# scli --db {place} {command}\n{}", Outcome::from(output).told());
            }
            Err(error) => {
                println!("skipped: the binary cannot be run as another user here: {error}");
                open("closed", 0o755);
                return;
            }
        }
    }
    open("closed", 0o755);
    snapshot("place_not_allowed", &told);
}

#[test]
fn too_many_open_files_are_told() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("movies.csv", MOVIES);
    let mut met = 0;
    for limit in 3..16 {
        for command in ["answers", "load --model movie --config movies.csv", "seal --force out.db", "check"] {
            let outcome = sandbox.shell(&format!("ulimit -n {limit}; exec scli {command}"));
            // Below some limit the system cannot even start the program.
            let cannot_start = outcome.stderr.contains("error while loading shared libraries");
            if outcome.code == 0 || cannot_start {
                continue;
            }
            assert_eq!(outcome.code, 1, "{limit} {command}: {}", outcome.stderr);
            let told = ["too many files are open", "Too many open files"];
            assert!(
                told.iter().any(|told| outcome.stderr.contains(told)),
                "{limit} {command}: {}",
                outcome.stderr
            );
            met += 1;
        }
    }
    assert!(met > 0);
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
}
