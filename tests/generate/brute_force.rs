//! The six answers computed the slow and obvious way, straight from the files: no SQL, no index,
//! nothing shared with the program. What both agree on is probably right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

type Time = DateTime<FixedOffset>;

/// One line of streams.csv.
pub struct Stream {
    pub movie: String,
    pub user: String,
    pub megabytes: f64,
    pub start: Time,
    pub end: Time,
}

/// All six files.
pub struct Files {
    /// Title and minutes.
    pub movies: BTreeMap<String, i64>,
    pub streams: Vec<Stream>,
    /// E-mail addresses.
    pub users: Vec<String>,
    pub authors: Vec<Value>,
    pub books: Vec<Value>,
    pub reviews: Vec<Value>,
}

/// The answers in question order, rounded as they are published.
#[derive(Debug, PartialEq)]
pub struct Answers {
    pub published: [f64; 6],
    pub corrected: [f64; 6],
}

pub fn read(dir: &Path) -> Files {
    let internal = dir.join("internal");
    let streams = table(&internal.join("streams.csv")).into_iter().map(|row| Stream {
        megabytes: row["size_mb"].parse().unwrap(),
        start: time(&row["start_at"]),
        end: time(&row["end_at"]),
        movie: row["movie_title"].clone(),
        user: row["user_email"].clone(),
    });
    let streams = streams.collect();
    let movies = table(&internal.join("movies.csv"));
    let vendor = |name: &str| -> Vec<Value> {
        serde_json::from_str(&fs::read_to_string(dir.join("vendor").join(name)).unwrap()).unwrap()
    };
    Files {
        movies: movies
            .iter()
            .map(|row| (row["title"].clone(), row["duration_mins"].parse().unwrap()))
            .collect(),
        streams,
        users: table(&internal.join("users.csv")).iter().map(|row| row["email"].clone()).collect(),
        authors: vendor("authors.json"),
        books: vendor("books.json"),
        reviews: vendor("reviews.json"),
    }
}

pub fn answers(files: &Files) -> Answers {
    let based_on_books = round(based_on_books(files), 2);
    let average = round(average_seconds(files), 0);
    let median = round(median_megabytes(files) / 1000.0, 2);
    Answers {
        published: [
            based_on_books,
            outage(files, |s| {
                let (from, to) = (time("2021-12-25T07:00:00.000Z"), time("2021-12-25T12:00:00.000Z"));
                within(s.start, from, to) || within(s.end, from, to)
            }),
            singaporean(files, |s| {
                let (from, to) = (time("2021-12-01T00:00:00.000Z"), time("2021-12-31T23:59:59.000Z"));
                within(s.start, from, to) || within(s.end, from, to)
            }),
            average,
            median,
            half_watched(files, |s| {
                let (from, to) = (time("2021-12-24T00:00:00.000Z"), time("2021-12-31T23:59:59.000Z"));
                let counts = within(s.start, from, to) || within(s.end, from, to);
                if counts { millis(s.start, s.end) } else { -1 }
            }),
        ],
        corrected: [
            based_on_books,
            outage(files, |s| {
                s.start < time("2021-12-25T12:00:00.000+0100") && s.end > time("2021-12-25T07:00:00.000+0100")
            }),
            singaporean(files, |s| {
                s.start < time("2022-01-01T00:00:00.000+0100")
                    && s.end >= time("2021-12-01T00:00:00.000+0100")
            }),
            average,
            median,
            half_watched(files, |s| {
                let (from, to) = (time("2021-12-25T00:00:00.000+0100"), time("2022-01-01T00:00:00.000+0100"));
                millis(s.start.max(from), s.end.min(to))
            }),
        ],
    }
}

/// The film that a review is about.
pub fn reviewed_film(review: &Value) -> &str {
    let mut titles = review["movies"].as_array().unwrap().iter().filter_map(|movie| movie["title"].as_str());
    titles.rfind(|title| !title.is_empty() && *title != "end").unwrap()
}

pub fn average_seconds(files: &Files) -> f64 {
    let total: i64 = files.streams.iter().map(|s| millis(s.start, s.end)).sum();
    total as f64 / 1000.0 / files.streams.len() as f64
}

pub fn median_megabytes(files: &Files) -> f64 {
    let mut sizes: Vec<f64> = files.streams.iter().map(|s| s.megabytes).collect();
    sizes.sort_by(f64::total_cmp);
    f64::midpoint(sizes[(sizes.len() - 1) / 2], sizes[sizes.len() / 2])
}

fn based_on_books(files: &Files) -> f64 {
    let streamed: BTreeSet<&str> = files.streams.iter().map(|s| s.movie.as_str()).collect();
    let streamed: Vec<&str> =
        streamed.into_iter().filter(|title| files.movies.contains_key(*title)).collect();
    let reviewed: BTreeSet<String> = files.reviews.iter().map(|r| reviewed_film(r).to_lowercase()).collect();
    let based = streamed.iter().filter(|title| reviewed.contains(&title.to_lowercase())).count();
    based as f64 / streamed.len() as f64
}

fn outage(files: &Files, affected: impl Fn(&Stream) -> bool) -> f64 {
    let sessions = files.streams.iter().filter(|s| s.movie == "Unforgiven" && affected(s));
    sessions.map(|s| &s.user).collect::<BTreeSet<_>>().len() as f64
}

fn singaporean(files: &Files, in_december: impl Fn(&Stream) -> bool) -> f64 {
    let authors: BTreeSet<String> = files
        .authors
        .iter()
        .filter(|author| {
            let mut slugs =
                author["nationalities"].as_array().unwrap().iter().filter_map(|n| n["slug"].as_str());
            slugs.rfind(|slug| !slug.is_empty()) == Some("singaporeans")
        })
        .map(|author| author["metadata"]["name"].as_str().unwrap().to_lowercase())
        .collect();
    let books: BTreeSet<String> = files
        .books
        .iter()
        .filter(|book| authors.contains(&book["author"].as_str().unwrap().to_lowercase()))
        .map(|book| book["name"].as_str().unwrap().to_lowercase())
        .collect();
    let films: BTreeSet<String> = files
        .reviews
        .iter()
        .filter(|r| books.contains(&r["books"][0]["metadata"]["title"].as_str().unwrap().to_lowercase()))
        .map(|review| reviewed_film(review).to_lowercase())
        .collect();
    let streamed = files.streams.iter().filter(|s| films.contains(&s.movie.to_lowercase()) && in_december(s));
    streamed.map(|s| &s.movie).collect::<BTreeSet<_>>().len() as f64
}

/// Users with a session of which `counted` milliseconds make at least half of the film.
fn half_watched(files: &Files, counted: impl Fn(&Stream) -> i64) -> f64 {
    let sessions = files.streams.iter().filter(|s| counted(s) * 2 >= files.movies[&s.movie] * 60_000);
    sessions.map(|s| &s.user).collect::<BTreeSet<_>>().len() as f64
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn time(text: &str) -> Time {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%#z").unwrap()
}

fn within(moment: Time, from: Time, to: Time) -> bool {
    from <= moment && moment <= to
}

fn millis(from: Time, to: Time) -> i64 {
    (to - from).num_milliseconds()
}

fn round(number: f64, places: i32) -> f64 {
    let scale = 10f64.powi(places);
    (number * scale).round() / scale
}
