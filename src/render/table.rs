//! A table in a box, for reading.
//!
//! Rows are laid out in blocks, so that a long result neither waits for its last row nor fills the
//! memory. A column keeps the width that it had; a wider value widens it from its block on.

use std::io::Write;

use comfy_table::{CellAlignment, ColumnConstraint, ContentLineStyle, LineStyle, TableStyle, Width};

use super::text::{exact, visible};
use crate::error::Result;
use crate::query::{Cell, Sink};

/// Rows that are laid out together.
const BLOCK: usize = 4096;

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
    block: Vec<Vec<comfy_table::Cell>>,
    is_first: bool,
    block_size: usize,
}

struct Column {
    name: String,
    width: u16,
    has_number: bool,
    has_text: bool,
}

impl<W: Write> Table<W> {
    pub(super) fn new(out: W) -> Self {
        Table { out, columns: Vec::new(), block: Vec::new(), is_first: true, block_size: BLOCK }
    }

    /// Writes the rows so far, and below the last ones the end of the box.
    fn write_block(&mut self, is_last: bool) -> Result<()> {
        let mut table = comfy_table::Table::new();
        let style = if self.is_first { HEAD } else { BODY };
        table.load_style(if is_last { style.bottom_border(FOOT) } else { style });
        if self.is_first {
            table.set_header(self.columns.iter().map(Column::heading).collect::<Vec<_>>());
        }
        table.add_rows(self.block.drain(..));
        table.discover_columns();
        let widths = table.column_max_content_widths();
        for (index, (column, width)) in self.columns.iter_mut().zip(widths).enumerate() {
            column.width = column.width.max(width);
            if let Some(laid) = table.column_mut(index) {
                let width = Width::Fixed(column.width.saturating_add(laid.padding_width()));
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

impl Column {
    fn heading(&self) -> comfy_table::Cell {
        let right = self.has_number && !self.has_text;
        comfy_table::Cell::new_owned(visible(&self.name).into_owned()).set_alignment(side(right))
    }
}

fn side(is_right: bool) -> CellAlignment {
    if is_right { CellAlignment::Right } else { CellAlignment::Left }
}

impl<W: Write> Sink for Table<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.columns = names
            .iter()
            .map(|name| Column { name: (*name).to_owned(), width: 0, has_number: false, has_text: false })
            .collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if self.block.len() == self.block_size {
            self.write_block(false)?;
        }
        let mut row = Vec::with_capacity(cells.len());
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let is_number = matches!(cell, Cell::Integer(_) | Cell::Real(_));
            column.has_number |= is_number;
            column.has_text |= matches!(cell, Cell::Text(_) | Cell::Blob(_));
            let text = visible(&exact(*cell)).into_owned();
            row.push(comfy_table::Cell::new_owned(text).set_alignment(side(is_number)));
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
        let mut table = Table::new(&mut out);
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
