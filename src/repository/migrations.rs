//! The schema's versions: `migrations/V{n}__{what}.sql`, embedded, applied in order, never edited.

use crate::error::{Error, Kind, Result};
use refinery_core::{Migration, Runner};
use rusqlite::Connection;

/// A migration's name, which is its file's, and the file.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../migrations/", $name, ".sql")))
    };
}

/// Every version, in order; a new one takes one line. The engine of refinery applies them: its macro,
/// which would gather the files, takes as long to compile as the engine once more.
const MIGRATIONS: &[(&str, &str)] = &[
    file!("V1__warehouse"),
    file!("V2__history"),
    file!("V3__summaries"),
    file!("V4__addresses_once"),
    file!("V5__data_dictionary"),
];

/// What `PRAGMA application_id` says of a warehouse: "scli" in ASCII. The first migration sets it,
/// and each migration sets `PRAGMA user_version` to its number.
const APPLICATION_ID: i64 = 0x7363_6c69;

/// How often to look again when another process migrates the same new database.
const ATTEMPTS: usize = 3;

/// What a file holds.
enum State {
    Empty,
    Version(i64),
}

/// Brings the schema up to date.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    let mut attempt = 1;
    while !is_current(connection)? {
        match runner().and_then(|runner| runner.run(connection)) {
            Ok(_) => {}
            Err(error) => match describe(&error) {
                // Another process may have been first; then the schema is there on the next look.
                // Who has waited for that process in vain has waited long enough.
                error if error.kind() == Kind::Failed && attempt < ATTEMPTS => {}
                error => return Err(error),
            },
        }
        attempt += 1;
    }
    Ok(())
}

/// Fails unless the schema is up to date, for those who only read.
pub fn check(connection: &Connection) -> Result<()> {
    match state(connection)? {
        State::Version(version) if version == latest() => Ok(()),
        State::Empty => {
            Err(Error::failed("the database is empty").help("create its tables with: scli init-db"))
        }
        State::Version(version) => Err(Error::failed(format!(
            "the database has schema version {version}, this scli needs version {}",
            latest()
        ))
        .help("bring it up to date with: scli init-db")),
    }
}

/// Fails unless the database is a warehouse whose schema this program knows, be it an earlier one.
pub fn check_known(connection: &Connection) -> Result<()> {
    match state(connection)? {
        State::Empty => check(connection),
        State::Version(_) => Ok(()),
    }
}

/// Whether the database is a warehouse, or about to become one.
pub fn is_warehouse_or_empty(connection: &Connection) -> bool {
    state(connection).is_ok()
}

/// The version of the newest schema that this program knows.
pub fn latest() -> i64 {
    MIGRATIONS.len() as i64
}

fn is_current(connection: &Connection) -> Result<bool> {
    Ok(matches!(state(connection)?, State::Version(version) if version == latest()))
}

/// Looks at all that tells a warehouse in one statement, and so at one state of the file: another
/// process may be making it. The table of refinery comes before the first migration, and is all
/// that is there when that process was killed between the two.
fn state(connection: &Connection) -> Result<State> {
    let (application, version, tables): (i64, i64, i64) = connection.query_row(
        "SELECT a.application_id, v.user_version, count(s.name) FROM pragma_application_id AS a
         JOIN pragma_user_version AS v
         LEFT JOIN sqlite_schema AS s ON s.tbl_name <> 'refinery_schema_history'",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    if application == APPLICATION_ID {
        return if version <= latest() {
            Ok(State::Version(version))
        } else {
            Err(Error::failed(format!(
                "the database was made by a newer scli: it has schema version {version}, this one knows up to {}",
                latest()
            ))
            .help("use that newer scli, or another database with --db PATH"))
        };
    }
    if application == 0 && tables == 0 {
        Ok(State::Empty)
    } else {
        Err(Error::failed("is an SQLite database of another program, not a warehouse of scli")
            .help("name another file with --db PATH or DATABASE_URL; this one was left alone"))
    }
}

fn runner() -> std::result::Result<Runner, refinery_core::Error> {
    let migrations: std::result::Result<Vec<_>, _> =
        MIGRATIONS.iter().map(|(name, sql)| Migration::unapplied(name, sql)).collect();
    Ok(Runner::new(&migrations?).set_grouped(true))
}

fn describe(error: &refinery_core::Error) -> Error {
    match error.kind() {
        refinery_core::error::Kind::Connection(_, source) => {
            match source.downcast_ref::<rusqlite::Error>().and_then(|error| error.sqlite_error()) {
                Some(code) => Error::from(rusqlite::Error::SqliteFailure(*code, Some(source.to_string()))),
                None => Error::failed(format!("the schema could not be brought up to date: {source}")),
            }
        }
        refinery_core::error::Kind::DivergentVersion(applied, _) => Error::failed(format!(
            "its schema version {} is not the one of this name that scli knows",
            applied.version()
        ))
        .help(
            "a build that was never released may have made it; load the files into a new one with --db PATH",
        ),
        _ => Error::failed(format!("the schema could not be brought up to date: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_version_and_every_version_a_file() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        let number = |path: &std::path::Path| -> usize {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.strip_prefix('V').unwrap().split("__").next().unwrap().parse().unwrap()
        };
        files.sort_by_key(|path| number(path));
        assert_eq!(files.len(), MIGRATIONS.len());
        for ((file, (name, sql)), version) in files.iter().zip(MIGRATIONS).zip(1..) {
            assert_eq!((number(file), file.file_stem().unwrap().to_str()), (version, Some(*name)));
            assert!(sql.contains(&format!("PRAGMA user_version = {version};")), "{name}");
        }
    }
}
