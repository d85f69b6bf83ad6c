//! From bytes to raw records, each with its position and its very bytes. No decoder knows a model.

mod alone;
mod archive;
mod bounded;
mod compression;
pub mod csv;
mod digest;
mod elements;
mod encoding;
mod foreign;
pub mod json;
mod jsonl;
mod reading;
mod root;
mod workbook;

pub use alone::Alone;
pub use archive::name_within;
pub use compression::{Text, decompressed, is_plain, look_ahead, uncompressed};
pub use digest::{Digesting, Fingerprint};
pub use reading::{NO_ENCODING, NO_ROOT, NO_SEPARATOR, Reading, encoding, root, separator};

use crate::domain::{Invalid, Members, Position, Raw};
use crate::error::{Error, Result};
use std::fmt;
use std::io::Read;
use std::path::Path;

/// The forms that files have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// A header and rows of values, separated by commas, semicolons, tabs or bars, or in a workbook.
    Csv,
    /// One JSON array of records, alone or in an object, or one record.
    Json,
    /// One JSON record a line.
    Jsonl,
}

impl Format {
    /// Every form.
    pub const ALL: [Format; 3] = [Format::Csv, Format::Json, Format::Jsonl];

    /// The name by which commands and the ledger call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
        }
    }

    /// The form that a file name's ending tells, whether compressed or not.
    pub fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let (_, ending) = uncompressed(&name).rsplit_once('.')?;
        match ending {
            "tsv" | "xlsx" => Some(Format::Csv),
            "ndjson" => Some(Format::Jsonl),
            _ => Format::ALL.into_iter().find(|format| format.name() == ending),
        }
    }
}

/// One record as it stands in its source.
#[derive(Debug)]
pub struct Record<'a> {
    /// Where it begins.
    pub position: Position<'a>,
    /// The header it stands below, which CSV has and JSON has not.
    pub header: Option<&'a str>,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its members, or why they cannot be told.
    pub raw: std::result::Result<Raw<'a>, Invalid>,
}

/// What the caller does with each record; an error ends the decoding.
pub type Visit<'v> = dyn FnMut(Record<'_>) -> Result<()> + 'v;

/// The longest record, in bytes: a limit that keeps memory bounded also for a file whose quote or
/// bracket never closes. On its way into a table there are up to eight copies of a text.
pub const MAX_RECORD: usize = 16 << 20;

/// Visits each record of `reader` in turn. `members` are the columns that a CSV file must have, and what tells a
/// JSON object that is a record from one that holds records.
pub fn decode(
    format: Format,
    reading: &Reading,
    reader: impl Read,
    members: Members,
    visit: &mut Visit<'_>,
) -> Result<()> {
    match format {
        Format::Csv => csv::decode(reader, reading, members, visit),
        Format::Json => json::decode(reader, reading, &members, visit),
        Format::Jsonl => jsonl::decode(reader, reading, visit),
    }
}

/// The same for a source that is in memory.
pub fn decode_text(
    format: Format,
    reading: &Reading,
    text: &[u8],
    members: Members,
    visit: &mut Visit<'_>,
) -> Result<()> {
    match format {
        Format::Json => json::decode_text(text, reading, &members, visit),
        Format::Csv | Format::Jsonl => decode(format, reading, text, members, visit),
    }
}

/// What to do about a file in another encoding.
const TO_UTF8: &str = "say which encoding it is, as in: --encoding windows-1252";

/// The error for bytes that are not UTF-8: `byte` is the first one's offset in the text.
fn not_utf8(place: impl fmt::Display, byte: u64) -> Error {
    Error::failed(format!("{place}: not UTF-8 at byte {byte}")).help(TO_UTF8)
}

/// The error for a record that is longer than any may be.
fn too_long(place: impl fmt::Display) -> Error {
    Error::failed(format!("{place}: a record longer than {} MiB", MAX_RECORD >> 20))
        .help("most likely a quote or a bracket is opened there and never closed")
}

/// The error for a source that cannot be read on: one of ours that a reader has, or of the system.
pub fn unreadable(error: std::io::Error) -> Error {
    error.downcast::<Error>().unwrap_or_else(|error| {
        Error::failed(format!("cannot be read to its end: {error}"))
            .help("the file may be cut off or damaged; fetch it again")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_tells_the_form() {
        for (name, format) in [
            ("data/movies.csv", Some(Format::Csv)),
            ("MOVIES.CSV.GZ", Some(Format::Csv)),
            ("authors.json.zst", Some(Format::Json)),
            ("authors.jsonl", Some(Format::Jsonl)),
            ("authors.ndjson", Some(Format::Jsonl)),
            ("movies.tsv.bz2", Some(Format::Csv)),
            ("movies.xlsx", Some(Format::Csv)),
            ("movies.csv.xz", Some(Format::Csv)),
            ("movies.csv.zip", Some(Format::Csv)),
            ("authors", None),
            ("authors.gz", None),
            ("authors.xml", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
