//! Watching the rules: how many things each may find, how many it found before, and what fails for that.

use std::collections::BTreeMap;

use super::finding::{Earlier, Finding};
use super::rule::{Rule, Rules, Severity};
use crate::error::{Error, Result};

/// How many things a rule may find, by the name of the rule.
pub type Thresholds = BTreeMap<String, u64>;

/// The thresholds for those of `all` rules that are `chosen` to run. `agreed` are names of rules, where each is
/// written, and a number; `given` are texts such as `books_without_pages=5`, and win. A rule that does
/// not exist is an error in both, one that does not run only where it is given.
pub fn thresholds<'a>(
    all: &Rules,
    chosen: &[&Rule],
    agreed: impl IntoIterator<Item = (&'a str, &'a str, Option<u64>)>,
    given: &[String],
) -> Result<Thresholds> {
    let runs = |rule: &Rule| chosen.iter().any(|chosen| chosen.name == rule.name);
    let mut thresholds = Thresholds::new();
    for (name, place, number) in agreed {
        let rule = match all.named(name) {
            Ok(rule) => rule,
            Err(_) if all.broken.why(name).is_some() => continue, // told when the rules were run
            Err(error) => return Err(error.at(place)),
        };
        if let Some(number) = number.filter(|_| runs(rule)) {
            thresholds.insert(rule.name.clone(), number);
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for text in given {
        let (name, number) = text.split_once('=').ok_or_else(|| malformed(text))?;
        let rule = all.named(name)?;
        let number = number.parse().map_err(|_| malformed(text))?;
        if !runs(rule) {
            let error = Error::usage(format!("`{name}` has a threshold, but is not run"));
            let help = if rule.deep { "name it, or add --deep" } else { "name it, or name no rule" };
            return Err(error.help(help));
        }
        if told.contains(&rule.name.as_str()) {
            return Err(Error::usage(format!("the threshold of `{name}` is given twice")));
        }
        told.push(&rule.name);
        thresholds.insert(rule.name.clone(), number);
    }
    Ok(thresholds)
}

fn malformed(text: &str) -> Error {
    Error::usage(format!("`{text}` is no threshold"))
        .help("write RULE=N, where N is a whole number, as in: --threshold books_without_pages=5")
}

/// Notes beside each finding how many things the rule may find.
pub fn allow(findings: &mut [Finding], thresholds: &Thresholds) {
    for finding in findings {
        finding.threshold = thresholds.get(&finding.rule).copied();
    }
}

/// Notes beside each finding what the same rule found in `before`, as of the load `since`.
pub fn compare(findings: &mut [Finding], before: &[Finding], since: i64) {
    for finding in findings {
        let same = before.iter().find(|earlier| earlier.rule == finding.rule);
        finding.earlier = same.map(|earlier| Earlier {
            since,
            earlier: earlier.count,
            difference: signed(finding.count).saturating_sub(signed(earlier.count)),
        });
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// An error that names the rules that found too much, if any did: of those with a threshold, the ones
/// beyond it; of the others, those of `level` and above that found anything, and those that found more
/// than before.
pub fn fail(findings: &[Finding], level: Option<Severity>) -> Result<()> {
    let broken: Vec<String> = findings.iter().filter_map(|finding| too_much(finding, level)).collect();
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

/// The rule, what it found, and how that is too much.
fn too_much(finding: &Finding, level: Option<Severity>) -> Option<String> {
    let Finding { rule, severity, count, threshold, earlier, .. } = finding;
    if let Some(threshold) = threshold {
        return (count > threshold).then(|| format!("{rule} ({count}, threshold {threshold})"));
    }
    match earlier {
        Some(before) if before.difference > 0 => {
            Some(format!("{rule} ({count}, was {} as of load {})", before.earlier, before.since))
        }
        _ => {
            (*count > 0 && level.is_some_and(|level| *severity >= level)).then(|| format!("{rule} ({count})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn finding(rule: &str, severity: Severity, count: u64) -> Finding {
        Finding {
            rule: rule.to_owned(),
            severity,
            title: String::new(),
            why: String::new(),
            count,
            threshold: None,
            earlier: None,
            samples: Vec::new(),
        }
    }

    #[test]
    fn what_reaches_the_level_fails_with_the_names_of_the_rules() {
        let findings = [
            finding("a", Severity::Error, 0),
            finding("b", Severity::Error, 2),
            finding("c", Severity::Warning, 3),
        ];
        let error = fail(&findings, Some(Severity::Error)).unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::Failed, "1 rule is broken: b (2)"));
        let error = fail(&findings, Some(Severity::Warning)).unwrap_err();
        assert_eq!(error.message(), "2 rules are broken: b (2), c (3)");
        fail(&findings[2..], Some(Severity::Error)).unwrap();
        fail(&findings[..1], Some(Severity::Warning)).unwrap();
        fail(&findings, None).unwrap();
    }

    #[test]
    fn a_threshold_decides_alone_and_a_rise_fails_without_one() {
        let mut findings = [("a", 5), ("b", 5), ("c", 5), ("d", 5)]
            .map(|(rule, count)| finding(rule, Severity::Error, count));
        let before = [("a", 4), ("b", 4), ("c", 4), ("d", 5)]
            .map(|(rule, count)| finding(rule, Severity::Error, count));
        allow(&mut findings, &Thresholds::from([("a".to_owned(), 4), ("b".to_owned(), 5)]));
        compare(&mut findings, &before, 7);
        let error = fail(&findings, None).unwrap_err();
        assert_eq!(error.message(), "2 rules are broken: a (5, threshold 4), c (5, was 4 as of load 7)");
        let error = fail(&findings, Some(Severity::Warning)).unwrap_err();
        assert!(error.message().ends_with("c (5, was 4 as of load 7), d (5)"), "{error}");
        compare(&mut findings, &[finding("a", Severity::Error, 9)], 7);
        assert_eq!(findings[0].earlier.as_ref().map(|earlier| earlier.difference), Some(-4));
    }

    #[test]
    fn what_is_given_wins_over_what_is_agreed() {
        let all = Rules::shipped();
        let rules = all
            .choose(&["books_without_pages".to_owned(), "users_differing_in_case".to_owned()], false)
            .unwrap();
        let given = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let agreed = [
            ("books_without_pages", "f, line 1", Some(1)),
            ("users_differing_in_case", "f, line 2", Some(2)),
            ("authors_in_the_future", "f, line 3", Some(3)),
        ];
        let found = thresholds(&all, &rules, agreed, &given(&["books_without_pages=7"])).unwrap();
        assert_eq!(
            found,
            Thresholds::from([
                ("books_without_pages".to_owned(), 7),
                ("users_differing_in_case".to_owned(), 2)
            ])
        );
        for (texts, message) in [
            (&["books_without_pages"][..], "`books_without_pages` is no threshold"),
            (&["books_without_pages=-1"], "`books_without_pages=-1` is no threshold"),
            (&["books_without_page=1"], "there is no rule called `books_without_page`"),
            (&["authors_in_the_future=1"], "`authors_in_the_future` has a threshold, but is not run"),
            (
                &["books_without_pages=1", "books_without_pages=1"],
                "the threshold of `books_without_pages` is given twice",
            ),
        ] {
            let error = thresholds(&all, &rules, [], &given(texts)).unwrap_err();
            assert_eq!((error.kind(), error.message()), (Kind::Usage, message));
        }
        let error = thresholds(&all, &rules, [("book_without_pages", "f, line 9", None)], &[]).unwrap_err();
        assert_eq!(error.message(), "f, line 9: there is no rule called `book_without_pages`");
        assert!(error.remedy().unwrap().starts_with("did you mean `books_without_pages`?"), "{error}");
    }
}
