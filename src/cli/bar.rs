//! A bar on the terminal while a load is under way.

use crate::usecase::load::Progress;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A load that takes less than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(300);

/// Between two looks of the bar.
const PAUSE: Duration = Duration::from_millis(100);

/// A bar, which only a terminal gets to see.
pub struct Bar {
    bar: ProgressBar,
    start: Instant,
    last: Cell<Duration>,
    phase: Cell<Phase>,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Waiting,
    Reading,
    Writing,
}

impl Bar {
    /// A bar for one load; `None` where nobody would see it.
    pub fn new() -> Option<Bar> {
        std::io::stderr().is_terminal().then(|| Bar {
            bar: ProgressBar::hidden(),
            start: Instant::now(),
            last: Cell::new(Duration::ZERO),
            phase: Cell::new(Phase::Waiting),
        })
    }

    /// Whether it is time to show something again.
    fn due(&self) -> bool {
        let now = self.start.elapsed();
        let due = now >= PATIENCE && now - self.last.get() >= PAUSE;
        if due {
            self.last.set(now);
        }
        due
    }

    fn enter(&self, phase: Phase, total: Option<u64>, template: &str) {
        if self.phase.replace(phase) == phase {
            return;
        }
        // What the bar is like is settled while it is hidden.
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
        // A template that does not parse is caught by the test below.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.reset();
        match total {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
    }

    fn show(&self, position: u64, message: String) {
        self.bar.set_message(message);
        self.bar.set_position(position);
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.tick();
    }

    fn rate(&self, records: u64) -> HumanCount {
        HumanCount((records as f64 / self.start.elapsed().as_secs_f64().max(0.001)) as u64)
    }
}

const READING: &str = "reading {bar:30} {bytes} of {total_bytes}, {msg}, {eta} left";
const READING_ON: &str = "reading {spinner} {bytes}, {msg}";
const WRITING: &str = "writing {bar:30} {human_pos} of {human_len}, {msg}, {eta} left";

impl Progress for Bar {
    fn reading(&self, bytes: u64, of: Option<u64>, records: u64) {
        if self.due() {
            self.enter(Phase::Reading, of, if of.is_some() { READING } else { READING_ON });
            self.show(bytes, format!("{} records, {} a second", HumanCount(records), self.rate(records)));
        }
    }

    fn writing(&self, records: u64, of: u64) {
        if self.due() {
            self.enter(Phase::Writing, Some(of), WRITING);
            self.show(records, format!("{} a second", self.rate(records)));
        }
    }

    fn ended(&self) {
        self.bar.finish_and_clear();
        self.phase.set(Phase::Waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_parse() {
        for template in [READING, READING_ON, WRITING] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
