//! Limits on memory.

#![cfg(target_os = "linux")]

use crate::harness::{Outcome, Sandbox};

/// Runs a line of shell under a limit on memory, in kibibytes.
fn limited(sandbox: &Sandbox, kib: u32, line: &str) -> Outcome {
    sandbox.shell(&format!("ulimit -v {kib}; exec {line}"))
}

/// The command ended well, or for want of memory, or because the one before did.
fn told(outcome: &Outcome, what: &str) -> bool {
    let said = &outcome.stderr;
    // Below some limit the system cannot even start the program.
    if outcome.code == 0 || outcome.code == 127 || outcome.code == -1 && said.is_empty() {
        return false;
    }
    println!("{what}: {} {said}", outcome.code);
    assert_eq!(outcome.code, 1, "{what}: {said}");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{what}: {said}");
    said.contains("memory")
}

#[test]
fn a_load_does_with_the_memory_that_it_may_have_or_tells() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["-q", "generate", "data", "--streams", "300000"]).success();
    let load = "scli load --model stream --config data/internal/streams.csv";
    limited(&sandbox, 200 << 10, load).success();
    let mut met = 0;
    for mib in [12, 15, 18, 20, 22, 25, 30] {
        std::fs::remove_file(sandbox.path("warehouse.db")).unwrap();
        sandbox.scli(&["init-db"]).success();
        met += usize::from(told(&limited(&sandbox, mib << 10, load), &format!("{mib} MiB")));
        sandbox.scli(&["init-db"]).success();
        assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
    }
    assert!(met > 0, "some limit was met");
}

#[test]
fn other_commands_tell_that_there_is_not_enough_memory() {
    let sandbox = Sandbox::with_warehouse();
    let mut met = 0;
    for mib in [12, 14, 15, 16, 17, 18, 20] {
        for command in ["check --deep", "seal --force out.db", "answers", "sync data"] {
            let outcome = limited(&sandbox, mib << 10, &format!("scli {command}"));
            met += usize::from(told(&outcome, &format!("{mib} MiB, {command}")));
        }
    }
    println!("{met} commands had not enough memory");
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
}
