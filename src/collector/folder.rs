//! What files there are: listing is apart from reading.

use super::file::{bad_link, is_bad_link};
use crate::error::{Error, Result};
use crate::interrupt;
use std::collections::HashSet;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
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
    /// The folders below the given path that lead to it, from the outside in.
    pub folders: Vec<String>,
    /// Its name.
    pub name: String,
    /// Its absolute path, without links.
    pub identity: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970; `None` if that is too recent to tell it from what
    /// may be written next.
    pub modified_at: Option<i64>,
}

/// What lies below some paths.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files that are wanted, in no particular order.
    pub files: Vec<Listed>,
    /// The others: files, folders with no wanted file at all (ending in `/`), and links that lead nowhere.
    pub others: Vec<PathBuf>,
}

/// Lists the files at and below `paths` whose names are `wanted`. Hidden files and folders are left out;
/// linked ones are followed, each once, after those that are really there.
pub fn list(paths: &[PathBuf], wanted: &dyn Fn(&str) -> bool) -> Result<Listing> {
    let mut walk = Walk { wanted, seen: HashSet::new(), links: Vec::new(), listing: Listing::default() };
    for (root, path) in paths.iter().enumerate() {
        let metadata = std::fs::metadata(path).map_err(|error| unlisted(path, &error))?;
        let identity = path.canonicalize().map_err(|error| unlisted(path, &error))?;
        let place = Place { root, path: path.clone(), folders: Vec::new(), identity };
        if metadata.is_dir() {
            walk.folder(&place)?;
        } else {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            walk.file(&place, name, &metadata);
        }
    }
    while let Some(link) = walk.links.pop() {
        walk.link(&link)?;
    }
    Ok(walk.listing)
}

/// The file at `path`, if there is one: a pipe or a device is none.
pub fn found(path: &Path) -> Option<Listed> {
    let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    let place =
        Place { root: 0, path: path.to_owned(), folders: Vec::new(), identity: path.canonicalize().ok()? };
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(listed(&place, name, &metadata))
}

fn listed(place: &Place, name: String, metadata: &Metadata) -> Listed {
    Listed {
        root: place.root,
        path: place.path.clone(),
        folders: place.folders.clone(),
        name,
        identity: place.identity.clone(),
        bytes: metadata.len(),
        modified_at: metadata.modified().ok().and_then(settled),
    }
}

/// Where the walk is.
struct Place {
    root: usize,
    path: PathBuf,
    folders: Vec<String>,
    identity: PathBuf,
}

struct Walk<'w> {
    wanted: &'w dyn Fn(&str) -> bool,
    /// The folders and files that were met, by their absolute paths.
    seen: HashSet<PathBuf>,
    /// Links that are still to be followed.
    links: Vec<Place>,
    listing: Listing,
}

impl Walk<'_> {
    /// Goes through a folder and those below it. Returns whether there is a wanted file.
    fn folder(&mut self, place: &Place) -> Result<bool> {
        interrupt::check()?;
        if !self.seen.insert(place.identity.clone()) {
            return Ok(true);
        }
        let failed = |error: std::io::Error| unlisted(&place.path, &error);
        let (before, links) = (self.listing.others.len(), self.links.len());
        let mut found = false;
        for entry in std::fs::read_dir(&place.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let below = Place {
                root: place.root,
                path: place.path.join(&name),
                folders: place.folders.clone(),
                identity: place.identity.join(&name),
            };
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_symlink() {
                self.links.push(below);
            } else if kind.is_dir() {
                found |= self.folder(&inside(below, name))?;
            } else if (self.wanted)(&name) && kind.is_file() {
                let metadata = entry.metadata().map_err(|error| unlisted(&below.path, &error))?;
                found |= self.file(&below, name, &metadata);
            } else {
                self.listing.others.push(below.path);
            }
        }
        // One word for a folder of which nothing is wanted, however much there is in it.
        let others = self.listing.others.len() > before;
        if !found && others && self.links.len() == links && !place.folders.is_empty() {
            self.listing.others.truncate(before);
            self.listing.others.push(place.path.join(""));
        }
        Ok(found)
    }

    fn file(&mut self, place: &Place, name: String, metadata: &Metadata) -> bool {
        if !(self.wanted)(&name) {
            self.listing.others.push(place.path.clone());
            return false;
        }
        if self.seen.insert(place.identity.clone()) {
            self.listing.files.push(listed(place, name, metadata));
        }
        true
    }

    fn link(&mut self, link: &Place) -> Result<()> {
        let name = link.path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let (Ok(metadata), Ok(identity)) = (std::fs::metadata(&link.path), link.path.canonicalize()) else {
            self.listing.others.push(link.path.clone());
            return Ok(());
        };
        let place =
            Place { root: link.root, path: link.path.clone(), folders: link.folders.clone(), identity };
        match metadata.is_dir() {
            true => self.folder(&inside(place, name)).map(|_| ()),
            false => {
                self.file(&place, name, &metadata);
                Ok(())
            }
        }
    }
}

fn inside(mut place: Place, name: String) -> Place {
    place.folders.push(name);
    place
}

/// A time as nanoseconds since 1970, unless it is too recent.
fn settled(modified: SystemTime) -> Option<i64> {
    let age = SystemTime::now().duration_since(modified).ok()?;
    let since = modified.duration_since(UNIX_EPOCH).ok()?;
    (age >= SETTLED).then(|| i64::try_from(since.as_nanos()).ok())?
}

fn unlisted(path: &Path, error: &std::io::Error) -> Error {
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
