//! Records as their senders send them: nested where the vendor nests, with what they had beyond their model.

use super::EXTRA;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::sql::{Cell, Sink};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Writes each row as a record of JSON, in an array or one a line.
pub struct Records<W> {
    model: Model,
    out: W,
    in_array: bool,
    rows: u64,
    columns: Vec<String>,
}

impl<W: Write> Records<W> {
    /// Writes records of a model to `out`, which should have a buffer.
    pub fn new(model: Model, out: W, in_array: bool) -> Records<W> {
        Records { model, out, in_array, rows: 0, columns: Vec::new() }
    }
}

impl<W: Write> Sink for Records<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.columns = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(self.out.write_all(if self.in_array { b"[" } else { b"" })?)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let mut fields: Map<String, Value> =
            self.columns.iter().cloned().zip(cells.iter().map(|cell| value(*cell))).collect();
        let extra = match fields.shift_remove(EXTRA) {
            Some(Value::String(text)) => serde_json::from_str(&text).map_err(|error| {
                Error::failed(format!("{}.{EXTRA}: broken JSON: {error}", self.model.name()))
            })?,
            _ => Map::new(),
        };
        let record = record(self.model, fields, extra);
        let before: &[u8] = match (self.in_array, self.rows) {
            (true, 0) => b"\n  ",
            (true, _) => b",\n  ",
            (false, _) => b"",
        };
        self.rows += 1;
        self.out.write_all(before)?;
        serde_json::to_writer(&mut self.out, &record).map_err(std::io::Error::from)?;
        Ok(self.out.write_all(if self.in_array { b"" } else { b"\n" })?)
    }

    fn finish(&mut self) -> Result<()> {
        match (self.in_array, self.rows) {
            (true, 0) => self.out.write_all(b"]\n")?,
            (true, _) => self.out.write_all(b"\n]\n")?,
            (false, _) => {}
        }
        Ok(self.out.flush()?)
    }
}

fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => number.into(),
        Cell::Real(number) => number.into(),
        Cell::Text(text) => text.into(),
        // Tables are strict: no field has bytes.
        Cell::Blob(bytes) => String::from_utf8_lossy(bytes).into(),
    }
}

/// The record as the model's sender writes it, with what it had beside.
fn record(model: Model, mut fields: Map<String, Value>, mut extra: Map<String, Value>) -> Value {
    let mut take = |name: &str| fields.shift_remove(name).unwrap_or_default();
    let mut record = match model {
        author if author == Model::AUTHOR => {
            let slug = take("nationality");
            let nationality = (!slug.is_null()).then(|| object([("slug", slug)]));
            object([
                (
                    "metadata",
                    json!({"name": take("name"), "birth_date": take("birth_date"), "died_at": take("died_at")}),
                ),
                ("nationalities", items(extra.shift_remove("nationalities"), Place::Last, nationality)),
            ])
        }
        review if review == Model::REVIEW => {
            let book = object([("metadata", json!({"title": take("book_title")}))]);
            let movie = object([("title", take("movie_title"))]);
            object([
                ("content", json!({"text": take("text")})),
                ("rating", json!({"rate": take("rating")})),
                ("books", items(extra.shift_remove("books"), Place::First, Some(book))),
                ("movies", items(extra.shift_remove("movies"), Place::Last, Some(movie))),
            ])
        }
        _ => fields,
    };
    merge(&mut record, extra);
    Value::Object(record)
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Which item of a list the model's own value comes from.
enum Place {
    First,
    Last,
}

/// A list with as many items as the sender's had, if it had anything beyond the model, and `own` at its place.
fn items(extra: Option<Value>, place: Place, own: Option<Map<String, Value>>) -> Value {
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

/// Adds to a record what it had beside.
fn merge(record: &mut Map<String, Value>, extra: Map<String, Value>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Raw, Rules, extra};

    /// What a record of the sender has, comes back from what the model and `extra` keep of it.
    #[test]
    fn nothing_is_lost_on_the_way_out_and_in() {
        for (model, sent) in [
            (
                Model::AUTHOR,
                json!({"metadata": {"name": "N", "died_at": null, "x": {"y": [1, null]}}, "born": null,
                "nationalities": [{"slug": "welsh", "since": 1}, null, {"slug": "dutch"}, {"slug": null, "z": 1}]}),
            ),
            (Model::AUTHOR, json!({"metadata": {"name": "N"}, "nationalities": [{"slug": null, "z": 1}]})),
            (
                Model::REVIEW,
                json!({"content": {"text": "t", "lang": "en"}, "rating": {"rate": 3, "by": 9}, "n": 1e300,
                "books": [{"metadata": {"title": "B", "isbn": 7}}, {"metadata": {"title": "C"}, "k": 1}],
                "movies": [{"title": "A", "year": 1}, {"title": "M"}, {"title": "end"}]}),
            ),
            (
                Model::REVIEW,
                json!({"content": {"text": ""}, "rating": {"rate": 3},
                "books": [{"metadata": {"title": "B"}}], "movies": [{"title": "M"}]}),
            ),
            (Model::BOOK, json!({"name": "B", "pages": 1, "author": "a", "publisher": "p", "title": "t"})),
        ] {
            let spec = model.spec();
            let Rules::Keyed(rules) = spec.rules else { panic!() };
            let kept = |sent: &Value| {
                spec.values(rules, Raw::Json(sent)).map(|values| {
                    values.into_iter().map(crate::domain::Value::into_owned).collect::<Vec<_>>()
                })
            };
            let values = kept(&sent).unwrap();
            let fields = spec.fields.iter().zip(&values).map(|(field, value)| {
                let name = if model == Model::BOOK && *field == "title" { "name" } else { field };
                (
                    name.to_owned(),
                    match value {
                        crate::domain::Value::Null => Value::Null,
                        crate::domain::Value::Integer(number) => json!(number),
                        crate::domain::Value::Real(number) => json!(number),
                        crate::domain::Value::Text(text) => json!(text),
                    },
                )
            });
            let fields = fields.filter(|(name, _)| !name.ends_with("_key") && name != EXTRA).collect();
            let extra = match extra::extra(Raw::Json(&sent), spec.known) {
                crate::domain::Value::Text(text) => serde_json::from_str(&text).unwrap(),
                _ => Map::new(),
            };
            let back = record(model, fields, extra);
            assert_eq!(kept(&back).unwrap(), values, "{back}");
        }
    }
}
