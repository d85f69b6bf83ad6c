//! Texts, each kept once under a number, in little memory.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;

/// Numbers texts from 0 in the order in which they come.
#[derive(Default)]
pub struct Interner {
    /// All texts, one behind the other.
    text: String,
    /// Where each is.
    places: Vec<Place>,
    numbers: HashTable<Numbered>,
    hasher: hashbrown::DefaultHashBuilder,
}

/// Where a text is.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    length: u32,
}

/// What the table holds: enough to pass over other texts, and to grow, without looking at a text. A
/// look-up is bound by the memory that it waits for.
#[derive(Clone, Copy)]
struct Numbered {
    hash: u64,
    place: Place,
    number: u32,
}

impl Interner {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The text of a number.
    pub fn get(&self, number: usize) -> &str {
        self.places.get(number).map_or("", |place| place.of(&self.text))
    }

    /// The number of a text, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        let known = self.numbers.find(hash, |known| known.is(hash, text, &self.text));
        known.map(|known| known.number)
    }

    /// The number of a text, a new one if it has none yet; `None` when there are no numbers left.
    pub fn number(&mut self, text: &str) -> Option<u32> {
        let Interner { text: all, places, numbers, hasher } = self;
        let hash = hasher.hash_one(text);
        match numbers.entry(hash, |known| known.is(hash, text, all), |known| known.hash) {
            Entry::Occupied(known) => Some(known.get().number),
            Entry::Vacant(vacant) => {
                let number = u32::try_from(places.len()).ok()?;
                let place = Place { start: all.len(), length: u32::try_from(text.len()).ok()? };
                vacant.insert(Numbered { hash, place, number });
                all.push_str(text);
                places.push(place);
                Some(number)
            }
        }
    }
}

impl Place {
    fn of(self, all: &str) -> &str {
        all.get(self.start..self.start + self.length as usize).unwrap_or_default()
    }
}

impl Numbered {
    fn is(&self, hash: u64, text: &str, all: &str) -> bool {
        self.hash == hash && self.place.of(all) == text
    }
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
