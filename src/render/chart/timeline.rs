//! Sessions as bars on a line of time.

use super::scale::{clock_step, multiples};
use super::svg::Svg;
use super::{Axis, Caption, WIDTH, clock};

const LEFT: f64 = 226.0;
const RIGHT: f64 = 108.0;
/// Of the bands' labels.
const TOP: f64 = 44.0;
const ROW: f64 = 22.0;
const BAR: f64 = 10.0;
const LABELS: f64 = 24.0;
const MINUTE: i64 = 60_000_000;
/// What is seen before and after the bands.
const AROUND: i64 = 120 * MINUTE;
/// The characters of a name that fit.
const NAME: usize = 27;

/// Bars in rows, and bands behind all of them. Times are microseconds since 1970.
pub(in crate::render) struct Timeline<'a> {
    /// What it is called.
    pub caption: Caption<'a>,
    /// Windows of time; not empty.
    pub bands: &'a [Band<'a>],
    /// What happened, row by row.
    pub bars: &'a [Bar<'a>],
}

/// A window of time.
pub(in crate::render) struct Band<'a> {
    /// Its start and its end.
    pub range: (i64, i64),
    /// What it is.
    pub label: &'a str,
    /// Its colour.
    pub class: &'a str,
}

/// A session.
pub(in crate::render) struct Bar<'a> {
    /// Its start and its end.
    pub range: (i64, i64),
    /// Whose it is.
    pub name: &'a str,
    /// What is written behind it.
    pub label: &'a str,
    /// Its colour.
    pub class: &'a str,
}

impl Timeline<'_> {
    /// The picture; nothing without a band.
    pub(in crate::render) fn draw(&self) -> String {
        let first = self.bands.iter().map(|band| band.range.0).min();
        let last = self.bands.iter().map(|band| band.range.1).max();
        let Some((first, last)) = first.zip(last) else { return String::new() };
        let (first, last) = ((first - AROUND) / MINUTE, (last + AROUND) / MINUTE);
        let ends = (LEFT, WIDTH - RIGHT);
        let across = Axis { values: (first as f64, last as f64), pixels: ends };
        let at = |micros: i64| across.at(micros as f64 / MINUTE as f64);
        let bottom = TOP + ROW * self.bars.len() as f64 + 6.0;

        let mut svg = Svg::new(&self.caption, bottom + LABELS);
        for minutes in multiples(first, last, clock_step(last - first, 6)) {
            let x = across.at(minutes as f64);
            svg.line("grid", (x, TOP), (x, bottom));
            svg.text("middle", (x, bottom + 17.0), &clock(minutes * MINUTE));
        }
        svg.text("end muted", (LEFT - 24.0, bottom + 17.0), "UTC");
        for (row, Band { range, label, class }) in self.bands.iter().enumerate() {
            let (from, to) = (at(range.0), at(range.1));
            let y = 6.0 + 18.0 * row as f64;
            svg.rect(&format!("shade {class}"), (from, y), (to - from, bottom - y), label);
            svg.line(&format!("edge {class}"), (from, y), (to, y));
            svg.text(&format!("end {class}"), (LEFT - 8.0, y + 5.0), label);
        }
        let mut y = TOP + ROW / 2.0;
        for bar in self.bars {
            svg.text("end", (LEFT - 8.0, y + 4.0), &shortened(bar.name));
            draw_bar(&mut svg, bar, (at(bar.range.0), at(bar.range.1)), ends, y);
            svg.text(&format!("start {}", bar.class), (WIDTH - RIGHT + 12.0, y + 4.0), bar.label);
            y += ROW;
        }
        svg.line("axis", (LEFT, bottom), (WIDTH - RIGHT, bottom));
        svg.finish()
    }
}

/// One bar; it ends in a point where it goes on beyond the picture.
fn draw_bar(svg: &mut Svg, bar: &Bar<'_>, (from, to): (f64, f64), (left, right): (f64, f64), y: f64) {
    let (low, high) = (y - BAR / 2.0, y + BAR / 2.0);
    let mut corners = Vec::with_capacity(6);
    if from < left {
        corners.extend([(left + BAR / 2.0, high), (left, y), (left + BAR / 2.0, low)]);
    } else {
        corners.extend([(from, high), (from, low)]);
    }
    if to > right {
        corners.extend([(right - BAR / 2.0, low), (right, y), (right - BAR / 2.0, high)]);
    } else {
        let to = to.max(from + 1.5); // also a session of a moment is seen
        corners.extend([(to, low), (to, high)]);
    }
    svg.polygon(&format!("session {}", bar.class), &corners, &format!("{}, {}", bar.name, bar.label));
}

/// A name that may have any length.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * MINUTE;

    fn drawn(bars: &[Bar<'_>]) -> String {
        let bands = [Band { range: (7 * HOUR, 12 * HOUR), label: "window", class: "w" }];
        Timeline { caption: Caption { id: "t", title: "T", text: "D" }, bands: &bands, bars }.draw()
    }

    #[test]
    fn a_bar_that_goes_on_ends_in_a_point() {
        let bar = |range| Bar { range, name: "n", label: "l", class: "c" };
        let svg = drawn(&[
            bar((8 * HOUR, 9 * HOUR)),
            bar((0, 9 * HOUR)),
            bar((0, 99 * HOUR)),
            bar((8 * HOUR, 8 * HOUR)),
        ]);
        let corners =
            svg.lines().filter_map(|line| line.strip_prefix("<polygon class=\"session c\" points=\""));
        let corners: Vec<Vec<&str>> =
            corners.map(|line| line.split('"').next().unwrap().split(' ').collect()).collect();
        assert_eq!(corners.iter().map(Vec::len).collect::<Vec<_>>(), [4, 5, 6, 4]);
        assert_ne!(corners[3][0], corners[3][3], "a moment is seen");
        for hour in ["06:00", "08:00", "10:00", "12:00", "14:00"] {
            assert!(svg.contains(&format!(">{hour}</text>")), "{hour}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_told_whole() {
        let name = "é".repeat(40);
        let svg = drawn(&[Bar { range: (8 * HOUR, 9 * HOUR), name: &name, label: "both", class: "c" }]);
        assert!(svg.contains(&format!(">{}…</text>", "é".repeat(NAME))));
        assert!(svg.contains(&format!("<title>{name}, both</title>")));
    }
}
