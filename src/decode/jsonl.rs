//! JSON lines: one record a line, blank lines between them allowed.

use super::elements::parse;
use super::json::syntax;
use super::{MAX_RECORD, Reading, Record, Visit, too_long, unreadable};
use crate::domain::{Position, Raw};
use crate::error::Result;
use serde_json::value::RawValue;
use std::io::{BufRead, BufReader, Read};

/// Visits the record on each line.
pub fn decode(reader: impl Read, reading: &Reading, visit: &mut Visit<'_>) -> Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut text = Vec::new();
    let (mut line, mut byte) = (0, 0);
    loop {
        text.clear();
        let count =
            reader.by_ref().take(MAX_RECORD as u64 + 1).read_until(b'\n', &mut text).map_err(unreadable)?;
        if count == 0 {
            return Ok(());
        }
        line += 1;
        let position = Position::Line { line, byte };
        byte += count as u64;
        if count > MAX_RECORD {
            return Err(too_long(position));
        }
        let record = text.trim_ascii();
        if record.is_empty() {
            continue;
        }
        // Broken JSON ends the load; JSON that is sound and still cannot be held ends only the record.
        let raw: &RawValue = serde_json::from_slice(record).map_err(|error| {
            let column = error.column();
            syntax(error).at(format_args!("{position}, column {column}"))
        })?;
        let value = parse(raw, reading);
        visit(Record {
            position,
            header: None,
            bytes: record,
            raw: value.as_ref().map(Raw::Json).map_err(Clone::clone),
        })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(text: &str) -> Result<Vec<Position<'static>>> {
        let mut found = Vec::new();
        decode(text.as_bytes(), &Reading::default(), &mut |record| {
            found.extend(record.position.alone());
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn lines_are_records_and_blank_lines_are_not() {
        let expected = vec![Position::Line { line: 1, byte: 0 }, Position::Line { line: 3, byte: 11 }];
        assert_eq!(positions("{\"a\": 1}\r\n\n{\"a\": 2}").unwrap(), expected);
        assert_eq!(positions("").unwrap(), []);
    }

    #[test]
    fn a_broken_line_is_named() {
        let error = positions("{\"a\": 1}\n{\"a\": \n").unwrap_err();
        assert_eq!(error.message(), "line 2, column 5: broken JSON: EOF while parsing a value");
    }
}
