//! A table in a box, for reading.
//!
//! Rows are laid out in blocks, so that a long result neither waits for its last row nor fills the
//! memory. A column keeps the width that it had; a wider value widens it from its block on. Where the
//! table may only be so wide, long values end in an ellipsis; so do, everywhere, those that nobody reads in a
//! table any more.

use std::io::Write;

use comfy_table::{CellAlignment, ColumnConstraint, ContentLineStyle, LineStyle, TableStyle, Width};

use super::fit::{Fitted, cut, fit};
use super::text::{brief, visible};
use crate::error::Result;
use crate::interrupt;
use crate::sql::{Cell, Sink};
use unicode_width::UnicodeWidthStr;

/// Rows that are laid out together.
const BLOCK: usize = 4096;

/// Bytes from which on rows are laid out, however few they are.
const BLOCK_BYTES: usize = 1 << 20;

/// The most letters of a value.
const MOST: usize = 4096;

const HEAD: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('╭', '─', '┬', '╮'))
    .header_lines(ContentLineStyle::new('│', '│', '│'))
    .header_separator(LineStyle::new('├', '─', '┼', '┤'))
    .content_lines(ContentLineStyle::new('│', '│', '│'));
const BODY: TableStyle = TableStyle::new().content_lines(ContentLineStyle::new('│', '│', '│'));
const FOOT: LineStyle = LineStyle::new('╰', '─', '┴', '╯');

pub(super) struct Table<W> {
    out: W,
    columns: Vec<Column>,
    block: Vec<Vec<Laid>>,
    is_first: bool,
    block_size: usize,
    /// What the block holds.
    bytes: usize,
    limit: Option<usize>,
}

/// A value as it is shown.
struct Laid {
    text: String,
    is_number: bool,
}

struct Column {
    name: String,
    width: usize,
    has_number: bool,
    has_text: bool,
}

impl<W: Write> Table<W> {
    /// A table that is at most `limit` letters wide, or as wide as it is.
    pub(super) fn new(out: W, limit: Option<usize>) -> Self {
        Table {
            out,
            columns: Vec::new(),
            block: Vec::new(),
            is_first: true,
            block_size: BLOCK,
            bytes: 0,
            limit,
        }
    }

    /// Writes the rows so far, and below the last ones the end of the box.
    fn write_block(&mut self, is_last: bool) -> Result<()> {
        interrupt::check()?;
        self.bytes = 0;
        let mut table = comfy_table::Table::new();
        let style = if self.is_first { HEAD } else { BODY };
        table.load_style(if is_last { style.bottom_border(FOOT) } else { style });
        for row in &self.block {
            for (column, cell) in self.columns.iter_mut().zip(row) {
                column.width = column.width.max(cell.text.width());
            }
        }
        let widths = fit(&self.columns, self.limit);
        if self.is_first {
            let headings = self.columns.iter().zip(&widths);
            table.set_header(headings.map(|(column, width)| column.heading(*width)).collect::<Vec<_>>());
        }
        for row in self.block.drain(..) {
            let cells = row.into_iter().zip(&widths).map(|(cell, width)| cell.laid(*width));
            table.add_row(cells.collect::<Vec<_>>());
        }
        table.discover_columns();
        for (index, width) in widths.into_iter().enumerate() {
            if let Some(laid) = table.column_mut(index) {
                let width = u16::try_from(width).unwrap_or(u16::MAX);
                let width = Width::Fixed(width.saturating_add(laid.padding_width()));
                laid.set_constraint(ColumnConstraint::Absolute(width));
            }
        }
        for line in table.lines() {
            writeln!(self.out, "{line}")?;
        }
        self.is_first = false;
        Ok(())
    }
}

impl Laid {
    fn laid(self, width: usize) -> comfy_table::Cell {
        let text = cut(&self.text, width).map_or(self.text, |cut| cut);
        comfy_table::Cell::new_owned(text).set_alignment(side(self.is_number))
    }
}

impl Fitted for Column {
    fn width(&self) -> usize {
        self.width
    }

    fn holds_numbers(&self) -> bool {
        self.has_number && !self.has_text
    }
}

impl Column {
    fn heading(&self, width: usize) -> comfy_table::Cell {
        Laid { text: self.name.clone(), is_number: self.holds_numbers() }.laid(width)
    }
}

fn side(is_right: bool) -> CellAlignment {
    if is_right { CellAlignment::Right } else { CellAlignment::Left }
}

impl<W: Write> Sink for Table<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.columns = names
            .iter()
            .map(|name| {
                let name = visible(name).into_owned();
                Column { width: name.width(), name, has_number: false, has_text: false }
            })
            .collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if self.block.len() == self.block_size || self.bytes > BLOCK_BYTES {
            self.write_block(false)?;
        }
        let mut row = Vec::with_capacity(cells.len());
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let is_number = matches!(cell, Cell::Integer(_) | Cell::Real(_));
            column.has_number |= is_number;
            column.has_text |= matches!(cell, Cell::Text(_) | Cell::Blob(_));
            let text = brief(*cell, MOST);
            self.bytes += text.len();
            row.push(Laid { text, is_number });
        }
        self.block.push(row);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.write_block(true)?;
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::{TYPES, rendered};
    use super::*;

    #[test]
    fn numbers_stand_on_the_right_and_null_is_empty() {
        insta::assert_snapshot!(rendered(Format::Table, &["integer", "real", "text", "blob"], TYPES), @r"
        ╭───────────────┬──────┬────────┬──────╮
        │       integer │ real │ text   │ blob │
        ├───────────────┼──────┼────────┼──────┤
        │ 1234567890123 │  0.5 │ Amélie │ 00ff │
        │               │      │        │      │
        ╰───────────────┴──────┴────────┴──────╯
        ");
    }

    #[test]
    fn without_rows_the_header_remains() {
        insta::assert_snapshot!(rendered(Format::Table, &["title", "n"], &[]), @r"
        ╭───────┬───╮
        │ title │ n │
        ├───────┼───┤
        ╰───────┴───╯
        ");
    }

    #[test]
    fn text_keeps_its_line_and_its_width() {
        let rows: &[&[Cell<'_>]] = &[
            &[Cell::Text("two\nlines\u{1b}[31m"), Cell::Integer(1)],
            &[Cell::Text("映画 Amélie"), Cell::Integer(22)],
            &[Cell::Text("  spaced  "), Cell::Text("text")],
        ];
        insta::assert_snapshot!(rendered(Format::Table, &["a", "b"], rows), @r"
        ╭─────────────────────────┬──────╮
        │ a                       │ b    │
        ├─────────────────────────┼──────┤
        │ two\u{a}lines\u{1b}[31m │    1 │
        │ 映画 Amélie             │   22 │
        │   spaced                │ text │
        ╰─────────────────────────┴──────╯
        ");
    }

    #[test]
    fn blocks_join_and_only_a_wider_value_shows_the_seam() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, None);
        table.block_size = 2;
        table.columns(&["name", "n"]).unwrap();
        for (name, number) in [("aaaaaa", 100), ("b", 2), ("c", 3), ("d", 4), ("eeeeeeee", 5), ("f", 6)] {
            table.row(&[Cell::Text(name), Cell::Integer(number)]).unwrap();
        }
        table.finish().unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        ╭────────┬─────╮
        │ name   │   n │
        ├────────┼─────┤
        │ aaaaaa │ 100 │
        │ b      │   2 │
        │ c      │   3 │
        │ d      │   4 │
        │ eeeeeeee │   5 │
        │ f        │   6 │
        ╰──────────┴─────╯
        ");
    }
}
