//! The rows that an answer rests on, folded.

use std::fmt::Write;

use super::super::markup::escaped;
use super::super::text::exact;
use crate::query::{Cell, Explained, Kept};

/// The rows that are written for one answer.
const ROWS: usize = 40;

/// As many rows as are read without folding.
const FEW: u64 = 5;

/// A table of evidence, open where it is short.
pub(super) fn evidence(explained: &Explained<'_>) -> String {
    let sheet = &explained.sheet;
    let total = sheet.total;
    let name = escaped(&explained.answer.question);
    let open = if total > 0 && total <= FEW { " open" } else { "" };
    let summary = match total {
        0 => "No rows".to_owned(),
        1 => "The row behind the figures".to_owned(),
        total => format!("The {total} rows behind the figures"),
    };
    let mut text =
        format!("<details{open}>\n<summary>{summary}</summary>\n<p>{}</p>\n", escaped(explained.rows));
    if total > 0 {
        text.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
        let is_number = |index: usize| {
            let value =
                sheet.rows.iter().filter_map(|row| row.get(index)).find(|value| **value != Kept::Null);
            matches!(value, Some(Kept::Integer(_) | Kept::Real(_)))
        };
        for (index, column) in sheet.columns.iter().enumerate() {
            let class = if is_number(index) && !is_reading(column) { " class=\"n\"" } else { "" };
            let _ = write!(text, "<th{class}>{}</th>", escaped(column));
        }
        text.push_str("</tr></thead>\n<tbody>\n");
        for row in sheet.rows.iter().take(ROWS) {
            text.push_str("<tr>");
            for (column, value) in sheet.columns.iter().zip(row) {
                text.push_str(&cell(column, value));
            }
            text.push_str("</tr>\n");
        }
        text.push_str("</tbody>\n</table></div>\n");
    }
    if total > ROWS as u64 {
        let _ = writeln!(
            text,
            "<p class=\"muted\">The first {ROWS}; all {total}: <code>scli answers --explain {name} --format csv</code></p>"
        );
    }
    text.push_str("</details>\n");
    text
}

fn is_reading(column: &str) -> bool {
    matches!(column, "published" | "corrected")
}

fn cell(column: &str, value: &Kept) -> String {
    match value.cell() {
        Cell::Integer(1) if is_reading(column) => format!("<td class=\"{column}\">counts</td>"),
        Cell::Integer(0) if is_reading(column) => "<td class=\"muted\">no</td>".to_owned(),
        cell @ (Cell::Integer(_) | Cell::Real(_)) => format!("<td class=\"n\">{}</td>", exact(cell)),
        cell => format!("<td>{}</td>", escaped(&exact(cell))),
    }
}
