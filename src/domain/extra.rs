//! What a record has beyond what its model knows: kept as JSON, so that nothing that a sender adds is
//! dropped in silence.

use super::Value;
use super::raw::Raw;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeSet, HashMap};

/// The columns and members of `raw` that are not among `known`, as JSON with sorted members; NULL if there
/// are none. `known` are paths, as in `rating.rate` or `movies[].title`; what lies below a known path is
/// known as well. An empty column says nothing, and is left out.
pub fn extra(raw: Raw<'_>, known: &[&str]) -> Value<'static> {
    match raw {
        Raw::Row(row) => {
            let mut object = Map::new();
            let mut numbers: HashMap<&str, usize> = HashMap::new();
            for (name, value) in row.others.iter().filter(|(_, value)| !value.is_empty()) {
                let mut free = (*name).to_owned();
                // A name that comes twice is a column of its own each time.
                while object.contains_key(&free) {
                    let number = numbers.entry(name).or_insert(1);
                    *number += 1;
                    free = format!("{name} ({number})");
                }
                object.insert(free, Json::from(*value));
            }
            text(object)
        }
        Raw::Json(Json::Object(object)) => {
            if are_known(object, &mut String::new(), known) {
                return Value::Null;
            }
            match rest(Node::Object(object), "", known) {
                Some(Json::Object(object)) => text(object),
                _ => Value::Null,
            }
        }
        Raw::Json(_) => Value::Null,
    }
}

/// The paths of what `raw` has beyond `known`.
pub fn unknown(raw: Raw<'_>, known: &[&str], into: &mut BTreeSet<String>) {
    match raw {
        Raw::Row(row) => into.extend(row.others.iter().map(|(name, _)| told(name))),
        Raw::Json(Json::Object(object)) if are_known(object, &mut String::new(), known) => {}
        Raw::Json(Json::Object(object)) => members(object, "", known, into),
        Raw::Json(_) => {}
    }
}

/// How much of a name is told: it may have any length.
const NAME_CHARS: usize = 200;

fn told(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

fn text(mut object: Map<String, Json>) -> Value<'static> {
    if object.is_empty() {
        return Value::Null;
    }
    object.sort_keys();
    let mut json = Json::Object(object);
    json.sort_all_objects();
    Value::from(json.to_string())
}

/// Whether all members of `object`, at `path`, are known, as they nearly always are. `path` is as it was after.
fn are_known(object: &Map<String, Json>, path: &mut String, known: &[&str]) -> bool {
    let length = path.len();
    object.iter().all(|(name, value)| {
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        let is_known = is_known(value, path, known);
        path.truncate(length);
        is_known
    })
}

fn is_known(value: &Json, path: &mut String, known: &[&str]) -> bool {
    match (known_as(path, known), value) {
        (Known::Not, _) => false,
        (Known::Above, Json::Object(object)) => are_known(object, path, known),
        (Known::Above, Json::Array(items)) => {
            let length = path.len();
            path.push_str("[]");
            let are_known = items.iter().all(|item| is_known(item, path, known));
            path.truncate(length);
            are_known
        }
        _ => true,
    }
}

/// A value that has parts.
enum Node<'j> {
    Object(&'j Map<String, Json>),
    Array(&'j [Json]),
}

/// What of `node` is not known; `None` if all of it is.
fn rest(node: Node<'_>, path: &str, known: &[&str]) -> Option<Json> {
    match node {
        Node::Object(object) => {
            let kept: Map<String, Json> = object
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.clone(), value_rest(value, &below(path, name), known)?))
                })
                .collect();
            (!kept.is_empty()).then_some(Json::Object(kept))
        }
        Node::Array(items) => {
            let path = format!("{path}[]");
            let kept: Vec<Json> =
                items.iter().map(|item| value_rest(item, &path, known).unwrap_or(Json::Null)).collect();
            kept.iter().any(|item| !item.is_null()).then_some(Json::Array(kept))
        }
    }
}

fn value_rest(value: &Json, path: &str, known: &[&str]) -> Option<Json> {
    match (known_as(path, known), value) {
        (Known::Whole, _) => None,
        (Known::Not, value) => Some(value.clone()),
        (Known::Above, Json::Object(object)) => rest(Node::Object(object), path, known),
        (Known::Above, Json::Array(items)) => rest(Node::Array(items), path, known),
        // Null or of another type: the rules say what that means.
        (Known::Above, _) => None,
    }
}

fn members(object: &Map<String, Json>, path: &str, known: &[&str], into: &mut BTreeSet<String>) {
    for (name, value) in object {
        value_members(value, below(path, name), known, into);
    }
}

fn value_members(value: &Json, path: String, known: &[&str], into: &mut BTreeSet<String>) {
    match (known_as(&path, known), value) {
        (Known::Not, _) => {
            into.insert(told(&path));
        }
        (Known::Above, Json::Object(object)) => members(object, &path, known, into),
        (Known::Above, Json::Array(items)) => {
            for item in items {
                value_members(item, format!("{path}[]"), known, into);
            }
        }
        _ => {}
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

enum Known {
    Whole,
    /// Something below it is.
    Above,
    Not,
}

fn known_as(path: &str, known: &[&str]) -> Known {
    if known.contains(&path) {
        return Known::Whole;
    }
    let is_above = |known: &&str| known.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
    if known.iter().any(is_above) { Known::Above } else { Known::Not }
}

#[cfg(test)]
mod tests {
    use super::super::raw::Row;
    use super::*;
    use serde_json::json;

    const KNOWN: [&str; 4] = ["name", "rating.rate", "movies[].title", "slugs"];

    fn kept(record: &Json) -> String {
        match extra(Raw::Json(record), &KNOWN) {
            Value::Text(text) => text.into_owned(),
            _ => "nothing".to_owned(),
        }
    }

    fn named(record: &Json) -> Vec<String> {
        let mut names = BTreeSet::new();
        unknown(Raw::Json(record), &KNOWN, &mut names);
        names.into_iter().collect()
    }

    #[test]
    fn what_a_model_does_not_know_is_kept_and_named() {
        let all = json!({
            "name": "n", "z": 1, "a": {"y": null, "x": [2]}, "rating": {"rate": 3, "label": "THREE"},
            "movies": [{"title": "A"}, {"title": "B", "id": 7}], "slugs": {"what": "ever"},
        });
        assert_eq!(
            kept(&all),
            r#"{"a":{"x":[2],"y":null},"movies":[null,{"id":7}],"rating":{"label":"THREE"},"z":1}"#
        );
        assert_eq!(named(&all), ["a", "movies[].id", "rating.label", "z"]);
        for known in [
            json!({"name": "n", "rating": {"rate": 3}, "movies": [{"title": "A"}, null]}),
            json!({"name": {"of": "another type"}, "rating": null, "movies": "x"}),
            json!({}),
            json!([1]),
        ] {
            assert_eq!((kept(&known), named(&known).len()), ("nothing".to_owned(), 0), "{known}");
        }
    }

    #[test]
    fn columns_that_say_something_are_kept() {
        let others = [("note", "x"), ("empty", ""), ("note", "y")];
        let row = Raw::Row(Row { fields: &[], others: &others, decimal_comma: false });
        assert_eq!(extra(row, &[]), Value::from(r#"{"note":"x","note (2)":"y"}"#.to_owned()));
        let row = Raw::Row(Row { fields: &[], others: &others[1..2], decimal_comma: false });
        assert_eq!(extra(row, &[]), Value::Null);
        let mut names = BTreeSet::new();
        unknown(Raw::Row(Row { fields: &[], others: &others, decimal_comma: false }), &[], &mut names);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["empty", "note"]);
    }
}
