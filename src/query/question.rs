//! The shipped questions: one SQL file each, which says in its header all that the program needs.

use std::sync::LazyLock;

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

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ParamKind {
    /// A time with its offset.
    Time,
    /// A title or a name, matched whatever its case.
    Title,
    /// Text, matched as it is.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
}

/// A parameter that a question declares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Param {
    /// Its name, without the colon that it has in the SQL.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// What it is when it is not given, as an SQL literal.
    pub default: &'static str,
    /// What it means.
    pub help: &'static str,
}

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

/// Reads the header: the comment lines at the top, `-- key: value` and `-- param …`, each perhaps
/// continued by lines that are indented further. A comment of another form ends it.
fn parse(name: &'static str, sql: &'static str) -> std::result::Result<Question, String> {
    let (mut title, mut unit, mut note) = (None, None, None);
    let mut params: Vec<Param> = Vec::new();
    let mut last: Option<&mut String> = None;

    for line in sql.lines().map_while(|line| line.strip_prefix("-- ")) {
        if line.starts_with("  ") {
            let text = last.as_mut().ok_or(format!("{name}: nothing to continue: {line}"))?;
            text.push(' ');
            text.push_str(line.trim());
            continue;
        }
        last = None;
        if let Some(declaration) = line.strip_prefix("param ") {
            let param =
                param(declaration).ok_or(format!("{name}: not NAME KIND DEFAULT HELP: {declaration}"))?;
            if params.iter().any(|other| other.name == param.name) {
                return Err(format!("{name}: {} is declared twice", param.name));
            }
            params.push(param);
            continue;
        }
        let (key, value) = line.split_once(": ").ok_or(format!("{name}: not KEY: VALUE: {line}"))?;
        let field = match key {
            "title" => &mut title,
            "unit" => &mut unit,
            "note" => &mut note,
            _ => return Err(format!("{name}: unknown key {key}")),
        };
        if field.is_some() {
            return Err(format!("{name}: {key} is there twice"));
        }
        last = Some(field.insert(value.trim().to_owned()));
    }

    let missing = |key: &str| format!("{name}: no {key}");
    Ok(Question {
        name,
        title: title.ok_or_else(|| missing("title"))?,
        unit: unit.ok_or_else(|| missing("unit"))?,
        note,
        params,
        sql,
    })
}

/// `from time '2021-12-25T07:00:00.000+01:00' Start of the outage`
fn param(declaration: &'static str) -> Option<Param> {
    let (name, rest) = declaration.split_once(' ')?;
    let (kind, rest) = rest.split_once(' ')?;
    let kind = match kind {
        "time" => ParamKind::Time,
        "title" => ParamKind::Title,
        "text" => ParamKind::Text,
        "integer" => ParamKind::Integer,
        "number" => ParamKind::Number,
        _ => return None,
    };
    let end = match rest.strip_prefix('\'') {
        Some(quoted) => quoted.find('\'')? + 2,
        None => rest.find(' ')?,
    };
    let (default, help) = rest.split_at_checked(end)?;
    let help = help.trim();
    (!name.is_empty() && !help.is_empty()).then_some(Param { name, kind, default, help })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::query::{fixture, time};

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
            for Param { name, kind, default, .. } in &question.params {
                let fallback = format!("coalesce(:{name}, {default})");
                assert!(question.sql.contains(&fallback), "{}: {fallback}", question.name);
                if *kind == ParamKind::Time {
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
    fn a_malformed_header_is_named() {
        for (sql, expected) in [
            ("SELECT 1", "q: no title"),
            ("-- title: T\nSELECT 1", "q: no unit"),
            ("--   more\n", "q: nothing to continue:   more"),
            ("-- title: T\n-- title: U\n", "q: title is there twice"),
            ("-- colour: red\n", "q: unknown key colour"),
            ("-- title\n", "q: not KEY: VALUE: title"),
            ("-- param from time\n", "q: not NAME KIND DEFAULT HELP: from time"),
            ("-- param from date 'x' Start\n", "q: not NAME KIND DEFAULT HELP: from date 'x' Start"),
            ("-- param a text 'x' A\n-- param a text 'x' A\n", "q: a is declared twice"),
        ] {
            assert_eq!(parse("q", sql).unwrap_err(), expected);
        }
    }

    #[test]
    fn an_unknown_question_brings_the_nearest_to_mind() {
        let error = question("median_stream_sise").unwrap_err();
        assert_eq!(error.kind(), crate::error::Kind::Usage);
        assert!(error.remedy().unwrap().starts_with("did you mean `median_stream_size`?"));
    }
}
