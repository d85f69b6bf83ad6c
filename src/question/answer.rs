//! The answers to all questions.

use std::fmt;
use std::rc::Rc;

use rusqlite::Connection;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::receipts::{Lineage, Receipt, Receipts, never_loaded};
use super::registry::{Question, Questions};
use crate::error::{Error, Result};
use crate::project::Broken;
use crate::sql::{Binding, Cell, Sink, run};

/// A question's answer in each of its readings.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question's name.
    pub question: String,
    /// What was asked.
    pub title: String,
    /// The readings, in the order of the question's columns.
    pub readings: Vec<Reading>,
    /// What the answer counts.
    pub unit: String,
    /// Why the readings differ; `None` where they do not.
    pub note: Option<String>,
    /// The models that it reads and that were never loaded, so that its numbers say little.
    pub never_loaded: Vec<&'static str>,
    /// What the answer rests on; `None` where nobody asked.
    pub receipts: Option<Receipts>,
}

/// One of the readings of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is called.
    pub name: String,
    /// The answer in it; `None` without data.
    pub number: Option<Number>,
}

/// The readings of the shipped questions: the answer as the original application published it, and the one that
/// honours offsets and counts what was asked.
pub const TWO_READINGS: [&str; 2] = ["published", "corrected"];

impl Answer {
    /// The loads that the answer rests on, as far as they were asked for.
    pub fn loads(&self) -> &[Rc<Receipt>] {
        self.receipts.as_ref().map_or(&[], |receipts| &receipts.loads)
    }

    /// The answer in the reading `name`; `None` without data, and where there is no such reading.
    pub fn reading(&self, name: &str) -> Option<Number> {
        self.readings.iter().find(|reading| reading.name == name)?.number
    }

    /// Whether its readings are those of the shipped questions.
    pub fn has_two_readings(&self) -> bool {
        self.readings.iter().map(|reading| reading.name.as_str()).eq(TWO_READINGS)
    }

    /// All readings as an object, for those that are not the two.
    pub fn other_readings(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        let member = |reading: &Reading| (reading.name.clone(), serde_json::json!(reading.number));
        (!self.has_two_readings()).then(|| self.readings.iter().map(member).collect())
    }
}

/// An answer of other readings has them in the member `readings`; the two that every answer has are null then.
impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("question", &self.question)?;
        map.serialize_entry("title", &self.title)?;
        for name in TWO_READINGS {
            map.serialize_entry(name, &self.reading(name))?;
        }
        if let Some(readings) = self.other_readings() {
            map.serialize_entry("readings", &readings)?;
        }
        map.serialize_entry("unit", &self.unit)?;
        map.serialize_entry("note", &self.note)?;
        if !self.never_loaded.is_empty() {
            map.serialize_entry("never_loaded", &self.never_loaded)?;
        }
        if let Some(receipts) = &self.receipts {
            map.serialize_entry("receipts", receipts)?;
        }
        map.end()
    }
}

/// A whole or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
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

/// Answers `questions`, in order. `as_of` is the load that [`as_of`](crate::past::as_of()) was told, if
/// it was. Receipts, which may be thousands, are left out where they are not `wanted`. A project's own question that
/// cannot be answered is noted as `broken`.
pub fn answers(
    conn: &Connection,
    questions: &Questions,
    as_of: Option<i64>,
    wanted: Wanted,
    broken: &mut Broken,
) -> Result<Vec<Answer>> {
    let lineage = match wanted {
        Wanted::Numbers if never_loaded(conn)?.is_empty() => None,
        Wanted::Numbers | Wanted::Receipts => Some(Lineage::read(conn)?),
    };
    let mut answers = Vec::new();
    for question in &questions.all {
        let answer = question
            .bind(&[])
            .and_then(|bindings| traced(conn, lineage.as_ref(), question, &bindings, as_of));
        match answer {
            Ok(answer) => answers.push(answer),
            Err(error) if question.file.is_some() => broken.note(&question.name, error)?,
            Err(error) => return Err(error),
        }
    }
    Ok(answers)
}

/// Answers one question, with `bindings` for its parameters.
pub fn answer(
    conn: &Connection,
    question: &Question,
    bindings: &[Binding],
    as_of: Option<i64>,
) -> Result<Answer> {
    traced(conn, Some(&Lineage::read(conn)?), question, bindings, as_of)
}

/// What is wanted of answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// Their numbers, and which models were never loaded.
    Numbers,
    /// The loads that they rest on as well.
    Receipts,
}

fn traced(
    conn: &Connection,
    lineage: Option<&Lineage>,
    question: &Question,
    bindings: &[Binding],
    as_of: Option<i64>,
) -> Result<Answer> {
    let mut row = Row::default();
    run(conn, &question.sql, bindings, &mut row).map_err(|error| question.at(error))?;
    let (never_loaded, receipts) = match lineage {
        None => (Vec::new(), None),
        Some(lineage) => {
            let models = lineage.models_read(conn, &question.sql)?;
            (lineage.never_loaded(&models), Some(lineage.receipts(&models, as_of)))
        }
    };
    Ok(Answer {
        question: question.name.clone(),
        title: question.title.clone(),
        readings: row.readings,
        unit: question.unit.clone(),
        note: question.note.clone(),
        never_loaded,
        receipts,
    })
}

/// `answers` as JSON, the form that [`check`](super::check()) reads.
pub fn to_json(answers: &[Answer]) -> Result<String> {
    let mut json = serde_json::to_string_pretty(answers).map_err(|error| Error::failed(error.to_string()))?;
    json.push('\n');
    Ok(json)
}

/// The one row that a question gives.
#[derive(Default)]
struct Row {
    readings: Vec<Reading>,
    rows: usize,
}

/// What a question has to give.
const FORM: &str = "a question gives one row, and each of its columns is a number, named after a reading";

impl Sink for Row {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        for name in names {
            if self.readings.iter().any(|reading| reading.name == *name) {
                return Err(Error::failed(format!("the reading `{name}` is there twice")).help(FORM));
            }
            self.readings.push(Reading { name: (*name).to_owned(), number: None });
        }
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        for (reading, cell) in self.readings.iter_mut().zip(cells) {
            reading.number = match *cell {
                Cell::Null => None,
                Cell::Integer(number) => Some(Number::Integer(number)),
                Cell::Real(number) if number.is_finite() => Some(Number::Real(number)),
                Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => {
                    return Err(
                        Error::failed(format!("the reading `{}` is not a number", reading.name)).help(FORM)
                    );
                }
            };
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        match self.rows {
            1 => Ok(()),
            rows => Err(Error::failed(format!("{rows} rows instead of one")).help(FORM)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::answer_shipped as answers;
    use crate::question::check;
    use crate::sql::fixture;

    fn readings(answers: &[Answer]) -> Vec<(Option<Number>, Option<Number>)> {
        answers.iter().map(|answer| (answer.reading("published"), answer.reading("corrected"))).collect()
    }

    fn asked(name: &str, given: &[&str]) -> (Option<Number>, Option<Number>) {
        let questions = Questions::shipped();
        let question = questions.named(name).unwrap();
        let given: Vec<String> = given.iter().map(|pair| (*pair).to_owned()).collect();
        let mut sink = Row::default();
        run(&fixture::small(), &question.sql, &question.bind(&given).unwrap(), &mut sink).unwrap();
        (sink.readings[0].number, sink.readings[1].number)
    }

    fn both(number: Number) -> (Option<Number>, Option<Number>) {
        (Some(number), Some(number))
    }

    fn integers(published: i64, corrected: i64) -> (Option<Number>, Option<Number>) {
        (Some(Number::Integer(published)), Some(Number::Integer(corrected)))
    }

    #[test]
    fn the_readings_differ_where_the_records_say_so() {
        let found = answers(&fixture::small(), None, Wanted::Receipts).unwrap();
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
        let found = answers(&fixture::empty(), None, Wanted::Receipts).unwrap();
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
    fn receipts_are_left_out_where_nobody_wants_them_and_every_model_was_loaded() {
        let conn = fixture::small();
        let numbers = || answers(&conn, None, Wanted::Numbers).unwrap();
        assert_eq!(numbers(), answers(&conn, None, Wanted::Receipts).unwrap(), "some were never loaded");
        for model in crate::domain::Model::SHIPPED.map(crate::domain::Model::name) {
            let sql = "INSERT INTO load (model, source, collector, started_at, outcome, version)
                VALUES (?1, '-', 'csv', '', 'done', '')";
            conn.execute(sql, [model]).unwrap();
        }
        let whole = answers(&conn, None, Wanted::Receipts).unwrap();
        assert_eq!(readings(&numbers()), readings(&whole));
        assert!(numbers().iter().all(|answer| answer.receipts.is_none() && answer.never_loaded.is_empty()));
        assert!(whole.iter().all(|answer| !answer.loads().is_empty()));
    }

    #[test]
    fn json_has_the_members_in_order_and_checks_against_itself() {
        let found = answers(&fixture::small(), None, Wanted::Receipts).unwrap();
        let json = to_json(&found).unwrap();
        assert!(json.starts_with(
            "[\n  {\n    \"question\": \"streamed_movies_based_on_books\",\n    \"title\": \"Streamed movies that are \
             based on books\",\n    \"published\": 0.5,\n    \"corrected\": 0.5,\n    \"unit\": \"share\",\n    \
             \"note\": null,\n    \"never_loaded\": [\n      \"movie\",\n      \"review\"\n    ],\n    \"receipts\": {\n      \"schema_version\": 7,\n"
        ));
        assert!(json.contains("\"published\": 16725,\n"));
        assert_eq!(json.matches("never_loaded").count(), 3, "only where there are any");
        assert_eq!(check(&found, &json), Ok(()));
        let more = json.replace("\"unit\"", "\"asked_on\": [1], \"unit\"").replace("16725", "16725.0");
        assert_eq!(check(&found, &more), Ok(()), "other members, and how a number is written, do not matter");
    }
}
