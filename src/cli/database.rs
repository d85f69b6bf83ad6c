//! Which database is meant.

use crate::error::{Error, Result};
use std::path::PathBuf;

/// The database if nothing else is said.
const DEFAULT: &str = "warehouse.db";

/// The database's path: from the command line, else from `DATABASE_URL`, else the default.
pub fn path(from_args: Option<PathBuf>) -> Result<PathBuf> {
    let path = named(from_args)?;
    match std::fs::metadata(&path) {
        // To open a named pipe is to wait for who writes to it.
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            let what = format!("{}: is a pipe or a device, not a database", path.display());
            Err(Error::failed(what).help("name a file with --db PATH"))
        }
        _ => Ok(path),
    }
}

/// The path that is named for it.
fn named(from_args: Option<PathBuf>) -> Result<PathBuf> {
    match (from_args, std::env::var_os("DATABASE_URL")) {
        (Some(path), _) => file(path, "--db"),
        (None, Some(url)) if !url.is_empty() => match url.to_str() {
            Some(url) => file(from_url(url)?, "DATABASE_URL"),
            None => Ok(PathBuf::from(url)),
        },
        (None, _) => Ok(PathBuf::from(DEFAULT)),
    }
}

/// The path, unless it is one of those that mean something else than a file to SQLite.
fn file(path: PathBuf, given: &str) -> Result<PathBuf> {
    let text = path.to_str().unwrap_or_default();
    let is_address = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    let refused = match text {
        "" if path.as_os_str().is_empty() => format!("{given} is empty"),
        ":memory:" => format!("{given} names no file but memory, which is lost with the process"),
        text if is_address => format!("{given} is an address, {text}, and not a path"),
        _ => return Ok(path),
    };
    let remedy = "name a file by its path, as in --db warehouse.db";
    Err(Error::usage(refused).help(match text {
        "" => remedy.to_owned(),
        text => format!("{remedy}; a file of that name is ./{text}"),
    }))
}

/// A path, `sqlite:///relative.db` or `sqlite:////absolute.db`.
fn from_url(url: &str) -> Result<PathBuf> {
    const REMEDY: &str = "set it to a path or to sqlite:///PATH, unset it, or name the file with --db PATH";
    // Only the scheme is repeated: what follows may hold a password.
    let Some((scheme, rest)) = url.split_once("://") else { return Ok(PathBuf::from(url)) };
    if scheme != "sqlite" {
        return Err(Error::usage(format!(
            "DATABASE_URL is for {scheme}; scli keeps its data in an SQLite file"
        ))
        .help(REMEDY));
    }
    match rest.strip_prefix('/') {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err(Error::usage(
            "DATABASE_URL names no file: after sqlite:// a third slash and the path must come",
        )
        .help(REMEDY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths_name_a_file() {
        for (url, path) in [
            ("warehouse.db", "warehouse.db"),
            ("/srv/w.db", "/srv/w.db"),
            ("sqlite:///relative.db", "relative.db"),
            ("sqlite:////absolute.db", "/absolute.db"),
        ] {
            assert_eq!(from_url(url), Ok(PathBuf::from(path)));
        }
    }

    #[test]
    fn other_databases_are_refused_without_a_word_of_their_passwords() {
        for url in
            ["postgresql://me:secret@db:5432/dw", "mysql://me:secret@db/dw", "sqlite://secret", "sqlite:///"]
        {
            let error = from_url(url).unwrap_err();
            assert_eq!(error.kind().exit_code(), 2);
            assert!(!error.to_string().contains("secret"));
        }
    }
}
