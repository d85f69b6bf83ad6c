//! The records of a block, and their fields.

use super::super::{Record, Visit, not_utf8};
use super::{Block, Header};
use crate::domain::{Invalid, Position, Raw, Rule};
use crate::error::{Error, Result};
use memchr::{memchr, memchr_iter, memchr2};

/// Visits each record of the block.
pub fn visit_records(block: &Block, header: &Header, visit: &mut Visit<'_>) -> Result<()> {
    // One check for the block; slices between ASCII characters of it are then text as well.
    let text = std::str::from_utf8(&block.bytes).map_err(|error| not_utf8_in(block, error))?;
    let mut fields = Fields::default();
    let mut row: Vec<&str> = Vec::with_capacity(header.columns.len());
    let mut line = block.line;
    let mut start = 0;
    while start < text.len() {
        let end = fields.parse(text, start, block.eol).map_err(|Unclosed { at }| {
            let line = line
                + memchr_iter(block.eol, text.get(start..at).unwrap_or_default().as_bytes()).count() as u64;
            Error::failed(format!("line {line}: a quote is opened and never closed"))
                .help("close the quote; if the file looks cut off there, fetch it again")
        })?;
        let bytes = text.get(start..end).unwrap_or_default().as_bytes();
        if !fields.blank() {
            let position = Position::Line { line, byte: block.byte + start as u64 };
            let raw = if fields.count() == header.width {
                row.clear();
                row.extend(header.columns.iter().map(|column| fields.get(text, *column)));
                // The row borrows from `fields`, which the next record reuses: the visit ends first.
                Ok(Raw::Row(&row))
            } else {
                Err(ragged(fields.count(), header.width))
            };
            visit(Record {
                position,
                header: Some(&header.text),
                bytes: without_line_end(bytes, block.eol),
                raw,
            })?;
            row = recycle(row);
        }
        line += if fields.many_lines { memchr_iter(block.eol, bytes).count() as u64 } else { 1 };
        start = end;
    }
    Ok(())
}

/// The same allocation, empty, for slices of another lifetime.
fn recycle<'b>(mut row: Vec<&str>) -> Vec<&'b str> {
    row.clear();
    row.into_iter().map(|_| "").collect()
}

fn ragged(found: usize, expected: usize) -> Invalid {
    let s = if found == 1 { "" } else { "s" };
    Invalid::new(Rule::Ragged, "", None, format!("has {found} field{s}, the header has {expected}"))
}

/// The error for a block that is not UTF-8.
pub(super) fn not_utf8_in(block: &Block, error: std::str::Utf8Error) -> Error {
    let at = error.valid_up_to();
    let line = block.line + memchr_iter(block.eol, block.bytes.get(..at).unwrap_or_default()).count() as u64;
    not_utf8(format_args!("line {line}"), block.byte + at as u64)
}

/// A quote that is opened at byte `at` and never closed.
pub(super) struct Unclosed {
    at: usize,
}

/// The fields of one record: slices of the block, or of `unescaped` where a quote was doubled.
#[derive(Default)]
pub(super) struct Fields {
    pieces: Vec<Piece>,
    unescaped: String,
    many_lines: bool,
}

#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    unescaped: bool,
}

impl Fields {
    /// Parses the record that starts at `start` and returns where the next one does.
    pub(super) fn parse(
        &mut self,
        text: &str,
        start: usize,
        eol: u8,
    ) -> std::result::Result<usize, Unclosed> {
        let bytes = text.as_bytes();
        self.pieces.clear();
        self.unescaped.clear();
        self.many_lines = false;
        let mut at = start;
        loop {
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            let end = if bytes.get(at) == Some(&b'"') {
                self.quoted(text, at, eol)?
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                let end = at + memchr2(b',', eol, rest).unwrap_or(rest.len());
                let piece = Piece { start: at, end: before_return(bytes, at, end), unescaped: false };
                self.pieces.push(piece);
                end
            };
            match bytes.get(end) {
                Some(b',') => at = end + 1,
                Some(_) => return Ok(end + 1),
                None => return Ok(end),
            }
        }
    }

    /// Parses the field whose quote opens at `open` and returns where its comma or line end is.
    fn quoted(&mut self, text: &str, open: usize, eol: u8) -> std::result::Result<usize, Unclosed> {
        let bytes = text.as_bytes();
        let copied = self.unescaped.len();
        let mut from = open + 1;
        let close = loop {
            let rest = bytes.get(from..).unwrap_or_default();
            let quote = from + memchr(b'"', rest).ok_or(Unclosed { at: open })?;
            if bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            // Up to and with the first of the two quotes.
            self.unescaped.push_str(text.get(from..=quote).unwrap_or_default());
            from = quote + 2;
        };
        self.many_lines |= memchr(eol, bytes.get(open..close).unwrap_or_default()).is_some();
        let after = close + 1;
        let rest = bytes.get(after..).unwrap_or_default();
        let end = after + memchr2(b',', eol, rest).unwrap_or(rest.len());
        let tail = before_return(bytes, after, end);
        if self.unescaped.len() == copied && tail == after {
            self.pieces.push(Piece { start: open + 1, end: close, unescaped: false });
        } else {
            // Text after the closing quote belongs to the field, as most readers have it.
            self.unescaped.push_str(text.get(from..close).unwrap_or_default());
            self.unescaped.push_str(text.get(after..tail).unwrap_or_default());
            self.pieces.push(Piece { start: copied, end: self.unescaped.len(), unescaped: true });
        }
        Ok(end)
    }

    /// How many fields there are.
    pub(super) fn count(&self) -> usize {
        self.pieces.len()
    }

    /// Whether the line held nothing at all.
    fn blank(&self) -> bool {
        matches!(self.pieces.as_slice(), [piece] if piece.start >= piece.end && !piece.unescaped)
    }

    /// The field at `index`, where `text` is the text that was parsed.
    pub(super) fn get<'a>(&'a self, text: &'a str, index: usize) -> &'a str {
        let piece = self.pieces.get(index);
        piece
            .and_then(|p| if p.unescaped { &self.unescaped } else { text }.get(p.start..p.end))
            .unwrap_or_default()
    }

    /// The fields in order.
    pub(super) fn iter<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        (0..self.count()).map(move |index| self.get(text, index))
    }
}

/// The record's bytes without the line ending.
fn without_line_end(bytes: &[u8], eol: u8) -> &[u8] {
    let bytes = bytes.strip_suffix(&[eol]).unwrap_or(bytes);
    if eol == b'\n' { bytes.strip_suffix(b"\r").unwrap_or(bytes) } else { bytes }
}

/// `end`, or one less where a carriage return stands before the line's end.
fn before_return(bytes: &[u8], start: usize, end: usize) -> usize {
    let at_line_end = bytes.get(end) != Some(&b',');
    if at_line_end && end > start && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}
