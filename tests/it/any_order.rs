//! Loads, undos, dismissals, people who are forgotten and versions that are dropped, in any order.

use crate::harness::Sandbox;
use crate::survival::{Random, rounds};
use crate::undo::{FILES, content};

/// What is compared of a state. The tables' own numbers of titles and addresses are not: they follow the order in
/// which these came.
const SEEN: [(&str, &str); 12] = [
    ("movie", "title, title_key, duration_mins, original_language, size_mb, extra"),
    ("user", "email, first_name, last_name, extra"),
    ("author", "name, name_key, birth_date, died_at, nationality, extra"),
    ("book", "title, title_key, pages, author, author_key, publisher, extra"),
    ("review", "id, text, rating, movie_title, book_title, extra"),
    ("stream", "id, movie_title, user_email, size_mb, start_at, end_at"),
    ("streamed_movie", "title, title_key"),
    ("streaming_user", "email"),
    ("stream_by_day", "day, streams, seconds, microseconds, longest"),
    ("stream_by_size", "class, streams"),
    ("vanished", "model, key"),
    ("(SELECT * FROM reject WHERE resolved_by IS NULL)", "rule, field, value, raw"),
];

/// In which loads all this came and went.
const LOADS: [(&str, &str); 8] = [
    ("movie", "title, load_id"),
    ("user", "email, load_id"),
    ("user_history", "email, first_name, last_name, load_id, replaced_by"),
    ("stream_history", "id, movie_title, user_email, size_mb, load_id, replaced_by"),
    ("streamed_movie", "title, load_id"),
    ("streamed_movie_history", "title, load_id, replaced_by"),
    ("streaming_user", "email, load_id"),
    ("absence", "model, key, vanished_in, returned_in"),
];

const KEYS: [(&str, &str); 6] = [
    ("movie", "title"),
    ("user", "email"),
    ("author", "name"),
    ("book", "title"),
    ("review", "id"),
    ("stream", "id"),
];

/// A state of a database as text, now or as of a load.
fn seen(sandbox: &Sandbox, database: &str, as_of: &str, what: &[(&str, &str)]) -> String {
    let part = |(table, columns): &(&str, &str)| {
        format!(
            "SELECT (SELECT group_concat(r, char(10)) FROM (SELECT json_array({columns}) AS r FROM {table} ORDER BY 1)) AS rows"
        )
    };
    let sql = what.iter().map(part).collect::<Vec<_>>().join(" UNION ALL ");
    let mut args = vec!["--db", database, "query", "-f", "-", "--format", "csv"];
    if as_of != "now" {
        args.extend(["--as-of", as_of]);
    }
    sandbox.scli_with_input(&args, sql.as_bytes()).success().stdout
}

/// What holds of every database, whatever was done to it.
fn sound(sandbox: &Sandbox, database: &str, told: &str) {
    let connection = rusqlite::Connection::open(sandbox.path(database)).unwrap();
    let rows = |sql: &str| crate::harness::rows(&connection, sql);
    assert_eq!(rows("PRAGMA integrity_check"), "ok\n", "{told}");
    assert_eq!(rows("PRAGMA foreign_key_check"), "", "{told}");
    for (table, column) in [("streamed_movie", "movie_id"), ("streaming_user", "user_id")] {
        let used = rows(&format!("SELECT DISTINCT {column} FROM stream_fact ORDER BY 1"));
        assert_eq!(rows(&format!("SELECT id FROM {table} ORDER BY 1")), used, "{told}: {table}");
    }
    for summary in ["stream_by_day", "stream_by_size"] {
        let counted = rows(&format!("SELECT * FROM {summary}_counted ORDER BY 1"));
        assert_eq!(rows(&format!("SELECT * FROM {summary} ORDER BY 1")), counted, "{told}: {summary}");
    }
    for (model, key) in KEYS {
        let gone = format!(
            "SELECT key FROM vanished WHERE model = '{model}' AND key NOT IN (SELECT {key} FROM {model})"
        );
        assert_eq!(rows(&gone), "", "{told}: {model}");
    }
    let unnamed = "SELECT * FROM stream_history WHERE movie_title IS NULL OR user_email IS NULL";
    assert_eq!(rows(unnamed), "", "{told}");
}

/// The last load, and the last delivery.
fn last(sandbox: &Sandbox, database: &str) -> (u64, u64) {
    let connection = rusqlite::Connection::open(sandbox.path(database)).unwrap();
    let sql = "SELECT coalesce(max(id), 0), (SELECT coalesce(max(id), 0) FROM delivery) FROM load";
    connection
        .query_row(sql, [], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64)))
        .unwrap()
}

/// A load or a delivery, any.
fn any_target(random: &mut Random, (load, delivery): (u64, u64)) -> String {
    match random.below(2) {
        0 => (1 + random.below(load)).to_string(),
        _ => format!("delivery:{}", 1 + random.below(delivery)),
    }
}

fn any_date(random: &mut Random) -> Vec<String> {
    match random.below(2) {
        0 => vec![],
        _ => vec!["--date".to_owned(), format!("2026-11-2{}", random.below(6))],
    }
}

/// A command that writes.
fn any_command(sandbox: &Sandbox, random: &mut Random, number: usize) -> Vec<String> {
    let known = last(sandbox, "warehouse.db");
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    match random.below(8) {
        0 => words("rejects replay --model movie"),
        1 => words("rejects dismiss --model movie --reason tests"),
        2..=4 if known.0 > 0 => {
            let keep = if random.below(2) == 0 { " --keep-later" } else { "" };
            words(&format!("undo {}{keep}", any_target(random, known)))
        }
        2..=5 => {
            for (model, file) in FILES {
                if random.below(2) == 0 || model == "user" {
                    sandbox.write(&format!("{number}/{file}"), content(random, model));
                }
            }
            [words(&format!("sync {number} --allow-empty")), any_date(random)].concat()
        }
        _ => {
            let (model, file) = FILES[random.below(6) as usize];
            sandbox.write(&format!("{number}/{file}"), content(random, model));
            let whole = ["", " --complete", " --partial"][random.below(3) as usize];
            let load = words(&format!("load --model {model} --config {number}/{file} --allow-empty{whole}"));
            [load, any_date(random)].concat()
        }
    }
}

/// Runs one, and tells what it was. What is only tried, or refused, changes nothing.
fn step(sandbox: &Sandbox, random: &mut Random, number: usize) -> String {
    let args = any_command(sandbox, random, number);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let before = sandbox.database();
    let dry = match args[0] {
        "rejects" => None,
        _ => Some(sandbox.scli(&[&args[..], &["--dry-run"]].concat())),
    };
    assert!(sandbox.database() == before, "a dry run of {args:?}");
    let outcome = sandbox.scli(&args);
    assert!(dry.is_none_or(|dry| dry.code == outcome.code), "{args:?}: {}", outcome.stderr);
    match args[0] {
        "undo" if outcome.code > 0 => assert!(sandbox.database() == before, "{args:?}: {}", outcome.stderr),
        _ => assert_eq!(outcome.code, 0, "{args:?}: {}", outcome.stderr),
    }
    format!("{args:?}: {}", outcome.stderr)
}

/// Whatever comes later, a state of the past is what it was when it was the present: as of its load, in a sealed
/// copy, and after older versions were dropped.
#[test]
fn a_state_stays_what_it_was() {
    for seed in 0..u64::from(rounds(4, 100)) {
        let mut random = Random::of_series("any order", seed);
        let sandbox = Sandbox::new();
        sandbox.scli(&["init-db"]).success();
        let (mut states, mut told) = (Vec::new(), format!("series {seed}"));
        let mut before = seen(&sandbox, "warehouse.db", "now", &SEEN);
        for number in 0..12 {
            told += &format!("\n{}", step(&sandbox, &mut random, number));
            sound(&sandbox, "warehouse.db", &told);
            let now = seen(&sandbox, "warehouse.db", "now", &SEEN);
            let (load, delivery) = last(&sandbox, "warehouse.db");
            if told.lines().last().is_some_and(|line| line.contains("(by load ")) {
                std::fs::copy(sandbox.path("warehouse.db"), sandbox.path("copy.db")).unwrap();
                sandbox.scli(&["--db", "copy.db", "undo", &format!("delivery:{delivery}")]).success();
                let back = seen(&sandbox, "copy.db", "now", &SEEN);
                assert_eq!(back, before, "the undo is taken back\n{told}");
            }
            if load > 0 {
                states.retain(|(known, _)| *known != load);
                states.push((load, now.clone()));
            }
            before = now;
        }
        for (load, state) in &states {
            let then = seen(&sandbox, "warehouse.db", &load.to_string(), &SEEN);
            assert_eq!(&then, state, "as of {load}\n{told}");
        }
        let (kept, state) = &states[random.below(states.len() as u64) as usize];
        sandbox.scli(&["seal", "sealed.db", "--as-of", &kept.to_string()]).success();
        sound(&sandbox, "sealed.db", &told);
        assert_eq!(&seen(&sandbox, "sealed.db", "now", &SEEN), state, "sealed as of {kept}\n{told}");
        std::fs::copy(sandbox.path("warehouse.db"), sandbox.path("copy.db")).unwrap();
        sandbox.scli(&["--db", "copy.db", "prune", "--before", &kept.to_string()]).success();
        sound(&sandbox, "copy.db", &told);
        for (load, state) in states.iter().filter(|(load, _)| load >= kept) {
            let then = seen(&sandbox, "copy.db", &load.to_string(), &SEEN);
            assert_eq!(&then, state, "as of {load}, without versions before {kept}\n{told}");
        }
        // What comes late is compared with records as old as they ever were.
        for (model, file) in &FILES[..3] {
            sandbox.write(file, content(&mut random, model));
            let date = format!("2026-11-2{}", random.below(6));
            let load =
                ["load", "--model", model, "--config", file, "--allow-empty", "--partial", "--date", &date];
            sandbox.scli(&load).success();
            sandbox.scli(&[&["--db", "copy.db"], &load[..]].concat()).success();
            let [whole, pruned] =
                ["warehouse.db", "copy.db"].map(|database| seen(&sandbox, database, "now", &SEEN));
            assert_eq!(pruned, whole, "{model} of {date}, without versions before {kept}\n{told}");
        }
    }
}

/// Two warehouses with the same life, but that one had a person, and forgot them: from then on nothing tells them
/// apart, as of any load.
#[test]
fn who_was_forgotten_was_never_there() {
    for seed in 0..u64::from(rounds(4, 100)) {
        let mut random = Random::of_series("forgotten in any order", seed);
        let sandbox = Sandbox::new();
        let both = ["with.db", "without.db"];
        let on_both = |args: &[&str]| {
            let [with, without] = both.map(|database| sandbox.scli(&[&["--db", database], args].concat()));
            assert_eq!(with.code, without.code, "{args:?}: {}{}", with.stderr, without.stderr);
            format!("\n{args:?}: {}", with.stderr)
        };
        on_both(&["init-db"]);
        let forget_at = 4 + random.below(6);
        let mut told = format!("series {seed}");
        for number in 0..14 {
            let known = last(&sandbox, both[0]);
            assert_eq!(known, last(&sandbox, both[1]), "{told}");
            if number == forget_at {
                sandbox.scli(&["--db", both[0], "forget", "user", "ann@x.org"]).success();
                sandbox.scli(&["--db", both[1], "forget", "user", "nobody@x.org"]).success();
                told += "\nforget";
            } else if known.0 > 0 && random.below(3) == 0 {
                told += &on_both(&["undo", &any_target(&mut random, known), "--keep-later"]);
            } else {
                for (model, file) in FILES {
                    if random.below(2) == 0 || model == "stream" {
                        let whole = content(&mut random, model);
                        let is_theirs = |line: &&str| line.to_lowercase().contains("ann@x.org");
                        let without: String = whole
                            .lines()
                            .filter(|line| !is_theirs(line))
                            .map(|line| format!("{line}\n"))
                            .collect();
                        sandbox.write(&format!("with.db-{number}/{file}"), whole);
                        sandbox.write(&format!("without.db-{number}/{file}"), without);
                    }
                }
                for database in both {
                    let folder = format!("{database}-{number}");
                    let sync = ["--db", database, "sync", &folder, "--allow-empty", "--reload"];
                    sandbox.scli(&sync).success();
                }
                told += "\nsync";
            }
            if number >= forget_at {
                sound(&sandbox, both[0], &told);
            }
        }
        for load in 1..=last(&sandbox, both[0]).0 {
            for what in [&SEEN[..], &LOADS[..]] {
                let [with, without] = both.map(|database| seen(&sandbox, database, &load.to_string(), what));
                assert_eq!(with, without, "as of {load}\n{told}");
            }
        }
        let bytes = std::fs::read(sandbox.path(both[0])).unwrap().to_ascii_lowercase();
        assert!(!bytes.windows(9).any(|window| window == b"ann@x.org"), "{told}");
    }
}
