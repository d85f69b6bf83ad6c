//! How a source is to be read, as far as it does not tell by itself.

use super::Format;
use crate::domain::described::{AsRead, Mistake};
use crate::domain::{Invalid, Rule};
use crate::error::Error;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What is said of a source. Nothing, for nearly all.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reading {
    /// What stands between the fields of CSV.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// The encoding of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static Encoding>,
    /// Columns and top-level members by other names: theirs, and those that the model has for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub map: Vec<(String, String)>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The member of a JSON object that holds the records, as in `data` or `data.items`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
}

/// What the name of a separator stands for.
const SEPARATORS: [(&str, char); 5] =
    [("comma", ','), ("semicolon", ';'), ("tab", '\t'), ("\\t", '\t'), ("pipe", '|')];

/// The separator that a text names or is.
pub fn separator(text: &str) -> Option<char> {
    if let Some((_, separator)) = SEPARATORS.iter().find(|(name, _)| *name == text) {
        return Some(*separator);
    }
    let mut characters = text.chars();
    let one = characters.next().filter(|one| *one == '\t' || one.is_ascii_punctuation() && *one != '"');
    one.filter(|_| characters.next().is_none())
}

/// The encoding of this name, as in `utf-16le`, `latin1` or `windows-1252`.
pub fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(name.as_bytes())
}

/// The path that a text is, as in `data.items` or `$.data.items`.
pub fn root(text: &str) -> Option<String> {
    let path = text.strip_prefix("$.").unwrap_or(text);
    path.split('.').all(|step| !step.is_empty()).then(|| path.to_owned())
}

/// What is wrong with a text that is no separator.
pub const NO_SEPARATOR: &str = "expected one mark, as in ; or ^, or comma, semicolon, tab, pipe";
/// The same, of an encoding.
pub const NO_ENCODING: &str = "no such encoding; names are as in windows-1252, latin1, utf-16le, shift_jis";
/// The same, of a root.
pub const NO_ROOT: &str = "expected names with points between, as in data.items";

impl Reading {
    /// What the description of a model says of how its files are read.
    pub fn described(said: &AsRead) -> Result<Reading, Mistake> {
        fn read<T>(
            member: &'static str,
            said: &Option<String>,
            read: impl Fn(&str) -> Option<T>,
            why: &str,
        ) -> Result<Option<T>, Mistake> {
            let Some(text) = said else { return Ok(None) };
            let mistake = || Mistake {
                field: None,
                member,
                message: format!("{member} is `{text}`: {why}"),
                help: "write what load takes for the option of that name, or leave it out".to_owned(),
            };
            read(text).map(Some).ok_or_else(mistake)
        }
        Ok(Reading {
            separator: read("separator", &said.separator, separator, NO_SEPARATOR)?,
            encoding: read("encoding", &said.encoding, encoding, NO_ENCODING)?,
            root: read("root", &said.root, root, NO_ROOT)?,
            sheet: said.sheet.clone(),
            map: Vec::new(),
        })
    }

    /// What a description may say, so that files of these forms are read in this way.
    pub fn as_read(&self, formats: &[Format]) -> AsRead {
        let is_csv = formats.contains(&Format::Csv);
        let name = |separator: char| match separator {
            '\t' => "tab".to_owned(),
            other => other.to_string(),
        };
        AsRead {
            encoding: self.encoding.map(|encoding| encoding.name().to_ascii_lowercase()),
            separator: self.separator.filter(|_| is_csv).map(name),
            sheet: self.sheet.clone().filter(|_| is_csv),
            root: self.root.clone().filter(|_| formats.contains(&Format::Json)),
        }
    }

    /// This, and where it says nothing, what `other` says.
    pub fn or(&self, other: Reading) -> Reading {
        Reading {
            separator: self.separator.or(other.separator),
            encoding: self.encoding.or(other.encoding),
            map: if self.map.is_empty() { other.map } else { self.map.clone() },
            sheet: self.sheet.clone().or(other.sheet),
            root: self.root.clone().or(other.root),
        }
    }

    /// The error with the sheet that it is about, if there is one.
    pub fn place(&self, error: Error) -> Error {
        match &self.sheet {
            Some(sheet) => error.at(format_args!("sheet {sheet:?}")),
            None => error,
        }
    }

    /// What the ledger calls the form of a source that is read in this way: its name, and behind it, as JSON, what
    /// was said and matters for it.
    pub fn collector(&self, format: Format) -> Cow<'static, str> {
        let mut said = self.clone();
        said.separator = said.separator.filter(|_| format == Format::Csv);
        said.sheet = said.sheet.filter(|_| format == Format::Csv);
        said.root = said.root.filter(|_| format == Format::Json);
        match serde_json::to_string(&said) {
            Ok(json) if said != Reading::default() => Cow::Owned(format!("{} {json}", format.name())),
            _ => Cow::Borrowed(format.name()),
        }
    }

    /// How a record is to be read that was set aside by a load of such a form: it is text of its own by then.
    /// The name of the form comes with it.
    pub fn of_record(collector: &str) -> (&str, Reading) {
        let (name, said) = collector.split_once(' ').unwrap_or((collector, ""));
        let said: Said = serde_json::from_str(said).unwrap_or_default();
        (name, Reading { separator: said.separator, map: said.map, ..Reading::default() })
    }

    /// The name that the model has for a column: in any case, and with spaces around it.
    pub fn name_of<'n>(&'n self, column: &'n str) -> &'n str {
        let column = column.trim();
        if self.map.is_empty() {
            return column;
        }
        let lower = column.to_lowercase();
        let mapped = self.map.iter().find(|(theirs, _)| theirs.trim().to_lowercase() == lower);
        mapped.map_or(column, |(_, ours)| ours)
    }

    /// Gives the top-level members of a record the names that the model has for them.
    pub fn rename(&self, value: &mut Value) -> Result<(), Invalid> {
        let Value::Object(object) = value else { return Ok(()) };
        if !self.map.iter().any(|(theirs, _)| object.contains_key(theirs)) {
            return Ok(());
        }
        let mut renamed = Map::with_capacity(object.len());
        for (name, value) in std::mem::take(object) {
            let ours = self.map.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| ours.clone());
            let ours = ours.unwrap_or(name);
            if renamed.contains_key(&ours) {
                let message = "stands there under its own name and under one that --map gives it";
                return Err(Invalid::new(Rule::Shape, ours, None, message));
            }
            renamed.insert(ours, value);
        }
        *object = renamed;
        Ok(())
    }
}

/// What matters for a record on its own.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    separator: Option<char>,
    map: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_tells_what_matters_for_the_form() {
        let said = Reading {
            separator: Some(';'),
            encoding: encoding("latin1"),
            map: vec![("Titel".to_owned(), "title".to_owned())],
            root: Some("data".to_owned()),
            sheet: None,
        };
        let csv = said.collector(Format::Csv);
        assert_eq!(csv, r#"csv {"separator":";","encoding":"windows-1252","map":[["Titel","title"]]}"#);
        assert_eq!(Reading::of_record(&csv).0, "csv");
        assert_eq!(Reading::of_record(&csv).1.map, said.map);
        let only = Reading { root: said.root, ..Reading::default() };
        assert_eq!(only.collector(Format::Json), r#"json {"root":"data"}"#);
        assert_eq!(only.collector(Format::Csv), "csv");
        assert_eq!(Reading::of_record("jsonl"), ("jsonl", Reading::default()));
    }

    #[test]
    fn separators_have_names() {
        for (text, expected) in
            [(";", Some(';')), ("tab", Some('\t')), ("^", Some('^')), ("\"", None), ("a", None), (";;", None)]
        {
            assert_eq!(separator(text), expected, "{text}");
        }
    }
}
