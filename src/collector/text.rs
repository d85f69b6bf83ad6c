//! Texts that a command reads whole: SQL, answers to compare with, the project file.

use super::Location;
use crate::error::{Error, Result};
use crate::interrupt;
use std::io::Read;

/// The longest of them, in bytes: a hundred times what people write.
const LONGEST: u64 = 1 << 20;

/// The text of a file, or of standard input.
pub fn read_text(location: &Location) -> Result<String> {
    let at = |error: Error| match location {
        Location::Stdin => error.at("standard input"),
        location => error.at(location),
    };
    let mut source = location.open()?;
    let mut bytes = Vec::new();
    let read = source.reader.by_ref().take(LONGEST + 1).read_to_end(&mut bytes);
    // A signal may have ended the reading.
    interrupt::check()?;
    read.map_err(|error| at(error.into()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(at(Error::failed(format!("longer than {} MiB", LONGEST >> 20))
            .help("SQL, answers and settings are short texts; look whether this is the right file")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        at(Error::failed(format!("not UTF-8 at byte {byte}")).help("save it as UTF-8 text"))
    })
}
