//! Answers as rows of one table.

use std::io::Write;

use super::super::{Page, sink};
use crate::error::Result;
use crate::question::{Answer, Number};
use crate::sql::Cell;

/// A row for each reading of each answer, below a `gap`; nothing for no answers.
pub(super) fn one_by_one(page: Page, answers: &[&Answer], gap: &str, out: &mut dyn Write) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    write!(out, "{gap}")?;
    let mut sink = sink(page, out);
    sink.columns(&["question", "title", "reading", "answer", "unit", "note", "never_loaded"])?;
    for answer in answers {
        let never_loaded = answer.never_loaded.join(", ");
        for reading in &answer.readings {
            sink.row(&[
                Cell::Text(&answer.question),
                Cell::Text(&answer.title),
                Cell::Text(&reading.name),
                number(reading.number),
                Cell::Text(&answer.unit),
                text(answer.note.as_deref()),
                text(Some(never_loaded.as_str()).filter(|models| !models.is_empty())),
            ])?;
        }
    }
    sink.finish()
}

/// One row an answer, or one for each load that it rests on; other readings stand in the last column, as JSON.
pub(super) fn flat(page: Page, answers: &[&Answer], receipts: bool, out: &mut dyn Write) -> Result<()> {
    let format = page.format;
    let mut sink = sink(page, out);
    let mut columns = vec!["question", "title", "published", "corrected", "unit", "note"];
    if receipts {
        columns.extend(["load", "model", "source", "sha256", "finished_at"]);
    }
    let before = columns.len();
    // A program finds the same columns whatever was loaded.
    let missing = !format.is_for_people() || answers.iter().any(|answer| !answer.never_loaded.is_empty());
    if missing {
        columns.push("never_loaded");
    }
    let others = answers.iter().any(|answer| !answer.has_two_readings());
    if others {
        columns.push("readings");
    }
    sink.columns(&columns)?;
    for answer in answers {
        let never_loaded = answer.never_loaded.join(", ");
        let readings =
            answer.other_readings().map(|readings| serde_json::Value::Object(readings).to_string());
        let mut last: Vec<_> = Vec::from_iter(
            missing.then(|| text(Some(never_loaded.as_str()).filter(|models| !models.is_empty()))),
        );
        last.extend(others.then(|| text(readings.as_deref())));
        let mut row = vec![
            Cell::Text(&answer.question),
            Cell::Text(&answer.title),
            number(answer.reading("published")),
            number(answer.reading("corrected")),
            Cell::Text(&answer.unit),
            text(answer.note.as_deref()),
        ];
        match receipts {
            false => {
                row.extend(&last);
                sink.row(&row)?;
            }
            true if answer.loads().is_empty() => {
                row.resize(before, Cell::Null);
                row.extend(&last);
                sink.row(&row)?;
            }
            true => {
                for load in answer.loads() {
                    row.truncate(6);
                    row.extend([
                        Cell::Integer(load.load),
                        Cell::Text(&load.model),
                        Cell::Text(&load.source),
                        text(load.sha256.as_deref()),
                        text(load.finished_at.as_deref()),
                    ]);
                    row.extend(&last);
                    sink.row(&row)?;
                }
            }
        }
    }
    sink.finish()
}

pub(super) fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Null, Cell::Text)
}

pub(super) fn number(number: Option<Number>) -> Cell<'static> {
    number.map_or(Cell::Null, Number::cell)
}
