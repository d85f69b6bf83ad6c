//! JSON: an array of records or one record, read one record at a time.

use super::{Record, Visit};
use crate::domain::{Invalid, Position, Raw, Rule};
use crate::error::{Error, Result};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

/// Visits each element of the top-level array, or the one record that the document is.
pub fn decode(reader: impl Read, visit: &mut Visit<'_>) -> Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let first = first_character(&mut reader)?;
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let mut failure = None;
    let outcome = match first {
        None => {
            return Err(
                Error::failed("the file is empty").help("a dump without records is an empty array: []")
            );
        }
        Some(b'[') => Elements { visit, failure: &mut failure }.deserialize(&mut deserializer),
        Some(b'{') => Box::<RawValue>::deserialize(&mut deserializer)
            .map(|raw| failure = hand_over(&raw, Position::Document, visit).err()),
        Some(_) => Value::deserialize(&mut deserializer).map(|_| {
            let message = "the file is JSON, but neither an array of records nor a record";
            failure = Some(Error::failed(message).help("expected [{…}, {…}] or {…}"));
        }),
    };
    match failure {
        Some(error) => Err(error),
        None => outcome.and_then(|()| deserializer.end()).map_err(|error| syntax(&error)),
    }
}

/// The first byte that is not white space, which stays to be read.
fn first_character(reader: &mut impl BufRead) -> Result<Option<u8>> {
    loop {
        let buffer = reader.fill_buf()?;
        let first = buffer.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        let count = buffer.len();
        if first.is_some() || count == 0 {
            return Ok(first);
        }
        reader.consume(count);
    }
}

/// The elements of an array, handed over one by one.
struct Elements<'a, 'v> {
    visit: &'a mut Visit<'v>,
    failure: &'a mut Option<Error>,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> std::result::Result<(), A::Error> {
        let mut index = 0;
        while let Some(raw) = elements.next_element::<Box<RawValue>>()? {
            if let Err(error) = hand_over(&raw, Position::Element(index), self.visit) {
                *self.failure = Some(error);
                return Err(serde::de::Error::custom("stopped by the visitor"));
            }
            index += 1;
        }
        Ok(())
    }
}

fn hand_over(raw: &RawValue, position: Position, visit: &mut Visit<'_>) -> Result<()> {
    let value = parse(raw);
    visit(Record {
        position,
        bytes: raw.get().as_bytes(),
        raw: value.as_ref().map(Raw::Json).map_err(Clone::clone),
    })
}

/// The value of well-formed JSON, unless it holds what cannot be held.
pub(super) fn parse(raw: &RawValue) -> std::result::Result<Value, Invalid> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let text = error.to_string();
        let why = if text.contains("recursion limit") {
            "nests deeper than 128 levels"
        } else if text.contains("surrogate") || text.contains("hex escape") {
            "holds a lone surrogate escape, which stands for no character"
        } else {
            &text
        };
        Invalid::new(Rule::Json, "", None, why)
    })
}

/// The error for a text that is not JSON, with line and column.
pub(super) fn syntax(error: &serde_json::Error) -> Error {
    let failed = Error::failed(format!("broken JSON: {error}"));
    match error.classify() {
        serde_json::error::Category::Eof => failed.help("the file looks cut off; fetch it again"),
        serde_json::error::Category::Io => Error::failed(error.to_string()),
        _ => failed.help("the file must be valid JSON as a whole; nothing of it was loaded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &[u8]) -> Result<Vec<(Position, String)>> {
        let mut found = Vec::new();
        decode(text, &mut |record| {
            let what = match record.raw {
                Ok(_) => String::from_utf8(record.bytes.to_vec()).unwrap(),
                Err(invalid) => invalid.to_string(),
            };
            found.push((record.position, what));
            Ok(())
        })?;
        Ok(found)
    }

    fn message(text: &[u8]) -> String {
        records(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn arrays_and_single_objects_are_records() {
        let element = |i, text: &str| (Position::Element(i), text.to_owned());
        assert_eq!(
            records(b" [ {\"a\": 1} ,{}, null]\n").unwrap(),
            [element(0, "{\"a\": 1}"), element(1, "{}"), element(2, "null")]
        );
        assert_eq!(records(b"[]").unwrap(), []);
        assert_eq!(records(b"{\"a\": 1}").unwrap(), [(Position::Document, "{\"a\": 1}".to_owned())]);
    }

    #[test]
    fn what_is_no_array_of_records_is_refused() {
        assert_eq!(message(b""), "the file is empty");
        assert_eq!(message(b" \n "), "the file is empty");
        assert_eq!(message(b"42"), "the file is JSON, but neither an array of records nor a record");
        assert_eq!(message(b"[{}"), "broken JSON: EOF while parsing a list at line 1 column 3");
        assert_eq!(message(b"[{},]"), "broken JSON: trailing comma at line 1 column 5");
        assert_eq!(message(b"[{}] x"), "broken JSON: trailing characters at line 1 column 6");
        assert_eq!(message(b"[{}\n{}]"), "broken JSON: expected `,` or `]` at line 2 column 1");
        assert_eq!(message(b"[NaN]"), "broken JSON: expected value at line 1 column 2");
        assert!(message(b"[{\"a\": \"\xff\"}]").starts_with("broken JSON: invalid unicode code point"));
        assert!(message(&b"[".repeat(100_000)).starts_with("broken JSON: EOF while parsing"));
    }

    #[test]
    fn sound_json_that_cannot_be_held_ends_only_its_record() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        let found = records(&[b"[{\"a\": \"\\ud800\"}, ", deep.as_slice(), b", {}]"].concat()).unwrap();
        assert_eq!(found[0].1, "holds a lone surrogate escape, which stands for no character");
        assert_eq!(found[1].1, "nests deeper than 128 levels");
        assert_eq!(found[2].1, "{}");
    }

    #[test]
    fn an_error_of_the_visitor_stops_the_decoding() {
        let mut visits = 0;
        let error = decode(&b"[1, 2, 3]"[..], &mut |_| {
            visits += 1;
            Err(Error::failed("enough"))
        });
        assert_eq!((error, visits), (Err(Error::failed("enough")), 1));
    }
}
