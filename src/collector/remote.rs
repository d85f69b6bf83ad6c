//! What a collector of files of other machines is.

use super::Address;
use crate::error::Error;
use std::io::Read;

/// A way to files of other machines. It opens and lists; to try again, to go on where a transfer was cut and to heed
/// signals is seen to for all of them in `resuming`.
pub trait Collector: Sync {
    /// The file at an address; or, of a folder, the files in it and below.
    fn list(&self, address: &Address) -> Outcome<Vec<Entry>>;

    /// Opens the file at an address, from the byte `from` on, if it can be read from there, else from its start. `known`
    /// is what was told of it when it was opened before: a server that can is asked for no other version.
    fn open(&self, address: &Address, from: u64, known: &Version) -> Outcome<Opened>;

    /// Ends what it began and what nobody waits for any more, because a signal came.
    fn leave(&self) {}
}

/// A file of another machine that was found.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its address.
    pub address: Address,
    /// The folders below the listed address that lead to it, from the outside in.
    pub folders: Vec<String>,
    /// Its name.
    pub name: String,
    /// What tells it from another that may come in its place.
    pub version: Version,
}

/// What tells a file from another that may come in its place, as far as its server says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Version {
    /// How many bytes it has.
    pub bytes: Option<u64>,
    /// What its server calls these bytes.
    pub etag: Option<String>,
    /// When it was last written, in nanoseconds since 1970.
    pub modified_at: Option<i64>,
}

impl Version {
    /// Whether it says enough to tell another file by.
    pub fn is_sure(&self) -> bool {
        self.etag.is_some() || (self.modified_at.is_some() && self.bytes.is_some())
    }

    /// Whether anything in them tells two files apart.
    pub fn differs(&self, other: &Version) -> bool {
        fn apart<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_some_and(|(one, other)| one != other)
        }
        apart(self.bytes.as_ref(), other.bytes.as_ref())
            || match self.etag.as_ref().zip(other.etag.as_ref()) {
                Some((one, other)) => one != other,
                None => apart(self.modified_at.as_ref(), other.modified_at.as_ref()),
            }
    }
}

/// A file of another machine that was opened.
pub struct Opened {
    /// Its bytes, from `from` on.
    pub reader: Box<dyn Read + Send>,
    /// The byte that the reader begins with.
    pub from: u64,
    /// What is told of the whole file.
    pub version: Version,
    /// Whether the server packed it with gzip on the way.
    pub is_packed: bool,
}

/// What came of asking another machine.
pub type Outcome<T> = std::result::Result<T, Failure>;

/// Why nothing came of it.
#[derive(Clone, Debug)]
pub enum Failure {
    /// It may be over in a moment.
    Passing(Error),
    /// It will be the same the next time.
    Lasting(Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::Passing(error.downcast::<Error>().unwrap_or_else(|error| Error::failed(error.to_string())))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Lasting(error)
    }
}
