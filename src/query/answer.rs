//! The answers to all questions, and the comparison with answers of another day.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Connection;
use serde::Serialize;

use super::{Cell, Question, Sink, questions, run};
use crate::error::{Error, Kind, Result};

/// A question's answer in both readings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The question's name.
    pub question: String,
    /// What was asked.
    pub title: String,
    /// The answer as the original application published it; `None` without data.
    pub published: Option<Number>,
    /// The answer that honours offsets and counts what was asked; `None` without data.
    pub corrected: Option<Number>,
    /// What the answer counts.
    pub unit: String,
    /// Why the two readings differ; `None` where they do not.
    pub note: Option<String>,
}

/// A whole or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A decimal one.
    Real(f64),
}

impl Number {
    /// The number as a cell of a result.
    pub fn cell(self) -> Cell<'static> {
        match self {
            Number::Integer(number) => Cell::Integer(number),
            Number::Real(number) => Cell::Real(number),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Integer(number) => write!(f, "{number}"),
            Number::Real(number) => write!(f, "{number:?}"),
        }
    }
}

/// Answers every question, in order.
pub fn answers(conn: &Connection) -> Result<Vec<Answer>> {
    questions().iter().map(|question| answer(conn, question)).collect()
}

fn answer(conn: &Connection, question: &Question) -> Result<Answer> {
    let mut readings = Readings::default();
    run(conn, question.sql, &[], &mut readings).map_err(|error| error.at(question.name))?;
    Ok(Answer {
        question: question.name.to_owned(),
        title: question.title.clone(),
        published: readings.published,
        corrected: readings.corrected,
        unit: question.unit.clone(),
        note: question.note.clone(),
    })
}

/// `answers` as JSON, the form that [`check`] reads.
pub fn to_json(answers: &[Answer]) -> Result<String> {
    let mut json = serde_json::to_string_pretty(answers).map_err(|error| Error::failed(error.to_string()))?;
    json.push('\n');
    Ok(json)
}

/// The one row that a question gives.
#[derive(Default)]
struct Readings {
    published: Option<Number>,
    corrected: Option<Number>,
    rows: usize,
}

impl Sink for Readings {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        match names {
            ["published", "corrected"] => Ok(()),
            _ => Err(Error::failed("the columns are not `published` and `corrected`")),
        }
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if let [published, corrected] = *cells {
            self.published = number(published)?;
            self.corrected = number(corrected)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        match self.rows {
            1 => Ok(()),
            rows => Err(Error::failed(format!("{rows} rows instead of one"))),
        }
    }
}

fn number(cell: Cell<'_>) -> Result<Option<Number>> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Integer(number) => Ok(Some(Number::Integer(number))),
        Cell::Real(number) => Ok(Some(Number::Real(number))),
        Cell::Text(_) | Cell::Blob(_) => Err(Error::failed("an answer is not a number")),
    }
}

/// Compares `answers` with those in `json`, which [`to_json`] wrote on another day. An answer that
/// moved, is missing or is new makes an error of kind [`Kind::Drift`] that names each; JSON of
/// another shape makes one of kind [`Kind::Failed`].
pub fn check(answers: &[Answer], json: &str) -> Result<()> {
    let mut expected = parse(json)?;
    let mut moved = Vec::new();
    for answer in answers {
        let Some((published, corrected)) = expected.remove(&answer.question) else {
            moved.push(format!("{} is not in the file", answer.question));
            continue;
        };
        for (reading, old, new) in
            [("published", published, answer.published), ("corrected", corrected, answer.corrected)]
        {
            if old != new.map(Number::as_f64) {
                let (old, new) = (told(old.map(Number::from_f64)), told(new));
                moved.push(format!("{}: {reading} was {old}, is {new}", answer.question));
            }
        }
    }
    moved.extend(expected.keys().map(|name| format!("{name} is in the file, but is not asked")));
    if moved.is_empty() {
        return Ok(());
    }
    let differences = if moved.len() == 1 { "difference" } else { "differences" };
    let list = moved.join("\n  ");
    Err(Error::new(Kind::Drift, format!("the answers moved, {} {differences}:\n  {list}", moved.len())))
}

impl Number {
    fn as_f64(self) -> f64 {
        match self {
            Number::Integer(number) => number as f64,
            Number::Real(number) => number,
        }
    }

    fn from_f64(number: f64) -> Self {
        // A whole number is told without a fraction, as it was most probably written.
        match number.fract() == 0.0 && number.abs() < 9e15 {
            true => Number::Integer(number as i64),
            false => Number::Real(number),
        }
    }
}

fn told(number: Option<Number>) -> String {
    number.map_or("null".to_owned(), |number| number.to_string())
}

type Expected = BTreeMap<String, (Option<f64>, Option<f64>)>;

fn parse(json: &str) -> Result<Expected> {
    let wrong = |what: String| {
        Error::failed(format!("not a file of answers: {what}"))
            .help("`answers --format json` writes such a file")
    };
    let value: serde_json::Value = serde_json::from_str(json.trim_start_matches('\u{feff}'))
        .map_err(|error| wrong(error.to_string()))?;
    let list = value.as_array().ok_or_else(|| wrong("it is not a JSON array".to_owned()))?;
    let mut expected = Expected::new();
    for (index, entry) in list.iter().enumerate() {
        let name = entry
            .get("question")
            .and_then(|name| name.as_str())
            .ok_or_else(|| wrong(format!("$[{index}].question is not text")))?;
        let reading = |member: &str| match entry.get(member) {
            Some(serde_json::Value::Null) => Ok(None),
            Some(value) => {
                let number =
                    value.as_f64().ok_or_else(|| wrong(format!("$[{index}].{member} is not a number")));
                number.map(Some)
            }
            None => Err(wrong(format!("$[{index}] has no `{member}`"))),
        };
        let readings = (reading("published")?, reading("corrected")?);
        if expected.insert(name.to_owned(), readings).is_some() {
            return Err(wrong(format!("`{name}` is there twice")));
        }
    }
    Ok(expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{bind_declared, fixture, question};

    fn readings(answers: &[Answer]) -> Vec<(Option<Number>, Option<Number>)> {
        answers.iter().map(|answer| (answer.published, answer.corrected)).collect()
    }

    fn asked(name: &str, given: &[&str]) -> (Option<Number>, Option<Number>) {
        let question = question(name).unwrap();
        let given: Vec<String> = given.iter().map(|pair| (*pair).to_owned()).collect();
        let mut sink = Readings::default();
        run(&fixture::small(), question.sql, &bind_declared(question, &given).unwrap(), &mut sink).unwrap();
        (sink.published, sink.corrected)
    }

    fn both(number: Number) -> (Option<Number>, Option<Number>) {
        (Some(number), Some(number))
    }

    fn integers(published: i64, corrected: i64) -> (Option<Number>, Option<Number>) {
        (Some(Number::Integer(published)), Some(Number::Integer(corrected)))
    }

    #[test]
    fn the_readings_differ_where_the_records_say_so() {
        let found = answers(&fixture::small()).unwrap();
        let expected = [
            both(Number::Real(0.5)), // Unforgiven and Amélie were streamed, a review is about one
            integers(2, 2),          // bob and cy; ann and cy
            integers(2, 2),          // one title in the streams is that of two movies
            both(Number::Integer(16725)), // (17 h + 15 min + 50 min + 30 min) / 4, a half rounded up
            both(Number::Real(0.94)), // 0.935
            integers(3, 2),          // bob's half movie was on the 24th
        ];
        assert_eq!(readings(&found), expected);
    }

    #[test]
    fn without_data_counts_are_zero_and_the_rest_is_unknown() {
        let found = answers(&fixture::empty()).unwrap();
        let none = (None, None);
        assert_eq!(readings(&found), [none, integers(0, 0), integers(0, 0), none, none, integers(0, 0)]);
        assert!(to_json(&found).unwrap().contains("\"published\": null"));
    }

    #[test]
    fn parameters_move_the_answers() {
        let outage = "users_affected_by_outage";
        assert_eq!(asked(outage, &["movie=amélie"]), integers(0, 0));
        assert_eq!(asked(outage, &["movie=UNFORGIVEN", "to=2021-12-25T13:00:00+01:00"]), integers(3, 3));
        assert_eq!(asked(outage, &["from=2021-12-25T10:50:00.001Z"]), integers(1, 1));
        assert_eq!(asked("singaporean_movies_streamed", &["nationality=danes"]), integers(0, 0));
        assert_eq!(asked("users_watching_half_a_movie", &["early_days=0"]), integers(2, 2));
        assert_eq!(asked("users_watching_half_a_movie", &["from=2021-12-24T00:00:00+01:00"]), integers(3, 3));
    }

    #[test]
    fn json_has_the_six_members_in_order_and_checks_against_itself() {
        let found = answers(&fixture::small()).unwrap();
        let json = to_json(&found).unwrap();
        assert!(json.starts_with(
            "[\n  {\n    \"question\": \"streamed_movies_based_on_books\",\n    \"title\": \"Streamed movies that are \
             based on books\",\n    \"published\": 0.5,\n    \"corrected\": 0.5,\n    \"unit\": \"share\",\n    \
             \"note\": null\n  },\n"
        ));
        assert!(json.contains("\"published\": 16725,\n"));
        assert_eq!(check(&found, &json), Ok(()));
        let more = json.replace("\"unit\"", "\"asked_on\": [1], \"unit\"").replace("16725", "16725.0");
        assert_eq!(check(&found, &more), Ok(()), "other members, and how a number is written, do not matter");
    }

    #[test]
    fn answers_that_moved_are_named_with_the_old_and_the_new() {
        let found = answers(&fixture::small()).unwrap();
        let json =
            to_json(&found).unwrap().replace("0.94", "0.93").replace("average_stream_duration", "mean");
        let error = check(&found, &json).unwrap_err();
        assert_eq!(error.kind(), Kind::Drift);
        assert_eq!(
            error.message(),
            "the answers moved, 4 differences:\n  average_stream_duration is not in the file\n  \
             median_stream_size: published was 0.93, is 0.94\n  median_stream_size: corrected was 0.93, is 0.94\n  \
             mean is in the file, but is not asked"
        );
        let empty = answers(&fixture::empty()).unwrap();
        let error = check(&empty, &to_json(&found).unwrap()).unwrap_err();
        assert!(error.message().contains("average_stream_duration: published was 16725, is null"), "{error}");
    }

    #[test]
    fn a_file_of_another_shape_is_no_drift() {
        for (json, what) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{}", "it is not a JSON array"),
            ("[1]", "$[0].question is not text"),
            (r#"[{"question": "a", "published": 1}]"#, "$[0] has no `corrected`"),
            (r#"[{"question": "a", "published": "1", "corrected": 1}]"#, "$[0].published is not a number"),
            (
                r#"[{"question":"a","published":1,"corrected":1},{"question":"a","published":1,"corrected":1}]"#,
                "`a` is there twice",
            ),
        ] {
            let error = check(&[], json).unwrap_err();
            assert_eq!(error.kind(), Kind::Failed);
            assert_eq!(error.message(), format!("not a file of answers: {what}"));
        }
    }
}
