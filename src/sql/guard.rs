//! What SQL from outside may do: read, and nothing else.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::mentioned::Mentioned;
use super::{functions, refusal, sql_error};
use crate::error::{Error, Result};

/// Functions that reach beyond the database, where a build or an extension has them.
const FORBIDDEN_FUNCTIONS: &[&str] = &["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"];

/// Pragmas that only read, whatever their argument.
const READING_PRAGMAS: &[&str] = &[
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
    "foreign_key_check",
    "integrity_check",
    "quick_check",
    "database_list",
    "collation_list",
    "function_list",
    "module_list",
    "pragma_list",
    "compile_options",
];

/// Pragmas that read when they have no argument, and write when they have one.
const READING_PRAGMAS_WITHOUT_ARGUMENT: &[&str] = &[
    "application_id",
    "auto_vacuum",
    "cache_size",
    "data_version",
    "encoding",
    "foreign_keys",
    "freelist_count",
    "page_count",
    "page_size",
    "query_only",
    "schema_version",
    "synchronous",
    "user_version",
];

/// Makes `conn` read-only for the rest of its life: every statement that would do more than read
/// is refused before it starts. A name in double quotes is then a name, never text, so that a
/// mistyped column is an error and not a constant. Where temporary views stand before the tables,
/// as a look at the past makes them, only the views read the tables, each its own, and what no view
/// stands before is not read at all. SQL from outside also gets functions that SQLite has not.
pub fn guard(conn: &mut Connection) -> Result<()> {
    let installed = conn
        .pragma_update(None, "query_only", true)
        .and_then(|()| conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false))
        .and_then(|_| functions::add(conn))
        .and_then(|()| Past::of(conn))
        .and_then(|past| conn.authorizer(Some(move |context: AuthContext<'_>| authorize(&context, &past))));
    installed.map_err(|error| sql_error(conn, "", &error))
}

/// Refuses `sql`, which comes from outside, where it names a table of `main` that a temporary view stands
/// before. The text has to tell: within a common table SQLite names that to the authorizer as it names
/// a view, and it may be called as the view is that reads the table.
pub(super) fn keeps_to_the_past(conn: &Connection, sql: &str) -> Result<()> {
    let shadowed = match Mentioned::new(sql).of_main().next() {
        Some(_) => shadowed(conn).map_err(|error| sql_error(conn, sql, &error))?,
        None => return Ok(()),
    };
    named_around(sql, &shadowed).map_or(Ok(()), |table| Err(around(table, None)))
}

/// The first of the `shadowed` names that `sql` gives to `main`.
fn named_around<'s>(sql: &'s str, shadowed: &HashSet<String>) -> Option<&'s str> {
    Mentioned::new(sql).of_main().find(|name| shadowed.contains(&name.to_ascii_lowercase()))
}

/// What temporary tables and views there are, in lower case.
fn shadowed(conn: &Connection) -> rusqlite::Result<HashSet<String>> {
    names(conn, "SELECT name FROM temp.sqlite_schema")
}

fn names(conn: &Connection, sql: &str) -> rusqlite::Result<HashSet<String>> {
    let mut statement = conn.prepare(sql)?;
    let names = statement.query_map([], |row| Ok(row.get::<_, String>(0)?.to_ascii_lowercase()))?;
    names.collect()
}

/// That `main.table` is not what it was, in SQL from outside or in the text of a `view`.
fn around(table: &str, view: Option<&str>) -> Error {
    let error = Error::failed(format!("main.{table} is not as of that load"));
    match view {
        Some(view) => error.help(format!("`main.{table}` stands in the view `{view}`")),
        None => error.help(format!("write {table} without main")),
    }
}

/// What a look at the past made of the tables and views of the file; names in lower case, since SQLite
/// gives some as the SQL spells them.
struct Past {
    /// Those that none stands before, where the past is looked at: another program made them.
    undated: HashSet<String>,
    /// Views of the file whose text names a table of `main` that a temporary view stands before, with that name.
    around: HashMap<String, String>,
}

impl Past {
    fn of(conn: &Connection) -> rusqlite::Result<Past> {
        let shadowed = shadowed(conn)?;
        let undated = match shadowed.is_empty() {
            true => HashSet::new(),
            false => names(
                conn,
                "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view')
                 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN (SELECT name FROM temp.sqlite_schema)",
            )?,
        };
        let mut around = HashMap::new();
        let mut views = conn.prepare(
            "SELECT name, sql FROM temp.sqlite_schema WHERE type = 'view' AND sql LIKE '%main%'
             AND name IN (SELECT name FROM main.sqlite_schema WHERE type = 'view')",
        )?;
        for view in views.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
            let (view, sql) = view?;
            if let Some(table) = named_around(&sql, &shadowed) {
                around.insert(view.to_ascii_lowercase(), table.to_owned());
            }
        }
        Ok(Past { undated, around })
    }

    /// Why `table` is not to be read. Where no column is read, SQLite only tells the database that the SQL
    /// names, if it names one.
    fn refuses(&self, database: Option<&str>, table: &str) -> Option<Error> {
        let is = |name: &str| database.is_some_and(|database| database.eq_ignore_ascii_case(name));
        let is_main = is("main");
        // A database that is joined is shown as it is now.
        if database.is_some() && !is_main && !is("temp") {
            return None;
        }
        let name = table.to_ascii_lowercase();
        if self.undated.contains(&name) && (is_main || database.is_none()) {
            let message = format!(
                "the table `{table}` does not say in which load its rows came to be, so it cannot be shown as of a load"
            );
            return Some(Error::failed(message).help("another program made it; ask without --as-of"));
        }
        // What SQL from outside says is looked at before it is run, and the text of the file's views here. Who reads
        // what, SQLite does not tell for sure: it may name the view that another one is read in, or none.
        self.around.get(&name).filter(|_| !is_main).map(|named| around(named, Some(table)))
    }
}

fn authorize(context: &AuthContext<'_>, past: &Past) -> Authorization {
    let refused = match context.action {
        AuthAction::Read { table_name, .. } => past.refuses(context.database_name, table_name),
        ref action => what_is_refused(action).map(|what| refusal::refused(&what)),
    };
    match refused {
        None => Authorization::Allow,
        Some(error) => {
            refusal::note(error);
            Authorization::Deny
        }
    }
}

/// What to call `action` where it is refused; `None` where it is allowed.
fn what_is_refused(action: &AuthAction<'_>) -> Option<String> {
    let refused = match *action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => return None,
        AuthAction::Function { function_name } => {
            if !FORBIDDEN_FUNCTIONS.iter().any(|name| function_name.eq_ignore_ascii_case(name)) {
                return None;
            }
            format!("the function {function_name}()")
        }
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let listed = |list: &[&str]| list.iter().any(|name| pragma_name.eq_ignore_ascii_case(name));
            if listed(READING_PRAGMAS) || pragma_value.is_none() && listed(READING_PRAGMAS_WITHOUT_ARGUMENT) {
                return None;
            }
            match pragma_value {
                Some(value) => format!("PRAGMA {pragma_name} = {value}"),
                None => format!("PRAGMA {pragma_name}"),
            }
        }
        // SQLite asks for leave to write its schema table before it says what it wants to create.
        AuthAction::Insert { table_name }
        | AuthAction::Delete { table_name }
        | AuthAction::Update { table_name, .. }
            if table_name.starts_with("sqlite_") =>
        {
            "a change of the schema".to_owned()
        }
        AuthAction::Insert { table_name } => format!("INSERT into {table_name}"),
        AuthAction::Update { table_name, .. } => format!("UPDATE of {table_name}"),
        AuthAction::Delete { table_name } => format!("DELETE from {table_name}"),
        AuthAction::Attach { .. } => "ATTACH".to_owned(),
        AuthAction::Detach { .. } => "DETACH".to_owned(),
        AuthAction::AlterTable { table_name, .. } => format!("ALTER TABLE {table_name}"),
        AuthAction::Reindex { .. } => "REINDEX".to_owned(),
        AuthAction::Analyze { .. } => "ANALYZE".to_owned(),
        AuthAction::Transaction { .. } => "a transaction".to_owned(),
        AuthAction::Savepoint { .. } => "a savepoint".to_owned(),
        _ => "a change of the schema".to_owned(),
    };
    Some(refused)
}

#[cfg(test)]
mod tests {
    use crate::error::{Error, Kind};
    use crate::sql::fixture::{self, Collected};
    use crate::sql::run;

    fn refused(sql: &str) -> Error {
        let mut conn = fixture::small();
        super::guard(&mut conn).unwrap();
        let mut sink = Collected::default();
        let error = run(&conn, sql, &[], &mut sink).expect_err(sql);
        assert!(sink.rows.is_empty(), "{sql} gave rows");
        error
    }

    #[test]
    fn whatever_writes_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("other.db");
        let attach = format!("ATTACH '{}' AS other", elsewhere.display());
        let vacuum_into = format!("VACUUM INTO '{}'", elsewhere.display());
        for (sql, what) in [
            ("INSERT INTO user VALUES ('a', 'b', 'c', 1)", "INSERT into user"),
            ("WITH t AS (SELECT 1) INSERT INTO user SELECT 'a', 'b', 'c', 1 FROM t", "INSERT into user"),
            ("INSERT INTO user VALUES ('a', 'b', 'c', 1) RETURNING email", "INSERT into user"),
            ("REPLACE INTO user VALUES ('a', 'b', 'c', 1)", "INSERT into user"),
            ("EXPLAIN INSERT INTO user VALUES ('a', 'b', 'c', 1)", "INSERT into user"),
            ("UPDATE movie SET title = 'x'", "UPDATE of movie"),
            ("DELETE FROM movie", "DELETE from movie"),
            ("CREATE TABLE t (x)", "a change of the schema"),
            ("CREATE TEMP TABLE t (x)", "a change of the schema"),
            ("CREATE TEMP VIEW v AS SELECT 1", "a change of the schema"),
            ("CREATE TABLE t AS SELECT 1", "a change of the schema"),
            ("CREATE INDEX i ON movie (title)", "a change of the schema"),
            ("CREATE VIRTUAL TABLE t USING fts5(x)", "a change of the schema"),
            ("CREATE TRIGGER t AFTER DELETE ON movie BEGIN SELECT 1; END", "a change of the schema"),
            ("DROP TABLE movie", "a change of the schema"),
            ("DROP VIEW stream", "a change of the schema"),
            ("ALTER TABLE movie RENAME TO film", "ALTER TABLE movie"),
            (&attach, "ATTACH"),
            ("DETACH main", "DETACH"),
            ("VACUUM", "VACUUM"),
            (&vacuum_into, "VACUUM"),
            ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode = WAL"),
            ("PRAGMA journal_mode(WAL)", "PRAGMA journal_mode = WAL"),
            ("PRAGMA writable_schema = 1", "PRAGMA writable_schema = 1"),
            ("PRAGMA query_only = 0", "PRAGMA query_only = 0"),
            ("PRAGMA user_version = 9", "PRAGMA user_version = 9"),
            ("PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint"),
            ("PRAGMA optimize", "PRAGMA optimize"),
            ("PRAGMA temp_store_directory = '/tmp'", "PRAGMA temp_store_directory = /tmp"),
            ("BEGIN", "a transaction"),
            ("COMMIT", "a transaction"),
            ("SAVEPOINT s", "a savepoint"),
            ("SELECT load_extension('x')", "the function load_extension()"),
            ("SELECT LOAD_EXTENSION('x', 'y')", "the function LOAD_EXTENSION()"),
            ("REINDEX", "REINDEX"),
            ("ANALYZE", "ANALYZE"),
        ] {
            let error = refused(sql);
            assert_eq!(error.kind(), Kind::Failed, "{sql}");
            assert_eq!(error.message(), format!("{what} is refused, because queries only read"), "{sql}");
        }
        assert!(!elsewhere.exists());
    }

    #[test]
    fn whatever_reads_is_allowed() {
        let mut conn = fixture::small();
        super::guard(&mut conn).unwrap();
        for sql in [
            "SELECT count(*) FROM movie JOIN stream ON stream.movie_title = movie.title",
            "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT max(i) FROM n",
            "VALUES (1), (2)",
            "SELECT name FROM sqlite_schema",
            "SELECT name FROM pragma_table_info('movie')",
            "SELECT value FROM json_each('[1, 2]')",
            "SELECT size_mb, rank() OVER (ORDER BY size_mb) FROM stream_fact",
            "PRAGMA table_xinfo(movie)",
            "PRAGMA table_list",
            "PRAGMA foreign_key_list(movie)",
            "PRAGMA user_version",
            "PRAGMA integrity_check",
            "EXPLAIN QUERY PLAN SELECT * FROM movie",
        ] {
            let mut sink = Collected::default();
            run(&conn, sql, &[], &mut sink).expect(sql);
            assert!(!sink.rows.is_empty(), "{sql} gave nothing");
        }
    }

    #[test]
    fn pragmas_without_an_argument_read() {
        let mut conn = fixture::small();
        super::guard(&mut conn).unwrap();
        for name in super::READING_PRAGMAS_WITHOUT_ARGUMENT {
            let mut sink = Collected::default();
            run(&conn, &format!("PRAGMA {name}"), &[], &mut sink).expect(name);
            assert_eq!(sink.rows.len(), 1, "{name}");
        }
    }

    #[test]
    fn a_mistyped_name_in_double_quotes_is_no_text() {
        assert!(refused("SELECT \"titel\" FROM movie").message().contains("no such column"));
    }
}
