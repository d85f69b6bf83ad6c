//! What `scli generate` promises: the committed data, the six answers, and files of any size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "generate/brute_force.rs"]
mod brute_force;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use brute_force::{Answers, Files};
use scli::generate::{Options, Summary, generate};
use serde_json::{Value, json};
use tempfile::TempDir;

const FILES: [&str; 6] = [
    "internal/movies.csv",
    "internal/users.csv",
    "internal/streams.csv",
    "vendor/authors.json",
    "vendor/books.json",
    "vendor/reviews.json",
];

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn generated(options: Options) -> (TempDir, Summary, Files) {
    let dir = tempfile::tempdir().unwrap();
    let summary = generate(dir.path(), &options).unwrap();
    let files = brute_force::read(dir.path());
    (dir, summary, files)
}

/// The answers of the challenge's own files.
fn challenge() -> Answers {
    Answers {
        published: [0.93, 5.0, 3.0, 43336.0, 0.94, 746.0],
        corrected: [0.93, 4.0, 3.0, 43336.0, 0.94, 725.0],
    }
}

#[test]
fn the_committed_data_is_what_the_defaults_generate() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &Options::default()).unwrap();
    for file in FILES {
        let (new, old) =
            (fs::read(dir.path().join(file)).unwrap(), fs::read(committed().join(file)).unwrap());
        assert!(new == old, "data/{file} is not what `scli generate data` writes");
    }
}

#[test]
fn the_committed_data_has_the_challenge_s_answers_in_both_readings() {
    assert_eq!(brute_force::answers(&brute_force::read(&committed())), challenge());
}

#[test]
fn any_seed_has_the_same_answers() {
    for seed in [0, 1, 7, u64::MAX] {
        let (_dir, _, files) = generated(Options { seed, ..Options::default() });
        assert_eq!(brute_force::answers(&files), challenge(), "seed {seed}");
    }
}

#[test]
fn the_summary_tells_what_was_written() {
    let (dir, summary, _) = generated(Options::default());
    assert_eq!(
        summary.files.iter().map(|file| file.records).collect::<Vec<_>>(),
        [91, 783, 9652, 201, 103, 501]
    );
    for (written, name) in summary.files.iter().zip(FILES) {
        assert_eq!(written.path, dir.path().join(name));
        assert_eq!(written.bytes, fs::metadata(&written.path).unwrap().len());
    }
}

#[test]
fn keys_are_unique_and_refer_to_what_exists() {
    let files = brute_force::read(&committed());
    let users: BTreeSet<&String> = files.users.iter().collect();
    assert_eq!((files.movies.len(), files.users.len(), users.len()), (91, 783, 783));
    let streams: BTreeSet<_> = files.streams.iter().map(|s| (&s.movie, &s.user, s.start, s.end)).collect();
    assert_eq!(streams.len(), 9652);
    assert!(files.streams.iter().all(|s| s.end > s.start && s.megabytes > 0.0));
    assert_eq!(files.streams.iter().map(|s| &s.user).collect::<BTreeSet<_>>(), users);
    let streamed: BTreeSet<&String> = files.streams.iter().map(|s| &s.movie).collect();
    assert_eq!(streamed, files.movies.keys().collect());

    let distinct = |records: &[Value], key: fn(&Value) -> String| {
        records.iter().map(|record| key(record).to_lowercase()).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(distinct(&files.books, |book| book["name"].to_string()), 103);
    assert_eq!(distinct(&files.authors, |author| author["metadata"]["name"].to_string()), 201);
    let review = |r: &Value| {
        format!("{}{}{}", r["content"]["text"], r["rating"]["rate"], brute_force::reviewed_film(r))
    };
    assert_eq!(distinct(&files.reviews, review), 501);
}

#[test]
fn the_vendor_s_quirks_are_there() {
    let files = brute_force::read(&committed());
    let names: BTreeSet<&str> = files.authors.iter().filter_map(|a| a["metadata"]["name"].as_str()).collect();
    assert_eq!(names.len(), 200);
    assert_eq!(files.books.iter().filter(|b| !names.contains(b["author"].as_str().unwrap())).count(), 8);
    let nameless = files.authors.iter().find(|author| author["metadata"]["name"].is_null()).unwrap();
    assert_eq!(nameless["metadata"], json!({"name": null, "birth_date": null, "died_at": null}));

    let mut sides = BTreeMap::new();
    for author in files.authors.iter().filter(|author| author["metadata"]["name"].is_string()) {
        let empty = json!({"id": null, "label": "", "slug": null});
        let both = author["nationalities"].as_array().unwrap();
        *sides.entry((both[0] == empty, both[1] == empty)).or_insert(0) += 1;
        let (born, died) = (&author["metadata"]["birth_date"], &author["metadata"]["died_at"]);
        assert!(died.is_null() || died.as_str() > born.as_str());
    }
    assert_eq!(sides.keys().collect::<Vec<_>>(), [&(false, true), &(true, false)]);
    let died: Vec<&Value> = files.authors.iter().map(|author| &author["metadata"]["died_at"]).collect();
    assert!(died.iter().filter(|at| at.is_null()).count() > 10);
    assert!(died.iter().filter(|at| at.as_str() > Some("2060")).count() > 10);

    let movies: BTreeSet<String> = files.movies.keys().map(|title| title.to_lowercase()).collect();
    let known = |r: &&Value| movies.contains(&brute_force::reviewed_film(r).to_lowercase());
    assert_eq!(files.reviews.iter().filter(known).count(), 253);
    assert!(files.reviews.iter().any(|r| r["movies"][0]["title"] == "end"));
    assert!(files.reviews.iter().any(|r| r["movies"][1]["title"] == "end"));
    for review in &files.reviews {
        let film = brute_force::reviewed_film(review);
        assert_eq!(film, film.to_uppercase());
    }
    assert!(movies.iter().any(|title| title.contains(',')) && movies.iter().any(|title| !title.is_ascii()));
}

#[test]
fn the_files_are_in_the_vendor_s_style() {
    for file in FILES {
        let text = fs::read_to_string(committed().join(file)).unwrap();
        assert!(!text.contains('\r'), "{file}");
        assert_eq!(text.ends_with('\n'), file.ends_with(".csv"), "{file}");
    }
    let authors = fs::read_to_string(committed().join("vendor/authors.json")).unwrap();
    assert!(authors.starts_with("[\n    {\n        \"metadata\":{\n            \"name\":"));
}

#[test]
fn small_files_are_complete() {
    for (streams, users) in [(0, 0), (1, 1), (2, 1), (10, 1), (100, 9), (4826, 392), (5000, 406)] {
        let (_dir, summary, files) = generated(Options { seed: 3, streams });
        assert_eq!((summary.files[2].records, files.streams.len() as u64), (streams, streams));
        assert_eq!(files.users.len(), users);
        assert!(files.streams.iter().all(|s| files.users.contains(&s.user)));
    }
}

#[test]
fn ten_times_the_streams_have_ten_times_the_users_and_the_same_spread() {
    let (_dir, _, files) = generated(Options { seed: 3, streams: 96_520 });
    assert_eq!(files.users.iter().collect::<BTreeSet<_>>().len(), 7830);
    let answers = brute_force::answers(&files);
    assert_eq!(answers.published, [0.93, 50.0, 3.0, 43336.0, 0.94, 7460.0]);
    assert_eq!(answers.corrected, [0.93, 40.0, 3.0, 43336.0, 0.94, 7250.0]);
    let mut a_day = BTreeMap::new();
    for stream in &files.streams {
        *a_day.entry(stream.start.date_naive()).or_insert(0) += 1;
    }
    assert_eq!(a_day.len(), 30);
    assert!(a_day.values().all(|count| (2700..3800).contains(count)), "{a_day:?}");
}

#[test]
fn older_files_are_replaced_and_nothing_is_left_beside_them() {
    let dir = tempfile::tempdir().unwrap();
    for seed in [1, 2] {
        generate(dir.path(), &Options { seed, streams: 10 }).unwrap();
    }
    for (folder, names) in [
        ("internal", ["movies.csv", "streams.csv", "users.csv"]),
        ("vendor", ["authors.json", "books.json", "reviews.json"]),
    ] {
        let entries = fs::read_dir(dir.path().join(folder)).unwrap();
        let found: BTreeSet<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), names);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("vendor"), "a file, not a folder").unwrap();
    let error = generate(dir.path(), &Options { seed: 1, streams: 1 }).unwrap_err();
    assert!(error.message().contains(&dir.path().join("vendor").display().to_string()), "{error}");

    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("internal/movies.csv/in the way")).unwrap();
    let error = generate(dir.path(), &Options { seed: 1, streams: 1 }).unwrap_err();
    assert!(error.message().contains("movies.csv"), "{error}");
    assert_eq!(fs::read_dir(dir.path().join("internal")).unwrap().count(), 1);
}
