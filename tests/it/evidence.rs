//! The rows that an answer rests on, and that they add up to it.

use crate::harness::{Outcome, Sandbox, challenge, snapshot};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const QUESTIONS: [&str; 6] = [
    "streamed_movies_based_on_books",
    "users_affected_by_outage",
    "singaporean_movies_streamed",
    "average_stream_duration",
    "median_stream_size",
    "users_watching_half_a_movie",
];

/// The rows of evidence, whole.
fn rows(sandbox: &Sandbox, name: &str, more: &[&str]) -> Vec<Value> {
    let args = [&["answers", "--explain", name, "--format", "json"], more].concat();
    serde_json::from_str(&sandbox.scli(&args).success().stdout).unwrap()
}

/// The answer of one reading, counted anew from the rows as a person would who has nothing else.
fn recounted(name: &str, rows: &[Value], reading: &str) -> Value {
    let counting: Vec<&Value> = rows.iter().filter(|row| row[reading] == 1).collect();
    let different = |column: &str| {
        let values: BTreeSet<&str> = counting.iter().map(|row| row[column].as_str().unwrap()).collect();
        json!(values.len())
    };
    match name {
        _ if rows.is_empty() && !name.starts_with("users") && !name.starts_with("singaporean") => Value::Null,
        "streamed_movies_based_on_books" => {
            let (based, all) = (counting.len(), rows.len());
            json!(((200 * based + all) / (2 * all)) as f64 / 100.0)
        }
        "singaporean_movies_streamed" if reading == "published" => json!(counting.len()),
        "users_watching_half_a_movie" => {
            assert_eq!(different("user_email"), counting.len(), "a row a user");
            json!(counting.len())
        }
        "singaporean_movies_streamed" => different("movie"),
        "average_stream_duration" => {
            let sum = |column: &str| -> i128 {
                counting.iter().map(|row| i128::from(row[column].as_i64().unwrap())).sum()
            };
            let (streams, micros) = (sum("streams"), sum("seconds") * 1_000_000 + sum("microseconds"));
            let average = (2 * micros + streams * 1_000_000) / (2 * streams * 1_000_000);
            assert_eq!(rows[0]["average_so_far"].as_f64().unwrap().round() as i128, average, "the first row");
            assert_eq!(i128::from(rows[0]["streams_so_far"].as_i64().unwrap()), streams);
            json!(average as i64)
        }
        "median_stream_size" => {
            let sizes: Vec<f64> = counting.iter().map(|row| row["size_mb"].as_f64().unwrap()).collect();
            let middle = (sizes[0] + sizes[sizes.len() - 1]) / 2.0 / 1000.0;
            // Fifteen digits, then a half rounds up, as decimals do.
            let digits: f64 = format!("{middle:.14e}").parse().unwrap();
            json!((digits * 100.0 + 1e-9).round() / 100.0)
        }
        _ => different("user_email"),
    }
}

/// Both readings of every question follow from the rows.
fn agrees(sandbox: &Sandbox, more: &[&str]) {
    let json = sandbox.scli(&[&["answers", "--format", "json"], more].concat()).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(
        answers.iter().map(|answer| answer["question"].as_str().unwrap()).collect::<Vec<_>>(),
        QUESTIONS
    );
    for answer in answers {
        let name = answer["question"].as_str().unwrap();
        let rows = rows(sandbox, name, more);
        for reading in ["published", "corrected"] {
            assert_eq!(recounted(name, &rows, reading), answer[reading], "{name}, {reading} {more:?}");
        }
    }
}

/// Sessions, titles and people at the edges of the questions.
fn changed() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    let movies = "title,duration_mins,original_language,size_mb\n\
        UNFORGIVEN,10,English,900\ncafé de la marée,122,French,800\nCAFÉ DE LA MARÉE,122,French,800\n\
        Ten Thousand Paper Boats,400,English,1\nUnbooked,100,English,1\nNever Shown,1,English,1\n\
        Old Reel,1,English,1\n";
    sandbox.load("movie", "movies.csv", movies).success();
    let streams = "movie_title,user_email,size_mb,start_at,end_at\n\
        unforgiven,spans@x,1,2021-12-24T00:00:00Z,2021-12-26T00:00:00Z\n\
        Unforgiven,early@x,2,2021-12-25T05:00:00Z,2021-12-25T06:00:00Z\n\
        Unforgiven,late@x,3,2021-12-25T11:00:00.001Z,2021-12-25T11:59:00Z\n\
        Unforgiven,both@x,4,2021-12-25T12:00:00Z,2021-12-25T13:00:00Z\n\
        Unforgiven,both@x,4,2021-12-25T09:00:00Z,2021-12-25T13:00:00Z\n\
        Unforgiven,neither@x,4,2021-12-25T12:00:00.001Z,2021-12-25T13:00:00Z\n\
        CAFÉ DE LA MARÉE,a@x,939.7,2021-12-05T00:00:00Z,2021-12-05T13:00:00.0005Z\n\
        café de la marée,a@x,939.7,2021-12-31T23:30:00Z,2022-01-01T01:00:00Z\n\
        Unbooked,nobody@x,0.5,2021-12-27T00:00:00Z,2021-12-27T00:49:59Z\n\
        Unbooked,half@x,0.5,2021-12-27T00:00:00Z,2021-12-27T00:50:00Z\n\
        Unbooked,cut@x,0.5,2021-12-31T22:10:00Z,2022-01-01T01:00:00Z\n\
        Unbooked,new@x,0.5,2021-12-31T23:00:00Z,2021-12-31T23:55:00Z\n\
        Unbooked,through@x,0.5,2021-12-20T00:00:00Z,2022-01-03T00:00:00Z\n\
        Unbooked,eve@x,0.5,2021-12-24T01:00:00Z,2021-12-24T03:00:00Z\n\
        Unbooked,twice@x,0.5,2021-12-24T01:00:00Z,2021-12-24T03:00:00Z\n\
        Unbooked,twice@x,0.5,2021-12-20T00:00:00Z,2022-01-03T00:00:00Z\n\
        Unbooked,first@x,0.5,2021-12-24T23:05:00Z,2021-12-24T23:59:00Z\n\
        Unbooked,after@x,0.5,2022-01-01T01:00:00Z,2022-01-01T03:00:00Z\n\
        Old Reel,long@x,0.5,2021-11-01T00:00:00Z,2022-02-01T00:00:00Z\n";
    sandbox.load("stream", "streams.csv", streams).success();
    let authors = r#"[{"metadata": {"name": "Agnes Hornby"}, "nationalities": [{"slug": "danes"}]}]"#;
    sandbox.load("author", "authors.json", authors).success();
    let review = |movie: &str| {
        json!({"content": {"text": movie}, "rating": {"rate": 5}, "movies": [{"title": movie}],
            "books": [{"metadata": {"title": "The Ferryman's Ledger"}}]})
    };
    let reviews = json!([review("never shown"), review("old reel")]).to_string();
    sandbox.load("review", "reviews.json", reviews).success();
    sandbox
}

#[test]
fn the_rows_add_up_to_the_answers() {
    agrees(&Sandbox::with_warehouse(), &[]);
}

#[test]
fn the_rows_add_up_to_the_answers_of_the_challenge() {
    let Some(dir) = challenge() else { return };
    let sandbox = Sandbox::new();
    sandbox.scli(&["sync", dir.to_str().unwrap()]).success();
    agrees(&sandbox, &[]);
}

#[test]
fn the_rows_add_up_to_the_answers_of_a_changed_warehouse_and_of_each_load() {
    let sandbox = changed();
    agrees(&sandbox, &[]);
    let newest = rows(&sandbox, "users_affected_by_outage", &[]);
    for load in ["1", "2", "6", "8", "9"] {
        agrees(&sandbox, &["--as-of", load]);
    }
    let earlier = rows(&sandbox, "users_affected_by_outage", &["--as-of", "6"]);
    assert!(newest.len() > earlier.len() && !earlier.is_empty());
    let none = rows(&sandbox, "users_affected_by_outage", &["--as-of", "1"]);
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn the_rows_add_up_with_other_parameters() {
    let sandbox = changed();
    for (name, params) in [
        ("users_affected_by_outage", vec!["from=2021-12-25T07:00:00-05:00", "to=2021-12-25T12:00:00-05:00"]),
        ("users_affected_by_outage", vec!["movie=café de la marée", "to=2021-12-31T00:00:00Z"]),
        ("singaporean_movies_streamed", vec!["nationality=danes"]),
        (
            "singaporean_movies_streamed",
            vec!["from=2022-01-01T00:00:00+01:00", "to=2022-01-31T23:59:59+01:00"],
        ),
        ("users_watching_half_a_movie", vec!["early_days=0", "from=2021-12-30T00:00:00+14:00"]),
        ("users_watching_half_a_movie", vec!["to=2021-12-31T23:59:59-08:00"]),
    ] {
        let params: Vec<&str> = params.iter().flat_map(|param| ["-p", param]).collect();
        let args = [&["query", name, "--format", "json"], &params[..]].concat();
        let answers: Vec<Value> = serde_json::from_str(&sandbox.scli(&args).success().stdout).unwrap();
        let rows = rows(&sandbox, name, &params);
        for reading in ["published", "corrected"] {
            assert_eq!(recounted(name, &rows, reading), answers[0][reading], "{name} {params:?}");
        }
    }
}

/// What a person reads of each answer.
#[test]
fn every_answer_is_explained_to_a_person() {
    let sandbox = Sandbox::with_warehouse();
    for name in QUESTIONS {
        let outcome = sandbox.scli(&["answers", "--explain", name, "--limit", "8"]).success();
        assert_eq!(outcome.stderr, "");
        snapshot(&format!("explain_{name}"), &outcome.stdout);
    }
}

/// Why a row counts in one reading and not in the other, for every reason there is.
#[test]
fn every_reason_is_given() {
    let sandbox = changed();
    let args = ["answers", "--explain", "users_affected_by_outage", "--format", "csv"];
    sandbox.scli(&args).success().snapshot("explain_reasons_outage");
    let mut reasons = BTreeSet::new();
    let west = ["-p", "from=2021-12-25T07:00:00-05:00", "-p", "to=2021-12-25T12:00:00-05:00"];
    let week = ["-p", "to=2021-12-31T23:59:59-08:00"];
    for (name, more) in [
        ("users_affected_by_outage", &[][..]),
        ("users_affected_by_outage", &west[..]),
        ("singaporean_movies_streamed", &[]),
        ("singaporean_movies_streamed", &["-p", "to=2021-12-02T00:00:00Z"]),
        ("users_watching_half_a_movie", &[]),
        ("users_watching_half_a_movie", &week),
        ("users_watching_half_a_movie", &["-p", "early_days=0"]),
    ] {
        for row in rows(&sandbox, name, more) {
            reasons.insert(format!("{name}: {} {} {}", row["published"], row["corrected"], row["why"]));
        }
    }
    snapshot("explain_reasons", &reasons.into_iter().map(|reason| reason + "\n").collect::<String>());
}

#[test]
fn each_format_has_the_rows_and_people_fewer_of_them() {
    let sandbox = Sandbox::with_warehouse();
    let half = ["answers", "--explain", "users_watching_half_a_movie", "--format"];
    let lines = |more: &[&str]| sandbox.scli(&[&half[..], more].concat()).success().stdout.lines().count();
    let all = rows(&sandbox, "users_watching_half_a_movie", &[]).len();
    assert!(all > 740);
    for (format, around) in [("csv", 1), ("tsv", 1), ("jsonl", 0)] {
        assert_eq!(lines(&[format]), all + around, "{format}");
        assert_eq!(lines(&[format, "--limit", "3"]), 3 + around, "{format}");
    }
    assert_eq!(lines(&["markdown"]), lines(&["markdown", "--limit", "20"]));
    assert!(lines(&["table", "--limit", "3000"]) > all);
    sandbox
        .scli(&["answers", "--explain", "singaporean_movies_streamed", "--format", "markdown"])
        .snapshot("explain_markdown");
}

#[test]
fn without_data_there_is_nothing_to_show() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    agrees(&sandbox, &[]);
    sandbox.scli(&["answers", "--explain", "median_stream_size"]).snapshot("explain_empty");
}

#[test]
fn mistakes_are_told() {
    let sandbox = Sandbox::with_warehouse();
    let told = |args: &[&str]| {
        let outcome = sandbox.scli(&[&["answers"], args].concat());
        assert_eq!(outcome.stdout, "");
        format!("# scli answers {}\n{}", args.join(" "), Outcome::told(&outcome))
    };
    let all = [
        told(&["--explain", "median_stream_sise"]),
        told(&["--explain", "median_stream_size", "-p", "movie=Rush"]),
        told(&["--explain", "users_affected_by_outage", "-p", "form=x"]),
        told(&["--limit", "3"]),
        told(&["--explain", "median_stream_size", "--html", "a.html"]),
    ];
    snapshot("explain_mistakes", &all.join("\n"));
}
