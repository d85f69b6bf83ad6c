//! Writes synthetic source files: the challenge's names, shape and quirks, at any size.
//!
//! The files depend on the seed and the number of streams alone, on every platform. At the default
//! size they are built so that the six questions have the answers that the challenge's own files
//! have; `audience` and `outage` hold the plans for the two questions that hang on single sessions.
//!
//! Sessions are computed one by one, so memory does not grow with their number.

mod audience;
mod authors;
mod books;
mod calendar;
mod json;
mod movies;
mod outage;
mod people;
mod random;
mod reviews;
mod shuffle;
mod streams;
mod titles;
mod words;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::interrupt;

/// What to generate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// Another seed gives other people, titles and sessions.
    pub seed: u64,
    /// Sessions in streams.csv; the number of users follows from it.
    pub streams: u64,
}

impl Default for Options {
    /// The files that the project holds in `data`.
    fn default() -> Self {
        Options { seed: 2512, streams: audience::DEFAULT_STREAMS }
    }
}

/// What was generated.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// The files in the order in which they were written.
    pub files: Vec<Written>,
}

/// One generated file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// How many records it holds.
    pub records: u64,
    /// How large it is.
    pub bytes: u64,
}

/// Writes `internal/{movies,streams,users}.csv` and `vendor/{authors,books,reviews}.json` below `dir`.
///
/// Folders are created where they lack. A file appears under its name only when it is complete, and
/// then takes the place of an older one.
///
/// # Errors
///
/// When a folder or a file cannot be written; the message names it.
pub fn generate(dir: &Path, options: &Options) -> Result<Summary> {
    let Options { seed, streams } = *options;
    let users = people::Users::new(seed);
    let audience = audience::Audience::new(streams, people::MOST_USERS);
    let catalogue = movies::Catalogue::new(seed);
    let names = authors::names(seed);
    let book_titles = books::book_titles(seed);

    let (internal, vendor) = (folder(dir, "internal")?, folder(dir, "vendor")?);
    let files = vec![
        write(internal.join("movies.csv"), |out| catalogue.write_csv(out))?,
        write(internal.join("users.csv"), |out| users.write_csv(out, seed, audience.users))?,
        write(internal.join("streams.csv"), |out| {
            streams::Streams::new(seed, streams, &audience, &catalogue).write_csv(out, &users)
        })?,
        write_json(vendor.join("authors.json"), &authors::authors(seed, &names))?,
        write_json(vendor.join("books.json"), &books::books(seed, &book_titles, &names))?,
        write_json(vendor.join("reviews.json"), &reviews::reviews(seed, &catalogue.movies, &book_titles))?,
    ];
    Ok(Summary { files })
}

/// A folder below `dir`, which is created if need be.
fn folder(dir: &Path, name: &str) -> Result<PathBuf> {
    let path = dir.join(name);
    match fs::create_dir_all(&path) {
        Ok(()) => Ok(path),
        Err(error) => Err(Error::failed(format!("cannot create the folder {}: {error}", path.display()))),
    }
}

/// Writes records in the vendor's JSON style.
fn write_json<T: serde::Serialize>(path: PathBuf, records: &[T]) -> Result<Written> {
    write(path, |out| json::write(out, records).map(|()| records.len() as u64))
}

/// A file that takes no more once a signal asked to stop.
struct Interruptible(File);

impl Write for Interruptible {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // `Interrupted` would only be tried again.
        interrupt::check().map_err(|error| io::Error::other(error.message().to_owned()))?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes a file under a temporary name beside it, then gives it its name. `content` says how many
/// records it wrote.
fn write(
    path: PathBuf,
    content: impl FnOnce(&mut BufWriter<Interruptible>) -> io::Result<u64>,
) -> Result<Written> {
    let mut partial = path.clone().into_os_string();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let complete = || {
        let mut out = BufWriter::with_capacity(1 << 18, Interruptible(File::create(&partial)?));
        let records = content(&mut out)?;
        out.flush()?;
        let bytes = out.get_ref().0.metadata()?.len();
        drop(out);
        fs::rename(&partial, &path)?;
        Ok((records, bytes))
    };
    match complete() {
        Ok((records, bytes)) => Ok(Written { path, records, bytes }),
        Err(error) => {
            // What is left of it helps nobody; that it cannot be removed is not the news.
            let _ = fs::remove_file(&partial);
            interrupt::check()?;
            let error: io::Error = error;
            Err(Error::failed(format!("cannot write {}: {error}", path.display())))
        }
    }
}
