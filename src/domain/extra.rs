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
        Raw::Json(Json::Object(object)) => text(rest(object, &mut Path::default(), known)),
        Raw::Json(_) => Value::Null,
    }
}

/// The paths of what `raw` has beyond `known`.
pub fn unknown(raw: Raw<'_>, known: &[&str], into: &mut BTreeSet<String>) {
    match raw {
        Raw::Row(row) => into.extend(row.others.iter().map(|(name, _)| told(name))),
        Raw::Json(Json::Object(object)) => members(object, &mut Path::default(), known, into),
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

/// A path, as it grows and shrinks on the way through a record.
#[derive(Default)]
struct Path(String);

impl Path {
    /// Looks at a member of the object at this path.
    fn member<T>(&mut self, name: &str, look: impl FnOnce(&mut Path) -> T) -> T {
        let between = if self.0.is_empty() { "" } else { "." };
        self.below(between, name, look)
    }

    /// Looks at the items of the array at this path.
    fn items<T>(&mut self, look: impl FnOnce(&mut Path) -> T) -> T {
        self.below("", "[]", look)
    }

    fn below<T>(&mut self, between: &str, step: &str, look: impl FnOnce(&mut Path) -> T) -> T {
        let length = self.0.len();
        self.0.push_str(between);
        self.0.push_str(step);
        let seen = look(self);
        self.0.truncate(length);
        seen
    }

    /// How it is known.
    fn known(&self, known: &[&str]) -> Known {
        let mut is_above = false;
        for rest in known.iter().filter_map(|known| known.strip_prefix(self.0.as_str())) {
            match rest.as_bytes().first() {
                None => return Known::Whole,
                Some(next) => is_above |= matches!(next, b'.' | b'['),
            }
        }
        if is_above { Known::Above } else { Known::Not }
    }
}

enum Known {
    Whole,
    /// Something below it is.
    Above,
    Not,
}

/// What of `object` is not known.
fn rest(object: &Map<String, Json>, path: &mut Path, known: &[&str]) -> Map<String, Json> {
    let unknown = object.iter().filter_map(|(name, value)| {
        let rest = path.member(name, |path| value_rest(value, path, known))?;
        Some((name.clone(), rest))
    });
    unknown.collect()
}

/// What of `value` is not known; `None` if all of it is.
fn value_rest(value: &Json, path: &mut Path, known: &[&str]) -> Option<Json> {
    match (path.known(known), value) {
        (Known::Not, value) => Some(value.clone()),
        (Known::Above, Json::Object(object)) => {
            let kept = rest(object, path, known);
            (!kept.is_empty()).then_some(Json::Object(kept))
        }
        (Known::Above, Json::Array(items)) => {
            let rest_of = |path: &mut Path| -> Vec<Json> {
                items.iter().map(|item| value_rest(item, path, known).unwrap_or(Json::Null)).collect()
            };
            let kept = path.items(rest_of);
            kept.iter().any(|item| !item.is_null()).then_some(Json::Array(kept))
        }
        // Known as a whole; or null or of another type, and the rules say what that means.
        _ => None,
    }
}

/// Names what of `object` is not known.
fn members(object: &Map<String, Json>, path: &mut Path, known: &[&str], into: &mut BTreeSet<String>) {
    for (name, value) in object {
        path.member(name, |path| value_members(value, path, known, into));
    }
}

fn value_members(value: &Json, path: &mut Path, known: &[&str], into: &mut BTreeSet<String>) {
    match (path.known(known), value) {
        (Known::Not, _) if into.contains(&path.0) => {}
        (Known::Not, _) => {
            into.insert(told(&path.0));
        }
        (Known::Above, Json::Object(object)) => members(object, path, known, into),
        (Known::Above, Json::Array(items)) => path.items(|path| {
            items.iter().for_each(|item| value_members(item, path, known, into));
        }),
        _ => {}
    }
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
