//! The date of data, as names of files and folders tell it: of the night that they came, not of the time
//! at which they are loaded.

use chrono::{Datelike, NaiveDate, NaiveTime};
use std::fmt;
use std::ops::Range;

/// A date, perhaps with a time of day. Earlier ones are less.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DataDate(String);

impl DataDate {
    /// The date that `text` is, as in `2026-11-20`, `20261120` or `2026-11-20T0230`, and nothing else.
    pub fn parse(text: &str) -> Option<DataDate> {
        let (date, place) = at(text, 0)?;
        (place.len() == text.len()).then_some(date)
    }

    /// The last date in a name, and where in the name it stands. No digit stands directly beside it.
    pub fn find(name: &str) -> Option<(DataDate, Range<usize>)> {
        let starts = name.char_indices().filter(|(index, letter)| {
            let before = index.checked_sub(1).and_then(|before| name.as_bytes().get(before));
            letter.is_ascii_digit() && !before.is_some_and(u8::is_ascii_digit)
        });
        starts.rev().find_map(|(start, _)| at(name, start))
    }

    /// The date that three folders below one another tell, as in `2026/11/20`.
    pub fn of_folders(year: &str, month: &str, day: &str) -> Option<DataDate> {
        let lengths = [year.len(), month.len(), day.len()] == [4, 2, 2];
        lengths.then(|| DataDate::parse(&format!("{year}-{month}-{day}"))).flatten()
    }

    /// As it is kept: ISO-8601.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, without the time.
    pub fn day(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }
}

impl fmt::Display for DataDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The date that begins at `start`, and its place.
fn at(name: &str, start: usize) -> Option<(DataDate, Range<usize>)> {
    let rest = name.get(start..)?;
    let (year, month, day, mut length) = match rest.as_bytes() {
        [_, _, _, _, b'-' | b'_' | b'.', _, _, b'-' | b'_' | b'.', ..] => {
            (rest.get(..4)?, rest.get(5..7)?, rest.get(8..10)?, 10)
        }
        _ => (rest.get(..4)?, rest.get(4..6)?, rest.get(6..8)?, 8),
    };
    let day = NaiveDate::from_ymd_opt(number(year)?.try_into().ok()?, number(month)?, number(day)?)?;
    // What is not of our times is some other number.
    if !(1900..2200).contains(&day.year()) {
        return None;
    }
    let mut text = day.to_string();
    if let Some((time, taken)) = rest.get(length..).and_then(time) {
        text += &time;
        length += taken;
    }
    let digit_behind = rest.as_bytes().get(length).is_some_and(u8::is_ascii_digit);
    (!digit_behind).then(|| (DataDate(text), start..start + length))
}

/// The time of day that `text` begins with, as in `T0230`, `T02:30` or `T023015Z`, and how long it is.
fn time(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix(['T', 't'])?;
    let (mut parts, mut at) = (Vec::new(), 0);
    while parts.len() < 3 {
        let separated = at > 0 && matches!(rest.as_bytes().get(at), Some(b':' | b'-'));
        let from = at + usize::from(separated);
        let Some(part) = rest.get(from..from + 2).and_then(number) else { break };
        parts.push(part);
        at = from + 2;
    }
    let (hour, minute) = (*parts.first()?, *parts.get(1)?);
    let second = parts.get(2).copied().unwrap_or(0);
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let zulu = usize::from(matches!(rest.as_bytes().get(at), Some(b'Z' | b'z')));
    let form = if second == 0 { "T%H:%M" } else { "T%H:%M:%S" };
    Some((time.format(form).to_string(), 1 + at + zulu))
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_dates() {
        for (name, date) in [
            ("2026-11-20", Some("2026-11-20")),
            ("20261120", Some("2026-11-20")),
            ("2026-11-20T0230", Some("2026-11-20T02:30")),
            ("20261120T02:30", Some("2026-11-20T02:30")),
            ("2026-11-20T023015Z", Some("2026-11-20T02:30:15")),
            ("movies-2026-11-20.csv", Some("2026-11-20")),
            ("20261121_users.csv", Some("2026-11-21")),
            ("users20261121.csv", Some("2026-11-21")),
            ("authors.2021_12_01.json", Some("2021-12-01")),
            ("from-2026-11-01-to-2026-11-20", Some("2026-11-20")),
            ("2026-11-20T99", Some("2026-11-20")),
            ("é2026-11-20é", Some("2026-11-20")),
            ("2026-02-30", None),
            ("12345678", None),
            ("202611201", None),
            ("120261120", None),
            ("streams-1", None),
            ("2026", None),
            ("2026-11", None),
            ("", None),
        ] {
            let found = DataDate::find(name).map(|(date, _)| date.to_string());
            assert_eq!(found.as_deref(), date, "{name}");
        }
        assert_eq!(DataDate::find("movies-20261120T0230.csv").unwrap().1, 7..20);
    }

    #[test]
    fn a_date_alone_and_folders_of_one() {
        assert_eq!(DataDate::parse("20261120"), DataDate::parse("2026-11-20"));
        for text in ["2026-11-20 ", "x2026-11-20", "yesterday", "2026-11-31", "7"] {
            assert_eq!(DataDate::parse(text), None, "{text}");
        }
        assert_eq!(DataDate::of_folders("2026", "11", "20"), DataDate::parse("2026-11-20"));
        assert_eq!(DataDate::of_folders("2026", "1", "20"), None);
        assert!(DataDate::parse("2026-11-20") < DataDate::parse("2026-11-20T0230"));
        assert_eq!(DataDate::parse("2026-11-20T0230").unwrap().day(), "2026-11-20");
    }
}
