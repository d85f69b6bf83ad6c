//! Where bytes come from. A collector opens a source and yields a reader; what the bytes mean is
//! for `decode` and `domain`.
//!
//! To add a way to files of other machines: write its file, a `Collector` as `remote.rs` has it, and its line in `way.rs`.

mod address;
mod fetch;
mod file;
mod file_address;
mod folder;
#[cfg(feature = "remote")]
mod ftp;
#[cfg(feature = "remote")]
mod http;
#[cfg(feature = "kafka")]
pub mod kafka;
mod listed;
#[cfg(feature = "remote")]
mod netrc;
mod pattern;
mod pipe;
mod remote;
mod resuming;
#[cfg(feature = "remote")]
mod s3;
mod secret;
#[cfg(feature = "remote")]
mod sftp;
mod stdin;
mod text;
mod walk;
mod way;

pub use address::Address;
pub use file::no_folder;
pub use folder::{found, list};
pub use listed::{Listed, Listing};
pub use pattern::matching;
pub use secret::Secret;
pub use text::read_text;

pub use remote::Version;

use crate::error::{Error, Result};
use std::borrow::Cow;
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
    /// A file of another machine.
    Remote(Address),
}

impl Location {
    /// The location that a command line means: `-` for standard input, else a path or an address.
    pub fn from_arg(arg: &Path) -> Result<Location> {
        if arg.as_os_str() == "-" {
            return Ok(Location::Stdin);
        }
        match arg.to_str().and_then(address::split) {
            None => Ok(Location::File(arg.to_owned())),
            Some((scheme, rest)) if scheme == "file" => file_address::path(rest).map(Location::File),
            Some((scheme, rest)) => way::address(&scheme, rest).map(Location::Remote),
        }
    }

    /// The same for what is no data, and is read from this machine alone.
    pub fn from_local_arg(arg: &Path) -> Result<Location> {
        match Location::from_arg(arg)? {
            Location::Remote(address) => Err(Error::usage(format!(
                "data is read from {}:// addresses, and nothing else is",
                address.scheme()
            ))
            .help("fetch the file first, look at it, then name its path")),
            here => Ok(here),
        }
    }

    /// The same, and what opens its server.
    #[must_use]
    pub fn with_secret(self, secret: Secret) -> Location {
        match self {
            Location::Remote(address) => Location::Remote(address.with_secret(secret)),
            here => here,
        }
    }

    /// Opens the source for reading.
    pub fn open(&self) -> Result<Source> {
        match self {
            Location::File(path) => file::open(path),
            Location::Stdin => stdin::open(),
            Location::Remote(address) => fetch::open(address),
        }
    }

    /// The path whose names tell what is in the source.
    pub fn path(&self) -> Cow<'_, Path> {
        match self {
            Location::File(path) => Cow::Borrowed(path),
            Location::Stdin => Cow::Borrowed(Path::new("-")),
            Location::Remote(address) => Cow::Owned(address.place()),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => write!(f, "{}", path.display()),
            Location::Stdin => f.write_str("-"),
            Location::Remote(address) => address.fmt(f),
        }
    }
}

/// An open source.
pub struct Source {
    /// The bytes.
    pub reader: Box<dyn Read + Send>,
    /// How many there are, where that is known beforehand.
    pub size: Option<u64>,
    /// What tells a file of another machine from one that may come in its place.
    pub version: Option<Version>,
}
