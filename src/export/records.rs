//! Records as their senders send them: nested where the vendor nests, with what they had beyond their model.

use super::EXTRA;
use crate::domain::Model;
use crate::domain::described::Place;
use crate::domain::nest::{merge, put};
use crate::error::{Error, Result};
use crate::sql::{Cell, Sink};
use serde_json::{Map, Value};
use std::io::Write;

/// Writes each row as a record of JSON, in an array or one a line.
pub struct Records<W> {
    model: Model,
    out: W,
    in_array: bool,
    rows: u64,
    columns: Vec<String>,
    /// How the values of a described model are put into its records, column by column.
    places: Vec<Place>,
}

impl<W: Write> Records<W> {
    /// Writes records of a model to `out`, which should have a buffer.
    pub fn new(model: Model, out: W, in_array: bool) -> Records<W> {
        Records { model, out, in_array, rows: 0, columns: Vec::new(), places: Vec::new() }
    }
}

impl<W: Write> Sink for Records<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.columns = names.iter().map(|name| (*name).to_owned()).collect();
        let fields = self.model.spec().described.map(|described| described.fields.as_slice());
        let place =
            |name: &&str| match fields.unwrap_or_default().iter().find(|field| field.source() == *name) {
                Some(field) => field.place(),
                None => Place::Below(vec![(*name).to_owned()]),
            };
        self.places = names.iter().map(place).collect();
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
        let record = record(self.model, &self.places, fields, extra);
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
fn record(
    model: Model,
    places: &[Place],
    fields: Map<String, Value>,
    mut extra: Map<String, Value>,
) -> Value {
    let mut record = match model.spec().nest {
        Some(nest) => nest(fields, &mut extra),
        None => {
            let mut record = Map::new();
            for ((name, value), place) in fields.into_iter().zip(places) {
                match place {
                    Place::Below(names) => put(&mut record, names, value),
                    Place::Among(list) if extra.contains_key(list) => {}
                    Place::Among(_) => put(&mut record, &[name], value),
                }
            }
            record
        }
    };
    merge(&mut record, extra);
    Value::Object(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Raw, Rules, extra};
    use serde_json::json;

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
            let fields: Map<String, Value> = fields;
            let places: Vec<Place> = fields.keys().map(|name| Place::Below(vec![name.clone()])).collect();
            let back = record(model, &places, fields, extra);
            assert_eq!(kept(&back).unwrap(), values, "{back}");
        }
    }
}
