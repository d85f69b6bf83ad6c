//! Which state of the past is meant: a load, a delivery, a date or a time.

use chrono::{DateTime, Days, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::domain::DataDate;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::sql::time::moment;

/// The last load of the state that `text` means.
///
/// * `12` and `load:12`: after this load; `delivery:3`: after this delivery.
/// * A date, and `yesterday`: after the last delivery whose data is of that date or before. Where no
///   delivery has such a date, what was loaded by the end of that day, in UTC.
/// * A time: what was loaded by then.
pub fn resolve(conn: &Connection, text: &str) -> Result<i64> {
    let load = meant(conn, text)?;
    if let Some(pruned) = pruned(conn)?.filter(|pruned| load < *pruned) {
        return Err(Error::usage(format!(
            "what was known as of load {load} cannot be told any more: scli prune dropped the versions before load {pruned}"
        ))
        .help("a sealed copy of an earlier time has them"));
    }
    Ok(load)
}

/// The load before which old versions were dropped, if they were.
pub(super) fn pruned(conn: &Connection) -> Result<Option<i64>> {
    Ok(conn.query_row("SELECT max(load_id) FROM pruned", [], |row| row.get(0))?)
}

fn meant(conn: &Connection, text: &str) -> Result<i64> {
    let Some((first, last)) = conn.query_row("SELECT min(id), max(id) FROM load", [], |row| {
        Ok(row.get::<_, Option<i64>>(0)?.zip(row.get::<_, Option<i64>>(1)?))
    })?
    else {
        return Err(Error::usage("the ledger is empty: nothing was loaded yet")
            .help("load something first, as in: scli sync data"));
    };
    if let Some(number) = text.strip_prefix("delivery:") {
        return by_delivery(conn, number);
    }
    let number = text.strip_prefix("load:").unwrap_or(text);
    if is_number(number) {
        let known: Option<i64> = conn
            .query_row("SELECT id FROM load WHERE id = ?1", [number.parse::<i64>().ok()], |row| row.get(0))
            .optional()?;
        // Eight digits may be a date as well.
        return match (known, DataDate::parse(text)) {
            (Some(load), _) => Ok(load),
            (None, Some(date)) => by_date(conn, &date, text),
            (None, None) => Err(Error::usage(format!(
                "there is no load {number}: the ledger has loads {first} to {last}"
            ))
            .help("scli loads lists them")),
        };
    }
    let yesterday = || (Utc::now() - Days::new(1)).format("%Y-%m-%d").to_string();
    let told = if text == "yesterday" { yesterday() } else { text.to_owned() };
    // A time to the second is one at which something was known; all else that is a date is one of data.
    if let Some(date) =
        DataDate::parse(&told).filter(|date| moment(&told).is_err() || date.as_str().len() == 10)
    {
        return by_date(conn, &date, text);
    }
    let time = moment(&told).map_err(|what| {
        Error::usage(format!("`{text}` is neither a load nor a time: {what}")).help(
            "give a load's number, delivery:N, a date such as 2021-12-24, a time such as \
             2021-12-24T18:00:00+01:00, or yesterday",
        )
    })?;
    by_time(conn, time, text)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn by_delivery(conn: &Connection, number: &str) -> Result<i64> {
    let id = is_number(number).then(|| number.parse::<i64>().ok()).flatten();
    let load: Option<i64> =
        conn.query_row("SELECT max(id) FROM load WHERE delivery_id = ?1", [id], |row| row.get(0))?;
    load.ok_or_else(|| {
        Error::usage(format!("there is no delivery {number} with a load"))
            .help("scli loads --deliveries lists them")
    })
}

/// The last delivery of the date or before, if those before it are of no later date: a state that mixes in what
/// came of later dates never was that of the date.
fn by_date(conn: &Connection, date: &DataDate, told: &str) -> Result<i64> {
    // Of a day, all deliveries count, whatever the time behind their date.
    let (column, until) = match date.as_str() == date.day() {
        true => ("substr(date, 1, 10)", date.day()),
        false => ("date", date.as_str()),
    };
    let sql = format!(
        "SELECT max(id), (SELECT min(id) FROM delivery WHERE outcome = 'done' AND {column} > ?1)
         FROM delivery WHERE outcome = 'done' AND {column} <= ?1
            AND id < coalesce((SELECT min(id) FROM delivery WHERE outcome = 'done' AND {column} > ?1), id + 1)"
    );
    let (found, later): (Option<i64>, Option<i64>) =
        conn.query_row(&sql, [until], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some(delivery) = found {
        return by_delivery(conn, &delivery.to_string());
    }
    let some = format!("SELECT 1 FROM delivery WHERE outcome = 'done' AND {column} <= ?1");
    if conn.prepare(&some)?.exists([until])? {
        let later = later.unwrap_or_default();
        return Err(Error::usage(format!(
            "the warehouse never stood as of {told}: delivery {later}, of a later date, was loaded before those of that date"
        ))
        .help("scli loads --deliveries lists them in their order; name one with delivery:N"));
    }
    // No delivery has a date that early: then the day on which something was loaded is meant.
    let end = DateTime::parse_from_rfc3339(&format!("{}T23:59:59.999999Z", date.day()))
        .map_err(|error| Error::usage(format!("`{date}`: {error}")))?;
    by_time(conn, end.timestamp_micros(), told)
}

fn by_time(conn: &Connection, time: i64, told: &str) -> Result<i64> {
    let mut statement = conn.prepare(
        "SELECT id, finished_at FROM load WHERE outcome = 'done' AND finished_at IS NOT NULL ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let (mut known, mut why) = (None, "no load was ever done".to_owned());
    // A load rests on all before it, so none was known before they were, whatever the clock said by then.
    while let Some(row) = rows.next()? {
        let finished_at: String = row.get(1)?;
        if Timestamp::parse(&finished_at).is_ok_and(|finished| finished.micros() > time) {
            why = format!("the first load was done at {finished_at}");
            break;
        }
        known = Some(row.get(0)?);
    }
    known.ok_or_else(|| Error::usage(format!("nothing was known at {told}: {why}")))
}

/// When a load ended, as the ledger has it.
pub fn finished_at(conn: &Connection, load: i64) -> Result<Option<String>> {
    let time = conn.query_row("SELECT finished_at FROM load WHERE id = ?1", [load], |row| row.get(0));
    Ok(time.optional()?.flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::fixture;

    fn ledger(sql: &str) -> Connection {
        let conn = fixture::small();
        conn.execute_batch(
            "UPDATE load SET finished_at = '2022-01-01T00:00:00.500Z';
             INSERT INTO load (id, model, source, collector, started_at, finished_at, outcome, version) VALUES
                 (2, 'movie', '-', 'csv', '', '2022-01-02T00:00:00.000Z', 'done', '0.1.0'),
                 (3, 'movie', '-', 'csv', '', '2022-01-02T12:00:00.000Z', 'failed', '0.1.0'),
                 (4, 'movie', '-', 'csv', '', '2022-01-03T00:00:00.000Z', 'done', '0.1.0');",
        )
        .unwrap();
        conn.execute_batch(sql).unwrap();
        conn
    }

    #[test]
    fn a_load_or_a_time_is_resolved() {
        let conn = ledger("");
        for (text, load) in [
            ("1", 1),
            ("load:1", 1),
            ("3", 3),
            ("2022-01-01", 1),
            ("2022-01-02", 2),
            ("2022-01-01T00:00:00.5Z", 1),
            ("2022-01-02T23:59:59", 2),
            ("2022-01-03T01:00:00+01:00", 4),
            ("2099-12-31", 4),
            ("yesterday", 4),
        ] {
            assert_eq!(resolve(&conn, text), Ok(load), "{text}");
        }
        for (text, message) in [
            ("5", "there is no load 5: the ledger has loads 1 to 4"),
            ("99999999999999999999", "there is no load 99999999999999999999: the ledger has loads 1 to 4"),
            ("delivery:7", "there is no delivery 7 with a load"),
            ("delivery:x", "there is no delivery x with a load"),
            (
                "2021-12-31",
                "nothing was known at 2021-12-31: the first load was done at 2022-01-01T00:00:00.500Z",
            ),
            ("2022-02-30", "`2022-02-30` is neither a load nor a time: a date that does not exist"),
        ] {
            assert_eq!(resolve(&conn, text).unwrap_err().message(), message);
        }
        for text in ["", "tomorrow", "-1", "2022-01-02T", "1.5", "é", "load:", "delivery:"] {
            assert!(resolve(&conn, text).is_err(), "{text}");
        }
        let error = resolve(&fixture::empty(), "1").unwrap_err();
        assert_eq!(error.message(), "the ledger is empty: nothing was loaded yet");
    }

    #[test]
    fn a_clock_that_was_moved_back_does_not_change_the_order() {
        let conn = ledger(
            "INSERT INTO load (id, model, source, collector, started_at, finished_at, outcome, version) VALUES
                 (5, 'movie', '-', 'csv', '', '2020-01-01T00:00:00.000Z', 'done', '0.1.0'),
                 (6, 'movie', '-', 'csv', '', '2022-02-01T00:00:00.000Z', 'done', '0.1.0');",
        );
        let told = "nothing was known at 2020-06-01: the first load was done at 2022-01-01T00:00:00.500Z";
        assert_eq!(resolve(&conn, "2020-06-01").unwrap_err().message(), told);
        for (text, load) in [("2022-01-01", 1), ("2022-01-02", 2), ("2022-01-03", 5), ("2022-02-01", 6)] {
            assert_eq!(resolve(&conn, text), Ok(load), "{text}");
        }
    }

    #[test]
    fn a_date_is_one_of_data() {
        let conn = ledger(
            "INSERT INTO delivery (id, date, source, started_at, outcome) VALUES
                 (11, '2026-11-20', '', '', 'done'), (12, '2026-11-21', '', '', 'done'),
                 (13, '2026-11-22T02:30', '', '', 'done'), (14, '2026-11-20', '', '', 'done'),
                 (15, '2026-11-23', '', '', 'failed');
             INSERT INTO load (id, model, source, collector, started_at, version, delivery_id) VALUES
                 (5, 'movie', '', '', '', '', 11), (6, 'user', '', '', '', '', 11), (7, 'movie', '', '', '', '', 12),
                 (8, 'movie', '', '', '', '', 13), (9, 'movie', '', '', '', '', 14);",
        );
        for (text, load) in [
            ("2026-11-20", 6),
            ("20261120", 6),
            ("2026-11-21", 7),
            ("2026-11-22T0229", 7),
            ("2026-11-22T0230", 9),
            ("2026-11-22", 9),
            ("2026-11-30", 9),
            ("delivery:11", 6),
        ] {
            assert_eq!(resolve(&conn, text), Ok(load), "{text}");
        }
        // Before any date of data, when it was loaded counts.
        assert_eq!(resolve(&conn, "2022-01-02"), Ok(2));
        conn.execute_batch("UPDATE delivery SET date = '2026-12-01' WHERE id = 11").unwrap();
        let error = resolve(&conn, "2026-11-21").unwrap_err();
        assert!(
            error.message().starts_with("the warehouse never stood as of 2026-11-21: delivery 11"),
            "{error}"
        );
    }
}
