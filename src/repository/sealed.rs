//! A sealed copy: one compact, checked file to hand on, which has the answers in it and takes no loads.

use super::as_it_was;
use super::connection::{self, Access};
use super::part::{Part, folder};
use super::seal_mark::is_sealed;
use super::sqlite_error::at_commit;
use super::{damage, migrations, now, place, shipped};
use crate::error::{Error, Result, temporary_folder};
use crate::interrupt;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the file says of itself.
const ABOUT: &str = "A sealed copy of a warehouse of scli, to be handed on: each model as a table or a view, which \
    `data_dictionary` describes; the answers in `answer`, the files that they rest on in \
    `answer_receipt`, every load in `load`. It takes no loads; `scli unseal` makes it a warehouse again.";

/// An answer as a sealed copy keeps it.
#[derive(Clone, Debug)]
pub struct SealedAnswer<'a> {
    /// The question's name.
    pub question: &'a str,
    /// What was asked.
    pub title: &'a str,
    /// The readings by their names, in order; `None` without data.
    pub readings: Vec<(&'a str, Option<f64>)>,
    /// What the numbers count.
    pub unit: &'a str,
    /// Why the readings differ.
    pub note: Option<&'a str>,
    /// The models that it reads and that were never loaded, if any.
    pub never_loaded: Option<String>,
    /// The SQL that gives them.
    pub sql: &'a str,
    /// The ids of the loads that it rests on.
    pub loads: Vec<i64>,
}

/// A copy that is being made, in a file beside the one that it will be; dropped, it is gone.
pub struct Copy {
    connection: Connection,
    part: Part,
    target: PathBuf,
    load: i64,
}

/// A copy that is complete and checked, and only lacks its name.
pub struct Sealed {
    part: Part,
    target: PathBuf,
    /// The last load that it knows.
    pub load: i64,
}

impl Copy {
    /// Checks the pages of `database` and copies it, in one state of it, without what is unused.
    pub fn of(database: &Path, target: &Path, replace: bool, access: &Access) -> Result<Copy> {
        let at = |error: Error| error.at(database.display());
        let source = connection::open_to_copy(database, access)?;
        refuse(database, target, replace).map_err(|error| error.at(target.display()))?;
        let last = last_load(&source).map_err(at)?;
        if last.is_none() {
            return Err(at(Error::failed("nothing was loaded yet, so there is nothing to seal")
                .help("load something first, as in: scli sync data")));
        }
        damage::refuse_unsound(&source, false).map_err(at)?;
        let part = Part::of(target).map_err(|error| error.at(target.display()))?;
        let plain = place::plain(&part.path);
        let path = ToSqlOutput::Borrowed(ValueRef::Text(plain.as_os_str().as_encoded_bytes()));
        source.execute("VACUUM INTO ?1", [path]).map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                not_written(target, error)
            }
            _ => at(error.into()),
        })?;
        let connection =
            connection::open_part(&part.path, access).map_err(|error| error.at(target.display()))?;
        // Another load may have ended just before the copy was begun.
        let load = last_load(&connection)?.unwrap_or_default();
        Ok(Copy { connection, part, target: target.to_owned(), load })
    }

    /// Makes it what the warehouse was after an earlier load.
    pub fn turn_back(&mut self, load: i64) -> Result<()> {
        as_it_was::turn_back(&self.connection, load)?;
        self.load = load;
        Ok(())
    }

    /// Another connection to the copy, which can only read it.
    pub fn reader(&self, access: &Access) -> Result<Connection> {
        connection::open_part_to_read(&self.part.path, access)
            .map_err(|error| error.at(self.target.display()))
    }

    /// Adds the seal and the answers, and checks all of it.
    pub fn seal(self, answers: &[SealedAnswer<'_>]) -> Result<Sealed> {
        let Copy { connection, part, target, load } = self;
        let at = |error: Error| error.at(target.display());
        write(&connection, load, answers).map_err(at)?;
        // Statistics, so that other programs also plan well.
        connection.execute_batch("ANALYZE").map_err(|error| not_written(&target, error))?;
        damage::refuse_unsound(&connection, true).map_err(at)?;
        connection.close().map_err(|(_, error)| at(error.into()))?;
        File::options()
            .write(true)
            .open(&part.path)
            .and_then(|file| file.sync_all())
            .map_err(|e| at(e.into()))?;
        Ok(Sealed { part, target, load })
    }
}

impl Sealed {
    /// Where its bytes are until it has its name.
    pub fn path(&self) -> &Path {
        &self.part.path
    }

    /// Gives the copy its name, at once and for good.
    pub fn publish(self, replace: bool) -> Result<()> {
        let Sealed { part, target, .. } = self;
        interrupt::check()?;
        let at = |error: std::io::Error| {
            let told = match error.kind() {
                ErrorKind::AlreadyExists => {
                    Error::failed("is already there: another process made it meanwhile")
                        .help("name another file, or replace it with --force")
                }
                _ => Error::from(error),
            };
            told.at(target.display())
        };
        match replace {
            true => part.path.persist(&target),
            false => part.path.persist_noclobber(&target),
        }
        .map_err(|error| at(error.error))?;
        // A name is safe from a power cut once its directory is; only Unix can tell it to be.
        #[cfg(unix)]
        File::open(folder(&target)).and_then(|folder| folder.sync_all()).map_err(at)?;
        Ok(())
    }
}

/// Makes a sealed copy a warehouse again, which takes loads. Returns whether it was sealed.
pub fn unseal(path: &Path, access: &Access) -> Result<bool> {
    let connection = connection::open_sealed(path, access)?;
    let undo = || -> Result<bool> {
        let transaction = connection.unchecked_transaction()?;
        let sealed = is_sealed(&transaction)?;
        if sealed {
            remove(&transaction)?;
            transaction.commit().map_err(at_commit)?;
        }
        Ok(sealed)
    };
    undo().map_err(|error| error.at(path.display()))
}

fn remove(connection: &Connection) -> Result<()> {
    Ok(connection.execute_batch(
        "DROP VIEW IF EXISTS answer_receipt; DROP TABLE IF EXISTS answer_load;
         DROP TABLE IF EXISTS answer_reading;
         DROP TABLE IF EXISTS answer; DROP TABLE IF EXISTS seal;
         DELETE FROM data_dictionary WHERE table_name IN ('seal', 'answer', 'answer_reading', 'answer_load', 'answer_receipt');",
    )?)
}

fn write(connection: &Connection, load: i64, answers: &[SealedAnswer<'_>]) -> Result<()> {
    let transaction = connection.unchecked_transaction()?;
    remove(&transaction)?;
    if shipped::are_there(&transaction)? {
        transaction.execute_batch(include_str!("portable.sql"))?;
    }
    transaction.execute_batch(include_str!("sealed.sql"))?;
    transaction.execute(
        "INSERT INTO seal VALUES (?1, ?2, ?3, ?4, ?5)",
        params![ABOUT, sealed_at(), env!("CARGO_PKG_VERSION"), migrations::latest(), load],
    )?;
    for (number, answer) in (1_i64..).zip(answers) {
        let SealedAnswer { question, title, readings, unit, note, never_loaded, sql, loads } = answer;
        let reading =
            |wanted| readings.iter().find(|(name, _)| *name == wanted).and_then(|(_, number)| *number);
        let (published, corrected) = (reading("published"), reading("corrected"));
        transaction.execute(
            "INSERT INTO answer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![number, question, title, published, corrected, unit, note, never_loaded, sql, load],
        )?;
        for (number, (name, value)) in (1_i64..).zip(readings) {
            transaction.execute(
                "INSERT INTO answer_reading VALUES (?1, ?2, ?3, ?4, ?5)",
                params![question, number, name, value, load],
            )?;
        }
        for load in loads {
            transaction.execute("INSERT INTO answer_load VALUES (?1, ?2)", params![question, load])?;
        }
    }
    Ok(transaction.commit()?)
}

/// Now; or what `SOURCE_DATE_EPOCH` says, so that the same database gives the same bytes.
fn sealed_at() -> String {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    match told.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0)) {
        Some(time) => time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        None => now(),
    }
}

fn last_load(connection: &Connection) -> Result<Option<i64>> {
    Ok(connection.query_row("SELECT max(id) FROM load", [], |row| row.get(0)).optional()?.flatten())
}

/// What a failure to write the copy means: it is the disk of the copy that is full, unless it is that of
/// temporary files.
fn not_written(target: &Path, error: rusqlite::Error) -> Error {
    let is_full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
    let told = match temporary_folder() {
        temporary if !is_full || place::is_full(&temporary) && !place::is_full(folder(target)) => {
            error.into()
        }
        _ => Error::failed("the disk is full; the copy was not made")
            .help(format!("make room in {}, or name a file on another disk", folder(target).display())),
    };
    told.at(target.display())
}

/// Fails where the copy must not go.
fn refuse(database: &Path, target: &Path, replace: bool) -> Result<()> {
    if target.is_dir() {
        return Err(Error::failed("is a directory").help("name a file in it"));
    }
    if !folder(target).is_dir() {
        return Err(Error::failed("there is no such directory").help("make it, or name a file elsewhere"));
    }
    if let (Ok(database), Ok(target)) = (database.canonicalize(), target.canonicalize())
        && database == target
    {
        return Err(Error::failed("is the warehouse itself").help("name another file"));
    }
    if target.exists() && !replace {
        return Err(Error::failed("is already there").help("name another file, or replace it with --force"));
    }
    // The log of another file would be rolled into this one as soon as someone opens it.
    for suffix in ["-journal", "-wal"] {
        let log = connection::beside(target, suffix);
        if log.exists() {
            return Err(Error::failed(format!(
                "{} lies beside it, the log of another database",
                log.display()
            ))
            .help("open that database once, or remove the log; or name another file"));
        }
    }
    Ok(())
}
