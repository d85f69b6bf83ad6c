//! Files that are no text in UTF-8, known by their first bytes: what each is, and what to do about it.

use super::archive::ZIP;
use crate::error::{Error, Result};

/// What a file may be: its first bytes, what to call it, and the remedy.
const KINDS: [(&[u8], &str, &str); 14] = [
    (b"\x1f\x8b", "compressed twice", "unpack it once: gunzip FILE.gz"),
    (b"\x28\xb5\x2f\xfd", "compressed twice", "unpack it once: zstd -d FILE.zst"),
    (b"\xfd7zXZ\0", "compressed twice", "unpack it once: xz -d FILE.xz"),
    (b"PK\x03\x04", NESTED, "unpack it once: unzip FILE.zip"),
    (b"7z\xbc\xaf\x27\x1c", "an archive of 7-Zip", "unpack it first: 7z x FILE.7z"),
    (b"Rar!\x1a\x07", "an archive of RAR", "unpack it first: unrar x FILE.rar"),
    (b"\x04\x22\x4d\x18", "a file of lz4", "unpack it first: lz4 -d FILE.lz4"),
    (b"PAR1", "a Parquet file", "write it as CSV first: duckdb -c \"COPY 'FILE' TO 'FILE.csv'\""),
    (b"ORC", "an ORC file", "write it as CSV first"),
    (b"Obj\x01", "an Avro file", "write it as JSON lines first: avro-tools tojson FILE"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old workbook (xls)",
        "save it as xlsx or CSV (UTF-8) in the spreadsheet",
    ),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "write the table as CSV first: sqlite3 -csv -header FILE TABLE",
    ),
    (b"%PDF-", "a PDF", "ask for the data as CSV or JSON"),
    (b"\0asm", "a program", "look whether this is the right file"),
];

/// What an archive is where none is expected.
pub const NESTED: &str = "an archive in an archive";

/// Kinds that have their mark further on: where, the mark, what to call them, and the remedy.
const WITHIN: [(usize, &[u8], &str, &str); 2] = [
    (4, b"1AY&SY", "compressed twice", "unpack it once: bunzip2 FILE.bz2"),
    (257, b"ustar", "a tar archive", "unpack it first: tar -xf FILE"),
];

/// What the first file of an OpenDocument is and holds.
const OPEN_DOCUMENT: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument";

/// Fails if a file that starts with these bytes is no text that can be read; `said` is whether somebody said which
/// encoding it has.
pub fn refuse(start: &[u8], said: bool) -> Result<()> {
    match if said { binary(start) } else { told(start) } {
        Some((what, remedy)) => {
            Err(Error::failed(format!("is {what}, which scli does not read")).help(remedy))
        }
        None => Ok(()),
    }
}

/// What such a file is, and the remedy; `None` for what may be text in UTF-8 or has the mark of another encoding.
pub fn told(start: &[u8]) -> Option<(&'static str, &'static str)> {
    binary(start).or_else(|| utf16(start))
}

/// What a file is that is no text at all.
fn binary(start: &[u8]) -> Option<(&'static str, &'static str)> {
    if is_workbook(start) {
        return Some(("a workbook (xlsx) within another file", "unpack it first"));
    }
    if start.starts_with(ZIP) && start.get(30..).is_some_and(|rest| rest.starts_with(OPEN_DOCUMENT)) {
        return Some(("an OpenDocument file (ods)", "save it as xlsx or CSV (UTF-8) in the spreadsheet"));
    }
    let has = |at: usize, mark| start.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if let Some((.., what, remedy)) = WITHIN.iter().find(|(at, mark, ..)| has(*at, mark)) {
        return Some((what, remedy));
    }
    // Letters may begin a text as well; what follows them in such a file may not.
    let is_binary = |mark: &[u8]| {
        !mark.iter().all(u8::is_ascii_graphic) || start.get(mark.len()..).is_some_and(looks_binary)
    };
    let kind = KINDS.iter().find(|(mark, ..)| start.starts_with(mark) && is_binary(mark));
    kind.map(|(_, what, remedy)| (*what, *remedy))
}

/// Whether the first file of an archive is one of those that a workbook begins with.
pub fn is_workbook(start: &[u8]) -> bool {
    let name = start.get(30..).unwrap_or_default();
    start.starts_with(ZIP)
        && [&b"[Content_Types].xml"[..], b"_rels/", b"xl/", b"docProps/"]
            .iter()
            .any(|part| name.starts_with(part))
}

/// Whether bytes are none that a text has in its first line.
fn looks_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(16).any(|byte| *byte < b'\t' || *byte >= 0x80)
}

/// Text of two bytes a character without a mark in front, or of four with one.
fn utf16(start: &[u8]) -> Option<(&'static str, &'static str)> {
    match start {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            Some(("text in UTF-32", "convert it first: iconv -f utf-32 -t utf-8 FILE"))
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => None,
        [a, 0, b, 0, ..] if *a > 0 && *b > 0 => {
            Some(("text in UTF-16 without a mark that tells it", "say so: --encoding utf-16le"))
        }
        [0, a, 0, b, ..] if *a > 0 && *b > 0 => {
            Some(("text in UTF-16 without a mark that tells it", "say so: --encoding utf-16be"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        let tar = [&[b'x'; 257][..], b"ustar\0"].concat();
        let zip = |name: &str| [&b"PK\x03\x04"[..], &[0; 26], name.as_bytes()].concat();
        for (start, what) in [
            (zip("movies.csv"), "an archive in an archive"),
            (zip("[Content_Types].xml"), "a workbook (xlsx) within another file"),
            (b"\xfd7zXZ\0\0\x04".to_vec(), "compressed twice"),
            (b"BZh91AY&SY\x01\x02".to_vec(), "compressed twice"),
            (zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument file (ods)"),
            (b"PAR1\x15\x04\x15".to_vec(), "a Parquet file"),
            (b"Obj\x01\x04\x14".to_vec(), "an Avro file"),
            (b"SQLite format 3\0".to_vec(), "an SQLite database"),
            (tar, "a tar archive"),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), "text in UTF-32"),
            (b"t\0i\0t\0".to_vec(), "text in UTF-16 without a mark that tells it"),
            (b"\0t\0i\0t".to_vec(), "text in UTF-16 without a mark that tells it"),
        ] {
            assert_eq!(told(&start).map(|(what, _)| what), Some(what));
        }
    }

    #[test]
    fn text_is_no_such_file() {
        for text in [
            "",
            "[",
            "PAR1,b\n",
            "BZh,b\n1,2\n",
            "ORC,title\n",
            "é,b",
            "\u{feff}a,b\n",
            "{\"a\": 1}",
            "a\0b\0",
        ] {
            assert_eq!(told(text.as_bytes()).filter(|_| text != "a\0b\0"), None, "{text:?}");
        }
    }
}
