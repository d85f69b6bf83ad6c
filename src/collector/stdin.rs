//! Standard input.

use super::Source;
use super::pipe::Pipe;
use crate::error::{Error, Result};
use crate::interrupt::Heeding;
use std::io::IsTerminal;

/// Takes what another program pipes in.
pub fn open() -> Result<Source> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Error::usage("standard input is a terminal")
            .help("pipe a file into the command, or name one instead of \"-\""));
    }
    Ok(Source { reader: Box::new(Heeding(Pipe::new(stdin))), size: None, version: None })
}
