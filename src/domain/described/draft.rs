//! A description drafted from records: what they have, of which type, and what tells them apart.

use super::name::{is_kept, named};
use super::path::Path;
use super::rules::{of_json, of_text};
use super::{AsRead, Description, Field, Kind, MOST};
use crate::domain::Raw;
use crate::domain::raw::with_point;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The types that are tried, the narrowest first.
const TRIED: [Kind; 5] = [Kind::Integer, Kind::Real, Kind::Boolean, Kind::Date, Kind::Timestamp];

/// Texts that stand for no value where all others are of a type.
const NO_VALUES: [&str; 8] = ["NA", "N/A", "n/a", "null", "NULL", "None", "-", "?"];

/// How many records are looked at for a key.
const COMPARED: u64 = 1_000_000;

/// How many of the first columns are looked at in pairs.
const PAIRED: usize = 6;

/// Names of fields that are more often a key than others, the likeliest first.
const KEYS: [&str; 7] = ["id", "uuid", "key", "code", "email", "name", "title"];

/// What is seen of some records.
#[derive(Default)]
pub struct Draft {
    records: u64,
    columns: Vec<Column>,
    places: BTreeMap<String, usize>,
    /// Paths at which an object stood.
    objects: BTreeSet<String>,
    /// Columns that a file has twice.
    twice: BTreeSet<String>,
    /// The pairs of columns that tell all records apart so far, and what was seen of each.
    pairs: Vec<(usize, usize, HashSet<u64>)>,
}

/// What is seen of a column, or of what stands at a path.
struct Column {
    source: String,
    /// The types that all values have.
    kinds: Vec<Kind>,
    nested: bool,
    /// How many records have a value.
    count: u64,
    /// The texts of [`NO_VALUES`] that stood there.
    no_values: BTreeSet<&'static str>,
    /// What was seen, while no value came twice.
    unique: Option<HashSet<u64>>,
    /// Of the record before this one.
    last: Option<u64>,
}

impl Draft {
    /// Looks at a record.
    pub fn see(&mut self, raw: Raw<'_>) {
        self.columns.iter_mut().for_each(|column| column.last = None);
        match raw {
            Raw::Row(row) => {
                let mut names = BTreeSet::new();
                for (name, text) in row.others {
                    if names.insert(*name) {
                        self.text(name, text, row.decimal_comma);
                    } else {
                        self.twice.insert((*name).to_owned());
                    }
                }
            }
            Raw::Json(Json::Object(object)) => self.object("", object),
            Raw::Json(_) => {}
        }
        self.compare();
        self.records += 1;
    }

    /// How many records it has seen.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Whether some record has a column or a member of this name; a column in whatever case.
    pub fn has(&self, name: &str) -> bool {
        let is_it = |source: &str| source.eq_ignore_ascii_case(name);
        self.columns.iter().any(|column| is_it(&column.source)) || self.objects.contains(name)
    }

    fn object(&mut self, path: &str, object: &serde_json::Map<String, Json>) {
        for (name, value) in object {
            // What a path cannot name stays in `extra`.
            if name.is_empty() || name.contains(['.', '[', ']', '|']) {
                continue;
            }
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match value {
                Json::Object(object) => {
                    self.objects.insert(path.clone());
                    self.object(&path, object);
                }
                value => self.json(&path, value),
            }
        }
    }

    fn column(&mut self, source: &str) -> Option<&mut Column> {
        let next = self.columns.len();
        let place = match self.places.get(source) {
            Some(place) => *place,
            None if next == MOST => return None,
            None => {
                self.places.insert(source.to_owned(), next);
                self.columns.push(Column {
                    source: source.to_owned(),
                    kinds: TRIED.to_vec(),
                    nested: false,
                    count: 0,
                    no_values: BTreeSet::new(),
                    unique: Some(HashSet::new()),
                    last: None,
                });
                next
            }
        };
        self.columns.get_mut(place)
    }

    fn text(&mut self, source: &str, text: &str, decimal_comma: bool) {
        let Some(column) = self.column(source).filter(|_| !text.is_empty()) else { return };
        column.see_text(text, decimal_comma);
    }

    fn json(&mut self, source: &str, value: &Json) {
        let Some(column) = self.column(source) else { return };
        match value {
            Json::Null => {}
            Json::String(text) if text.is_empty() => {}
            Json::String(text) => column.see_text(text, false),
            Json::Array(_) | Json::Object(_) => {
                column.nested = true;
                column.take(&value.to_string());
            }
            value => {
                // A float would lose digits of a number this large.
                let is_large = value.is_u64() && !value.is_i64();
                column.kinds.retain(|kind| !is_large && (*kind != Kind::Boolean || value.is_boolean()));
                column.kinds.retain(|kind| of_json(value, *kind).is_ok());
                column.take(&value.to_string());
            }
        }
    }

    /// Follows which pairs of columns tell all records apart.
    fn compare(&mut self) {
        if self.records == 0 {
            let count = self.columns.len().min(PAIRED);
            let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
            self.pairs = pairs.map(|(one, other)| (one, other, HashSet::new())).collect();
        }
        if self.records > COMPARED {
            return;
        }
        let columns = &self.columns;
        self.pairs.retain_mut(|(one, other, seen)| {
            let last = |place: usize| columns.get(place).and_then(|column| column.last);
            last(*one).zip(last(*other)).is_some_and(|both| seen.insert(hash(&both)))
        });
    }

    /// The description of a model of this name that takes these records; `called` tells what to call
    /// that which has a name in the source. The second value says whether its key tells them all apart.
    pub fn describe(self, name: &str, plural: &str, called: &dyn Fn(&str) -> String) -> (Description, bool) {
        let Draft { records, columns, objects, twice, pairs, .. } = self;
        let mixed: Vec<&str> = columns
            .iter()
            .map(|column| column.source.as_str())
            .filter(|source| objects.contains(*source))
            .filter(|source| columns.iter().any(|column| column.source == *source && column.count > 0))
            .collect();
        let is_left = |column: &Column| {
            let below =
                |path: &&str| column.source.strip_prefix(*path).is_some_and(|rest| rest.starts_with('.'));
            let is_mixed = mixed.iter().any(below);
            // Null where others have an object.
            let is_empty = objects.contains(&column.source) && column.count == 0;
            // A column whose name would mean a path to several values.
            let is_path = Path::parse(&column.source, Kind::Text).is_err();
            !twice.contains(&column.source) && !is_mixed && !is_empty && !is_path
        };
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut fields: Vec<Field> = Vec::new();
        let mut places: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, column) in columns.iter().enumerate().filter(|(_, column)| is_left(column)) {
            let name = free(&name_of(&called(&column.source)), &names);
            names.insert(name.clone());
            places.insert(place, fields.len());
            fields.push(column.field(name, records, mixed.contains(&column.source.as_str())));
        }
        let can_be_key = |place: &usize| {
            let column = columns.get(*place);
            let field = places.get(place).and_then(|at| fields.get(*at));
            let is_full = column.is_some_and(|column| column.count == records && column.no_values.is_empty());
            is_full && field.is_some_and(|field| !matches!(field.kind, Kind::Real | Kind::Json))
        };
        let name_at =
            |place: &usize| places.get(place).and_then(|at| fields.get(*at)).map(|field| field.name.clone());
        let is_unique = |place: &usize| columns.get(*place).is_some_and(|column| column.unique.is_some());
        let likely = |place: &usize| {
            let field = name_at(place).unwrap_or_default();
            let own = format!("{name}_id");
            match KEYS.iter().position(|key| *key == field) {
                Some(at) => at,
                None if field == own => 0,
                None if field.ends_with("_id") => KEYS.len(),
                None => KEYS.len() + 1,
            }
        };
        let single =
            (0..columns.len()).filter(can_be_key).filter(is_unique).min_by_key(|place| likely(place));
        let pair = pairs.iter().find(|(one, other, _)| can_be_key(one) && can_be_key(other));
        // In a small file a measure may happen to tell all records apart.
        let is_text = |place: &usize| {
            places.get(place).and_then(|at| fields.get(*at)).is_some_and(|field| field.kind == Kind::Text)
        };
        let is_chance = |place: &usize| *place > 0 && likely(place) > KEYS.len() && !is_text(place);
        let (key, is_sound) = match (single, pair) {
            (Some(place), Some((one, other, _))) if is_chance(&place) => (vec![*one, *other], true),
            (Some(place), _) => (vec![place], true),
            (None, Some((one, other, _))) => (vec![*one, *other], true),
            (None, None) => (Vec::new(), false),
        };
        let mut key: Vec<String> = key.iter().filter_map(name_at).collect();
        if key.is_empty() && !fields.is_empty() {
            // Whatever differs in anything is another record.
            let id = free("id", &names);
            let hash = fields.iter().map(|field| field.name.clone()).collect();
            fields.insert(0, Field { name: id.clone(), hash: Some(hash), ..Field::default() });
            key.push(id);
        }
        for field in &mut fields {
            field.required &= !key.contains(&field.name);
        }
        let description = Description {
            name: name.to_owned(),
            plural: plural.to_owned(),
            key,
            complete: false,
            files: Vec::new(),
            as_read: AsRead::default(),
            fields,
        };
        (description, is_sound)
    }
}

impl Column {
    fn see_text(&mut self, text: &str, decimal_comma: bool) {
        let number = if decimal_comma { with_point(text) } else { Cow::Borrowed(text) };
        let is_of = |kind: &Kind| {
            let text = if matches!(kind, Kind::Integer | Kind::Real) { &number } else { text };
            is_plain(text, *kind) && of_text(text, *kind).is_ok()
        };
        match NO_VALUES.iter().find(|known| **known == text) {
            Some(known) => {
                self.no_values.insert(known);
            }
            None => self.kinds.retain(is_of),
        }
        self.take(text);
    }

    fn take(&mut self, text: &str) {
        self.count += 1;
        let hash = hash(text);
        self.last = Some(hash);
        if self.count <= COMPARED && self.unique.as_mut().is_some_and(|seen| !seen.insert(hash)) {
            self.unique = None;
        }
    }

    fn field(&self, name: String, records: u64, mixed: bool) -> Field {
        let kind = match self.kinds.first() {
            _ if self.nested || mixed => Kind::Json,
            // No value at all says nothing.
            Some(kind) if self.count > 0 && !self.is_without_values() => *kind,
            _ => Kind::Text,
        };
        let is_missing = !matches!(kind, Kind::Text | Kind::Json) && !self.no_values.is_empty();
        let missing = is_missing.then(|| {
            std::iter::once(String::new())
                .chain(self.no_values.iter().map(|text| (*text).to_owned()))
                .collect()
        });
        Field {
            required: self.count == records && records > 1 && !is_missing,
            from: (name != self.source).then(|| self.source.clone()),
            name,
            kind,
            missing,
            ..Field::default()
        }
    }

    /// Whether only texts that stand for no value were seen.
    fn is_without_values(&self) -> bool {
        self.kinds.len() == TRIED.len()
    }
}

/// Whether a text is of the type without a doubt: `007` is the name of something.
fn is_plain(text: &str, kind: Kind) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_padded = digits.len() > 1
        && digits.starts_with('0')
        && !digits.starts_with("0.")
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match kind {
        Kind::Integer => text.parse::<i64>().is_ok_and(|number| number.to_string() == text),
        // Beyond 15 digits a number would lose some.
        Kind::Real => {
            !is_padded
                && text.starts_with(|first: char| first.is_ascii_digit() || first == '-' || first == '.')
                && text.bytes().filter(u8::is_ascii_digit).count() <= 17
        }
        Kind::Boolean => !matches!(text, "0" | "1"),
        _ => true,
    }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A name for what is called `source`: its letters and digits, with `_` for all else.
pub fn name_of(source: &str) -> String {
    let mut name = String::new();
    for letter in source.to_lowercase().chars() {
        match letter.is_ascii_alphanumeric() {
            true => name.push(letter),
            false if name.ends_with('_') || name.is_empty() => {}
            false => name.push('_'),
        }
    }
    let name = name.trim_end_matches('_');
    let name = name.get(..50).unwrap_or(name);
    match name.chars().next() {
        None => "field".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n_{name}"),
        Some(_) => name.to_owned(),
    }
}

/// The names of a model whose files are called `plural`: singular and plural.
pub fn names_of(plural: &str) -> (String, String) {
    match plural.strip_suffix("ies").map(|stem| format!("{stem}y")) {
        Some(singular) => (singular, plural.to_owned()),
        None => match plural.strip_suffix('s').filter(|stem| !stem.ends_with('s') && !stem.is_empty()) {
            Some(singular) => (singular.to_owned(), plural.to_owned()),
            None => (plural.to_owned(), format!("{plural}s")),
        },
    }
}

/// The name, or one like it that is free.
pub fn free(name: &str, taken: &BTreeSet<String>) -> String {
    let is_free = |name: &String| {
        let follows = name.strip_suffix("_key").is_some_and(|other| taken.contains(other));
        let is_followed = taken.contains(&format!("{name}_key"));
        named(name).is_ok() && !is_kept(name) && !taken.contains(name) && !follows && !is_followed
    };
    let others =
        (1..).map(|number| if number == 1 { format!("{name}_") } else { format!("{name}_{number}") });
    std::iter::once(name.to_owned()).chain(others).find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(records: &[Json]) -> Vec<String> {
        let mut draft = Draft::default();
        records.iter().for_each(|record| draft.see(Raw::Json(record)));
        let (description, is_sound) = draft.describe("item", "items", &str::to_owned);
        let mut told = vec![format!("{} {is_sound}", description.key.join(","))];
        told.extend(description.fields.iter().map(|field| {
            format!(
                "{} {} {}{}",
                field.name,
                field.kind.name(),
                field.source(),
                if field.required { " *" } else { "" }
            )
        }));
        description.check().unwrap();
        told
    }

    #[test]
    fn types_key_and_paths_are_those_of_the_records() {
        let records = [
            json!({"n": 1, "Order": "x", "a": {"b": 1.5, "c": [1]}, "d": "2021-01-02", "t": null, "z": "007", "m": "x"}),
            json!({"n": 2, "Order": "x", "a": {"b": 2}, "d": "2021-01-03", "t": "2021-01-02T00:00:00Z", "z": "10", "m": {"o": 1}}),
        ];
        assert_eq!(
            told(&records),
            [
                "n true",
                "n integer n",
                "order_ text Order *",
                "a_b real a.b *",
                "a_c json a.c",
                "d date d *",
                "t timestamp t",
                "z text z *",
                "m json m"
            ]
        );
    }

    #[test]
    fn two_fields_may_be_the_key_and_none_is_said() {
        let pairs = [json!({"a": 1, "b": 1}), json!({"a": 1, "b": 2}), json!({"a": 2, "b": 1})];
        assert_eq!(told(&pairs)[0], "a,b true");
        assert_eq!(told(&[json!({"a": 1, "b": 1}), json!({"a": 1, "b": 1})])[0], "id false");
    }
}
