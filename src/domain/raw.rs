//! A record as a decoder found it, and typed access to its members.

use super::text;
use super::time::Timestamp;
use super::{Invalid, Rule};
use std::borrow::Cow;
use std::ops::Deref;

/// A raw record.
#[derive(Clone, Copy, Debug)]
pub enum Raw<'a> {
    /// The fields of a CSV record.
    Row(Row<'a>),
    /// A JSON value, an object if all is well.
    Json(&'a serde_json::Value),
}

/// The fields of a CSV record.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Those of the model's members, in the order of these.
    pub fields: &'a [&'a str],
    /// The others: their columns' names, and they.
    pub others: &'a [(&'a str, &'a str)],
    /// Whether a comma in a number stands before its fraction, as in `12,5`.
    pub decimal_comma: bool,
}

/// The names of a record's members.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// All of them, in their order.
    pub names: &'static [&'static str],
    /// Those that a CSV file need not have as columns.
    pub optional: &'static [&'static str],
}

impl Members {
    /// No member: the form of the source tells what there is.
    pub const NONE: Members = Members::needed(&[]);

    /// Members of which a CSV file must have all.
    pub const fn needed(names: &'static [&'static str]) -> Members {
        Members { names, optional: &[] }
    }

    /// Whether a CSV file must have the column of this name.
    pub fn needs(&self, name: &str) -> bool {
        !self.optional.contains(&name)
    }
}

impl Deref for Members {
    type Target = [&'static str];

    fn deref(&self) -> &[&'static str] {
        self.names
    }
}

impl<'a> Raw<'a> {
    /// Whether a comma in a number stands before its fraction.
    pub(super) fn has_decimal_comma(self) -> bool {
        matches!(self, Raw::Row(row) if row.decimal_comma)
    }

    /// The fields of a CSV record that has no others.
    pub fn row(fields: &'a [&'a str]) -> Raw<'a> {
        Raw::Row(Row { fields, others: &[], decimal_comma: false })
    }

    /// The members of these names. A record with none of them is of another shape altogether.
    pub fn members<const N: usize>(self, names: [&'static str; N]) -> Result<[Member<'a>; N], Invalid> {
        match self {
            Raw::Row(row) => {
                let mut fields = row.fields.iter();
                Ok(names.map(|name| Member {
                    path: Cow::Borrowed(name),
                    found: fields.next().map_or(Found::Nothing, |field| Found::Text(field)),
                    decimal_comma: row.decimal_comma,
                }))
            }
            Raw::Json(value) => {
                let members = names.map(|name| Member {
                    path: Cow::Borrowed(name),
                    found: value.get(name).map_or(Found::Nothing, Found::Json),
                    decimal_comma: false,
                });
                if members.iter().all(|member| matches!(member.found, Found::Nothing)) {
                    let message = match value {
                        serde_json::Value::Object(_) => {
                            format!("has none of the members {}", names.join(", "))
                        }
                        other => format!("expected an object, found {}", kind(other)),
                    };
                    return Err(Invalid::new(Rule::Shape, "", None, message));
                }
                Ok(members)
            }
        }
    }
}

/// What stands at a member's place.
#[derive(Clone, Copy, Debug)]
enum Found<'a> {
    Nothing,
    Text(&'a str),
    Json(&'a serde_json::Value),
}

/// One member of a raw record, and the path to it.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    path: Cow<'static, str>,
    found: Found<'a>,
    decimal_comma: bool,
}

impl<'a> Member<'a> {
    /// The path within the record, as in `movies[1].title`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The member of this name below, which is nothing where this one is absent or null.
    pub fn member(&self, name: &str) -> Result<Member<'a>, Invalid> {
        let found = match self.found {
            Found::Nothing | Found::Json(serde_json::Value::Null) => Found::Nothing,
            Found::Json(serde_json::Value::Object(object)) => {
                object.get(name).map_or(Found::Nothing, Found::Json)
            }
            Found::Json(_) | Found::Text(_) => return Err(self.wrong_type("an object")),
        };
        Ok(Member { path: Cow::Owned(format!("{}.{name}", self.path)), found, decimal_comma: false })
    }

    /// The items of the array here, none where it is absent or null.
    pub fn items(&self) -> Result<impl DoubleEndedIterator<Item = Member<'a>>, Invalid> {
        let items: &'a [serde_json::Value] = match self.found {
            Found::Nothing | Found::Json(serde_json::Value::Null) => &[],
            Found::Json(serde_json::Value::Array(items)) => items,
            Found::Json(_) | Found::Text(_) => return Err(self.wrong_type("an array")),
        };
        let path = self.path.clone();
        Ok(items.iter().enumerate().map(move |(i, item)| Member {
            path: Cow::Owned(format!("{path}[{i}]")),
            found: Found::Json(item),
            decimal_comma: false,
        }))
    }

    /// Text that may be absent or null.
    pub fn optional_text(&self) -> Result<Option<&'a str>, Invalid> {
        let text = match self.found {
            Found::Nothing | Found::Json(serde_json::Value::Null) => return Ok(None),
            Found::Text(text) => text,
            Found::Json(serde_json::Value::String(text)) => text,
            Found::Json(_) => return Err(self.wrong_type("text")),
        };
        if text::has_nul(text) {
            return Err(self.invalid(Rule::Nul, "holds a NUL character, at which many programs cut text off"));
        }
        Ok(Some(text))
    }

    /// Text that must be there, though it may be empty.
    pub fn text(&self) -> Result<&'a str, Invalid> {
        self.optional_text()?.ok_or_else(|| self.missing())
    }

    /// Text that identifies something, and so cannot be empty.
    pub fn key(&self) -> Result<&'a str, Invalid> {
        match self.optional_text()? {
            None | Some("") => Err(self.missing()),
            Some(text) => Ok(text),
        }
    }

    /// A whole number, or its decimal digits as text, as the vendor sends it now and then. A fraction of
    /// zeros changes nothing: a program that holds a column as floats writes 113 as `113.0`, or as `113,0`.
    pub fn integer(&self) -> Result<i64, Invalid> {
        let number = match self.found {
            Found::Json(serde_json::Value::Number(number)) => whole_of(number),
            _ => whole(&self.digits()?),
        };
        number.ok_or_else(|| self.invalid(Rule::Integer, "not a whole number"))
    }

    /// A finite number, or its decimal form as text.
    pub fn number(&self) -> Result<f64, Invalid> {
        let number = match self.found {
            Found::Json(serde_json::Value::Number(number)) => number.as_f64(),
            _ => self.digits()?.parse().ok(),
        };
        number.filter(|n: &f64| n.is_finite()).ok_or_else(|| self.invalid(Rule::Number, "not a number"))
    }

    /// The text of a number, with a point before its fraction.
    fn digits(&self) -> Result<Cow<'a, str>, Invalid> {
        let text = self.text()?.trim_matches(' ');
        Ok(if self.decimal_comma { with_point(text) } else { Cow::Borrowed(text) })
    }

    /// A point in time that may be absent or null.
    pub fn optional_time(&self) -> Result<Option<Timestamp>, Invalid> {
        self.optional_text()?.map(|text| self.parse_time(text)).transpose()
    }

    /// A point in time.
    pub fn time(&self) -> Result<Timestamp, Invalid> {
        self.parse_time(self.text()?)
    }

    fn parse_time(&self, text: &str) -> Result<Timestamp, Invalid> {
        Timestamp::parse(text).map_err(|why| self.invalid(Rule::Time, why))
    }

    /// What is wrong with the value here.
    pub fn invalid(&self, rule: Rule, message: impl Into<String>) -> Invalid {
        let value = match self.found {
            Found::Nothing => None,
            Found::Text(text) => Some(Cow::Borrowed(text)),
            Found::Json(serde_json::Value::String(text)) => Some(Cow::Borrowed(text.as_str())),
            Found::Json(value) => Some(Cow::Owned(value.to_string())),
        };
        Invalid::new(rule, self.path(), value.as_deref(), message)
    }

    fn missing(&self) -> Invalid {
        let message = match self.found {
            Found::Nothing => "is missing",
            Found::Json(serde_json::Value::Null) => "is null, and must be known",
            Found::Text(_) | Found::Json(_) => "is empty, and must be known",
        };
        Invalid::new(Rule::Missing, self.path(), None, message)
    }

    fn wrong_type(&self, expected: &str) -> Invalid {
        let found = match self.found {
            Found::Nothing => "nothing",
            Found::Text(_) => "text",
            Found::Json(value) => kind(value),
        };
        self.invalid(Rule::Type, format!("expected {expected}, found {found}"))
    }
}

/// The text of a number that may have a comma before its fraction, with a point there. One with a point as well has
/// marks between its thousands, and is none.
pub(super) fn with_point(text: &str) -> Cow<'_, str> {
    match text.contains(',') && !text.contains('.') {
        true => Cow::Owned(text.replacen(',', ".", 1)),
        false => Cow::Borrowed(text),
    }
}

/// 2^53: beyond it a float no longer says which whole number it was made of.
const FLOATS_KNOW: i64 = 9_007_199_254_740_992;

/// The whole number that a number is: 120.0 is one as well.
pub(super) fn whole_of(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() <= FLOATS_KNOW as f64).map(|n| n as i64)
    })
}

/// The whole number that `text` says in decimal digits, perhaps with a fraction of zeros.
pub(super) fn whole(text: &str) -> Option<i64> {
    let Some((digits, fraction)) = text.split_once('.') else { return text.parse().ok() };
    let is_zero = !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
    let known = -FLOATS_KNOW..=FLOATS_KNOW;
    digits.parse().ok().filter(|number| is_zero && known.contains(number))
}

pub(super) fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "true or false",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "text",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn member(value: &serde_json::Value) -> Member<'_> {
        let [member] = Raw::Json(value).members(["m"]).unwrap();
        member
    }

    #[test]
    fn a_value_that_is_no_object_is_of_another_shape() {
        for (value, message) in [
            (json!([1]), "expected an object, found an array"),
            (json!(null), "expected an object, found null"),
            (json!({"other": 1}), "has none of the members m, n"),
        ] {
            let invalid = Raw::Json(&value).members(["m", "n"]).unwrap_err();
            assert_eq!((invalid.rule, invalid.message.as_str()), (Rule::Shape, message));
        }
    }

    #[test]
    fn whole_numbers_come_as_numbers_and_as_text() {
        for (value, expected) in [
            (json!({"m": 120}), Some(120)),
            (json!({"m": 120.0}), Some(120)),
            (json!({"m": "120"}), Some(120)),
            (json!({"m": " -7 "}), Some(-7)),
            (json!({"m": 120.5}), None),
            (json!({"m": 1e30}), None),
            (json!({"m": "113.0"}), Some(113)),
            (json!({"m": " -113.000 "}), Some(-113)),
            (json!({"m": "9007199254740992.0"}), Some(9_007_199_254_740_992)),
            (json!({"m": "9007199254740993.0"}), None),
            (json!({"m": "-9007199254740993.0"}), None),
            (json!({"m": "113.5"}), None),
            (json!({"m": "113."}), None),
            (json!({"m": ".0"}), None),
            (json!({"m": "113.0.0"}), None),
            (json!({"m": "113.0e0"}), None),
            (json!({"m": "113,0"}), None),
            (json!({"m": "1e3"}), None),
            (json!({"m": "9223372036854775808"}), None),
            (json!({"m": 18446744073709551615u64}), None),
        ] {
            assert_eq!(member(&value).integer().ok(), expected, "{value}");
        }
    }

    #[test]
    fn a_comma_stands_before_the_fraction_where_it_separates_no_fields() {
        for (text, real, integer) in [
            ("12,5", Some(12.5), None),
            (" -0,25 ", Some(-0.25), None),
            ("113,0", Some(113.0), Some(113)),
            ("12.5", Some(12.5), None),
            ("1.234,5", None, None),
            ("1,234,5", None, None),
            (",", None, None),
        ] {
            let fields = [text];
            let row = |decimal_comma| Raw::Row(Row { fields: &fields, others: &[], decimal_comma });
            let [member] = row(true).members(["m"]).unwrap();
            assert_eq!((member.number().ok(), member.integer().ok()), (real, integer), "{text}");
            let [member] = row(false).members(["m"]).unwrap();
            assert!(member.number().is_err() || !text.contains(','), "{text}");
        }
    }

    #[test]
    fn numbers_are_finite() {
        for (text, expected) in
            [("1.5", Some(1.5)), ("1e3", Some(1000.0)), ("inf", None), ("NaN", None), ("", None)]
        {
            let value = json!({ "m": text });
            assert_eq!(member(&value).number().ok(), expected, "{text}");
        }
    }

    /// A parser that is off by the last bit would make another content of the same stream.
    #[test]
    fn a_number_is_the_same_from_csv_and_from_json() {
        for i in 1..20_000_u64 {
            let text = format!("{:?}", i.wrapping_mul(0x9e37_79b9_7f4a_7c15) as f64 / 1e16);
            let fields = [text.as_str()];
            let [row] = Raw::row(&fields).members(["m"]).unwrap();
            let json: serde_json::Value = serde_json::from_str(&format!(r#"{{"m": {text}}}"#)).unwrap();
            assert_eq!(row.number().unwrap().to_bits(), member(&json).number().unwrap().to_bits(), "{text}");
        }
    }

    #[test]
    fn paths_lead_to_the_member() {
        let value = json!({"m": [{"title": "a"}, {"title": 7}]});
        let last = member(&value).items().unwrap().next_back().unwrap().member("title").unwrap();
        let invalid = last.text().unwrap_err();
        assert_eq!(invalid.to_string(), r#"m[1].title is "7": expected text, found a number"#);
    }

    #[test]
    fn null_nothing_and_empty_are_told_apart() {
        for (value, message) in [
            (json!({"m": null}), "m: is null, and must be known"),
            (json!({"m": ""}), "m: is empty, and must be known"),
            (json!({"m": {}}), "m.k: is missing"),
        ] {
            let member = member(&value);
            let error = if value["m"].is_object() { member.member("k").unwrap().key() } else { member.key() };
            assert_eq!(error.unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_nul_is_refused() {
        let value = json!({"m": "a\0b"});
        assert_eq!(member(&value).text().unwrap_err().rule, Rule::Nul);
    }
}
