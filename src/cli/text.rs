//! Texts that a command reads whole: SQL, and answers to compare with.

use crate::collector::Location;
use crate::error::{Error, Result};
use std::io::Read;
use std::path::Path;

/// The text of a file, or of standard input for `-`.
pub fn read_text(path: &Path) -> Result<String> {
    let location = Location::from_arg(path);
    let at = |error: Error| match &location {
        Location::Stdin => error.at("standard input"),
        Location::File(path) => error.at(path.display()),
    };
    let mut source = location.open()?;
    let mut bytes = Vec::new();
    let read = source.reader.read_to_end(&mut bytes);
    // A signal may have ended the reading.
    crate::interrupt::check()?;
    read.map_err(|error| at(error.into()))?;
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        at(Error::failed(format!("not UTF-8 at byte {byte}")).help("save it as UTF-8 text"))
    })
}
