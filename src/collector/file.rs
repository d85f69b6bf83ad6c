//! Files of this machine.

use super::Source;
use super::pipe::Pipe;
use crate::error::{Error, Result};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// Opens a file to read all of it once, from start to end.
pub fn open(path: &Path) -> Result<Source> {
    let name = path.display();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Error::failed(format!("{name}: no such file"))
            .help("check the path; it is taken from the current directory"),
        ErrorKind::PermissionDenied => Error::failed(format!("{name}: permission denied"))
            .help("the file must be readable for the user who runs scli"),
        _ => Error::failed(format!("{name}: {error}")),
    };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::failed(format!("{name}: is a directory, not a file"))
            .help(format!("name a file, or load every file below it with: scli sync {name}")));
    }
    if metadata.is_file() {
        return Ok(Source { reader: Box::new(file), size: Some(metadata.len()) });
    }
    // A named pipe or a device has no size to speak of.
    Ok(Source { reader: Box::new(Pipe::new(file)), size: None })
}
