//! The rules of quality: what no single record can break, so that only the whole warehouse shows it.
//!
//! A rule is one SQL file, which returns a row for each thing that breaks it, the worst first where
//! there is a measure. Its first column names the thing as the key of its model does; the others
//! show why.

use std::sync::LazyLock;

use clap::ValueEnum;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Map, Value};

use super::header::{Header, Param};
use super::nearest::suggestion;
use super::{Binding, Cell, Sink, run};
use crate::error::{Error, Result};

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
    file!("users_differing_in_case"),
    file!("authors_differing_in_case"),
    file!("authors_dead_before_birth"),
    file!("authors_in_the_future"),
    file!("books_by_unknown_authors"),
    file!("books_differing_in_case"),
    file!("books_without_pages"),
    file!("reviews_of_unknown_movies"),
    file!("reviews_of_unknown_books"),
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
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// Its name on the command line.
    pub name: &'static str,
    /// What its rows are, for a heading.
    pub title: String,
    /// How bad they are.
    pub severity: Severity,
    /// What they do to the answers, and where they may come from.
    pub why: String,
    /// The parameters, in the order of the header.
    pub params: Vec<Param>,
    /// The whole file.
    pub sql: &'static str,
}

impl Rule {
    /// Whether it reads every stream, and so runs only when it is asked for.
    pub fn deep(&self) -> bool {
        DEEP.contains(&self.name)
    }
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is if there is anything.
    pub severity: Severity,
    /// What was found, for a heading.
    pub title: &'static str,
    /// What that does to the answers; in no format for programs, since it never changes.
    #[serde(skip)]
    pub why: &'static str,
    /// How many rows the rule returned.
    pub count: u64,
    /// The first of them, by their columns.
    pub samples: Vec<Map<String, Value>>,
}

/// All rules, in order.
pub fn rules() -> &'static [Rule] {
    // A test holds that every file parses, so none is ever left out.
    static ALL: LazyLock<Vec<Rule>> =
        LazyLock::new(|| FILES.iter().filter_map(|(name, sql)| parse(name, sql).ok()).collect());
    &ALL
}

/// The rules of these names, each once and in the order of [`rules`]. For no names all of them, but
/// those that read every stream only if it may go `deep`.
pub fn choose(names: &[String], deep: bool) -> Result<Vec<&'static Rule>> {
    if let Some(unknown) = names.iter().find(|name| !rules().iter().any(|rule| rule.name == **name)) {
        let known: Vec<_> = rules().iter().map(|rule| rule.name).collect();
        let help = suggestion(unknown, "rules", &known);
        return Err(Error::usage(format!("there is no rule called `{unknown}`")).help(help));
    }
    let is_chosen = |rule: &&Rule| match names {
        [] => deep || !rule.deep(),
        names => names.iter().any(|name| name == rule.name),
    };
    Ok(rules().iter().filter(is_chosen).collect())
}

/// Runs `chosen` rules, each with those of `bindings` that it has a parameter for, and keeps up to
/// `samples` of the rows of each.
pub fn inspect(
    conn: &Connection,
    chosen: &[&'static Rule],
    bindings: &[Binding],
    samples: u32,
) -> Result<Vec<Finding>> {
    let find =
        |rule: &&'static Rule| find(conn, rule, bindings, samples).map_err(|error| error.at(rule.name));
    chosen.iter().map(find).collect()
}

/// Counting and sampling are two statements. SQLite leaves out of a count what it does not need, the
/// order and the columns, and of an ordered result with a limit keeps only the first rows, so both
/// are far cheaper together than to go through all rows. A load that commits between the two is seen
/// by the second only; a reader that held it up would be worse.
fn find(conn: &Connection, rule: &'static Rule, bindings: &[Binding], samples: u32) -> Result<Finding> {
    let declared = |binding: &&Binding| rule.params.iter().any(|param| param.name == binding.name);
    let bindings: Vec<Binding> = bindings.iter().filter(declared).cloned().collect();
    let select = rule.sql.trim_end().trim_end_matches(';');

    let mut count = Count::default();
    // The order outside is what makes SQLite drop the order inside.
    run(conn, &format!("SELECT count(*) FROM ({select}\n) ORDER BY 1"), &bindings, &mut count)?;
    let mut rows = Samples::default();
    if count.0 > 0 && samples > 0 {
        run(conn, &format!("{select}\nLIMIT {samples}"), &bindings, &mut rows)?;
    }
    Ok(Finding {
        rule: rule.name,
        severity: rule.severity,
        title: &rule.title,
        why: &rule.why,
        count: count.0,
        samples: rows.rows,
    })
}

/// An error that names the rules of `level` and above that found something, if any did.
pub fn fail_on(level: Severity, findings: &[Finding]) -> Result<()> {
    let broken: Vec<String> = findings
        .iter()
        .filter(|finding| finding.count > 0 && finding.severity >= level)
        .map(|finding| format!("{} ({})", finding.rule, finding.count))
        .collect();
    match broken.len() {
        0 => Ok(()),
        number => {
            let rules = if number == 1 { "rule is" } else { "rules are" };
            let message = format!("{number} {rules} broken: {}", broken.join(", "));
            Err(Error::failed(message)
                .help("see more with --samples N; docs/quality.md says what each rule means"))
        }
    }
}

fn parse(name: &'static str, sql: &'static str) -> std::result::Result<Rule, String> {
    let mut header = Header::parse(name, sql, &["title", "severity", "why"])?;
    let severity = header.take("severity")?;
    Ok(Rule {
        name,
        title: header.take("title")?,
        severity: Severity::from_str(&severity, false)
            .map_err(|_| format!("{name}: the severity is neither warning nor error: {severity}"))?,
        why: header.take("why")?,
        params: header.params,
        sql,
    })
}

/// Takes the one number that a count returns.
#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn columns(&mut self, _: &[&str]) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if let [Cell::Integer(count)] = cells {
            self.0 = count.unsigned_abs();
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Keeps rows by the names of their columns.
#[derive(Default)]
struct Samples {
    names: Vec<String>,
    rows: Vec<Map<String, Value>>,
}

impl Sink for Samples {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.names = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let values = cells.iter().map(|cell| match *cell {
            Cell::Null => Value::Null,
            Cell::Integer(number) => number.into(),
            Cell::Real(number) => number.into(),
            Cell::Text(text) => text.into(),
            Cell::Blob(bytes) => String::from_utf8_lossy(bytes).into(), // text that is not UTF-8
        });
        self.rows.push(self.names.iter().cloned().zip(values).collect());
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::error::Kind;
    use crate::query::{ParamKind, bind_for_rules, fixture, time};

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn every_file_is_a_rule_and_every_rule_a_file() {
        for (name, sql) in FILES {
            parse(name, sql).unwrap();
        }
        let named: BTreeSet<_> = rules().iter().map(|rule| format!("{}.sql", rule.name)).collect();
        let files: BTreeSet<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/checks"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(named, files);
    }

    #[test]
    fn errors_come_first_and_a_file_ends_as_the_program_expects() {
        assert!(rules().is_sorted_by_key(|rule| std::cmp::Reverse(rule.severity)));
        for rule in rules() {
            let sql: Vec<&str> = rule.sql.lines().filter(|line| !line.starts_with("--")).collect();
            let last = sql.last().unwrap();
            assert!(last.starts_with("ORDER BY ") && last.ends_with(';'), "{}: {last}", rule.name);
            assert_eq!(sql.concat().matches(';').count(), 1, "{}", rule.name);
        }
    }

    #[test]
    fn columns_are_unique_and_the_first_is_a_key() {
        let conn = fixture::empty();
        for rule in rules() {
            let statement = conn.prepare(rule.sql).unwrap();
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
        for rule in rules() {
            let statement = conn.prepare(rule.sql).unwrap();
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
        assert_eq!(choose(&[], true).unwrap().len(), rules().len());
        let names = ["books_without_pages", "sessions_in_the_future", "books_without_pages"];
        let chosen: Vec<_> = choose(&strings(&names), false).unwrap().iter().map(|rule| rule.name).collect();
        assert_eq!(chosen, ["sessions_in_the_future", "books_without_pages"]);
        let error = choose(&strings(&["books_without_pagse"]), false).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.remedy().unwrap().starts_with("did you mean `books_without_pages`? rules: "));
    }

    #[test]
    fn a_parameter_goes_to_the_rules_that_have_it() {
        let given = strings(&["now=2021-12-25T00:00:00Z", "max_hours=10"]);
        let chosen =
            choose(&strings(&["sessions_in_the_future", "sessions_longer_than_a_day"]), false).unwrap();
        let bindings = bind_for_rules(&chosen, &given).unwrap();
        let found = inspect(&fixture::small(), &chosen, &bindings, 1).unwrap();
        assert_eq!(found.iter().map(|finding| finding.count).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(found[0].samples[0]["end_at"], "2021-12-25T13:00:00Z");
        assert_eq!(found[1].samples[0]["hours"], 17.0);
        assert_eq!(found[0].samples.len(), 1);

        let error = bind_for_rules(&chosen[..1], &given).unwrap_err();
        assert_eq!(error.message(), "none of these rules has a parameter `max_hours`");
        assert_eq!(error.remedy(), Some("their parameters: now"));
        let error =
            bind_for_rules(&choose(&strings(&["books_without_pages"]), false).unwrap(), &given).unwrap_err();
        assert!(error.remedy().unwrap().starts_with("they take no parameters"));
    }

    #[test]
    fn what_reaches_the_level_fails_with_the_names_of_the_rules() {
        let finding = |rule, severity, count| Finding {
            rule,
            severity,
            title: "",
            why: "",
            count,
            samples: Vec::new(),
        };
        let findings = [
            finding("a", Severity::Error, 0),
            finding("b", Severity::Error, 2),
            finding("c", Severity::Warning, 3),
        ];
        let error = fail_on(Severity::Error, &findings).unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::Failed, "1 rule is broken: b (2)"));
        let error = fail_on(Severity::Warning, &findings).unwrap_err();
        assert_eq!(error.message(), "2 rules are broken: b (2), c (3)");
        fail_on(Severity::Error, &findings[2..]).unwrap();
        fail_on(Severity::Warning, &findings[..1]).unwrap();
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
