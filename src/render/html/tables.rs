//! The rows that an answer rests on, folded.

use std::fmt::Write;

use super::super::evidence::{by_weight, names, rows_of};
use super::super::markup::escaped;
use super::super::text::exact;
use crate::question::{Explained, TWO_READINGS};
use crate::sql::{Cell, Kept, Sheet};

/// The rows that are written for one answer.
const ROWS: usize = 40;

/// As many rows as are read without folding.
const FEW: u64 = 5;

/// A table of evidence, open where it is short.
pub(super) fn evidence(explained: &Explained<'_>) -> String {
    if explained.question.evidence.is_none() {
        return String::new();
    }
    let sheet = &explained.sheet;
    let total = sheet.total;
    let name = escaped(&explained.answer.question);
    let open = if total > 0 && total <= FEW { " open" } else { "" };
    let summary = match total {
        0 => "No rows".to_owned(),
        1 => "The row behind the figures".to_owned(),
        total => format!("The {total} rows behind the figures"),
    };
    let mut text = format!("<details{open}>\n<summary>{summary}</summary>\n");
    if let Some(rows) = rows_of(explained.question) {
        let _ = writeln!(text, "<p>{}</p>", escaped(rows));
    }
    if total > 0 {
        text.push_str(&table(sheet, &names(explained.answer)));
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

/// The first rows: what is counted, whether and why it counts, then all else that is known of it.
fn table(sheet: &Sheet, readings: &[&str]) -> String {
    let order = by_weight(&sheet.columns, readings);
    let is_reading = |column: &str| readings.contains(&column);
    let name = |index: usize| sheet.columns.get(index).map_or("", String::as_str);
    let is_number = |index: usize| {
        let mut values = sheet.rows.iter().filter_map(|row| row.get(index));
        let value = values.find(|value| **value != Kept::Null);
        matches!(value, Some(Kept::Integer(_) | Kept::Real(_))) && !is_reading(name(index))
    };
    let mut text =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rows\"><table>\n<thead><tr>"
            .to_owned();
    for index in &order {
        let class = if is_number(*index) { " class=\"n\"" } else { "" };
        let _ = write!(text, "<th{class}>{}</th>", escaped(&heading(name(*index))));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in sheet.rows.iter().take(ROWS) {
        text.push_str("<tr>");
        for index in &order {
            let value = row.get(*index).unwrap_or(&Kept::Null);
            text.push_str(&cell(name(*index), value, is_reading(name(*index))));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table></div>\n");
    text
}

fn cell(column: &str, value: &Kept, is_reading: bool) -> String {
    match value.cell() {
        Cell::Integer(1) if is_reading => format!("<td{}>counts</td>", class(column)),
        Cell::Integer(0) if is_reading => "<td class=\"muted\">no</td>".to_owned(),
        cell @ (Cell::Integer(_) | Cell::Real(_)) => format!("<td class=\"n\">{}</td>", exact(cell)),
        Cell::Text(text) if column.ends_with("_at") => format!("<td>{}</td>", escaped(&clock(text))),
        cell => format!("<td>{}</td>", escaped(&exact(cell))),
    }
}

/// The colour of a reading, for the two that have one.
pub(super) fn class(reading: &str) -> String {
    match TWO_READINGS.contains(&reading) {
        true => format!(" class=\"{reading}\""),
        false => String::new(),
    }
}

/// A reading's name above its figure.
pub(super) fn term(reading: &str) -> String {
    format!("<dt{}>{}</dt>", class(reading), escaped(reading))
}

/// A column's name in words.
pub(super) fn heading(column: &str) -> String {
    match column.strip_suffix("_at") {
        Some(time) => format!("{} (UTC)", time.replace('_', " ")),
        None => column.replace('_', " "),
    }
}

/// `2021-12-25T11:05:56.640000Z` as `2021-12-25 11:05:56.64`; what is no such time as it is.
pub(super) fn clock(text: &str) -> String {
    match text.strip_suffix('Z').and_then(|text| text.split_once('T')) {
        Some((date, time)) if time.contains('.') => {
            format!("{date} {}", time.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_short_as_they_are_exact() {
        for (text, shown) in [
            ("2021-12-25T11:05:56.640000Z", "2021-12-25 11:05:56.64"),
            ("2021-12-25T11:05:50.000000Z", "2021-12-25 11:05:50"),
            ("The Third Man", "The Third Man"),
        ] {
            assert_eq!(clock(text), shown);
        }
    }
}
