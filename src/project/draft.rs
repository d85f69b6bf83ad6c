//! A description as the project file has it.

use crate::domain::described::{Description, Field, Kind};
use std::fmt::Write;

/// The table `[model.NAME]` for a description.
pub fn to_toml(description: &Description) -> String {
    let Description { name, plural, key, complete, files, as_read, fields } = description;
    let list = |texts: &[String]| {
        format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
    };
    let key = match key.as_slice() {
        [key] => quoted(key),
        key => list(key),
    };
    let mut toml =
        format!("[model.{name}]\nplural = {}\nkey = {key}\ncomplete = {complete}\n", quoted(plural));
    if !files.is_empty() {
        toml += &format!("files = {}\n", list(files));
    }
    for (member, said) in as_read.members() {
        toml += &said.map(|said| format!("{member} = {}\n", quoted(said))).unwrap_or_default();
    }
    let _ = writeln!(toml, "\n[model.{name}.fields]"); // a String takes all
    let longest = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for field in fields.iter().filter(|field| !field.retired) {
        let mut said = vec![format!("type = {}", quoted(field.kind.name()))];
        let mut say = |member: &str, value: Option<String>| {
            said.extend(value.map(|value| format!("{member} = {value}")));
        };
        say("from", field.from.as_deref().map(quoted));
        say("hash", field.hash.as_deref().map(list));
        say("required", field.required.then(|| "true".to_owned()));
        say("minimum", field.minimum.as_deref().map(|minimum| limit(field, minimum)));
        say("maximum", field.maximum.as_deref().map(|maximum| limit(field, maximum)));
        say("pattern", field.pattern.as_deref().map(quoted));
        say("enum", field.choices.as_deref().map(list));
        say("missingValues", field.missing.as_deref().map(list));
        say("references", field.references.as_deref().map(quoted));
        say("match", field.folded.then(|| quoted("case-insensitive")));
        let _ = writeln!(toml, "{:longest$} = {{ {} }}", field.name, said.join(", ")); // likewise
    }
    toml
}

/// A limit of a field: numbers are written as such.
fn limit(field: &Field, text: &str) -> String {
    match field.kind {
        Kind::Integer => text.to_owned(),
        _ => quoted(text),
    }
}

/// A text in the quotes of TOML, which are those of JSON but for one character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
