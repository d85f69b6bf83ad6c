//! Files of this machine.

use super::Source;
use super::pipe::Pipe;
use crate::error::{Error, Result};
use crate::interrupt::{self, Heeding};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// Opens a file to read all of it once, from start to end.
pub fn open(path: &Path) -> Result<Source> {
    let failed = |error: std::io::Error| unopened(path, &error);
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(no_folder(path));
    }
    if metadata.is_file() {
        let file = File::open(path).map_err(failed)?;
        return Ok(Source { reader: Box::new(Heeding(file)), size: Some(metadata.len()), version: None });
    }
    // A named pipe or a device has no size to speak of.
    let named = path.to_owned();
    let pipe = Pipe::open(move || File::open(named));
    interrupt::check()?;
    Ok(Source { reader: Box::new(Heeding(pipe.map_err(failed)?)), size: None, version: None })
}

/// The error for a folder where a file is wanted.
pub fn no_folder(path: &Path) -> Error {
    let name = path.display();
    Error::failed(format!("{name}: is a folder, not a file"))
        .help(format!("name a file, or load every file below it with: scli sync {name}"))
}

fn unopened(path: &Path, error: &std::io::Error) -> Error {
    let name = path.display();
    match error.kind() {
        _ if is_bad_link(path) => bad_link(path),
        ErrorKind::NotFound => Error::failed(format!("{name}: no such file"))
            .help("check the path; it is taken from the current directory"),
        ErrorKind::PermissionDenied => Error::failed(format!("{name}: permission denied"))
            .help("the file must be readable for the user who runs scli"),
        _ => Error::failed(format!("{name}: {error}")),
    }
}

/// Whether a path is a link that leads nowhere, or round in a circle.
pub fn is_bad_link(path: &Path) -> bool {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    is_link && std::fs::metadata(path).is_err_and(|error| error.kind() != ErrorKind::PermissionDenied)
}

/// The error for such a link.
pub fn bad_link(path: &Path) -> Error {
    Error::failed(format!("{}: a link that leads to no file", path.display()))
        .help(format!("see where it leads: ls -l {}", path.display()))
}
