//! A Data Package that others wrote, as descriptions.

use crate::decode::Reading;
use crate::domain::described::{
    AsRead, Description, Field, Kind, free, is_reserved, name_of, named, names_of,
};
use crate::error::{Error, Result};
use serde_json::Value;
use std::collections::BTreeSet;

/// A resource of a Data Package as a description.
#[derive(Clone, Debug)]
pub struct Packaged {
    /// It; without a key if the package names none.
    pub description: Description,
    /// Its files, as the package names them.
    pub paths: Vec<String>,
    /// What the package says of it that a description cannot say.
    pub lost: Vec<String>,
}

/// Reads a Data Package: a description for each resource that has a Table Schema.
pub fn read(text: &str) -> Result<Vec<Packaged>> {
    let package: Value = serde_json::from_str(text).map_err(|error| {
        Error::failed(format!("is no JSON: {error}")).help("a Data Package is a JSON object with resources")
    })?;
    let none =
        || Error::failed("has no resource with a Table Schema").help("name the resource's files instead");
    let resources = package.get("resources").and_then(Value::as_array).ok_or_else(none)?;
    let mut packaged: Vec<(Packaged, &Value)> = Vec::new();
    for resource in resources.iter().filter(|resource| resource.pointer("/schema/fields").is_some()) {
        packaged.push((described(resource)?, resource));
    }
    if packaged.is_empty() {
        return Err(none());
    }
    let names: Vec<(String, String)> = packaged
        .iter()
        .map(|(packaged, resource)| (text_of(resource, "name").to_owned(), packaged.description.name.clone()))
        .collect();
    let all: Vec<Description> = packaged.iter().map(|(packaged, _)| packaged.description.clone()).collect();
    for (packaged, resource) in &mut packaged {
        for key in list(resource.pointer("/schema/foreignKeys")) {
            if !refer(&mut packaged.description, key, &names, &all) {
                packaged.lost.push(format!("the foreign key {}", key.get("fields").unwrap_or(key)));
            }
        }
    }
    Ok(packaged.into_iter().map(|(packaged, _)| packaged).collect())
}

fn described(resource: &Value) -> Result<Packaged> {
    let title = text_of(resource, "name");
    let paths: Vec<String> = texts(resource.get("path"));
    let (mut name, mut plural) = names_of(&name_of(title));
    if let Some(own) = resource.get("scli:model").and_then(Value::as_str) {
        (name, plural) = (own.to_owned(), name_of(title));
    }
    if is_reserved(&name) || named(&name).is_err() {
        (name, plural) = (format!("my_{name}"), format!("my_{plural}"));
    }
    let mut lost = Vec::new();
    let schema_missing = resource.pointer("/schema/missingValues");
    let mut taken = BTreeSet::new();
    let mut fields: Vec<Field> = Vec::new();
    for said in list(resource.pointer("/schema/fields")) {
        let source = text_of(said, "name");
        let own = said.get("scli:name").and_then(Value::as_str).map(str::to_owned);
        let name = own.unwrap_or_else(|| free(&name_of(source), &taken));
        taken.insert(name.clone());
        fields.push(field(name, source, said, schema_missing, &mut lost));
    }
    let named = |source: &String| {
        fields.iter().find(|field| field.source() == source).map(|field| field.name.clone())
    };
    let mut key: Vec<String> =
        texts(resource.pointer("/schema/primaryKey")).iter().filter_map(named).collect();
    if key.is_empty() {
        key.extend(
            list(resource.pointer("/schema/fields"))
                .iter()
                .find(|said| said.pointer("/constraints/unique") == Some(&Value::Bool(true)))
                .and_then(|said| named(&text_of(said, "name").to_owned())),
        );
    }
    for (name, of) in resource.get("scli:hash").and_then(Value::as_object).into_iter().flatten() {
        fields.push(Field { name: name.clone(), hash: Some(texts(Some(of))), ..Field::default() });
    }
    if resource.get("scli:key").is_some() {
        key = texts(resource.get("scli:key"));
    }
    for field in fields.iter_mut().filter(|field| key.contains(&field.name)) {
        field.required = false; // a key is
        if matches!(field.kind, Kind::Real | Kind::Json) {
            lost.push(format!("the type {} of {}", field.kind.name(), field.source()));
            field.kind = Kind::Text;
        }
    }
    let files = match texts(resource.get("scli:files")) {
        files if !files.is_empty() => files,
        _ => paths.iter().filter(|path| !path.contains("://")).cloned().collect(),
    };
    let complete = resource.get("scli:complete") == Some(&Value::Bool(true));
    let as_read = as_read(resource, &mut lost);
    let description = Description { name, plural, key, complete, files, as_read, fields };
    Ok(Packaged { description, paths, lost })
}

/// How the files of a resource are read, as far as that is not what scli finds anyway.
fn as_read(resource: &Value, lost: &mut Vec<String>) -> AsRead {
    let said = |pointer: &str| {
        resource.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let as_read = AsRead {
        encoding: said("/encoding").filter(|name| !name.eq_ignore_ascii_case("utf-8")),
        separator: said("/dialect/delimiter").filter(|delimiter| delimiter != ","),
        sheet: said("/dialect/sheetName"),
        root: said("/dialect/property"),
    };
    match Reading::described(&as_read) {
        Ok(_) => as_read,
        Err(mistake) => {
            lost.push(mistake.message);
            AsRead::default()
        }
    }
}

fn field(name: String, source: &str, said: &Value, missing: Option<&Value>, lost: &mut Vec<String>) -> Field {
    let mut lose = |what: String| lost.push(format!("{what} of {source}"));
    let kind = kind(said, &mut lose);
    let constraint = |of: &str| said.pointer(&format!("/constraints/{of}"));
    let has_limits = !matches!(kind, Kind::Text | Kind::Boolean | Kind::Json);
    let limit = |of: &str| constraint(of).filter(|_| has_limits).map(told);
    for (known, fits) in [
        ("minimum", has_limits),
        ("maximum", has_limits),
        ("pattern", kind == Kind::Text),
        ("required", true),
        ("enum", kind != Kind::Json),
        ("unique", true),
    ] {
        if constraint(known).is_some() && !fits {
            lose(format!("the constraint {known}"));
        }
    }
    let known = ["minimum", "maximum", "pattern", "required", "enum", "unique"];
    for name in said.get("constraints").and_then(Value::as_object).into_iter().flat_map(|all| all.keys()) {
        if !known.contains(&name.as_str()) {
            lose(format!("the constraint {name}"));
        }
    }
    let pattern = constraint("pattern").and_then(Value::as_str).filter(|_| kind == Kind::Text);
    let missing = said.get("missingValues").or(missing).map(|values| texts(Some(values)));
    Field {
        hash: None,
        from: (source != name).then(|| source.to_owned()),
        name,
        kind,
        required: constraint("required") == Some(&Value::Bool(true)),
        minimum: limit("minimum"),
        maximum: limit("maximum"),
        pattern: pattern.map(str::to_owned),
        choices: constraint("enum")
            .filter(|_| kind != Kind::Json)
            .map(|values| list(Some(values)).iter().map(told).collect()),
        missing: missing.filter(|missing| *missing != [String::new()]),
        references: said.get("scli:references").and_then(Value::as_str).map(str::to_owned),
        folded: said.get("scli:match").is_some(),
        retired: false,
    }
}

/// The type of a field; what is written otherwise than here is text.
fn kind(said: &Value, lose: &mut dyn FnMut(String)) -> Kind {
    let (kind, format) = (text_of(said, "type"), text_of(said, "format"));
    let is_plain = |names: &[&str]| names.iter().all(|name| said.get(*name).is_none());
    let (found, fits) = match kind {
        "" | "string" => (Kind::Text, true),
        "any" => (if said.get("scli:type").is_some() { Kind::Json } else { Kind::Text }, true),
        "object" | "array" | "geojson" => (Kind::Json, true),
        "year" => (Kind::Integer, true),
        "integer" => {
            (Kind::Integer, is_plain(&["groupChar"]) && said.get("bareNumber") != Some(&Value::Bool(false)))
        }
        "number" => (
            Kind::Real,
            is_plain(&["groupChar", "decimalChar"]) && said.get("bareNumber") != Some(&Value::Bool(false)),
        ),
        "boolean" => (Kind::Boolean, is_plain(&["trueValues", "falseValues"])),
        "date" => (Kind::Date, matches!(format, "" | "default" | "%Y-%m-%d")),
        "datetime" => (Kind::Timestamp, matches!(format, "" | "default" | "any" | "%Y-%m-%dT%H:%M:%SZ")),
        _ => (Kind::Text, false),
    };
    match fits {
        true => found,
        false => {
            lose(format!("the type {kind}"));
            Kind::Text
        }
    }
}

/// Notes a reference of one field to another; returns whether it can be said.
fn refer(
    description: &mut Description,
    key: &Value,
    names: &[(String, String)],
    all: &[Description],
) -> bool {
    let (from, to) = (texts(key.get("fields")), texts(key.pointer("/reference/fields")));
    let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return false };
    let resource = key.pointer("/reference/resource").and_then(Value::as_str).unwrap_or_default();
    let model = match resource {
        "" => Some(&description.name),
        _ => names.iter().find(|(name, _)| name == resource).map(|(_, model)| model),
    };
    let Some(other) = model.and_then(|model| all.iter().find(|other| other.name == *model)) else {
        return false;
    };
    let Some(target) = other.fields.iter().find(|field| field.source() == to) else { return false };
    let references = format!("{}.{}", other.name, target.name);
    match description.fields.iter_mut().find(|field| field.source() == from) {
        Some(field) => {
            field.references = Some(references);
            true
        }
        None => false,
    }
}

fn text_of<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text, or several; of a value with a label, the value.
fn texts(value: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| value.as_str().or_else(|| value.get("value")?.as_str()).map(str::to_owned);
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
        value => value.and_then(text).into_iter().collect(),
    }
}

fn told(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
