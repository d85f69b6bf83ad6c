//! The way back from fields to a record as a vendor nests it.

use serde_json::{Map, Value};

/// Makes a record of the fields of a model, and takes out of what it had beyond them what stands among these.
pub type Nest = fn(Map<String, Value>, &mut Map<String, Value>) -> Map<String, Value>;

/// An object of these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Which item of a list the model's own value comes from.
pub enum Place {
    /// The first one.
    First,
    /// The last one.
    Last,
}

/// A list with as many items as the sender's had, if it had anything beyond the model, and `own` at its place.
pub fn items(extra: Option<Value>, place: Place, own: Option<Map<String, Value>>) -> Value {
    let mut items = match extra {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    if let Some(mut own) = own {
        if items.is_empty() {
            items.push(Value::Null);
        }
        let at = match place {
            Place::First => items.first_mut(),
            Place::Last => items.last_mut(),
        };
        if let Some(item) = at {
            if let Value::Object(beside) = item.take() {
                merge(&mut own, beside);
            }
            *item = Value::Object(own);
        }
    }
    Value::Array(items)
}

/// Puts a value below members of these names. Where something else stands on the way, it is put under the whole of them.
pub fn put(record: &mut Map<String, Value>, names: &[String], value: Value) {
    match names {
        [] => {}
        [name] => {
            record.insert(name.clone(), value);
        }
        [first, below @ ..] => {
            match record.entry(first.clone()).or_insert_with(|| Value::Object(Map::new())) {
                Value::Object(object) => put(object, below, value),
                _ => {
                    record.insert(names.join("."), value);
                }
            }
        }
    }
}

/// Adds to a record what it had beside.
pub fn merge(record: &mut Map<String, Value>, extra: Map<String, Value>) {
    for (name, beside) in extra {
        match (record.get_mut(&name), beside) {
            (Some(Value::Object(own)), Value::Object(beside)) => merge(own, beside),
            (Some(_), _) => {} // what the model knows stands
            (None, beside) => {
                record.insert(name, beside);
            }
        }
    }
}
