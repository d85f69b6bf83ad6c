//! What SQLite's errors mean to a user.

use super::{damage, place};
use crate::error::{Error, Kind, temporary_folder};
use rusqlite::ErrorCode;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else { return Error::failed(message(&error)) };
        match code {
            ErrorCode::OperationInterrupted => match crate::interrupt::check() {
                Err(interrupted) => interrupted,
                Ok(()) => Error::failed(message(&error)),
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
            ErrorCode::CannotOpen if place::out_of_files() => {
                Error::failed("too many files are open").help("raise the limit on open files: ulimit -n")
            }
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
            ErrorCode::DiskFull if place::is_full(&temporary_folder()) => Error::no_temporary_room(),
            ErrorCode::DiskFull => Error::failed("the disk is full; nothing was changed").help(format!(
                "make room beside the database and in {}, and run the command again",
                temporary_folder().display()
            )),
            ErrorCode::DatabaseCorrupt => damage::damaged(error),
            ErrorCode::OutOfMemory => Error::failed("there is not enough memory; nothing was changed")
                .help("raise the limit (ulimit -v), or load with a smaller --memory"),
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
            _ => Error::failed(message(&error)),
        }
    }
}

/// What SQLite says, without the SQL that it was about.
fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// A commit that failed: who only reads is no obstacle until then.
pub fn at_commit(error: rusqlite::Error) -> Error {
    let told = Error::from(error);
    match told.kind() {
        Kind::Locked => Error::new(
            Kind::Locked,
            "another process still reads the database, so nothing could be committed; nothing was changed",
        )
        .help("end what reads it (an open query, a pager, a browser), or wait longer with --busy-timeout SECONDS"),
        _ => told,
    }
}
