//! SQLite's errors, told with what to do about them.

use rusqlite::{Connection, ErrorCode};

use super::mentioned::Mentioned;
use super::nearest::nearest;
use super::{functions, refusal};
use crate::error::{Error, Kind};

/// `error`, which running `sql` on `conn` gave, as the user sees it: SQLite's message, the line it
/// is about where `sql` has several, and for a name that does not exist the nearest that does.
pub fn sql_error(conn: &Connection, sql: &str, error: &rusqlite::Error) -> Error {
    let refusal = refusal::take();
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
        // Who only reads needs room for nothing else.
        (Some(ErrorCode::DiskFull), _) => return Error::no_temporary_room(),
        // What is wrong with the file and not with the SQL is told as everywhere.
        (
            Some(
                ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory
                | ErrorCode::CannotOpen,
            ),
            _,
        ) => {
            if let Some(code) = error.sqlite_error() {
                return Error::from(rusqlite::Error::SqliteFailure(*code, Some(message(error))));
            }
        }
        _ => {}
    }
    // A function that is not allowed comes as an ordinary error of the SQL, so the text tells.
    let message = message(error);
    if let Some(name) = message.strip_prefix("not authorized to use function: ") {
        return refusal::refused(&format!("the function {name}()"));
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
    let text = Mentioned::new(sql);
    let meant = |name: &str, known: &mut dyn Iterator<Item = &str>| {
        nearest(name, known).map(|found| format!("did you mean `{found}`?"))
    };
    if let Some(name) = message.strip_prefix("no such table: ") {
        let known = names(conn, TABLES, None);
        let (_, bare) = qualified(name);
        let candidates = &mut known.iter().map(String::as_str).chain(text.made());
        return meant(bare, candidates).or_else(|| Some(format!("tables and views: {}", known.join(", "))));
    }
    if let Some(rest) = message.strip_prefix("no such column: ") {
        // SQLite may add a guess of its own after a dash.
        let name = rest.split(" - ").next().unwrap_or(rest).trim_matches('"');
        return column_help(conn, &text, name);
    }
    if let Some(name) = message.strip_prefix("ambiguous column name: ") {
        let tables = names(conn, TABLES, None).into_iter().filter(|table| text.has(table));
        let having =
            tables.filter(|table| names(conn, COLUMNS, Some(table)).iter().any(|column| column == name));
        let ways: Vec<String> = having.map(|table| format!("{table}.{name}")).collect();
        return (!ways.is_empty()).then(|| format!("say of which table: {}", ways.join(", ")));
    }
    if message.contains(functions::BAD_PATTERN) {
        return Some(
            r"a sign that is meant as itself takes a backslash, as in \(; there is no look-around and no back-reference"
                .to_owned(),
        );
    }
    if let Some(name) = message.strip_prefix("no such function: ") {
        return meant(name, &mut names(conn, FUNCTIONS, None).iter().map(String::as_str));
    }
    None
}

/// What a column that does not exist may be: one of the table that it is said to be of, else of any that
/// the text mentions.
fn column_help(conn: &Connection, text: &Mentioned<'_>, name: &str) -> Option<String> {
    let (qualifier, bare) = qualified(name);
    let mentioned: Vec<String> =
        names(conn, TABLES, None).into_iter().filter(|table| text.has(table)).collect();
    let columns_of = |table: &String| names(conn, COLUMNS, Some(table));
    let said = |table: &&String| qualifier.is_some_and(|qualifier| text.calls(table, qualifier));
    let of_qualifier: Vec<String> = mentioned.iter().filter(said).flat_map(columns_of).collect();
    if let Some(qualifier) = qualifier.filter(|_| !of_qualifier.is_empty()) {
        let found = nearest(bare, of_qualifier.iter().map(String::as_str));
        let listed = || format!("columns of {qualifier}: {}", of_qualifier.join(", "));
        return Some(found.map_or_else(listed, |found| format!("did you mean `{qualifier}.{found}`?")));
    }
    if let Some(qualifier) = qualifier
        && let Some(table) = nearest(qualifier, mentioned.iter().map(String::as_str))
        && columns_of(&table.to_owned()).iter().any(|column| column.eq_ignore_ascii_case(bare))
    {
        return Some(format!("did you mean `{table}.{bare}`?"));
    }
    let known: Vec<String> = mentioned.iter().flat_map(columns_of).collect();
    if let Some(found) = nearest(bare, known.iter().map(String::as_str).chain(text.made())) {
        return Some(format!("did you mean `{found}`?"));
    }
    let mut help = if known.is_empty() { String::new() } else { format!("columns: {}", known.join(", ")) };
    let has_it = |table: &String| columns_of(table).iter().any(|column| column.eq_ignore_ascii_case(bare));
    let elsewhere: Vec<String> = names(conn, TABLES, None).into_iter().filter(has_it).collect();
    if !elsewhere.is_empty() {
        let gap = if help.is_empty() { "" } else { "; " };
        help += &format!("{gap}{bare} is a column of {}", elsewhere.join(", "));
    }
    (!help.is_empty()).then_some(help)
}

/// A name, and what stands before its last dot.
fn qualified(name: &str) -> (Option<&str>, &str) {
    match name.rsplit_once('.') {
        Some((before, bare)) => (before.rsplit('.').next(), bare),
        None => (None, name),
    }
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

#[cfg(test)]
mod tests {
    use crate::error::{Error, Kind};
    use crate::sql::fixture::{self, Collected};
    use crate::sql::{guard, run};

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
                "did you mean `m.duration_mins`?",
            ),
            (
                "SELECT u.duration FROM movie u",
                "no such column: u.duration",
                "did you mean `u.duration_mins`?",
            ),
            // A column that only the other table has is not meant.
            (
                "SELECT u.titel FROM user AS u JOIN movie AS m",
                "no such column: u.titel",
                "columns of u: email, first_name, last_name, load_id, extra",
            ),
            ("SELECT moive.title FROM movie", "no such column: moive.title", "did you mean `movie.title`?"),
            (
                "WITH longest AS (SELECT title AS name FROM movie) SELECT nam FROM longest",
                "no such column: nam",
                "did you mean `name`?",
            ),
            (
                "WITH longest AS (SELECT 1) SELECT * FROM logest",
                "no such table: logest",
                "did you mean `longest`?",
            ),
            (
                "SELECT pages FROM user",
                "no such column: pages",
                "columns: email, first_name, last_name, load_id, extra; pages is a column of book, book_history",
            ),
            ("SELECT pages", "no such column: pages", "pages is a column of book, book_history"),
            (
                "SELECT title FROM movie JOIN book",
                "ambiguous column name: title",
                "say of which table: book.title, movie.title",
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
