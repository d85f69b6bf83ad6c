//! The models and their rules: raw record in, model or [`Invalid`] out.
//!
//! Nothing here reads a file, speaks SQL or knows a command line, and nothing logs or drops: a rule
//! returns what is wrong, where and with which value, and the caller decides.
//!
//! To add a model: write its file, then name it in [`Model`] and [`Model::spec`]; the compiler and
//! the tests that loop over [`Model::ALL`] name the rest.

pub mod address;
pub mod author;
pub mod book;
pub mod date;
pub mod extra;
pub mod invalid;
pub mod movie;
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
pub use position::Position;
pub use raw::{Raw, Row};

use std::borrow::Cow;

/// The six models of the warehouse.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Model {
    /// A movie of the catalogue.
    Movie,
    /// A streaming session.
    Stream,
    /// A user.
    User,
    /// An author, from the vendor.
    Author,
    /// A book, from the vendor.
    Book,
    /// A review of a movie and the book it is based on, from the vendor.
    Review,
}

impl Model {
    /// Every model, in the order in which a person loads them.
    pub const ALL: [Model; 6] =
        [Model::Movie, Model::Stream, Model::User, Model::Author, Model::Book, Model::Review];

    /// What there is to know about the model.
    pub fn spec(self) -> &'static Spec {
        match self {
            Model::Movie => &movie::SPEC,
            Model::Stream => &stream::SPEC,
            Model::User => &user::SPEC,
            Model::Author => &author::SPEC,
            Model::Book => &book::SPEC,
            Model::Review => &review::SPEC,
        }
    }

    /// The name by which commands and tables call it, as in `movie`.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The model of this name, singular or plural, if there is one.
    pub fn named(name: &str) -> Option<Model> {
        Model::ALL.into_iter().find(|model| model.spec().name == name || model.spec().plural == name)
    }
}

/// Where the records of a model come from, which decides what a file of it stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// Our own files: flat, and each holds what is new.
    Internal,
    /// The vendor's dumps: each holds everything the vendor still knows.
    Vendor,
}

/// One model, described once for every layer.
#[derive(Debug)]
pub struct Spec {
    /// Singular, the name of the table.
    pub name: &'static str,
    /// Plural, the usual name of the file.
    pub plural: &'static str,
    /// Who sends it.
    pub origin: Origin,
    /// The members of a raw record: the columns of a CSV file, or the top level of a JSON object.
    pub members: &'static [&'static str],
    /// What of a record the model knows, whether it keeps it or leaves it out on purpose: paths, as in
    /// `rating.rate` or `movies[].title`. All else goes to `extra`, or is named where there is none.
    pub known: &'static [&'static str],
    /// Whether the members nest, so that only JSON can hold them.
    pub nested: bool,
    /// The fields of the model, key first; `extra` last, where it is kept.
    pub fields: &'static [&'static str],
    /// The member and field with the e-mail address of the person that a record is about, if it is about one.
    pub address: Option<&'static str>,
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
    Keyed {
        /// The values of [`Spec::fields`] but for `extra`, if the record keeps the rules.
        parse: for<'a> fn(Raw<'a>) -> Result<Vec<Value<'a>>, Invalid>,
        /// What a record that breaks a rule still tells of its identity: fields and their values.
        traces: for<'a> fn(Raw<'a>) -> Vec<Trace<'a>>,
    },
    /// A session: there are many, and one is known by who saw what when.
    Session(for<'a> fn(Raw<'a>) -> Result<stream::Stream<'a>, Invalid>),
}

impl Spec {
    /// The values of [`Spec::fields`] for a raw record, by the rules that are `parse`, and what the record has
    /// beyond what the model knows.
    pub fn values<'a>(
        &self,
        parse: for<'r> fn(Raw<'r>) -> Result<Vec<Value<'r>>, Invalid>,
        raw: Raw<'a>,
    ) -> Result<Vec<Value<'a>>, Invalid> {
        let mut values = parse(raw)?;
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

    /// The field that identifies a record.
    pub fn key(&self) -> &'static str {
        self.fields.first().copied().unwrap_or_default()
    }
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
    fn every_model_is_found_by_both_its_names() {
        for model in Model::ALL {
            assert_eq!(Model::named(model.spec().name), Some(model));
            assert_eq!(Model::named(model.spec().plural), Some(model));
        }
        assert_eq!(Model::named("actor"), None);
    }
}
