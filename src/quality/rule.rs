//! The rules of quality: what no single record can break, so that only the whole warehouse shows it.
//!
//! A rule is one SQL file, which returns a row for each thing that breaks it, the worst first where
//! there is a measure. Its first column names the thing as the key of its model does; the others
//! show why.

use std::borrow::Cow;

use clap::ValueEnum;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::project::{Broken, Project, SqlFile};
use crate::sql::{
    Binding, Header, OwnFile, Param, bind, declared, located, own_file, param_names, suggestion,
};

/// A rule's name, which is its file's, and the file.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../queries/checks/", $name, ".sql")))
    };
}

/// Every rule: first the errors, then the warnings, model by model. A new one takes one line.
const FILES: &[(&str, &str)] = &[
    file!("streams_of_unknown_movies"),
    file!("streams_by_unknown_users"),
    file!("streams_of_movies_in_other_case"),
    file!("sessions_of_negative_size"),
    file!("sessions_in_the_future"),
    file!("summary_by_day_differs"),
    file!("summary_by_size_differs"),
    file!("addresses_stored_twice"),
    file!("movies_differing_in_case"),
    file!("movies_without_duration_or_size"),
    file!("sessions_longer_than_a_day"),
    file!("sessions_longer_than_movie"),
    file!("sessions_larger_than_movie"),
    file!("sessions_with_two_ends"),
    file!("users_differing_in_case"),
    file!("authors_differing_in_case"),
    file!("authors_dead_before_birth"),
    file!("authors_in_the_future"),
    file!("books_by_unknown_authors"),
    file!("books_differing_in_case"),
    file!("books_without_pages"),
    file!("reviews_of_unknown_movies"),
    file!("reviews_of_unknown_books"),
    file!("reviews_rated_twice"),
];

/// The rules that read every stream, and so run only when they are asked for.
const DEEP: &[&str] = &["summary_by_day_differs", "summary_by_size_differs", "addresses_stored_twice"];

/// How bad it is that a rule is broken.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Odd, but the answers hold as far as the data does
    Warning,
    /// An answer is wrong, or will be
    Error,
}

impl Severity {
    /// `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A rule that the warehouse as a whole should keep: SQL that returns what breaks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name on the command line.
    pub name: String,
    /// What its rows are, for a heading.
    pub title: String,
    /// How bad they are.
    pub severity: Severity,
    /// What they do to the answers, and where they may come from.
    pub why: String,
    /// The parameters, in the order of the header.
    pub params: Vec<Param>,
    /// The whole file.
    pub sql: Cow<'static, str>,
    /// Whether it reads every stream, and so runs only when it is asked for.
    pub deep: bool,
    /// The file of the project that it is from; absent for a shipped one.
    pub file: Option<String>,
    /// What the parameters are that are not given, where the SQL itself does not say it.
    pub(super) defaults: Vec<Binding>,
}

impl Rule {
    /// The values for its parameters: those of `given` that it declares, and its own defaults.
    pub(super) fn bindings(&self, given: &[Binding]) -> Vec<Binding> {
        let declared = |binding: &&Binding| self.params.iter().any(|param| param.name == binding.name);
        let given = || given.iter().filter(declared);
        let is_default = |binding: &&Binding| !given().any(|other| other.name == binding.name);
        given().chain(self.defaults.iter().filter(is_default)).cloned().collect()
    }

    /// Says where an error is that came of running it.
    pub(super) fn at(&self, error: Error) -> Error {
        match &self.file {
            Some(file) => located(file, &self.sql, error),
            None => error.at(&self.name),
        }
    }
}

/// The rules there are: those that `scli` comes with, and a project's own.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The rules, in order: first the errors that are shipped, then the warnings, then the project's by name.
    pub all: Vec<Rule>,
    /// The project's files that cannot be used.
    pub broken: Broken,
}

impl Rules {
    /// Those that `scli` comes with.
    pub fn shipped() -> Rules {
        // A test holds that every file parses, so none is ever left out.
        let all = FILES.iter().filter_map(|(name, sql)| parse(name, sql).ok()).collect();
        Rules { all, broken: Broken::default() }
    }

    /// Those of a project, with those that follow from the references of described models.
    pub fn of(project: &Project, references: Vec<Rule>) -> Result<Rules> {
        let mut rules = if project.asks_shipped() { Rules::shipped() } else { Rules::default() };
        rules.all.extend(references);
        for file in project.sql_files("checks") {
            let taken = rules.all.iter().any(|rule| rule.name == file.name).then_some("rule");
            match own(&file, taken) {
                Ok(rule) => rules.all.push(rule),
                Err(error) => rules.broken.note(&file.name, error.at(&file.place))?,
            }
        }
        Ok(rules)
    }

    /// The rules of these names, each once and in their order. For no names all of them, but those that read every
    /// stream only if it may go `deep`.
    pub fn choose(&self, names: &[String], deep: bool) -> Result<Vec<&Rule>> {
        for name in names {
            self.named(name)?;
        }
        let is_chosen = |rule: &&Rule| match names {
            [] => deep || !rule.deep,
            names => names.contains(&rule.name),
        };
        Ok(self.all.iter().filter(is_chosen).collect())
    }

    /// The rule of this name, or an error that suggests one.
    pub(super) fn named(&self, name: &str) -> Result<&Rule> {
        self.all.iter().find(|rule| rule.name == name).ok_or_else(|| {
            if let Some(error) = self.broken.why(name) {
                return error.clone();
            }
            let known: Vec<_> = self.all.iter().map(|rule| rule.name.as_str()).collect();
            Error::usage(format!("there is no rule called `{name}`")).help(suggestion(name, "rules", &known))
        })
    }
}

/// The values for rules of quality, each checked against what one of the rules declares.
pub fn bind_for_rules(rules: &[&Rule], given: &[String]) -> Result<Vec<Binding>> {
    let params: Vec<&Param> = rules.iter().flat_map(|rule| &rule.params).collect();
    bind(given, |name, text| {
        let known = params.iter().find(|param| param.name == name);
        declared(
            known.ok_or_else(|| {
                let error = Error::usage(format!("none of these rules has a parameter `{name}`"));
                match params.is_empty() {
                    true => {
                        error.help("they take no parameters; scli check --list shows those of every rule")
                    }
                    false => error.help(suggestion(name, "their parameters", &param_names(&params))),
                }
            })?,
            text,
        )
    })
}

fn parse(name: &'static str, sql: &'static str) -> std::result::Result<Rule, String> {
    let mut header = Header::parse(name, sql, &["title", "severity", "why"])?;
    let severity = header.take("severity")?;
    Ok(Rule {
        name: name.to_owned(),
        title: header.take("title")?,
        severity: level(&severity).map_err(|what| format!("{name}: {what}"))?,
        why: header.take("why")?,
        params: header.params,
        sql: Cow::Borrowed(sql),
        deep: DEEP.contains(&name),
        file: None,
        defaults: Vec::new(),
    })
}

fn level(severity: &str) -> std::result::Result<Severity, String> {
    Severity::from_str(severity, false)
        .map_err(|_| format!("the severity is neither warning nor error: {severity}"))
}

/// A rule of a project's own; a warning where it does not say more.
fn own(file: &SqlFile, taken: Option<&str>) -> Result<Rule> {
    let OwnFile { sql, mut header, defaults } =
        own_file(&file.name, &file.text, taken, &["severity", "why"])?;
    let severity = match header.take_with_line("severity") {
        Some((severity, line)) => level(&severity).map_err(|what| {
            Error::failed(format!("line {line}: {what}"))
                .help("write -- severity: warning, or -- severity: error")
        })?,
        None => Severity::Warning,
    };
    Ok(Rule {
        name: file.name.clone(),
        title: header.take_optional("title").unwrap_or_default(),
        severity,
        why: header.take_optional("why").unwrap_or_default(),
        params: header.params,
        sql: Cow::Owned(sql),
        deep: false,
        file: Some(file.place.clone()),
        defaults,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::error::Kind;
    use crate::sql::{ParamKind, fixture, time};

    fn rules() -> Rules {
        Rules::shipped()
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn every_file_is_a_rule_and_every_rule_a_file() {
        for (name, sql) in FILES {
            parse(name, sql).unwrap();
        }
        let named: BTreeSet<_> = rules().all.iter().map(|rule| format!("{}.sql", rule.name)).collect();
        let files: BTreeSet<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/checks"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(named, files);
    }

    #[test]
    fn errors_come_first_and_a_file_ends_as_the_program_expects() {
        assert!(rules().all.is_sorted_by_key(|rule| std::cmp::Reverse(rule.severity)));
        for rule in &rules().all {
            let sql: Vec<&str> = rule.sql.lines().filter(|line| !line.starts_with("--")).collect();
            let last = sql.last().unwrap();
            assert!(last.starts_with("ORDER BY ") && last.ends_with(';'), "{}: {last}", rule.name);
            assert_eq!(sql.concat().matches(';').count(), 1, "{}", rule.name);
        }
    }

    #[test]
    fn streams_are_grouped_in_the_order_that_they_are_stored_in() {
        let conn = fixture::empty();
        let rules = rules();
        let rule = rules.all.iter().find(|rule| rule.name == "sessions_with_two_ends").unwrap();
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", rule.sql)).unwrap();
        let steps = plan.query_map([], |row| row.get::<_, String>("detail")).unwrap();
        let steps: Vec<String> = steps.map(std::result::Result::unwrap).collect();
        assert!(steps.iter().all(|step| !step.contains("FOR GROUP BY")), "{steps:?}");
    }

    #[test]
    fn columns_are_unique_and_the_first_is_a_key() {
        let conn = fixture::empty();
        for rule in &rules().all {
            let statement = conn.prepare(&rule.sql).unwrap();
            let names: Vec<&str> = statement.column_names().collect();
            assert!(
                ["title", "email", "name", "id", "day", "class"].contains(&names[0]),
                "{}: {names:?}",
                rule.name
            );
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{}", rule.name);
        }
    }

    #[test]
    fn parameters_are_declared_used_and_mean_the_same_everywhere() {
        let conn = fixture::empty();
        let mut all: BTreeMap<&str, &Param> = BTreeMap::new();
        let rules = rules();
        for rule in &rules.all {
            let statement = conn.prepare(&rule.sql).unwrap();
            let used: BTreeSet<_> = (1..=statement.parameter_count())
                .map(|i| statement.parameter_name(i).unwrap().to_owned())
                .collect();
            let declared: BTreeSet<_> = rule.params.iter().map(|param| format!(":{}", param.name)).collect();
            assert_eq!(used, declared, "{}", rule.name);
            for param in &rule.params {
                let fallback = format!("coalesce(:{}, {})", param.name, param.default);
                assert!(rule.sql.contains(&fallback), "{}: {fallback}", rule.name);
                assert_eq!(*all.entry(param.name.as_str()).or_insert(param), param);
                if param.kind == ParamKind::Time && param.default != "'now'" {
                    assert!(time::utc(param.default.trim_matches('\'')).is_some(), "{}", rule.name);
                }
            }
        }
    }

    #[test]
    fn rules_are_chosen_by_name_in_the_order_of_the_registry() {
        assert_eq!(rules().choose(&[], true).unwrap().len(), rules().all.len());
        let names = ["books_without_pages", "sessions_in_the_future", "books_without_pages"];
        let rules = rules();
        let chosen = rules.choose(&strings(&names), false).unwrap();
        let chosen: Vec<_> = chosen.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(chosen, ["sessions_in_the_future", "books_without_pages"]);
        let error = rules.choose(&strings(&["books_without_pagse"]), false).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.remedy().unwrap().starts_with("did you mean `books_without_pages`? rules: "));
    }

    #[test]
    fn a_malformed_header_is_named() {
        let parsed = |sql| parse("r", sql).unwrap_err();
        assert_eq!(parsed("-- title: T\n"), "r: no severity");
        assert_eq!(
            parsed("-- title: T\n-- severity: bad\n-- why: W\n"),
            "r: the severity is neither warning nor error: bad"
        );
        assert_eq!(parsed("-- title: T\n-- severity: error\n"), "r: no why");
    }
}
