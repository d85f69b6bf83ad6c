//! Patterns for names of files, as in `data/*.csv`, where the shell did not expand them.

use super::Location;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// The sources that an argument names: itself, or what it matches if it is a pattern, in the order of names. A file
/// that is called like a pattern is that file.
pub fn matching(arg: &Path) -> Result<Vec<Location>> {
    let location = Location::from_arg(arg)?;
    let pattern = match &location {
        Location::File(path) if !path.exists() => path.to_str().filter(|text| text.contains(['*', '?', '['])),
        _ => None,
    };
    let Some(pattern) = pattern else { return Ok(vec![location]) };
    let failed = |what: String| Error::failed(format!("{pattern}: {what}"));
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let found = glob::glob_with(pattern, options).map_err(|error| {
        failed(format!("not a pattern: {}", error.msg)).help("* is any text, ? one letter, [a-z] one of some")
    })?;
    let paths: Vec<PathBuf> = found
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| failed(format!("{}: {}", error.path().display(), error.error())))?;
    match paths.is_empty() {
        true => Err(failed("no file has such a name".to_owned())
            .help("check the pattern; it is taken from the current directory")),
        false => Ok(paths.into_iter().filter(|path| !path.is_dir()).map(Location::File).collect()),
    }
}
