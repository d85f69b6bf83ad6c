//! The schema's versions: `migrations/V{n}__{what}.sql`, embedded, applied in order, never edited.

use super::{connection, now};
use crate::domain::text::hex;
use crate::error::{Error, Result};
use rusqlite::{Connection, TransactionBehavior, params};
use sha2::{Digest, Sha256};

/// A migration's name, which is its file's, and the file.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../migrations/", $name, ".sql")))
    };
}

/// Every version, in order; a new one takes one line. Each sets `PRAGMA user_version` to its number.
const MIGRATIONS: &[(&str, &str)] = &[
    file!("V1__warehouse"),
    file!("V2__history"),
    file!("V3__summaries"),
    file!("V4__addresses_once"),
    file!("V5__data_dictionary"),
];

/// The book of the versions that a file has gone through. It has the name and the form that it had in
/// the first databases, where refinery kept it.
const BOOK: &str = "CREATE TABLE IF NOT EXISTS refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));";

/// What `PRAGMA application_id` says of a warehouse: "scli" in ASCII. The first migration sets it.
const APPLICATION_ID: i64 = 0x7363_6c69;

/// What a file holds.
enum State {
    Empty,
    Version(i64),
}

/// Brings the schema up to date, in one transaction.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    if matches!(state(connection)?, State::Version(version) if version == latest()) {
        return Ok(());
    }
    // Another process may be at it too: the second waits here, and finds nothing left to do.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = match state(&transaction)? {
        State::Empty => 0,
        State::Version(version) => usize::try_from(version).unwrap_or_default(),
    };
    known(&transaction, done)?;
    transaction.execute_batch(BOOK)?;
    for ((name, sql), version) in MIGRATIONS.iter().zip(1_i64..).skip(done) {
        transaction.execute_batch(sql)?;
        transaction.execute(
            "INSERT INTO refinery_schema_history VALUES (?1, ?2, ?3, ?4)",
            params![version, title(name), now(), hex(&Sha256::digest(sql))],
        )?;
    }
    Ok(transaction.commit()?)
}

/// What a migration brought, without its number.
fn title(name: &str) -> &str {
    name.split_once("__").map_or(name, |(_, title)| title)
}

/// Fails unless the tables are those that the first migrations make, so that the others fit.
fn known(connection: &Connection, versions: usize) -> Result<()> {
    let model = connection::scratch()?;
    for (_, sql) in MIGRATIONS.iter().take(versions) {
        model.execute_batch(sql)?;
    }
    let columns = |table: &str, connection: &Connection| -> Result<Vec<(String, String, bool, i64)>> {
        let sql = "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid";
        let mut columns = connection.prepare(sql)?;
        let rows = columns
            .query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    };
    let mut tables = model.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    for table in tables.query_map([], |row| row.get::<_, String>(0))? {
        let table = table?;
        if columns(&table, connection)? != columns(&table, &model)? {
            return Err(Error::failed(format!(
                "its schema version {versions} is not the one that scli knows: the table `{table}` differs"
            ))
            .help("a build that was never released may have made it; load the files into a new one with --db PATH"));
        }
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

/// Looks at all that tells a warehouse in one statement, and so at one state of the file: another
/// process may be making it. The first scli had a table of its own for its migrations, which is all
/// that is there where it was killed before the first of them.
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
