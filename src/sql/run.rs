//! Runs one statement and hands its rows on, one by one.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

use super::nearest::suggestion;
use super::param::{Binding, Value};
use super::{Cell, Sink, guard, refusal, sql_error};
use crate::error::{Error, Result};

/// Runs the one statement that `sql` is, with `bindings` for its named parameters, and gives its
/// rows to `sink` as they come. A parameter without a binding is NULL; a binding without a
/// parameter is an error.
pub fn run(conn: &Connection, sql: &str, bindings: &[Binding], sink: &mut dyn Sink) -> Result<()> {
    let failed = |error: rusqlite::Error| sql_error(conn, sql, &error);
    if sql.contains('\0') {
        return Err(Error::failed("the SQL holds a NUL character")); // SQLite would stop reading there
    }
    let mut statement = prepare(conn, sql)?;
    if !statement.readonly() {
        return Err(refusal::refused(&first_word(sql)));
    }
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    if names.is_empty() {
        return Err(Error::failed("there is no SQL statement to run"));
    }
    bind(&mut statement, bindings).map_err(|error| match error {
        Unbound::Unknown(error) => error,
        Unbound::Sql(error) => failed(error),
    })?;

    sink.columns(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        let cells: rusqlite::Result<Vec<Cell<'_>>> =
            (0..names.len()).map(|column| row.get_ref(column).map(cell)).collect();
        sink.row(&cells.map_err(failed)?)?;
    }
    sink.finish()
}

/// Fails if SQLite does not understand `sql`, or if it would do more than read.
pub(crate) fn prepared(conn: &Connection, sql: &str) -> Result<()> {
    match prepare(conn, sql)?.readonly() {
        true => Ok(()),
        false => Err(refusal::refused(&first_word(sql))),
    }
}

/// Prepares SQL from outside.
pub(super) fn prepare<'c>(conn: &'c Connection, sql: &str) -> Result<Statement<'c>> {
    guard::keeps_to_the_past(conn, sql)?;
    conn.prepare(sql).map_err(|error| sql_error(conn, sql, &error))
}

/// Gives the parameters of `statement` their values; it has one for each of `bindings`.
pub(crate) fn bind_values(statement: &mut Statement<'_>, bindings: &[Binding]) -> rusqlite::Result<()> {
    match bind(statement, bindings) {
        Err(Unbound::Sql(error)) => Err(error),
        Ok(()) | Err(Unbound::Unknown(_)) => Ok(()),
    }
}

enum Unbound {
    Unknown(Error),
    Sql(rusqlite::Error),
}

fn bind(statement: &mut Statement<'_>, bindings: &[Binding]) -> std::result::Result<(), Unbound> {
    let names: Vec<String> = (1..=statement.parameter_count())
        .map(|index| statement.parameter_name(index).and_then(|name| name.get(1..)).unwrap_or("").to_owned())
        .collect();
    for binding in bindings {
        if !names.contains(&binding.name) {
            let error = Error::usage(format!("the SQL has no parameter `{}`", binding.name));
            let known: Vec<_> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
            return Err(Unbound::Unknown(match known.is_empty() {
                true => error.help("it has none; a parameter is written :name in SQL"),
                false => error.help(suggestion(&binding.name, "its parameters", &known)),
            }));
        }
        for (index, _) in names.iter().enumerate().filter(|(_, name)| **name == binding.name) {
            let bound = match &binding.value {
                Value::Integer(number) => statement.raw_bind_parameter(index + 1, number),
                Value::Real(number) => statement.raw_bind_parameter(index + 1, number),
                Value::Text(text) => statement.raw_bind_parameter(index + 1, text),
            };
            bound.map_err(Unbound::Sql)?;
        }
    }
    Ok(())
}

/// A value as a cell.
pub fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_or(Cell::Blob(bytes), Cell::Text),
        ValueRef::Blob(bytes) => Cell::Blob(bytes),
    }
}

/// The keyword that `sql` starts with, past white space and comments.
fn first_word(mut sql: &str) -> String {
    loop {
        sql = sql.trim_start();
        let end = if sql.starts_with("--") {
            sql.find('\n')
        } else if sql.starts_with("/*") {
            sql.find("*/").map(|end| end + 2)
        } else {
            break;
        };
        sql = end.and_then(|end| sql.get(end..)).unwrap_or("");
    }
    let word: String = sql.chars().take_while(char::is_ascii_alphabetic).collect();
    match word.is_empty() {
        true => "a statement that writes".to_owned(),
        false => word.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::sql::bind_free;
    use crate::sql::fixture::{self, Collected};

    fn rows(sql: &str, params: &[&str]) -> Result<Collected> {
        let given: Vec<String> = params.iter().map(|param| (*param).to_owned()).collect();
        let mut sink = Collected::default();
        run(&fixture::small(), sql, &bind_free(&given)?, &mut sink)?;
        Ok(sink)
    }

    #[test]
    fn every_type_of_value_arrives_as_it_is() {
        let sql =
            "SELECT NULL AS a, 7 AS b, 0.5 AS c, 'é' AS d, x'00ff' AS e, CAST(x'ff' AS TEXT) AS f, '' AS a";
        let found = rows(sql, &[]).unwrap();
        assert_eq!(found.columns, ["a", "b", "c", "d", "e", "f", "a"]);
        assert_eq!(found.rows, [["NULL", "7", "0.5", "'é'", "x00ff", "xff", "''"]]);
        assert!(found.finished);
    }

    #[test]
    fn parameters_are_bound_by_name_and_null_without_a_value() {
        let sql = "SELECT :a, @b, $c, :d, ?, typeof(:a), :a";
        let found = rows(sql, &["a=1", "b=x", "c=0.5"]).unwrap();
        assert_eq!(found.rows, [["1", "'x'", "0.5", "NULL", "NULL", "'integer'", "1"]]);
    }

    #[test]
    fn a_value_for_no_parameter_is_a_usage_error() {
        let error = rows("SELECT :title", &["titel=x"]).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert_eq!(error.message(), "the SQL has no parameter `titel`");
        assert_eq!(error.remedy(), Some("did you mean `title`? its parameters: title"));
        assert!(rows("SELECT 1", &["x=1"]).unwrap_err().remedy().unwrap().starts_with("it has none"));
    }

    #[test]
    fn one_statement_is_run_no_more_no_less() {
        for sql in ["SELECT 1; SELECT 2", "SELECT 1;;; -- and\nSELECT 2;"] {
            assert_eq!(rows(sql, &[]).unwrap_err().message(), "there is more than one SQL statement");
        }
        for sql in ["", " \n", ";", "-- nothing", "/* nothing */ ;"] {
            assert_eq!(rows(sql, &[]).unwrap_err().message(), "there is no SQL statement to run", "{sql:?}");
        }
        assert_eq!(rows("-- one\nSELECT 1; -- only\n", &[]).unwrap().rows, [["1"]]);
    }

    #[test]
    fn nothing_is_written_even_without_the_guard() {
        let error = rows(" -- sly\n /* very */ delete from movie", &[]).unwrap_err();
        assert_eq!(error.message(), "DELETE is refused, because queries only read");
    }

    #[test]
    fn rows_are_handed_on_before_the_last_is_known() {
        let sql = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT abs(-9223372036854775807 - 1)";
        let mut sink = Collected::default();
        let error = run(&fixture::small(), sql, &[], &mut sink).unwrap_err();
        assert_eq!(error.message(), "integer overflow");
        assert_eq!((sink.rows.len(), sink.finished), (2, false));
    }

    #[test]
    fn a_failing_sink_stops_the_query() {
        struct Full;
        impl Sink for Full {
            fn columns(&mut self, _: &[&str]) -> Result<()> {
                Ok(())
            }
            fn row(&mut self, _: &[Cell<'_>]) -> Result<()> {
                Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe).into())
            }
            fn finish(&mut self) -> Result<()> {
                Ok(())
            }
        }
        let endless = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
        let error = run(&fixture::small(), endless, &[], &mut Full).unwrap_err();
        assert_eq!(error.kind(), Kind::ClosedPipe);
    }
}
