//! Times given as parameters, brought into the one form that the questions read.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::time::Timestamp;

/// Microseconds since 1970 of a time, or of the start of a date in UTC. The error says what is wrong.
pub fn moment(text: &str) -> Result<i64, &'static str> {
    let is_date = text.len() == 10;
    let time = if is_date { Timestamp::parse(&format!("{text}T00:00:00Z")) } else { Timestamp::parse(text) };
    time.map(Timestamp::micros)
}

/// The moment that `text` means, a time in any offset, a date or `now`, as the view `stream` has times:
/// in UTC, to the microsecond.
pub fn utc(text: &str) -> Option<String> {
    let moment = match text {
        "now" => Utc::now(),
        text => DateTime::from_timestamp_micros(moment(text).ok()?)?,
    };
    Some(moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

/// `text`, an RFC 3339 time or one with an offset such as `+0100` or none, as
/// `YYYY-MM-DDTHH:MM:SS.sss+HH:MM`, with the offset as it was written and `+00:00` for none.
///
/// `None` for what is not such a time, is finer than a millisecond, or is further from UTC than
/// the 14 hours that SQLite reads.
pub fn normalise(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    let (separator, rest) = rest.split_at_checked(1)?;
    let (clock, rest) = rest.split_at_checked(8)?;
    if !matches!(separator, "T" | "t" | " ") || !shaped(date, "dddd-dd-dd") || !shaped(clock, "dd:dd:dd") {
        return None;
    }
    NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    if clock.ends_with("60") {
        return None; // chrono would take it for a leap second, which SQLite does not know
    }
    NaiveTime::parse_from_str(clock, "%H:%M:%S").ok()?;

    let (milliseconds, offset) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, offset) = rest.split_at_checked(end)?;
            (fraction(digits)?, offset)
        }
        None => ("000".to_owned(), rest),
    };
    Some(format!("{date}T{clock}.{milliseconds}{}", offset_of(offset)?))
}

/// Three digits for a fraction of a second, if three say it all.
fn fraction(digits: &str) -> Option<String> {
    let significant = digits.trim_end_matches('0');
    let known = !digits.is_empty() && significant.len() <= 3;
    known.then(|| format!("{significant:0<3}"))
}

fn offset_of(text: &str) -> Option<String> {
    if matches!(text, "" | "Z" | "z") {
        return Some("+00:00".to_owned());
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, rest) = rest.split_at_checked(2)?;
    let minutes = rest.strip_prefix(':').unwrap_or(rest);
    if !matches!(sign, "+" | "-") || !shaped(hours, "dd") || !shaped(minutes, "dd") {
        return None;
    }
    let (h, m): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (m < 60 && h * 60 + m <= 14 * 60).then(|| format!("{sign}{hours}:{minutes}"))
}

/// Whether `text` follows `shape`, in which `d` stands for any digit.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_of_a_time_becomes_one() {
        for (given, expected) in [
            ("2021-12-25T07:00:00+01:00", "2021-12-25T07:00:00.000+01:00"),
            ("2021-12-25T07:00:00.5+0100", "2021-12-25T07:00:00.500+01:00"),
            ("2021-12-25 07:00:00.123000-0530", "2021-12-25T07:00:00.123-05:30"),
            ("2021-12-25t07:00:00z", "2021-12-25T07:00:00.000+00:00"),
            ("2021-12-25T07:00:00", "2021-12-25T07:00:00.000+00:00"),
            ("2020-02-29T23:59:59.999+14:00", "2020-02-29T23:59:59.999+14:00"),
        ] {
            assert_eq!(normalise(given).as_deref(), Some(expected), "{given}");
            assert_eq!(normalise(expected).as_deref(), Some(expected), "normal form of {given}");
        }
    }

    #[test]
    fn a_moment_is_one_in_any_offset() {
        for (given, expected) in [
            ("2021-12-25T07:00:00+01:00", "2021-12-25T06:00:00.000000Z"),
            ("2021-12-24 20:00:00.5-1000", "2021-12-25T06:00:00.500000Z"),
            ("2021-12-25T06:00:00.000001", "2021-12-25T06:00:00.000001Z"),
            ("2021-12-25", "2021-12-25T00:00:00.000000Z"),
            ("0987-01-01", "0987-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(utc(given).as_deref(), Some(expected), "{given}");
            assert_eq!(utc(expected).as_deref(), Some(expected), "normal form of {given}");
        }
        for given in ["", "yesterday", "2021-02-30", "2021-12-25T07:00", "25.12.2021"] {
            assert_eq!(utc(given), None, "{given}");
        }
        assert!(utc("now").is_some_and(|now| *now > *"2025-" && utc(&now) == Some(now)));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for given in [
            "",
            "yesterday",
            "2021-12-25",
            "2021-12-25T07:00",
            "2021-02-30T00:00:00Z",
            "2021-12-25T24:00:00Z",
            "2021-12-25T07:00:60Z",
            "2021-12-25T07:00:00.Z",
            "2021-12-25T07:00:00.0001Z",
            "2021-12-25T07:00:00 +01:00",
            "2021-12-25T07:00:00+1",
            "2021-12-25T07:00:00+01:60",
            "2021-12-25T07:00:00+15:00",
            "2021-12-25T07:00:00Zulu",
            "20211225T070000Z",
            "+021-12-25T07:00:00Z",
            "２０21-12-25T07:00:00Z",
            "2021-12-25T07:00:00é",
        ] {
            assert_eq!(normalise(given), None, "{given}");
        }
    }
}
