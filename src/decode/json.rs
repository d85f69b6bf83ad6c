//! JSON: an array of records or one record, read one record at a time.

use super::bounded::Bounded;
use super::elements::{Elements, Since, hand_over};
use super::root::{self, Counting, Walk};
use super::{MAX_RECORD, Reading, Visit, too_long, unreadable};
use crate::domain::Position;
use crate::error::{Error, Result};
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::io::{BufRead, BufReader, Read};

/// Up to how many bytes a document is read as a whole, which its parser is faster with.
const WHOLE: u64 = 4 << 20;

/// Visits each element of the array that the document is or holds, or the one record that it is, which has one of
/// `members`.
pub fn decode(
    mut reader: impl Read,
    reading: &Reading,
    members: &[&str],
    visit: &mut Visit<'_>,
) -> Result<()> {
    let mut start = Vec::new();
    reader.by_ref().take(WHOLE).read_to_end(&mut start).map_err(unreadable)?;
    if (start.len() as u64) < WHOLE {
        return decode_text(&start, reading, members, visit);
    }
    if first_character(&mut start.as_slice())? == Some(b'{') {
        let more = (MAX_RECORD + 1).saturating_sub(start.len());
        reader.by_ref().take(more as u64).read_to_end(&mut start).map_err(unreadable)?;
        return decode_object(&start, reader, reading, members, visit);
    }
    let whole = Bounded::new(start.as_slice().chain(reader));
    let mut reader = BufReader::with_capacity(1 << 16, whole);
    let first = first_character(&mut reader)?;
    decode_with(serde_json::Deserializer::from_reader(reader), first, reading, visit)
}

/// The path to the records of a document by which they would be found; `None` if it is an array or a record itself.
pub fn root(mut reader: impl Read, reading: &Reading, members: &[&str]) -> Result<Option<String>> {
    let mut start = Vec::new();
    reader.by_ref().take(MAX_RECORD as u64 + 1).read_to_end(&mut start).map_err(unreadable)?;
    match first_character(&mut start.as_slice())? {
        Some(b'{') => root::found(&start, reading, members),
        _ => Ok(None),
    }
}

/// The same as [`decode`] for a document that is in memory.
pub fn decode_text(text: &[u8], reading: &Reading, members: &[&str], visit: &mut Visit<'_>) -> Result<()> {
    match first_character(&mut &*text)? {
        Some(b'{') => decode_object(text, std::io::empty(), reading, members, visit),
        first => decode_with(serde_json::Deserializer::from_slice(text), first, reading, visit),
    }
}

/// A document that is an object: a record, or what holds the records. `start` is all of it, or more than a record
/// may have.
fn decode_object(
    start: &[u8],
    reader: impl Read,
    reading: &Reading,
    members: &[&str],
    visit: &mut Visit<'_>,
) -> Result<()> {
    let root = match &reading.root {
        Some(root) => Some(root.clone()),
        None => root::found(start, reading, members)?,
    };
    let found = reading.root.is_none();
    let is_whole = start.len() <= MAX_RECORD;
    let Some(root) = root else {
        if !is_whole {
            return Err(too_long(Position::Document));
        }
        return decode_with(serde_json::Deserializer::from_slice(start), Some(b'{'), reading, visit);
    };
    let (since, mut failure) = (Since::default(), None);
    let steps: Vec<&str> = root.split('.').collect();
    let elements = Elements { root: Some(&root), since: Some(&since), reading, visit, failure: &mut failure };
    let walk = Walk { steps: &steps, elements, found };
    let outcome = if is_whole {
        let mut deserializer = serde_json::Deserializer::from_slice(start);
        walk.deserialize(&mut deserializer).and_then(|()| deserializer.end())
    } else {
        let inner = start.chain(reader);
        let counting = Counting { inner, since: &since, root: Some(&root) };
        let reader = BufReader::with_capacity(1 << 16, counting);
        let mut deserializer = serde_json::Deserializer::from_reader(reader);
        walk.deserialize(&mut deserializer).and_then(|()| deserializer.end())
    };
    match failure {
        Some(error) => Err(error),
        None => outcome.map_err(syntax_in_file),
    }
}

/// The first byte that is not white space, which stays to be read.
fn first_character(reader: &mut impl BufRead) -> Result<Option<u8>> {
    loop {
        let buffer = reader.fill_buf().map_err(unreadable)?;
        let first = buffer.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        let count = buffer.len();
        if first.is_some() || count == 0 {
            return Ok(first);
        }
        reader.consume(count);
    }
}

fn decode_with<'de>(
    mut deserializer: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    first: Option<u8>,
    reading: &Reading,
    visit: &mut Visit<'_>,
) -> Result<()> {
    if let (Some(root), Some(b'[')) = (&reading.root, first) {
        let error = Error::failed(format!("root {root} is for an object, and the file is an array"));
        return Err(error.help("leave the root out: the records are the elements of the array"));
    }
    let mut failure = None;
    let outcome = match first {
        None => {
            return Err(
                Error::failed("the file is empty").help("a dump without records is an empty array: []")
            );
        }
        Some(b'[') => Elements { root: None, since: None, reading, visit, failure: &mut failure }
            .deserialize(&mut deserializer),
        Some(b'{') => Box::<RawValue>::deserialize(&mut deserializer)
            .map(|raw| failure = hand_over(&raw, Position::Document, reading, visit).err()),
        Some(_) => IgnoredAny::deserialize(&mut deserializer).map(|_| {
            let message = "the file is JSON, but neither an array of records nor a record";
            failure = Some(Error::failed(message).help("expected [{…}, {…}] or {…}"));
        }),
    };
    match failure {
        Some(error) => Err(error),
        None => outcome.and_then(|()| deserializer.end()).map_err(syntax_in_file),
    }
}

/// The error for a text that is not JSON.
pub(super) fn syntax(error: serde_json::Error) -> Error {
    let text = error.to_string();
    // The parser names the place behind its message; it is told in front, like every place.
    let (what, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    match error.classify() {
        Category::Io => unreadable(error.into()),
        _ if what == "invalid unicode code point" => Error::failed("not UTF-8").help(super::TO_UTF8),
        category => Error::failed(format!("broken JSON: {what}")).help(match category {
            Category::Eof => "the file looks cut off; fetch it again",
            _ => "the file must be valid JSON as a whole; nothing of it was loaded",
        }),
    }
}

/// The same error with line and column, for texts of many lines.
fn syntax_in_file(error: serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Io => syntax(error),
        _ => syntax(error).at(format_args!("line {line}, column {column}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document is the same whether it is read as a whole or, behind much white space, piece by piece.
    #[test]
    fn large_documents_are_read_as_small_ones_are() {
        let long = [" ".repeat(WHOLE as usize), r#"[{"a": 1}, {"b": "é"}]"#.to_owned()].concat();
        assert_eq!(records(long.as_bytes()).unwrap(), records(long.trim().as_bytes()).unwrap());
        let broken = [" ".repeat(WHOLE as usize), r#"[{"a": 1}, {"b" 2}]"#.to_owned()].concat();
        let message = |text: &str| records(text.as_bytes()).unwrap_err().message().to_owned();
        let (large, small) = (message(&broken), message(broken.trim()));
        assert_eq!(small, "line 1, column 17: broken JSON: expected `:`");
        assert_eq!(large.rsplit(": ").next(), small.rsplit(": ").next());
    }

    fn records(text: &[u8]) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        decode(text, &Reading::default(), &["a"], &mut |record| {
            let what = match record.raw {
                Ok(_) => String::from_utf8(record.bytes.to_vec()).unwrap(),
                Err(invalid) => invalid.to_string(),
            };
            found.push((record.position.to_string(), what));
            Ok(())
        })?;
        Ok(found)
    }

    fn message(text: &[u8]) -> String {
        records(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn arrays_and_single_objects_are_records() {
        let element = |i, text: &str| (format!("$[{i}]"), text.to_owned());
        assert_eq!(
            records(b" [ {\"a\": 1} ,{}, null]\n").unwrap(),
            [element(0, "{\"a\": 1}"), element(1, "{}"), element(2, "null")]
        );
        assert_eq!(records(b"[]").unwrap(), []);
        assert_eq!(records(b"{\"a\": 1}").unwrap(), [("$".to_owned(), "{\"a\": 1}".to_owned())]);
    }

    #[test]
    fn what_is_no_array_of_records_is_refused() {
        assert_eq!(message(b""), "the file is empty");
        assert_eq!(message(b" \n "), "the file is empty");
        assert_eq!(message(b"42"), "the file is JSON, but neither an array of records nor a record");
        assert_eq!(message(b"[{}"), "line 1, column 3: broken JSON: EOF while parsing a list");
        assert_eq!(message(b"[{},]"), "line 1, column 5: broken JSON: trailing comma");
        assert_eq!(message(b"[{}] x"), "line 1, column 6: broken JSON: trailing characters");
        assert_eq!(message(b"[{}\n{}]"), "line 2, column 1: broken JSON: expected `,` or `]`");
        assert_eq!(message(b"[NaN]"), "line 1, column 2: broken JSON: expected value");
        assert!(message(b"[{\"a\": \"\xff\"}]").ends_with(": not UTF-8"));
        assert!(message(&b"[".repeat(100_000)).contains("broken JSON: EOF while parsing"));
    }

    #[test]
    fn sound_json_that_cannot_be_held_ends_only_its_record() {
        let deep = [b"{\"a\": ".to_vec(), b"[".repeat(100_000), b"]".repeat(100_000), b"}".to_vec()].concat();
        let found = records(&[b"[{\"a\": \"\\ud800\"}, ", deep.as_slice(), b", {}]"].concat()).unwrap();
        assert_eq!(found[0].1, "holds a lone surrogate escape, which stands for no character");
        assert_eq!(found[1].1, "nests deeper than 128 levels");
        assert_eq!(found[2].1, "{}");
    }

    #[test]
    fn an_error_of_the_visitor_stops_the_decoding() {
        let mut visits = 0;
        let error = decode(&b"[1, 2, 3]"[..], &Reading::default(), &[], &mut |_| {
            visits += 1;
            Err(Error::failed("enough"))
        });
        assert_eq!((error, visits), (Err(Error::failed("enough")), 1));
    }
}
