//! The picture that a question of a project's own declares of its evidence.

use super::super::chart::{Caption, Drawn, Plotted, Point};
use super::super::text::exact;
use super::figure::figure;
use super::tables::heading;
use crate::domain::time::Timestamp;
use crate::question::{Explained, Plot, PlotKind};
use crate::sql::{Cell, Kept};

/// Microseconds of a day.
const DAY: f64 = 86_400e6;

/// The picture, with its caption; nothing where no row can be drawn.
pub(super) fn of(explained: &Explained<'_>, plot: &Plot) -> String {
    let sheet = &explained.sheet;
    let values = |name: &str| -> Vec<&Kept> { sheet.column(name).collect() };
    let across = values(&plot.x);
    let up = plot.y.as_deref().map(values);
    let is_time =
        !across.is_empty() && across.iter().all(|value| days(value).is_some() || **value == Kept::Null);
    let points: Vec<Point> = across
        .iter()
        .enumerate()
        .filter_map(|(index, x)| {
            let at = if is_time { days(x) } else { number(x) };
            let y = match &up {
                Some(up) => number(up.get(index)?)?,
                None => 1.0,
            };
            let named = matches!(plot.kind, PlotKind::Bar) || at.is_some();
            named.then(|| Point { x: at.unwrap_or(0.0), y, label: exact(x.cell()).into_owned() })
        })
        .collect();
    let id = format!("plot-{}", explained.answer.question);
    let title = match &plot.y {
        Some(y) => format!("{} by {}.", heading(y), heading(&plot.x)),
        None => format!("Rows by {}.", heading(&plot.x)),
    };
    let left = sheet.total.saturating_sub(points.len() as u64);
    let mut text = match plot.kind {
        PlotKind::Bar => "A bar is a row of the evidence.",
        PlotKind::Line => "The line joins the rows of the evidence.",
        PlotKind::Histogram => "A bar is how many there are of a range of values.",
    }
    .to_owned();
    if left > 0 {
        text.push_str(&format!(" {left} of {} rows are not drawn.", sheet.total));
    }
    let caption = Caption { id: &id, title: &title, text: &text };
    let drawn = match plot.kind {
        PlotKind::Bar => Drawn::Bars,
        PlotKind::Line => Drawn::Line,
        PlotKind::Histogram => Drawn::Counts,
    };
    let picture = Plotted { caption, drawn, points, is_time }.draw();
    figure(&Caption { id: &id, title: &title, text: &text }, &picture)
}

fn number(value: &Kept) -> Option<f64> {
    match value.cell() {
        Cell::Integer(number) => Some(number as f64),
        Cell::Real(number) => Some(number).filter(|number| number.is_finite()),
        Cell::Null | Cell::Text(_) | Cell::Blob(_) => None,
    }
}

/// A date or a time in days since 1970.
fn days(value: &Kept) -> Option<f64> {
    let Kept::Text(text) = value else { return None };
    let midnight = format!("{text}T00:00:00Z");
    let time = Timestamp::parse(text).or_else(|_| Timestamp::parse(&midnight)).ok()?;
    Some(time.micros() as f64 / DAY)
}
