//! The vendor's books.

use serde::Serialize;

use super::authors::{Names, SINGAPOREANS};
use super::random::{Random, Topic};
use super::shuffle::Shuffle;
use super::titles::{self, SINGAPOREAN_BOOKS};
use super::words::{self, phrases, pick};

/// Records of books.json.
const BOOKS: usize = 103;

/// One record of books.json.
#[derive(Serialize)]
pub(super) struct Book {
    name: String,
    pages: u64,
    author: String,
    publisher: &'static str,
}

/// The titles of a seed; those by Singaporean authors come first.
pub(super) fn book_titles(seed: u64) -> Vec<String> {
    titles::books(seed, BOOKS)
}

/// The records of books.json.
pub(super) fn books(seed: u64, titles: &[String], authors: &Names) -> Vec<Book> {
    let publishers = phrases(words::PUBLISHERS);
    let (singaporeans, others) = authors.known.split_at(authors.known.len().min(SINGAPOREANS as usize));
    let first_unknown = BOOKS - authors.unknown.len();
    let book = |(number, title): (usize, &String)| {
        let mut random = Random::new(seed, Topic::BookFacts, number as u64);
        let author = if number < SINGAPOREAN_BOOKS.len() {
            singaporeans.iter().cycle().nth(number)
        } else if number < first_unknown {
            others.get(random.below(others.len() as u64) as usize)
        } else {
            authors.unknown.get(number - first_unknown)
        };
        Book {
            name: title.clone(),
            pages: random.between(150, 9900),
            author: author.cloned().unwrap_or_default(),
            publisher: pick(&publishers, random.next()),
        }
    };
    Shuffle::order(seed, Topic::BookOrder, titles.iter().enumerate().map(book).collect())
}
