//! Dates on an axis, in UTC.

use chrono::{DateTime, Datelike};

use super::Tick;

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// A day, counted from 1970, as in `24 Dec 2021`.
pub(in crate::render) fn day(day: i64) -> String {
    time(day.saturating_mul(DAY)).map_or(format!("day {day}"), |time| time.format("%-d %b %Y").to_string())
}

/// A moment, in microseconds since 1970, as in `07:00`, or as in `25 Dec` at midnight.
pub(in crate::render) fn clock(micros: i64) -> String {
    let seconds = micros.div_euclid(MICROS);
    let form = if seconds.rem_euclid(DAY) == 0 { "%-d %b" } else { "%H:%M" };
    time(seconds).map_or(String::new(), |time| time.format(form).to_string())
}

/// Ticks for the days from `first` until before `end`, on days of the month that are easy to count from.
pub(in crate::render) fn days_of(first: i64, end: i64) -> Vec<Tick> {
    let form = |day: i64, form: &str| time(day * DAY).map(|time| time.format(form).to_string());
    let tick = |day: i64, label: Option<String>| Some(Tick { at: day as f64, label: label? });
    match end.saturating_sub(first) {
        days if days <= 12 => (first..end).filter_map(|day| tick(day, form(day, "%-d %b"))).collect(),
        days if days <= 62 => {
            let wanted = |day: &i64| {
                time(day * DAY).is_some_and(|time| matches!(time.day(), 1 | 5 | 10 | 15 | 20 | 25))
            };
            (first..end).filter(wanted).filter_map(|day| tick(day, form(day, "%-d %b"))).collect()
        }
        days if days <= 40 * 366 => months(first, end, days),
        _ => Vec::new(),
    }
}

/// Starts of months, of every third or of years, so that at most a dozen are written.
fn months(first: i64, end: i64, days: i64) -> Vec<Tick> {
    let every = [1, 3, 6, 12, 24, 60, 120].into_iter().find(|every| days / 30 / every <= 12).unwrap_or(120);
    let starts = |day: &i64| {
        time(day * DAY).is_some_and(|time| {
            time.day() == 1 && (i64::from(time.year()) * 12 + i64::from(time.month0())) % every == 0
        })
    };
    let form = if every < 12 { "%b %Y" } else { "%Y" };
    (first..end)
        .filter(starts)
        .filter_map(|day| Some(Tick { at: day as f64, label: time(day * DAY)?.format(form).to_string() }))
        .collect()
}

fn time(seconds: i64) -> Option<DateTime<chrono::Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(first: i64, end: i64) -> Vec<String> {
        days_of(first, end).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn days_and_clocks_read_as_people_write_them() {
        assert_eq!(day(18_985), "24 Dec 2021");
        assert_eq!(day(-1), "31 Dec 1969");
        assert_eq!(day(i64::MAX), format!("day {}", i64::MAX));
        assert_eq!(clock(1_640_415_600_000_000), "07:00");
        assert_eq!(clock(1_640_390_400_000_000), "25 Dec");
    }

    #[test]
    fn ticks_are_as_dense_as_there_is_room_for() {
        assert_eq!(labels(18_985, 18_987), ["24 Dec", "25 Dec"]);
        assert_eq!(labels(18_961, 18_992), ["1 Dec", "5 Dec", "10 Dec", "15 Dec", "20 Dec", "25 Dec"]);
        assert_eq!(labels(18_900, 18_994), ["Oct 2021", "Nov 2021", "Dec 2021", "Jan 2022"]);
        assert_eq!(labels(18_262, 18_262 + 3 * 365).len(), 12);
        assert!(labels(0, 30 * 366).len() <= 16);
        assert!(labels(i64::MIN, i64::MAX).is_empty());
    }
}
