//! Models as files that load takes again.

use crate::deliveries::{MOVIES, movie};
use crate::harness::{Outcome, Sandbox, snapshot};
use std::io::Read;

const MODELS: [&str; 6] = ["movie", "stream", "user", "author", "book", "review"];

/// A warehouse with what is hard to write: quotes, line ends, leading spaces, unknown columns and members.
fn odd() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    let movies = "title,duration_mins,original_language,size_mb,studio,\"a,\"\"b\"\"\"\n\
        \" led by a space\",1,\"Line\nend\",2,Arrow,\n\"a \"\"quote\"\", é\",1,,2,,x\n=1+1,3,x,4,\" y\",\n";
    sandbox.load("movie", "odd.csv", movies).success();
    let authors = r#"[{"metadata": {"name": "Odd \"One\"", "x": {"y": [1, null]}}, "born": null,
        "nationalities": [{"slug": "welsh", "since": 1}, {"slug": "dutch"}, {"slug": null, "z": 1.50}]}]"#;
    sandbox.load_with("author", "odd.json", authors, &["--partial"]).success();
    let reviews = r#"[{"content": {"text": "line\nend", "lang": "en"}, "rating": {"rate": 3, "by": 12345678901234567890},
        "books": [{"metadata": {"title": "B", "isbn": 7}}, {"k": 1}],
        "movies": [{"title": "A", "year": 1}, {"title": "M"}, {"title": "end"}]}]"#;
    sandbox.load_with("review", "odd.json", reviews, &["--partial"]).success();
    let book =
        r#"[{"name": "B", "pages": 1, "author": "a", "publisher": "p", "title": "another", "isbn": "7"}]"#;
    sandbox.load_with("book", "odd.json", book, &["--partial"]).success();
    let stream = "movie_title,user_email,size_mb,start_at,end_at\n\
        M,u,1e-7,1969-12-31T23:59:59.25Z,1970-01-01T00:00:00Z\nM,u,0.1,2021-12-06T19:30:19+0100,2021-12-06T19:30:20Z\n";
    sandbox.load("stream", "odd.csv", stream).success();
    sandbox
}

fn export(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    sandbox.scli(&[&["export"], args].concat())
}

/// What the last load of a model did.
fn last(sandbox: &Sandbox) -> String {
    sandbox.rows("SELECT read = unchanged, inserted + updated + rejected + vanished + reappeared FROM load ORDER BY id DESC LIMIT 1")
}

#[test]
fn what_is_exported_loads_again_unchanged() {
    let sandbox = odd();
    let before = sandbox.models();
    for model in MODELS {
        let plural = format!("{model}s");
        for form in ["csv", "json", "jsonl", "csv.gz", "jsonl.gz"] {
            if form.starts_with("csv") && ["author", "review"].contains(&model) {
                continue;
            }
            let name = format!("{plural}.{form}");
            export(&sandbox, &[model, "-o", &name]).success();
            sandbox.scli(&["load", &name]).success();
            let count = sandbox.rows(&format!("SELECT count(*) FROM {model}"));
            assert_eq!(sandbox.rows("SELECT read FROM load ORDER BY id DESC LIMIT 1"), count, "{name}");
            assert_eq!(last(&sandbox), "1|0\n", "{name}");
        }
    }
    assert!(before == sandbox.models(), "the models are not as they were");
}

/// A new warehouse from an export has the same records. Ids of streams are those of times in UTC there.
#[test]
fn a_new_warehouse_is_made_of_all_files() {
    let sandbox = odd();
    export(&sandbox, &["--all", "-o", "dump"]).success().snapshot("export_all");
    let args = ["--db", "new.db", "sync", "dump"];
    sandbox.scli(&args).success();
    let same = |model: &str, columns: &str| {
        let sql = format!("SELECT {columns} FROM {model} ORDER BY 1, 2, 3, 4");
        let of = |database: &str| {
            sandbox.scli(&["--db", database, "query", &sql, "--format", "jsonl"]).success().stdout
        };
        assert!(of("warehouse.db") == of("new.db"), "{model} is not the same");
    };
    same("movie", "title, title_key, duration_mins, original_language, size_mb, extra");
    same("user", "email, first_name, last_name, extra");
    same("author", "name, name_key, birth_date, died_at, nationality, extra");
    same("book", "title, title_key, pages, author, publisher, extra");
    same("review", "id, text, rating, movie_title, book_title, extra");
    same("stream", "start_at, user_email, movie_title, end_at, size_mb");
}

#[test]
fn files_look_as_their_senders_write_them() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "m.csv", format!("{MOVIES}{}{}", movie("Rush", 113), movie("Dust", 90))).success();
    let authors = r#"[{"metadata": {"name": "Mei", "died_at": null, "birth_date": "1956-05-07T00:00:00.000+0000"},
        "nationalities": [{"id": null, "slug": "dutch"}], "born": "here"}]"#;
    sandbox.load("author", "a.json", authors).success();
    let stream = "movie_title,user_email,size_mb,start_at,end_at\nRush,u,1.5,2021-12-06T19:30:19+0100,2021-12-06T19:30:20.5+01:00\n";
    sandbox.load("stream", "s.csv", stream).success();
    let lines: [&[&str]; 11] = [
        &["movie"],
        &["movie", "--format", "tsv"],
        &["movie", "--format", "json"],
        &["movie", "--all-columns"],
        &["author"],
        &["author", "--format", "jsonl"],
        &["author", "--format", "csv"],
        &["stream"],
        &["stream", "--format", "jsonl", "--all-columns"],
        &["user"],
        &["review", "--format", "json"],
    ];
    let told =
        lines.map(|line| format!("$ scli export {}\n{}", line.join(" "), export(&sandbox, line).told()));
    snapshot("export_forms", &told.join("\n"));
}

#[test]
fn the_past_is_exported_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "m.csv", format!("{MOVIES}{}", movie("Rush", 1))).success();
    sandbox.load("movie", "m.csv", format!("{MOVIES}{}{}", movie("Rush", 2), movie("Dust", 3))).success();
    let then = export(&sandbox, &["movie", "--as-of", "1"]).success();
    assert_eq!(then.stdout, format!("{MOVIES}{}", movie("Rush", 1)));
    assert!(then.stderr.starts_with("as of load 1"), "{}", then.stderr);
    for model in MODELS {
        export(&sandbox, &[model, "--as-of", "1"]).success();
    }
}

/// What a dump lacked is still known, and so is not left out.
#[test]
fn what_vanished_is_exported_and_reappears() {
    let sandbox = Sandbox::new();
    sandbox.load("author", "a.json", crate::deliveries::authors(&["Mei", "Ann"])).success();
    sandbox.load("author", "a.json", crate::deliveries::authors(&["Mei"])).success();
    export(&sandbox, &["author", "-o", "authors.jsonl"]).success();
    sandbox.scli(&["load", "authors.jsonl"]).success();
    assert_eq!(
        sandbox.rows("SELECT read, inserted, updated, vanished, reappeared FROM load WHERE id = 3"),
        "2|0|0|0|1\n"
    );
}

#[test]
fn gzip_is_what_the_name_or_an_option_says() {
    let sandbox = Sandbox::with_warehouse();
    let plain = export(&sandbox, &["movie"]).success().stdout;
    export(&sandbox, &["movie", "-o", "m.csv.gz"]).success();
    export(&sandbox, &["--all", "--gzip", "-o", "."]).success();
    for name in ["m.csv.gz", "movies.csv.gz"] {
        let mut text = String::new();
        let file = std::fs::File::open(sandbox.path(name)).unwrap();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
        assert!(text == plain, "{name}");
    }
}

#[test]
fn files_are_whole_or_as_they_were() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "m.csv", format!("{MOVIES}{}", movie("Rush", 1))).success();
    let book = r#"{"name": "B", "pages": 1, "author": "a", "publisher": "p", "isbn": "7"}"#;
    sandbox.load("book", "b.json", book).success();
    // What another program breaks, shows in the middle of the work.
    sandbox.connect().execute_batch("UPDATE book SET extra = '{broken'").unwrap();
    sandbox.write("movies.csv", "before");
    let names = sandbox.names();
    for args in [
        &["--all", "-o", "."][..],
        &["--all", "-o", "new"],
        &["book", "-o", "books.json"],
        &["book", "-o", "books.csv"],
    ] {
        let told = export(&sandbox, args);
        assert_eq!(told.code, 1, "{}", told.stderr);
        assert_eq!(sandbox.names(), names, "{args:?}");
    }
    assert_eq!(std::fs::read_to_string(sandbox.path("movies.csv")).unwrap(), "before");
}

#[test]
fn mistakes_are_told_before_any_work() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("file", "x");
    let names = sandbox.names();
    let lines: [&[&str]; 11] = [
        &[],
        &["actor"],
        &["movie", "--all", "-o", "x"],
        &["--all"],
        &["--all", "-o", "-"],
        &["--all", "-o", "file"],
        &["--all", "-o", "missing/dump"],
        &["movie", "-o", "movies.xlsx"],
        &["movie", "-o", "movies.csv.zst"],
        &["movie", "-o", "warehouse.db", "--format", "csv"],
        &["movie", "--db", "other.db"],
    ];
    let told =
        lines.map(|line| format!("$ scli export {}\n{}", line.join(" "), export(&sandbox, line).told()));
    snapshot("export_mistakes", &told.join("\n"));
    assert_eq!(sandbox.names(), names);
}
