//! Rows as bytes: one format a file, each a [`Sink`] over any writer.
//!
//! Formats for programs (csv, tsv, json, jsonl) keep every value exact. Formats for people (table,
//! markdown) show control characters instead of sending them to the terminal. None looks at where
//! the bytes go; that a table is to fit a terminal is said by the width of its [`Page`].

mod answers;
mod chart;
mod comparison;
mod csv;
mod evidence;
mod findings;
mod fit;
mod html;
mod json;
mod jsonl;
mod markdown;
mod markup;
mod picture;
mod table;
mod text;
mod tsv;

use std::io::{BufWriter, Write};

use clap::ValueEnum;

pub use answers::{Beside, answers};
pub use comparison::comparison;
pub use evidence::evidence;
pub use findings::{Shown, findings};
pub use fit::{pieces, wrapped};
pub use html::html;
pub use picture::picture;
pub use text::{visible, visible_json};

use crate::sql::Sink;

/// The formats of results.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// Columns in a box, for reading
    Table,
    /// Comma-separated values: NULL is an empty field, an empty text is ""
    Csv,
    /// Tab-separated values: tab, newline, return and backslash as \t \n \r \\
    Tsv,
    /// An array of objects
    Json,
    /// One object a line
    Jsonl,
    /// A table in Markdown
    Markdown,
}

impl Format {
    /// Whether people read it, who want less, and no more columns than fit.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Table | Format::Markdown)
    }

    /// Whether answers have their receipts with them, whoever asks.
    pub fn always_has_receipts(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl)
    }
}

/// What a result is to look like.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its format.
    pub format: Format,
    /// How many columns of letters a table may take, where longer values are to be cut; `None` where
    /// it may be as wide as it is.
    pub width: Option<usize>,
    /// Whether csv and tsv shall have nothing that a spreadsheet would take for a formula.
    pub safe_cells: bool,
}

impl From<Format> for Page {
    fn from(format: Format) -> Page {
        Page { format, width: None, safe_cells: false }
    }
}

/// The renderer for `page`, which writes to `out` through a buffer and empties it in `finish`.
pub fn sink<'a>(page: impl Into<Page>, out: &'a mut dyn Write) -> Box<dyn Sink + 'a> {
    let Page { format, width, safe_cells } = page.into();
    let out = BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Table => Box::new(table::Table::new(out, width)),
        Format::Csv => Box::new(csv::Csv::new(out, safe_cells)),
        Format::Tsv => Box::new(tsv::Tsv::new(out, safe_cells)),
        Format::Json => Box::new(json::Json::new(out)),
        Format::Jsonl => Box::new(jsonl::Jsonl::new(out)),
        Format::Markdown => Box::new(markdown::Markdown::new(out)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::sql::Cell;

    /// What `format` makes of `rows`.
    pub(super) fn rendered(format: Format, columns: &[&str], rows: &[&[Cell<'_>]]) -> String {
        let mut out = Vec::new();
        let mut sink = sink(format, &mut out);
        sink.columns(columns).unwrap();
        for row in rows {
            sink.row(row).unwrap();
        }
        sink.finish().unwrap();
        drop(sink);
        String::from_utf8(out).unwrap()
    }

    /// A row of each type and one of none.
    pub(super) const TYPES: &[&[Cell<'static>]] = &[
        &[Cell::Integer(1234567890123), Cell::Real(0.5), Cell::Text("Amélie"), Cell::Blob(&[0, 255])],
        &[Cell::Null, Cell::Null, Cell::Null, Cell::Null],
    ];

    #[test]
    fn a_closed_pipe_is_told_apart_in_every_format() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
        }
        for format in Format::value_variants() {
            let mut closed = Closed;
            let mut sink = sink(*format, &mut closed);
            let long = "x".repeat(1 << 17);
            let result = sink
                .columns(&["a"])
                .and_then(|()| sink.row(&[Cell::Text(&long)]))
                .and_then(|()| sink.finish());
            assert_eq!(result.unwrap_err().kind(), Kind::ClosedPipe, "{format:?}");
        }
    }

    #[test]
    fn every_format_ends_its_last_line_with_or_without_rows() {
        for format in Format::value_variants() {
            for rows in [&[][..], TYPES] {
                let text = rendered(*format, &["i", "r", "t", "b"], rows);
                let bare = *format == Format::Jsonl && rows.is_empty();
                assert!(bare == text.is_empty() && (bare || text.ends_with('\n')), "{format:?}: {text:?}");
            }
        }
    }
}
