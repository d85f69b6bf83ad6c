//! Twenty records of all models, changed.

use crate::harness::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Changes twenty records of the files in a folder, and loads a file of each model with them.
pub fn change_twenty(sandbox: &Sandbox, dir: &Path) {
    let csv = |name: &str, rows: usize, change: &dyn Fn(usize, &mut Vec<String>)| {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(dir.join(name)).unwrap();
        let header = reader.headers().unwrap().clone();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        let all: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
        // Every so many records, so that they lie apart.
        for (index, record) in all.iter().step_by(all.len() / rows).take(rows).enumerate() {
            let mut fields: Vec<String> = record.iter().map(str::to_owned).collect();
            change(index, &mut fields);
            writer.write_record(&fields).unwrap();
        }
        (header, writer.into_inner().unwrap())
    };
    let place = |name: &str, column: &str| {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(dir.join(name)).unwrap();
        reader.headers().unwrap().iter().position(|header| header == column).unwrap()
    };
    let (duration, size) =
        (place("internal/movies.csv", "duration_mins"), place("internal/streams.csv", "size_mb"));
    let (movies, user) =
        (place("internal/streams.csv", "movie_title"), place("internal/streams.csv", "user_email"));
    let times = (place("internal/streams.csv", "start_at"), place("internal/streams.csv", "end_at"));
    let (_, text) = csv("internal/movies.csv", 4, &|index, fields| {
        let minutes: i64 = fields[duration].parse().unwrap();
        fields[duration] = (if index % 2 == 0 { minutes * 4 } else { minutes / 4 }).to_string();
    });
    sandbox.load("movie", "new/movies.csv", text).success();
    let (_, text) = csv("internal/streams.csv", 4, &|index, fields| match index {
        0 | 1 => fields[size] = "0.25".to_owned(),
        2 => {
            fields[movies] = "unforgiven".to_owned();
            fields[user] = "nobody@example.org".to_owned();
            fields[times.0] = "2021-12-25T06:10:00.000+0100".to_owned();
            fields[times.1] = "2021-12-25T12:40:00.000+0100".to_owned();
        }
        _ => {
            fields[times.0] = "2021-12-28T00:00:00.000+0100".to_owned();
            fields[times.1] = "2021-12-28T23:59:00.000+0100".to_owned();
        }
    });
    sandbox.load("stream", "new/streams.csv", text).success();
    let records = |name: &str| -> Vec<Value> {
        serde_json::from_str(&std::fs::read_to_string(dir.join("vendor").join(name)).unwrap()).unwrap()
    };
    let partial = |model: &str, records: &[Value]| {
        let text = Value::from(records.to_vec()).to_string();
        sandbox.load_with(model, &format!("new/{model}s.json"), text, &["--partial"]).success();
    };
    let unbooked = sandbox.rows(
        "SELECT title FROM movie WHERE title IN (SELECT title FROM streamed_movie)
            AND title_key NOT IN (SELECT movie_title_key FROM review) ORDER BY title LIMIT 1",
    );
    let mut reviews: Vec<Value> = records("reviews.json").into_iter().take(4).collect();
    for (index, review) in reviews.iter_mut().enumerate() {
        match index {
            0 => review["movies"] = json!([{"title": unbooked.trim_end()}]),
            _ => review["rating"]["rate"] = json!(review["rating"]["rate"].as_i64().unwrap() % 5 + 1),
        }
    }
    partial("review", &reviews);
    let singaporean = |authors: &[Value]| -> BTreeSet<String> {
        let is = |author: &&Value| author.to_string().contains("\"singaporeans\"");
        authors
            .iter()
            .filter(is)
            .filter_map(|author| author["metadata"]["name"].as_str())
            .map(str::to_owned)
            .collect()
    };
    let all = records("authors.json");
    let names = singaporean(&all);
    let mut books = records("books.json");
    let by_them = |book: &Value| names.iter().any(|name| book.to_string().contains(&format!("\"{name}\"")));
    books.sort_by_key(|book| !by_them(book));
    let own: Vec<Value> = books.iter().take(1).chain(books.iter().rev().take(3)).cloned().collect();
    let replaced: Vec<Value> = own
        .iter()
        .map(|book| {
            let mut book = book.clone();
            let author = if by_them(&book) { "Nobody".to_owned() } else { names.first().unwrap().clone() };
            set_author(&mut book, &author);
            book
        })
        .collect();
    assert_ne!(replaced, own);
    partial("book", &replaced);
    let mut authors: Vec<Value> =
        all.into_iter().filter(|author| author["metadata"]["name"].is_string()).collect();
    authors.sort_by_key(|author| !names.contains(author["metadata"]["name"].as_str().unwrap()));
    authors.truncate(names.len().min(2) + 2);
    let authors: Vec<Value> = authors.into_iter().rev().take(4).collect();
    let authors: Vec<Value> = authors
        .into_iter()
        .map(|mut author| {
            let is = names.contains(author["metadata"]["name"].as_str().unwrap());
            author["nationalities"] = json!([{"slug": if is { "danes" } else { "singaporeans" }}]);
            author
        })
        .collect();
    partial("author", &authors);
}

/// Gives a book another author, wherever the vendor has the name.
fn set_author(book: &mut Value, name: &str) {
    match book {
        Value::Object(members) => {
            for (member, value) in members.iter_mut() {
                match (member.as_str(), &value) {
                    ("author", Value::String(_)) => *value = json!(name),
                    _ => set_author(value, name),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| set_author(item, name)),
        _ => {}
    }
}
