//! Checks that are watched: thresholds, the comparison with an earlier load, and what is found alone.

use crate::harness::{Outcome, Sandbox, snapshot};
use serde_json::Value;

const BOOKS: &str = "{\"name\": \"Dust\", \"pages\": 0, \"author\": \"Anon\", \"publisher\": \"P\"}
{\"name\": \"Rain\", \"pages\": 0, \"author\": \"Roe\", \"publisher\": \"P\"}
";

const FORMATS: [&str; 6] = ["table", "csv", "tsv", "json", "jsonl", "markdown"];

/// The rules that the books below break, and one that nothing breaks.
const RULES: [&str; 3] = ["books_by_unknown_authors", "books_differing_in_case", "books_without_pages"];

/// Four loads: an author; two books without pages, one of which has no author; two more; nothing new.
fn warehouse() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .load("author", "authors.jsonl", "{\"metadata\": {\"name\": \"Roe\"}, \"nationalities\": []}\n")
        .success();
    sandbox.load("book", "books.jsonl", BOOKS).success();
    let more = BOOKS.replace("Dust", "Dusk").replace("Rain", "Rein").replace("Anon", "Roe");
    sandbox.load("book", "more.jsonl", more).success();
    sandbox.load("book", "books.jsonl", BOOKS).success();
    sandbox
}

fn check(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    sandbox.scli(&[&["check"], &RULES[..], args].concat())
}

#[test]
fn a_threshold_fails_what_finds_more_and_nothing_else() {
    let sandbox = warehouse();
    let code = |args: &[&str]| check(&sandbox, args).code;
    assert_eq!(code(&["--threshold", "books_without_pages=3"]), 1, "four are found");
    assert_eq!(code(&["--threshold", "books_without_pages=4"]), 0);
    let both = ["--threshold", "books_without_pages=4", "--threshold", "books_by_unknown_authors=1"];
    assert_eq!(code(&[&both[..], &["--fail-on", "warning"]].concat()), 0, "what is allowed never fails");
    assert_eq!(code(&[&both[..2], &["--fail-on", "warning"]].concat()), 1, "the other rule has no threshold");
    let none = ["--threshold", "books_without_pages=0", "--threshold", "books_differing_in_case=0"];
    check(&sandbox, &[&none[..], &["--samples", "0"]].concat()).snapshot("watch_threshold");
}

#[test]
fn the_project_file_has_thresholds_and_an_option_wins() {
    let sandbox = warehouse();
    let file = "[project]\nname = \"books\"\n\n[other.price]\nkey = [1, 2]\n\n\
        [check.books_without_pages]\nthreshold = 3  # found: more fails\n\n[check.authors_in_the_future]\nthreshold = 0\n";
    sandbox.write("team/scli.toml", file);
    assert_eq!(check(&sandbox, &[]).code, 0, "the file is not in the working folder");
    let named = check(&sandbox, &["--project", "team"]);
    assert_eq!(named.code, 1);
    assert!(
        named.stderr.contains("1 rule is broken: books_without_pages (4, threshold 3)"),
        "{}",
        named.stderr
    );
    assert_eq!(check(&sandbox, &["--project", "team", "--threshold", "books_without_pages=4"]).code, 0);
    sandbox.write("scli.toml", file);
    assert_eq!(check(&sandbox, &[]).told(), named.told(), "it is found in the working folder");
    sandbox.write("none/scli.toml", "");
    assert_eq!(check(&sandbox, &["--project", "none"]).code, 0, "--project wins over the working folder");
}

#[test]
fn the_threshold_stands_beside_the_count_in_every_format() {
    let sandbox = warehouse();
    let told = FORMATS.map(|format| {
        let args = ["--samples", "1", "--threshold", "books_without_pages=3", "--format", format];
        let outcome = check(&sandbox, &args);
        assert_eq!(outcome.code, 1);
        format!("# {format}\n{}", outcome.stdout)
    });
    snapshot("watch_threshold_formats", &told.join("\n"));
}

#[test]
fn counts_are_compared_with_those_of_an_earlier_load() {
    let sandbox = warehouse();
    let since = |load: &str, args: &[&str]| {
        check(&sandbox, &[&["--since", load, "--samples", "0", "--format", "json"], args].concat())
    };
    let told = |outcome: &Outcome| -> Vec<[i64; 4]> {
        let findings: Vec<Value> = serde_json::from_str(&outcome.stdout).unwrap();
        let members = ["count", "since", "earlier", "difference"];
        findings.iter().map(|finding| members.map(|member| finding[member].as_i64().unwrap())).collect()
    };
    let rise = since("2", &[]);
    assert_eq!(told(&rise), [[1, 2, 1, 0], [0, 2, 0, 0], [4, 2, 2, 2]]);
    assert_eq!(rise.code, 1);
    assert!(
        rise.stderr.contains("1 rule is broken: books_without_pages (4, was 2 as of load 2)"),
        "{}",
        rise.stderr
    );
    let first = since("1", &[]);
    assert_eq!(told(&first), [[1, 1, 0, 1], [0, 1, 0, 0], [4, 1, 0, 4]]);
    assert!(first.stderr.contains("2 rules are broken"), "{}", first.stderr);
    assert_eq!(
        told(&since("3", &[]).success()),
        [[1, 3, 1, 0], [0, 3, 0, 0], [4, 3, 4, 0]],
        "what is no more is well"
    );

    // With a threshold, a rule may find more than before as long as it does not find too much.
    since("2", &["--threshold", "books_without_pages=4"]).success();
    assert_eq!(since("3", &["--threshold", "books_without_pages=3"]).code, 1);
    let level = since("2", &["--fail-on", "warning", "--threshold", "books_without_pages=4"]);
    assert!(level.stderr.contains("1 rule is broken: books_by_unknown_authors (1)"), "{}", level.stderr);

    // A book that gets pages: fewer than before.
    sandbox.load("book", "mended.jsonl", BOOKS.replace("\"pages\": 0", "\"pages\": 9")).success();
    assert_eq!(told(&since("4", &[]).success()), [[1, 4, 1, 0], [0, 4, 0, 0], [2, 4, 4, -2]]);

    let all =
        sandbox.scli(&["check", "--deep", "--since", "1", "--found", "--format", "csv", "--samples", "0"]);
    assert_eq!(all.code, 1);
    assert_eq!(all.stdout.lines().count(), 3, "{}", all.stdout);
}

#[test]
fn the_earlier_count_stands_beside_the_present_one_in_every_format() {
    let sandbox = warehouse();
    let told = FORMATS.map(|format| {
        let args = ["--since", "2", "--samples", "0", "--threshold", "books_by_unknown_authors=9"];
        format!("# {format}\n{}", check(&sandbox, &[&args[..], &["--format", format]].concat()).stdout)
    });
    snapshot("watch_since_formats", &told.join("\n"));
    sandbox
        .connect()
        .execute("UPDATE load SET finished_at = '2021-12-0' || id || 'T06:00:00.000Z'", [])
        .unwrap();
    let by_time = check(&sandbox, &["--since", "2021-12-02T07:00:00+01:00"]);
    assert!(
        by_time.stdout.contains("\nearlier: as of load 2, 2021-12-02T06:00:00.000Z\n"),
        "{}",
        by_time.stdout
    );
}

#[test]
fn only_what_is_found_is_shown_where_that_is_wanted() {
    let sandbox = warehouse();
    let told = FORMATS.map(|format| {
        let some = check(&sandbox, &["--found", "--samples", "1", "--format", format]).success().stdout;
        let none = sandbox
            .scli(&["check", "--found", "books_differing_in_case", "--format", format])
            .success()
            .stdout;
        format!("# {format}\n{some}## nothing\n{none}")
    });
    snapshot("watch_found_formats", &told.join("\n"));
}

#[test]
fn mistakes_in_the_options_and_in_the_project_file_are_told() {
    let sandbox = warehouse();
    let mut told = String::new();
    for args in [
        &["--threshold", "books_without_page=1"][..],
        &["--threshold", "books_without_pages"],
        &["--threshold", "books_without_pages=few"],
        &["--threshold", "books_without_pages=-1"],
        &["--threshold", "books_without_pages=1", "--threshold", "books_without_pages=2"],
        &["--threshold", "summary_by_day_differs=1"],
        &["--since", "99"],
        &["--since", "tomorrow"],
        &["--project", "nowhere"],
    ] {
        let outcome = check(&sandbox, args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{args:?}");
        told += &format!("# {}\n{}\n", args.join(" "), outcome.stderr);
    }
    for file in [
        "[check.books_without_page]\nthreshold = 1\n",
        "[model.x]\n\n[check.books_without_pages]\nthreshold = \"1\"\n",
        "[check.books_without_pages]\nthreshold = -1\n",
        "[check.books_without_pages]\ntreshold = 1\n",
        "[check]\nbooks_without_pages = 1\n",
        "[check.books_without_pages\n",
        "[check.books_without_pages]\nthreshold = 1\nthreshold = 2\n",
        "check = 1\n",
    ] {
        sandbox.write("scli.toml", file);
        let outcome = check(&sandbox, &[]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{file}");
        told += &format!("# {}\n{}\n", file.trim_end().replace('\n', "\n# "), outcome.stderr);
    }
    sandbox.write("scli.toml", b"# \xff");
    told += &check(&sandbox, &[]).told();
    snapshot("watch_mistakes", &told);
    assert_eq!(sandbox.scli(&["check", "--list"]).code, 2, "the file may leave rules out");
    sandbox.scli(&["loads"]).success();
}
