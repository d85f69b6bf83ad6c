//! What SQLite's errors mean to a user.

use crate::error::{Error, Kind};
use rusqlite::ErrorCode;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else { return Error::failed(error.to_string()) };
        match code {
            ErrorCode::OperationInterrupted => match crate::interrupt::check() {
                Err(interrupted) => interrupted,
                Ok(()) => Error::failed(error.to_string()),
            },
            // A signal ends the waiting for others.
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => match crate::interrupt::check() {
                Err(interrupted) => interrupted,
                Ok(()) => Error::new(Kind::Locked, "the database is locked by another process")
                    .help("wait until the other process is done, or wait longer with --busy-timeout SECONDS"),
            },
            ErrorCode::NotADatabase => Error::failed("is not an SQLite database").help(
                "name the warehouse with --db PATH or DATABASE_URL; a new file is created where none is",
            ),
            ErrorCode::CannotOpen => Error::failed("cannot be opened as a database")
                .help("the directory must exist, and both it and the file must be accessible"),
            ErrorCode::ReadOnly
                if error
                    .sqlite_error()
                    .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK) =>
            {
                Error::failed("a load was cut off, and must be rolled back before the database can be read")
                    .help("run the command once where the file and its directory are writable")
            }
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                Error::failed("the database cannot be written to")
                    .help("the file and its directory must be writable")
            }
            ErrorCode::DiskFull => Error::failed("the disk is full; nothing was changed").help(format!(
                "make room beside the database and in {}, and run the command again",
                std::env::temp_dir().display()
            )),
            ErrorCode::DatabaseCorrupt => Error::failed(format!("the database is damaged: {error}"))
                .help("restore a copy, or load the files into a new database"),
            ErrorCode::SystemIoFailure => {
                let failed = Error::failed(format!(
                    "the disk or the file system failed: {error}; nothing was changed"
                ));
                match error.sqlite_error().map(|error| error.extended_code) {
                    Some(rusqlite::ffi::SQLITE_IOERR_WRITE) => failed.help(
                        "a file could not be written on: look at its disk, at quotas, and at the limit on file sizes (ulimit -f)",
                    ),
                    _ => failed,
                }
            }
            _ => Error::failed(error.to_string()),
        }
    }
}
