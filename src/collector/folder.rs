//! What files there are: listing is apart from reading.

use super::listing::{Listed, Listing, Place, listed, unlisted};
use super::walk::{Walk, Wanted};
use crate::error::Result;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Lists the files at and below `paths` whose names are `wanted`. Hidden files and folders are left out;
/// linked ones are followed, each once, after those that are really there.
pub fn list(paths: &[PathBuf], wanted: &Wanted<'_>) -> Result<Listing> {
    let walk = Walk::new(wanted);
    for (root, path) in paths.iter().enumerate() {
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
    Ok(walk.listing())
}

/// The file at `path`, if there is one: a pipe or a device is none.
pub fn found(path: &Path) -> Option<Listed> {
    let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    let identity = path.canonicalize().ok()?;
    let place = Place { root: 0, path: path.to_owned(), folders: Arc::default(), identity };
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(listed(&place, name, &metadata))
}
