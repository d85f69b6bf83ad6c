//! Points in time, to the microsecond, with the offset that they were written in.

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;

/// A point in time between the years 1 and 9999 (UTC), and how it was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z.
    micros: i64,
    /// How it was written, in the one form that ids are made from.
    written: Form,
}

/// What a time looks like, for messages.
const FORM: &str = "not a time of the form 2021-12-06T19:30:19.099+0100";

impl Timestamp {
    /// Reads RFC 3339 and the vendor's form: `T` or a space, 0 to 6 fraction digits, then an offset
    /// `+0100`, `+01:00` or `Z`, or none, which means UTC. The error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut rest = text.as_bytes();
        let whole = rest;
        let year = digits(&mut rest, 4)?;
        expect(&mut rest, b"-")?;
        let month = digits(&mut rest, 2)?;
        expect(&mut rest, b"-")?;
        let day = digits(&mut rest, 2)?;
        expect(&mut rest, b"Tt ")?;
        let hour = digits(&mut rest, 2)?;
        expect(&mut rest, b":")?;
        let minute = digits(&mut rest, 2)?;
        expect(&mut rest, b":")?;
        let second = digits(&mut rest, 2)?;
        let fraction = fraction(&mut rest)?;
        let offset = offset(rest)?;

        if year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return Err("a date that does not exist");
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err("a time of day that does not exist");
        }
        let local = days_since_epoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        let micros = (local - i64::from(offset.unwrap_or(0)) * 60) * SECOND + fraction;
        // 0001-01-01 and 9999-12-31 in UTC: what ISO-8601 dates and SQLite's functions can hold.
        if !(-62_135_596_800 * SECOND..253_402_300_800 * SECOND).contains(&micros) {
            return Err("before the year 1 or after the year 9999 in UTC");
        }
        let mut written = Form::default();
        written.push(whole.get(..10).unwrap_or_default());
        written.push(b" ");
        written.push(whole.get(11..19).unwrap_or_default());
        written.fraction(fraction as u64);
        if let Some(offset) = offset {
            written.push(if offset < 0 { b"-" } else { b"+" });
            written.number(u64::from(offset.unsigned_abs()) / 60, 2);
            written.push(b":");
            written.number(u64::from(offset.unsigned_abs()) % 60, 2);
        }
        Ok(Timestamp { micros, written })
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.micros
    }

    /// ISO-8601 in UTC, with six fraction digits, or none if they are zero.
    pub fn to_utc(self) -> String {
        let mut text = Form::default();
        text.civil(self.micros);
        text.push(b"Z");
        text.as_str().to_owned()
    }

    /// The form that a stream's id is made from: in its own offset, a space between date and time,
    /// six fraction digits or none if zero, the offset as `+01:00`, nothing where there was none.
    pub fn as_written(&self) -> &Form {
        &self.written
    }
}

/// The text of a time, made without an allocation.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Form {
    // 2021-12-06 19:30:19.099000+01:00 is 32 bytes.
    bytes: [u8; 32],
    length: usize,
}

impl Form {
    /// The text's bytes, all ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// A moment, of microseconds since 1970-01-01T00:00:00Z, as the view `stream` has it: always with six digits.
    pub fn in_utc(micros: i64) -> Form {
        let mut text = Form::default();
        text.civil(micros);
        if micros.rem_euclid(SECOND) == 0 {
            text.push(b".000000");
        }
        text.push(b"Z");
        text
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.length..self.length + bytes.len()) {
            place.copy_from_slice(bytes);
            self.length += bytes.len();
        }
    }

    fn number(&mut self, mut number: u64, width: usize) {
        if let Some(place) = self.bytes.get_mut(self.length..self.length + width) {
            for digit in place.iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
            self.length += width;
        }
    }

    fn fraction(&mut self, micros: u64) {
        if micros != 0 {
            self.push(b".");
            self.number(micros, 6);
        }
    }

    fn civil(&mut self, micros: i64) {
        let seconds = micros.div_euclid(SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let second = seconds.rem_euclid(86_400) as u64;
        self.number(year as u64, 4);
        self.push(b"-");
        self.number(month as u64, 2);
        self.push(b"-");
        self.number(day as u64, 2);
        self.push(b"T");
        self.number(second / 3600, 2);
        self.push(b":");
        self.number(second / 60 % 60, 2);
        self.push(b":");
        self.number(second % 60, 2);
        self.fraction(micros.rem_euclid(SECOND) as u64);
    }
}

fn digits(rest: &mut &[u8], count: usize) -> Result<i64, &'static str> {
    let (number, after) = rest.split_at_checked(count).ok_or(FORM)?;
    *rest = after;
    number.iter().try_fold(0, |n, digit| match digit {
        b'0'..=b'9' => Ok(n * 10 + i64::from(digit - b'0')),
        _ => Err(FORM),
    })
}

fn expect(rest: &mut &[u8], one_of: &[u8]) -> Result<(), &'static str> {
    match rest.split_first() {
        Some((first, after)) if one_of.contains(first) => {
            *rest = after;
            Ok(())
        }
        _ => Err(FORM),
    }
}

/// Microseconds after the full second.
fn fraction(rest: &mut &[u8]) -> Result<i64, &'static str> {
    if expect(rest, b".").is_err() {
        return Ok(0);
    }
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match count {
        0 => Err(FORM),
        1..=6 => Ok((count..6).fold(digits(rest, count)?, |n, _| n * 10)),
        _ => Err("more than six fraction digits: times are kept to the microsecond"),
    }
}

/// Minutes east of UTC, from everything that is left.
fn offset(mut rest: &[u8]) -> Result<Option<i16>, &'static str> {
    let sign = match rest {
        [] => return Ok(None),
        [b'Z' | b'z'] => return Ok(Some(0)),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return Err(FORM),
    };
    expect(&mut rest, b"+-")?;
    let hours = digits(&mut rest, 2)?;
    if rest.len() == 3 {
        expect(&mut rest, b":")?;
    }
    let minutes = digits(&mut rest, 2)?;
    if !rest.is_empty() {
        return Err(FORM);
    }
    if hours > 23 || minutes > 59 {
        return Err("an offset that does not exist");
    }
    Ok(Some((sign * (hours * 60 + minutes)) as i16))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar: counted in 400-year eras whose years
/// begin in March, so that the leap day comes last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

/// The inverse of [`days_since_epoch`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn utc(text: &str) -> Result<String, &'static str> {
        Timestamp::parse(text).map(Timestamp::to_utc)
    }

    #[test]
    fn every_form_is_read() {
        for (text, expected) in [
            ("2021-12-06T19:30:19.099+0100", "2021-12-06T18:30:19.099000Z"),
            ("2021-12-06T19:30:19.099+01:00", "2021-12-06T18:30:19.099000Z"),
            ("2021-12-06 18:30:19.099Z", "2021-12-06T18:30:19.099000Z"),
            ("2021-12-06T18:30:19.099", "2021-12-06T18:30:19.099000Z"),
            ("2021-12-06t18:30:19z", "2021-12-06T18:30:19Z"),
            ("2021-12-06T18:30:19.1", "2021-12-06T18:30:19.100000Z"),
            ("2021-12-06T18:30:19.000001-0000", "2021-12-06T18:30:19.000001Z"),
            ("2022-01-01T00:30:00+0545", "2021-12-31T18:45:00Z"),
            ("1956-02-29T23:59:59-09:30", "1956-03-01T09:29:59Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2021-12-06",
            "2021-12-06T19:30",
            "2021-12-06T19:30:19.",
            "2021-12-06T19:30:19.1234567",
            "2021-12-06T19:30:19+01",
            "2021-12-06T19:30:19+010",
            "2021-12-06T19:30:19+01000",
            "2021-12-06T19:30:19+01-00",
            "2021-12-06T19:30:19 +0100",
            "2021-12-06T19:30:19Z ",
            "2021-12-06T19:30:60Z",
            "2021-12-06T24:00:00Z",
            "2021-12-06T19:30:19+2400",
            "2021-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2021-13-01T00:00:00Z",
            "2021-00-01T00:00:00Z",
            "2021-01-00T00:00:00Z",
            "2021-04-31T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+0100",
            "9999-12-31T23:59:59-0100",
            "+021-12-06T19:30:19Z",
            "2021/12/06T19:30:19Z",
            "1638815419",
            "٢٠٢١-12-06T19:30:19Z",
        ] {
            assert!(utc(text).is_err(), "{text}");
        }
    }

    #[test]
    fn as_written_keeps_the_offset() {
        for (text, expected) in [
            ("2021-12-06T19:30:19.099+0100", "2021-12-06 19:30:19.099000+01:00"),
            ("2021-12-06T19:30:19Z", "2021-12-06 19:30:19+00:00"),
            ("2021-12-06T19:30:19-0000", "2021-12-06 19:30:19+00:00"),
            ("2021-12-06T19:30:19-0930", "2021-12-06 19:30:19-09:30"),
            ("2021-12-06T19:30:19", "2021-12-06 19:30:19"),
            ("2021-12-06T19:30:19.5", "2021-12-06 19:30:19.500000"),
        ] {
            assert_eq!(
                Timestamp::parse(text).map(|time| time.as_written().as_str().to_owned()).as_deref(),
                Ok(expected)
            );
        }
    }

    #[test]
    fn the_calendar_agrees_with_chrono() {
        let mut day = chrono::NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        while let Some(next) = day
            .checked_add_days(chrono::Days::new(13))
            .filter(|day| *day < chrono::NaiveDate::from_ymd_opt(9999, 12, 31).unwrap())
        {
            let text = day.format("%Y-%m-%dT12:34:56.789012+01:00").to_string();
            let ours = Timestamp::parse(&text).unwrap();
            let theirs = DateTime::parse_from_rfc3339(&text).unwrap();
            assert_eq!(ours.micros(), theirs.timestamp_micros(), "{text}");
            assert_eq!(ours.to_utc(), theirs.to_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
            day = next;
        }
    }
}
