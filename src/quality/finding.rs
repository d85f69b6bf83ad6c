//! What the rules of quality find.

use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Map, Value};

use super::rule::{Rule, Severity};
use crate::error::Result;
use crate::project::Broken;
use crate::sql::{Binding, Cell, Sink, bare, prepared, run};

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// How bad it is if there is anything.
    pub severity: Severity,
    /// What was found, for a heading.
    pub title: String,
    /// What that does to the answers; in no format for programs, since it never changes.
    #[serde(skip)]
    pub why: String,
    /// How many rows the rule returned.
    pub count: u64,
    /// How many it may return, where that is said.
    pub threshold: Option<u64>,
    /// How many it returned earlier, where that was asked.
    #[serde(flatten)]
    pub earlier: Option<Earlier>,
    /// The first of them, by their columns.
    pub samples: Vec<Map<String, Value>>,
}

/// What a rule found as of an earlier load.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Earlier {
    /// The load.
    pub since: i64,
    /// How many rows the rule returned then.
    pub earlier: u64,
    /// How many more it returns now; negative where there are fewer.
    pub difference: i64,
}

/// Runs `chosen` rules, each with those of `bindings` that it has a parameter for, and keeps up to
/// `samples` of the rows of each. A project's own that fails is noted as `broken`.
pub fn inspect(
    conn: &Connection,
    chosen: &[&Rule],
    bindings: &[Binding],
    samples: u32,
    broken: &mut Broken,
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in chosen {
        match find(conn, rule, bindings, samples).map_err(|error| rule.at(error)) {
            Ok(finding) => findings.push(finding),
            Err(error) if rule.file.is_some() => broken.note(&rule.name, error)?,
            Err(error) => return Err(error),
        }
    }
    Ok(findings)
}

/// Counting and sampling are two statements. SQLite leaves out of a count what it does not need, the
/// order and the columns, and of an ordered result with a limit keeps only the first rows, so both
/// are far cheaper together than to go through all rows. A load that commits between the two is seen
/// by the second only; a reader that held it up would be worse.
fn find(conn: &Connection, rule: &Rule, bindings: &[Binding], samples: u32) -> Result<Finding> {
    let bindings = rule.bindings(bindings);
    if rule.file.is_some() {
        // Within another statement it could be understood where it cannot be alone.
        prepared(conn, &rule.sql)?;
    }
    let select = bare(&rule.sql);

    let mut count = Count::default();
    // The order outside is what makes SQLite drop the order inside.
    run(conn, &format!("SELECT count(*) FROM ({select}\n) ORDER BY 1"), &bindings, &mut count)?;
    let mut rows = Samples::default();
    if count.0 > 0 && samples > 0 {
        let first = match &rule.file {
            // It may have a limit of its own.
            Some(_) => format!("SELECT * FROM (\n{select}\n) LIMIT {samples}"),
            None => format!("{select}\nLIMIT {samples}"),
        };
        run(conn, &first, &bindings, &mut rows)?;
    }
    Ok(Finding {
        rule: rule.name.clone(),
        severity: rule.severity,
        title: rule.title.clone(),
        why: rule.why.clone(),
        count: count.0,
        threshold: None,
        earlier: None,
        samples: rows.rows,
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
    use super::*;
    use crate::quality::{Rules, bind_for_rules};
    use crate::sql::fixture;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_parameter_goes_to_the_rules_that_have_it() {
        let given = strings(&["now=2021-12-25T00:00:00Z", "max_hours=10"]);
        let rules = Rules::shipped();
        let names = ["sessions_in_the_future", "sessions_longer_than_a_day"];
        let chosen = rules.choose(&strings(&names), false).unwrap();
        let bindings = bind_for_rules(&chosen, &given).unwrap();
        let found = inspect(&fixture::small(), &chosen, &bindings, 1, &mut Broken::default()).unwrap();
        assert_eq!(found.iter().map(|finding| finding.count).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(found[0].samples[0]["end_at"], "2021-12-25T13:00:00Z");
        assert_eq!(found[1].samples[0]["hours"], 17.0);
        assert_eq!(found[0].samples.len(), 1);

        let error = bind_for_rules(&chosen[..1], &given).unwrap_err();
        assert_eq!(error.message(), "none of these rules has a parameter `max_hours`");
        assert_eq!(error.remedy(), Some("their parameters: now"));
        let error = bind_for_rules(&rules.choose(&strings(&["books_without_pages"]), false).unwrap(), &given)
            .unwrap_err();
        assert!(error.remedy().unwrap().starts_with("they take no parameters"));
    }
}
