//! Parameters as they are given on the command line, `name=value`, turned into values to bind.

use super::header::{Param, ParamKind};
use super::nearest::suggestion;
use super::time;
use crate::domain::text::match_key;
use crate::error::{Error, Result};

/// A value to bind.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Real(f64),
    /// Text.
    Text(String),
}

impl Value {
    /// The value as SQL has it.
    pub fn literal(&self) -> String {
        match self {
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => format!("{number:?}"),
            Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        }
    }
}

/// A parameter's name, without the `:`, `@` or `$` that it has in SQL, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// The values for the `params` that the header of `name` declares.
pub fn bind_to(name: &str, params: &[Param], given: &[String]) -> Result<Vec<Binding>> {
    let params: Vec<&Param> = params.iter().collect();
    bind(given, |wanted, text| {
        let known = params.iter().find(|param| param.name == wanted);
        declared(
            known.ok_or_else(|| {
                let error = Error::usage(format!("`{name}` has no parameter `{wanted}`"));
                match params.is_empty() {
                    true => error.help("it takes no parameters"),
                    false => error.help(suggestion(wanted, "its parameters", &param_names(&params))),
                }
            })?,
            text,
        )
    })
}

/// The names of `params`, each once.
pub(crate) fn param_names<'a>(params: &[&'a Param]) -> Vec<&'a str> {
    let mut names = Vec::new();
    for param in params {
        if !names.contains(&param.name.as_str()) {
            names.push(param.name.as_str());
        }
    }
    names
}

/// The values for any other SQL, which declares nothing: a value is bound as a whole number or a
/// decimal one if that is written as the number itself would be, and as text if not. So `7` and
/// `0.5` are numbers; `007`, `1e3` and `+1` are text, and lose nothing.
pub fn bind_free(given: &[String]) -> Result<Vec<Binding>> {
    bind(given, |_, text| {
        Ok(match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Value::Integer(number),
            _ => match decimal(text) {
                Some(number) => Value::Real(number),
                None => Value::Text(text.to_owned()),
            },
        })
    })
}

pub(crate) fn bind(given: &[String], value_of: impl Fn(&str, &str) -> Result<Value>) -> Result<Vec<Binding>> {
    let mut bindings: Vec<Binding> = Vec::with_capacity(given.len());
    for pair in given {
        let (name, text) = pair.split_once('=').ok_or_else(|| {
            Error::usage(format!("`{pair}` is not a parameter")).help("write it as name=value")
        })?;
        let name = name.strip_prefix([':', '@', '$']).unwrap_or(name);
        if bindings.iter().any(|binding| binding.name == name) {
            return Err(Error::usage(format!("the parameter `{name}` is given twice")));
        }
        bindings.push(Binding { name: name.to_owned(), value: value_of(name, text)? });
    }
    Ok(bindings)
}

/// The value that `text` means for `param`.
pub(crate) fn declared(param: &Param, text: &str) -> Result<Value> {
    let value = match param.kind {
        ParamKind::Time => time::utc(text).map(Value::Text),
        ParamKind::Clock => time::normalise(text).map(Value::Text),
        ParamKind::Title => Some(Value::Text(match_key(text).into_owned())),
        ParamKind::Text => Some(Value::Text(text.to_owned())),
        ParamKind::Integer => text.parse().ok().map(Value::Integer),
        ParamKind::Number => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Real),
    };
    value.ok_or_else(|| {
        let Param { name, kind, default, help } = param;
        let meaning = if help.is_empty() { String::new() } else { format!(" ({help})") };
        Error::usage(format!("`{text}` is not a value of the parameter `{name}` of type {}", kind.name()))
            .help(format!("{name}{meaning} takes {}; its default is {default}", kind.takes()))
    })
}

/// `text` if it is a decimal number with digits on both sides of the point and no needless zeros
/// before it.
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.strip_prefix('-').unwrap_or(text).split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(pairs: &[&str]) -> Vec<String> {
        pairs.iter().map(|pair| (*pair).to_owned()).collect()
    }

    fn free(text: &str) -> Value {
        bind_free(&[format!("x={text}")]).unwrap().remove(0).value
    }

    #[test]
    fn a_number_is_finite() {
        let number = Param {
            name: "share".to_owned(),
            kind: ParamKind::Number,
            default: "0.5".to_owned(),
            help: "A share".to_owned(),
        };
        assert_eq!(declared(&number, "0.25"), Ok(Value::Real(0.25)));
        assert!(declared(&number, "NaN").is_err() && declared(&number, "1e999").is_err());
    }

    #[test]
    fn pairs_must_be_pairs_and_names_unique() {
        assert_eq!(bind_free(&strings(&["x"])).unwrap_err().remedy(), Some("write it as name=value"));
        let error = bind_free(&strings(&["x=1", "$x=2"])).unwrap_err();
        assert_eq!(error.message(), "the parameter `x` is given twice");
        assert_eq!(bind_free(&strings(&["x=a=b"])).unwrap()[0].value, Value::Text("a=b".into()));
    }

    #[test]
    fn free_values_are_numbers_only_where_nothing_is_lost() {
        assert_eq!(free("7"), Value::Integer(7));
        assert_eq!(free("-9223372036854775808"), Value::Integer(i64::MIN));
        assert_eq!(free("0.50"), Value::Real(0.5));
        assert_eq!(free("-12.25"), Value::Real(-12.25));
        for text in
            ["007", "+1", "1e3", "00.5", ".5", "5.", "9223372036854775808", "inf", "NaN", "-0", "", "a"]
        {
            assert_eq!(free(text), Value::Text(text.to_owned()));
        }
    }
}
