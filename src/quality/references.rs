//! A rule for each reference of a described model: values that no record of the other model has.

use super::rule::{Rule, Severity};
use crate::domain::Model;
use crate::domain::described::{Description, Field};

/// The rules for the references in the descriptions that a database keeps.
pub fn of_references(descriptions: &[Description]) -> Vec<Rule> {
    let fields = descriptions.iter().flat_map(|description| {
        let fields = description.fields.iter().filter(|field| !field.retired);
        fields.map(move |field| (description, field))
    });
    fields.filter_map(|(description, field)| rule(description, field, descriptions)).collect()
}

/// The rule for a reference; `None` if the field has none, or nothing of the other model was loaded yet.
fn rule(description: &Description, field: &Field, descriptions: &[Description]) -> Option<Rule> {
    let (model, target) = field.references.as_deref()?.split_once('.')?;
    let is_known = Model::shipped().iter().any(|shipped| shipped.name() == model)
        || descriptions.iter().any(|other| other.name == model);
    if !is_known {
        return None;
    }
    let Description { name, plural, key, .. } = description;
    let matched = if field.folded { "_key" } else { "" };
    let mut columns: Vec<&str> = key.iter().map(String::as_str).collect();
    if !columns.contains(&field.name.as_str()) {
        columns.push(&field.name);
    }
    let field = &field.name;
    let sql = format!(
        "SELECT {columns}\nFROM {name}\nWHERE {field}{matched} NOT IN (\n    \
         SELECT {target}{matched} FROM {model} WHERE {target}{matched} IS NOT NULL\n)\nORDER BY {field}{matched}, {key};\n",
        columns = columns.join(", "),
        key = key.join(", "),
    );
    Some(Rule {
        name: format!("{plural}_of_unknown_{field}"),
        title: format!("{} whose {field} no {model} has", capital(plural)),
        severity: Severity::Warning,
        why: format!(
            "The description of {name} says that {field} is the {target} of a {model}. A file is missing or out of date."
        ),
        params: Vec::new(),
        sql: sql.into(),
        deep: false,
        file: None,
        defaults: Vec::new(),
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
