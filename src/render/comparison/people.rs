//! For people: the figures in one table, then for each that moved the rows and the loads behind it.

use std::io::Write;

use super::super::evidence::{fitting, rows_of};
use super::super::text::exact;
use super::super::{Format, Page, sink, wrapped};
use super::{latest, listed};
use crate::error::Result;
use crate::question::{Account, Change, Compared, Number, State, Summary, TWO_READINGS, difference};
use crate::sql::{Cell, Kept, Sheet, Sink};

pub(super) fn write(
    page: Page,
    compared: &[Compared<'_>],
    states: [&State; 2],
    limit: usize,
    out: &mut dyn Write,
) -> Result<()> {
    let gap = if page.format == Format::Markdown { "\n" } else { "" };
    let accounts: Vec<Account<'_, '_>> =
        compared.iter().map(|compared| compared.account(limit)).collect::<Result<_>>()?;
    let [from, to] = states;
    let line = |mark, state: &State| wrapped(mark, &state.to_string(), page.width);
    write!(out, "{}\n{gap}{}\n{gap}", line("A:", from), line("B:", to))?;
    figures(page, &accounts, out)?;
    for account in accounts.iter().filter(|account| account.compared.moved()) {
        writeln!(out)?;
        let question = account.compared.question;
        let readings = account.compared.readings().into_iter();
        let readings: Vec<_> =
            readings.map(|(name, from, to)| format!("{name} {}", moved(from, to))).collect();
        let unit = if question.unit.is_empty() { String::new() } else { format!(" ({})", question.unit) };
        let heading = format!("{}: {}{unit}", question.title, readings.join(", "));
        write!(out, "{}\n{gap}", wrapped("", &heading, page.width))?;
        rows(page, account, gap, out)?;
        loads(page, account, gap, out)?;
    }
    if !accounts.iter().any(|account| account.compared.moved()) {
        writeln!(out, "{gap}No figure moved.")?;
    }
    Ok(())
}

/// All questions, what their figures were and are, and how many rows behind them changed.
fn figures(page: Page, accounts: &[Account<'_, '_>], out: &mut dyn Write) -> Result<()> {
    let (two, other): (Vec<_>, Vec<_>) =
        accounts.iter().partition(|account| account.compared.to.has_two_readings());
    if !two.is_empty() || other.is_empty() {
        let mut sink = sink(page, out);
        sink.columns(&["question", "published", "corrected", "unit", "rows"])?;
        for Account { compared, summary, .. } in &two {
            let [published, corrected] = TWO_READINGS.map(|name| compared.reading(name));
            sink.row(&[
                Cell::Text(&compared.question.title),
                Cell::Text(&moved(published.0, published.1)),
                Cell::Text(&moved(corrected.0, corrected.1)),
                Cell::Text(&compared.question.unit),
                Cell::Text(&rows_told(summary)),
            ])?;
        }
        sink.finish()?;
    }
    if other.is_empty() {
        return Ok(());
    }
    if !two.is_empty() && page.format == Format::Markdown {
        writeln!(out)?;
    }
    let mut sink = sink(page, out);
    sink.columns(&["question", "reading", "answer", "unit", "rows"])?;
    for Account { compared, summary, .. } in &other {
        for (index, (name, from, to)) in compared.readings().into_iter().enumerate() {
            sink.row(&[
                if index == 0 { Cell::Text(&compared.question.title) } else { Cell::Null },
                Cell::Text(name),
                Cell::Text(&moved(from, to)),
                Cell::Text(&compared.question.unit),
                Cell::Text(&rows_told(summary)),
            ])?;
        }
    }
    sink.finish()
}

/// `5 → 6 (+1)`, or the number where it is the same.
pub(in super::super) fn moved(from: Option<Number>, to: Option<Number>) -> String {
    let told = |number: Option<Number>| number.map_or("nothing".to_owned(), |number| number.to_string());
    match difference(from, to) {
        _ if from == to => told(from),
        None => format!("{} → {}", told(from), told(to)),
        Some(difference) => {
            let sign = if difference.as_f64() > 0.0 { "+" } else { "" };
            format!("{} → {} ({sign}{difference})", told(from), told(to))
        }
    }
}

/// How many rows came, went and changed.
pub(in super::super) fn rows_told(summary: &Summary) -> String {
    let counts = [(summary.came, "came"), (summary.went, "went"), (summary.changed, "changed")];
    let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    told.collect::<Vec<_>>().join(", ")
}

/// The first rows, and how many there are.
fn rows(page: Page, account: &Account<'_, '_>, gap: &str, out: &mut dyn Write) -> Result<()> {
    let total = account.summary.rows();
    let mut left_out = Vec::new();
    if !account.rows.is_empty() {
        let sheet = sheet(account)?;
        match page.width {
            Some(width) if page.format == Format::Table => {
                left_out = fitting(&sheet, &account.compared.names(), width, &mut *sink(page, out))?;
            }
            _ => {
                let mut sink = sink(page, out);
                sink.columns(&sheet.columns.iter().map(String::as_str).collect::<Vec<_>>())?;
                for row in &sheet.rows {
                    sink.row(&row.iter().map(Kept::cell).collect::<Vec<_>>())?;
                }
                sink.finish()?;
            }
        }
    }
    let shown = account.rows.len() as u64;
    let told = match total {
        0 => "No row of the evidence changed".to_owned(),
        _ if shown < total => format!("{shown} of {total} rows; --limit {total} shows all"),
        1 => "1 row".to_owned(),
        total => format!("{total} rows"),
    };
    writeln!(out, "{gap}{told}")?;
    if !left_out.is_empty() {
        let columns = format!("{}; --output rows.csv has every column", left_out.join(", "));
        writeln!(out, "{}", wrapped("Not shown:", &columns, page.width))?;
    }
    if let Some(rows) = rows_of(account.compared.question) {
        writeln!(out, "{gap}{}", wrapped("Rows:", rows, page.width))?;
    }
    Ok(())
}

/// The columns that tell rows apart and say how they count, and the loads of each.
fn sheet(account: &Account<'_, '_>) -> Result<Sheet> {
    let Some(evidence) = account.compared.evidence else { return Ok(Sheet::default()) };
    let has =
        |name: &&str| account.rows.iter().any(|change| change.columns.iter().any(|column| column == name));
    let (first, others) = evidence.key.split_first().map_or(("", &[][..]), |(first, others)| (first, others));
    let has_why = account.rows.iter().any(|change| change.columns.iter().any(|name| name == "why"));
    let has_loads = account.rows.iter().any(|change| !change.loads.is_empty());
    let mut columns = vec![first, "change"];
    columns.extend(others.iter().map(String::as_str));
    let plain = columns.len();
    columns.extend(account.compared.names().into_iter().filter(has));
    columns.extend(evidence.counts.iter().map(String::as_str));
    columns.extend(has_why.then_some("why"));
    let mut sheet = Sheet::new(usize::MAX);
    let names: Vec<&str> = columns.iter().copied().chain(has_loads.then_some("loads")).collect();
    sheet.columns(&names)?;
    for change in &account.rows {
        let (fate, loads) = (change.fate().name(), listed(&change.loads));
        let texts: Vec<Option<String>> = columns
            .iter()
            .enumerate()
            .map(|(index, name)| both(change, name).filter(|_| index >= plain))
            .collect();
        let cell = |(name, text): (&&'_ str, &'_ Option<String>)| match text {
            Some(text) => Kept::Text(text.clone()),
            None if *name == "change" => Kept::Text(fate.to_owned()),
            None => Kept::from(latest(change, name)),
        };
        let row: Vec<Kept> = columns.iter().zip(&texts).map(cell).collect();
        let mut cells: Vec<Cell<'_>> = row.iter().map(Kept::cell).collect();
        cells.extend(has_loads.then_some(Cell::Text(&loads)));
        sheet.row(&cells)?;
    }
    Ok(sheet)
}

/// `0 → 1`, for a value that is another one in the second state.
fn both(change: &Change, column: &str) -> Option<String> {
    match change.values(column) {
        [Some(before), Some(after)] if before != after && column != "why" => {
            Some(format!("{} → {}", exact(before.cell()), exact(after.cell())))
        }
        _ => None,
    }
}

/// The loads behind the rows, or all that may be.
fn loads(page: Page, account: &Account<'_, '_>, gap: &str, out: &mut dyn Write) -> Result<()> {
    let what = match (&account.summary.loads, account.loads.is_empty()) {
        (_, true) => "No load between the two states wrote what the question reads.",
        (Some(_), _) => "Loads that made these rows so:",
        (None, _) => {
            "All loads between the two states that wrote what the question reads; the rows do not tell which:"
        }
    };
    write!(out, "{gap}{}\n{gap}", wrapped("", what, page.width))?;
    if account.loads.is_empty() {
        return Ok(());
    }
    let mut sink = sink(page, out);
    // Only undos take records out.
    let some_removed = account.loads.iter().any(|load| load.removed > 0);
    let columns = ["load", "model", "source", "inserted", "updated", "removed", "finished_at"];
    let shown = |name: &&str| *name != "removed" || some_removed;
    sink.columns(&columns.into_iter().filter(shown).collect::<Vec<_>>())?;
    for load in &account.loads {
        let source = load.told_source();
        let cells = [
            Cell::Integer(load.load),
            Cell::Text(&load.model),
            Cell::Text(&source),
            Cell::Integer(load.inserted),
            Cell::Integer(load.updated),
            Cell::Integer(load.removed),
            load.finished_at.as_deref().map_or(Cell::Null, Cell::Text),
        ];
        let cells = columns.iter().zip(cells).filter(|(name, _)| shown(name));
        sink.row(&cells.map(|(_, cell)| cell).collect::<Vec<_>>())?;
    }
    sink.finish()
}
