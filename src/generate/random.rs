//! Numbers that look random and are the same on every platform, for ever.
//!
//! SplitMix64 is written out here, rather than taken from a crate, because the committed data must
//! stay byte-identical whatever a dependency's next version does. Every record draws from its own
//! sequence, found from the seed, the topic and the record's number: a record can then be computed
//! alone, in any order, and nothing has to be remembered.

/// The step between two states of SplitMix64: 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a sequence is drawn for, so that no two parts of the data move together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Topic {
    MovieFacts = 1,
    MovieOrder = 2,
    FilmTitles = 3,
    UserNames = 4,
    UserOrder = 5,
    SessionOrder = 6,
    SessionUsers = 7,
    SessionMovies = 8,
    Session = 9,
    Outage = 10,
    AuthorNames = 11,
    AuthorFacts = 12,
    AuthorOrder = 13,
    BookTitles = 14,
    BookFacts = 15,
    BookOrder = 16,
    ReviewTexts = 17,
    ReviewFacts = 18,
    ReviewOrder = 19,
}

/// One sequence of numbers.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The sequence of one record.
    pub(super) fn new(seed: u64, topic: Topic, record: u64) -> Self {
        let topic = mix(mix(seed.wrapping_add(STEP)).wrapping_add(topic as u64));
        Random { state: mix(topic.wrapping_add(record.wrapping_mul(STEP))) }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A number below `n`, or 0 when `n` is 0. The bias is below n / 2^64, which nobody can see.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A number from `low` up to, but not including, `high`; `low` when the range is empty.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low))
    }

    /// A number strictly between 0 and 1.
    pub(super) fn unit(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }
}

/// SplitMix64's output function: every bit of the input reaches every bit of the output.
pub(super) fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_published_splitmix64() {
        let mut random = Random { state: 1_234_567 };
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn stays_inside_its_bounds() {
        let mut random = Random::new(1, Topic::Session, 0);
        for _ in 0..10_000 {
            assert!((10..13).contains(&random.between(10, 13)));
            let unit = random.unit();
            assert!(unit > 0.0 && unit < 1.0);
        }
        assert_eq!(random.below(0), 0);
        assert_eq!(random.between(5, 5), 5);
    }
}
