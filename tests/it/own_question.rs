//! Questions of one's own: files with SQL that declare their parameters.

use crate::harness::{Sandbox, snapshot};

const WATCHED: &str = "-- title: Streams of a movie from a time on
-- note: A session counts by its start.
-- param from time '2021-12-25T00:00:00Z' First moment
-- param movie title 'Unforgiven' The movie,
--       in any case
-- param most integer 1000000 How many to count at most
-- param share number 0.5 A share
-- param publisher text NULL Nobody yet
-- Written for the tests.
SELECT count(*) AS streams, :share AS share, :publisher AS publisher FROM (
    SELECT 1 FROM stream JOIN streamed_movie ON streamed_movie.title = stream.movie_title
    WHERE start_at >= :from AND title_key = :movie LIMIT :most
)
";

fn told(sandbox: &Sandbox, lines: &[&[&str]]) -> String {
    let run = |args: &&[&str]| format!("$ scli {}\n{}", args.join(" "), sandbox.scli(args).told());
    lines.iter().map(run).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_moment_is_the_same_in_any_offset_and_defaults_are_taken() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("watched.sql", WATCHED);
    let asked = |params: &[&str]| {
        let pairs = params.iter().flat_map(|pair| ["-p", *pair]);
        let args: Vec<&str> =
            ["query", "-f", "watched.sql", "--format", "csv"].into_iter().chain(pairs).collect();
        sandbox.scli(&args).success().stdout
    };
    let counted = |from: &str| {
        sandbox.rows(&format!(
            "SELECT count(*) FROM stream WHERE start_at >= '{from}' AND movie_title = 'Unforgiven'"
        ))
    };
    let expected = |from: &str| format!("streams,share,publisher\n{},0.5,\n", counted(from).trim());
    let (christmas, eve) = (expected("2021-12-25T00:00:00.000000Z"), expected("2021-12-24T06:30:00.000000Z"));
    assert_ne!(christmas, eve);
    assert_eq!(asked(&[]), christmas, "the defaults");
    assert_eq!(asked(&["from=2021-12-25", "movie=UNFORGIVEN"]), christmas);
    for from in [
        "2021-12-24T06:30:00Z",
        "2021-12-24T07:30:00+01:00",
        "2021-12-24 12:00:00.000+0530",
        "2021-12-23T22:30:00-08:00",
    ] {
        assert_eq!(asked(&[&format!("from={from}")]), eve, "{from}");
    }
    assert_eq!(asked(&["most=1", "share=1", "publisher=7"]), "streams,share,publisher\n1,1.0,7\n");
}

#[test]
fn a_shipped_question_is_the_same_from_its_file() {
    let sandbox = Sandbox::with_warehouse();
    let file = crate::harness::project("queries/users_affected_by_outage.sql");
    let pair = ["-p", "from=2021-12-24T20:00:00+01:00", "--format", "csv"];
    let by_name = sandbox.scli(&[&["query", "users_affected_by_outage"], &pair[..]].concat()).success();
    let by_file = sandbox.scli(&[&["query", "-f", file.to_str().unwrap()], &pair[..]].concat()).success();
    assert_eq!(by_name.stdout, by_file.stdout);
}

#[test]
fn mistakes_are_told() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("watched.sql", WATCHED);
    sandbox.write("types.sql", "-- Mine\n-- param from date '2021-12-25' Start\nSELECT :from");
    sandbox.write("default.sql", "-- param from time 'Christmas' Start\nSELECT :from");
    sandbox.write("cut.sql", "-- param from time\nSELECT :from");
    sandbox.write("spelt.sql", "-- param from time '2021-12-25' Start\nSELECT :form");
    sandbox.write("unused.sql", "-- param from time '2021-12-25' Start\nSELECT 1");
    sandbox.write("broken.sql", "-- param from time '2021-12-25' Start\nSELECT :from FORM movie x");
    let run = |params: &'static str| ["query", "-f", "watched.sql", "-p", params];
    let lines: [&[&str]; 12] = [
        &run("form=2021-12-25T00:00:00Z"),
        &run("from=25.12.2021"),
        &run("most=many"),
        &run("share=half"),
        &run("colour=red"),
        &["query", "-f", "types.sql"],
        &["query", "-f", "default.sql"],
        &["query", "-f", "cut.sql"],
        &["query", "-f", "spelt.sql"],
        &["query", "-f", "unused.sql"],
        &["query", "-f", "broken.sql"],
        &["query", "outage"],
    ];
    snapshot("own_question_mistakes", &told(&sandbox, &lines));
}

#[test]
fn help_lists_the_parameters() {
    let sandbox = Sandbox::new();
    sandbox.write("watched.sql", WATCHED);
    sandbox.write("bare.sql", "SELECT 1");
    let lines: [&[&str]; 7] = [
        &["query", "users_affected_by_outage", "--help"],
        &["query", "--help", "median_stream_size"],
        &["query", "-f", "watched.sql", "--help"],
        &["query", "-f", "bare.sql", "-h"],
        &["query", "-f", "missing.sql", "--help"],
        &["query", "outrage", "--help"],
        &["--log-format", "json", "query", "outrage", "--help"],
    ];
    snapshot("own_question_help", &told(&sandbox, &lines));
    let help = sandbox.scli(&["query", "--help"]).success().stdout;
    assert_eq!(help, sandbox.scli(&["help", "query"]).success().stdout, "without a name it is the command's");
    for (name, _) in [("users_watching_half_a_movie", 0), ("singaporean_movies_streamed", 0)] {
        let shown = sandbox.scli(&["query", name, "--help"]).success().stdout;
        let example = shown.lines().skip_while(|line| *line != "Example:").nth(1).unwrap();
        let data = Sandbox::with_warehouse();
        assert_eq!(data.shell(example).code, 0, "{example}");
    }
}

#[test]
fn a_plan_is_shown_as_a_tree() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("watched.sql", WATCHED);
    let lines: [&[&str]; 6] = [
        &["query", "users_affected_by_outage", "-p", "movie=Rush", "--explain"],
        &["query", "-f", "watched.sql", "-p", "from=2021-12-24T00:00:00+01:00", "--explain"],
        &["query", "-f", "watched.sql", "--explain", "--format", "csv"],
        &["query", "-f", "watched.sql", "--explain", "--format", "markdown"],
        &["query", "-f", "watched.sql", "--explain", "-p", "most=x"],
        &["query", "--list", "--explain"],
    ];
    snapshot("query_explain", &told(&sandbox, &lines));
    let refused = sandbox.scli_with_input(&["query", "-f", "-", "--explain"], b"DELETE FROM movie");
    assert!(refused.code == 1 && refused.stderr.contains("refused"), "{}", refused.told());
    let nothing = sandbox.scli_with_input(&["query", "-f", "-", "--explain"], b"-- nothing");
    assert!(nothing.stderr.contains("there is no SQL statement"), "{}", nothing.told());
    let wrong = sandbox.scli_with_input(&["query", "-f", "-", "--explain"], b"SELECT 1,\n titel FROM movie");
    assert!(wrong.stderr.contains("line 2: no such column: titel"), "{}", wrong.told());
    let past = ["query", "users_affected_by_outage", "--explain", "--as-of", "2"];
    assert!(sandbox.scli(&past).success().stdout.contains("└─"));
}
