//! A shuffled order of 0..n that is computed, not stored, so that its size costs no memory.
//!
//! A Feistel network permutes the numbers of an even count of bits; a result outside 0..n is sent
//! through again until it falls inside, which keeps the whole thing a permutation of 0..n.

use super::random::mix;
use super::random::{Random, Topic};

/// A permutation of the numbers below `len`.
#[derive(Clone, Debug)]
pub(super) struct Shuffle {
    len: u64,
    half_bits: u32,
    keys: [u64; 4],
}

impl Shuffle {
    /// The permutation of 0..len that belongs to a seed and a topic.
    pub(super) fn new(seed: u64, topic: Topic, len: u64) -> Self {
        let mut random = Random::new(seed, topic, u64::MAX);
        let bits = u64::BITS - len.saturating_sub(1).leading_zeros();
        Shuffle { len, half_bits: bits.div_ceil(2).max(1), keys: [(); 4].map(|()| random.next()) }
    }

    /// Where `position` goes. A position that is not below `len` stays where it is.
    pub(super) fn at(&self, position: u64) -> u64 {
        if position >= self.len {
            return position;
        }
        let mask = u64::MAX >> (u64::BITS - self.half_bits);
        let mut place = position;
        loop {
            let (mut left, mut right) = (place >> self.half_bits, place & mask);
            for key in self.keys {
                (left, right) = (right, left ^ (mix(right ^ key) & mask));
            }
            place = (left << self.half_bits) | right;
            if place < self.len {
                return place;
            }
        }
    }

    /// The items in shuffled order.
    pub(super) fn order<T>(seed: u64, topic: Topic, items: Vec<T>) -> Vec<T> {
        let shuffle = Shuffle::new(seed, topic, items.len() as u64);
        let mut placed: Vec<(u64, T)> =
            items.into_iter().enumerate().map(|(i, item)| (shuffle.at(i as u64), item)).collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_appears_once() {
        for len in [1, 2, 3, 4, 5, 91, 783, 1024, 9652] {
            let shuffle = Shuffle::new(7, Topic::SessionOrder, len);
            let mut seen: Vec<u64> = (0..len).map(|i| shuffle.at(i)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..len).collect::<Vec<_>>(), "length {len}");
        }
    }

    #[test]
    fn the_order_is_not_the_natural_one() {
        let shuffled = Shuffle::order(7, Topic::SessionOrder, (0..100).collect());
        assert_ne!(shuffled, (0..100).collect::<Vec<i32>>());
    }

    #[test]
    fn nothing_to_shuffle_is_fine() {
        assert_eq!(Shuffle::new(7, Topic::SessionOrder, 0).at(0), 0);
    }
}
