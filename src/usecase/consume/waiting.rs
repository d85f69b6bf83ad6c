//! A cluster that does not answer: tried again and again, at growing distances.

use std::time::{Duration, Instant};

/// The shortest and the longest wait between two tries.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(15);

/// How many tries fail before anybody hears of it: leaders change, which is no news.
const QUIET: u32 = 2;

/// How long whoever reads to the end waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// Since when a cluster is away.
pub struct Waiting {
    since: Instant,
    tries: u32,
    next: Instant,
}

impl Waiting {
    /// From now on.
    pub fn begin() -> Waiting {
        Waiting { since: Instant::now(), tries: 0, next: Instant::now() }
    }

    /// Another try failed. Returns whether that is to be told now.
    pub fn failed(&mut self) -> bool {
        self.tries += 1;
        self.next = Instant::now() + FIRST.saturating_mul(1 << self.tries.min(10)).min(LONGEST);
        self.tries == QUIET
    }

    /// Whether it was told.
    pub fn was_told(&self) -> bool {
        self.tries >= QUIET
    }

    /// How long it has lasted.
    pub fn lasted(&self) -> Duration {
        self.since.elapsed()
    }

    /// Whether it is time for another try.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.next
    }

    /// Whether it has lasted so long that who reads to the end gives up.
    pub fn is_hopeless(&self) -> bool {
        self.lasted() > PATIENCE
    }
}
