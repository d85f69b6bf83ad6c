//! All that a picture of the answers needs: the rows they rest on, and the streams by class.

use rusqlite::Connection;

use super::answer::Answer;
use super::receipts::never_loaded;
use super::registry::{Question, Questions};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::project::Broken;
use crate::sql::{Binding, Cell, Kept, Sheet, Sink, bindings_for, run};

/// The rows of evidence that are kept for each answer: more than a page shows, so that it can choose.
const ROWS: usize = 10_000;

/// The question whose sessions are shown on a line of time.
const OUTAGE: &str = "users_affected_by_outage";

/// The question whose windows are shown below the days.
const WEEK: &str = "users_watching_half_a_movie";

/// Runs the evidence of `question`, with `bindings` for its parameters.
pub fn evidence(
    conn: &Connection,
    question: &Question,
    bindings: &[Binding],
    sink: &mut dyn Sink,
) -> Result<()> {
    let evidence = question.told_evidence()?;
    let bindings = bindings_for(&evidence.sql, bindings);
    run(conn, &evidence.sql, &bindings, sink).map_err(|error| question.at_evidence(error))
}

/// The answers and what there is to see around them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portrait<'a> {
    /// Each answer with what it rests on, in order.
    pub answers: Vec<Explained<'a>>,
    /// The models that were never loaded, of those that matter.
    pub never_loaded: Vec<&'static str>,
    /// Streams by the day of their start: days since 1970, UTC.
    pub by_day: Classes,
    /// Streams by the hour of the day of their start, UTC.
    pub by_hour: Classes,
    /// Streams by their duration in whole minutes.
    pub durations: Classes,
    /// Streams by their size in whole megabytes.
    pub sizes: Classes,
    /// The outage as either reading sees it.
    pub outage: Windows,
    /// The sessions that count as affected by it, as far as their rows are kept.
    pub sessions: Vec<Session>,
    /// The week as either reading sees it.
    pub week: Windows,
}

/// An answer with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// The question.
    pub question: &'a Question,
    /// The first rows; without evidence none.
    pub sheet: Sheet,
}

/// How many streams there are of each class, in the order of the classes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Classes(pub Vec<(i64, i64)>);

impl Classes {
    /// How many streams there are.
    pub fn streams(&self) -> i64 {
        self.0.iter().map(|(_, streams)| streams).sum()
    }

    /// The class of the stream in the middle.
    pub fn median(&self) -> Option<i64> {
        let middle = (self.streams() + 1) / 2;
        let mut before = 0;
        let reaches = |(_, streams): &&(i64, i64)| {
            before += streams;
            before >= middle
        };
        self.0.iter().find(reaches).map(|(class, _)| *class)
    }
}

impl Sink for Classes {
    fn columns(&mut self, _: &[&str]) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if let [Cell::Integer(class), Cell::Integer(streams)] = cells {
            self.0.push((*class, *streams));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A window of time as either reading sees it: microseconds since 1970, its start and its end.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Windows {
    /// As the clock shows it, taken for UTC.
    pub published: (i64, i64),
    /// With its offset.
    pub corrected: (i64, i64),
}

/// A session that counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// Whose it is.
    pub user: String,
    /// Its start, in microseconds since 1970.
    pub start_at: i64,
    /// Its end, likewise.
    pub end_at: i64,
    /// Whether it counts in the published reading.
    pub published: bool,
    /// Whether it counts in the corrected reading.
    pub corrected: bool,
}

/// Gathers what there is to see around `answers` to `questions`. The evidence of a project's own question that fails is
/// noted as `broken`. Where the shipped questions are left out, so is what is seen of all streams.
pub fn portrait<'a>(
    conn: &Connection,
    questions: &'a Questions,
    answers: &'a [Answer],
    broken: &mut Broken,
) -> Result<Portrait<'a>> {
    let mut portrait = Portrait { never_loaded: missing(conn, questions, answers)?, ..Portrait::default() };
    for answer in answers {
        let question = questions.named(&answer.question)?;
        let sheet = match sheet(conn, question) {
            Ok(sheet) => sheet,
            Err(error) if question.file.is_some() => {
                broken.note(&question.name, error)?;
                Sheet::default()
            }
            Err(error) => return Err(error),
        };
        if question.name == OUTAGE && question.file.is_none() {
            portrait.sessions = sessions(&sheet);
        }
        portrait.answers.push(Explained { answer, question, sheet });
    }
    if !questions.own_only {
        portrait.by_day = classes(conn, include_str!("../../queries/plots/streams_by_day.sql"))?;
        portrait.by_hour = classes(conn, include_str!("../../queries/plots/streams_by_hour.sql"))?;
        portrait.durations = classes(conn, include_str!("../../queries/plots/stream_durations.sql"))?;
        portrait.sizes = classes(conn, include_str!("../../queries/plots/stream_sizes.sql"))?;
        portrait.outage = windows(questions, OUTAGE);
        portrait.week = windows(questions, WEEK);
    }
    Ok(portrait)
}

/// The models that were never loaded: all of them, or where the shipped questions are left out, those that `answers`
/// read.
pub fn missing(conn: &Connection, questions: &Questions, answers: &[Answer]) -> Result<Vec<&'static str>> {
    let mut models = never_loaded(conn)?;
    if questions.own_only {
        models.retain(|model| answers.iter().any(|answer| answer.never_loaded.contains(model)));
    }
    Ok(models)
}

fn sheet(conn: &Connection, question: &Question) -> Result<Sheet> {
    let mut sheet = Sheet::new(ROWS);
    if question.evidence.is_some() {
        evidence(conn, question, &question.bind(&[])?, &mut sheet)?;
    }
    match &question.plot {
        Some(plot) => plot.fits(&sheet.columns).map_err(|error| question.at(error)).map(|()| sheet),
        None => Ok(sheet),
    }
}

fn classes(conn: &Connection, sql: &str) -> Result<Classes> {
    let mut classes = Classes::default();
    run(conn, sql, &[], &mut classes)?;
    Ok(classes)
}

/// The sessions in the evidence for the outage.
fn sessions(sheet: &Sheet) -> Vec<Session> {
    let text = |kept: &Kept| match kept.cell() {
        Cell::Text(text) => text.to_owned(),
        _ => String::new(),
    };
    let time = |kept: &Kept| Timestamp::parse(&text(kept)).ok().map(Timestamp::micros);
    let counts = |kept: &Kept| *kept == Kept::Integer(1);
    let times = sheet.column("start_at").zip(sheet.column("end_at"));
    let readings = sheet.column("published").zip(sheet.column("corrected"));
    sheet
        .column("user_email")
        .zip(times.zip(readings))
        .filter_map(|(user, ((start_at, end_at), (published, corrected)))| {
            Some(Session {
                user: text(user),
                start_at: time(start_at)?,
                end_at: time(end_at)?,
                published: counts(published),
                corrected: counts(corrected),
            })
        })
        .collect()
}

/// The window that the defaults of a question mean.
fn windows(questions: &Questions, name: &str) -> Windows {
    let default = |wanted: &str| {
        let question = questions.find(name)?;
        let param = question.params.iter().find(|param| param.name == wanted)?;
        Some(param.default.trim_matches('\''))
    };
    let micros = |text: Option<&str>| {
        text.and_then(|text| Timestamp::parse(text).ok()).map(Timestamp::micros).unwrap_or_default()
    };
    // The 23 characters without the offset are what the published answer read.
    let clock =
        |text: Option<&str>| -> Option<String> { text.and_then(|text| text.get(..23)).map(str::to_owned) };
    let (from, to) = (default("from"), default("to"));
    let early_days: i64 = default("early_days").and_then(|days| days.parse().ok()).unwrap_or_default();
    Windows {
        published: (
            micros(clock(from).as_deref()) - early_days * 86_400_000_000,
            micros(clock(to).as_deref()),
        ),
        corrected: (micros(from), micros(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::answer_shipped as answers;
    use crate::sql::fixture;

    #[test]
    fn windows_are_those_of_the_questions() {
        let hour = 3_600_000_000;
        let outage = windows(&Questions::shipped(), OUTAGE);
        assert_eq!(outage.published, (1_640_415_600_000_000, 1_640_433_600_000_000));
        assert_eq!(outage.corrected, (outage.published.0 - hour, outage.published.1 - hour));
        let week = windows(&Questions::shipped(), WEEK);
        assert_eq!(week.corrected.1 - week.corrected.0, 7 * 24 * hour - 1_000_000);
        assert_eq!(week.published.0, week.corrected.0 + hour - 24 * hour);
    }

    #[test]
    fn the_median_class_is_that_of_the_stream_in_the_middle() {
        assert_eq!(Classes(vec![]).median(), None);
        assert_eq!(Classes(vec![(3, 1)]).median(), Some(3));
        assert_eq!(Classes(vec![(1, 2), (5, 2)]).median(), Some(1));
        assert_eq!(Classes(vec![(1, 2), (5, 3)]).median(), Some(5));
    }

    #[test]
    fn every_stream_is_in_a_class_and_every_plot_is_used() {
        let conn = fixture::small();
        let answers = answers(&conn, None, crate::question::Wanted::Receipts).unwrap();
        let questions = Questions::shipped();
        let seen = portrait(&conn, &questions, &answers, &mut Broken::default()).unwrap();
        for classes in [&seen.by_day, &seen.by_hour, &seen.durations, &seen.sizes] {
            assert_eq!(classes.streams(), 4);
        }
        let users: Vec<_> = seen.sessions.iter().filter(|session| session.corrected).collect();
        assert_eq!(users.len(), 2);
        let source = include_str!("portrait.rs");
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/plots")).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(source.contains(&format!("queries/plots/{name}")), "{name}");
        }
    }
}
