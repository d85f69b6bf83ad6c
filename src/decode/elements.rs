//! The elements of an array of JSON: each a record, whose value is bounded.

use super::{Reading, Record, Visit};
use crate::domain::{Invalid, Position, Raw, Rule};
use crate::error::{Error, Result};
use memchr::memchr2;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::cell::Cell;
use std::fmt;

/// How much was read since the last record was handed over.
#[derive(Default)]
pub(super) struct Since {
    pub(super) bytes: Cell<usize>,
    pub(super) records: Cell<u64>,
}

/// The elements of an array, handed over one by one.
pub(super) struct Elements<'a, 'v> {
    /// The path to the array, if it is not the document.
    pub(super) root: Option<&'a str>,
    pub(super) since: Option<&'a Since>,
    pub(super) reading: &'a Reading,
    pub(super) visit: &'a mut Visit<'v>,
    pub(super) failure: &'a mut Option<Error>,
}

impl<'v> Elements<'_, 'v> {
    /// The same, for what stands deeper.
    pub(super) fn again(&mut self) -> Elements<'_, 'v> {
        Elements {
            root: self.root,
            since: self.since,
            reading: self.reading,
            visit: self.visit,
            failure: self.failure,
        }
    }
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
            let position = match self.root {
                Some(root) => Position::Below { root, index },
                None => Position::Element(index),
            };
            if let Err(error) = hand_over(&raw, position, self.reading, self.visit) {
                *self.failure = Some(error);
                return Err(serde::de::Error::custom("stopped by the visitor"));
            }
            index += 1;
            if let Some(since) = self.since {
                since.bytes.set(0);
                since.records.set(index);
            }
        }
        Ok(())
    }
}

/// Hands over one record.
pub(super) fn hand_over(
    raw: &RawValue,
    position: Position<'_>,
    reading: &Reading,
    visit: &mut Visit<'_>,
) -> Result<()> {
    let value = parse(raw, reading);
    visit(Record {
        header: None,
        position,
        bytes: raw.get().as_bytes(),
        raw: value.as_ref().map(Raw::Json).map_err(Clone::clone),
    })
}

/// The value of well-formed JSON, its members named as the model names them, unless it holds what cannot be held.
pub(super) fn parse(raw: &RawValue, reading: &Reading) -> std::result::Result<Value, Invalid> {
    let mut value = value(raw)?;
    if !reading.map.is_empty() {
        reading.rename(&mut value)?;
    }
    Ok(value)
}

fn value(raw: &RawValue) -> std::result::Result<Value, Invalid> {
    if raw.get().len() > MOST_VALUES && has_too_many_values(raw.get()) {
        let why = format!("holds more than {MOST_VALUES} values");
        return Err(Invalid::new(Rule::Json, "", None, why));
    }
    serde_json::from_str(raw.get()).map_err(|error| {
        if !raw.get().starts_with('{') {
            return Invalid::new(Rule::Shape, "", None, "expected an object, found something else");
        }
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

/// How many values a record may hold: each takes far more memory than its text does.
const MOST_VALUES: usize = 100_000;

/// How deep the parser goes.
const DEEPEST: usize = 128;

/// Whether well-formed JSON holds more values than a record may: what opens or separates one is counted. Where it
/// nests deeper than the parser goes, that ends there anyway.
fn has_too_many_values(text: &str) -> bool {
    let (mut values, mut depth, mut rest) = (0, 0_usize, text.as_bytes());
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'"' => rest = behind_text(rest),
            b',' => values += 1,
            b'[' | b'{' => (values, depth) = (values + 1, depth + 1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if values > MOST_VALUES || depth > DEEPEST {
            return depth <= DEEPEST;
        }
    }
    false
}

/// What follows the quote that closes the text which `rest` begins with.
fn behind_text(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        let escapes = rest.get(at) == Some(&b'\\');
        rest = rest.get(at + if escapes { 2 } else { 1 }..).unwrap_or_default();
        if !escapes {
            return rest;
        }
    }
    &[]
}
