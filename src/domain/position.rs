//! Where a record stands in its source.

use std::fmt;

/// Where a record begins in its source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Position<'a> {
    /// A line, from 1, and the byte of its start, from 0, both of the decompressed text in UTF-8.
    Line {
        /// The line's number.
        line: u64,
        /// The first byte's offset.
        byte: u64,
    },
    /// A row of a sheet of a workbook, from 1.
    Row {
        /// The sheet's name.
        sheet: &'a str,
        /// The row's number.
        row: u64,
    },
    /// An element of the top-level array, from 0.
    Element(u64),
    /// An element of the array that stands in a JSON object.
    Below {
        /// The path to the array, as in `data.items`.
        root: &'a str,
        /// The element, from 0.
        index: u64,
    },
    /// The one record that the whole file is.
    Document,
    /// A message of a topic.
    Message {
        /// The topic.
        topic: &'a str,
        /// The partition.
        partition: i32,
        /// The offset in it.
        offset: i64,
    },
}

impl Position<'_> {
    /// The position without what it borrowed; `None` if it borrows something.
    pub fn alone(self) -> Option<Position<'static>> {
        match self {
            Position::Line { line, byte } => Some(Position::Line { line, byte }),
            Position::Element(index) => Some(Position::Element(index)),
            Position::Document => Some(Position::Document),
            Position::Row { .. } | Position::Below { .. } | Position::Message { .. } => None,
        }
    }
}

impl fmt::Display for Position<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::Line { line, .. } => write!(f, "line {line}"),
            Position::Row { sheet, row } => write!(f, "sheet {sheet:?}, row {row}"),
            Position::Element(index) => write!(f, "$[{index}]"),
            Position::Below { root, index } => write!(f, "$.{root}[{index}]"),
            Position::Document => f.write_str("$"),
            Position::Message { topic, partition, offset } => write!(f, "{topic}[{partition}]@{offset}"),
        }
    }
}
