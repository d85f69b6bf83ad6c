//! The vendor's reviews: the only link between movies and books.
//!
//! About half of them are about films that movies.csv lacks. Of its films, 85 are reviewed, and
//! three with a book by a Singaporean author: two of the six questions ask for those figures.

use serde::Serialize;

use super::calendar::{LAST_START, time};
use super::movies::Movie;
use super::random::{Random, Topic};
use super::shuffle::Shuffle;
use super::titles::{self, SINGAPOREAN_BOOKS, SINGAPOREAN_FILMS};
use super::words::{self, phrases, pick};

/// Reviews of films that movies.csv holds.
const OF_KNOWN_FILMS: usize = 253;
/// Reviews of films that it lacks.
const OF_OTHER_FILMS: usize = 248;
/// How many films that movies.csv lacks are reviewed.
const OTHER_FILMS: usize = 89;

/// Which Singaporean book is said to be behind which Singaporean film: their places in the lists.
const ADAPTATIONS: [(usize, usize); 6] = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 3), (2, 3)];

/// One record of reviews.json.
#[derive(Serialize)]
pub(super) struct Review {
    content: Content,
    rating: Rating,
    books: [BookLink; 1],
    movies: [MovieLink; 2],
    updated: String,
    created: String,
}

#[derive(Serialize)]
struct Content {
    text: String,
}

#[derive(Serialize)]
struct Rating {
    rate: usize,
    label: &'static str,
}

#[derive(Serialize)]
struct BookLink {
    /// The vendor never fills it in.
    id: Option<u64>,
    metadata: BookMetadata,
}

#[derive(Serialize)]
struct BookMetadata {
    title: String,
    pages: &'static str,
}

#[derive(Serialize)]
struct MovieLink {
    id: u64,
    title: String,
}

/// The records of reviews.json, about the movies of movies.csv and the books of books.json.
pub(super) fn reviews(seed: u64, movies: &[Movie], book_titles: &[String]) -> Vec<Review> {
    let reviewed: Vec<&str> =
        movies.iter().filter(|movie| movie.reviewed).map(|movie| movie.title.as_str()).collect();
    let others = titles::other_films(seed, movies.len(), OTHER_FILMS);
    let others: Vec<&str> = others.iter().map(String::as_str).collect();

    let mut random = Random::new(seed, Topic::ReviewFacts, u64::MAX);
    let mut films = Vec::with_capacity(OF_KNOWN_FILMS + OF_OTHER_FILMS);
    let of_known = OF_KNOWN_FILMS - ADAPTATIONS.len();
    // The last two books by Singaporean authors are linked to films that movies.csv lacks.
    let of_others = OF_OTHER_FILMS - 2;
    for (titles, count) in [(&reviewed, of_known), (&others, of_others)] {
        films.extend(titles.iter().copied().take(count));
        films.extend(
            (titles.len()..count).filter_map(|_| titles.get(random.below(titles.len() as u64) as usize)),
        );
    }
    let ordinary_books = book_titles.iter().skip(SINGAPOREAN_BOOKS.len()).map(String::as_str);
    let mut pairs: Vec<(&str, &str)> = films.into_iter().zip(ordinary_books.cycle()).collect();
    let adapted = |&(film, book): &(usize, usize)| {
        Some((SINGAPOREAN_FILMS.get(film).copied()?, SINGAPOREAN_BOOKS.get(book).copied()?))
    };
    pairs.extend(ADAPTATIONS.iter().filter_map(adapted));
    pairs.extend(others.iter().copied().zip(SINGAPOREAN_BOOKS.into_iter().rev()).take(2));

    let texts = Texts::new(seed);
    let review = |(number, (film, book)): (usize, (&str, &str))| {
        let mut random = Random::new(seed, Topic::ReviewFacts, number as u64);
        let film = MovieLink { id: 0, title: film.to_uppercase() };
        let end = MovieLink { id: 0, title: "end".into() };
        let metadata = BookMetadata { title: book.to_uppercase(), pages: "unknown" };
        Review {
            content: Content { text: texts.get(number as u64) },
            rating: rating(&mut random),
            books: [BookLink { id: None, metadata }],
            movies: if random.below(2) == 0 { [film, end] } else { [end, film] },
            // As the vendor's, the two times know nothing of each other.
            updated: time(random.below(LAST_START)),
            created: time(random.below(LAST_START)),
        }
    };
    let reviews = pairs.into_iter().enumerate().map(review).collect();
    Shuffle::order(seed, Topic::ReviewOrder, reviews)
}

fn rating(random: &mut Random) -> Rating {
    const LABELS: [&str; 5] = ["ONE", "TWO", "THREE", "FOUR", "FIVE"];
    let index = random.below(LABELS.len() as u64) as usize;
    Rating { rate: index + 1, label: LABELS.get(index).copied().unwrap_or_default() }
}

/// Texts of reviews, an opening and a closing each, in shuffled order, none of them twice.
struct Texts {
    openings: Vec<&'static str>,
    closings: Vec<&'static str>,
    shuffle: Shuffle,
}

impl Texts {
    fn new(seed: u64) -> Self {
        let (openings, closings) = (phrases(words::REVIEW_OPENINGS), phrases(words::REVIEW_CLOSINGS));
        let total = (openings.len() * closings.len()) as u64;
        Texts { openings, closings, shuffle: Shuffle::new(seed, Topic::ReviewTexts, total) }
    }

    fn get(&self, number: u64) -> String {
        let number = self.shuffle.at(number);
        let (opening, closing) = (number / self.closings.len() as u64, number % self.closings.len() as u64);
        format!("{} {}", pick(&self.openings, opening), pick(&self.closings, closing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_texts_enough() {
        let texts = Texts::new(1);
        let distinct: BTreeSet<String> = (0..501).map(|number| texts.get(number)).collect();
        assert_eq!(distinct.len(), 501);
    }
}
