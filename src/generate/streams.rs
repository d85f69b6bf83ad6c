//! The sessions of streams.csv, each computed from its number alone, so that a file of any size
//! takes the same memory.
//!
//! Lengths and sizes are drawn one from each of as many equal strata as there are sessions. That is
//! why the mean length and the median size come out as planned, whatever the seed.

use std::io::{self, Write};

use super::audience::{Audience, Session};
use super::calendar::write_time;
use super::movies::{Catalogue, Division, Movie};
use super::outage;
use super::people::Users;
use super::random::{Random, Topic};
use super::shuffle::Shuffle;
use super::titles::OUTAGE_FILM;

/// The shortest session, the median one and the longest one, in milliseconds. The mean is the mean
/// of the means of the two halves: (13,000 + 2 × 43,469,600 + 86,392,000) / 4 = 43,336,050 ms.
const SHORTEST: f64 = 13_000.0;
const MEDIAN: f64 = 43_469_600.0;
const LONGEST: f64 = 86_392_000.0;

/// One line of streams.csv.
struct Row<'a> {
    movie: &'a Movie,
    user: u64,
    megabytes: f64,
    start: u64,
    end: u64,
}

/// All that a session is computed from.
pub(super) struct Streams<'a> {
    seed: u64,
    count: u64,
    /// The first sessions are those of the outage's plan.
    planned: u64,
    audience: &'a Audience,
    catalogue: &'a Catalogue,
    order: Shuffle,
    division: Division,
    movies: Shuffle,
    /// Sessions from this one on, by length, are long enough for any movie; each user has one of them.
    first_long: u64,
    users: Shuffle,
}

impl<'a> Streams<'a> {
    /// `count` sessions of an audience with a catalogue.
    pub(super) fn new(seed: u64, count: u64, audience: &'a Audience, catalogue: &'a Catalogue) -> Self {
        let planned = outage::sessions(count).min(count);
        let others = count - planned;
        let first_long = others / 10;
        Streams {
            seed,
            count,
            planned,
            audience,
            catalogue,
            order: Shuffle::new(seed, Topic::SessionOrder, count),
            division: catalogue.divide(others),
            movies: Shuffle::new(seed, Topic::SessionMovies, others),
            first_long,
            users: Shuffle::new(seed, Topic::SessionUsers, others - first_long),
        }
    }

    /// Writes streams.csv.
    pub(super) fn write_csv(&self, out: &mut impl Write, users: &Users) -> io::Result<u64> {
        out.write_all(b"movie_title,user_email,size_mb,start_at,end_at\n")?;
        let mut line = Vec::with_capacity(256);
        let mut written = 0;
        for position in 0..self.count {
            let Some(row) = self.row(self.order.at(position)) else { continue };
            line.clear();
            line.extend_from_slice(row.movie.field.as_bytes());
            line.push(b',');
            users.write_email(&mut line, row.user);
            write!(line, ",{},", row.megabytes)?;
            write_time(&mut line, row.start)?;
            line.push(b',');
            write_time(&mut line, row.end)?;
            line.push(b'\n');
            out.write_all(&line)?;
            written += 1;
        }
        Ok(written)
    }

    fn row(&self, number: u64) -> Option<Row<'a>> {
        match number.checked_sub(self.planned) {
            None => self.planned_row(number),
            Some(number) => self.other_row(number),
        }
    }

    /// A session of the outage's plan. Its length is the middle of its stratum.
    fn planned_row(&self, number: u64) -> Option<Row<'a>> {
        let mut random = Random::new(self.seed, Topic::Outage, number);
        let movie = self.catalogue.outage_film()?;
        let length = length((number as f64 + 0.5) / self.planned as f64) + random.below(1000);
        let (user, start) = outage::session(self.audience, number, self.planned, length, &mut random)?;
        let megabytes = self.catalogue.stream_size(movie, random.unit());
        Some(Row { movie, user, megabytes, start, end: start + length })
    }

    /// Any other session; the higher its number the longer it is.
    fn other_row(&self, number: u64) -> Option<Row<'a>> {
        let mut random = Random::new(self.seed, Topic::Session, number);
        let others = self.count - self.planned;
        let length = length((number as f64 + random.unit()) / others as f64);
        let (movie, stratum) = self.catalogue.of_stream(&self.division, self.movies.at(number))?;
        let megabytes = self.catalogue.stream_size(movie, stratum.at(random.unit()));
        let own = number.checked_sub(self.first_long).map(|long| self.users.at(long));
        let (user, decisive) = match own {
            Some(user) if user < self.audience.users => (user, true),
            _ => (random.below(self.audience.users), false),
        };
        let session = Session { user, decisive, length, half: movie.half() };
        let mut start = self.audience.start(&session, &mut random);
        if movie.title == OUTAGE_FILM {
            start = outage::keep_out(start, length, &mut random);
        }
        Some(Row { movie, user, megabytes, start, end: start + length })
    }
}

/// The length, in milliseconds, that this part of all sessions stays below.
fn length(part: f64) -> u64 {
    let millis = if part < 0.5 {
        SHORTEST + (MEDIAN - SHORTEST) * 2.0 * part
    } else {
        MEDIAN + (LONGEST - MEDIAN) * (2.0 * part - 1.0)
    };
    millis as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_go_from_seconds_to_almost_a_day() {
        assert_eq!(length(0.0), 13_000);
        assert_eq!(length(0.5), 43_469_600);
        assert_eq!(length(1.0), 86_392_000);
    }
}
