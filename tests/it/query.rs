//! Questions by name, and any SQL that only reads.

use crate::harness::{Outcome, Sandbox, snapshot};

const OUTAGE: &str = "users_affected_by_outage";
const FORMATS: [&str; 6] = ["table", "csv", "tsv", "json", "jsonl", "markdown"];

/// Runs SQL that comes from standard input.
fn sql(sandbox: &Sandbox, sql: &str, args: &[&str]) -> Outcome {
    sandbox.scli_with_input(&[&["query", "-f", "-"], args].concat(), sql.as_bytes())
}

/// What each line of arguments gives, one below the other.
fn told(sandbox: &Sandbox, lines: &[&[&str]]) -> String {
    let run = |args: &&[&str]| format!("$ scli {}\n{}", args.join(" "), sandbox.scli(args).told());
    lines.iter().map(run).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_questions_are_listed() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["query", "--list"]).success().snapshot("query_list");
    let csv = sandbox.scli(&["query", "--list", "--format", "csv"]).success().stdout;
    assert!(csv.starts_with("question,title,unit,parameters\n"));
    assert_eq!(sandbox.names(), [""; 0], "the list needs no database");
}

#[test]
fn a_question_runs_by_its_name_in_each_format() {
    let sandbox = Sandbox::with_warehouse();
    let lines = FORMATS.map(|format| ["query", OUTAGE, "--format", format]);
    snapshot("query_by_name", &told(&sandbox, &lines.each_ref().map(|line| &line[..])));
}

/// The corrected reading means a moment; the published one means what a clock shows.
#[test]
fn a_moment_is_the_same_in_any_offset() {
    let sandbox = Sandbox::with_warehouse();
    let asked = |from: &str, to: &str| {
        let (from, to) = (format!("from={from}"), format!("to={to}"));
        sandbox.scli(&["query", OUTAGE, "-p", &from, "--param", &to, "--format", "csv"]).success().stdout
    };
    let corrected = |csv: &str| csv.trim_end().rsplit(',').next().unwrap().to_owned();
    for (from, to) in [
        ("2021-12-25T07:00:00+01:00", "2021-12-25T12:00:00.000+0100"),
        ("2021-12-25T06:00:00Z", "2021-12-25T16:30:00.000+05:30"),
        ("2021-12-25 06:00:00", "2021-12-25t11:00:00z"),
        ("2021-12-24T22:00:00-08:00", "2021-12-25T01:00:00.0-10:00"),
    ] {
        assert_eq!(corrected(&asked(from, to)), "4", "{from} to {to}");
    }
    let published = asked("2021-12-25T07:00:00-08:00", "2021-12-25T12:00:00Z");
    assert!(published.contains("\n5,"), "{published}");
}

#[test]
fn mistakes_are_told_with_what_was_meant() {
    let sandbox = Sandbox::with_warehouse();
    let text = told(
        &sandbox,
        &[
            &["query"],
            &["query", "users_affected_by_outrage"],
            &["query", "revenue"],
            &["query", OUTAGE, "-p", "form=2021-12-25T07:00:00Z"],
            &["query", OUTAGE, "-p", "from=25.12.2021 7:00"],
            &["query", OUTAGE, "-p", "from"],
            &["query", OUTAGE, "-p", "movie=Rush", "-p", "movie=Stalker"],
            &["query", "average_stream_duration", "-p", "from=2021-12-25T07:00:00Z"],
            &["query", OUTAGE, "--format", "xml"],
            &["query", OUTAGE, "-f", "mine.sql"],
            &["query", "-f", "mine.sql"],
            &["query", "-f", "."],
            &["query", OUTAGE, "--db", "other.db"],
        ],
    );
    snapshot("query_mistakes", &text);
}

#[test]
fn bad_sql_is_told_with_the_line_and_the_nearest_name() {
    let sandbox = Sandbox::with_warehouse();
    let run = |text: &&str| format!("{text}\n{}", sql(&sandbox, text, &["-p", "a=1"]).told());
    let texts = [
        "SELEC title FROM movie WHERE :a",
        "SELECT title,\n  size_mb\nFORM movie\nWHERE :a",
        "SELECT :a FROM movies",
        "SELECT :a, titel FROM movie",
        "SELECT :a, \"titel\" FROM movie",
        "SELECT :a, m.duration FROM movie AS m",
        "SELECT :a, lowr(title) FROM movie",
        "SELECT :b",
        "SELECT 1",
        "SELECT :a; SELECT 2",
        "-- nothing but this",
        "SELECT :a, abs(-9223372036854775807 - 1)",
    ];
    snapshot("query_bad_sql", &texts.iter().map(run).collect::<Vec<_>>().join("\n"));
    let outcome = sandbox.scli_with_input(&["query", "-f", "-"], b"SELECT '\xe9'");
    outcome.snapshot("query_latin1");
}

#[test]
fn nothing_can_be_written() {
    let sandbox = Sandbox::with_warehouse();
    let before = sandbox.database();
    let run = |text: &&str| {
        let outcome = sql(&sandbox, text, &[]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{text}");
        format!("{text}\n{}", outcome.stderr)
    };
    let texts = [
        "INSERT INTO movie SELECT 'x', 'x', 1, 'x', 1, 1",
        "WITH t AS (SELECT 1) UPDATE movie SET size_mb = 0",
        "DELETE FROM stream_fact RETURNING start_at",
        "DROP TABLE movie",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t (x)",
        "ATTACH 'other.db' AS other",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "PRAGMA journal_mode=WAL",
        "PRAGMA query_only = 0",
        "BEGIN IMMEDIATE",
        "SELECT load_extension('x')",
        "SELECT writefile('x', 'y')",
    ];
    snapshot("query_refused", &texts.iter().map(run).collect::<Vec<_>>().join("\n"));
    assert!(sandbox.database() == before, "the database is not as it was");
    assert_eq!(sandbox.names(), ["warehouse.db"]);
}

#[test]
fn sql_comes_from_a_file_or_from_standard_input() {
    let sandbox = Sandbox::with_warehouse();
    let text = "\u{feff}-- movies of a language, longest first\nSELECT title, duration_mins FROM movie
        WHERE original_language = :language ORDER BY duration_mins DESC LIMIT coalesce(:count, 9);\n";
    sandbox.write("longest.sql", text);
    let params = ["-p", "language=French", "-p", "count=2", "--format", "csv"];
    let from_file = sandbox.scli(&[&["query", "-f", "longest.sql"], &params[..]].concat()).success();
    assert_eq!(from_file.stdout.lines().count(), 3, "{}", from_file.stdout);
    assert_eq!(sql(&sandbox, text, &params).success().stdout, from_file.stdout);
    let nothing = sandbox.scli(&["query", "-f", "longest.sql", "--format", "csv"]).success().stdout;
    assert_eq!(nothing, "title,duration_mins\n", "a parameter without a value is NULL");
}

/// What everybody types first.
#[test]
fn sql_may_stand_where_a_name_does() {
    let sandbox = Sandbox::with_warehouse();
    let csv = |text: &str, more: &[&str]| {
        sandbox.scli(&[&["query", text, "--format", "csv"], more].concat()).success().stdout
    };
    assert_eq!(csv("SELECT count(*) AS n FROM movie", &[]), "n\n91\n");
    assert_eq!(csv("values(1),(2)", &[]), "column1\n1\n2\n");
    assert_eq!(csv(" WITH t (x) AS (SELECT :a) SELECT x FROM t", &["-p", "a=7"]), "x\n7\n");
    assert_eq!(csv("pragma user_version", &[]).lines().count(), 2);
    assert!(csv("EXPLAIN QUERY PLAN SELECT * FROM movie", &[]).contains("SCAN movie"));
    assert!(csv("SELECT 1", &["--explain"]).starts_with("id,parent,detail"));
    let before = sandbox.database();
    let text = told(
        &sandbox,
        &[
            &["query", "SELECT titel FROM movie"],
            &["query", "SELECT title\nFORM movie\nWHERE 1"],
            &["query", "DELETE FROM movie"],
            &["query", "SELECT 1", "-f", "mine.sql"],
            &["query", "SELECT :a", "-p", "b=1"],
            &["query", "SELECT title FROM movie WHERE size_mb > :mb", "--help"],
            &["query", "average_stream_duratoin"],
        ],
    );
    snapshot("query_typed", &text);
    assert!(sandbox.database() == before);
}

#[test]
fn values_keep_their_type_in_each_format() {
    let sandbox = Sandbox::with_warehouse();
    let text = "SELECT NULL AS none, -9223372036854775807 - 1 AS least, 1234567890123456 AS whole, 0.1 AS real,
        1e300 AS vast, x'00ff' AS blob, '' AS empty, 'a|b,\"c\" \\ ' || char(9, 10, 27, 155, 8238) || 'Ż' AS text,
        1 AS one, 2 AS one";
    let shown = |format: &str| {
        let out = sql(&sandbox, text, &["--format", format]).success().stdout;
        let visible: String = out
            .chars()
            .map(|c| match c {
                '\n' => c.to_string(),
                c if c.is_control() || c == '\u{202e}' => format!("<{:02x}>", u32::from(c)),
                c => c.to_string(),
            })
            .collect();
        format!("# {format}; <..> is a character as it is\n{visible}")
    };
    snapshot("query_values", &FORMATS.map(shown).join("\n"));
}

/// Titles, columns, paths: nothing that comes from outside may steer a terminal.
#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let sandbox = Sandbox::new();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}";
    let movies =
        format!("title,duration_mins,original_language,size_mb\n{hostile},1,\"a\rb\",2\nX,{hostile},x,2\n");
    let folder = if cfg!(windows) { "in" } else { hostile };
    sandbox.write(&format!("{folder}/movies.csv"), movies);
    let select = format!("SELECT title AS \"{hostile}\", original_language FROM movie");
    sandbox
        .write("own.sql", format!("-- title: {hostile}\n-- param a text '{hostile}' {hostile}\nSELECT :a\n"));
    sandbox.write("bad.sql", format!("-- param {hostile} {hostile} {hostile} {hostile}\nSELECT :a\n"));
    let outcomes = [
        sandbox.scli(&["sync", folder, "-v"]),
        sql(&sandbox, &select, &["--format", "table"]),
        sql(&sandbox, &select, &["--format", "markdown"]),
        sql(&sandbox, &format!("SELECT \"{hostile}\""), &[]),
        sandbox.scli(&["query", hostile]),
        sandbox.scli(&["query", "-f", "own.sql", "--help"]),
        sandbox.scli(&["query", "-f", "own.sql", "--explain"]),
        sandbox.scli(&["query", "-f", "own.sql", "-p", hostile]),
        sandbox.scli(&["query", "-f", "bad.sql"]),
        sandbox.scli(&["query", "-f", hostile, "--help"]),
        sandbox.scli(&["schema", hostile]),
        sandbox.scli(&["answers", "-o", hostile]),
        sandbox.scli(&["--db", hostile]),
        sandbox.scli(&["--log-format", "json", "--format", hostile]),
        sandbox.scli(&["answers", "--check", hostile]),
        sandbox.scli(&["answers", "--db", hostile]),
        sandbox.scli(&["load", "--model", "movie", "--config", hostile]),
        sandbox.scli(&["man", hostile]),
    ];
    assert!(outcomes[0].code == 0 && outcomes[1].stdout.contains("\\u{1b}[2J"), "{}", outcomes[1].told());
    for outcome in outcomes {
        let text = outcome.told();
        let steers = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!text.contains(steers), "{}", text.escape_debug());
    }
    let exact = sql(&sandbox, "SELECT title FROM movie", &["--format", "csv"]).success().stdout;
    assert_eq!(exact, format!("title\n{hostile}\n"), "a program gets every character");
}
