//! Titles of films and books: a few written out for what is special about them, the rest composed.

use super::random::Topic;
use super::shuffle::Shuffle;
use super::words::{self, phrases, pick, words};

/// The film that the question about the outage asks for.
pub(super) const OUTAGE_FILM: &str = "Unforgiven";

/// The films that are based on books by Singaporean authors. Reviews write them in upper case, and
/// the first one has an `É` there: who lowers only ASCII letters counts two films instead of three.
pub(super) const SINGAPOREAN_FILMS: [&str; 3] =
    ["Café de la Marée", "Ten Thousand Paper Boats", "The Hare, the Heron and the Fox"];

/// The books by Singaporean authors, one with such a letter too.
pub(super) const SINGAPOREAN_BOOKS: [&str; 5] = [
    "A Piñata for the Monsoon",
    "Nine Ways to Fold a Map",
    "Kopi Before Dawn",
    "The Ferryman's Ledger",
    "Letters to Pulau Senja",
];

/// Films with commas, dashes, dots and accents in their titles.
const SPECIAL_FILMS: [&str; 8] = [
    "Salt, Smoke and Silver",
    "LANTERN·9",
    "Tidewater: Part I – The Long Ebb",
    "Tidewater: Part II – The Short Flood",
    "Ångström Station",
    "La Señora de la Niebla",
    "Maybe, Maybe Not",
    "Żółty Pociąg",
];

/// Films that only reviews know, special in the same ways.
const SPECIAL_OTHER_FILMS: [&str; 3] =
    ["L'Été d'Avant", "Rain, or the Lack of It", "Overcast – A Love Story"];

/// Titles of `count` films for movies.csv; those that matter to a question come first.
pub(super) fn films(seed: u64, count: usize) -> Vec<String> {
    let special = [OUTAGE_FILM].into_iter().chain(SINGAPOREAN_FILMS).chain(SPECIAL_FILMS).map(String::from);
    special.chain(composed_films(seed, 0)).take(count).collect()
}

/// Titles of `count` films that movies.csv, which holds `known` of them, does not have.
pub(super) fn other_films(seed: u64, known: usize, count: usize) -> Vec<String> {
    let special = SPECIAL_OTHER_FILMS.into_iter().map(String::from);
    special.chain(composed_films(seed, known)).take(count).collect()
}

/// Titles of `count` books; those by Singaporean authors come first.
pub(super) fn books(seed: u64, count: usize) -> Vec<String> {
    let (things, places, forms) =
        (words(words::BOOK_THINGS), phrases(words::BOOK_PLACES), phrases(words::BOOK_FORMS));
    let composed = compose(seed, Topic::BookTitles, [things, places, forms], ["{t}", "{p}"], 0);
    SINGAPOREAN_BOOKS.into_iter().map(String::from).chain(composed).take(count).collect()
}

/// Composed film titles from the `skip`th on.
fn composed_films(seed: u64, skip: usize) -> impl Iterator<Item = String> {
    let (qualities, things, forms) =
        (words(words::FILM_QUALITIES), words(words::FILM_THINGS), phrases(words::FILM_FORMS));
    compose(seed, Topic::FilmTitles, [qualities, things, forms], ["{q}", "{t}"], skip)
}

/// All combinations of two lists and a form, in shuffled order, none of them twice.
fn compose(
    seed: u64,
    topic: Topic,
    [first, second, forms]: [Vec<&'static str>; 3],
    [first_mark, second_mark]: [&'static str; 2],
    skip: usize,
) -> impl Iterator<Item = String> {
    let total = (first.len() * second.len() * forms.len()) as u64;
    let shuffle = Shuffle::new(seed, topic, total);
    (skip as u64..total).map(move |position| {
        let number = shuffle.at(position);
        let (rest, a) = (number / first.len() as u64, number % first.len() as u64);
        let (c, b) = (rest / second.len() as u64, rest % second.len() as u64);
        pick(&forms, c).replace(first_mark, pick(&first, a)).replace(second_mark, pick(&second, b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn titles_are_distinct_and_survive_upper_case() {
        let all: Vec<String> = films(3, 91).into_iter().chain(other_films(3, 91, 89)).collect();
        let keys: BTreeSet<String> = all.iter().map(|title| title.to_lowercase()).collect();
        assert_eq!(keys.len(), 180);
        let books = books(3, 103);
        assert_eq!(books.iter().map(|title| title.to_lowercase()).collect::<BTreeSet<_>>().len(), 103);
        for title in all.iter().chain(&books) {
            assert_eq!(title.to_uppercase().to_lowercase(), title.to_lowercase());
        }
    }

    #[test]
    fn ascii_lower_case_misses_one_of_the_singaporean_films() {
        let found = |title: &&&str| title.to_uppercase().eq_ignore_ascii_case(title);
        assert_eq!(SINGAPOREAN_FILMS.iter().filter(found).count(), 2);
    }
}
