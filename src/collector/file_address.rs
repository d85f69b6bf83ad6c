//! Addresses of files of this machine: `file:///folder/name` is a path.

use super::address::decoded;
use crate::error::{Error, Result};
use std::path::PathBuf;

/// The path behind `file://`, on this machine.
pub fn path(rest: &str) -> Result<PathBuf> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(Error::usage("a file:// address of another machine, or without a whole path")
            .help("write it as file:///folder/name, or just the path"));
    }
    let decoded = decoded(path).ok_or_else(|| {
        Error::usage("a file:// address with a % that two hexadecimal digits do not follow")
            .help("write %25 for the character itself, or just the path")
    })?;
    path_from(decoded)
}

#[cfg(unix)]
fn path_from(bytes: Vec<u8>) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_from(bytes: Vec<u8>) -> Result<PathBuf> {
    let path = String::from_utf8(bytes).map_err(|_| Error::usage("a file:// address that is not UTF-8"))?;
    // As in file:///C:/folder/name.
    let drive = path.strip_prefix('/').filter(|path| path.get(1..2) == Some(":"));
    Ok(PathBuf::from(drive.unwrap_or(&path)))
}
