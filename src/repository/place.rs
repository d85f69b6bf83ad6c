//! Where a database is, or is to be, as the system sees it: SQLite itself says little of why it cannot open a file.

use crate::error::{Error, Result};
use rusqlite::ErrorCode;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The path as SQLite is to take it: always that of a file, never an address (`file:…`) or `:memory:`.
pub fn plain(path: &Path) -> PathBuf {
    Path::new(".").join(path)
}

/// Whether there is a file; fails where there can be no database.
pub fn is_there(path: &Path) -> Result<bool> {
    let name_another = "name a file with --db PATH";
    match std::fs::metadata(path) {
        Ok(known) if known.is_dir() => {
            Err(Error::failed("is a directory, not a database").help(name_another))
        }
        Ok(known) if !known.is_file() => {
            Err(Error::failed("is not an ordinary file, as a database is").help(name_another))
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unreachable(path, &error)),
    }
}

/// Why the system does not say what is at a path.
fn unreachable(path: &Path, error: &std::io::Error) -> Error {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|known| known.is_symlink());
    match error.kind() {
        ErrorKind::PermissionDenied => Error::failed("cannot be reached: permission denied")
            .help("a directory on the way to it does not let this user in"),
        ErrorKind::NotADirectory => Error::failed("cannot be reached: a part of the path is a file")
            .help("name a file in a directory with --db PATH"),
        _ if is_link => Error::failed(format!("is a link that leads to no file: {error}"))
            .help("mend the link, or name the file itself with --db PATH"),
        _ => Error::failed(format!("cannot be reached: {error}")),
    }
}

/// Why SQLite did not open what is at a path, or make it.
pub fn not_opened(path: &Path, error: rusqlite::Error) -> Error {
    let is_refusal = error.sqlite_error_code() == Some(ErrorCode::CannotOpen);
    let told = Error::from(error);
    if !is_refusal || out_of_files() {
        return told;
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match is_there(path) {
        Err(why) => why,
        Ok(false) if !folder.is_dir() => Error::failed(format!("there is no directory {}", folder.display()))
            .help("create it, or name another file with --db PATH"),
        Ok(false) => Error::failed(format!("no file can be created in {}", folder.display()))
            .help("the directory must be writable; or name another file with --db PATH"),
        Ok(true) => match std::fs::File::open(path) {
            Err(why) if why.kind() == ErrorKind::PermissionDenied => {
                Error::failed("cannot be read: permission denied")
                    .help("this user must be allowed to read the file")
            }
            Err(why) => Error::failed(format!("cannot be opened: {why}")),
            Ok(_) => told,
        },
    }
}

/// Whether this process, or the system, has as many files open as it may.
pub fn out_of_files() -> bool {
    // EMFILE and ENFILE, which have the same numbers on every Unix.
    let too_many = |error: std::io::Error| matches!(error.raw_os_error(), Some(23 | 24));
    // What failed may have closed what it had opened.
    let some = || -> std::io::Result<Vec<_>> { (0..4).map(|_| std::fs::File::open(".")).collect() };
    cfg!(unix) && some().is_err_and(too_many)
}

/// Whether the disk of a folder has no room left, as far as a small file tells.
pub fn is_full(folder: &Path) -> bool {
    let fill = || -> std::io::Result<()> {
        let mut file = tempfile::tempfile_in(folder)?;
        std::io::Write::write_all(&mut file, &vec![1; 1 << 20])
    };
    fill().is_err_and(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}
