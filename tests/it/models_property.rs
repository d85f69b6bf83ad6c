//! Random descriptions, and random files of them, beside a model in memory.

use crate::harness::Sandbox;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A record: two parts of a key, and two values; no value is one that breaks a rule.
type Record = (u8, u8, Option<u8>, u8);

/// One load: the records, and which of the two values the description has by then.
type Dump = (Vec<Record>, bool, bool);

/// How a key of the two parts is told.
fn told(pair: bool, one: u8, other: u8) -> String {
    if pair { format!("k\\,{one},{other}") } else { other.to_string() }
}

#[test]
fn the_tables_are_what_a_model_in_memory_says() {
    let record = (0..2_u8, 0..3_u8, prop::option::weighted(0.9, 0..3_u8), 0..2_u8);
    let dump = (vec(record, 1..6), any::<bool>(), any::<bool>());
    let rounds = if std::env::var_os("SCLI_SOAK").is_some() { 300 } else { 12 };
    TestRunner::new(Config { cases: rounds, failure_persistence: None, ..Config::default() })
        .run(
            &(any::<bool>(), any::<bool>(), any::<bool>(), vec(dump, 1..5)),
            |(pair, json, complete, dumps)| {
                compare(pair, json, complete, &dumps);
                Ok(())
            },
        )
        .unwrap();
}

fn compare(pair: bool, json: bool, complete: bool, dumps: &[Dump]) {
    let sandbox = Sandbox::new();
    let mut rows: BTreeMap<(u8, u8), (String, String, String)> = BTreeMap::new();
    let mut gone: BTreeSet<(u8, u8)> = BTreeSet::new();
    let (mut versions, mut ever) = (0, (false, false));
    for (records, has_a, has_b) in dumps {
        ever = (ever.0 || *has_a, ever.1 || *has_b);
        let mut toml = format!("[model.thing]\ncomplete = {complete}\n");
        toml += if pair { "key = ['one', 'other']\n" } else { "key = 'other'\n" };
        toml += "[model.thing.fields]\none = { type = 'text' }\nother = { type = 'integer', from = 'o.n' }\n\
                 sound = { type = 'integer', maximum = 9, required = true }\n";
        toml += if *has_a { "a = { type = 'real' }\n" } else { "" };
        toml += if *has_b { "b = { type = 'text', match = 'case-insensitive' }\n" } else { "" };
        sandbox.write("scli.toml", toml);
        let mut file = if json { String::new() } else { "b,one,o.n,sound,a\n".to_owned() };
        let mut seen: BTreeMap<(u8, u8), (String, String, String)> = BTreeMap::new();
        let mut spared: BTreeSet<(u8, u8)> = BTreeSet::new();
        for (one, other, a, b) in records {
            let sound = if a.is_some() { 9 } else { 10 };
            let value = a.unwrap_or_default();
            let _ = match json {
                true => writeln!(
                    file,
                    r#"{{"b": "É{b}", "one": "k,{one}", "o": {{"n": {other}}}, "sound": {sound}, "a": {value}}}"#
                ),
                false => writeln!(file, "É{b},\"k,{one}\",{other},{sound},{value}"),
            };
            let key = if pair { (*one, *other) } else { (0, *other) };
            match a {
                None => drop(spared.insert(key)),
                Some(a) => {
                    let real = if *has_a { a.to_string() } else { "NULL".to_owned() };
                    let text = if *has_b { format!("É{b}/é{b}") } else { "NULL/NULL".to_owned() };
                    let mut extra = Vec::new();
                    extra.extend(
                        (!has_a).then(|| if json { format!("\"a\":{a}") } else { format!("\"a\":\"{a}\"") }),
                    );
                    extra.extend((!has_b).then(|| format!("\"b\":\"É{b}\"")));
                    let extra =
                        if extra.is_empty() { "NULL".to_owned() } else { format!("{{{}}}", extra.join(",")) };
                    seen.insert(key, (format!("k,{one}|{real}"), text, extra));
                }
            }
        }
        let name = if json { "things.jsonl" } else { "things.csv" };
        let outcome = sandbox.load_with("thing", name, &file, &["--allow-empty"]).success();
        for (key, content) in &seen {
            if rows.get(key).is_some_and(|known| known != content) {
                versions += 1;
            }
            rows.insert(*key, content.clone());
        }
        gone.retain(|key| !seen.contains_key(key));
        if complete {
            gone.extend(rows.keys().filter(|key| !seen.contains_key(key) && !spared.contains(key)));
        }
        let columns = ["coalesce(a, 'NULL')", "coalesce(b, 'NULL') || '/' || coalesce(b_key, 'NULL')"];
        let a = if ever.0 { columns[0] } else { "'NULL'" };
        let b = if ever.1 { columns[1] } else { "'NULL/NULL'" };
        let expected: Vec<String> = rows
            .iter()
            .map(|((_, other), (real, text, extra))| format!("{real}|{other}|{text}|{extra}"))
            .collect();
        let sql = format!("SELECT one, {a}, other, {b}, extra FROM thing ORDER BY one, other");
        let mut found: Vec<String> = sandbox.rows(&sql).lines().map(str::to_owned).collect();
        let mut expected = expected;
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{}", outcome.stderr);
        assert_eq!(sandbox.rows("SELECT count(*) FROM thing_history"), format!("{versions}\n"));
        let mut absent: Vec<String> = gone.iter().map(|(one, other)| told(pair, *one, *other)).collect();
        absent.sort();
        let sql = "SELECT key FROM absence WHERE returned_in IS NULL ORDER BY key";
        assert_eq!(sandbox.rows(sql).lines().collect::<Vec<_>>(), absent);
        let unbalanced =
            "SELECT id FROM load WHERE read <> inserted + updated + unchanged + repeated + rejected";
        assert_eq!(sandbox.rows(unbalanced), "");
    }
}
