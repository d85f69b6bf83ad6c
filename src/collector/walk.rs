//! The walk through folders, by several threads where they are many: to open one and to look at its files is
//! the system's work.

use super::listed::{Listed, Listing, Place, listed, unlisted};
use crate::error::{Error, Result};
use crate::interrupt;
use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// From how many waiting folders on more than one thread goes through them.
const MANY: usize = 16;

/// More threads than this only wait for each other.
const MOST_THREADS: usize = 4;

/// Which names are wanted.
pub type Wanted<'w> = dyn Fn(&str) -> bool + Sync + 'w;

/// A walk, and what it has met.
pub struct Walk<'w> {
    wanted: &'w Wanted<'w>,
    state: Mutex<State>,
    /// Told when folders wait, or none will any more.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The folders that were met, by their absolute paths.
    seen: HashSet<PathBuf>,
    /// The files that were given or that links lead to, by their absolute paths.
    given: HashSet<PathBuf>,
    /// What of each is told when all are through; a folder stands behind the one that it lies in.
    folders: Vec<Folder>,
    /// Those that nobody has gone through yet, by their places in `folders`.
    waiting: Vec<(usize, Place)>,
    /// How many are being gone through.
    under_way: usize,
    /// How many threads wait for a folder.
    idle: usize,
    /// Links that are still to be followed.
    links: Vec<Place>,
    failure: Option<Error>,
    listing: Listing,
}

/// A folder, as far as it decides what is told of it.
struct Folder {
    parent: Option<usize>,
    /// Its path, unless it was given.
    path: Option<PathBuf>,
    /// Whether there is a wanted file in it or below.
    found: bool,
    /// Whether there is a link in it or below.
    linked: bool,
    others: Vec<PathBuf>,
}

/// What stands in one folder.
#[derive(Default)]
struct Contents {
    files: Vec<Listed>,
    folders: Vec<Place>,
    links: Vec<Place>,
    others: Vec<PathBuf>,
}

impl<'w> Walk<'w> {
    /// A walk that has met nothing yet.
    pub fn new(wanted: &'w Wanted<'w>) -> Walk<'w> {
        Walk { wanted, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Goes through a folder and all below it.
    pub fn folder(&self, place: Place) -> Result<()> {
        self.state().meet(None, place);
        self.work(MANY);
        if !self.state().waiting.is_empty() {
            let others = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS) - 1;
            std::thread::scope(|scope| {
                for _ in 0..others {
                    scope.spawn(|| self.work(usize::MAX));
                }
                self.work(usize::MAX);
            });
        }
        self.state().failure.take().map_or(Ok(()), Err)
    }

    /// Takes a file that was given, or that a link leads to.
    pub fn file(&self, place: &Place, name: String, metadata: &Metadata) {
        let mut state = self.state();
        if !(self.wanted)(&name) {
            state.listing.others.push(place.path.clone());
        } else if !self.is_listed(&state, &place.identity, metadata) {
            state.given.insert(place.identity.clone());
            state.listing.files.push(listed(place, name, metadata));
        }
    }

    /// Follows the links that were met, and those that are met on the way.
    pub fn follow(&self) -> Result<()> {
        loop {
            let mut links = std::mem::take(&mut self.state().links);
            if links.is_empty() {
                return Ok(());
            }
            // Several links may lead to one file, which is then called as the first of them says.
            links.sort_by(|one, other| (one.root, &one.path).cmp(&(other.root, &other.path)));
            for link in links {
                self.link(link)?;
            }
        }
    }

    fn link(&self, link: Place) -> Result<()> {
        let name = link.path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let (Ok(metadata), Ok(identity)) = (std::fs::metadata(&link.path), link.path.canonicalize()) else {
            self.state().listing.others.push(link.path);
            return Ok(());
        };
        let place = Place { identity, ..link };
        match metadata.is_dir() {
            true => self.folder(inside(place, name)),
            false => {
                self.file(&place, name, &metadata);
                Ok(())
            }
        }
    }

    /// What was found.
    pub fn listing(self) -> Listing {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).listing()
    }

    /// Goes through the folders that wait, until none is left or `many` are.
    fn work(&self, many: usize) {
        let mut state = self.state();
        while state.failure.is_none() && state.waiting.len() < many {
            if let Some((at, place)) = state.waiting.pop() {
                state.under_way += 1;
                drop(state);
                let contents = self.read(&place);
                state = self.state();
                state.under_way -= 1;
                match contents {
                    Ok(contents) => state.take(at, contents),
                    Err(error) => state.failure = Some(error),
                }
                if state.idle > 0 {
                    self.changed.notify_all();
                }
            } else if state.under_way == 0 {
                return;
            } else {
                state.idle += 1;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
        }
    }

    fn read(&self, place: &Place) -> Result<Contents> {
        interrupt::check()?;
        let failed = |error: std::io::Error| unlisted(&place.path, &error);
        let mut contents = Contents::default();
        for entry in std::fs::read_dir(&place.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_hidden(&name) {
                continue;
            }
            let below = Place {
                root: place.root,
                path: place.path.join(&name),
                folders: Arc::clone(&place.folders),
                identity: place.identity.join(&name),
            };
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_symlink() {
                contents.links.push(below);
            } else if kind.is_dir() {
                contents.folders.push(inside(below, name));
            } else if kind.is_file() && (self.wanted)(&name) {
                let metadata = entry.metadata().map_err(|error| unlisted(&below.path, &error))?;
                contents.files.push(listed(&below, name, &metadata));
            } else {
                contents.others.push(below.path);
            }
        }
        Ok(contents)
    }

    /// Whether the file was met in a folder, or was given before, or another link leads to it.
    fn is_listed(&self, state: &State, identity: &Path, metadata: &Metadata) -> bool {
        let name = identity.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let in_folder = identity.parent().is_some_and(|folder| state.seen.contains(folder));
        in_folder && metadata.is_file() && !is_hidden(&name) && (self.wanted)(&name)
            || state.given.contains(identity)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes a folder that is to be gone through, unless that was done.
    fn meet(&mut self, parent: Option<usize>, place: Place) {
        if self.seen.insert(place.identity.clone()) {
            let path = (!place.folders.is_empty()).then(|| place.path.clone());
            self.waiting.push((self.folders.len(), place));
            self.folders.push(Folder { parent, path, found: false, linked: false, others: Vec::new() });
        } else if let Some(parent) = parent.and_then(|parent| self.folders.get_mut(parent)) {
            parent.found = true;
        }
    }

    fn take(&mut self, at: usize, contents: Contents) {
        if let Some(folder) = self.folders.get_mut(at) {
            folder.found |= !contents.files.is_empty();
            folder.linked = !contents.links.is_empty();
            folder.others = contents.others;
        }
        let new = contents.files.into_iter().filter(|file| !self.given.contains(&file.identity));
        self.listing.files.extend(new);
        self.links.extend(contents.links);
        for place in contents.folders {
            self.meet(Some(at), place);
        }
    }

    /// What was found, with one word for a folder of which nothing is wanted, however much there is in it.
    fn listing(mut self) -> Listing {
        while let Some(Folder { parent, path, found, linked, mut others }) = self.folders.pop() {
            let is_all_other = !found && !linked;
            if let Some(path) = path.filter(|_| is_all_other && !others.is_empty()) {
                others = vec![path.join("")];
            }
            match parent.and_then(|parent| self.folders.get_mut(parent)) {
                Some(parent) if is_all_other => parent.others.append(&mut others),
                parent => {
                    self.listing.others.append(&mut others);
                    if let Some(parent) = parent {
                        parent.found |= found;
                        parent.linked |= linked;
                    }
                }
            }
        }
        self.listing
    }
}

fn inside(mut place: Place, name: String) -> Place {
    place.folders = Arc::new(place.folders.iter().cloned().chain([name]).collect());
    place
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}
