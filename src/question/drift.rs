//! The comparison with answers of another day.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::answer::{Answer, Number, TWO_READINGS};
use super::receipts::Receipt;
use crate::error::{Error, Kind, Result};

/// Compares `answers` with those in `json`, which [`to_json`](super::to_json) wrote on another day.
/// An answer that moved, is missing or is new makes an error of kind [`Kind::Drift`] that names
/// each, and the loads since that may have moved them; JSON of another shape makes one of kind
/// [`Kind::Failed`].
pub fn check(answers: &[Answer], json: &str) -> Result<()> {
    let mut expected = parse(json)?;
    let mut moved = Vec::new();
    let mut since: Option<BTreeMap<i64, &Receipt>> = None;
    for answer in answers {
        let Some(old) = expected.remove(&answer.question) else {
            moved.push(format!("{} is not in the file", answer.question));
            continue;
        };
        let differences_before = moved.len();
        let known = answer.readings.iter().map(|reading| &reading.name);
        let gone =
            old.readings.keys().filter(|name| answer.readings.iter().all(|other| other.name != **name));
        for reading in known.chain(gone) {
            let (old, new) = (old.readings.get(reading).copied().flatten(), answer.reading(reading));
            if old != new.map(Number::as_f64) {
                let (old, new) = (told(old.map(Number::from_f64)), told(new));
                moved.push(format!("{}: {reading} was {old}, is {new}", answer.question));
            }
        }
        if let Some(known) = old.loads
            && moved.len() > differences_before
        {
            since.get_or_insert_default().extend(new_loads(answer, &known));
        }
    }
    moved.extend(expected.keys().map(|name| format!("{name} is in the file, but is not asked")));
    if moved.is_empty() {
        return Ok(());
    }
    let differences = if moved.len() == 1 { "difference" } else { "differences" };
    let list = moved.join("\n  ");
    let since = since.as_ref().map(told_loads).unwrap_or_default();
    let message = format!("the answers moved, {} {differences}:\n  {list}{since}", moved.len());
    Err(Error::new(Kind::Drift, message))
}

/// The loads behind `answer` that wrote something and are not `known`.
fn new_loads<'a>(answer: &'a Answer, known: &Loads) -> impl Iterator<Item = (i64, &'a Receipt)> {
    let is_new = |load: &&Rc<Receipt>| load.wrote() && !known.contains(&(load.load, load.sha256.clone()));
    answer.loads().iter().filter(is_new).map(|load| (load.load, load.as_ref()))
}

fn told_loads(loads: &BTreeMap<i64, &Receipt>) -> String {
    if loads.is_empty() {
        return "\n  no load since that file wrote to the models that they read".to_owned();
    }
    let lines = loads.values().map(|load| format!("\n    {}", load.told()));
    format!("\n  loads since that file:{}", lines.collect::<String>())
}

impl Number {
    /// The number as a floating-point one.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Integer(number) => number as f64,
            Number::Real(number) => number,
        }
    }

    fn from_f64(number: f64) -> Self {
        // A whole number is told without a fraction, as it was most probably written.
        match number.fract() == 0.0 && number.abs() < 9e15 {
            true => Number::Integer(number as i64),
            false => Number::Real(number),
        }
    }
}

fn told(number: Option<Number>) -> String {
    number.map_or("null".to_owned(), |number| number.to_string())
}

/// An answer as the file has it.
struct Old {
    readings: BTreeMap<String, Option<f64>>,
    /// What it rested on; `None` in a file from before there were receipts.
    loads: Option<Loads>,
}

/// Ids and hashes.
type Loads = BTreeSet<(i64, Option<String>)>;

fn parse(json: &str) -> Result<BTreeMap<String, Old>> {
    let wrong = |what: String| {
        Error::failed(format!("not a file of answers: {what}"))
            .help("`answers --format json` writes such a file")
    };
    let value: Value = serde_json::from_str(json.trim_start_matches('\u{feff}'))
        .map_err(|error| wrong(error.to_string()))?;
    let list = value.as_array().ok_or_else(|| wrong("it is not a JSON array".to_owned()))?;
    let mut expected = BTreeMap::new();
    for (index, entry) in list.iter().enumerate() {
        let name = entry
            .get("question")
            .and_then(|name| name.as_str())
            .ok_or_else(|| wrong(format!("$[{index}].question is not text")))?;
        let number = |member: &str, value: &Value| match value {
            Value::Null => Ok(None),
            value => {
                let number =
                    value.as_f64().ok_or_else(|| wrong(format!("$[{index}].{member} is not a number")));
                number.map(Some)
            }
        };
        let mut readings = BTreeMap::new();
        match entry.get("readings") {
            Some(Value::Object(members)) => {
                for (name, value) in members {
                    readings.insert(name.clone(), number(&format!("readings.{name}"), value)?);
                }
            }
            Some(_) => return Err(wrong(format!("$[{index}].readings is not an object"))),
            None => {
                for name in TWO_READINGS {
                    let value =
                        entry.get(name).ok_or_else(|| wrong(format!("$[{index}] has no `{name}`")))?;
                    readings.insert(name.to_owned(), number(name, value)?);
                }
            }
        }
        let loads = match entry.get("receipts") {
            None => None,
            Some(receipts) => Some(
                loads(receipts)
                    .ok_or_else(|| wrong(format!("$[{index}].receipts is not what scli writes there")))?,
            ),
        };
        let old = Old { readings, loads };
        if expected.insert(name.to_owned(), old).is_some() {
            return Err(wrong(format!("`{name}` is there twice")));
        }
    }
    Ok(expected)
}

fn loads(receipts: &Value) -> Option<Loads> {
    let loads = receipts.get("loads")?.as_array()?;
    loads
        .iter()
        .map(|load| {
            let hash = load.get("sha256")?;
            (hash.is_null() || hash.is_string())
                .then_some((load.get("load")?.as_i64()?, hash.as_str().map(str::to_owned)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{Wanted, answer_shipped as answers, to_json};
    use crate::sql::fixture;

    #[test]
    fn answers_that_moved_are_named_with_the_old_and_the_new() {
        let found = answers(&fixture::small(), None, Wanted::Receipts).unwrap();
        let json =
            to_json(&found).unwrap().replace("0.94", "0.93").replace("average_stream_duration", "mean");
        let error = check(&found, &json).unwrap_err();
        assert_eq!(error.kind(), Kind::Drift);
        assert_eq!(
            error.message(),
            "the answers moved, 4 differences:\n  average_stream_duration is not in the file\n  \
             median_stream_size: published was 0.93, is 0.94\n  median_stream_size: corrected was 0.93, is 0.94\n  \
             mean is in the file, but is not asked\n  no load since that file wrote to the models that they read"
        );
        let empty = answers(&fixture::empty(), None, Wanted::Receipts).unwrap();
        let error = check(&empty, &to_json(&found).unwrap()).unwrap_err();
        assert!(error.message().contains("average_stream_duration: published was 16725, is null"), "{error}");
    }

    #[test]
    fn the_loads_since_are_named_where_the_file_has_receipts() {
        let conn = fixture::small();
        let json = to_json(&answers(&conn, None, Wanted::Receipts).unwrap()).unwrap();
        conn.execute_batch(
            "INSERT INTO load (id, model, source, sha256, collector, started_at, finished_at, inserted, updated, version)
             VALUES (2, 'movie', 'm.csv', 'bb', 'csv', '', '2022-01-02T00:00:00.000Z', 0, 1, ''),
                 (3, 'stream', 's.csv', 'cc', 'csv', '', '2022-01-03T00:00:00.000Z', 0, 4, ''),
                 (4, 'stream', 's.csv', 'cc', 'csv', '', '2022-01-04T00:00:00.000Z', 0, 0, ''),
                 (5, 'author', 'a.json', 'dd', 'json', '', '2022-01-05T00:00:00.000Z', 1, 0, '');
             UPDATE stream_fact SET size_mb = 100, load_id = 3",
        )
        .unwrap();
        fixture::summarise(&conn);
        let now = answers(&conn, None, Wanted::Receipts).unwrap();
        let error = check(&now, &json).unwrap_err();
        let loads = "\n  loads since that file:\n    load 3: stream from s.csv, 0 inserted, 4 updated, done at \
                     2022-01-03T00:00:00.000Z";
        assert_eq!(
            error.message(),
            format!(
                "the answers moved, 2 differences:\n  median_stream_size: published was 0.94, is 0.1\n  \
                 median_stream_size: corrected was 0.94, is 0.1{loads}"
            )
        );
        let without = json.replace("\"receipts\"", "\"other\"");
        assert_eq!(check(&now, &without).unwrap_err().message(), error.message().replace(loads, ""));
    }

    #[test]
    fn a_file_of_another_shape_is_no_drift() {
        for (json, what) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{}", "it is not a JSON array"),
            ("[1]", "$[0].question is not text"),
            (r#"[{"question": "a", "published": 1}]"#, "$[0] has no `corrected`"),
            (
                r#"[{"question": "a", "published": 1, "corrected": 1, "receipts": []}]"#,
                "$[0].receipts is not what scli writes there",
            ),
            (r#"[{"question": "a", "published": "1", "corrected": 1}]"#, "$[0].published is not a number"),
            (
                r#"[{"question":"a","published":1,"corrected":1},{"question":"a","published":1,"corrected":1}]"#,
                "`a` is there twice",
            ),
        ] {
            let error = check(&[], json).unwrap_err();
            assert_eq!(error.kind(), Kind::Failed);
            assert_eq!(error.message(), format!("not a file of answers: {what}"));
        }
    }
}
