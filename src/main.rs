//! The `scli` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(scli::cli::main())
}
