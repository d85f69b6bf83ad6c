//! `scli generate` on the command line; what it writes is tested in `tests/generate.rs`.

use crate::harness::Sandbox;

#[test]
fn the_report_names_each_file() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["generate", "out", "--streams", "50"]).success().snapshot("generate");
    assert_eq!(sandbox.names(), ["out"]);
    let quiet = sandbox.scli(&["generate", "out", "--seed", "7", "--streams", "50", "--quiet"]).success();
    assert_eq!((quiet.stdout, quiet.stderr), (String::new(), String::new()));
    sandbox.scli(&["sync", "out", "--strict"]).snapshot("generate_sync_strict");
}

#[test]
fn what_cannot_be_generated_is_said() {
    let sandbox = Sandbox::new();
    sandbox.write("taken", "a file");
    // The reason is the system's own, in its own words.
    let taken = sandbox.scli(&["generate", "taken"]);
    assert!(
        taken.code == 1 && taken.stderr.starts_with("error: cannot create the folder taken"),
        "{}",
        taken.stderr
    );
    sandbox.scli(&["generate", "out", "--streams", "many"]).snapshot("generate_bad_number");
    assert_eq!(sandbox.names(), ["taken"]);
}
