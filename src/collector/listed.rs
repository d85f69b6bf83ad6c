//! What is told of the files that are found.

use super::file::{bad_link, is_bad_link};
use super::remote::Entry;
use super::{Address, Location};
use crate::error::Error;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file that was written less than this long ago may be written again without another time: the clocks of
/// file systems are coarse.
const SETTLED: Duration = Duration::from_secs(2);

/// A file that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Which of the paths it was found by, from 0.
    pub root: usize,
    /// Its path as a person would write it: below the path that was given.
    pub path: PathBuf,
    /// The folders below the given path that lead to it, from the outside in; those of one folder share them.
    pub folders: Arc<Vec<String>>,
    /// Its name.
    pub name: String,
    /// Its absolute path, without links; or its address, without secrets.
    pub identity: PathBuf,
    /// Its address, if it is of another machine.
    pub address: Option<Address>,
    /// How many bytes it has, where that is known.
    pub bytes: Option<u64>,
    /// When it was last written, in nanoseconds since 1970; `None` if that is too recent to tell it from what
    /// may be written next.
    pub modified_at: Option<i64>,
    /// What its server calls these bytes.
    pub etag: Option<String>,
}

impl Listed {
    /// Where it is.
    pub fn location(&self) -> Location {
        match &self.address {
            Some(address) => Location::Remote(address.clone()),
            None => Location::File(self.path.clone()),
        }
    }
}

/// What lies below some paths.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files that are wanted, in no particular order.
    pub files: Vec<Listed>,
    /// The others: files, folders with no wanted file at all (ending in `/`), and links that lead nowhere.
    pub others: Vec<PathBuf>,
}

/// Where the walk is.
#[derive(Clone)]
pub struct Place {
    /// Which of the given paths leads there.
    pub root: usize,
    /// The path as a person would write it.
    pub path: PathBuf,
    /// The folders below the given path that lead there.
    pub folders: Arc<Vec<String>>,
    /// The absolute path, without links.
    pub identity: PathBuf,
}

/// What is told of a file.
pub fn listed(place: &Place, name: String, metadata: &Metadata) -> Listed {
    Listed {
        root: place.root,
        path: place.path.clone(),
        folders: place.folders.clone(),
        name,
        identity: place.identity.clone(),
        address: None,
        bytes: Some(metadata.len()),
        modified_at: metadata.modified().ok().and_then(settled),
        etag: None,
    }
}

/// What is told of a file of another machine.
pub fn listed_remote(root: usize, entry: Entry) -> Listed {
    Listed {
        root,
        path: entry.address.place(),
        folders: Arc::new(entry.folders),
        name: entry.name,
        identity: PathBuf::from(entry.address.to_string()),
        address: Some(entry.address),
        bytes: entry.version.bytes,
        modified_at: entry.version.modified_at,
        etag: entry.version.etag,
    }
}

/// A time as nanoseconds since 1970, unless it is too recent.
fn settled(modified: SystemTime) -> Option<i64> {
    let since = modified.duration_since(UNIX_EPOCH).ok()?;
    settled_at(i64::try_from(since.as_nanos()).ok()?)
}

/// The same for one that is in nanoseconds.
pub fn settled_at(modified_at: i64) -> Option<i64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let age = now.checked_sub(Duration::from_nanos(u64::try_from(modified_at).ok()?))?;
    (age >= SETTLED).then_some(modified_at)
}

/// The error for what cannot be listed.
pub fn unlisted(path: &Path, error: &std::io::Error) -> Error {
    let name = path.display();
    match error.kind() {
        _ if is_bad_link(path) => bad_link(path),
        ErrorKind::NotFound => Error::failed(format!("{name}: no such file or folder"))
            .help("check the path; it is taken from the current directory"),
        ErrorKind::PermissionDenied => {
            // Of what cannot be looked at, it is the folder around it that does not let anybody in.
            let around = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = if path.is_dir() { path } else { around.unwrap_or(Path::new(".")) }.display();
            Error::failed(format!("{folder}: the folder cannot be read: permission denied")).help(format!(
                "let the user who runs scli read it: chmod u+rx {folder}; or name the other folders and files"
            ))
        }
        _ => Error::failed(format!("{name}: cannot be listed: {error}"))
            .help("look at it with: ls -la; or name the other folders and files"),
    }
}
