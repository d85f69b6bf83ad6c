//! A Data Package of the files that `export --all --format csv` writes.

use crate::domain::described::{Description, Field, Kind};
use serde_json::{Map, Value, json};

/// The name of a type in Table Schema.
fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Integer => "integer",
        Kind::Real => "number",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Timestamp => "datetime",
        Kind::Json => "any",
    }
}

/// The Data Package of these models, as JSON.
pub fn to_datapackage(models: &[Description]) -> String {
    let resources: Vec<Value> = models.iter().map(|model| resource(model, models)).collect();
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "resources": resources,
    });
    format!("{package:#}\n")
}

fn resource(model: &Description, all: &[Description]) -> Value {
    // What is a digest of others is in no file.
    let fields = model.fields.iter().filter(|field| !field.retired && field.hash.is_none());
    let hashes: Map<String, Value> = model
        .fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), json!(field.hash.as_ref()?))))
        .collect();
    let is_hashed = model.key.iter().any(|key| hashes.contains_key(key));
    let keys: Vec<&str> = model.key.iter().filter_map(|key| model.field(key)).map(Field::source).collect();
    let (mut foreign, mut said) = (Vec::new(), Vec::new());
    for field in fields {
        let key = foreign_key(model, field, all);
        said.push(property(model, field, key.is_some()));
        foreign.extend(key);
    }
    let mut schema = Map::new();
    schema.insert("fields".to_owned(), said.into());
    if !is_hashed {
        schema.insert("primaryKey".to_owned(), json!(keys));
    }
    if !foreign.is_empty() {
        schema.insert("foreignKeys".to_owned(), foreign.into());
    }
    let mut resource = Map::new();
    let mut say = |name: &str, value: Value| {
        resource.insert(name.to_owned(), value);
    };
    say("name", json!(model.plural));
    say("path", json!(format!("{}.csv", model.plural)));
    say("type", json!("table"));
    say("scheme", json!("file"));
    say("format", json!("csv"));
    say("mediatype", json!("text/csv"));
    say("encoding", json!("utf-8"));
    say("scli:model", json!(model.name));
    if model.complete {
        say("scli:complete", json!(true));
    }
    if !model.files.is_empty() {
        say("scli:files", json!(model.files));
    }
    if !hashes.is_empty() {
        say("scli:hash", hashes.into());
    }
    if is_hashed {
        say("scli:key", json!(model.key));
    }
    say("schema", schema.into());
    resource.into()
}

/// The reference of a field, where the model that it refers to is in the package and values are compared as they are.
fn foreign_key(model: &Description, field: &Field, all: &[Description]) -> Option<Value> {
    let (name, target) = field.references.as_deref().filter(|_| !field.folded)?.split_once('.')?;
    let other = all.iter().find(|other| other.name == name)?;
    let resource = if other.name == model.name { "" } else { &other.plural };
    let target = other.field(target)?.source();
    Some(json!({"fields": [field.source()], "reference": {"resource": resource, "fields": [target]}}))
}

fn property(model: &Description, field: &Field, refers: bool) -> Value {
    let mut said = Map::new();
    let mut say = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            said.insert(name.to_owned(), value);
        }
    };
    say("name", Some(json!(field.source())));
    say("type", Some(json!(type_name(field.kind))));
    if field.kind == Kind::Timestamp {
        say("format", Some(json!("any")));
    }
    say("missingValues", field.missing.as_ref().map(|missing| json!(missing)));
    let mut constraints = Map::new();
    let mut constrain = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            constraints.insert(name.to_owned(), value);
        }
    };
    let typed = |text: &String| typed(text, field.kind);
    constrain("required", (field.required || model.key.contains(&field.name)).then(|| json!(true)));
    constrain("minimum", field.minimum.as_ref().map(typed));
    constrain("maximum", field.maximum.as_ref().map(typed));
    constrain("pattern", field.pattern.as_ref().map(|pattern| json!(pattern)));
    constrain("enum", field.choices.as_ref().map(|choices| choices.iter().map(typed).collect()));
    say("constraints", (!constraints.is_empty()).then(|| constraints.into()));
    say("scli:name", (field.source() != field.name).then(|| json!(field.name)));
    say("scli:references", field.references.as_ref().filter(|_| !refers).map(|to| json!(to)));
    say("scli:match", field.folded.then(|| json!("case-insensitive")));
    say("scli:type", (field.kind == Kind::Json).then(|| json!("json")));
    said.into()
}

/// A value of a constraint: numbers are written as such.
fn typed(text: &String, kind: Kind) -> Value {
    match kind {
        Kind::Integer | Kind::Real | Kind::Boolean => {
            serde_json::from_str(text).unwrap_or_else(|_| json!(text))
        }
        _ => json!(text),
    }
}
