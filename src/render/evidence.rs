//! An answer with the rows that it rests on.

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use super::text::exact;
use super::{Beside, Format, Page, sink, visible, wrapped};
use crate::error::Result;
use crate::question::{Answer, Number, Question, told_never_loaded};
use crate::sql::{Cell, Kept, Sheet, Sink};

/// Writes the rows of the evidence for a question, which `run` gives to a sink, as `page` says: at most `limit` of them.
///
/// The formats for people have the answer above the rows, and below them how many there are and what
/// they are. The others have the rows alone.
pub fn evidence(
    page: Page,
    (question, answer): (&Question, &Answer),
    limit: Option<u64>,
    beside: &Beside,
    out: &mut dyn Write,
    run: impl FnOnce(&mut dyn Sink) -> Result<()>,
) -> Result<()> {
    let Page { format, width, .. } = page;
    let gap = if format == Format::Markdown { "\n" } else { "" };
    if format.is_for_people() {
        let Answer { title, readings, unit, .. } = answer;
        let readings: Vec<String> =
            readings.iter().map(|reading| format!("{} {}", reading.name, told(reading.number))).collect();
        let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
        writeln!(out, "{}", visible(&format!("{title}: {}{unit}", readings.join(", "))))?;
        write!(out, "{gap}")?;
    }
    let mut left_out = Vec::new();
    let total = match width {
        // On a terminal columns are left out rather than all of them cut.
        Some(width) if format == Format::Table => {
            let most = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
            let mut sheet = Sheet::new(most);
            run(&mut sheet)?;
            left_out = fitting(&sheet, &names(answer), width, &mut *sink(page, out))?;
            sheet.total
        }
        _ => {
            let mut rows = Rows { inner: sink(page, out), limit: limit.unwrap_or(u64::MAX), total: 0 };
            run(&mut rows)?;
            rows.total
        }
    };
    if format.is_for_people() {
        let shown = match limit.filter(|limit| *limit < total) {
            Some(limit) => format!("{limit} of {total} rows; --limit {total} shows all"),
            None => format!("{total} {}", if total == 1 { "row" } else { "rows" }),
        };
        writeln!(out, "{gap}{shown}")?;
        if !left_out.is_empty() {
            let columns = format!("{}; --output rows.csv has every column", left_out.join(", "));
            writeln!(out, "{}", wrapped("Not shown:", &columns, width))?;
        }
        if let Some(rows) = rows_of(question) {
            writeln!(out, "{gap}{}", wrapped("Rows:", rows, width))?;
        }
        if let Some(note) = &answer.note {
            writeln!(out, "{gap}{}", wrapped("Note:", note, width))?;
        }
        if let Some(line) = told_never_loaded(&answer.never_loaded) {
            writeln!(out, "{gap}{line}")?;
        }
        if let Some(line) = &beside.as_of {
            writeln!(out, "{gap}{line}")?;
        }
    }
    Ok(out.flush()?)
}

/// Prints the columns that fit, what weighs most first, and returns the names of the others. The first
/// column, the readings and the reason stay, also where they must be cut.
pub(super) fn fitting(
    sheet: &Sheet,
    readings: &[&str],
    width: usize,
    sink: &mut dyn Sink,
) -> Result<Vec<String>> {
    let name = |index: usize| sheet.columns.get(index).map_or("", String::as_str);
    let cell = |row: &'_ [Kept], index: usize| {
        row.get(index).map_or(0, |value| visible(&exact(value.cell())).width())
    };
    let mut room = width.saturating_sub(1);
    let (mut chosen, mut left_out) = (Vec::new(), Vec::new());
    for index in by_weight(&sheet.columns, readings) {
        let values = sheet.rows.iter().map(|row| cell(row, index));
        let needed = values.chain([name(index).width()]).max().unwrap_or(0) + 3;
        let stays = chosen.is_empty() || weighs(name(index), readings);
        if stays || (left_out.is_empty() && needed <= room) {
            chosen.push(index);
            room = room.saturating_sub(needed);
        } else {
            left_out.push(name(index).to_owned());
        }
    }
    sink.columns(&chosen.iter().map(|index| name(*index)).collect::<Vec<_>>())?;
    for row in &sheet.rows {
        let cells: Vec<_> =
            chosen.iter().map(|index| row.get(*index).map_or(Cell::Null, Kept::cell)).collect();
        sink.row(&cells)?;
    }
    sink.finish()?;
    Ok(left_out)
}

/// The columns by their weight for a person: what is counted, whether and why it counts, then all else
/// that is known of it.
pub(super) fn by_weight(columns: &[String], readings: &[&str]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|index| match columns.get(*index).map(String::as_str) {
        _ if *index == 0 => 0,
        Some(column) if weighs(column, readings) => 1,
        _ => 2,
    });
    order
}

/// Whether a column says what a row is there for: in which of the `readings` it counts, and why.
fn weighs(column: &str, readings: &[&str]) -> bool {
    readings.contains(&column) || matches!(column, "why" | "change")
}

/// The names of the readings of an answer.
pub(super) fn names(answer: &Answer) -> Vec<&str> {
    answer.readings.iter().map(|reading| reading.name.as_str()).collect()
}

/// What the rows of a question are, where that is told.
pub(super) fn rows_of(question: &Question) -> Option<&str> {
    question.evidence.as_ref().map(|evidence| evidence.rows.as_str()).filter(|rows| !rows.is_empty())
}

/// A reading, or that there is none.
fn told(number: Option<Number>) -> String {
    number.map_or("nothing".to_owned(), |number| number.to_string())
}

/// Hands on the first rows, and counts all of them.
struct Rows<'a> {
    inner: Box<dyn Sink + 'a>,
    limit: u64,
    total: u64,
}

impl Sink for Rows<'_> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.inner.columns(names)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        self.total += 1;
        if self.total <= self.limit { self.inner.row(cells) } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<()> {
        self.inner.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{Evidence, Questions, Reading, Receipts};

    fn printed(width: Option<usize>) -> String {
        let answer = Answer {
            question: "q".to_owned(),
            title: "About q".to_owned(),
            readings: [("published", Some(Number::Integer(1))), ("corrected", None)]
                .map(|(name, number)| Reading { name: name.to_owned(), number })
                .into(),
            unit: "users".to_owned(),
            note: Some("Why.".to_owned()),
            never_loaded: Vec::new(),
            receipts: Some(Receipts::default()),
        };
        let mut question = Questions::shipped().all.remove(0);
        question.evidence = Some(Evidence { rows: "A row is one.".to_owned(), ..Evidence::default() });
        let run = |sink: &mut dyn Sink| {
            sink.columns(&["user", "start_at", "published", "corrected", "why", "stream"])?;
            for user in ["ann@x.org", "bob@x.org", "cy@x.org"] {
                let why = Cell::Text("in both windows");
                let times = Cell::Text("2021-12-25T05:00:00.000000Z");
                sink.row(&[
                    Cell::Text(user),
                    times,
                    Cell::Integer(1),
                    Cell::Integer(0),
                    why,
                    Cell::Text("ab"),
                ])?;
            }
            sink.finish()
        };
        let mut out = Vec::new();
        let page = Page { width, ..Page::from(Format::Table) };
        evidence(page, (&question, &answer), Some(2), &Beside::default(), &mut out, run).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_that_do_not_fit_a_terminal_are_left_out_and_named() {
        insta::assert_snapshot!(printed(Some(70)), @r"
        About q: published 1, corrected nothing (users)
        ╭───────────┬───────────┬───────────┬─────────────────╮
        │ user      │ published │ corrected │ why             │
        ├───────────┼───────────┼───────────┼─────────────────┤
        │ ann@x.org │         1 │         0 │ in both windows │
        │ bob@x.org │         1 │         0 │ in both windows │
        ╰───────────┴───────────┴───────────┴─────────────────╯
        2 of 3 rows; --limit 3 shows all
        Not shown: start_at, stream; --output rows.csv has every column
        Rows: A row is one.
        Note: Why.
        ");
        assert!(printed(Some(100)).contains("start_at") && !printed(Some(100)).contains("Not shown"));
        assert!(
            printed(Some(30)).lines().filter(|line| line.starts_with('│')).all(|line| line.width() <= 30)
        );
        assert!(printed(None).contains("│ user      │ start_at"), "{}", printed(None));
    }
}
