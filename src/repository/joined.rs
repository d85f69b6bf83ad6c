//! Other databases that are read beside the warehouse, each under a name of its own.

use super::connection::{self, Access};
use super::place;
use crate::error::{Error, Kind, Result};
use rusqlite::Connection;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How every SQLite database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// How many SQLite takes.
const MOST: usize = 10;

/// How one is named on the command line.
const FORM: &str = "write it as --with NAME=PATH, as in --with archive=old.db; \
                    a name has letters, digits and _, and does not begin with a digit";

/// A database that is to be read beside the warehouse.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Joined {
    /// The name that stands before its tables, as in `archive.movie`.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
}

impl Joined {
    /// The names and paths that the command line gives as `NAME=PATH`.
    pub fn all(given: &[String]) -> Result<Vec<Joined>> {
        let mut all: Vec<Joined> = Vec::with_capacity(given.len());
        for pair in given {
            let (name, path) = pair
                .split_once('=')
                .filter(|(name, path)| is_name(name) && !path.is_empty())
                .ok_or_else(|| Error::usage(format!("`{pair}` is not a name and a path")).help(FORM))?;
            if ["main", "temp"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
                return Err(Error::usage(format!("`{name}` is the warehouse's own name in SQL"))
                    .help("give it another name, as in --with archive=old.db"));
            }
            if all.iter().any(|known| known.name.eq_ignore_ascii_case(name)) {
                return Err(Error::usage(format!("two databases are called `{name}`"))
                    .help("give each a name of its own"));
            }
            all.push(Joined { name: name.to_owned(), path: PathBuf::from(path) });
        }
        match all.len() > MOST {
            true => {
                Err(Error::usage(format!("{} databases are to be joined, {MOST} at most can be", all.len())))
            }
            false => Ok(all),
        }
    }

    /// Fails unless there is a database that can be read. Before the warehouse is opened: if both are the same file,
    /// to look at it would let go of a lock.
    fn check(&self, access: &Access) -> Result<()> {
        let remedy = || format!("check the path: --with {}=PATH", self.name);
        let at = |error: Error| error.at(self.path.display()).help(remedy());
        if !place::is_there(&self.path).map_err(at)? {
            return Err(at(Error::failed("no such database")));
        }
        if self.begins_otherwise() {
            return Err(at(Error::failed("is not an SQLite database")));
        }
        connection::open_for_reading(&self.path, access).map(drop).map_err(|error| match error.kind() {
            // As damage of the warehouse it would be told with the warehouse's name.
            Kind::Damaged => Error::failed(error.message()).help(error.remedy().unwrap_or_default()),
            _ => error,
        })
    }

    /// Whether it can be read, and is something else.
    fn begins_otherwise(&self) -> bool {
        let mut start = Vec::new();
        let read = std::fs::File::open(&self.path)
            .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start));
        read.is_ok() && start != MAGIC
    }

    /// Makes its tables readable through a connection that only reads, and so reads this one alone as well.
    fn join(&self, connection: &Connection) -> Result<()> {
        let path = place::plain(&self.path);
        let path = path.to_str().ok_or_else(|| {
            Error::failed("the path is not UTF-8").at(self.path.display()).help("link to it by another name")
        })?;
        connection
            .execute(&format!("ATTACH ?1 AS \"{}\"", self.name), [path])
            .map(drop)
            .map_err(|error| Error::from(error).at(self.path.display()))
    }
}

/// Opens an up-to-date warehouse for reading, as one that stands alone, with other databases beside it.
pub fn open_joined(path: &Path, access: &Access, others: &[Joined]) -> Result<Connection> {
    for other in others {
        other.check(access)?;
    }
    let connection = connection::open_for_reading(path, access)?;
    for other in others {
        other.join(&connection)?;
    }
    connection::begin_to_read(connection, path)
}

fn is_name(name: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(is_part)
}
