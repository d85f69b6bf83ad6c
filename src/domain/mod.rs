//! The models and their rules: raw record in, model or [`Invalid`] out.
//!
//! Nothing here reads a file, speaks SQL or knows a command line, and nothing logs or drops: a rule
//! returns what is wrong, where and with which value, and the caller decides.
//!
//! To add a model to those that scli comes with: write its file, then name it in [`Model::SHIPPED`]; the compiler
//! and the tests that loop over that name the rest.

pub mod address;
pub mod author;
pub mod book;
pub mod date;
pub mod described;
pub mod extra;
pub mod invalid;
pub mod model;
pub mod movie;
pub mod nest;
pub mod position;
pub mod raw;
pub mod review;
pub mod stream;
pub mod text;
pub mod time;
pub mod user;

pub use address::Address;
pub use date::DataDate;
pub use invalid::{Invalid, Rule};
pub use model::Model;
pub use position::Position;
pub use raw::{Members, Raw, Row};

use std::borrow::Cow;
use std::fmt;

/// One model, described once for every layer.
#[derive(Debug)]
pub struct Spec {
    /// Singular, the name of the table.
    pub name: &'static str,
    /// Plural, the usual name of the file.
    pub plural: &'static str,
    /// Whether a file of it holds everything that its sender knows, so that what one lacks has vanished.
    pub complete: bool,
    /// The members of a raw record: the columns of a CSV file, or the top level of a JSON object.
    pub members: Members,
    /// What of a record the model knows, whether it keeps it or leaves it out on purpose: paths, as in
    /// `rating.rate` or `movies[].title`. All else goes to `extra`, or is named where there is none.
    pub known: &'static [&'static str],
    /// How its fields become a record as the sender writes it, where members nest, so that only JSON can hold them.
    pub nest: Option<nest::Nest>,
    /// The fields of the model, those of the key first; `extra` last, where it is kept. A field `title_key` behind
    /// a field `title` has what that is matched by.
    pub fields: &'static [&'static str],
    /// How many of the fields are the key.
    pub keys: usize,
    /// Whether the key is a SHA-1 in hexadecimal digits, of which the first ones are enough for a person to name it.
    pub hashed: bool,
    /// The member and field with the e-mail address of the person that a record is about, if it is about one.
    pub address: Option<&'static str>,
    /// What it was made of, if it is described in a file.
    pub described: Option<&'static described::Description>,
    /// Whether the database has another description of it, or none: then a known file says more than it did.
    pub is_new: bool,
    /// How a raw record becomes a model.
    pub rules: Rules,
}

/// A field that helps to tell which record a broken one is, and its value.
pub type Trace<'a> = (&'static str, Value<'a>);

/// The trace that a member leaves, if it can be read.
fn trace<'a, T: Into<Value<'a>>>(field: &'static str, read: Result<Option<T>, Invalid>) -> Option<Trace<'a>> {
    Some((field, read.ok()??.into()))
}

/// From a raw record to a model, or to what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub enum Rules {
    /// A record with a key of its own.
    Keyed(&'static dyn Keyed),
    /// A session: there are many, and one is known by who saw what when.
    Session(for<'a> fn(Raw<'a>) -> Result<stream::Stream<'a>, Invalid>),
}

/// The rules of records that have a key of their own.
pub trait Keyed: fmt::Debug + Sync {
    /// The values of [`Spec::fields`] but for `extra`, if the record keeps the rules.
    fn parse<'a>(&self, raw: Raw<'a>) -> Result<Vec<Value<'a>>, Invalid>;

    /// What a record that breaks a rule still tells of its identity: fields and their values.
    fn traces<'a>(&self, raw: Raw<'a>) -> Vec<Trace<'a>>;
}

/// Rules that are written in Rust, a file a model.
#[derive(Debug)]
pub struct Written {
    /// What [`Keyed::parse`] does.
    pub parse: for<'a> fn(Raw<'a>) -> Result<Vec<Value<'a>>, Invalid>,
    /// What [`Keyed::traces`] does.
    pub traces: for<'a> fn(Raw<'a>) -> Vec<Trace<'a>>,
}

impl Keyed for Written {
    fn parse<'a>(&self, raw: Raw<'a>) -> Result<Vec<Value<'a>>, Invalid> {
        (self.parse)(raw)
    }

    fn traces<'a>(&self, raw: Raw<'a>) -> Vec<Trace<'a>> {
        (self.traces)(raw)
    }
}

impl Spec {
    /// The values of [`Spec::fields`] for a raw record, by its `rules`, and what the record has beyond what the
    /// model knows.
    pub fn values<'a>(&self, rules: &dyn Keyed, raw: Raw<'a>) -> Result<Vec<Value<'a>>, Invalid> {
        let mut values = rules.parse(raw)?;
        values.push(extra::extra(raw, self.known));
        Ok(values)
    }

    /// The address of the person that a raw record is about, if it is about one and tells who.
    pub fn address_in<'a>(&self, raw: Raw<'a>) -> Option<&'a str> {
        let name = self.address?;
        match raw {
            Raw::Row(row) => row.fields.get(self.members.iter().position(|member| *member == name)?).copied(),
            Raw::Json(value) => value.get(name)?.as_str(),
        }
    }

    /// Whether the members nest, so that only JSON can hold them.
    pub fn nested(&self) -> bool {
        self.nest.is_some()
    }

    /// The fields that identify a record.
    pub fn key(&self) -> &'static [&'static str] {
        self.fields.get(..self.keys).unwrap_or_default()
    }

    /// The fields that say something to a person: all but those that only follow another, to be matched by.
    pub fn told(&self) -> impl Iterator<Item = &'static str> + use<'_> {
        self.fields.iter().copied().filter(|field| !self.follows(field))
    }

    fn follows(&self, field: &str) -> bool {
        field.strip_suffix("_key").is_some_and(|other| self.fields.contains(&other))
    }
}

/// The fields of a key as the one text by which people know it: joined by commas; of several, a comma or backslash of
/// their own has a backslash before it.
pub fn key_text(parts: Vec<String>) -> String {
    match <[String; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => {
            let escaped = parts.iter().map(|part| part.replace('\\', r"\\").replace(',', r"\,"));
            escaped.collect::<Vec<_>>().join(",")
        }
    }
}

/// The fields that the text of a key of `count` fields names; `None` if it names another number of them.
pub fn key_parts(text: &str, count: usize) -> Option<Vec<String>> {
    if count == 1 {
        return Some(vec![text.to_owned()]);
    }
    let mut parts = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ',' => parts.push(String::new()),
            letter => parts.last_mut()?.push(if letter == '\\' { letters.next()? } else { letter }),
        }
    }
    (parts.len() == count).then_some(parts)
}

/// The value of one field of a model.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Unknown.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
}

impl Value<'_> {
    /// The value without what it borrowed.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(number),
            Value::Real(number) => Value::Real(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Value::Text(text)
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_key_tells_its_fields() {
        for (parts, text) in [
            (vec!["a,b"], "a,b"),
            (vec!["a", "b"], "a,b"),
            (vec!["a,b", "c"], r"a\,b,c"),
            (vec!["a", "b,c"], r"a,b\,c"),
            (vec![r"a\", "", "é"], r"a\\,,é"),
        ] {
            let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
            assert_eq!(key_text(parts.clone()), text);
            assert_eq!(key_parts(text, parts.len()), Some(parts));
        }
        assert_eq!((key_parts("a", 2), key_parts("a,b,c", 2), key_parts(r"a,b\", 2)), (None, None, None));
    }
}
