//! Counts as bars, over classes of a value.

use std::collections::BTreeMap;

use super::scale::{multiples, quotient_up, round_step};
use super::svg::Svg;
use super::{Axis, Caption, Tick, WIDTH};

const LEFT: f64 = 48.0;
const RIGHT: f64 = 22.0;
const TOP: f64 = 30.0;
const PLOT: f64 = 170.0;
/// Of the labels below the axis.
const LABELS: f64 = 22.0;
/// Of one bracket.
const BRACKET: f64 = 22.0;
/// A mark further left than this has its label on its right.
const ROOM: f64 = 150.0;

/// A histogram.
pub(in crate::render) struct Histogram<'a> {
    /// What it is called.
    pub caption: Caption<'a>,
    /// Classes and counts, in order; not empty.
    pub classes: &'a [(i64, i64)],
    /// How many classes are one bar.
    pub bin: i64,
    /// What is written below, by class.
    pub ticks: Vec<Tick>,
    /// What a bar is called, by its first class.
    pub name: &'a dyn Fn(i64) -> String,
    /// Values to point out.
    pub marks: Vec<Mark>,
    /// Ranges to point out.
    pub brackets: Vec<Bracket<'a>>,
}

/// A value to point out, with a line across the plot.
pub(in crate::render) struct Mark {
    /// The value.
    pub at: f64,
    /// What it is.
    pub label: String,
}

/// A range to point out, below the plot.
pub(in crate::render) struct Bracket<'a> {
    /// From where to where.
    pub range: (f64, f64),
    /// What it is.
    pub label: &'a str,
    /// Its colour.
    pub class: &'a str,
}

/// A round count in a few letters: 500, 20k, 3M.
fn short(count: i64) -> String {
    match count {
        count if count >= 1_000_000 && count % 1_000_000 == 0 => format!("{}M", count / 1_000_000),
        count if count >= 10_000 && count % 1000 == 0 => format!("{}k", count / 1000),
        count => count.to_string(),
    }
}

/// The first class of the first bar, and that behind the last one, for bars of `bin` classes.
pub(in crate::render) fn ends(classes: &[(i64, i64)], bin: i64) -> Option<(i64, i64)> {
    let (first, last) = (classes.first()?.0, classes.last()?.0);
    let low = first.div_euclid(bin).saturating_mul(bin);
    let high = last.div_euclid(bin).saturating_add(1).saturating_mul(bin);
    Some((low, high))
}

/// How many classes from the first to the last.
pub(in crate::render) fn range(classes: &[(i64, i64)]) -> i64 {
    ends(classes, 1).map_or(1, |(low, high)| high.saturating_sub(low))
}

impl Histogram<'_> {
    /// The picture; nothing for no classes.
    pub(in crate::render) fn draw(&self) -> String {
        let Some((low, high)) = ends(self.classes, self.bin) else { return String::new() };
        let mut bars: BTreeMap<i64, i64> = BTreeMap::new();
        for (class, count) in self.classes {
            *bars.entry(class.div_euclid(self.bin).saturating_mul(self.bin)).or_default() += count;
        }
        let most = bars.values().copied().max().unwrap_or(1).max(1);
        let step = round_step(most, 4);
        let top = quotient_up(most, step) * step;
        let across = Axis { values: (low as f64, high as f64), pixels: (LEFT, WIDTH - RIGHT) };
        let up = Axis { values: (0.0, top as f64), pixels: (TOP + PLOT, TOP) };
        let height = TOP + PLOT + LABELS + BRACKET * self.brackets.len() as f64;

        let mut svg = Svg::new(&self.caption, height);
        for count in multiples(0, top, step) {
            let y = up.at(count as f64);
            if count > 0 {
                svg.line("grid", (LEFT, y), (WIDTH - RIGHT, y));
            }
            svg.text("end", (LEFT - 6.0, y + 4.0), &short(count));
        }
        for (class, count) in &bars {
            let (from, to) = (across.at(*class as f64), across.at(class.saturating_add(self.bin) as f64));
            let gap = ((to - from) * 0.15).min(1.5);
            let (y, base) = (up.at(*count as f64), up.at(0.0));
            let told = format!("{}: {count}", (self.name)(*class));
            svg.rect("bar", (from + gap / 2.0, y), (to - from - gap, base - y), &told);
        }
        svg.line("axis", (LEFT, TOP + PLOT), (WIDTH - RIGHT, TOP + PLOT));
        for Tick { at, label } in &self.ticks {
            let x = across.at(*at);
            svg.line("axis", (x, TOP + PLOT), (x, TOP + PLOT + 5.0));
            svg.text("middle", (x, TOP + PLOT + 18.0), label);
        }
        self.draw_marks(&mut svg, &across);
        self.draw_brackets(&mut svg, &across);
        svg.finish()
    }

    /// The leftmost mark has its label on its left, the others on their right, where there is room.
    fn draw_marks(&self, svg: &mut Svg, across: &Axis) {
        let least = self.marks.iter().map(|mark| mark.at).fold(f64::INFINITY, f64::min);
        for Mark { at, label } in &self.marks {
            let x = across.at(*at);
            svg.line("mark", (x, TOP - 14.0), (x, TOP + PLOT));
            let left = (*at == least && x - LEFT > ROOM && self.marks.len() > 1) || WIDTH - x < ROOM;
            let (class, x) = if left { ("label end", x - 5.0) } else { ("label start", x + 5.0) };
            svg.text(class, (x, TOP - 5.0), label);
        }
    }

    fn draw_brackets(&self, svg: &mut Svg, across: &Axis) {
        let mut y = TOP + PLOT + LABELS + 8.0;
        for Bracket { range, label, class } in &self.brackets {
            let bounded = |value: f64| across.at(value).clamp(LEFT, WIDTH - RIGHT);
            let (from, to) = (bounded(range.0), bounded(range.1));
            if to > from {
                svg.rect(&format!("fill {class}"), (from, y), (to - from, 5.0), label);
                let left = from - LEFT > ROOM;
                let (side, x) = if left { ("end", from - 6.0) } else { ("start", to + 6.0) };
                svg.text(&format!("{side} {class}"), (x, y + 6.0), label);
            }
            y += BRACKET;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(classes: &[(i64, i64)], bin: i64) -> String {
        let caption = Caption { id: "h", title: "T", text: "D" };
        let name = |class: i64| format!("from {class}");
        let marks = vec![Mark { at: 3.0, label: "middle".to_owned() }];
        let brackets = vec![Bracket { range: (-100.0, 2.0), label: "window", class: "w" }];
        Histogram { caption, classes, bin, ticks: Vec::new(), name: &name, marks, brackets }.draw()
    }

    #[test]
    fn classes_are_added_up_in_bars_and_the_axis_begins_at_nothing() {
        let svg = drawn(&[(-1, 2), (0, 3), (1, 4), (7, 1)], 2);
        for bar in ["from -2: 2", "from 0: 7", "from 6: 1"] {
            assert!(svg.contains(&format!("<title>{bar}</title>")), "{bar}\n{svg}");
        }
        let counts: Vec<&str> = ["0", "2", "4", "6", "8"].to_vec();
        let shown = svg.lines().filter(|line| line.starts_with("<text class=\"end\""));
        let shown: Vec<&str> = shown.filter_map(|line| line.split(['>', '<']).nth(2)).collect();
        assert_eq!(shown, counts);
        assert!(svg.contains("x=\"48\""), "the bracket is cut at the plot");
        assert_eq!(drawn(&[], 1), "");
    }

    #[test]
    fn counts_are_short() {
        let told = [999, 1500, 10_000, 1_500_000, 2_000_000].map(short);
        assert_eq!(told, ["999", "1500", "10k", "1500k", "2M"]);
    }
}
