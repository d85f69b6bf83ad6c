//! Records that stand alone, each in a text of its own: a message of a topic, or what was set aside. What is wrong with
//! one is wrong with that record, and with nothing else.

use super::csv::{self, Header, Marks, visit_alone};
use super::elements::parse;
use super::{Format, MAX_RECORD, Reading, Record, Visit};
use crate::domain::{Invalid, Members, Position, Raw, Rule};
use crate::error::Result;
use serde_json::value::RawValue;

/// How such records are read.
pub struct Alone {
    form: Form,
    reading: Reading,
}

enum Form {
    Json,
    /// Below this header.
    Csv(Box<Header>, Marks),
}

impl Alone {
    /// Records of JSON.
    pub fn json(reading: Reading) -> Alone {
        Alone { form: Form::Json, reading }
    }

    /// Records of CSV below a header, which must have the columns `members`.
    pub fn csv(header: &str, reading: Reading, members: Members) -> Result<Alone> {
        let (header, blocks) = csv::open(header.as_bytes(), &reading, members)?;
        let marks = Marks { eol: b'\n', ..blocks.marks() };
        Ok(Alone { form: Form::Csv(Box::new(header), marks), reading })
    }

    /// The form of the records.
    pub fn format(&self) -> Format {
        match self.form {
            Form::Json => Format::Json,
            Form::Csv(..) => Format::Csv,
        }
    }

    /// What the ledger calls the form.
    pub fn collector(&self) -> std::borrow::Cow<'static, str> {
        self.reading.collector(self.format())
    }

    /// Hands over the record that a text is; there may be none.
    pub fn visit(&self, position: Position<'_>, text: Option<&[u8]>, visit: &mut Visit<'_>) -> Result<()> {
        let bytes = text.unwrap_or_default().trim_ascii_end();
        let header = match &self.form {
            Form::Csv(header, _) => Some(header.text.as_str()),
            Form::Json => None,
        };
        let mut wrong = |why: String| {
            let raw = Err(Invalid::new(Rule::Shape, "", None, why));
            visit(Record { position, header, bytes, raw })
        };
        match &self.form {
            _ if text.is_none() => wrong("has no value, which says that its key is gone".to_owned()),
            _ if bytes.trim_ascii_start().is_empty() => wrong("is empty".to_owned()),
            _ if bytes.len() > MAX_RECORD => wrong(format!("longer than {} MiB", MAX_RECORD >> 20)),
            Form::Csv(header, marks) => visit_alone(bytes, header, *marks, position, visit),
            Form::Json => match serde_json::from_slice::<&RawValue>(bytes) {
                Err(error) => wrong(not_json(bytes, &error)),
                Ok(raw) => {
                    let value = parse(raw, &self.reading);
                    let raw = value.as_ref().map(Raw::Json).map_err(Clone::clone);
                    visit(Record { position, header: None, bytes, raw })
                }
            },
        }
    }
}

fn not_json(bytes: &[u8], error: &serde_json::Error) -> String {
    match std::str::from_utf8(bytes) {
        Err(error) => format!("not UTF-8 at byte {}", error.valid_up_to()),
        Ok(_) => format!("broken JSON: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(alone: &Alone, text: Option<&[u8]>) -> String {
        let mut told = String::new();
        let position = Position::Message { topic: "t", partition: 3, offset: 14 };
        alone
            .visit(position, text, &mut |record| {
                assert_eq!(record.bytes, text.unwrap_or_default().trim_ascii_end());
                told += &format!("{} ", record.position);
                told += &match record.raw {
                    Ok(Raw::Row(row)) => format!("{} {:?}", row.fields.join("|"), row.others),
                    Ok(Raw::Json(value)) => value.to_string(),
                    Err(invalid) => format!("{} {invalid}", invalid.rule.name()),
                };
                Ok(())
            })
            .unwrap();
        told
    }

    #[test]
    fn json_is_a_record_or_wrong_alone() {
        let alone = Alone::json(Reading { map: vec![("A".into(), "a".into())], ..Reading::default() });
        for (text, expected) in [
            (Some(&b" {\"A\":\n 1}\n"[..]), "t[3]@14 {\"a\":1}"),
            (None, "t[3]@14 shape has no value, which says that its key is gone"),
            (Some(b" \n"), "t[3]@14 shape is empty"),
            (Some(b"{\"a\""), "t[3]@14 shape broken JSON: EOF while parsing an object at line 1 column 4"),
            (Some(b"{} {}"), "t[3]@14 shape broken JSON: trailing characters at line 1 column 4"),
            (Some(b"\"\xff\""), "t[3]@14 shape not UTF-8 at byte 1"),
        ] {
            assert_eq!(told(&alone, text), expected);
        }
        let long = vec![b'1'; MAX_RECORD + 1];
        assert_eq!(told(&alone, Some(&long)), "t[3]@14 shape longer than 16 MiB");
    }

    #[test]
    fn a_line_of_csv_is_a_record_or_wrong_alone() {
        let members = Members::needed(&["a", "b"]);
        let alone = Alone::csv("b;x;a", Reading::default(), members).unwrap();
        for (text, expected) in [
            ("1,5;2;\"3;\"\"\"\r\n", "t[3]@14 3;\"|1,5 [(\"x\", \"2\")]"),
            ("1;2", "t[3]@14 ragged has 2 fields, the header has 3"),
            ("1;2;3\n4;5;6", "t[3]@14 ragged has more than one line, where one record is expected"),
            ("1;2;\"3", "t[3]@14 ragged a quote is opened and never closed"),
            ("1;\"two\nlines\";3", "t[3]@14 3|1 [(\"x\", \"two\\nlines\")]"),
        ] {
            assert_eq!(told(&alone, Some(text.as_bytes())), expected);
        }
        assert!(told(&alone, Some(b"1;2;\xe9")).ends_with("shape not UTF-8 at byte 4"));
        assert!(Alone::csv("a", Reading::default(), members).is_err());
    }
}
