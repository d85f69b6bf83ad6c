//! Where a record stands in its source.

use std::fmt;

/// Where a record begins in its source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Position {
    /// A line, from 1, and the byte of its start, from 0, both of the decompressed text.
    Line {
        /// The line's number.
        line: u64,
        /// The first byte's offset.
        byte: u64,
    },
    /// An element of the top-level array, from 0.
    Element(u64),
    /// The one record that the whole file is.
    Document,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::Line { line, .. } => write!(f, "line {line}"),
            Position::Element(index) => write!(f, "$[{index}]"),
            Position::Document => f.write_str("$"),
        }
    }
}
