//! Texts, each kept once under a number, in little memory.

use super::super::forgotten::Forgotten;
use crate::error::{Error, Result};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;
use std::sync::Arc;

/// How many texts are looked up together. There may be far more of them than the processor's cache
/// holds, and a look-up is mostly a wait for memory; these wait together, and not one after the other.
const TOGETHER: usize = 32;

/// Numbers texts from 1 in the order in which they come.
#[derive(Default)]
pub struct Interner {
    /// All texts, one behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<Numbered>,
    hasher: hashbrown::DefaultHashBuilder,
    /// Whose texts get no number.
    forgotten: Arc<Forgotten>,
}

/// Half of a text's hash, and its number: few bytes, so that more of them are in the cache.
#[derive(Clone, Copy)]
struct Numbered {
    tag: u32,
    number: u32,
}

/// Texts in a row, to be numbered together.
#[derive(Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Interner {
    /// How many texts there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> u64 {
        (self.text.len() + self.ends.len() * (size_of::<usize>() + 2 * size_of::<Numbered>())) as u64
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> &str {
        of(&self.text, &self.ends, number)
    }

    /// Leaves out a number, which stands for no text.
    pub fn skip(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Gives no number to the addresses of these people from now on.
    pub fn close_to(&mut self, forgotten: &Arc<Forgotten>) {
        self.forgotten = Arc::clone(forgotten);
    }

    /// The number of a text, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let tag = self.tag(text);
        let known = self.numbers.find(spread(tag), |known| known.is(tag, text, &self.text, &self.ends));
        known.map(|known| known.number)
    }

    /// The number of a text, a new one if it has none yet; 0 if it gets none.
    pub fn number(&mut self, text: &str) -> Result<u32> {
        self.number_tagged(self.tag(text), text)
    }

    /// Hands `take` the number of each text, in order. Returns how many get none.
    pub fn number_all(&mut self, texts: &Texts, mut take: impl FnMut(u32)) -> Result<u64> {
        let mut without = 0;
        let mut tags = [0; TOGETHER];
        let mut looked = [0; TOGETHER];
        let mut places = [(0, 0); TOGETHER];
        let mut start = 0;
        for ends in texts.ends.chunks(TOGETHER) {
            let mut from = start;
            for (end, tag) in ends.iter().zip(&mut tags) {
                *tag = self.tag(texts.text.get(from..*end).unwrap_or_default());
                from = *end;
            }
            for (tag, number) in tags.iter().zip(&mut looked).take(ends.len()) {
                let known = self.numbers.find(spread(*tag), |known| known.tag == *tag);
                *number = known.map_or(0, |known| known.number);
            }
            for (number, place) in looked.iter().zip(&mut places).take(ends.len()) {
                *place = bounds(&self.ends, *number);
            }
            for (((end, tag), number), (from, to)) in ends.iter().zip(tags).zip(looked).zip(places) {
                let text = texts.text.get(start..*end).unwrap_or_default();
                start = *end;
                take(match self.text.get(from..to) {
                    Some(known) if number > 0 && known == text => number,
                    _ => {
                        let number = self.number_tagged(tag, text)?;
                        without += u64::from(number == 0);
                        number
                    }
                });
            }
        }
        Ok(without)
    }

    fn tag(&self, text: &str) -> u32 {
        self.hasher.hash_one(text) as u32
    }

    fn number_tagged(&mut self, tag: u32, text: &str) -> Result<u32> {
        let Interner { text: all, ends, numbers, forgotten, .. } = self;
        let same = |known: &Numbered| known.is(tag, text, all, ends);
        match numbers.entry(spread(tag), same, |known| spread(known.tag)) {
            Entry::Occupied(known) => Ok(known.get().number),
            Entry::Vacant(_) if forgotten.has(text) => Ok(0),
            Entry::Vacant(vacant) => {
                let number = u32::try_from(ends.len() + 1)
                    .map_err(|_| Error::failed("more titles or addresses than can be numbered"))?;
                vacant.insert(Numbered { tag, number });
                all.push_str(text);
                ends.push(all.len());
                Ok(number)
            }
        }
    }
}

impl Numbered {
    fn is(&self, tag: u32, text: &str, all: &str, ends: &[usize]) -> bool {
        self.tag == tag && of(all, ends, self.number) == text
    }
}

impl Texts {
    /// Adds a text behind the others.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// Keeps those at the places that `keeps` says.
    pub fn retain(&mut self, mut keeps: impl FnMut(usize) -> bool) {
        let mut kept = Texts::default();
        let mut start = 0;
        for (place, end) in self.ends.iter().enumerate() {
            if keeps(place) {
                kept.push(self.text.get(start..*end).unwrap_or_default());
            }
            start = *end;
        }
        *self = kept;
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// The text of a number.
fn of<'t>(all: &'t str, ends: &[usize], number: u32) -> &'t str {
    let (start, end) = bounds(ends, number);
    all.get(start..end).unwrap_or_default()
}

/// Where the text of a number starts and ends.
fn bounds(ends: &[usize], number: u32) -> (usize, usize) {
    let number = number as usize;
    let start = number.checked_sub(2).and_then(|before| ends.get(before));
    let end = number.checked_sub(1).and_then(|own| ends.get(own));
    (start.copied().unwrap_or_default(), end.copied().unwrap_or_default())
}

/// Spreads a tag over the bits of a hash, of which the table uses the lowest and the highest.
fn spread(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(0x9E37_79B9_7F4A_7C15)
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
                assert_eq!(interner.number(text).unwrap(), i as u32 + 1, "round {round}");
            }
        }
        assert_eq!(
            (interner.count(), interner.get(1000), interner.find("none")),
            (1000, texts[999].as_str(), None)
        );
        assert_eq!(interner.number("").unwrap(), 1001);
        assert_eq!((interner.get(1001), interner.find("")), ("", Some(1001)));
    }

    #[test]
    fn many_are_numbered_as_one_by_one() {
        let words: Vec<String> = (0..1000).map(|i| (i * i % 389).to_string()).collect();
        let (mut one_by_one, mut together) = (Interner::default(), Interner::default());
        let mut texts = Texts::default();
        let mut numbers = Vec::new();
        for words in words.chunks(77) {
            texts.clear();
            words.iter().for_each(|word| texts.push(word));
            together.number_all(&texts, |number| numbers.push(number)).unwrap();
        }
        let expected: Vec<u32> = words.iter().map(|word| one_by_one.number(word).unwrap()).collect();
        assert_eq!(numbers, expected);
    }
}
