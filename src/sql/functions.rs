//! Functions that SQLite itself has not: `median`, `percentile` and `regexp`, for SQL from outside.
//!
//! Nothing that is shipped uses them: pasted into another program it would not run. In views they cannot be called.

use regex::Regex;
use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Type, ValueRef};
use std::borrow::Cow;

/// How the message about a pattern that cannot be used begins.
pub(super) const BAD_PATTERN: &str = "not a regular expression";

/// Adds the functions to a connection.
pub(super) fn add(conn: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    conn.create_aggregate_function("median", 1, flags, Percentile { name: "median" })?;
    conn.create_aggregate_function("percentile", 2, flags, Percentile { name: "percentile" })?;
    conn.create_scalar_function("regexp", 2, flags, regexp)
}

/// Whether a pattern matches somewhere in a text; NULL if either is. `text REGEXP pattern` calls it too. The time
/// grows with the length of the text alone, whatever the pattern.
fn regexp(context: &Context<'_>) -> rusqlite::Result<Option<bool>> {
    if (0..2).any(|at| context.get_raw(at).data_type() == Type::Null) {
        return Ok(None);
    }
    let pattern = context.get_or_create_aux(0, |value| -> Result<Regex, String> {
        let pattern = text(value)?;
        Regex::new(&pattern).map_err(|error| format!("`{pattern}` is {BAD_PATTERN}: {}", reason(&error)))
    })?;
    let text = text(context.get_raw(1)).map_err(failed)?;
    Ok(Some(pattern.is_match(&text)))
}

/// A value as text, as SQLite compares it with one.
fn text(value: ValueRef<'_>) -> Result<Cow<'_, str>, String> {
    match value {
        ValueRef::Null => Ok(Cow::Borrowed("")),
        ValueRef::Integer(number) => Ok(number.to_string().into()),
        ValueRef::Real(number) => Ok(format!("{number:?}").into()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| "regexp() takes text, and this is not UTF-8".to_owned()),
    }
}

/// Why a pattern is none, in one line; the crate draws a picture of it.
fn reason(error: &regex::Error) -> String {
    let told = match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        error => error.to_string(),
    };
    told.rsplit("error: ").next().unwrap_or_default().trim().to_owned()
}

fn failed(message: String) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(message.into())
}

/// The value below which a share of the values lies, interpolated between the two that are nearest; `median` is that
/// of a half. As in the extension of SQLite of the same name, a share is in percent, NULL is passed over, and of
/// nothing there is none.
struct Percentile {
    name: &'static str,
}

/// The values of one group, and the percentage, which is the same for all of them.
#[derive(Default)]
struct Values {
    percent: Option<f64>,
    numbers: Vec<f64>,
}

impl Percentile {
    fn number(&self, value: ValueRef<'_>, what: &str) -> rusqlite::Result<f64> {
        match value {
            ValueRef::Integer(number) => Ok(number as f64),
            ValueRef::Real(number) => Ok(number),
            ValueRef::Null => Err(failed(format!("{}(): {what} is NULL", self.name))),
            ValueRef::Text(_) | ValueRef::Blob(_) => {
                Err(failed(format!("{}(): {what} is not a number", self.name)))
            }
        }
    }

    fn percent(&self, context: &Context<'_>) -> rusqlite::Result<f64> {
        if context.len() < 2 {
            return Ok(50.0);
        }
        let percent = self.number(context.get_raw(1), "the percentage")?;
        match (0.0..=100.0).contains(&percent) {
            true => Ok(percent),
            false => Err(failed(format!("{}(): the percentage {percent} is not from 0 to 100", self.name))),
        }
    }
}

impl Aggregate<Values, Option<f64>> for Percentile {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Values> {
        Ok(Values::default())
    }

    fn step(&self, context: &mut Context<'_>, values: &mut Values) -> rusqlite::Result<()> {
        let percent = self.percent(context)?;
        if values.percent.replace(percent).is_some_and(|known| known.to_bits() != percent.to_bits()) {
            return Err(failed(format!("{}(): the percentage is not the same in all rows", self.name)));
        }
        if context.get_raw(0).data_type() != Type::Null {
            values.numbers.push(self.number(context.get_raw(0), "a value")?);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, values: Option<Values>) -> rusqlite::Result<Option<f64>> {
        Ok(values.and_then(|values| percentile(values.numbers, values.percent.unwrap_or(50.0))))
    }
}

fn percentile(mut numbers: Vec<f64>, percent: f64) -> Option<f64> {
    let place = percent / 100.0 * numbers.len().checked_sub(1)? as f64;
    let (_, lower, above) = numbers.select_nth_unstable_by(place.floor() as usize, f64::total_cmp);
    let share = place.fract();
    let next = above.iter().copied().min_by(f64::total_cmp);
    Some(match next {
        Some(next) if share > 0.0 => *lower + (next - *lower) * share,
        _ => *lower,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql: &str) -> String {
        let conn = Connection::open_in_memory().unwrap();
        add(&conn).unwrap();
        let value = conn.query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0));
        value.map_or_else(|error| error.to_string(), |value| format!("{value:?}"))
    }

    #[test]
    fn percentiles_are_interpolated_and_pass_over_null() {
        let of =
            |values: &str, call: &str| told(&format!("WITH t (x) AS (VALUES {values}) SELECT {call} FROM t"));
        assert_eq!(of("(3), (1), (NULL), (2)", "median(x)"), "Real(2.0)");
        assert_eq!(of("(4), (1), (2), (3.5)", "median(x)"), "Real(2.75)");
        assert_eq!(of("(4), (1), (2), (3)", "percentile(x, 0)"), "Real(1.0)");
        assert_eq!(of("(4), (1), (2), (3)", "percentile(x, 100)"), "Real(4.0)");
        assert_eq!(of("(4), (1), (2), (3)", "percentile(x, 25)"), "Real(1.75)");
        assert_eq!(of("(NULL)", "median(x)"), "Null");
        assert_eq!(told("SELECT median(x) FROM (SELECT 1 AS x WHERE 0)"), "Null");
        for (call, message) in [
            ("median('x')", "median(): a value is not a number"),
            ("percentile(x, 101)", "percentile(): the percentage 101 is not from 0 to 100"),
            ("percentile(x, NULL)", "percentile(): the percentage is NULL"),
            ("percentile(x, x)", "percentile(): the percentage is not the same in all rows"),
        ] {
            assert_eq!(of("(1), (2)", call), message);
        }
    }

    /// All values, sorted, tell the same as what is found without sorting.
    #[test]
    fn a_percentile_is_that_of_the_sorted_values() {
        let mut state = 7_u64;
        for count in 1..60_usize {
            let numbers: Vec<f64> = (0..count)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 40) as f64 / 16.0 - 9.0
                })
                .collect();
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            for percent in [0.0, 10.0, 33.3, 50.0, 95.0, 100.0] {
                let place = percent / 100.0 * (count - 1) as f64;
                let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
                let expected = low + (high - low) * place.fract();
                assert_eq!(percentile(numbers.clone(), percent), Some(expected), "{percent} of {count}");
            }
        }
    }

    #[test]
    fn patterns_match_anywhere_and_null_matches_nothing() {
        for (sql, value) in [
            ("'Amélie' REGEXP '^am'", "Integer(0)"),
            ("'Amélie' REGEXP '(?i)^AMÉ'", "Integer(1)"),
            ("regexp('é', 'Amélie')", "Integer(1)"),
            ("2021 REGEXP '^20\\d\\d$'", "Integer(1)"),
            ("NULL REGEXP 'x'", "Null"),
            ("'x' REGEXP NULL", "Null"),
            ("x'ff' REGEXP 'x'", "regexp() takes text, and this is not UTF-8"),
            ("'x' REGEXP '('", "`(` is not a regular expression: unclosed group"),
            (
                "'x' REGEXP '(\\w{1000}){1000}'",
                "`(\\w{1000}){1000}` is not a regular expression: it is too large",
            ),
        ] {
            assert_eq!(told(&format!("SELECT {sql}")), value, "{sql}");
        }
    }

    #[test]
    fn a_pattern_that_would_never_end_elsewhere_ends_here() {
        let text = "a".repeat(100_000);
        assert_eq!(told(&format!("SELECT '{text}!' REGEXP '^(a+)+$'")), "Integer(0)");
    }

    #[test]
    fn views_cannot_call_them() {
        let conn = Connection::open_in_memory().unwrap();
        add(&conn).unwrap();
        conn.execute_batch("CREATE VIEW v AS SELECT median(1) AS m").unwrap();
        let error = conn.query_row("SELECT m FROM v", [], |row| row.get::<_, f64>(0)).unwrap_err();
        assert!(error.to_string().contains("unsafe use of median()"), "{error}");
    }
}
