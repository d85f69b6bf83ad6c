//! The warehouse as it stood after each load, compared with copies that were made at the time.

use crate::harness::{Sandbox, rows};
use rusqlite::Connection;

/// Movies, books, reviews and authors that the questions ask for, and what becomes of them.
const SERIES: &[(&str, &str, &str)] = &[
    (
        "movie",
        "movies.csv",
        "title,duration_mins,original_language,size_mb\n\
         Unforgiven,130,English,900\nAmélie,122,French,800\nStalker,161,Russian,1857\n",
    ),
    ("user", "users.csv", "first_name,last_name,email\nAnn,A,ann@x.org\nBob,B,bob@x.org\nCy,C,cy@x.org\n"),
    ("author", "authors.json", AUTHORS),
    ("book", "books.json", BOOKS),
    ("review", "reviews.json", REVIEWS),
    // A key that comes twice: the last record wins.
    (
        "stream",
        "streams.csv",
        "movie_title,user_email,size_mb,start_at,end_at\n\
         Unforgiven,ann@x.org,1.5,2021-12-25T08:00:00+0100,2021-12-25T11:00:00+0100\n\
         Unforgiven,ann@x.org,2.5,2021-12-25T08:00:00+0100,2021-12-25T11:00:00+0100\n\
         amélie,bob@x.org,3.5,2021-12-27T08:00:00Z,2021-12-27T10:00:00Z\n",
    ),
    // One author changes, one vanishes, one is new, one is set aside.
    (
        "author",
        "authors.json",
        r#"[{"metadata": {"name": "Mei Tan", "birth_date": null, "died_at": "2021-12-01T00:00:00Z"},
             "nationalities": [{"slug": "danes"}]},
            {"metadata": {"name": "Ada Okafor", "birth_date": null, "died_at": null}, "nationalities": []},
            {"metadata": {"name": null, "birth_date": null, "died_at": null}, "nationalities": []}]"#,
    ),
    (
        "movie",
        "movies.csv",
        "title,duration_mins,original_language,size_mb\n\
         Unforgiven,131,English,901\nRush,long,English,1\nAmélie,1,French,1\nAmélie,400,French,800\n",
    ),
    // Another size for one session, another session, another spelling of a title.
    (
        "stream",
        "streams.csv",
        "movie_title,user_email,size_mb,start_at,end_at\n\
         Unforgiven,ann@x.org,900,2021-12-25T07:00:00Z,2021-12-25T10:00:00Z\n\
         UNFORGIVEN,cy@x.org,4.5,2021-12-25T10:00:00Z,2021-12-25T12:00:00Z\n",
    ),
    ("book", "books.json", "[{\"name\""),
    // Who vanished returns as he was; who changed changes back; who was new vanishes.
    ("author", "authors.json", AUTHORS),
    ("book", "books.json", r#"[{"name": "Dust", "pages": 99, "author": "MEI TAN", "publisher": "Q"}]"#),
    ("book", "books.json", BOOKS),
    (
        "review",
        "reviews.json",
        r#"[{"content": {"text": "Fine"}, "rating": {"rate": 5}, "movies": [{"title": "unforgiven"}],
             "books": [{"metadata": {"title": "Rain"}}]}]"#,
    ),
    ("user", "users.csv", "first_name,last_name,email\nAnne,A,ann@x.org\nDee,D,dee@x.org\n"),
    (
        "stream",
        "streams.csv",
        "movie_title,user_email,size_mb,start_at,end_at\n\
         Unforgiven,ann@x.org,2.5,2021-12-25T07:00:00Z,2021-12-25T10:00:00Z\n\
         amélie,bob@x.org,7,2021-12-27T08:00:00Z,2021-12-27T10:00:00Z\n",
    ),
    // Nothing new.
    ("book", "books.json", BOOKS),
    // What vanished once vanishes again.
    (
        "author",
        "authors.json",
        r#"[{"metadata": {"name": "Mei Tan"}, "nationalities": [{"slug": "singaporeans"}]}]"#,
    ),
];

const AUTHORS: &str = r#"[
    {"metadata": {"name": "Mei Tan", "birth_date": null, "died_at": null},
     "nationalities": [{"slug": "singaporeans"}]},
    {"metadata": {"name": "Jo Roe", "birth_date": "1956-02-29T00:00:00Z", "died_at": null},
     "nationalities": [{"slug": "danes"}]}]"#;

const BOOKS: &str = r#"[
    {"name": "Dust", "pages": 100, "author": "Mei Tan", "publisher": "P"},
    {"name": "Rain", "pages": 200, "author": "Jo Roe", "publisher": "P"}]"#;

const REVIEWS: &str = r#"[
    {"content": {"text": "Fine"}, "rating": {"rate": 5}, "movies": [{"title": "unforgiven"}],
     "books": [{"metadata": {"title": "Dust"}}]},
    {"content": {"text": "Good"}, "rating": {"rate": 4}, "movies": [{"title": "Amélie"}],
     "books": [{"metadata": {"title": "RAIN"}}]}]"#;

/// Loads the series, and copies the database after each load; the copies are named `1.db` and on.
fn series() -> (Sandbox, i64) {
    let sandbox = Sandbox::new();
    let mut load = 0;
    let mut copy = |sandbox: &Sandbox| {
        load += 1;
        std::fs::copy(sandbox.path("warehouse.db"), sandbox.path(&format!("{load}.db"))).unwrap();
        assert_eq!(sandbox.rows("SELECT max(id) FROM load"), format!("{load}\n"));
        load
    };
    for (model, name, content) in SERIES {
        sandbox.load(model, name, content);
        if content.contains("Rush,long") {
            // As if a later rule took it.
            sandbox.connect().execute("UPDATE reject SET raw = replace(raw, 'long', '123')", []).unwrap();
        }
        if *model == "user" {
            // As if they had come from a topic.
            let consumed =
                "INSERT INTO consumed SELECT model, 'c', 't', 0, id, NULL, id, id + 1, NULL FROM load
                ORDER BY id DESC LIMIT 1";
            sandbox.connect().execute(consumed, []).unwrap();
        }
        copy(&sandbox);
    }
    sandbox.scli(&["rejects", "replay", "--model", "movie"]).success();
    copy(&sandbox);
    // A described model, whose description and records change.
    let mut last = 0;
    for (files, maximum, content) in
        [("a", 5, "id,stars\n1,5\n2,3\n"), ("b", 9, "id,stars\n1,9\n"), ("b", 9, "id,stars\n2,4\n3,1\n")]
    {
        let toml = format!(
            "[model.rating]\nkey = 'id'\nfiles = ['{files}']\n[model.rating.fields]\nid = {{ type = 'integer' }}\n\
             stars = {{ type = 'integer', maximum = {maximum} }}\n"
        );
        sandbox.write("scli.toml", toml);
        sandbox.load("rating", "ratings.csv", content).success();
        last = copy(&sandbox);
    }
    (sandbox, last)
}

/// Takes loads of the series back, and copies the database after each step too.
fn taken_back(sandbox: &Sandbox, mut last: i64) -> i64 {
    let copy = |sandbox: &Sandbox| {
        let load = sandbox.rows("SELECT max(id) FROM load").trim_end().to_owned();
        std::fs::copy(sandbox.path("warehouse.db"), sandbox.path(&format!("{load}.db"))).unwrap();
        load.parse::<i64>().unwrap()
    };
    // What sessions, titles and addresses came with the second load of streams goes, and comes back.
    let streams = sandbox.rows("SELECT id FROM load WHERE model = 'stream' ORDER BY id LIMIT 1, 1");
    let streams = streams.trim_end();
    sandbox.scli(&["undo", streams, "--keep-later"]).success();
    last = last.max(copy(sandbox));
    sandbox
        .load(
            "stream",
            "again.csv",
            "movie_title,user_email,size_mb,start_at,end_at\n\
         UNFORGIVEN,cy@x.org,6,2021-12-26T10:00:00Z,2021-12-26T12:00:00Z\n",
        )
        .success();
    last = last.max(copy(sandbox));
    let undone = sandbox.rows("SELECT max(id) FROM load WHERE kind = 'undo'");
    sandbox.scli(&["undo", undone.trim_end()]).success();
    last = last.max(copy(sandbox));
    // A dump in which one changed and one was missing; and one that brought records.
    for (model, place) in [("author", 3), ("book", 0), ("user", 1), ("movie", 2), ("movie", 3)] {
        let load = sandbox.rows(&format!(
            "SELECT id FROM load WHERE model = '{model}' AND outcome = 'done' ORDER BY id LIMIT {place}, 1"
        ));
        sandbox.scli(&["undo", load.trim_end(), "--keep-later"]).success();
        last = last.max(copy(sandbox));
    }
    last
}

fn all(connection: &Connection, name: &str) -> String {
    let columns = connection.prepare(&format!("SELECT * FROM {name}")).unwrap().column_count();
    let order: Vec<String> = (1..=columns).map(|column| column.to_string()).collect();
    rows(connection, &format!("SELECT * FROM {name} ORDER BY {}", order.join(", ")))
}

/// The tables and views of the file but the migrations' own, the files that were seen last, and who was forgotten;
/// nothing is pruned here, which would leave some of the past untold.
fn names(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view')
        AND name NOT LIKE 'sqlite_%' AND name NOT IN (
            'refinery_schema_history', 'known_file', 'forgotten', 'forget_key', 'pruned'
        ) ORDER BY name";
    rows(connection, sql).lines().map(str::to_owned).collect()
}

#[test]
fn every_table_and_answer_is_as_it_was_after_each_load() {
    let (sandbox, last) = series();
    let last = taken_back(&sandbox, last);
    let now = sandbox.connect();
    // The series must have something to tell of everything.
    for name in names(&now) {
        assert_ne!(all(&now, &name), "", "{name}");
    }
    for (sql, expected) in [
        ("SELECT count(*) FROM absence WHERE returned_in IS NOT NULL", "3\n"),
        ("SELECT count(*) FROM absence WHERE returned_in IS NULL", "2\n"),
        ("SELECT count(*) FROM reject WHERE resolved_by IS NOT NULL", "2\n"),
        ("SELECT count(*) FROM reject WHERE resolved_by IS NULL", "1\n"),
        ("SELECT count(*) FROM load WHERE outcome <> 'done'", "1\n"),
    ] {
        assert_eq!(rows(&now, sql), expected, "{sql}");
    }

    for load in 1..=last {
        let name = format!("{load}.db");
        let copy = Connection::open(sandbox.path(&name)).unwrap();
        let then = sandbox.connect();
        scli::past::as_of(&then, load).unwrap();
        // What tables mean is of the file, not of a load.
        for name in names(&copy).into_iter().filter(|name| name != "data_dictionary") {
            assert_eq!(all(&then, &name), all(&copy, &name), "{name} as of load {load}");
        }

        let as_of = load.to_string();
        let then = sandbox.scli(&["answers", "--format", "json", "--as-of", &as_of]).success().stdout;
        let copy = sandbox.scli(&["answers", "--format", "json", "--db", &name]).success().stdout;
        assert_eq!(then.replace(&format!("      \"as_of\": {load},\n"), ""), copy, "as of load {load}");
    }
}

fn tables(connection: &Connection) -> Vec<String> {
    names(connection)
        .into_iter()
        .filter(|name| {
            let kind = format!("SELECT type FROM main.sqlite_schema WHERE name = '{name}'");
            rows(connection, &kind) == "table\n" && name != "data_dictionary"
        })
        .collect()
}

#[test]
fn a_copy_is_sealed_as_the_warehouse_was_after_each_load() {
    let (sandbox, last) = series();
    let last = taken_back(&sandbox, last);
    for load in 1..=last {
        let name = format!("{load}.db");
        let copy = Connection::open(sandbox.path(&name)).unwrap();
        let as_of = load.to_string();
        sandbox.scli(&["seal", "sealed.db", "--force", "--as-of", &as_of]).success();
        let sealed = Connection::open(sandbox.path("sealed.db")).unwrap();
        for name in tables(&copy) {
            assert_eq!(all(&sealed, &name), all(&copy, &name), "{name} as of load {load}");
        }
        assert_eq!(rows(&sealed, "SELECT load_id FROM seal"), format!("{load}\n"));
        assert_eq!(rows(&sealed, "PRAGMA freelist_count"), "0\n");
        let answers = |db: &str| sandbox.scli(&["answers", "--format", "csv", "--db", db]).success().stdout;
        assert_eq!(answers("sealed.db"), answers(&name), "as of load {load}");
    }
    assert_eq!(sandbox.scli(&["seal", "other.db", "--as-of", "99"]).code, 2);
    assert!(!sandbox.path("other.db").exists());
}

#[test]
fn old_versions_are_dropped_and_what_came_after_stays() {
    let (sandbox, last) = series();
    let last = taken_back(&sandbox, last);
    let prune = |before: &str, more: &[&str]| sandbox.scli(&[&["prune", "--before", before], more].concat());
    let whole = sandbox.database();
    let ledger = sandbox.rows("SELECT * FROM load ORDER BY id");
    prune("12", &["--dry-run"]).success().snapshot("prune_dry_run");
    assert!(sandbox.database() == whole, "a dry run changes nothing");
    let dropped = prune("12", &[]).success().stderr;
    assert!(
        dropped.starts_with("dropped 5 versions and 1 absence that ended with load 12 or before"),
        "{dropped}"
    );
    assert_eq!(sandbox.rows("SELECT * FROM load ORDER BY id"), ledger);
    assert_eq!(sandbox.rows("PRAGMA freelist_count"), "0\n");
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
    for load in 12..=last {
        let copy = Connection::open(sandbox.path(&format!("{load}.db"))).unwrap();
        let then = sandbox.connect();
        scli::past::as_of(&then, load).unwrap();
        for name in tables(&copy).iter().filter(|name| !name.ends_with("_history") && *name != "absence") {
            assert_eq!(all(&then, name), all(&copy, name), "{name} as of load {load}");
        }
    }
    sandbox.scli(&["answers", "--as-of", "11"]).snapshot("prune_as_of_before");
    sandbox.scli(&["undo", "8"]).snapshot("prune_undo_before");
    sandbox.scli(&["loads", "show", "8"]).snapshot("prune_show_before");
    // An earlier date finds nothing more to drop, and takes nothing back.
    assert_eq!(prune("11", &[]).code, 2);
    prune("12", &[]).success();
    assert_eq!(sandbox.rows("SELECT load_id FROM pruned"), "12\n");
    let again = "movie_title,user_email,size_mb,start_at,end_at\nNew,new@x.org,6,2021-12-26T10:00:00Z,2021-12-26T12:00:00Z\n";
    sandbox.load("stream", "new.csv", again).success();
    sandbox.scli(&["seal", "after.db", "--as-of", &last.to_string()]).success();
}

#[test]
fn a_question_and_other_sql_are_asked_as_of_a_load_or_a_time() {
    let (sandbox, _) = series();
    for load in 1..=2 {
        sandbox
            .connect()
            .execute(
                "UPDATE load SET finished_at = '2021-12-0' || ?1 || 'T06:00:00.000Z' WHERE id = ?1",
                [load],
            )
            .unwrap();
    }
    let half = ["query", "users_watching_half_a_movie", "--format", "csv", "--as-of"];
    assert_eq!(sandbox.scli(&[&half[..], &["5"]].concat()).success().stdout, "published,corrected\n0,0\n");
    assert_eq!(sandbox.scli(&[&half[..], &["6"]].concat()).success().stdout, "published,corrected\n2,2\n");
    let sql = ["query", "-f", "-", "--format", "csv", "--as-of"];
    let count = b"SELECT count(*) AS movies, (SELECT count(*) FROM user) AS users FROM movie";
    for (time, expected) in [
        ("2021-12-01", "3,0"),
        ("2021-12-02", "3,3"),
        ("2021-12-02T05:59:59Z", "3,0"),
        ("2021-12-02T06:00:00Z", "3,3"),
        ("2021-12-02T06:59:59.999+01:00", "3,0"),
        ("2021-12-02 07:00:00+0100", "3,3"),
        ("9999-12-31", "4,4"),
    ] {
        let outcome = sandbox.scli_with_input(&[&sql[..], &[time]].concat(), count).success();
        assert_eq!(outcome.stdout, format!("movies,users\n{expected}\n"), "{time}");
    }
    sandbox.scli_with_input(&[&sql[..], &["2021-12-02"]].concat(), count).snapshot("as_of_query");
    sandbox
        .scli_with_input(&[&sql[..], &["1"]].concat(), b"SELECT title FROM main.movie")
        .snapshot("as_of_around");
    let common = b"WITH movie AS (SELECT m.* FROM main.movie AS m) SELECT max(load_id) FROM movie";
    sandbox.scli_with_input(&[&sql[..], &["1"]].concat(), common).snapshot("as_of_around");
}

#[test]
fn a_load_or_time_that_never_was_is_a_usage_error() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    sandbox.scli(&["answers", "--as-of", "1"]).snapshot("as_of_empty");
    sandbox.load("movie", "movies.csv", SERIES[0].2).success();
    sandbox.connect().execute("UPDATE load SET finished_at = '2021-12-01T06:00:00Z'", []).unwrap();
    sandbox.scli(&["answers", "--as-of", "7"]).snapshot("as_of_unknown_load");
    sandbox.scli(&["answers", "--as-of", "2021-11-30"]).snapshot("as_of_before_the_first");
    sandbox.scli(&["answers", "--as-of", "tomorrow"]).snapshot("as_of_no_time");
    sandbox.scli(&["answers", "--as-of", "1"]).snapshot("as_of_answers");
}

/// Another program's tables and views say nothing of loads. They are refused, not shown as of now, and
/// all else is answered.
#[test]
fn tables_of_other_programs_do_not_keep_the_past_from_being_seen() {
    let sandbox = Sandbox::with_warehouse();
    let answers = |load: &str| sandbox.scli(&["answers", "--as-of", load, "--receipts"]).success().stdout;
    let before = answers("3");
    let page = |name: &str| {
        sandbox.scli(&["answers", "--as-of", "3", "--html", name]).success();
        std::fs::read(sandbox.path(name)).unwrap()
    };
    let page_before = page("before.html");
    sandbox
        .connect()
        .execute_batch(
            "CREATE TABLE t (a); INSERT INTO t VALUES (7); CREATE VIEW of_t AS SELECT * FROM t;
             CREATE VIEW long_book AS SELECT title FROM book WHERE pages > 120;
             CREATE VIEW around AS SELECT title FROM main.book;
             CREATE VIEW stale_counted AS SELECT x FROM nowhere;
             CREATE VIRTUAL TABLE words USING fts5(word);",
        )
        .unwrap();
    assert_eq!(answers("3"), before);
    assert_eq!(page("after.html"), page_before);
    let query = |sql: &str, args: &[&str]| {
        sandbox.scli_with_input(&[&["query", "-f", "-", "--format", "csv"], args].concat(), sql.as_bytes())
    };
    assert_eq!(query("SELECT a FROM of_t", &[]).success().stdout, "a\n7\n", "the present has it");
    let told: Vec<String> = ["SELECT a FROM t", "SELECT count(*) FROM of_t", "SELECT title FROM around"]
        .iter()
        .map(|sql| format!("# {sql}\n{}", query(sql, &["--as-of", "3"]).told()))
        .collect();
    crate::harness::snapshot("as_of_other_programs", &told.join("\n"));
    let long = "SELECT count(*) > 0 AS any FROM long_book";
    assert_eq!(query(long, &["--as-of", "3"]).success().stdout, "any\n0\n", "books came with load 5");
    assert_eq!(query(long, &["--as-of", "5"]).success().stdout, "any\n1\n");
}
