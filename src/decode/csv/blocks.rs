//! A source, cut between records into blocks.

use super::super::{MAX_RECORD, too_long, unreadable};
use crate::domain::Position;
use crate::error::{Error, Result};
use memchr::{memchr, memrchr};
use std::io::Read;

/// How many bytes a block has, if no record is longer: small enough for the processor's cache.
const BLOCK_SIZE: usize = 256 << 10;

/// The longest header, in bytes, blank lines before it included.
const MAX_HEADER: usize = 1 << 20;

/// Whole records, and where the first of them stands in the source.
#[derive(Debug, Default)]
pub struct Block {
    /// The records' bytes.
    pub bytes: Vec<u8>,
    /// The line of the first record, from 1.
    pub line: u64,
    /// The byte of the first record, from 0.
    pub byte: u64,
    /// What stands between its records and fields.
    pub marks: Marks,
}

/// The bytes that divide a source.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// The byte that ends a record: `\n`, or `\r` in files that have no `\n`.
    pub eol: u8,
    /// The byte between two fields.
    pub separator: u8,
}

impl Default for Marks {
    fn default() -> Marks {
        Marks { eol: b'\n', separator: b',' }
    }
}

impl Block {
    /// One record of the block, as a block of its own.
    pub fn part(&self, position: Position<'_>, bytes: &[u8]) -> Block {
        let (line, byte) = match position {
            Position::Line { line, byte } => (line, byte),
            Position::Row { row, .. } => (row, self.byte),
            _ => (self.line, self.byte),
        };
        Block { bytes: bytes.to_vec(), line, byte, marks: self.marks }
    }
}

/// The blocks of a source, one after the other.
pub struct Blocks<R> {
    reader: R,
    /// Bytes read and not yet handed out.
    pending: Vec<u8>,
    ended: bool,
    block_size: usize,
    line: u64,
    byte: u64,
    marks: Marks,
}

impl<R: Read> Blocks<R> {
    /// Begins to read, as far as it takes to know the line ending.
    pub fn new(reader: R) -> Result<Self> {
        Self::with_block_size(reader, BLOCK_SIZE)
    }

    /// The same with another size of block; the first line ending must be in the first block.
    pub fn with_block_size(reader: R, block_size: usize) -> Result<Self> {
        let pending = Vec::with_capacity(block_size + (block_size >> 2));
        let mut blocks =
            Blocks { reader, pending, ended: false, block_size, line: 1, byte: 0, marks: Marks::default() };
        blocks.fill(block_size.max(2))?;
        // A file whose first line ends with a lone carriage return has such lines throughout.
        if let Some(cr) = memchr(b'\r', &blocks.pending)
            && blocks.pending.get(cr + 1).is_some_and(|next| *next != b'\n')
            && memchr(b'\n', blocks.pending.get(..cr).unwrap_or_default()).is_none()
        {
            blocks.marks.eol = b'\r';
        }
        Ok(blocks)
    }

    /// Puts the next records into `block`; false when there are no more.
    pub fn next(&mut self, block: &mut Block) -> Result<bool> {
        let mut wanted = self.block_size;
        let end = loop {
            self.fill(wanted)?;
            if self.ended {
                break self.pending.len();
            }
            match cut(&self.pending, self.marks) {
                Some(end) => break end,
                None if self.pending.len() > MAX_RECORD => {
                    return Err(too_long(format_args!("line {}", self.line)));
                }
                None => wanted = (self.pending.len() * 2).min(MAX_RECORD + 1),
            }
        };
        self.take(end, block);
        Ok(!block.bytes.is_empty())
    }

    /// The bytes that divide the source; those between fields are commas until something else is known.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Puts only the first record into `block`, blank lines before it included; `separator` divides it, and all that
    /// follow. Returns false when there is none.
    pub(super) fn next_record(&mut self, separator: u8, block: &mut Block) -> Result<bool> {
        self.marks.separator = separator;
        let end = self.first_end(separator)?;
        self.take(end, block);
        Ok(!block.bytes.trim_ascii().is_empty())
    }

    /// The first record, blank lines before it included, if `separator` divides it.
    pub(super) fn first(&mut self, separator: u8) -> Result<&[u8]> {
        let end = self.first_end(separator)?;
        Ok(self.pending.get(..end).unwrap_or_default())
    }

    /// What is known of the source by now, from its first record on, and whether that is all.
    pub(super) fn beginning(&self) -> (&[u8], bool) {
        (&self.pending, self.ended)
    }

    fn first_end(&mut self, separator: u8) -> Result<usize> {
        let marks = Marks { separator, ..self.marks };
        loop {
            let start = self.pending.iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b' ')).count();
            let rest = self.pending.get(start..).unwrap_or_default();
            match first_record(rest, marks) {
                Some(length) => return Ok(start + length),
                None if self.ended => return Ok(self.pending.len()),
                None if self.pending.len() > MAX_HEADER => {
                    return Err(Error::failed(format!(
                        "line 1: a header longer than {} MiB",
                        MAX_HEADER >> 20
                    ))
                    .help("most likely a quote is opened there and never closed, or the file is no CSV"));
                }
                None => self.fill((self.pending.len() * 2).max(self.block_size))?,
            }
        }
    }

    fn take(&mut self, end: usize, block: &mut Block) {
        let (from, to) = (&mut self.pending, &mut block.bytes);
        to.clear();
        if end < from.len() / 2 {
            to.extend_from_slice(from.get(..end).unwrap_or_default());
            from.drain(..end);
        } else {
            // What the block had allocated holds what comes next.
            std::mem::swap(from, to);
            from.extend_from_slice(to.get(end..).unwrap_or_default());
            to.truncate(end);
        }
        block.line = self.line;
        block.byte = self.byte;
        block.marks = self.marks;
        self.line += memchr::memchr_iter(self.marks.eol, &block.bytes).count() as u64;
        self.byte += block.bytes.len() as u64;
    }

    fn fill(&mut self, wanted: usize) -> Result<()> {
        let missing = wanted.saturating_sub(self.pending.len());
        if missing > 0 && !self.ended {
            let count = self
                .reader
                .by_ref()
                .take(missing as u64)
                .read_to_end(&mut self.pending)
                .map_err(unreadable)?;
            self.ended = count < missing;
        }
        Ok(())
    }
}

/// Where the last whole record ends.
fn cut(bytes: &[u8], marks: Marks) -> Option<usize> {
    let mut last = None;
    let mut outside = 0;
    loop {
        let quoted = next_quoted(bytes, outside, marks);
        let stop = quoted.map_or(bytes.len(), |(open, _)| open);
        if let Some(at) = memrchr(marks.eol, bytes.get(outside..stop)?) {
            last = Some(outside + at + 1);
        }
        match quoted {
            Some((_, Some(close))) => outside = close,
            Some((_, None)) | None => return last,
        }
    }
}

/// Where the first record ends.
fn first_record(bytes: &[u8], marks: Marks) -> Option<usize> {
    let mut outside = 0;
    loop {
        let quoted = next_quoted(bytes, outside, marks);
        let stop = quoted.map_or(bytes.len(), |(open, _)| open);
        if let Some(at) = memchr(marks.eol, bytes.get(outside..stop)?) {
            return Some(outside + at + 1);
        }
        outside = quoted?.1?;
    }
}

/// The next quoted part from `from` on: where its quote opens, and the byte after the quote that
/// closes it, if it is there. A quote within a field that does not begin with one is a character
/// like any other.
fn next_quoted(bytes: &[u8], from: usize, marks: Marks) -> Option<(usize, Option<usize>)> {
    let mut at = from;
    loop {
        let open = at + memchr(b'"', bytes.get(at..)?)?;
        let before = bytes.get(..open)?.iter().rev().find(|byte| **byte != b' ');
        if before.is_none_or(|byte| *byte == marks.separator || *byte == marks.eol) {
            return Some((open, closing_quote(bytes, open + 1)));
        }
        at = open + 1;
    }
}

/// The byte after the quote that closes the field whose text starts at `from`. A quote that is the
/// last byte known may yet turn out to be the first of two.
fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        match bytes.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            Some(_) => return Some(quote + 1),
            None => return None,
        }
    }
}
