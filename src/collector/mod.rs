//! Where bytes come from. A collector opens a source and yields a reader; what the bytes mean is
//! for `decode` and `domain`.
//!
//! To add a collector: write its file, then name it in [`Location`]; the compiler names the rest.

mod address;
mod file;
mod folder;
#[cfg(feature = "kafka")]
pub mod kafka;
mod listed;
mod pattern;
mod pipe;
mod stdin;
mod text;
mod walk;

pub use address::path_of;
pub use file::no_folder;
pub use folder::{found, list};
pub use listed::{Listed, Listing};
pub use pattern::matching;
pub use text::read_text;

use crate::error::Result;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A source, before it is opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Location {
    /// A file of this machine.
    File(PathBuf),
    /// Standard input, written `-`.
    Stdin,
}

impl Location {
    /// The location that a command line means: `-` for standard input, else a path or an address of one.
    pub fn from_arg(arg: &Path) -> Result<Location> {
        if arg.as_os_str() == "-" { Ok(Location::Stdin) } else { path_of(arg).map(Location::File) }
    }

    /// Opens the source for reading.
    pub fn open(&self) -> Result<Source> {
        match self {
            Location::File(path) => file::open(path),
            Location::Stdin => stdin::open(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => write!(f, "{}", path.display()),
            Location::Stdin => f.write_str("-"),
        }
    }
}

/// An open source.
pub struct Source {
    /// The bytes.
    pub reader: Box<dyn Read + Send>,
    /// How many there are, where that is known beforehand.
    pub size: Option<u64>,
}
