//! Text that is out to harm: stored exactly, or set aside with a reason, and never sent raw to a
//! terminal.

use crate::harness::{Outcome, Sandbox};
use crate::survival::rounds;
use rusqlite::Connection;
use serde_json::{Value, json};

/// Texts that every field of every model must hold as they are.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "plain",
        " spaces around ",
        "\u{1b}[31mred\u{1b}[0m\u{7}\u{8}",
        "\u{1b}]0;title\u{7}\u{9b}2J\u{7f}\u{80}",
        "line one\nline two\r\nline three\rline four\ttab",
        "\u{202e}gnp.exe\u{202c}\u{200f}\u{2066}x\u{2069}\u{feff}",
        "👩\u{200d}🚀 🇨🇭 e\u{301} ﷽ \u{10ffff}\u{fffe}\u{1f9ff}",
        "'; DROP TABLE movie; --",
        "\" OR \"\"=\"",
        "?1 :name @x $y %s %n {} {0} ${HOME} `id` $(id)",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "=HYPERLINK(\"http://x\")",
        "\\u0000 \\n \\",
        "a,b;c|d",
        "\"",
        "\"\"",
        "-1e309",
        "NULL",
        "\u{2028}\u{2029}\u{85}",
        "İIıi ΟΔΟΣ ǅ ß",
    ]
    .map(str::to_owned)
    .to_vec();
    // Every control character, the NUL aside.
    texts.push((1..32).chain(127..160).filter_map(char::from_u32).collect());
    texts
}

/// A field, quoted as RFC 4180 has it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A model, how to write one record whose texts are all the given one, with a key that is unlike
/// the others' by `n`, and the columns that must then hold it.
struct Case {
    model: &'static str,
    record: fn(&str) -> Value,
    columns: &'static [&'static str],
}

const CASES: [Case; 6] = [
    Case {
        model: "movie",
        record: |text| json!({"title": text, "duration_mins": 1, "original_language": text, "size_mb": 2}),
        columns: &["title", "original_language"],
    },
    Case {
        model: "user",
        record: |text| json!({"email": text, "first_name": text, "last_name": text}),
        columns: &["email", "first_name", "last_name"],
    },
    Case {
        model: "stream",
        record: |text| {
            json!({"movie_title": text, "user_email": text, "size_mb": 1.5,
                "start_at": "2021-12-25T07:00:00Z", "end_at": "2021-12-25T08:00:00Z"})
        },
        columns: &["movie_title", "user_email"],
    },
    Case {
        model: "author",
        record: |text| {
            json!({"metadata": {"name": text, "birth_date": null, "died_at": null},
                "nationalities": [{"slug": text}]})
        },
        columns: &["name", "nationality"],
    },
    Case {
        model: "book",
        record: |text| json!({"name": text, "pages": 1, "author": text, "publisher": text}),
        columns: &["title", "author", "publisher"],
    },
    Case {
        model: "review",
        record: |text| {
            json!({"content": {"text": text}, "rating": {"rate": 5}, "movies": [{"title": text}],
                "books": [{"metadata": {"title": text}}]})
        },
        columns: &["text", "movie_title", "book_title"],
    },
];

/// The records in a form, and the file name's ending that goes with it; `None` where a form cannot
/// hold the model.
fn in_form(form: &str, records: &[Value]) -> Option<String> {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    match form {
        "json" => Some(format!("[{}]", lines.join(",\n"))),
        "jsonl" => Some(lines.join("\n")),
        _ => {
            let members: Vec<&String> = records[0].as_object()?.keys().collect();
            let mut csv = members.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(",") + "\n";
            for record in records {
                let fields: Option<Vec<String>> = record
                    .as_object()?
                    .values()
                    .map(|value| match value {
                        Value::String(text) => Some(quoted(text)),
                        Value::Number(number) => Some(number.to_string()),
                        _ => None,
                    })
                    .collect();
                csv += &(fields?.join(",") + "\n");
            }
            Some(csv)
        }
    }
}

/// The values of some columns, sorted.
fn stored(connection: &Connection, model: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let sql = format!("SELECT {} FROM {model}", columns.join(", "));
    let mut select = connection.prepare(&sql).unwrap();
    let rows =
        select.query_map([], |row| (0..columns.len()).map(|i| row.get::<_, String>(i)).collect()).unwrap();
    let mut rows: Vec<Vec<String>> = rows.collect::<Result<_, _>>().unwrap();
    rows.sort();
    rows
}

/// Nothing that a terminal would act on.
#[track_caller]
fn harmless(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        let found = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        });
        assert_eq!(found, None, "{text:?}");
    }
}

#[test]
fn every_field_of_every_model_holds_any_text() {
    let texts = texts();
    let mut sorted = texts.clone();
    sorted.sort();
    for case in &CASES {
        let records: Vec<Value> = texts.iter().map(|text| (case.record)(text)).collect();
        let mut forms = 0;
        for form in ["csv", "json", "jsonl"] {
            let Some(file) = in_form(form, &records) else { continue };
            forms += 1;
            let sandbox = Sandbox::new();
            let outcome = sandbox.load(case.model, &format!("hostile.{form}"), file).success();
            harmless(&outcome);
            let expected: Vec<Vec<String>> =
                sorted.iter().map(|text| vec![text.clone(); case.columns.len()]).collect();
            assert_eq!(stored(&sandbox.connect(), case.model, case.columns), expected, "{form}");
            // A dry run of other content shows samples; a table and Markdown show the rows.
            harmless(
                &sandbox
                    .scli(&[
                        "load",
                        "--model",
                        case.model,
                        "--config",
                        &format!("hostile.{form}"),
                        "--dry-run",
                    ])
                    .success(),
            );
            sandbox.write("all.sql", format!("SELECT * FROM {}", case.model));
            for format in ["table", "markdown"] {
                harmless(&sandbox.scli(&["query", "-f", "all.sql", "--format", format]).success());
            }
            assert_eq!(
                sandbox.rows("SELECT count(*) FROM movie"),
                if case.model == "movie" { format!("{}\n", texts.len()) } else { "0\n".to_owned() }
            );
        }
        assert!(forms >= 2);
    }
}

#[test]
fn long_texts_are_stored_whole() {
    for case in &CASES {
        // Five bytes, eleven in JSON; about as many of them as a record may have for one model, and under
        // `make soak` for each.
        let times = if case.model == "movie" { 500_000 } else { rounds(50_000, 500_000) };
        let long = "é\u{1b}\"x".repeat(times as usize);
        let records = [(case.record)(&long)];
        for form in ["csv", "json", "jsonl"] {
            let Some(file) = in_form(form, &records) else { continue };
            let sandbox = Sandbox::new();
            let name = format!("long.{form}");
            sandbox.load(case.model, &name, &file).success();
            let found = stored(&sandbox.connect(), case.model, case.columns);
            assert!(found == [vec![long.clone(); case.columns.len()]], "{} {form}", case.model);
        }
    }
}

#[test]
fn a_long_text_in_a_message_is_cut() {
    let sandbox = Sandbox::new();
    let long = "ab\u{1b}".repeat(300_000);
    // As a header, a number, and the key of a sample.
    let header = sandbox.load("movie", "m.csv", format!("{long},title\n"));
    let books = |pages: &str, publisher: &str| {
        json!([{"name": long, "pages": 1, "author": "", "publisher": publisher}, {"name": "b", "pages": pages, "author": "", "publisher": ""}])
            .to_string()
    };
    let number = sandbox.load("book", "b.json", books(&long, "one")).success();
    let sample = {
        sandbox.write("b.json", books("1", &long));
        sandbox.scli(&["-v", "load", "--model", "book", "--config", "b.json"]).success()
    };
    for outcome in [header, number, sample] {
        harmless(&outcome);
        assert!(!outcome.stderr.is_empty() && outcome.stderr.len() < 5000, "{}", outcome.stderr.len());
    }
    let raw = sandbox.rows("SELECT length(raw), length(value) FROM reject");
    assert_eq!(
        raw,
        format!(
            "{}|201\n",
            json!({"name": "b", "pages": long, "author": "", "publisher": ""}).to_string().len()
        )
    );
}

/// What cannot be held is set aside, with the reason and the record as it stood in the source.
#[test]
fn what_cannot_be_held_is_set_aside_whole() {
    for case in &CASES {
        let good = (case.record)("good").to_string();
        let with = |escape: &str| (case.record)("@").to_string().replace('@', escape);
        for (escape, rule) in [("\\u0000", "nul"), ("x\\ud800y", "json"), ("\\udc00\\ud800", "json")] {
            let bad = with(escape);
            for (form, file) in [("json", format!("[{good}, {bad}]")), ("jsonl", format!("{good}\n{bad}\n"))]
            {
                let sandbox = Sandbox::new();
                let outcome = sandbox.load(case.model, &format!("bad.{form}"), file).success();
                harmless(&outcome);
                assert!(outcome.stderr.contains("set aside 1 record, the first:"), "{}", outcome.stderr);
                let rejects = sandbox.rows("SELECT rule, raw FROM reject");
                assert_eq!(rejects, format!("{rule}|{bad}\n"), "{}", case.model);
                assert_eq!(sandbox.rows(&format!("SELECT count(*) FROM {}", case.model)), "1\n");
            }
        }
        let Some(csv) = in_form("csv", &[serde_json::from_str(&good).unwrap(), (case.record)("b\0d")]) else {
            continue;
        };
        let sandbox = Sandbox::new();
        harmless(&sandbox.load(case.model, "bad.csv", &csv).success());
        let line = csv.lines().nth(2).unwrap();
        let raw: Vec<u8> =
            sandbox.connect().query_row("SELECT raw_bytes FROM reject", [], |row| row.get(0)).unwrap();
        assert_eq!(raw, line.as_bytes());
        harmless(&sandbox.scli(&["rejects", "list"]).success());
        harmless(&sandbox.scli(&["rejects", "show", "1"]).success());
    }
}

/// Values that break a rule, and names of columns and members, stand in messages.
#[test]
fn reports_and_errors_show_control_characters() {
    let sandbox = Sandbox::new();
    let evil = "\u{1b}[31m\u{9b}\u{202e}\r\nerror: all is lost";
    let csv = |title: &str, minutes: &str| {
        format!("title,duration_mins,original_language,size_mb\n{},{},x,1\n", quoted(title), quoted(minutes))
    };
    let lines: [(&str, &str, String); 5] = [
        ("movie", "m.csv", csv("t", evil)),
        ("movie", "m.csv", format!("{},b\n", quoted(evil))),
        (
            "stream",
            "s.csv",
            format!("movie_title,user_email,size_mb,start_at,end_at\na,b,1,{},x\n", quoted(evil)),
        ),
        (
            "book",
            "b.json",
            json!([{"name": "n", "pages": evil, "author": "a", "publisher": "p"}]).to_string(),
        ),
        ("book", "b.json", json!([{(evil): evil}]).to_string()),
    ];
    for (model, name, content) in &lines {
        sandbox.write(name, content);
        for log in ["text", "json"] {
            harmless(&sandbox.scli(&["-v", "--log-format", log, "load", "--model", model, "--config", name]));
        }
    }
    sandbox.load("movie", "m.csv", csv(evil, "1")).success();
    sandbox.write("m.csv", csv(evil, "2"));
    for log in ["text", "json"] {
        harmless(&sandbox.scli(&[
            "--log-format",
            log,
            "load",
            "--model",
            "movie",
            "--config",
            "m.csv",
            "--dry-run",
        ]));
    }
    for args in [
        &["load", "--model", evil, "--config", "m.csv"][..],
        &["load", "--model", "movie", evil],
        &[evil],
        &["query", evil],
        &["query", "--param", evil, "-f", "m.csv"],
        &["query", "-f", "m.csv"],
        &["rejects", "show", evil],
    ] {
        let outcome = sandbox.scli(args);
        assert_ne!(outcome.code, 0);
        harmless(&outcome);
    }
}

#[cfg(unix)]
#[test]
fn names_of_files_show_control_characters() {
    let sandbox = Sandbox::new();
    let movies = "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\nBad,x,y,z\n";
    let evil = "movies.\u{1b}[31m\u{202e}\u{9b}\nerror: all is lost\n.csv";
    sandbox.write(&format!("in/{evil}"), movies);
    sandbox.write("in/broken.csv", "x");
    let path = format!("in/{evil}");
    let database = "\u{1b}[31m.db";
    for log in ["text", "json"] {
        for args in [
            &["load", "--model", "movie", "--config", &path][..],
            &["-v", "load", "--model", "movie", "--config", &path],
            &["sync", "in"],
            &["load", "--model", "movie", "--config", "\u{1b}[31m.csv"],
            &["sync", "\u{1b}[31m"],
            &["--db", database, "init-db"],
            &["--db", "\u{7f}/\n", "init-db"],
            &["--db", "\u{7f}/\n", "answers"],
            &["generate", "in/broken.csv/\u{1b}[31m"],
            &["load", "--model", "book", "--config", &path],
        ] {
            let outcome = sandbox.scli(&[&["--log-format", log], args].concat());
            harmless(&outcome);
            let forged = outcome.stderr.lines().any(|line| line.starts_with("error: all is lost"));
            assert!(!forged, "{}", outcome.stderr);
            if log == "json" {
                for line in outcome.stderr.lines() {
                    serde_json::from_str::<Value>(line).unwrap();
                }
            }
        }
    }
    // The ledger has the name as it is.
    let source: String =
        sandbox.connect().query_row("SELECT source FROM load LIMIT 1", [], |row| row.get(0)).unwrap();
    assert_eq!(source, path);
}
