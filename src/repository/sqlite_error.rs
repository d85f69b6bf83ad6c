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
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                Error::new(Kind::Locked, "the database is locked by another process")
                    .help("wait until the other process is done, or wait longer with --busy-timeout SECONDS")
            }
            ErrorCode::NotADatabase => Error::failed("is not an SQLite database").help(
                "name the warehouse with --db PATH or DATABASE_URL; a new file is created where none is",
            ),
            ErrorCode::CannotOpen => Error::failed("cannot be opened as a database")
                .help("the directory must exist, and both it and the file must be accessible"),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                Error::failed("the database cannot be written to")
                    .help("the file and its directory must be writable")
            }
            ErrorCode::DiskFull => Error::failed("the disk is full; nothing was changed")
                .help("make room and run the command again"),
            ErrorCode::DatabaseCorrupt => Error::failed(format!("the database is damaged: {error}"))
                .help("restore a copy, or load the files into a new database"),
            ErrorCode::SystemIoFailure => {
                Error::failed(format!("the disk or the file system failed: {error}; nothing was changed"))
            }
            _ => Error::failed(error.to_string()),
        }
    }
}
