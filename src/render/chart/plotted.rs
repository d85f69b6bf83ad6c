//! Values over values: bars, a line, or how many there are of each range.

use std::collections::BTreeMap;

use super::svg::Svg;
use super::{Axis, Caption, Tick, WIDTH, day, days_of};

const LEFT: f64 = 64.0;
const RIGHT: f64 = 22.0;
const TOP: f64 = 16.0;
const PLOT: f64 = 190.0;
/// Of the labels below the axis.
const LABELS: f64 = 26.0;
/// As many bars as can be told apart.
const BARS: usize = 60;
/// As many labels as can be read beside each other, and the letters that one may have.
const NAMES: usize = 12;
const LETTERS: usize = 12;
/// The ranges that are counted.
const RANGES: f64 = 40.0;

/// How the points are drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::render) enum Drawn {
    /// A bar for each, in their order.
    Bars,
    /// A line through all, from left to right.
    Line,
    /// Bars for ranges of values.
    Counts,
}

/// A value, what it is of, and where that lies.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::render) struct Point {
    /// Where it lies; days since 1970 if it is a time.
    pub x: f64,
    /// The value.
    pub y: f64,
    /// What it is of.
    pub label: String,
}

/// A plot.
pub(in crate::render) struct Plotted<'a> {
    /// What it is called.
    pub caption: Caption<'a>,
    /// How it is drawn.
    pub drawn: Drawn,
    /// What is drawn.
    pub points: Vec<Point>,
    /// Whether times lie across.
    pub is_time: bool,
}

impl Plotted<'_> {
    /// The picture; nothing for no points.
    pub(in crate::render) fn draw(mut self) -> String {
        match self.drawn {
            Drawn::Bars => self.points.truncate(BARS),
            Drawn::Line => self.points.sort_by(|a, b| a.x.total_cmp(&b.x)),
            Drawn::Counts => self.count(),
        }
        let ys = || self.points.iter().map(|point| point.y);
        let (least, most) = (ys().fold(0.0, f64::min), ys().fold(0.0, f64::max));
        if self.points.is_empty() || !(most - least).is_finite() {
            return String::new();
        }
        let step = step(most - least, 4.0);
        let low = (least / step).floor() * step;
        let high = ((most / step).ceil() * step).max(low + step);
        let up = Axis { values: (low, high), pixels: (TOP + PLOT, TOP) };
        let mut svg = Svg::new(&self.caption, TOP + PLOT + LABELS);
        for Tick { at, label } in ticks(low, high, step) {
            svg.line("grid", (LEFT, up.at(at)), (WIDTH - RIGHT, up.at(at)));
            svg.text("end", (LEFT - 6.0, up.at(at) + 4.0), &label);
        }
        match self.drawn {
            Drawn::Bars => self.bars(&mut svg, &up),
            Drawn::Line | Drawn::Counts => self.over_values(&mut svg, &up),
        }
        svg.line("axis", (LEFT, up.at(0.0)), (WIDTH - RIGHT, up.at(0.0)));
        svg.finish()
    }

    /// A bar for each point, beside each other.
    fn bars(&self, svg: &mut Svg, up: &Axis) {
        let width = (WIDTH - RIGHT - LEFT) / self.points.len() as f64;
        let every = self.points.len().div_ceil(NAMES);
        for (index, point) in self.points.iter().enumerate() {
            let left = LEFT + width * index as f64;
            self.bar(svg, up, (left + width * 0.1, width * 0.8), point);
            if index % every == 0 {
                let mut name: String = point.label.chars().take(LETTERS).collect();
                if point.label.chars().count() > LETTERS {
                    name.push('…');
                }
                svg.text("middle", (left + width / 2.0, TOP + PLOT + 18.0), &name);
            }
        }
    }

    fn bar(&self, svg: &mut Svg, up: &Axis, (left, width): (f64, f64), point: &Point) {
        let (y, base) = (up.at(point.y), up.at(0.0));
        let told = format!("{}: {}", point.label, short(point.y));
        svg.rect("bar", (left, y.min(base)), (width, (base - y).abs()), &told);
    }

    /// A line through the points, or a bar for each range, where its values are.
    fn over_values(&self, svg: &mut Svg, up: &Axis) {
        let Some((first, last)) = self.points.first().zip(self.points.last()) else { return };
        let counts = self.drawn == Drawn::Counts;
        let wide = if counts { self.range() } else { 0.0 };
        let low = first.x;
        let high = if last.x + wide > low { last.x + wide } else { low + 1.0 };
        let across = Axis { values: (low, high), pixels: (LEFT, WIDTH - RIGHT) };
        let mut before: Option<(f64, f64)> = None;
        for point in &self.points {
            let at = (across.at(point.x), up.at(point.y));
            if counts {
                let width = across.at(point.x + wide) - at.0;
                self.bar(svg, up, (at.0 + width * 0.06, width * 0.88), point);
            } else {
                if let Some(before) = before {
                    svg.line("line", before, at);
                }
                let told = format!("{}: {}", point.label, short(point.y));
                svg.rect("bar", (at.0 - 1.5, at.1 - 1.5), (3.0, 3.0), &told);
            }
            before = Some(at);
        }
        let days =
            if self.is_time { days_of(low.floor() as i64, high.ceil() as i64 + 1) } else { Vec::new() };
        let shown = if days.is_empty() { ticks(low, high, step(high - low, 8.0)) } else { days };
        for Tick { at, label } in shown.into_iter().filter(|tick| (low..=high).contains(&tick.at)) {
            let x = across.at(at);
            svg.line("axis", (x, TOP + PLOT), (x, TOP + PLOT + 5.0));
            svg.text("middle", (x, TOP + PLOT + 18.0), &label);
        }
    }

    /// How wide a range is.
    fn range(&self) -> f64 {
        let xs = || self.points.iter().map(|point| point.x);
        let (low, high) = (xs().fold(f64::INFINITY, f64::min), xs().fold(f64::NEG_INFINITY, f64::max));
        step(high - low, RANGES)
    }

    /// Makes ranges of the points, each with the sum of its values.
    fn count(&mut self) {
        let wide = self.range();
        let mut ranges: BTreeMap<i64, f64> = BTreeMap::new();
        for point in &self.points {
            *ranges.entry((point.x / wide).floor() as i64).or_default() += point.y;
        }
        let told = |x: f64| if self.is_time { day(x.floor() as i64) } else { short(x) };
        let point = |(range, y): (i64, f64)| {
            let x = range as f64 * wide;
            Point { x, y, label: format!("{} to {}", told(x), told(x + wide)) }
        };
        self.points = ranges.into_iter().map(point).collect();
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that cuts `range` into at most `most` parts.
fn step(range: f64, most: f64) -> f64 {
    let least = range / most;
    if !least.is_finite() || least <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|digit| digit * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// The multiples of `step` from `low` to `high`.
fn ticks(low: f64, high: f64, step: f64) -> Vec<Tick> {
    let first = (low / step).ceil();
    let count = ((high / step).floor() - first).clamp(0.0, 100.0) as u32;
    let tick = |index| {
        let at = (first + f64::from(index)) * step;
        Tick { at, label: short(at) }
    };
    (0..=count).map(tick).collect()
}

/// A number in a few letters.
fn short(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{number:.3e}");
    }
    let (scaled, unit) = match size {
        size if size >= 1e7 => (number / 1e6, "M"),
        size if size >= 1e4 => (number / 1e3, "k"),
        _ => (number, ""),
    };
    let text = format!("{scaled:.4}");
    format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(drawn: Drawn, points: &[(f64, f64)]) -> String {
        let caption = Caption { id: "p", title: "T", text: "D" };
        let point = |(x, y): &(f64, f64)| Point { x: *x, y: *y, label: format!("<{x}>") };
        Plotted { caption, drawn, points: points.iter().map(point).collect(), is_time: false }.draw()
    }

    #[test]
    fn every_kind_is_drawn_with_what_it_is_of() {
        let bars = drawn(Drawn::Bars, &[(0.0, 2.0), (0.0, -1.0)]);
        assert!(bars.contains("<title>&lt;0&gt;: 2</title>") && !bars.contains("height=\"-"), "{bars}");
        let line = drawn(Drawn::Line, &[(3.0, 1.0), (1.0, 2.0), (2.0, 4.0)]);
        assert_eq!(line.matches("<line class=\"line\"").count(), 2);
        let counts = drawn(Drawn::Counts, &[(0.1, 1.0), (0.2, 1.0), (90.0, 2.0)]);
        assert!(
            counts.contains("<title>0 to 5: 2</title>") && counts.contains("<title>90 to 95: 2</title>"),
            "{counts}"
        );
    }

    #[test]
    fn odd_values_break_nothing() {
        for kind in [Drawn::Bars, Drawn::Line, Drawn::Counts] {
            assert_eq!(drawn(kind, &[]), "");
            for points in [
                &[(0.0, 0.0)][..],
                &[(1e300, 1e300), (-1e300, -1e300)],
                &[(5.0, 1.0), (5.0, 1.0)],
                &[(1e-300, 1e-300), (2e-300, 0.0)],
                &[(9e18, 9e18), (-9e18, 1.0)],
            ] {
                let svg = drawn(kind, points);
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{kind:?} {points:?}\n{svg}");
            }
        }
    }

    #[test]
    fn numbers_and_steps_are_short() {
        assert_eq!(
            [0.0, 0.5, 1500.0, 25_000.0, 3e7, 1e300].map(short),
            ["0", "0.5", "1500", "25k", "30M", "1.000e300"]
        );
        assert_eq!([step(10.0, 4.0), step(0.7, 4.0), step(0.0, 4.0)], [5.0, 0.2, 1.0]);
    }
}
