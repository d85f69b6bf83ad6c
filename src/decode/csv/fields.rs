//! The fields of a record, as slices of its block.

use super::super::not_utf8;
use super::blocks::{Block, Marks};
use crate::error::Error;
use memchr::{memchr, memchr_iter, memchr2};

/// The error for a block that is not UTF-8.
pub(super) fn not_utf8_in(block: &Block, error: std::str::Utf8Error) -> Error {
    let at = error.valid_up_to();
    let line =
        block.line + memchr_iter(block.marks.eol, block.bytes.get(..at).unwrap_or_default()).count() as u64;
    not_utf8(format_args!("line {line}"), block.byte + at as u64)
}

/// A quote that is opened at byte `at` and never closed.
pub(super) struct Unclosed {
    pub(super) at: usize,
}

/// How many fields of a record are told apart; of more than these only the number is known.
pub(super) const MOST: usize = 10_000;

/// The fields of one record: slices of the block, or of `unescaped` where a quote was doubled.
#[derive(Default)]
pub(super) struct Fields {
    pieces: Vec<Piece>,
    /// How many fields there are beyond the pieces.
    beyond: usize,
    unescaped: String,
    pub(super) many_lines: bool,
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
        marks: Marks,
    ) -> std::result::Result<usize, Unclosed> {
        let bytes = text.as_bytes();
        self.pieces.clear();
        self.beyond = 0;
        self.unescaped.clear();
        self.many_lines = false;
        let mut at = start;
        loop {
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            let end = if bytes.get(at) == Some(&b'"') {
                self.quoted(text, at, marks)?
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                let end = at + memchr2(marks.separator, marks.eol, rest).unwrap_or(rest.len());
                let piece = Piece { start: at, end: before_return(bytes, at, end, marks), unescaped: false };
                self.push(piece);
                end
            };
            match bytes.get(end) {
                Some(byte) if *byte == marks.separator => at = end + 1,
                Some(_) => return Ok(end + 1),
                None => return Ok(end),
            }
        }
    }

    /// Parses the field whose quote opens at `open` and returns where its separator or line end is.
    fn quoted(&mut self, text: &str, open: usize, marks: Marks) -> std::result::Result<usize, Unclosed> {
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
        self.many_lines |= memchr(marks.eol, bytes.get(open..close).unwrap_or_default()).is_some();
        let after = close + 1;
        let rest = bytes.get(after..).unwrap_or_default();
        let end = after + memchr2(marks.separator, marks.eol, rest).unwrap_or(rest.len());
        let tail = before_return(bytes, after, end, marks);
        if self.unescaped.len() == copied && tail == after {
            self.push(Piece { start: open + 1, end: close, unescaped: false });
        } else {
            // Text after the closing quote belongs to the field, as most readers have it.
            self.unescaped.push_str(text.get(from..close).unwrap_or_default());
            self.unescaped.push_str(text.get(after..tail).unwrap_or_default());
            self.push(Piece { start: copied, end: self.unescaped.len(), unescaped: true });
        }
        Ok(end)
    }

    fn push(&mut self, piece: Piece) {
        if self.pieces.len() < MOST { self.pieces.push(piece) } else { self.beyond += 1 }
    }

    /// How many fields there are.
    pub(super) fn count(&self) -> usize {
        self.pieces.len() + self.beyond
    }

    /// Whether the line held nothing at all.
    pub(super) fn blank(&self) -> bool {
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
        (0..self.pieces.len()).map(move |index| self.get(text, index))
    }
}

/// `end`, or one less where a carriage return stands before the line's end.
fn before_return(bytes: &[u8], start: usize, end: usize, marks: Marks) -> usize {
    let at_line_end = bytes.get(end) != Some(&marks.separator);
    if at_line_end && end > start && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}
