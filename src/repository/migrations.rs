//! The schema's versions: `migrations/V{n}__{what}.sql`, embedded, applied in order, never edited.

use super::schema::SCHEMA;
use super::shipped;
use super::sqlite_error::at_commit;
use crate::domain::Model;
use crate::error::{Error, Result};
use refinery_core::traits::sync::{Migrate, Query, Transaction as Steps};
use refinery_core::{Migration, Runner};
use rusqlite::types::Type;
use rusqlite::{Connection, DropBehavior, Row, Transaction, TransactionBehavior};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
    file!("V6__deliveries"),
    file!("V7__taking_back"),
    file!("V8__models"),
    file!("V9__remote"),
    file!("V10__consumed"),
];

/// What `PRAGMA application_id` says of a warehouse: "scli" in ASCII. The first migration sets it,
/// and each migration sets `PRAGMA user_version` to its number.
const APPLICATION_ID: i64 = 0x7363_6c69;

/// What a file holds.
enum State {
    Empty,
    Version(i64),
}

/// Brings the schema up to date, in one transaction.
pub fn migrate(connection: &Connection) -> Result<()> {
    if is_current(connection)? {
        return Ok(());
    }
    // Another process may be at it too: the second waits here, and finds nothing left to do.
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    match state(&transaction)? {
        State::Empty => make(&transaction)?,
        State::Version(version) if version == latest() => {}
        State::Version(version) => {
            // What changes the tables of the six finds them, be they left out.
            let lent = shipped::lend(&transaction, &|model| upgrade(model, version))?;
            upgrade(&transaction, latest())?;
            shipped::take_back(&transaction, lent)?;
        }
    }
    // What no migration had to do may still be wrong: the version, which another program can change.
    transaction.pragma_update(None, "user_version", latest())?;
    transaction.commit().map_err(at_commit)
}

/// Makes the tables of a new database.
fn make(connection: &Connection) -> Result<()> {
    connection.execute_batch(SCHEMA)?;
    if Model::shipped().is_empty() {
        shipped::leave_out(connection)?;
    }
    Ok(())
}

/// Brings the schema up to a version.
fn upgrade(connection: &Connection, version: i64) -> Result<()> {
    runner(version).and_then(|runner| runner.run(&mut Book(connection))).map_err(|error| describe(&error))?;
    Ok(())
}

/// Brings the schema up to date, but leaves the transaction open in which the tables of a new database are made.
pub fn migrate_or_begin(connection: &Connection) -> Result<()> {
    if matches!(state(connection)?, State::Empty) {
        let mut transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        if matches!(state(&transaction)?, State::Empty) {
            make(&transaction)?;
            transaction.set_drop_behavior(DropBehavior::Ignore); // the delivery that follows ends it
            return Ok(());
        }
    }
    migrate(connection)
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
            // Another program may have changed the number, in either direction; the book has what was done.
            Ok(State::Version(in_book(connection).map_or(version, |done| done.min(version))))
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

/// The last version that the book has, if there is a book that can be read.
fn in_book(connection: &Connection) -> Option<i64> {
    let last = "SELECT max(version) FROM refinery_schema_history";
    connection.query_row(last, [], |row| row.get(0)).ok().flatten()
}

fn runner(version: i64) -> std::result::Result<Runner, refinery_core::Error> {
    let wanted = MIGRATIONS.iter().zip(1..).filter(|(_, number)| *number <= version);
    let migrations: std::result::Result<Vec<_>, _> =
        wanted.map(|(migration, _)| migration).map(|(name, sql)| Migration::unapplied(name, sql)).collect();
    Ok(Runner::new(&migrations?).set_grouped(true))
}

/// The way of refinery into a transaction of ours: its own begins one for each step, and panics at a book
/// that it cannot read.
struct Book<'c>(&'c Connection);

impl Steps for Book<'_> {
    type Error = rusqlite::Error;

    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> rusqlite::Result<usize> {
        let mut count = 0;
        for query in queries {
            self.0.execute_batch(query)?;
            count += 1;
        }
        Ok(count)
    }
}

impl Query<Vec<Migration>> for Book<'_> {
    fn query(&mut self, query: &str) -> rusqlite::Result<Vec<Migration>> {
        self.0.prepare(query)?.query_map([], applied)?.collect()
    }
}

impl Migrate for Book<'_> {}

/// A row of the book: version, name, time and checksum.
fn applied(row: &Row<'_>) -> rusqlite::Result<Migration> {
    let (at, checksum) = (row.get::<_, String>(2)?, row.get::<_, String>(3)?);
    let at = OffsetDateTime::parse(&at, &Rfc3339)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error)))?;
    let checksum = checksum
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, Box::new(error)))?;
    Ok(Migration::applied(row.get(0)?, row.get(1)?, at, checksum))
}

fn describe(error: &refinery_core::Error) -> Error {
    match error.kind() {
        refinery_core::error::Kind::Connection(_, source) => {
            match source.downcast_ref::<rusqlite::Error>() {
                // What is to be made is there already, or what is to be changed is not.
                Some(rusqlite::Error::SqlInputError { msg, .. }) => Error::failed(format!(
                    "its tables are not those of the versions that its book names: {msg}"
                ))
                .help(RESTORE),
                Some(rusqlite::Error::SqliteFailure(code, told)) => {
                    Error::from(rusqlite::Error::SqliteFailure(*code, told.clone()))
                }
                _ => Error::failed(format!("its book of versions cannot be read: {source}")).help(RESTORE),
            }
        }
        refinery_core::error::Kind::MissingVersion(version) => Error::failed(format!(
            "its book of versions and this scli do not have the same ones: {} is in one of them alone",
            version.version()
        ))
        .help(RESTORE),
        refinery_core::error::Kind::DivergentVersion(applied, _) => Error::failed(format!(
            "its schema version {} is not the one of this name that scli knows",
            applied.version()
        ))
        .help(
            "a build that was never released may have made it; load the files into a new one with --db PATH",
        ),
        _ => Error::failed(format!("the schema could not be brought up to date: {error}")).help(RESTORE),
    }
}

/// What to do about a book of versions that is not ours.
const RESTORE: &str = "another program changed refinery_schema_history; restore a copy of the file";

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

    /// Tables, views, indexes and descriptions, as statements that make them again.
    fn statements(connection: &Connection) -> String {
        let texts = |sql: &str| -> Vec<String> {
            let mut select = connection.prepare(sql).unwrap();
            select.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
        };
        let objects = texts(
            "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             ORDER BY name = 'refinery_schema_history', rowid",
        );
        let book = texts(
            "SELECT '(' || concat_ws(', ', version, quote(name), 'strftime(''%Y-%m-%dT%H:%M:%fZ'', ''now'')',
                 quote(checksum)) || ')' FROM refinery_schema_history ORDER BY version",
        );
        let rows = texts(
            "SELECT '(' || concat_ws(', ', position, quote(topic), quote(table_name), quote(kind), quote(column_name),
                 quote(type), quote(unit), quote(meaning)) || ')' FROM data_dictionary ORDER BY position",
        );
        let number =
            |pragma: &str| -> i64 { connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap() };
        format!(
            "-- The schema of a new database: what the migrations make together. A test writes it: make schema.\n\
             PRAGMA application_id = {};\nPRAGMA user_version = {};\n\n{}\n\n\
             INSERT INTO refinery_schema_history VALUES\n{};\n\nINSERT INTO data_dictionary VALUES\n{};\n",
            number("application_id"),
            number("user_version"),
            // A process that was killed may have left the book, and nothing in it.
            objects.join("\n\n").replace("TABLE refinery", "TABLE IF NOT EXISTS refinery"),
            book.join(",\n"),
            rows.join(",\n")
        )
    }

    #[test]
    fn a_new_database_has_what_the_migrations_make() {
        let by_steps = Connection::open_in_memory().unwrap();
        upgrade(&by_steps, latest()).unwrap();
        let expected = statements(&by_steps);
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/repository/schema.sql");
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            std::fs::write(file, &expected).unwrap();
        } else {
            assert_eq!(SCHEMA, expected, "make schema");
        }
        let new = Connection::open_in_memory().unwrap();
        new.execute_batch(&expected).unwrap();
        assert_eq!(statements(&new), expected);
        // The book has every version, as if each had been gone through.
        let book = "SELECT group_concat(version || ' ' || name) FROM (SELECT * FROM refinery_schema_history ORDER BY version)";
        let told: String = new.query_row(book, [], |row| row.get(0)).unwrap();
        let names: Vec<String> =
            MIGRATIONS.iter().map(|(name, _)| name[1..].replacen("__", " ", 1)).collect();
        assert_eq!(told, names.join(","));
        assert_eq!(
            Book(&new).query("SELECT * FROM refinery_schema_history").unwrap().len(),
            MIGRATIONS.len()
        );
    }
}
