//! Functions that SQLite has not, for SQL of one's own.

use crate::harness::{Sandbox, project, snapshot};

fn value(sandbox: &Sandbox, sql: &str) -> String {
    let told = sandbox.scli(&["query", sql, "--format", "csv"]).success().stdout;
    told.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn medians_and_percentiles_are_those_of_the_data() {
    let sandbox = Sandbox::with_warehouse();
    // The long way round, in plain SQL.
    let plain = "WITH s AS (SELECT size_mb, row_number() OVER (ORDER BY size_mb) AS n, count(*) OVER () AS c FROM stream)
        SELECT avg(size_mb) FROM s WHERE n IN ((c + 1) / 2, (c + 2) / 2)";
    let median = value(&sandbox, "SELECT median(size_mb) FROM stream");
    assert_eq!(median, value(&sandbox, plain));
    assert_eq!(value(&sandbox, "SELECT percentile(size_mb, 50) FROM stream"), median);
    assert_eq!(
        value(
            &sandbox,
            "SELECT percentile(size_mb, 0) = min(size_mb), percentile(size_mb, 100) = max(size_mb) FROM stream"
        ),
        "1,1"
    );
    let groups = value(
        &sandbox,
        "SELECT original_language, median(duration_mins) AS m FROM movie GROUP BY 1 HAVING m > 0 ORDER BY 1",
    );
    assert!(groups.lines().count() > 3, "{groups}");
}

#[test]
fn patterns_are_searched_for() {
    let sandbox = Sandbox::new();
    sandbox
        .load("user", "users.csv", "first_name,last_name,email\nÉva,B,eva@x.org\nBob,C,bob@y.org\n")
        .success();
    assert_eq!(value(&sandbox, "SELECT email FROM user WHERE email REGEXP '@x\\.org$'"), "eva@x.org");
    assert_eq!(value(&sandbox, "SELECT email FROM user WHERE regexp('(?i)^é', first_name)"), "eva@x.org");
    sandbox.write(
        "own.sql",
        "-- param p text '^B' A pattern\nSELECT email FROM user WHERE first_name REGEXP :p",
    );
    assert_eq!(
        sandbox.scli(&["query", "-f", "own.sql", "--format", "csv"]).success().stdout,
        "email\nbob@y.org\n"
    );
    let told = [
        "SELECT * FROM user WHERE email REGEXP '('",
        "SELECT * FROM user WHERE email REGEXP '(?=x)'",
        "SELECT * FROM user WHERE email REGEXP '(\\w{1000}){1000}'",
        "SELECT median(email) FROM user",
        "SELECT percentile(1, 200) FROM user",
        "SELECT medain(1) FROM user",
    ]
    .map(|sql| format!("{sql}\n{}", sandbox.scli(&["query", sql]).told()));
    snapshot("functions_mistakes", &told.join("\n"));
}

/// A pattern that other engines never come to an end with.
#[test]
fn no_pattern_takes_for_ever() {
    let sandbox = Sandbox::with_warehouse();
    let sql =
        "WITH RECURSIVE t (s, n) AS (SELECT 'aaaaaaaa', 1 UNION ALL SELECT s || s, n + 1 FROM t WHERE n < 15)
        SELECT s || '!' REGEXP '^(a|a)*(a+)+$' FROM t ORDER BY n DESC LIMIT 1";
    assert_eq!(value(&sandbox, sql), "0");
}

/// They are of this program alone, and what is shipped runs anywhere.
#[test]
fn nothing_that_is_shipped_uses_them() {
    let files = walkdir::WalkDir::new(project("queries")).into_iter().map(|entry| entry.unwrap().into_path());
    for file in files.filter(|file| file.extension().is_some_and(|end| end == "sql")) {
        let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
        let sql: String = text.lines().map(|line| line.split("--").next().unwrap()).collect();
        let words: Vec<&str> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for name in ["percentile", "regexp"] {
            assert!(!words.contains(&name), "{} uses {name}", file.display());
        }
        assert!(!sql.replace(' ', "").contains("median("), "{} uses median()", file.display());
    }
}
