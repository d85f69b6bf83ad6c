//! The form of a file: its name tells it, or of an archive the name of the one file in it.

use crate::collector::Location;
use crate::decode::{self, Format};
use std::fs::File;
use std::path::Path;

/// Whether the name of a file tells its form, or what is in the file may.
pub fn may_tell(name: &str) -> bool {
    is_archive(name) || Format::of(Path::new(name)).is_some()
}

/// The form of a source. An archive of another machine is not fetched to look into it.
pub fn form(location: &Location) -> Option<Format> {
    Format::of(&location.path()).or_else(|| {
        let Location::File(path) = location else { return None };
        let is_archive = path.file_name().is_some_and(|name| is_archive(&name.to_string_lossy()));
        let archive = (is_archive && path.is_file()).then(|| File::open(path).ok()).flatten()?;
        match decode::name_within(archive) {
            Ok(name) => Format::of(Path::new(&name)),
            // What is wrong with it is told when it is read.
            Err(_) => Some(Format::Csv),
        }
    })
}

fn is_archive(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".zip")
}
