//! The tables `[model.NAME]` of the project file.

use crate::decode::Reading;
use crate::domain::described::{AsRead, Description, Field, Kind, Mistake};
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::{Spanned, Value};

/// What the file says of a model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as [model.rating] with key and fields")]
pub struct Said {
    plural: Option<Spanned<String>>,
    key: Option<Spanned<OneOrMany>>,
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    files: Vec<String>,
    encoding: Option<Spanned<String>>,
    separator: Option<Spanned<String>>,
    sheet: Option<Spanned<String>>,
    root: Option<Spanned<String>>,
    #[serde(default)]
    fields: BTreeMap<Spanned<String>, Spanned<SaidOfField>>,
}

/// A text, or several.
#[derive(Deserialize)]
#[serde(untagged, expecting = "the name of a field, or several in brackets")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What the file says of a field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { type = \"text\" }")]
struct SaidOfField {
    #[serde(rename = "type")]
    kind: Spanned<String>,
    from: Option<Spanned<String>>,
    hash: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    required: bool,
    minimum: Option<Spanned<Value>>,
    maximum: Option<Spanned<Value>>,
    pattern: Option<Spanned<String>>,
    #[serde(rename = "enum")]
    choices: Option<Spanned<Vec<Value>>>,
    #[serde(rename = "missingValues")]
    missing: Option<Vec<String>>,
    references: Option<Spanned<String>>,
    #[serde(rename = "match")]
    matching: Option<Spanned<String>>,
}

/// A model that a project file describes, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Described {
    /// What is said of it.
    pub description: Description,
    /// Where each member of it is written: the field, if it is one of a field; the member; the place.
    places: Vec<(Option<String>, &'static str, String)>,
    /// Where the model is.
    place: String,
}

impl Described {
    /// The error for a mistake in it, at its place in the file.
    pub fn error(&self, mistake: &Mistake) -> Error {
        let is_there = |(field, member, _): &&(Option<String>, &'static str, String)| {
            *field == mistake.field && *member == mistake.member
        };
        let of_field = |(field, member, _): &&(Option<String>, &'static str, String)| {
            *field == mistake.field && *member == "name"
        };
        let place = self.places.iter().find(is_there).or_else(|| self.places.iter().find(of_field));
        let place = place.map_or(self.place.as_str(), |(.., place)| place);
        let what = match &mistake.field {
            Some(field) => format!("model {}, field {field}: {}", self.description.name, mistake.message),
            None => format!("model {}: {}", self.description.name, mistake.message),
        };
        Error::usage(what).at(place).help(mistake.help.as_str())
    }
}

/// The models in the order in which they are written; `place` tells where a byte of the file stands.
pub fn models(
    said: BTreeMap<Spanned<String>, Said>,
    place: impl Fn(usize) -> String,
) -> Result<Vec<Described>> {
    let mut said: Vec<(Range<usize>, String, Said)> =
        said.into_iter().map(|(name, said)| (name.span(), name.into_inner(), said)).collect();
    said.sort_by_key(|(span, ..)| span.start);
    said.into_iter()
        .map(|(span, name, said)| {
            let described = model(name, said, span.start, &place)?;
            let as_read = Reading::described(&described.description.as_read).map(drop);
            described.description.check().and(as_read).map_err(|mistake| described.error(&mistake))?;
            Ok(described)
        })
        .collect()
}

fn model(name: String, said: Said, at: usize, place: &impl Fn(usize) -> String) -> Result<Described> {
    let mut places = Vec::new();
    let mut note = |field: Option<&str>, member: &'static str, at: usize| {
        places.push((field.map(str::to_owned), member, place(at)));
    };
    note(None, "name", at);
    for (member, at) in [
        ("plural", said.plural.as_ref().map(|plural| plural.span().start)),
        ("key", said.key.as_ref().map(|key| key.span().start)),
        ("encoding", said.encoding.as_ref().map(|encoding| encoding.span().start)),
        ("separator", said.separator.as_ref().map(|separator| separator.span().start)),
        ("root", said.root.as_ref().map(|root| root.span().start)),
    ] {
        if let Some(at) = at {
            note(None, member, at);
        }
    }
    let mut fields: Vec<(usize, String, SaidOfField)> = said
        .fields
        .into_iter()
        .map(|(name, said)| (name.span().start, name.into_inner(), said.into_inner()))
        .collect();
    fields.sort_by_key(|(at, ..)| *at);
    let mut described = Vec::with_capacity(fields.len());
    for (at, field, said) in fields {
        note(Some(&field), "name", at);
        let SaidOfField { from, hash, minimum, maximum, pattern, choices, references, matching, .. } = &said;
        for (member, at) in [
            ("type", Some(said.kind.span().start)),
            ("from", from.as_ref().map(|from| from.span().start)),
            ("hash", hash.as_ref().map(|hash| hash.span().start)),
            ("minimum", minimum.as_ref().map(|minimum| minimum.span().start)),
            ("maximum", maximum.as_ref().map(|maximum| maximum.span().start)),
            ("pattern", pattern.as_ref().map(|pattern| pattern.span().start)),
            ("enum", choices.as_ref().map(|choices| choices.span().start)),
            ("references", references.as_ref().map(|references| references.span().start)),
            ("match", matching.as_ref().map(|matching| matching.span().start)),
        ] {
            if let Some(at) = at {
                note(Some(&field), member, at);
            }
        }
        described.push(of_field(&name, field, said, place)?);
    }
    let key = match said.key.map(Spanned::into_inner) {
        None => Vec::new(),
        Some(OneOrMany::One(key)) => vec![key],
        Some(OneOrMany::Many(key)) => key,
    };
    let plural = said.plural.map_or_else(|| format!("{name}s"), Spanned::into_inner);
    let text = |said: Option<Spanned<String>>| said.map(Spanned::into_inner);
    let as_read = AsRead {
        encoding: text(said.encoding),
        separator: text(said.separator),
        sheet: text(said.sheet),
        root: text(said.root),
    };
    let (complete, files) = (said.complete, said.files);
    let description = Description { name, plural, key, complete, files, as_read, fields: described };
    Ok(Described { description, places, place: place(at) })
}

fn of_field(model: &str, name: String, said: SaidOfField, place: &impl Fn(usize) -> String) -> Result<Field> {
    let kind = Kind::named(said.kind.as_ref()).ok_or_else(|| {
        let names = Kind::ALL.map(Kind::name).join(", ");
        Error::usage(format!("model {model}, field {name}: there is no type `{}`", said.kind.as_ref()))
            .at(place(said.kind.span().start))
            .help(format!("the types are {names}"))
    })?;
    let folded = match &said.matching {
        None => false,
        Some(matching) if matching.as_ref() == "case-insensitive" => true,
        Some(matching) => {
            return Err(Error::usage(format!(
                "model {model}, field {name}: values cannot match `{}`",
                matching.as_ref()
            ))
            .at(place(matching.span().start))
            .help("write match = \"case-insensitive\", or leave it out"));
        }
    };
    let text = |value: Option<Spanned<String>>| value.map(Spanned::into_inner);
    Ok(Field {
        name,
        kind,
        from: text(said.from),
        hash: said.hash.map(Spanned::into_inner),
        required: said.required,
        minimum: said.minimum.map(|value| told(&value.into_inner())),
        maximum: said.maximum.map(|value| told(&value.into_inner())),
        pattern: text(said.pattern),
        choices: said.choices.map(|values| values.into_inner().iter().map(told).collect()),
        missing: said.missing,
        references: text(said.references),
        folded,
        retired: false,
    })
}

/// A value as text: dates and numbers may be written without quotes.
fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(_) | Value::Table(_) => "a list".to_owned(),
    }
}
