//! SQLite's errors, told with what to do about them.

use rusqlite::{Connection, ErrorCode};

use super::guard::take_refused;
use super::nearest::nearest;
use crate::error::{Error, Kind};

/// `error`, which running `sql` on `conn` gave, as the user sees it: SQLite's message, the line it
/// is about where `sql` has several, and for a name that does not exist the nearest that does.
pub fn sql_error(conn: &Connection, sql: &str, error: &rusqlite::Error) -> Error {
    let refusal = take_refused();
    if matches!(error, rusqlite::Error::MultipleStatement) {
        return Error::failed("there is more than one SQL statement").help("run them one by one");
    }
    match (error.sqlite_error_code(), refusal) {
        (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => {
            return Error::new(Kind::Locked, "another process holds the database")
                .help("try again when it is done");
        }
        (Some(ErrorCode::OperationInterrupted), _) => return Error::new(Kind::Interrupted(2), "interrupted"),
        (Some(ErrorCode::AuthorizationForStatementDenied), Some(refused)) => return refused,
        _ => {}
    }
    // A function that is not allowed comes as an ordinary error of the SQL, so the text tells.
    let message = message(error);
    if let Some(name) = message.strip_prefix("not authorized to use function: ") {
        return refused(&format!("the function {name}()"));
    }
    let told = match line(sql, error) {
        Some(line) => Error::failed(format!("line {line}: {message}")),
        None => Error::failed(&message),
    };
    match help(conn, sql, &message) {
        Some(help) => told.help(help),
        None => told,
    }
}

/// The error for SQL that would do more than read.
pub(super) fn refused(what: &str) -> Error {
    Error::failed(format!("{what} is refused, because queries only read"))
}

fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}

/// The line of `sql` that the error is about, from 1, where SQLite knows it and there are several.
fn line(sql: &str, error: &rusqlite::Error) -> Option<usize> {
    let rusqlite::Error::SqlInputError { sql: part, offset, .. } = error else { return None };
    let start = sql.len().checked_sub(part.len())?;
    let before = sql.get(..start + usize::try_from(*offset).ok()?)?;
    sql.trim().contains('\n').then(|| before.matches('\n').count() + 1)
}

fn help(conn: &Connection, sql: &str, message: &str) -> Option<String> {
    let meant = |name: &str, known: &[String]| {
        let bare = name.rsplit('.').next().unwrap_or(name);
        nearest(bare, known.iter().map(String::as_str)).map(|found| format!("did you mean `{found}`?"))
    };
    if let Some(name) = message.strip_prefix("no such table: ") {
        let known = names(conn, TABLES, None);
        return meant(name, &known).or_else(|| Some(format!("tables and views: {}", known.join(", "))));
    }
    if let Some(rest) = message.strip_prefix("no such column: ") {
        // SQLite may add a guess of its own after a dash.
        let name = rest.split(" - ").next().unwrap_or(rest).trim_matches('"');
        let mentioned = names(conn, TABLES, None).into_iter().filter(|table| mentions(sql, table));
        let known: Vec<String> = mentioned.flat_map(|table| names(conn, COLUMNS, Some(&table))).collect();
        let listed = || (!known.is_empty()).then(|| format!("columns: {}", known.join(", ")));
        return meant(name, &known).or_else(listed);
    }
    if let Some(name) = message.strip_prefix("no such function: ") {
        return meant(name, &names(conn, FUNCTIONS, None));
    }
    None
}

const TABLES: &str =
    "SELECT DISTINCT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND type IN ('table', 'view') AND (?1 IS NULL OR name = ?1) ORDER BY name";
const COLUMNS: &str = "SELECT name FROM pragma_table_info(?1) ORDER BY cid";
const FUNCTIONS: &str = "SELECT DISTINCT name FROM pragma_function_list WHERE ?1 IS NULL ORDER BY name";

/// The names that `sql` lists; none where it fails, since this is only a help.
fn names(conn: &Connection, sql: &str, table: Option<&str>) -> Vec<String> {
    let list = || -> rusqlite::Result<Vec<String>> {
        conn.prepare(sql)?.query_map([table], |row| row.get(0))?.collect()
    };
    list().unwrap_or_default()
}

/// Whether `word` is one of the words of `sql`.
fn mentions(sql: &str, word: &str) -> bool {
    sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use crate::error::{Error, Kind};
    use crate::query::fixture::{self, Collected};
    use crate::query::{guard, run};

    fn error(sql: &str) -> Error {
        let mut conn = fixture::small();
        guard(&mut conn).unwrap();
        run(&conn, sql, &[], &mut Collected::default()).unwrap_err()
    }

    #[test]
    fn a_name_that_does_not_exist_brings_the_nearest_to_mind() {
        for (sql, message, help) in [
            ("SELECT * FROM movies", "no such table: movies", "did you mean `movie`?"),
            ("SELECT * FROM main.usr", "no such table: main.usr", "did you mean `user`?"),
            ("SELECT titel FROM movie", "no such column: titel", "did you mean `title`?"),
            (
                "SELECT m.durations_min FROM movie AS m",
                "no such column: m.durations_min",
                "did you mean `duration_mins`?",
            ),
            (
                "SELECT pages FROM user",
                "no such column: pages",
                "columns: email, first_name, last_name, load_id",
            ),
            ("SELECT lowr(title) FROM movie", "no such function: lowr", "did you mean `lower`?"),
        ] {
            let error = error(sql);
            assert_eq!(error.kind(), Kind::Failed);
            assert_eq!((error.message(), error.remedy()), (message, Some(help)), "{sql}");
        }
        let error = error("SELECT * FROM invoice_line");
        assert!(
            error.remedy().unwrap().starts_with("tables and views: absence, author, author_history, book"),
            "{error}"
        );
    }

    #[test]
    fn the_line_is_named_where_there_are_several() {
        assert_eq!(error("SELECT 1 FORM x y").message(), "near \"x\": syntax error");
        assert_eq!(error("SELECT 1\n\nFORM x y\n").message(), "line 3: near \"x\": syntax error");
        assert_eq!(error("SELECT 1;\n\nSELECT nix\n").message(), "line 3: no such column: nix");
    }

    #[test]
    fn nothing_behind_a_nul_character_is_overlooked() {
        assert_eq!(error("SELECT 1 \0; DROP TABLE movie").message(), "the SQL holds a NUL character");
    }

    #[test]
    fn a_locked_database_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.db");
        let holder = rusqlite::Connection::open(&path).unwrap();
        holder.execute_batch("CREATE TABLE t (x); BEGIN EXCLUSIVE").unwrap();
        let reader = rusqlite::Connection::open(&path).unwrap();
        reader.busy_timeout(std::time::Duration::ZERO).unwrap();
        let error = run(&reader, "SELECT * FROM t", &[], &mut Collected::default()).unwrap_err();
        assert_eq!(error.kind(), Kind::Locked);
    }
}
