//! An answer with the rows that it rests on.

use std::io::Write;

use super::{Beside, Format, Page, sink, wrapped};
use crate::error::Result;
use crate::query::{Answer, Cell, Evidence, Number, Sink};

/// Writes the rows of `evidence`, which `run` gives to a sink, as `page` says: at most `limit` of them.
///
/// The formats for people have the answer above the rows, and below them how many there are and what
/// they are. The others have the rows alone.
pub fn evidence(
    page: Page,
    answer: &Answer,
    evidence: &Evidence,
    limit: Option<u64>,
    beside: &Beside,
    out: &mut dyn Write,
    run: impl FnOnce(&mut dyn Sink) -> Result<()>,
) -> Result<()> {
    let Page { format, width } = page;
    let gap = if format == Format::Markdown { "\n" } else { "" };
    if format.is_for_people() {
        let Answer { title, published, corrected, unit, .. } = answer;
        writeln!(out, "{title}: published {}, corrected {} ({unit})", told(*published), told(*corrected))?;
        write!(out, "{gap}")?;
    }
    let mut rows = Rows { inner: sink(page, out), limit: limit.unwrap_or(u64::MAX), total: 0 };
    run(&mut rows)?;
    let total = rows.total;
    drop(rows);
    if format.is_for_people() {
        let shown = match limit.filter(|limit| *limit < total) {
            Some(limit) => format!("{limit} of {total} rows; --limit {total} shows all"),
            None => format!("{total} {}", if total == 1 { "row" } else { "rows" }),
        };
        writeln!(out, "{gap}{shown}")?;
        writeln!(out, "{gap}{}", wrapped("Rows:", &evidence.rows, width))?;
        if let Some(note) = &answer.note {
            writeln!(out, "{gap}{}", wrapped("Note:", note, width))?;
        }
        if let Some(line) = &beside.as_of {
            writeln!(out, "{gap}{line}")?;
        }
    }
    Ok(out.flush()?)
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
