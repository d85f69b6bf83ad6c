//! The records of a block, and their fields.

use super::super::{Record, Visit};
use super::blocks::{Block, Marks};
use super::fields::{Fields, Unclosed, not_utf8_in};
use super::header::Header;
use crate::domain::{Invalid, Position, Raw, Row, Rule};
use crate::error::{Error, Result};
use memchr::memchr_iter;

/// Visits each record of the block.
pub fn visit_records(block: &Block, header: &Header, visit: &mut Visit<'_>) -> Result<()> {
    // One check for the block; slices between ASCII characters of it are then text as well.
    let text = std::str::from_utf8(&block.bytes).map_err(|error| not_utf8_in(block, error))?;
    let mut fields = Fields::default();
    let mut row: Vec<&str> = Vec::with_capacity(header.columns.len());
    let mut others: Vec<(&str, &str)> = Vec::with_capacity(header.others.len());
    // Where commas divide no fields, they may stand in numbers.
    let decimal_comma = block.marks.separator == b';';
    let mut line = block.line;
    let mut start = 0;
    while start < text.len() {
        let end = fields.parse(text, start, block.marks).map_err(|Unclosed { at }| {
            let line = line
                + memchr_iter(block.marks.eol, text.get(start..at).unwrap_or_default().as_bytes()).count()
                    as u64;
            Error::failed(format!("line {line}: a quote is opened and never closed"))
                .help("close the quote; if the file looks cut off there, fetch it again")
        })?;
        let bytes = text.get(start..end).unwrap_or_default().as_bytes();
        if !fields.blank() {
            let position = match &header.sheet {
                None => Position::Line { line, byte: block.byte + start as u64 },
                Some(sheet) => Position::Row { sheet, row: line },
            };
            let raw = if fields.count() == header.width {
                row.clear();
                row.extend(header.columns.iter().map(|column| fields.get(text, *column)));
                others.clear();
                others.extend(
                    header.others.iter().map(|(name, column)| (name.as_str(), fields.get(text, *column))),
                );
                // The row borrows from `fields`, which the next record reuses: the visit ends first.
                Ok(Raw::Row(Row { fields: &row, others: &others, decimal_comma }))
            } else {
                Err(ragged(fields.count(), header.width))
            };
            visit(Record {
                position,
                header: Some(&header.text),
                bytes: without_line_end(bytes, block.marks.eol),
                raw,
            })?;
            row = recycle(row, "");
            others = recycle(others, ("", ""));
        }
        line += if fields.many_lines { memchr_iter(block.marks.eol, bytes).count() as u64 } else { 1 };
        start = end;
    }
    Ok(())
}

/// Hands over the one record that a text is, below a header that it does not stand below itself; or what is wrong with
/// it, which ends nothing but the record.
pub fn visit_alone(
    text: &[u8],
    header: &Header,
    marks: Marks,
    position: Position<'_>,
    visit: &mut Visit<'_>,
) -> Result<()> {
    let mut fields = Fields::default();
    let raw = record_alone(text, header, marks, &mut fields);
    let mut others: Vec<(&str, &str)> = Vec::new();
    let row: Vec<&str> = match raw {
        Ok(text) => {
            others.extend(
                header.others.iter().map(|(name, column)| (name.as_str(), fields.get(text, *column))),
            );
            header.columns.iter().map(|column| fields.get(text, *column)).collect()
        }
        Err(_) => Vec::new(),
    };
    let decimal_comma = marks.separator == b';';
    let raw = raw.map(|_| Raw::Row(Row { fields: &row, others: &others, decimal_comma }));
    visit(Record { position, header: Some(&header.text), bytes: text, raw })
}

/// The text whose fields were taken.
fn record_alone<'t>(
    text: &'t [u8],
    header: &Header,
    marks: Marks,
    fields: &mut Fields,
) -> std::result::Result<&'t str, Invalid> {
    let wrong = |rule, why: String| Invalid::new(rule, "", None, why);
    let text = std::str::from_utf8(text)
        .map_err(|error| wrong(Rule::Shape, format!("not UTF-8 at byte {}", error.valid_up_to())))?;
    let unclosed = |_| wrong(Rule::Ragged, "a quote is opened and never closed".to_owned());
    let end = fields.parse(text, 0, marks).map_err(unclosed)?;
    if !text.get(end..).unwrap_or_default().trim().is_empty() {
        return Err(wrong(Rule::Ragged, "has more than one line, where one record is expected".to_owned()));
    }
    match fields.count() == header.width {
        true => Ok(text),
        false => Err(ragged(fields.count(), header.width)),
    }
}

/// The same allocation, empty, for slices of another lifetime.
fn recycle<A, B: Copy>(mut row: Vec<A>, nothing: B) -> Vec<B> {
    row.clear();
    row.into_iter().map(|_| nothing).collect()
}

fn ragged(found: usize, expected: usize) -> Invalid {
    let s = if found == 1 { "" } else { "s" };
    Invalid::new(Rule::Ragged, "", None, format!("has {found} field{s}, the header has {expected}"))
}

/// The record's bytes without the line ending.
fn without_line_end(bytes: &[u8], eol: u8) -> &[u8] {
    let bytes = bytes.strip_suffix(&[eol]).unwrap_or(bytes);
    if eol == b'\n' { bytes.strip_suffix(b"\r").unwrap_or(bytes) } else { bytes }
}
