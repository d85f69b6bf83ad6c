//! The shipped questions: one SQL file each, which says in its header all that the program needs.

use std::sync::LazyLock;

use super::header::{Header, Param};
use super::nearest::suggestion;
use crate::error::{Error, Result};

/// A question's name, which is its file's, and the file.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../queries/", $name, ".sql")))
    };
}

/// Every question, in the order in which they are answered. A new one takes one line.
const FILES: &[(&str, &str)] = &[
    file!("streamed_movies_based_on_books"),
    file!("users_affected_by_outage"),
    file!("singaporean_movies_streamed"),
    file!("average_stream_duration"),
    file!("median_stream_size"),
    file!("users_watching_half_a_movie"),
];

/// A question that the warehouse answers: SQL that returns one row, `published` and `corrected`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is asked, for a heading.
    pub title: String,
    /// What the answer counts.
    pub unit: String,
    /// Why the two readings differ; absent where they do not.
    pub note: Option<String>,
    /// The parameters, in the order of the header.
    pub params: Vec<Param>,
    /// The whole file.
    pub sql: &'static str,
}

/// All questions, in order.
pub fn questions() -> &'static [Question] {
    // A test holds that every file parses, so none is ever left out.
    static ALL: LazyLock<Vec<Question>> =
        LazyLock::new(|| FILES.iter().filter_map(|(name, sql)| parse(name, sql).ok()).collect());
    &ALL
}

/// The question called `name`.
pub fn question(name: &str) -> Result<&'static Question> {
    questions().iter().find(|question| question.name == name).ok_or_else(|| {
        let names: Vec<_> = questions().iter().map(|question| question.name).collect();
        Error::usage(format!("there is no question called `{name}`")).help(suggestion(
            name,
            "questions",
            &names,
        ))
    })
}

fn parse(name: &'static str, sql: &'static str) -> std::result::Result<Question, String> {
    let mut header = Header::parse(name, sql, &["title", "unit", "note"])?;
    Ok(Question {
        name,
        title: header.take("title")?,
        unit: header.take("unit")?,
        note: header.take_optional("note"),
        params: header.params,
        sql,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::query::{ParamKind, fixture, time};

    #[test]
    fn every_file_is_a_question_and_every_question_a_file() {
        for (name, sql) in FILES {
            parse(name, sql).unwrap();
        }
        let asked: BTreeSet<_> =
            questions().iter().map(|question| format!("{}.sql", question.name)).collect();
        let files: BTreeSet<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        assert_eq!(asked, files);
    }

    #[test]
    fn parameters_are_declared_used_and_fall_back_to_the_default_of_the_header() {
        let conn = fixture::empty();
        for question in questions() {
            let statement = conn.prepare(question.sql).unwrap();
            let used: BTreeSet<_> = (1..=statement.parameter_count())
                .map(|i| statement.parameter_name(i).unwrap().to_owned())
                .collect();
            let declared: BTreeSet<_> =
                question.params.iter().map(|param| format!(":{}", param.name)).collect();
            assert_eq!(used, declared, "{}", question.name);
            for Param { name, kind, default, help } in &question.params {
                let fallback = format!("coalesce(:{name}, {default})");
                assert!(question.sql.contains(&fallback), "{}: {fallback}", question.name);
                assert!(!help.is_empty(), "{}: {name}", question.name);
                // A moment in UTC would have lost what the published reading takes: the clock.
                assert_ne!(*kind, ParamKind::Time, "{}: {name}", question.name);
                if *kind == ParamKind::Clock {
                    let plain = default.trim_matches('\'');
                    assert_eq!(time::normalise(plain).as_deref(), Some(plain));
                }
            }
        }
    }

    #[test]
    fn a_note_stands_where_the_readings_can_differ() {
        let noted: Vec<_> = questions()
            .iter()
            .filter(|question| question.note.is_some())
            .map(|question| question.name)
            .collect();
        assert_eq!(
            noted,
            ["users_affected_by_outage", "singaporean_movies_streamed", "users_watching_half_a_movie"]
        );
        assert!(questions().iter().all(|question| !question.note.as_deref().unwrap_or("").contains("  ")));
    }

    #[test]
    fn a_question_needs_a_title_and_a_unit() {
        assert_eq!(parse("q", "SELECT 1").unwrap_err(), "q: no title");
        assert_eq!(parse("q", "-- title: T\nSELECT 1").unwrap_err(), "q: no unit");
    }

    #[test]
    fn an_unknown_question_brings_the_nearest_to_mind() {
        let error = question("median_stream_sise").unwrap_err();
        assert_eq!(error.kind(), crate::error::Kind::Usage);
        assert!(error.remedy().unwrap().starts_with("did you mean `median_stream_size`?"));
    }
}
