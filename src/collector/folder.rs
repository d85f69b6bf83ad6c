//! What files there are: listing is apart from reading.

use super::listed::{Listed, Listing, Place, listed, listed_remote, unlisted};
use super::walk::{Walk, Wanted};
use super::{Address, Location, fetch};
use crate::error::{Error, Result};
use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;

/// Lists the files at and below `locations` whose names are `wanted`. Hidden files and folders are left out;
/// linked ones are followed, each once, after those that are really there.
pub fn list(locations: &[Location], wanted: &Wanted<'_>) -> Result<Listing> {
    let walk = Walk::new(wanted);
    let mut remote = Listing::default();
    for (root, location) in locations.iter().enumerate() {
        let path = match location {
            Location::File(path) => path,
            Location::Remote(address) => {
                list_remote(root, address, wanted, &mut remote)?;
                continue;
            }
            Location::Stdin => {
                return Err(Error::usage("standard input is no folder and tells no model")
                    .help("load it: scli load --model MODEL --collector csv -"));
            }
        };
        let metadata = std::fs::metadata(path).map_err(|error| unlisted(path, &error))?;
        let identity = path.canonicalize().map_err(|error| unlisted(path, &error))?;
        let place = Place { root, path: path.clone(), folders: Arc::default(), identity };
        if metadata.is_dir() {
            walk.folder(place)?;
        } else {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            walk.file(&place, name, &metadata);
        }
    }
    walk.follow()?;
    let mut listing = walk.listing();
    listing.files.append(&mut remote.files);
    listing.others.append(&mut remote.others);
    Ok(listing)
}

/// The file at `path`, if there is one: a pipe or a device is none.
pub fn found(path: &Path) -> Option<Listed> {
    let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    let identity = path.canonicalize().ok()?;
    let place = Place { root: 0, path: path.to_owned(), folders: Arc::default(), identity };
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(listed(&place, name, &metadata))
}

/// Lists the files of another machine at and below an address.
fn list_remote(root: usize, address: &Address, wanted: &Wanted<'_>, listing: &mut Listing) -> Result<()> {
    for entry in fetch::list(address)? {
        match wanted(&entry.name) {
            true => listing.files.push(listed_remote(root, entry)),
            false => listing.others.push(entry.address.place()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// More folders than one thread is left alone with.
    #[test]
    fn many_folders_are_listed_as_few_are() {
        let place = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = place.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        };
        let (mut files, mut others) = (BTreeSet::new(), BTreeSet::new());
        for night in 0..100 {
            for file in ["internal/a.csv", "vendor/b.csv"] {
                write(&format!("{night}/{file}"));
                files.insert(format!("{night}/{file}"));
            }
            write(&format!("{night}/vendor/notes.txt"));
            others.insert(format!("{night}/vendor/notes.txt"));
            write(&format!("{night}/pictures/old/1.png"));
            write(&format!("{night}/pictures/2.png"));
            others.insert(format!("{night}/pictures/"));
            write(&format!("{night}/.hidden/c.csv"));
        }
        let above = format!("{}/", place.path().display());
        let shown = |path: &Path| path.to_str().unwrap().strip_prefix(&above).unwrap().to_owned();
        let given = [place.path().join("7/vendor/b.csv"), place.path().to_owned(), place.path().join("8")];
        let found = list(&given.clone().map(Location::File), &|name| name.ends_with(".csv")).unwrap();
        assert_eq!(found.files.len(), files.len(), "each once");
        assert_eq!(found.files.iter().map(|file| shown(&file.path)).collect::<BTreeSet<_>>(), files);
        assert_eq!(found.others.len(), others.len());
        assert_eq!(found.others.iter().map(|path| shown(path)).collect::<BTreeSet<_>>(), others);
        let first = found.files.iter().find(|file| file.path == given[0]).unwrap();
        assert_eq!((first.root, first.folders.len(), first.bytes), (0, 0, Some(1)));
        let other = found.files.iter().find(|file| shown(&file.path) == "8/vendor/b.csv").unwrap();
        assert_eq!((other.root, other.folders.as_slice()), (1, &["8".to_owned(), "vendor".to_owned()][..]));
    }
}
