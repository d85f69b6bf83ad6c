//! Which picture belongs to which question.

use super::super::chart::{
    Band, Bar, Bracket, Caption, Histogram, Mark, Tick, Timeline, clock_step, day, days_of, ends, multiples,
    range, round_step, squares,
};
use super::figure::figure;
use super::own;
use crate::question::{Answer, Classes, Explained, Number, Portrait, Session, Windows};
use crate::sql::{Cell, Kept};

/// The bars of a histogram, about.
const BARS: i64 = 75;

/// The bars of days, so that two months have one for each.
const DAYS: i64 = 124;

/// The sessions that the line of time shows.
const SESSIONS: usize = 40;

/// As many movies as can be told apart as squares.
const SQUARES: u64 = 600;

const DAY: f64 = 86_400e6;

/// The picture of a question, with its caption; nothing for a question that has none, or without data.
pub(super) fn of_question(portrait: &Portrait<'_>, explained: &Explained<'_>) -> String {
    if let Some(plot) = &explained.question.plot {
        return own::of(explained, plot);
    }
    if explained.question.file.is_some() {
        return String::new();
    }
    match explained.answer.question.as_str() {
        "streamed_movies_based_on_books" => share(explained),
        "users_affected_by_outage" => outage(portrait, explained.sheet.total),
        "average_stream_duration" => durations(&portrait.durations, explained.answer),
        "median_stream_size" => sizes(&portrait.sizes, explained.answer),
        "users_watching_half_a_movie" => by_day(&portrait.by_day, &portrait.week),
        _ => String::new(),
    }
}

fn share(explained: &Explained<'_>) -> String {
    let sheet = &explained.sheet;
    if sheet.total == 0 || sheet.total > SQUARES {
        return String::new();
    }
    let movies: Vec<(bool, String)> = sheet
        .column("movie")
        .zip(sheet.column("corrected"))
        .map(|(movie, counts)| {
            let title = if let Cell::Text(title) = movie.cell() { title.to_owned() } else { String::new() };
            (*counts == Kept::Integer(1), title)
        })
        .collect();
    let based = movies.iter().filter(|(is_based, _)| *is_based).count();
    let text = format!("A square is a movie: {based} of {} are filled, being based on a book.", movies.len());
    let caption = Caption { id: "share", title: "Streamed movies.", text: &text };
    figure(&caption, &squares(&caption, &movies))
}

fn outage(portrait: &Portrait<'_>, total: u64) -> String {
    let Windows { published, corrected } = portrait.outage;
    let bands = [
        Band { range: published, label: "published window", class: "published" },
        Band { range: corrected, label: "corrected window", class: "corrected" },
    ];
    let mut sessions: Vec<&Session> = portrait.sessions.iter().collect();
    sessions.sort_by_key(|session| (session.start_at, session.end_at));
    // Of many, some that are spread over all.
    let every = sessions.len().div_ceil(SESSIONS).max(1);
    let sessions = sessions.into_iter().step_by(every);
    let bars: Vec<Bar<'_>> = sessions
        .map(|session| {
            let (label, class) = match (session.published, session.corrected) {
                (true, false) => ("published only", "published"),
                (false, _) => ("corrected only", "corrected"),
                (true, true) => ("both", "both"),
            };
            Bar { range: (session.start_at, session.end_at), name: &session.user, label, class }
        })
        .collect();
    let text = match bars.len() {
        0 => "No session counts in either reading.".to_owned(),
        drawn => {
            let few = match total {
                total if total > drawn as u64 => format!(" Drawn are {drawn} of {total}."),
                _ => String::new(),
            };
            format!(
                "A bar is a session of the movie, and says in which reading it counts; one with a point goes \
                 on beyond the picture.{few}"
            )
        }
    };
    let caption = Caption { id: "outage", title: "Sessions around the outage.", text: &text };
    let timeline = Timeline { caption, bands: &bands, bars: &bars };
    let picture = timeline.draw();
    figure(&timeline.caption, &picture)
}

fn durations(classes: &Classes, answer: &Answer) -> String {
    let Some(median) = classes.median() else { return String::new() };
    let bin = clock_step(range(&classes.0), BARS);
    let average = answer.reading("corrected").map(seconds).unwrap_or_default();
    let text = format!(
        "A bar is {}. The average is {}, the median {}.",
        length(bin),
        clock(average / 60.0),
        clock(median as f64)
    );
    let caption = Caption { id: "durations", title: "Streams by duration.", text: &text };
    let histogram = Histogram {
        caption,
        classes: &classes.0,
        bin,
        ticks: ticks(&classes.0, bin, clock_step(range(&classes.0), 9), length),
        name: &|class| format!("{} to {}", length(class), length(class.saturating_add(bin))),
        marks: vec![
            Mark { at: average / 60.0, label: format!("average {}", clock(average / 60.0)) },
            Mark { at: median as f64, label: format!("median {}", clock(median as f64)) },
        ],
        brackets: Vec::new(),
    };
    let picture = histogram.draw();
    figure(&histogram.caption, &picture)
}

fn sizes(classes: &Classes, answer: &Answer) -> String {
    let Some(median) = answer.reading("corrected") else { return String::new() };
    let bin = round_step(range(&classes.0), BARS);
    let text = format!("A bar is {bin} MB. The median is {median} GB.");
    let caption = Caption { id: "sizes", title: "Streams by size.", text: &text };
    let histogram = Histogram {
        caption,
        classes: &classes.0,
        bin,
        ticks: ticks(&classes.0, bin, round_step(range(&classes.0), 9), gigabytes),
        name: &|class| format!("{} to {}", gigabytes(class), gigabytes(class.saturating_add(bin))),
        marks: vec![Mark { at: seconds(median) * 1000.0, label: format!("median {median} GB") }],
        brackets: Vec::new(),
    };
    let picture = histogram.draw();
    figure(&histogram.caption, &picture)
}

fn by_day(classes: &Classes, week: &Windows) -> String {
    let days = range(&classes.0);
    let bin = round_step(days, DAYS);
    let Some((low, high)) = ends(&classes.0, bin) else { return String::new() };
    let each = if bin == 1 { "a day".to_owned() } else { format!("{bin} days") };
    let text = format!("A bar is {each} of starts, in UTC. Below are the two windows of the question.");
    let caption = Caption { id: "days", title: "Streams by day.", text: &text };
    let days = |(from, to): (i64, i64)| (from as f64 / DAY, to as f64 / DAY);
    let histogram = Histogram {
        caption,
        classes: &classes.0,
        bin,
        ticks: days_of(low, high),
        name: &day,
        marks: Vec::new(),
        brackets: vec![
            Bracket { range: days(week.published), label: "published window", class: "published" },
            Bracket { range: days(week.corrected), label: "corrected window", class: "corrected" },
        ],
    };
    let picture = histogram.draw();
    figure(&histogram.caption, &picture)
}

/// Streams by the hour of the day.
pub(super) fn by_hour(portrait: &Portrait<'_>) -> String {
    let Classes(mut classes) = portrait.by_hour.clone();
    if classes.is_empty() {
        return String::new();
    }
    // All hours, also those in which nothing started.
    for hour in [0, 23] {
        if let Err(index) = classes.binary_search_by_key(&hour, |(class, _)| *class) {
            classes.insert(index, (hour, 0));
        }
    }
    let hours = |hour: i64| format!("{hour:02}:00");
    let text = "A bar is an hour of the day, in UTC.";
    let histogram = Histogram {
        caption: Caption { id: "hours", title: "Streams by hour of start.", text },
        classes: &classes,
        bin: 1,
        ticks: ticks(&classes, 1, 3, hours),
        name: &|hour| format!("{} to {}", hours(hour), hours(hour + 1)),
        marks: Vec::new(),
        brackets: Vec::new(),
    };
    let picture = histogram.draw();
    figure(&histogram.caption, &picture)
}

fn ticks(classes: &[(i64, i64)], bin: i64, step: i64, label: impl Fn(i64) -> String) -> Vec<Tick> {
    let Some((low, high)) = ends(classes, bin) else { return Vec::new() };
    multiples(low, high, step).map(|class| Tick { at: class as f64, label: label(class) }).collect()
}

/// A number of minutes in the largest unit that it is a whole number of.
fn length(minutes: i64) -> String {
    match minutes {
        0 => "0".to_owned(),
        _ if minutes % 1440 == 0 && minutes > 1440 => format!("{} d", minutes / 1440),
        _ if minutes % 60 == 0 => format!("{} h", minutes / 60),
        _ => format!("{minutes} min"),
    }
}

/// Minutes as hours and minutes.
fn clock(minutes: f64) -> String {
    let minutes = minutes.round() as i64;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn gigabytes(megabytes: i64) -> String {
    match megabytes {
        0 => "0".to_owned(),
        _ => format!("{} GB", megabytes as f64 / 1000.0),
    }
}

fn seconds(number: Number) -> f64 {
    match number {
        Number::Integer(number) => number as f64,
        Number::Real(number) => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_people_say_them() {
        assert_eq!([0, 45, 60, 90, 1440, 2880].map(length), ["0", "45 min", "1 h", "90 min", "24 h", "2 d"]);
        assert_eq!([0.4, 59.6, 125.0].map(clock), ["0 min", "1 h", "2 h 5 min"]);
        assert_eq!([0, 500, 2000].map(gigabytes), ["0", "0.5 GB", "2 GB"]);
    }
}
