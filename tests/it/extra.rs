//! Nothing in silence: columns that nobody knows, files of which nothing is left, and limits.

use crate::harness::Sandbox;

const MOVIES: &str = "title,duration_mins,original_language,size_mb";

#[test]
fn columns_that_the_model_does_not_know_are_kept_and_named() {
    let sandbox = Sandbox::new();
    let csv =
        |studio: &str| format!("studio,{MOVIES},note\n{studio},Rush,113,Korean,876,\nX,Dust,90,Thai,1,so\n");
    sandbox.load("movie", "movies.csv", csv("Arrow")).success().snapshot("extra_columns");
    sandbox.load("movie", "movies.csv", csv("Bow")).success();
    assert_eq!(
        sandbox.rows("SELECT title, extra FROM movie ORDER BY title"),
        "Dust|{\"note\":\"so\",\"studio\":\"X\"}\nRush|{\"studio\":\"Bow\"}\n"
    );
    assert_eq!(sandbox.rows("SELECT title, extra FROM movie_history"), "Rush|{\"studio\":\"Arrow\"}\n");
    assert_eq!(
        sandbox.rows("SELECT unknown FROM load ORDER BY id"),
        "[\"note\",\"studio\"]\n[\"note\",\"studio\"]\n"
    );
    let as_of = ["query", "-f", "-", "--format", "csv", "--as-of", "1"];
    let then = sandbox
        .scli_with_input(&as_of, b"SELECT extra ->> 'studio' AS studio FROM movie WHERE title = 'Rush'");
    assert_eq!(then.success().stdout, "studio\nArrow\n");
    let history = sandbox.scli(&["history", "movie", "Rush"]).success().stdout;
    assert!(history.contains("│ extra") && history.contains("│ {\"studio\":\"Bow\"} "), "{history}");
    assert!(sandbox.scli(&["schema", "movie"]).success().stdout.contains("│ extra"));
    // The same content in another order of columns is no change.
    sandbox
        .load("movie", "movies.csv", format!("note,{MOVIES},studio\n,Rush,113,Korean,876,Bow\n"))
        .success();
    assert_eq!(sandbox.rows("SELECT updated, unchanged FROM load ORDER BY id DESC LIMIT 1"), "0|1\n");
}

#[test]
fn members_that_the_model_does_not_know_are_kept_and_named() {
    let sandbox = Sandbox::new();
    let review = r#"[{"updated": "u", "created": "c", "content": {"text": "Fine", "lang": "en"}, "rating": {"rate": 5, "label": "FIVE"},
        "movies": [{"id": 0, "title": "A"}], "books": [{"id": null, "metadata": {"title": "B", "pages": "unknown"}}]}]"#;
    let told = sandbox.load("review", "reviews.json", review).success().stderr;
    assert!(told.contains("\n        kept in extra: content.lang, created, updated\n"), "{told}");
    assert_eq!(
        sandbox.rows("SELECT extra FROM review"),
        "{\"content\":{\"lang\":\"en\"},\"created\":\"c\",\"updated\":\"u\"}\n"
    );
}

/// Sessions come by the million: what they have beyond their model is named, and left.
#[test]
fn of_sessions_the_columns_are_named() {
    let sandbox = Sandbox::new();
    let stream = "movie_title,user_email,device,size_mb,start_at,end_at\nRush,a@b.c,tv,1,2021-12-01T10:00:00Z,2021-12-01T11:00:00Z\n";
    sandbox.load("stream", "streams.csv", stream).success().snapshot("extra_of_sessions");
    let json = r#"[{"movie_title": "Rush", "user_email": "a@b.c", "size_mb": 1, "start_at": "2021-12-02T10:00:00Z",
        "end_at": "2021-12-02T11:00:00Z", "device": "tv"}]"#;
    let told = sandbox.load("stream", "streams.json", json).success().stderr;
    assert!(told.contains("not known to the model, and not kept: device"), "{told}");
    assert_eq!(sandbox.rows("SELECT unknown FROM load"), "[\"device\"]\n[\"device\"]\n");
}

#[test]
fn a_file_of_which_nothing_is_left_is_refused() {
    let sandbox = Sandbox::new();
    let bad = format!("{MOVIES}\nRush,long,Korean,876\nDust,short,Thai,1\n");
    sandbox.load("movie", "movies.csv", &bad).snapshot("all_rejected");
    assert_eq!(sandbox.rows("SELECT count(*) FROM reject"), "0\n");
    sandbox.load_with("movie", "movies.csv", &bad, &["--max-rejects", "2"]).success();
    sandbox.load_with("movie", "movies.csv", &bad, &["--allow-empty"]).success();
    let authors = r#"[{"metadata": {"name": "Ann"}, "nationalities": []}]"#;
    sandbox.load("author", "authors.json", authors).success();
    sandbox.load("author", "authors.json", "[]").snapshot("empty_dump");
    assert_eq!(sandbox.rows("SELECT count(*) FROM vanished"), "0\n");
    sandbox.load_with("author", "authors.json", "[]", &["--partial"]).success();
    sandbox.load_with("author", "authors.json", "[]", &["--allow-empty"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM vanished"), "1\n");
    // A night without a session is a night like any other.
    sandbox.load("stream", "streams.csv", "movie_title,user_email,size_mb,start_at,end_at\n").success();
}

#[test]
fn changes_beyond_a_limit_are_refused_or_told() {
    let sandbox = Sandbox::new();
    let movies = |minutes: u32| -> String {
        let rows: String = (1..=10)
            .map(|movie| format!("M{movie},{},Thai,1\n", if movie < 4 { minutes } else { 1 }))
            .collect();
        format!("{MOVIES}\n{rows}")
    };
    sandbox.load("movie", "movies.csv", movies(1)).success();
    let load = |minutes: u32, more: &[&str]| sandbox.load_with("movie", "movies.csv", movies(minutes), more);
    load(2, &["--max-updated", "2"]).snapshot("updated_too_many");
    assert_eq!(load(2, &["--max-updated", "29%"]).code, 3);
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie_history"), "0\n");
    load(2, &["--max-updated", "30%"]).success();
    load(3, &["--warn-updated", "2"]).snapshot("updated_warned");
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie_history"), "6\n", "what is told is loaded");
    load(4, &["--warn-updated", "3"]).success();
    let bad = movies(4) + "Bad,x,Thai,1\n";
    assert_eq!(sandbox.load_with("movie", "movies.csv", &bad, &["--warn-rejected", "0"]).code, 6);
    assert_eq!(sandbox.load_with("movie", "movies.csv", &bad, &["--warn-rejected", "10%"]).code, 0);
    assert_eq!(sandbox.load_with("movie", "movies.csv", &bad, &["--max-rejects", "9%"]).code, 3);
    let half = format!("{MOVIES}\nM1,4,Thai,1\n");
    let complete = ["--complete", "--warn-vanished", "5"];
    let told = sandbox.load_with("movie", "movies.csv", &half, &complete);
    assert!(
        told.code == 6 && told.stderr.contains("lacks 9 of 10 known records, more than 5"),
        "{}",
        told.told()
    );
    assert_eq!(sandbox.rows("SELECT count(*) FROM vanished"), "9\n");
    sandbox.write("in/movies.csv", movies(7));
    sandbox.scli(&["sync", "in", "--warn-updated", "0"]).snapshot("sync_warned");
}
