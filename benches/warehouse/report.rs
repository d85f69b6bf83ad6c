//! What was measured, as tables in Markdown.

use crate::child::{self, Cost};
use std::fmt::Write as _;
use std::process::Command;

/// A line of the table.
struct Row {
    what: String,
    /// Records that each run takes.
    rows: Option<u64>,
    costs: Vec<Cost>,
    /// Why there are no costs.
    missing: Option<String>,
    /// The other line that the ratio is to.
    base: Option<&'static str>,
    key: &'static str,
}

/// The table, in the order in which lines are first added.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Begins a line, known by `key`.
    pub fn line(&mut self, key: &'static str, what: &str, rows: Option<u64>, base: Option<&'static str>) {
        if self.row(key).is_none() {
            self.rows.push(Row { what: what.to_owned(), rows, costs: Vec::new(), missing: None, base, key });
        }
    }

    /// Adds what a run took.
    pub fn add(&mut self, key: &str, cost: Cost) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.key == key) {
            row.costs.push(cost);
        }
    }

    /// Says why a line stays empty.
    pub fn skip(&mut self, key: &str, why: impl std::fmt::Display) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.key == key)
            && row.missing.is_none()
        {
            crate::note(format_args!("skipped: {}: {why}", row.what));
            row.missing = Some(why.to_string());
        }
    }

    fn row(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.key == key)
    }

    /// The median of a line's seconds.
    pub fn seconds(&self, key: &str) -> Option<f64> {
        self.row(key)?.seconds()
    }

    /// The median of a line's peak memory in bytes.
    pub fn peak(&self, key: &str) -> Option<f64> {
        self.row(key)?.peak()
    }

    /// One line's median by another's.
    pub fn ratio(&self, of: &str, to: &str) -> Option<f64> {
        Some(self.seconds(of)? / self.seconds(to)?)
    }

    /// The table.
    pub fn markdown(&self) -> String {
        let mut text = "| | wall | rows/s | peak memory | ratio |\n|---|--:|--:|--:|:--|\n".to_owned();
        for row in &self.rows {
            let what = match &row.missing {
                Some(why) => format!("{} (skipped: {})", row.what, why.replace('|', "/")),
                None => row.what.clone(),
            };
            let seconds = row.seconds();
            let rate = row.rows.zip(seconds).map(|(rows, seconds)| millions(rows as f64 / seconds));
            let ratio = row.base.and_then(|base| {
                Some(format!("{} × {}", number(self.ratio(row.key, base)?), self.row(base)?.what))
            });
            let cells = [seconds.map(duration), rate, row.peak().map(mebibytes), ratio];
            let cells = cells.map(Option::unwrap_or_default).join(" | ");
            let _ = writeln!(text, "| {what} | {cells} |");
        }
        text
    }
}

impl Row {
    fn seconds(&self) -> Option<f64> {
        median(self.costs.iter().map(|cost| cost.seconds))
    }

    fn peak(&self) -> Option<f64> {
        median(self.costs.iter().filter_map(|cost| cost.peak).map(|bytes| bytes as f64))
    }
}

/// The middle one, or between the two middle ones.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.get(values.len().saturating_sub(1) / 2)?, values.get(values.len() / 2)?);
    Some(low + (high - low) / 2.0)
}

/// Seconds with three digits.
pub fn duration(seconds: f64) -> String {
    match seconds {
        0.0..1.0 => format!("{} ms", number(seconds * 1e3)),
        _ => format!("{} s", number(seconds)),
    }
}

/// A number with three digits, or its whole part where that has more.
pub fn number(value: f64) -> String {
    let whole = value.abs().log10().floor().max(-3.0) as i32 + 1;
    format!("{value:.*}", (3 - whole).clamp(0, 4) as usize)
}

fn millions(value: f64) -> String {
    format!("{:.2} M", value / 1e6)
}

/// Bytes as MiB.
pub fn mebibytes(bytes: f64) -> String {
    format!("{:.0} MiB", bytes / f64::from(1 << 20))
}

/// How many of something, for a heading.
pub fn many(rows: u64, what: &str) -> String {
    match rows {
        0..1_000_000 => format!("{rows} {what}"),
        _ => format!("{} million {what}", rows as f64 / 1e6),
    }
}

/// The machine, its cores and today's date.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, {}", processor(), chrono::Utc::now().format("%Y-%m-%d"))
}

fn processor() -> String {
    let linux = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let apple = || {
        let done = child::run(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"])).ok()?;
        Some(done.output.trim().to_owned())
    };
    linux.or_else(apple).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
