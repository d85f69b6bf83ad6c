//! Texts, each kept once under a number, in little memory.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;

/// Numbers texts from 0 in the order in which they come.
#[derive(Default)]
pub struct Interner {
    /// All texts, one behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: hashbrown::DefaultHashBuilder,
}

impl Interner {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number.
    pub fn get(&self, number: usize) -> &str {
        text_of(&self.text, &self.ends, number)
    }

    /// The number of a text, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let same = |number: &u32| self.get(*number as usize) == text;
        self.numbers.find(self.hasher.hash_one(text), same).copied()
    }

    /// The number of a text, a new one if it has none yet; `None` when there are no numbers left.
    pub fn number(&mut self, text: &str) -> Option<u32> {
        let Interner { text: all, ends, numbers, hasher } = self;
        let same = |number: &u32| text_of(all, ends, *number as usize) == text;
        let hash = |number: &u32| hasher.hash_one(text_of(all, ends, *number as usize));
        match numbers.entry(hasher.hash_one(text), same, hash) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(place) => {
                let number = u32::try_from(ends.len()).ok()?;
                place.insert(number);
                all.push_str(text);
                ends.push(all.len());
                Some(number)
            }
        }
    }
}

fn text_of<'a>(all: &'a str, ends: &[usize], number: usize) -> &'a str {
    let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.get(number).and_then(|end| all.get(start..*end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..1000).map(|i| "é".repeat(i % 7) + &i.to_string()).collect();
        for round in 0..2 {
            for (i, text) in texts.iter().enumerate() {
                assert_eq!(interner.number(text), Some(i as u32), "round {round}");
            }
        }
        assert_eq!(
            (interner.len(), interner.get(999), interner.find("none")),
            (1000, texts[999].as_str(), None)
        );
        assert_eq!(interner.number(""), Some(1000));
        assert_eq!((interner.get(1000), interner.find("")), ("", Some(1000)));
    }
}
