//! For programs: all rows, as they are found.

use std::io::{BufWriter, Write};

use serde_json::{Value, json};

use super::super::jsonl::Keys;
use super::super::text::exact;
use super::super::{Page, sink};
use super::{key, listed, number};
use crate::error::{Error, Result};
use crate::question::{Change, Compared, Number, State, Summary, TWO_READINGS, difference};
use crate::sql::{Cell, Kept};

/// What the loads of a row are: those that made it so, or all that may have.
const OF_ROWS: &str = "of_rows";
const OF_MODELS: &str = "of_models";

/// A line for each row that changed, or one for a question of which none did, each with the figures.
pub(super) fn flat(
    page: Page,
    compared: &[Compared<'_>],
    states: [&State; 2],
    out: &mut dyn Write,
) -> Result<()> {
    let mut sink = sink(page, out);
    let others = compared.iter().any(|compared| !compared.to.has_two_readings());
    let mut columns = vec![
        "question",
        "title",
        "unit",
        "from",
        "to",
        "published_from",
        "published_to",
        "published_difference",
        "corrected_from",
        "corrected_to",
        "corrected_difference",
        "change",
        "row",
        "published_before",
        "published_after",
        "corrected_before",
        "corrected_after",
        "loads",
        "loads_are",
        "before",
        "after",
        "never_loaded_from",
        "never_loaded_to",
    ];
    columns.extend(others.then_some("readings"));
    sink.columns(&columns)?;
    let states = states.map(|state| state.load().map_or("now".to_owned(), |load| load.to_string()));
    let [from, to] = &states;
    for compared in compared {
        let question = compared.question;
        let mut figures = vec![&question.name, &question.title, &question.unit, from, to]
            .into_iter()
            .map(|text| Cell::Text(text))
            .collect::<Vec<_>>();
        for (from, to) in TWO_READINGS.map(|name| compared.reading(name)) {
            figures.extend([from, to, difference(from, to)].map(number));
        }
        let all =
            || listed(&compared.loads(&Summary::default()).iter().map(|load| load.load).collect::<Vec<_>>());
        let missing = [&compared.from, &compared.to].map(|answer| answer.never_loaded.join(", "));
        let missing = missing.each_ref().map(|models| match models.is_empty() {
            true => Cell::Null,
            false => Cell::Text(models),
        });
        let readings = other_readings(compared).map(|readings| readings.to_string());
        let mut last = Vec::from(missing);
        last.extend(others.then(|| readings.as_deref().map_or(Cell::Null, Cell::Text)));
        let mut any_load = None;
        let summary = compared.changes(&mut |change| {
            let (loads, loads_are) = match change.loads.is_empty() {
                true => (any_load.get_or_insert_with(all).clone(), OF_MODELS),
                false => (listed(&change.loads), OF_ROWS),
            };
            let row =
                key(compared, change).map(|cell| exact(cell).into_owned()).collect::<Vec<_>>().join(", ");
            let whole =
                [&change.before, &change.after].map(|row| row.as_deref().map(|row| object(change, row)));
            let [before, after] = whole.map(Option::transpose);
            let (before, after) = (before?, after?);
            let mut cells = figures.clone();
            cells.extend([Cell::Text(change.fate().name()), Cell::Text(&row)]);
            for reading in TWO_READINGS {
                cells.extend(change.values(reading).map(|value| value.map_or(Cell::Null, Kept::cell)));
            }
            cells.extend([Cell::Text(&loads), Cell::Text(loads_are)]);
            cells.extend([&before, &after].map(|row| row.as_deref().map_or(Cell::Null, Cell::Text)));
            cells.extend(&last);
            sink.row(&cells)
        })?;
        if summary.rows() == 0 {
            figures.resize(figures.len() + 10, Cell::Null);
            figures.extend(&last);
            sink.row(&figures)?;
        }
    }
    sink.finish()
}

/// A figure in both states.
fn both((from, to): (Option<Number>, Option<Number>)) -> Value {
    json!({"from": from, "to": to, "difference": difference(from, to)})
}

/// All readings in both states, for those that are not the two.
fn other_readings(compared: &Compared<'_>) -> Option<Value> {
    let readings = compared.readings().into_iter();
    let members = || readings.map(|(name, from, to)| (name.to_owned(), both((from, to)))).collect();
    (!compared.to.has_two_readings()).then(members).map(Value::Object)
}

/// A row of evidence as a JSON object.
fn object(change: &Change, row: &[Kept]) -> Result<String> {
    let names: Vec<&str> = change.columns.iter().map(String::as_str).collect();
    let mut json = Vec::new();
    Keys::of(&names)?.object(&mut json, &row.iter().map(Kept::cell).collect::<Vec<_>>())?;
    String::from_utf8(json).map_err(|error| Error::failed(error.to_string()))
}

pub(super) fn json(compared: &[Compared<'_>], states: [&State; 2], out: &mut dyn Write) -> Result<()> {
    let mut out = BufWriter::new(out);
    let mut before = "[\n  ";
    for compared in compared {
        out.write_all(before.as_bytes())?;
        entry(compared, states, &mut out)?;
        before = ",\n  ";
    }
    Ok(out.write_all(b"\n]\n").and_then(|()| out.flush())?)
}

pub(super) fn jsonl(compared: &[Compared<'_>], states: [&State; 2], out: &mut dyn Write) -> Result<()> {
    let mut out = BufWriter::new(out);
    for compared in compared {
        entry(compared, states, &mut out)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// A question. How many rows there are is known, and told, behind them.
fn entry(compared: &Compared<'_>, [from, to]: [&State; 2], out: &mut dyn Write) -> Result<()> {
    let question = compared.question;
    let [published, corrected] = TWO_READINGS.map(|name| both(compared.reading(name)));
    let readings = other_readings(compared).map(|readings| format!(",\"readings\":{readings}"));
    write!(
        out,
        "{{\"question\":{},\"title\":{},\"unit\":{},\"from\":{},\"to\":{},\"published\":{published},\
         \"corrected\":{corrected}{},\"moved\":{},\"never_loaded\":{},\"changes\":[",
        json!(question.name),
        json!(question.title),
        json!(question.unit),
        json!(from.load()),
        json!(to.load()),
        readings.unwrap_or_default(),
        compared.moved(),
        json!({"from": compared.from.never_loaded, "to": compared.to.never_loaded}),
    )?;
    let mut comma = "";
    let summary = compared.changes(&mut |change| {
        let row =
            |row: &Option<Vec<Kept>>| row.as_deref().map_or(Ok("null".to_owned()), |row| object(change, row));
        write!(
            out,
            "{comma}{{\"change\":\"{}\",\"before\":{},\"after\":{},\"loads\":{}}}",
            change.fate().name(),
            row(&change.before)?,
            row(&change.after)?,
            json!(change.loads),
        )?;
        comma = ",";
        Ok(())
    })?;
    let is_told = summary.rows() > 0 || compared.moved();
    let loads = if is_told { compared.loads(&summary) } else { Vec::new() };
    let loads = serde_json::to_string(&loads).map_err(|error| Error::failed(error.to_string()))?;
    let loads_are = is_told.then_some(if summary.loads.is_some() { OF_ROWS } else { OF_MODELS });
    let loads_are = json!(loads_are);
    let Summary { came, went, changed, .. } = summary;
    Ok(write!(
        out,
        "],\"came\":{came},\"went\":{went},\"changed\":{changed},\"loads_are\":{loads_are},\"loads\":{loads}}}"
    )?)
}
