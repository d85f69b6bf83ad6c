//! The `scli` command: parse, dispatch, print the error once, choose the exit code.

fn main() {}
