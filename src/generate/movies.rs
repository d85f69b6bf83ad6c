//! The films of movies.csv, how often each is streamed, and how large its streams are.

use std::io::{self, Write};

use super::random::{Random, Topic};
use super::shuffle::Shuffle;
use super::titles::{self, OUTAGE_FILM};
use super::words::{self, pick, words};

/// Films in movies.csv.
pub(super) const MOVIES: usize = 91;
/// How many of them some review is about.
pub(super) const REVIEWED: usize = 85;
/// The median size of a stream in MB. It stands in the middle of what rounds to 0.94 GB.
const MEDIAN_MB: f64 = 939.0;

/// One film of movies.csv.
#[derive(Clone, Debug)]
pub(super) struct Movie {
    pub(super) title: String,
    /// The title as a CSV field, quoted where it has to be.
    pub(super) field: String,
    pub(super) minutes: u64,
    pub(super) language: &'static str,
    pub(super) megabytes: u64,
    /// How often the film is streamed, relative to the others.
    popularity: u64,
    /// Whether some review is about the film.
    pub(super) reviewed: bool,
}

impl Movie {
    /// Half of the film, in milliseconds.
    pub(super) fn half(&self) -> u64 {
        self.minutes * 30_000
    }
}

/// One of `of` equal parts of the range from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stratum {
    number: u64,
    of: u64,
}

impl Stratum {
    /// The place in the whole range of a place inside this part.
    pub(super) fn at(self, inside: f64) -> f64 {
        (self.number as f64 + inside) / self.of as f64
    }
}

/// Which numbers of streams belong to which film.
pub(super) struct Division {
    /// For each film, the first number that belongs to a later one.
    up_to: Vec<u64>,
}

/// The films in the order of movies.csv.
pub(super) struct Catalogue {
    pub(super) movies: Vec<Movie>,
    /// For each film, the sum of its popularity and that of all films before it.
    popularity_up_to: Vec<u64>,
    /// A stream's size is at most this many times the film's.
    largest_share: f64,
}

impl Catalogue {
    /// The films of a seed.
    pub(super) fn new(seed: u64) -> Self {
        let languages = words(words::LANGUAGES);
        let movie = |(number, title): (usize, String)| {
            let mut random = Random::new(seed, Topic::MovieFacts, number as u64);
            Movie {
                field: csv_field(&title),
                title,
                minutes: random.between(47, 159),
                language: pick(&languages, random.next()),
                megabytes: random.between(507, 2382),
                popularity: random.between(80, 130),
                reviewed: number < REVIEWED,
            }
        };
        let movies = titles::films(seed, MOVIES).into_iter().enumerate().map(movie).collect();
        let movies = Shuffle::order(seed, Topic::MovieOrder, movies);
        let mut sum = 0;
        let add = |movie: &Movie| {
            sum += movie.popularity;
            sum
        };
        let popularity_up_to = movies.iter().map(add).collect();
        let largest_share = largest_share(&movies);
        Catalogue { movies, popularity_up_to, largest_share }
    }

    /// The film that the question about the outage asks for.
    pub(super) fn outage_film(&self) -> Option<&Movie> {
        self.movies.iter().find(|movie| movie.title == OUTAGE_FILM)
    }

    /// Divides `total` streams among the films.
    pub(super) fn divide(&self, total: u64) -> Division {
        let all = self.popularity_up_to.last().copied().unwrap_or(1);
        let part = |&up_to: &u64| (u128::from(total) * u128::from(up_to) / u128::from(all)) as u64;
        Division { up_to: self.popularity_up_to.iter().map(part).collect() }
    }

    /// The film of stream `number` and the stream's stratum among those of the film.
    pub(super) fn of_stream(&self, division: &Division, number: u64) -> Option<(&Movie, Stratum)> {
        let index = division.up_to.partition_point(|&up_to| up_to <= number);
        let before = index.checked_sub(1).and_then(|index| division.up_to.get(index));
        let (from, to) = (before.copied().unwrap_or(0), division.up_to.get(index)?);
        Some((self.movies.get(index)?, Stratum { number: number - from, of: to - from }))
    }

    /// The size in MB of a stream of a film; `place` is from 0 to 1.
    pub(super) fn stream_size(&self, movie: &Movie, place: f64) -> f64 {
        movie.megabytes as f64 * self.largest_share * place
    }

    /// Writes movies.csv.
    pub(super) fn write_csv(&self, out: &mut impl Write) -> io::Result<u64> {
        out.write_all(b"title,duration_mins,original_language,size_mb\n")?;
        for movie in &self.movies {
            writeln!(out, "{},{},{},{}", movie.field, movie.minutes, movie.language, movie.megabytes)?;
        }
        Ok(self.movies.len() as u64)
    }
}

/// The share for which half of all streams are smaller than [`MEDIAN_MB`], when the sizes of each
/// film's streams are spread evenly from nothing to its own size times that share.
fn largest_share(movies: &[Movie]) -> f64 {
    let all: f64 = movies.iter().map(|movie| movie.popularity as f64).sum();
    let smaller = |share: f64| -> f64 {
        let part =
            |movie: &Movie| movie.popularity as f64 * (MEDIAN_MB / (movie.megabytes as f64 * share)).min(1.0);
        movies.iter().map(part).sum()
    };
    let (mut low, mut high) = (0.5, 4.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if smaller(middle) * 2.0 > all { low = middle } else { high = middle }
    }
    high
}

/// A text as one CSV field.
fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_film_has_its_part_of_the_streams() {
        let catalogue = Catalogue::new(1);
        let division = catalogue.divide(9652);
        let mut counts = std::collections::BTreeMap::new();
        for number in 0..9652 {
            let (movie, stratum) = catalogue.of_stream(&division, number).unwrap();
            assert!((0.0..1.0).contains(&stratum.at(0.5)));
            *counts.entry(&movie.title).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), MOVIES);
        assert!(counts.values().all(|count| (70..150).contains(count)), "{counts:?}");
        assert!(catalogue.of_stream(&division, 9652).is_none());
    }

    #[test]
    fn streams_are_at_most_twice_as_large_as_the_film() {
        for seed in 0..50 {
            let share = Catalogue::new(seed).largest_share;
            assert!((1.3..2.0).contains(&share), "seed {seed}: {share}");
        }
    }

    #[test]
    fn a_field_is_quoted_where_it_has_to_be() {
        assert_eq!(csv_field("Rush"), "Rush");
        assert_eq!(csv_field("a, b"), "\"a, b\"");
        assert_eq!(csv_field("a \"b\""), "\"a \"\"b\"\"\"");
    }
}
