//! What is to be reached, and what is.

use crate::report::{Table, number};
use std::fmt::Write as _;

/// Something to be reached.
pub struct Goal {
    what: &'static str,
    /// What is needed, and what is wished for.
    floor: f64,
    goal: f64,
    /// Whether it is to be at least that, instead of at most.
    least: bool,
    measured: Option<f64>,
    /// Where there is no number, or beside it.
    remark: String,
}

impl Goal {
    /// At most so much.
    pub fn most(what: &'static str, floor: f64, goal: f64, measured: Option<f64>) -> Goal {
        Goal { what, floor, goal, least: false, measured, remark: String::new() }
    }

    /// At least so much.
    pub fn least(what: &'static str, floor: f64, goal: f64, measured: Option<f64>) -> Goal {
        Goal { least: true, ..Goal::most(what, floor, goal, measured) }
    }

    /// With something to say.
    pub fn remark(mut self, remark: impl Into<String>) -> Goal {
        self.remark = remark.into();
        self
    }

    fn cells(&self, bar: f64) -> String {
        let sign = if self.least { '≥' } else { '≤' };
        let mark = match self.measured {
            None => "",
            Some(measured) if (measured <= bar) != self.least || measured == bar => "✓",
            Some(_) => "✗",
        };
        format!("{sign} {bar} | {mark}")
    }
}

/// The goals of one size.
pub fn of_one_size(table: &Table, bytes: f64, small: Option<f64>, ledger_only: bool) -> String {
    let scale = "`make bench-scale`";
    let again = if ledger_only { "; no data page written" } else { "; ✗ data pages were written" };
    markdown(&[
        Goal::most("fresh ÷ `sqlite3 .import`", 0.65, 0.40, table.ratio("fresh", "import")),
        Goal::least(
            "DuckDB keyed upsert ÷ fresh, set at 10 million",
            3.5,
            6.0,
            table.ratio("upsert", "fresh"),
        ),
        Goal::least("throughput ÷ keyless append", 0.60, 0.80, table.ratio("keyless", "fresh")),
        Goal::most("time a row, 30 million ÷ 1 million", 1.25, 1.10, None).remark(scale),
        Goal::most("next day ÷ fresh, set at 10 million", 1.3, 1.0, table.ratio("next", "fresh")),
        Goal::most("same again ÷ fresh", 0.8, 0.4, table.ratio("again", "fresh")).remark(again),
        Goal::most("peak memory at 30 million, MiB", 400.0, 256.0, None).remark(scale),
        Goal::most("database ÷ csv bytes", 0.60, 0.50, Some(bytes)),
        Goal::most(
            "six answers ÷ DuckDB's, warm, set at 10 million",
            5.0,
            1.0,
            table.ratio("answers-warm", "peer-warm"),
        ),
        Goal::most(
            "`sync` + `answers` ÷ `sqlite3 .import` of three",
            2.0,
            1.5,
            table.ratio("small", "small-import"),
        ),
        Goal::most("`sync` + `answers` on data/, ms", 60.0, 30.0, small.map(|seconds| seconds * 1e3)),
    ])
}

/// The table of goals.
pub fn markdown(goals: &[Goal]) -> String {
    let mut text = "| | measured | floor | | goal | |\n|---|--:|--:|---|--:|---|\n".to_owned();
    for goal in goals {
        let measured = goal.measured.map_or_else(String::new, number);
        let (floor, beyond) = (goal.cells(goal.floor), goal.cells(goal.goal));
        let _ = writeln!(text, "| {} | {measured}{} | {floor} | {beyond} |", goal.what, goal.remark);
    }
    text
}
