//! Any sequence of files, in any split into loads, gives the tables of a simple model in memory.

use crate::survival::rounds;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use rusqlite::Connection;
use scli::collector::Location;
use scli::decode::Format;
use scli::domain::Model;
use scli::repository::{Access, Entry};
use scli::usecase::load::{Loader, Options, Planned, Request, Silent};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// A record: which of a few keys, and which of a few contents. `None` breaks a rule.
type Record = (u8, Option<u8>);

/// Memory for few records, so that even these files are sorted in temporary ones.
const LITTLE: usize = 1000;

/// A file of one model.
#[derive(Clone, Debug)]
struct Dump {
    model: Model,
    records: Vec<Record>,
    complete: bool,
    /// After which records the file is cut into parts that are loaded one by one; only a file that
    /// is not complete may be.
    cuts: BTreeSet<usize>,
}

fn dumps() -> impl Strategy<Value = Vec<Dump>> {
    let models = prop::sample::select(vec![Model::USER, Model::STREAM, Model::AUTHOR, Model::BOOK]);
    // Now and then a record is broken; its key can still be read.
    let record = (0..5_u8, prop::option::weighted(0.9, 0..3_u8));
    let dump = (models, vec(record, 0..8), any::<bool>(), prop::collection::btree_set(1..8_usize, 0..3))
        .prop_map(|(model, records, complete, cuts)| Dump {
            model,
            records,
            complete,
            cuts: if complete { BTreeSet::new() } else { cuts },
        });
    vec(dump, 1..10)
}

/// The content that a number stands for. A stream's is its size; the offset that its times are
/// written in makes no other content, and no other stream.
fn size(content: u8) -> &'static str {
    ["1.5", "2.5", "1.5"][usize::from(content) % 3]
}

/// The offset that the times of a stream are written in, for a content.
fn offset(content: u8) -> u32 {
    u32::from(content) % 3
}

fn start(key: u8, content: u8) -> String {
    let offset = offset(content);
    format!("2021-12-2{}T{:02}:00:00+{offset:02}:00", key % 5, 10 + offset)
}

fn end(key: u8, content: u8) -> String {
    let offset = offset(content);
    format!("2021-12-2{}T{:02}:30:00+{offset:02}:00", key % 5, 10 + offset)
}

/// The key, as the model has it.
fn name(model: Model, key: u8) -> String {
    match model.name() {
        "user" => format!("u{key}@x.y"),
        _ => format!("Name {key}"),
    }
}

fn file(model: Model, records: &[Record]) -> String {
    match model.name() {
        "user" => records.iter().fold("first_name,last_name,email\n".to_owned(), |mut csv, record| {
            let _ = match record {
                (key, Some(content)) => writeln!(csv, "F{content},L,{}", name(model, *key)),
                (key, None) => writeln!(csv, "F,\0,{}", name(model, *key)),
            };
            csv
        }),
        "stream" => {
            let header = "movie_title,user_email,size_mb,start_at,end_at\n".to_owned();
            records.iter().fold(header, |mut csv, (key, content)| {
                let shown = content.unwrap_or(1);
                let size = content.map_or("large", size);
                let _ = writeln!(csv, "T,e@x,{size},{},{}", start(*key, shown), end(*key, shown));
                csv
            })
        }
        _ => {
            let records: Vec<String> = records
                .iter()
                .map(|(key, content)| {
                    let name = name(model, *key);
                    match (model.name(), content) {
                        ("author", Some(content)) => format!(
                            r#"{{"metadata": {{"name": "{name}"}}, "nationalities": [{{"slug": "s{content}"}}]}}"#
                        ),
                        ("author", None) => {
                            format!(r#"{{"metadata": {{"name": "{name}", "birth_date": "once"}}}}"#)
                        }
                        (_, Some(content)) => {
                            format!(r#"{{"name": "{name}", "pages": {content}, "author": "A", "publisher": "P"}}"#)
                        }
                        (_, None) => format!(r#"{{"name": "{name}", "pages": "many", "author": "A", "publisher": "P"}}"#),
                    }
                })
                .collect();
            format!("[{}]", records.join(",\n"))
        }
    }
}

/// What is known of one key: its content, the load that wrote it, and for a stream its id.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    content: String,
    load: i64,
    id: String,
}

/// The load in which a record vanished, and the one in which it returned.
type Absence = (i64, Option<i64>);

/// The warehouse as a person would describe it.
#[derive(Default)]
struct Memory {
    loads: i64,
    rows: BTreeMap<(&'static str, String), Known>,
    versions: Vec<(&'static str, String, String, i64, i64)>,
    absences: BTreeMap<(&'static str, String), Vec<Absence>>,
    rejects: usize,
}

impl Memory {
    fn load(&mut self, model: Model, records: &[Record], complete: bool) {
        // A file in which nothing is of the model's shape would be refused; these all are.
        self.loads += 1;
        let load = self.loads;
        let mut last: BTreeMap<String, (u8, u8, String)> = BTreeMap::new();
        let mut spared = BTreeSet::new();
        for (key, content) in records {
            let row = row_key(model, *key);
            match content {
                Some(content) => {
                    // Of a key that comes twice the last content counts, and a stream's first id.
                    let id = stream_id(model, *key, *content);
                    let first = last.get(&row).map_or(id, |(.., id)| id.clone());
                    last.insert(row, (*key, *content, first));
                }
                None => {
                    self.rejects += 1;
                    spared.insert(row);
                }
            }
        }
        let name = model.name();
        for (row, (_, content, id)) in &last {
            let content = told(model, *content);
            let place = (name, row.clone());
            if let Some(open) = self.absences.get_mut(&place).and_then(|periods| periods.last_mut()) {
                open.1.get_or_insert(load);
            }
            match self.rows.get_mut(&place) {
                None => {
                    self.rows.insert(place, Known { content, load, id: id.clone() });
                }
                Some(known) if known.content != content => {
                    let before = std::mem::replace(&mut known.content, content);
                    self.versions.push((name, row.clone(), before, known.load, load));
                    known.load = load;
                }
                Some(_) => {}
            }
        }
        if complete {
            let keys = self.rows.keys().filter(|(of, _)| *of == name);
            for place in keys.filter(|(_, row)| !last.contains_key(row) && !spared.contains(row)) {
                let periods = self.absences.entry(place.clone()).or_default();
                if periods.last().is_none_or(|(_, returned)| returned.is_some()) {
                    periods.push((load, None));
                }
            }
        }
    }
}

/// How a row's key is told: a stream's is its start in UTC.
fn row_key(model: Model, key: u8) -> String {
    match model.name() {
        "stream" => format!("2021-12-2{}T10:00:00.000000Z", key % 5),
        _ => name(model, key),
    }
}

fn told(model: Model, content: u8) -> String {
    match model.name() {
        "user" => format!("F{content}"),
        "stream" => size(content).to_owned(),
        "author" => format!("s{content}"),
        _ => content.to_string(),
    }
}

/// The id that the application before this one gave a stream.
fn stream_id(model: Model, key: u8, content: u8) -> String {
    use sha1::{Digest, Sha1};
    if model != Model::STREAM {
        return String::new();
    }
    let time = |text: String| text.replace('T', " ");
    let glued = format!("Te@x{}{}", time(start(key, content)), time(end(key, content)));
    Sha1::digest(glued).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The warehouse as it is, told in the same words.
fn found(connection: &Connection) -> (Memory, bool) {
    let mut memory = Memory::default();
    for (model, sql, history) in [
        (
            "user",
            "SELECT email, first_name, load_id, '' FROM user",
            "SELECT email, first_name, load_id, replaced_by FROM user_history",
        ),
        (
            "author",
            "SELECT name, nationality, load_id, '' FROM author",
            "SELECT name, nationality, load_id, replaced_by FROM author_history",
        ),
        (
            "book",
            "SELECT title, CAST(pages AS TEXT), load_id, '' FROM book",
            "SELECT title, CAST(pages AS TEXT), load_id, replaced_by FROM book_history",
        ),
        (
            "stream",
            "SELECT s.start_at, CAST(s.size_mb AS TEXT), f.load_id, s.id FROM stream AS s JOIN stream_fact AS f ON hex(f.id) = upper(s.id)",
            "SELECT start_at, CAST(size_mb AS TEXT), load_id, replaced_by FROM stream_history",
        ),
    ] {
        let mut select = connection.prepare(sql).unwrap();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let known =
                Known { content: row.get(1).unwrap(), load: row.get(2).unwrap(), id: row.get(3).unwrap() };
            memory.rows.insert((model, row.get(0).unwrap()), known);
        }
        let mut select = connection.prepare(history).unwrap();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let version =
                (model, row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap(), row.get(3).unwrap());
            memory.versions.push(version);
        }
        let mut select = connection
            .prepare(
                "SELECT coalesce(s.start_at, a.key), vanished_in, returned_in FROM absence AS a
                 LEFT JOIN stream AS s ON a.model = 'stream' AND s.id = a.key WHERE a.model = ?1 ORDER BY 1, 2",
            )
            .unwrap();
        let mut rows = select.query([model]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let periods = memory.absences.entry((model, row.get(0).unwrap())).or_default();
            periods.push((row.get(1).unwrap(), row.get(2).unwrap()));
        }
    }
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    memory.loads = count("SELECT count(*) FROM load");
    memory.rejects = count("SELECT count(*) FROM reject") as usize;
    let balanced = count(
        "SELECT count(*) FROM load WHERE read <> inserted + updated + unchanged + repeated + rejected OR outcome <> 'done'",
    ) == 0;
    (memory, balanced)
}

fn load_one(folder: &Path, model: Model, text: &str, complete: bool, memory: usize) {
    let format = match model.name() {
        "user" | "stream" => Format::Csv,
        _ => Format::Json,
    };
    let source = folder.join("source");
    std::fs::write(&source, text).unwrap();
    // Dumps without a sound record are among the files on purpose.
    let options = Options { complete: Some(complete), allow_empty: true, ..Options::default() };
    let request = Request::new(model, Location::File(source), format, &Arc::default());
    let entry = Entry { source: "source".to_owned(), ..Entry::default() };
    Loader::new(&folder.join("w.db"), &Access { memory, ..Access::default() }, options)
        .deliver(&Planned { entry, files: vec![request] }, &Silent)
        .unwrap();
}

/// What must be the same however the files were split into loads: the rows without their loads.
fn essence(memory: &Memory) -> Vec<(&(&'static str, String), &str, &str)> {
    memory.rows.iter().map(|(place, known)| (place, known.content.as_str(), known.id.as_str())).collect()
}

fn check(dumps: &[Dump]) {
    let (whole, split) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut expected, mut expected_split) = (Memory::default(), Memory::default());
    for dump in dumps {
        let Dump { model, ref records, complete, ref cuts } = *dump;
        load_one(whole.path(), model, &file(model, records), complete, 256 << 20);
        expected.load(model, records, complete);
        let (mut rest, mut from) = (records.as_slice(), 0);
        for cut in cuts.iter().filter(|cut| **cut < records.len()) {
            let (part, after) = rest.split_at(cut - from);
            load_one(split.path(), model, &file(model, part), false, LITTLE);
            expected_split.load(model, part, false);
            (rest, from) = (after, *cut);
        }
        load_one(split.path(), model, &file(model, rest), complete, LITTLE);
        expected_split.load(model, rest, complete);
    }
    for (folder, expected) in [(&whole, &mut expected), (&split, &mut expected_split)] {
        let (mut found, balanced) = found(&Connection::open(folder.path().join("w.db")).unwrap());
        expected.versions.sort();
        found.versions.sort();
        assert_eq!(found.rows, expected.rows);
        assert_eq!(found.versions, expected.versions);
        assert_eq!(found.absences, expected.absences);
        assert_eq!((found.loads, found.rejects), (expected.loads, expected.rejects));
        assert!(balanced, "each record counts once");
    }
    assert_eq!(essence(&expected), essence(&expected_split));
}

#[test]
fn any_sequence_of_files_gives_the_tables_of_a_simple_model() {
    let config = Config { cases: rounds(24, 2000), failure_persistence: None, ..Config::default() };
    proptest!(config, |(dumps in dumps())| check(&dumps));
}
