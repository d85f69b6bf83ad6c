//! The project file, `scli.toml`: what a team agrees on for its warehouse, kept beside its files.
//!
//! This version reads `[project]` and the tables `[check.RULE]`, `[model.NAME]` and `[source.NAME]`. All others are for later versions,
//! and left alone. The folder of the file may have questions in `queries/` and rules of quality in `checks/`.

mod broken;
mod datapackage;
mod draft;
mod files;
mod model;
mod shipped;
mod source;

pub use broken::Broken;
pub use datapackage::{Packaged, read as read_datapackage, to_datapackage};
pub use draft::to_toml;
pub use files::SqlFile;
pub use model::Described;
pub use shipped::{SHIPPED, shipped};
pub use source::Source;

use crate::collector::{Location, read_text};
use crate::error::{Error, Kind, Result};
use serde::de::{self, Deserializer, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The file's name, in whatever folder.
pub const FILE: &str = "scli.toml";

/// What a project file says; of none, nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Project {
    /// The folder that it is in; `None` where there is no project file.
    pub folder: Option<PathBuf>,
    /// Whether there are the six models that `scli` comes with, and the questions and rules about them; `None` if it
    /// does not say.
    pub shipped: Option<bool>,
    /// What it says of rules of quality, in its order.
    pub checks: Vec<Check>,
    /// The models that it describes, in its order.
    pub models: Vec<Described>,
    /// Where its files come from, in its order.
    pub sources: Vec<Source>,
}

impl Project {
    /// Whether the questions and rules are asked that `scli` comes with.
    pub fn asks_shipped(&self) -> bool {
        self.shipped != Some(false)
    }

    /// The SQL files in a folder of the project; none without a project.
    pub fn sql_files(&self, folder: &str) -> Vec<SqlFile> {
        self.folder.as_deref().map(|project| files::sql_files(&project.join(folder))).unwrap_or_default()
    }
}

/// What it says of one rule of quality.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// The rule's name as it is written; perhaps no rule has it.
    pub rule: String,
    /// Where it is written, for an error: the file and the line.
    pub place: String,
    /// How many things the rule may find.
    pub threshold: Option<u64>,
}

/// Reads the project file in `folder`, or the one in the working folder, if there is one. A folder that
/// is named must have one; what is wrong in it is a usage error that names the file and the line.
pub fn read(folder: Option<&Path>) -> Result<Project> {
    let path = folder.map_or_else(|| PathBuf::from(FILE), |folder| folder.join(FILE));
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && folder.is_none() => {
            Ok(Project::default())
        }
        Err(error) => Err(Error::usage(error.to_string())
            .at(path.display())
            .help(format!("name a folder that has a file {FILE}"))),
        Ok(_) => {
            let project = parse(&read_text(&Location::File(path.clone())).map_err(as_usage)?, &path)?;
            Ok(Project { folder: Some(folder.unwrap_or(Path::new("")).to_owned()), ..project })
        }
    }
}

/// What is wrong with the file itself is told like what is wrong in it.
fn as_usage(error: Error) -> Error {
    match (error.kind(), error.remedy()) {
        (Kind::Failed, Some(remedy)) => Error::usage(error.message()).help(remedy),
        (Kind::Failed, None) => Error::usage(error.message()),
        _ => error,
    }
}

fn parse(text: &str, path: &Path) -> Result<Project> {
    let text = text.trim_start_matches('\u{feff}');
    let place = |at: usize| {
        let before = text.get(..at).unwrap_or(text);
        format!("{}, line {}", path.display(), before.matches('\n').count() + 1)
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let place = error.span().map_or_else(|| path.display().to_string(), |span| place(span.start));
        // The first line says what is wrong; what follows repeats where.
        let what = error.message().lines().next().unwrap_or("is not TOML").to_owned();
        // The heading there, or above, tells what the place is about.
        let end =
            |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
        let before = error.span().and_then(|span| text.get(..end(span.start))).unwrap_or_default();
        let heading = before.lines().rev().find(|line| line.starts_with('[')).unwrap_or_default();
        let help = match (heading.starts_with("[model"), what.contains("unknown field")) {
            _ if heading.starts_with("[project") => "write [project], and on a line below it shipped = false",
            _ if heading.starts_with("[source") => "docs/remote.md says what can be said of a source",
            (true, _) => "docs/models.md says what can be said of a model and its fields",
            (false, true) => "the only key of a rule is: threshold",
            (false, false) => "write [check.RULE], and on a line below it threshold = N",
        };
        Error::usage(what).at(place).help(help)
    })?;
    let mut checks: Vec<_> =
        file.check.into_iter().map(|(rule, said)| (rule.span().start, rule, said)).collect();
    checks.sort_by_key(|(at, ..)| *at);
    let check = |(at, rule, said): (usize, Spanned<String>, Said)| Check {
        rule: rule.into_inner(),
        place: place(at),
        threshold: said.threshold.map(|Whole(number)| number),
    };
    let shipped = file.project.and_then(|project| project.shipped);
    let models = model::models(file.model, place)?;
    let sources = source::sources(file.source, place)?;
    Ok(Project { folder: None, shipped, checks: checks.into_iter().map(check).collect(), models, sources })
}

/// The file; tables of other names are passed over.
#[derive(serde::Deserialize)]
struct File {
    #[serde(default)]
    check: BTreeMap<Spanned<String>, Said>,
    #[serde(default)]
    model: BTreeMap<Spanned<String>, model::Said>,
    #[serde(default)]
    source: BTreeMap<Spanned<String>, source::Said>,
    project: Option<OfProject>,
}

#[derive(serde::Deserialize)]
struct OfProject {
    shipped: Option<bool>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as [check.RULE] with threshold = 5")]
struct Said {
    threshold: Option<Whole>,
}

/// A whole number that is not negative. Its own type, so that an error says so in words.
struct Whole(u64);

impl<'de> de::Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, 0 or more")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> std::result::Result<Whole, E> {
                let whole = u64::try_from(number).map(Whole);
                whole.map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> std::result::Result<Whole, E> {
                Ok(Whole(number))
            }
        }
        deserializer.deserialize_u64(Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Project> {
        parse(text, Path::new("p/scli.toml"))
    }

    #[test]
    fn rules_come_in_their_order_with_their_lines_and_all_else_is_left_alone() {
        let text = "\u{feff}[project]\nname = 'w'\n\n[check.b]\nthreshold = 0\n[other.x]\nthreshold = 'any'\n\
                    [check]\na = { threshold = 1_000 }\nc = {}\n";
        let check = |rule: &str, line: u32, threshold| Check {
            rule: rule.to_owned(),
            place: format!("p/scli.toml, line {line}"),
            threshold,
        };
        let expected = vec![check("b", 4, Some(0)), check("a", 9, Some(1000)), check("c", 10, None)];
        assert_eq!(read_text(text).unwrap().checks, expected);
        assert_eq!(read_text("").unwrap(), Project::default());
        assert_eq!(read_text("[project]\nshipped = false").unwrap().shipped, Some(false));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, message) in [
            (
                "\n[check.a]\nthreshold = \"9\"",
                "line 3: invalid type: string \"9\", expected a whole number, 0 or more",
            ),
            (
                "[check.a]\nthreshold = -1",
                "line 2: invalid value: integer `-1`, expected a whole number, 0 or more",
            ),
            (
                "[check.a]\nthreshold = 1.0",
                "line 2: invalid type: floating point `1.0`, expected a whole number, 0 or more",
            ),
            ("[check.a]\n\nmax = 1", "line 3: unknown field `max`, expected `threshold`"),
            (
                "\ncheck.a = 7",
                "line 2: invalid type: integer `7`, expected a table such as [check.RULE] with threshold = 5",
            ),
            ("[check.a]\nthreshold = 1\n[check.a]", "line 3: duplicate key"),
            ("[check.a\nthreshold = 1", "line 1: "),
            ("\n[project]\nshipped = 0", "line 3: invalid type: integer `0`, expected a boolean"),
        ] {
            let error = read_text(text).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
            assert!(error.message().starts_with(&format!("p/scli.toml, {message}")), "{error}");
            assert!(error.remedy().is_some(), "{error}");
        }
    }
}
