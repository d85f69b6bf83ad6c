//! Whoever reads the output may leave early, as `head` does.

use crate::harness::{Outcome, Sandbox};

#[test]
fn a_closed_pipe_is_success_and_says_nothing() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("all.sql", "SELECT * FROM stream");
    for line in [
        "answers",
        "answers --format csv",
        "answers --format json",
        "query --list",
        "query users_affected_by_outage --format markdown",
        "query -f all.sql --format table",
        "query -f all.sql --format csv",
        "query -f all.sql --format jsonl",
        "completions bash",
        "man",
        "help load",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let args: Vec<&str> = line.split(' ').collect();
        let outcome = Outcome::from(sandbox.command(&args).stdout(writer).output().unwrap());
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "scli {line}");
    }
}
