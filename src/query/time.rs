//! Times given as parameters, brought into the one form that the questions read.

use chrono::{NaiveDate, NaiveTime};

/// The form to tell a user.
pub(super) const FORM: &str = "a time such as 2021-12-25T07:00:00+01:00 (UTC where the offset is left out)";

/// `text`, an RFC 3339 time or one with an offset such as `+0100` or none, as
/// `YYYY-MM-DDTHH:MM:SS.sss+HH:MM`, with the offset as it was written and `+00:00` for none.
///
/// `None` for what is not such a time, is finer than a millisecond, or is further from UTC than
/// the 14 hours that SQLite reads.
pub(super) fn normalise(text: &str) -> Option<String> {
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
