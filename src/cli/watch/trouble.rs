//! Trouble that may pass: it is told once, and what has it is tried again, each time a little later.

use crate::repository::Stamp;
use crate::usecase::load::Planned;
use std::time::{Duration, Instant};

/// The longest wait for a source that could not be taken, and for a delivery that is broken.
const SOURCE: Duration = Duration::from_secs(60 * 60);
const DELIVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often something failed in a row, and when it is tried again.
#[derive(Debug)]
pub struct Trouble {
    tries: u32,
    until: Instant,
}

impl Trouble {
    /// That of a source, which failed once more than `before`.
    pub fn of_source(before: Option<Trouble>, every: Duration) -> Trouble {
        Trouble::after(before.map_or(0, |before| before.tries), every, SOURCE)
    }

    /// When it is tried again.
    pub fn until(&self) -> Instant {
        self.until
    }

    fn after(tries: u32, every: Duration, most: Duration) -> Trouble {
        Trouble { tries: tries.saturating_add(1), until: Instant::now() + pause(tries, every, most) }
    }
}

/// The time to wait, which doubles with each try, up to `most`, and is never shorter than a round.
fn pause(tries: u32, every: Duration, most: Duration) -> Duration {
    every.saturating_mul(1_u32.checked_shl(tries).unwrap_or(u32::MAX)).min(most.max(every))
}

/// The deliveries that are not to be tried at present.
#[derive(Debug, Default)]
pub struct SetAside(Vec<Aside>);

#[derive(Debug)]
struct Aside {
    /// Its files as they were.
    files: Vec<Stamp>,
    /// What was told of it; of one that is too old, nothing.
    told: Option<String>,
    /// `None` for as long as its files stay as they are.
    trouble: Option<Trouble>,
}

impl SetAside {
    /// Forgets the deliveries that are no longer there, or not as they were.
    pub fn keep(&mut self, planned: &[Planned]) {
        let there: Vec<Vec<Stamp>> = planned.iter().map(stamps).collect();
        self.0.retain(|aside| there.contains(&aside.files));
    }

    /// Whether a delivery is to be tried.
    pub fn is_due(&self, planned: &Planned) -> bool {
        let waits =
            |aside: &Aside| aside.trouble.as_ref().is_none_or(|trouble| Instant::now() < trouble.until);
        self.of(planned).and_then(|at| self.0.get(at)).is_none_or(|aside| !waits(aside))
    }

    /// Sets aside what failed. Returns whether that is to be told: it was not, or is another failure.
    pub fn failed(&mut self, planned: &Planned, why: &str, every: Duration) -> bool {
        let before = self.of(planned).map(|at| self.0.swap_remove(at));
        let (told, tries) = match before {
            Some(aside) => (aside.told, aside.trouble.map_or(0, |trouble| trouble.tries)),
            None => (None, 0),
        };
        let trouble = Some(Trouble::after(tries, every, DELIVERY));
        let is_news = told.as_deref() != Some(why);
        self.0.push(Aside { files: stamps(planned), told: Some(why.to_owned()), trouble });
        is_news
    }

    /// Notes what did not fail; what is too old to be loaded is left alone from now on.
    pub fn done(&mut self, planned: &Planned, is_old: bool) {
        if let Some(at) = self.of(planned) {
            self.0.swap_remove(at);
        }
        if is_old {
            self.0.push(Aside { files: stamps(planned), told: None, trouble: None });
        }
    }

    fn of(&self, planned: &Planned) -> Option<usize> {
        let files = stamps(planned);
        self.0.iter().position(|aside| aside.files == files)
    }
}

fn stamps(planned: &Planned) -> Vec<Stamp> {
    planned.files.iter().filter_map(|file| file.stamp.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let waits: Vec<u64> = (0..6).map(|tries| pause(tries, minutes(5), SOURCE).as_secs() / 60).collect();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60]);
        assert_eq!(pause(9, minutes(120), SOURCE), minutes(120));
        assert_eq!(pause(u32::MAX, minutes(5), DELIVERY), DELIVERY);
    }
}
