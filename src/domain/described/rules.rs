//! From a raw record to the values of a described model, by the rules of its description.

use super::Kind;
use super::path::{Found, Path};
use crate::domain::text::{has_nul, match_key};
use crate::domain::time::Timestamp;
use crate::domain::{Invalid, Keyed, Raw, Rule, Trace, Value, raw};
use serde_json::Value as Json;
use sha1::{Digest, Sha1};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The rules of a described model.
#[derive(Debug)]
pub struct Described {
    /// How each of its fields is read, in the order of the table.
    pub readers: Vec<Reader>,
}

/// How one field is read.
#[derive(Debug)]
pub struct Reader {
    pub name: &'static str,
    pub kind: Kind,
    pub path: Path,
    pub is_key: bool,
    /// The places of the readers of which it is the digest.
    pub hash: Option<Vec<usize>>,
    pub is_required: bool,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    pub pattern: Option<regex::Regex>,
    pub choices: Option<Vec<String>>,
    pub missing: Vec<String>,
    pub folded: bool,
    pub retired: bool,
    /// Which of the columns of a file it is.
    pub column: usize,
}

/// A limit of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    value: Value<'static>,
    told: String,
}

impl Bound {
    /// Reads a limit of a field; the error says why it is none.
    pub fn parse(text: &str, kind: Kind) -> Result<Bound, String> {
        if matches!(kind, Kind::Text | Kind::Boolean | Kind::Json) {
            return Err(format!("a field of type {} has no limits", kind.name()));
        }
        let value = of_text(text, kind).map_err(|why| format!("`{text}` is {why}"))?;
        Ok(Bound { value: value.into_owned(), told: text.to_owned() })
    }

    fn compare(&self, value: &Value<'_>) -> Option<Ordering> {
        match (value, &self.value) {
            (Value::Integer(value), Value::Integer(bound)) => Some(value.cmp(bound)),
            (Value::Real(value), Value::Real(bound)) => value.partial_cmp(bound),
            (Value::Text(value), Value::Text(bound)) => Some(value.as_ref().cmp(bound.as_ref())),
            _ => None,
        }
    }
}

impl Described {
    /// What of a record the model knows.
    pub fn known(&self) -> Vec<String> {
        self.readers
            .iter()
            .filter(|reader| !reader.retired && reader.hash.is_none())
            .filter_map(|reader| reader.path.known())
            .collect()
    }

    /// The value of a field: what it comes from, or the SHA-1 of the JSON array of the values that it is the digest of.
    fn read<'a>(&self, reader: &Reader, raw: Raw<'a>) -> Result<Value<'a>, Invalid> {
        let Some(hash) = &reader.hash else { return reader.read(raw) };
        let values = hash.iter().filter_map(|place| self.readers.get(*place)).map(|other| {
            Ok(match other.read(raw)? {
                Value::Null => Json::Null,
                Value::Integer(number) => Json::from(number),
                Value::Real(number) => Json::from(number),
                Value::Text(text) => Json::from(text),
            })
        });
        let array = Json::Array(values.collect::<Result<_, Invalid>>()?).to_string();
        Ok(Sha1::digest(array).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
    }

    fn refuse_other_shapes(&self, raw: Raw<'_>) -> Result<(), Invalid> {
        let Raw::Json(record) = raw else { return Ok(()) };
        let mut readers = self.readers.iter().filter(|reader| !reader.retired && reader.hash.is_none());
        if readers.any(|reader| {
            record.get(reader.path.first()).is_some() || record.get(reader.path.as_str()).is_some()
        }) {
            return Ok(());
        }
        let message = match record {
            Json::Object(_) => {
                let names: Vec<&str> = self.readers.iter().map(|reader| reader.path.first()).collect();
                format!("has none of the members {}", names.join(", "))
            }
            other => format!("expected an object, found {}", raw::kind(other)),
        };
        Err(Invalid::new(Rule::Shape, "", None, message))
    }
}

impl Keyed for Described {
    fn parse<'a>(&self, raw: Raw<'a>) -> Result<Vec<Value<'a>>, Invalid> {
        self.refuse_other_shapes(raw)?;
        let mut values = Vec::with_capacity(self.readers.len() + 2);
        // What the key is matched by stands behind the whole key.
        let mut behind = Vec::new();
        for reader in &self.readers {
            if !reader.is_key {
                values.append(&mut behind);
            }
            let value = self.read(reader, raw)?;
            behind.extend(reader.folded.then(|| match &value {
                Value::Text(text) => match_key(text).into_owned().into(),
                _ => Value::Null,
            }));
            values.push(value);
        }
        values.append(&mut behind);
        Ok(values)
    }

    fn traces<'a>(&self, raw: Raw<'a>) -> Vec<Trace<'a>> {
        let keys = self.readers.iter().filter(|reader| reader.is_key);
        keys.filter_map(|reader| Some((reader.name, self.read(reader, raw).ok()?))).collect()
    }
}

impl Reader {
    /// The value of the field, if it keeps the rules.
    fn read<'a>(&self, raw: Raw<'a>) -> Result<Value<'a>, Invalid> {
        if self.retired {
            return Ok(Value::Null);
        }
        let is_missing = |text: &str| self.missing.iter().any(|missing| missing == text);
        let found = self.path.find(raw, self.column, &is_missing).map_err(|(path, value)| {
            let message =
                format!("expected what {} leads to, found {}", self.path.as_str(), raw::kind(value));
            Invalid::new(Rule::Type, path, Some(&value.to_string()), message)
        })?;
        let value = match &found {
            Found::Nothing => Value::Null,
            Found::Text(text) if is_missing(text) => Value::Null,
            Found::Json(Json::String(text)) if is_missing(text) => Value::Null,
            _ => self.typed(&found, raw.has_decimal_comma())?,
        };
        if value == Value::Null {
            return match self.is_required {
                true => {
                    let message = match found {
                        Found::Nothing => "is missing, and must be known",
                        _ => "stands for no value, and must be known",
                    };
                    Err(self.broken(Rule::Required, &found, message.to_owned()))
                }
                false => Ok(Value::Null),
            };
        }
        self.constrain(&found, &value)?;
        Ok(value)
    }

    fn typed<'a>(&self, found: &Found<'a>, decimal_comma: bool) -> Result<Value<'a>, Invalid> {
        let typed = match found {
            Found::Nothing => Ok(Value::Null),
            Found::Text(text) if decimal_comma && matches!(self.kind, Kind::Integer | Kind::Real) => {
                of_text(&raw::with_point(text), self.kind).map(Value::into_owned)
            }
            Found::Text(text) => of_text(text, self.kind),
            Found::Json(value) => of_json(value, self.kind),
            Found::Several(values) => {
                Ok(Value::from(Json::from_iter(values.iter().map(|value| (*value).clone())).to_string()))
            }
        };
        match typed {
            Ok(Value::Text(text)) if has_nul(&text) => {
                let message = "holds a NUL character, at which many programs cut text off";
                Err(self.broken(Rule::Nul, found, message.to_owned()))
            }
            Ok(value) => Ok(value),
            Err(why) => Err(self.broken(Rule::Type, found, why.to_owned())),
        }
    }

    fn constrain(&self, found: &Found<'_>, value: &Value<'_>) -> Result<(), Invalid> {
        let beyond = |bound: &Option<Bound>, side: Ordering| {
            bound.as_ref().filter(|bound| bound.compare(value) == Some(side)).map(|bound| bound.told.clone())
        };
        if let Some(minimum) = beyond(&self.minimum, Ordering::Less) {
            return Err(self.broken(Rule::Minimum, found, format!("less than {minimum}")));
        }
        if let Some(maximum) = beyond(&self.maximum, Ordering::Greater) {
            return Err(self.broken(Rule::Maximum, found, format!("greater than {maximum}")));
        }
        if let (Some(pattern), Value::Text(text)) = (&self.pattern, value)
            && !pattern.is_match(text)
        {
            return Err(self.broken(Rule::Pattern, found, "does not match the pattern".to_owned()));
        }
        if let Some(choices) = &self.choices {
            let text = match value {
                Value::Integer(number) if self.kind == Kind::Boolean => (*number != 0).to_string(),
                Value::Integer(number) => number.to_string(),
                Value::Real(number) => number.to_string(),
                Value::Text(text) => text.to_string(),
                Value::Null => String::new(),
            };
            if !choices.contains(&text) {
                let message = format!("none of {}", choices.join(", "));
                return Err(self.broken(Rule::Enum, found, message));
            }
        }
        Ok(())
    }

    fn broken(&self, rule: Rule, found: &Found<'_>, message: String) -> Invalid {
        let value = match found {
            Found::Nothing => None,
            Found::Text(text) => Some(Cow::Borrowed(*text)),
            Found::Json(Json::String(text)) => Some(Cow::Borrowed(text.as_str())),
            Found::Json(value) => Some(Cow::Owned(value.to_string())),
            Found::Several(values) => Some(Cow::Owned(format!("{} values", values.len()))),
        };
        Invalid::new(rule, self.path.as_str(), value.as_deref(), message)
    }
}

/// The value that a text says; the error says what it is not.
pub fn of_text<'a>(text: &'a str, kind: Kind) -> Result<Value<'a>, &'static str> {
    let word = text.trim_matches(' ');
    match kind {
        Kind::Text => Ok(text.into()),
        Kind::Integer => raw::whole(word).map(Value::Integer).ok_or("not a whole number"),
        Kind::Real => {
            let number = word.parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Value::Real).ok_or("not a number")
        }
        Kind::Boolean => match word {
            "true" | "True" | "TRUE" | "1" => Ok(Value::Integer(1)),
            "false" | "False" | "FALSE" | "0" => Ok(Value::Integer(0)),
            _ => Err("neither true nor false"),
        },
        Kind::Date => {
            let is_date = word.len() == 10 && Timestamp::parse(&format!("{word}T00:00:00Z")).is_ok();
            if is_date {
                Ok(word.into())
            } else {
                Err("not a date of the form 2021-12-06, or one that does not exist")
            }
        }
        Kind::Timestamp => Timestamp::parse(word).map(|time| time.to_utc().into()),
        Kind::Json => {
            let mut json: Json = serde_json::from_str(text).map_err(|_| "not JSON")?;
            json.sort_all_objects();
            Ok(json.to_string().into())
        }
    }
}

/// The value that a JSON value says; the error says what it is not.
pub fn of_json<'a>(value: &'a Json, kind: Kind) -> Result<Value<'a>, &'static str> {
    match (kind, value) {
        (Kind::Json, value) => {
            let mut json = value.clone();
            json.sort_all_objects();
            Ok(json.to_string().into())
        }
        (_, Json::String(text)) => of_text(text, kind),
        (Kind::Text, Json::Number(_) | Json::Bool(_)) => Ok(value.to_string().into()),
        (Kind::Integer, Json::Number(number)) => {
            raw::whole_of(number).map(Value::Integer).ok_or("not a whole number")
        }
        (Kind::Real, Json::Number(number)) => {
            number.as_f64().filter(|number| number.is_finite()).map(Value::Real).ok_or("not a number")
        }
        (Kind::Boolean, Json::Bool(truth)) => Ok(Value::Integer(i64::from(*truth))),
        (Kind::Boolean, Json::Number(number)) => match number.as_i64() {
            Some(number @ 0..=1) => Ok(Value::Integer(number)),
            _ => Err("neither true nor false"),
        },
        (Kind::Text, _) => Err("not text"),
        (Kind::Integer, _) => Err("not a whole number"),
        (Kind::Real, _) => Err("not a number"),
        (Kind::Boolean, _) => Err("neither true nor false"),
        (Kind::Date, _) => Err("not a date"),
        (Kind::Timestamp, _) => Err("not a time"),
    }
}
