//! Loads and deliveries that are taken back, and given back.

use crate::harness::Sandbox;
use crate::survival::Random;

/// All that models, dictionaries, summaries and answers hold, and what waits, without the numbers of loads.
fn state(sandbox: &Sandbox) -> String {
    let tables = [
        "SELECT title, title_key, duration_mins, original_language, size_mb, extra FROM movie ORDER BY 1",
        "SELECT email, first_name, last_name, extra FROM user ORDER BY 1",
        "SELECT name, name_key, birth_date, died_at, nationality, extra FROM author ORDER BY 1",
        "SELECT title, title_key, pages, author, author_key, publisher, extra FROM book ORDER BY 1",
        "SELECT id, text, rating, movie_title, movie_title_key, book_title, book_title_key, extra FROM review ORDER BY 1",
        "SELECT * FROM stream ORDER BY 1",
        "SELECT title, title_key FROM streamed_movie ORDER BY 1",
        "SELECT email FROM streaming_user ORDER BY 1",
        "SELECT * FROM stream_by_day ORDER BY 1",
        "SELECT * FROM stream_by_size ORDER BY 1",
        "SELECT model, key FROM vanished ORDER BY 1, 2",
        "SELECT rule, field, value, raw FROM reject WHERE resolved_by IS NULL ORDER BY 1, 2, 3, 4",
    ];
    let rows: Vec<String> = tables.map(|sql| format!("{sql}\n{}", sandbox.rows(sql))).into();
    let answers = sandbox.scli(&["answers", "--format", "csv", "--quiet"]).success().stdout;
    format!("{}\n{answers}", rows.join("\n"))
}

fn pick<'a>(random: &mut Random, from: &[&'a str]) -> &'a str {
    from[random.below(from.len() as u64) as usize]
}

/// Some lines of a file of a model, of few keys, so that loads meet the same records; some break a rule.
pub fn content(random: &mut Random, model: &str) -> String {
    let count = 1 + random.below(5);
    let titles = ["Unforgiven", "Rush", "Amélie", "AMÉLIE", "Dune"];
    let people = ["ann@x.org", "Ann@X.org", "bob@x.org", "cy@x.org", "dee@x.org"];
    let names = ["Mei Tan", "Jo Roe", "Ada Okafor"];
    let mut records = Vec::new();
    for _ in 0..count {
        let number = 100 + random.below(3);
        let number = if random.below(8) == 0 { "long".to_owned() } else { number.to_string() };
        records.push(match model {
            "movie" => format!("{},{number},English,900,{}", pick(random, &titles), random.below(2)),
            "user" => format!("A,B{},{}", random.below(3), pick(random, &people)),
            "stream" => {
                let day = 24 + random.below(3);
                let title = pick(random, &titles);
                let email = pick(random, &people);
                format!("{title},{email},{number},2021-12-{day}T08:00:00Z,2021-12-{day}T10:00:00Z")
            }
            "author" => format!(
                r#"{{"metadata": {{"name": "{}", "birth_date": null, "died_at": null}}, "nationalities": [{{"slug": "{}"}}]}}"#,
                pick(random, &names),
                pick(random, &["singaporeans", "danes"])
            ),
            "book" => format!(
                r#"{{"name": "{}", "pages": {}, "author": "{}", "publisher": "P"}}"#,
                pick(random, &["Dust", "Rain", "Fog"]),
                number.replace("long", "\"x\""),
                pick(random, &names)
            ),
            _ => format!(
                r#"{{"content": {{"text": "{}"}}, "rating": {{"rate": {}}}, "movies": [{{"title": "{}"}}], "books": [{{"metadata": {{"title": "{}"}}}}]}}"#,
                pick(random, &["Fine", "Good"]),
                1 + random.below(2),
                pick(random, &titles),
                pick(random, &["DUST", "Rain"])
            ),
        });
    }
    match model {
        "movie" => format!("title,duration_mins,original_language,size_mb,more\n{}\n", records.join("\n")),
        "user" => format!("first_name,last_name,email\n{}\n", records.join("\n")),
        "stream" => format!("movie_title,user_email,size_mb,start_at,end_at\n{}\n", records.join("\n")),
        _ => format!("[{}]", records.join(",")),
    }
}

/// A file of each model.
pub const FILES: [(&str, &str); 6] = [
    ("movie", "movies.csv"),
    ("user", "users.csv"),
    ("stream", "streams.csv"),
    ("author", "authors.json"),
    ("book", "books.json"),
    ("review", "reviews.json"),
];

/// One load, a delivery of several, or records tried again. Returns what to take back, if anything was done.
fn step(sandbox: &Sandbox, random: &mut Random, number: usize) -> Option<String> {
    let last =
        || sandbox.rows("SELECT coalesce(max(id), 0), (SELECT coalesce(max(id), 0) FROM delivery) FROM load");
    let before = if number == 0 { "0|0\n".to_owned() } else { last() };
    let folder = format!("{number}");
    match random.below(5) {
        0 if number > 0 => {
            sandbox.scli(&["rejects", "replay", "--model", "movie"]).success();
        }
        1 | 2 => {
            for (model, file) in FILES {
                if random.below(2) == 0 {
                    sandbox.write(&format!("{folder}/{file}"), content(random, model));
                }
            }
            sandbox.write(&format!("{folder}/users.csv"), content(random, "user"));
            sandbox.scli(&["sync", &folder, "--allow-empty"]).success();
        }
        _ => {
            let (model, file) = FILES[random.below(6) as usize];
            let path = format!("{folder}/{file}");
            sandbox.load_with(model, &path, content(random, model), &["--allow-empty"]).success();
        }
    }
    let after = last();
    let (load, delivery) = after.trim_end().split_once('|').unwrap();
    match (before == after, random.below(2)) {
        (true, _) => None,
        (false, 0)
            if before.split('|').next().unwrap().parse::<i64>().unwrap() + 1
                == load.parse::<i64>().unwrap() =>
        {
            Some(load.to_owned())
        }
        (false, _) => Some(format!("delivery:{delivery}")),
    }
}

#[test]
fn an_undo_gives_the_state_before_and_an_undo_of_it_the_state_after() {
    for seed in 0..30 {
        let mut random = Random::of_series("undo", seed);
        let sandbox = Sandbox::new();
        sandbox.scli(&["init-db"]).success();
        let mut states = vec![state(&sandbox)];
        let mut done = Vec::new();
        for number in 0..4 {
            let Some(what) = step(&sandbox, &mut random, number) else { continue };
            let after = state(&sandbox);
            let (whole, dry) = (sandbox.database(), sandbox.scli(&["undo", &what, "--dry-run"]).success());
            assert!(dry.stderr.contains("(dry run: nothing was changed)"), "{}", dry.stderr);
            assert!(sandbox.database() == whole, "dry run, seed {seed}, step {number}");
            sandbox.scli(&["undo", &what]).success();
            assert_eq!(&state(&sandbox), states.last().unwrap(), "seed {seed}, step {number}, undo {what}");
            let undo = sandbox.rows("SELECT max(id) FROM delivery");
            let undo = format!("delivery:{}", undo.trim_end());
            sandbox.scli(&["undo", &undo]).success();
            assert_eq!(state(&sandbox), after, "seed {seed}, step {number}, undo of the undo");
            states.push(after);
            done.push(what);
        }
        let found = sandbox.scli(&["check", "--deep", "--found", "--format", "csv"]).success().stdout;
        for rule in ["summary_by_day_differs", "summary_by_size_differs", "addresses_stored_twice"] {
            assert!(!found.contains(rule), "seed {seed}: {found}");
        }
        // The last one first, all of it goes.
        states.pop();
        while let (Some(what), Some(before)) = (done.pop(), states.pop()) {
            sandbox.scli(&["undo", &what]).success();
            assert_eq!(state(&sandbox), before, "seed {seed}, undo {what} at the end");
        }
        assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
        assert_eq!(sandbox.rows("PRAGMA foreign_key_check"), "");
    }
}

const MOVIES: &str = "title,duration_mins,original_language,size_mb\nRush,90,English,1\nDune,91,English,1\n";
const MENDED: &str =
    "title,duration_mins,original_language,size_mb\nDune,100,English,1\nFargo,92,English,1\n";
const LATER: &str = "title,duration_mins,original_language,size_mb\nDune,101,English,1\n";

#[test]
fn what_a_later_load_touched_is_named_and_kept_if_told_so() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "a.csv", MOVIES).success();
    sandbox.load("movie", "b.csv", MENDED).success();
    sandbox.load("movie", "c.csv", LATER).success();
    let before = sandbox.database();
    sandbox.scli(&["undo", "2"]).snapshot("undo_refused");
    sandbox.scli(&["undo", "2", "--dry-run"]).snapshot("undo_refused");
    assert!(sandbox.database() == before, "nothing was done");
    sandbox.scli(&["undo", "2", "--keep-later"]).success().snapshot("undo_keep_later");
    let movies = "SELECT title, duration_mins FROM movie ORDER BY title";
    assert_eq!(sandbox.rows(movies), "Dune|101\nRush|90\n");
    // Without the later load, nothing of it is left in the way.
    sandbox.scli(&["undo", "4"]).success();
    sandbox.scli(&["undo", "3"]).success();
    sandbox.scli(&["undo", "2"]).success();
    assert_eq!(sandbox.rows(movies), "Dune|91\nRush|90\n");
    let fargo = sandbox.scli(&["history", "movie", "Fargo", "--format", "csv"]).success().stdout;
    assert!(
        fargo.lines().nth(1).unwrap().starts_with("version,2,"),
        "what was taken out has its history: {fargo}"
    );
}

#[test]
fn what_cannot_be_taken_back_is_told() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["undo", "1"]).snapshot("undo_no_database");
    assert!(!sandbox.path("warehouse.db").exists());
    sandbox.load("movie", "a.csv", MOVIES).success();
    sandbox.load("movie", "b.csv", "nothing");
    sandbox.scli(&["undo", "7"]).snapshot("undo_unknown");
    sandbox.scli(&["undo", "delivery:7"]).snapshot("undo_unknown_delivery");
    sandbox.scli(&["undo", "yesterday"]).snapshot("undo_no_load");
    sandbox.scli(&["undo", "2"]).snapshot("undo_failed_load");
    sandbox.scli(&["undo", "load:1"]).success();
    sandbox.scli(&["undo", "1"]).snapshot("undo_twice");
    sandbox.scli(&["seal", "copy.db"]).success();
    assert_eq!(sandbox.scli(&["undo", "3", "--db", "copy.db"]).code, 1);
    sandbox.scli(&["undo", "3", "--log-format", "json"]).success().snapshot("undo_json");
}

/// A date is that of the data: as of the night that was taken back it is not there, from before the next night on.
#[test]
fn a_night_is_taken_back_and_delivered_again() {
    let sandbox = Sandbox::new();
    sandbox.write("inbox/2026-11-20/movies.csv", MOVIES);
    sandbox.write("inbox/2026-11-20/authors.json", r#"[{"metadata": {"name": "A"}, "nationalities": []}]"#);
    sandbox.scli(&["sync", "inbox"]).success();
    sandbox.write("inbox/2026-11-21/movies.csv", MENDED);
    sandbox.write("inbox/2026-11-21/authors.json", r#"[{"metadata": {"name": "B"}, "nationalities": []}]"#);
    sandbox.scli(&["sync", "inbox"]).success();
    sandbox.scli(&["undo", "delivery:2"]).success();
    let movies = ["query", "-f", "-", "--format", "csv", "--as-of"];
    let count = |as_of: &str| {
        let sql = b"SELECT count(*) AS n, (SELECT group_concat(name) FROM author) AS authors FROM movie";
        sandbox.scli_with_input(&[&movies[..], &[as_of]].concat(), sql).success().stdout
    };
    assert_eq!(count("2026-11-20"), "n,authors\n2,A\n");
    assert_eq!(count("delivery:2"), "n,authors\n3,\"A,B\"\n");
    assert_eq!(count("2026-11-21"), "n,authors\n2,A\n");
    // The bad files lie there still, and are known: they do not come back by themselves.
    let again = sandbox.scli(&["sync", "inbox"]).success();
    assert!(again.stderr.contains("nothing new"), "{}", again.stderr);
    assert_eq!(count("2026-11-30"), "n,authors\n2,A\n");
    // The vendor sends the night once more.
    sandbox.write("inbox/2026-11-21/authors.json", r#"[{"metadata": {"name": "A"}, "nationalities": []}, {"metadata": {"name": "C"}, "nationalities": []}]"#);
    sandbox.scli(&["sync", "inbox"]).success();
    assert_eq!(count("2026-11-21"), "n,authors\n2,\"A,C\"\n");
    sandbox.scli(&["loads", "--format", "csv"]).success();
}

/// A record that an undo restored is as old as it was: a late file that is newer than it still counts.
#[test]
fn a_late_file_is_compared_with_what_was_restored() {
    let sandbox = Sandbox::new();
    let of = |date: &str, minutes: u32| {
        sandbox.write(
            &format!("{date}/movies.csv"),
            format!("title,duration_mins,original_language,size_mb\nDune,{minutes},English,1\n"),
        );
        sandbox.scli(&["sync", date]).success();
    };
    of("2026-11-20", 1);
    of("2026-11-23", 3);
    sandbox.scli(&["undo", "2"]).success();
    of("2026-11-22", 2);
    assert_eq!(sandbox.rows("SELECT duration_mins FROM movie"), "2\n");
    of("2026-11-21", 9);
    assert_eq!(sandbox.rows("SELECT duration_mins FROM movie"), "2\n");
    // It is so of what was given back, and taken back again, and once its earlier versions were dropped.
    of("2026-11-26", 6);
    for undo in ["5", "6", "7"] {
        sandbox.scli(&["undo", undo]).success();
    }
    sandbox.scli(&["prune", "--before", "8"]).success();
    assert_eq!(sandbox.rows("SELECT duration_mins FROM movie"), "2\n");
    of("2026-11-25", 5);
    assert_eq!(sandbox.rows("SELECT duration_mins FROM movie"), "5\n");
}

#[test]
fn what_a_load_settled_waits_again() {
    let sandbox = Sandbox::new();
    let bad = "title,duration_mins,original_language,size_mb\nRush,long,English,1\nDune,1,English,1\n";
    sandbox.load("movie", "a.csv", bad).success();
    sandbox.connect().execute("UPDATE reject SET raw = replace(raw, 'long', '123')", []).unwrap();
    sandbox.scli(&["rejects", "replay", "--model", "movie"]).success();
    let movies = "SELECT title, duration_mins FROM movie ORDER BY title";
    let waiting = "SELECT count(*) FROM reject WHERE resolved_by IS NULL";
    assert_eq!(
        (sandbox.rows(movies).as_str(), sandbox.rows(waiting).as_str()),
        ("Dune|1\nRush|123\n", "0\n")
    );
    sandbox.scli(&["undo", "2"]).success();
    assert_eq!((sandbox.rows(movies).as_str(), sandbox.rows(waiting).as_str()), ("Dune|1\n", "1\n"));
    let list = sandbox.scli(&["rejects", "list", "--format", "csv"]).success().stdout;
    assert!(list.contains(",3,movie,a.csv,"), "the copy has the place of the first: {list}");
    sandbox.scli(&["rejects", "replay", "--model", "movie"]).success();
    assert_eq!(
        (sandbox.rows(movies).as_str(), sandbox.rows(waiting).as_str()),
        ("Dune|1\nRush|123\n", "0\n")
    );
}

#[test]
fn what_a_load_did_is_listed() {
    let sandbox = Sandbox::new();
    let streams = |rows: &str| format!("movie_title,user_email,size_mb,start_at,end_at\n{rows}\n");
    sandbox.write("1/movies.csv", MOVIES);
    sandbox.write("1/streams.csv", streams("Rush,a@x.org,1,2021-12-25T08:00:00Z,2021-12-25T09:00:00.5Z"));
    sandbox.write("1/authors.json", r#"[{"metadata": {"name": "A"}, "nationalities": []}, {"metadata": {"name": "B"}, "nationalities": [], "more": 1}]"#);
    sandbox.scli(&["sync", "1"]).success();
    sandbox.write("2/movies.csv", MENDED);
    sandbox.write("2/streams.csv", streams("Rush,a@x.org,2,2021-12-25T08:00:00Z,2021-12-25T09:00:00.5Z\nFargo,b@x.org,3,1969-12-25T08:00:00.25Z,1969-12-25T09:00:00Z"));
    sandbox.write(
        "2/authors.json",
        r#"[{"metadata": {"name": "B"}, "nationalities": [{"slug": "danes"}], "more": 2}]"#,
    );
    sandbox.scli(&["sync", "2"]).success();
    let show = |what: &str| sandbox.scli(&["loads", "show", what, "--format", "csv"]).success();
    show("delivery:2").snapshot("loads_show_delivery");
    sandbox.scli(&["undo", "delivery:2"]).success();
    show("delivery:3").snapshot("loads_show_undo");
    show("delivery:2").snapshot("loads_show_delivery");
    // As many of each kind as the ledger counts.
    for (change, column) in [
        ("inserted", "inserted"),
        ("removed", "removed"),
        ("vanished", "vanished"),
        ("reappeared", "reappeared"),
    ] {
        let counted = sandbox.rows(&format!(
            "SELECT sum({column}) FROM load WHERE undoes IS NULL OR '{change}' <> 'inserted'"
        ));
        let listed: usize = ["delivery:1", "delivery:2", "delivery:3"]
            .iter()
            .map(|what| {
                show(what).stdout.lines().filter(|line| line.split(',').nth(2) == Some(change)).count()
            })
            .sum();
        assert_eq!(format!("{listed}\n"), counted, "{change}");
    }
    sandbox.scli(&["loads", "show", "1", "--limit", "1"]).success().snapshot("loads_show_cut");
    for what in ["99", "delivery:9", "x"] {
        assert_eq!(sandbox.scli(&["loads", "show", what]).code, 2, "{what}");
    }
}

/// A record that an undo took out does not vanish when the load is taken back that had it again.
#[test]
fn what_is_not_there_does_not_vanish() {
    let sandbox = Sandbox::new();
    let dump = |names: &[&str]| {
        let records =
            names.iter().map(|name| format!(r#"{{"metadata": {{"name": "{name}"}}, "nationalities": []}}"#));
        sandbox
            .load("author", "authors.json", format!("[{}]", records.collect::<Vec<_>>().join(",")))
            .success();
    };
    dump(&["A"]);
    dump(&["A", "B"]);
    dump(&["A"]);
    dump(&["A", "B"]);
    sandbox.scli(&["undo", "2"]).success();
    let undo = sandbox.scli(&["undo", "4"]).success();
    assert!(undo.stderr.contains("nothing to take back"), "{}", undo.stderr);
    assert_eq!(sandbox.rows("SELECT name FROM author"), "A\n");
    assert_eq!(sandbox.rows("SELECT key FROM vanished"), "");
}
