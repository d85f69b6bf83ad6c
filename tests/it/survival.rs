//! What the tests share that kill, interrupt, starve and crowd the binary.

use crate::harness::{Outcome, Sandbox};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How many rounds a test goes: more of them under `make soak`.
pub fn rounds(usual: u32, soak: u32) -> u32 {
    if std::env::var_os("SCLI_SOAK").is_some() { soak } else { usual }
}

/// Numbers that look random. The seed is printed, so that a failure can be had again.
pub struct Random(u64);

impl Random {
    pub fn new(what: &str) -> Random {
        let seed = std::env::var("SCLI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_211_225);
        println!("{what}: seed {seed}; SCLI_SEED sets another");
        Random(seed)
    }

    /// Those of another seed than the one that is printed, one of a series.
    pub fn of_series(what: &str, number: u64) -> Random {
        let Random(seed) = Random::new(what);
        Random(seed.wrapping_add(number.wrapping_mul(0x5851_f42d_4c95_7f2d)))
    }

    /// A whole number from 0 up to and without `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((self.unit() * end as f64) as u64).min(end - 1)
    }

    /// From 0 up to and without 1.
    pub fn unit(&mut self) -> f64 {
        // A Weyl sequence, mixed.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        for shift in [30, 27, 31] {
            mixed = (mixed ^ (mixed >> shift)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        }
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A moment of each of `rounds` equal parts of `whole`, so that every phase of it is met.
    pub fn moments(mut self, rounds: u32, whole: Duration) -> impl Iterator<Item = Duration> {
        let part = whole / rounds;
        (0..rounds).map(move |round| part * round + part.mul_f64(self.unit()))
    }
}

/// Everything that a warehouse holds but the ledger, the files it has seen and the descriptions of tables, a line for each table that has rows: its name,
/// the number of rows, and a digest of each value of them with its type.
pub fn content(database: &Path) -> String {
    if !database.exists() {
        return String::new();
    }
    let connection = Connection::open(database).unwrap();
    let mut tables = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table'
             AND name NOT IN ('load', 'delivery', 'known_file', 'refinery_schema_history', 'data_dictionary', 'pruned') AND name NOT LIKE 'sqlite_%' ORDER BY 1",
        )
        .unwrap();
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    names.iter().map(|name| digest(&connection, name)).collect()
}

fn digest(connection: &Connection, table: &str) -> String {
    let mut select = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let width = select.column_count();
    let mut rows = select.query([]).unwrap();
    let (mut sha, mut count) = (Sha256::new(), 0);
    while let Some(row) = rows.next().unwrap() {
        count += 1;
        for column in 0..width {
            match row.get_ref(column).unwrap() {
                ValueRef::Null => sha.update(b"n"),
                ValueRef::Integer(number) => sha.update([b"i".as_slice(), &number.to_le_bytes()].concat()),
                ValueRef::Real(number) => sha.update([b"r".as_slice(), &number.to_le_bytes()].concat()),
                ValueRef::Text(text) => {
                    sha.update([b"t".as_slice(), &text.len().to_le_bytes()].concat());
                    sha.update(text);
                }
                ValueRef::Blob(bytes) => {
                    sha.update([b"b".as_slice(), &bytes.len().to_le_bytes()].concat());
                    sha.update(bytes);
                }
            }
        }
    }
    match count {
        0 => String::new(),
        _ => {
            let hex: String = sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{table} {count} {hex}\n")
        }
    }
}

/// A sandbox with data to load, a folder for temporary files, and the states before and after.
pub struct Scene {
    pub sandbox: Sandbox,
    pub load: Vec<String>,
    pub before: String,
    pub after: String,
    /// After the same load a second time, which sets the same records aside again.
    twice: String,
    /// How long an undisturbed load takes.
    pub whole: Duration,
}

impl Scene {
    /// Loads `first`, if that names anything, then is about to load `then`; both are a model and a
    /// file below one of the folders `one` and `two`, which hold data of two seeds.
    pub fn new(streams: u32, first: Option<(&str, &str)>, then: (&str, &str)) -> Scene {
        // With so little memory also a small file is sorted in temporary files.
        let args = |(model, file): (&str, &str)| {
            ["-q", "load", "--memory", "1", "--model", model, "--config", file].map(str::to_owned).to_vec()
        };
        Scene::of(streams, first.map(args), args(then))
    }

    /// Syncs the folder `two` if there is something before, then is about to sync `one`: six files, one delivery.
    pub fn of_syncs(streams: u32, on_top: bool) -> Scene {
        let args = |folder: &str| ["-q", "sync", "--memory", "1", folder].map(str::to_owned).to_vec();
        Scene::of(streams, on_top.then(|| args("two")), args("one"))
    }

    fn of(streams: u32, first: Option<Vec<String>>, then: Vec<String>) -> Scene {
        let sandbox = Sandbox::new();
        for (dir, seed) in [("one", "1"), ("two", "2")] {
            let streams = streams.to_string();
            sandbox.scli(&["-q", "generate", dir, "--seed", seed, "--streams", &streams]).success();
        }
        std::fs::create_dir(sandbox.path("tmp")).unwrap();
        let mut scene = Scene {
            sandbox,
            load: then,
            before: String::new(),
            after: String::new(),
            twice: String::new(),
            whole: Duration::ZERO,
        };
        if let Some(first) = first {
            scene.run(scene.command(&first)).success();
            std::fs::rename(scene.database(), scene.sandbox.path("before.db")).unwrap();
        }
        scene.undisturbed();
        scene
    }

    /// Learns what an undisturbed load does, and how long it takes.
    pub fn undisturbed(&mut self) {
        self.rewind();
        self.before = content(&self.database());
        let start = Instant::now();
        self.run(self.command(&self.load)).success();
        self.whole = start.elapsed();
        self.after = content(&self.database());
        self.run(self.command(&self.load)).success();
        self.twice = content(&self.database());
        assert_ne!(self.before, self.after);
        self.rewind();
    }

    pub fn database(&self) -> PathBuf {
        self.sandbox.path("warehouse.db")
    }

    /// The database as it was before, and nothing beside it.
    pub fn rewind(&self) {
        for name in ["warehouse.db", "warehouse.db-journal"] {
            let _ = std::fs::remove_file(self.sandbox.path(name));
        }
        let before = self.sandbox.path("before.db");
        if before.exists() {
            std::fs::copy(before, self.database()).unwrap();
        }
    }

    /// The binary with its temporary files in a folder of the sandbox.
    pub fn command(&self, args: &[String]) -> Command {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = self.sandbox.command(&args);
        command.env("TMPDIR", self.sandbox.path("tmp")).env("SQLITE_TMPDIR", self.sandbox.path("tmp"));
        command
    }

    pub fn run(&self, mut command: Command) -> Outcome {
        Outcome::from(command.output().unwrap())
    }

    /// Looks at the database by a command that only reads, and checks that it is sound, is as it was
    /// before or after the load, and that nothing is left beside it. Returns whether it is as after.
    pub fn check(&self) -> bool {
        let args = ["query", "-f", "-", "--format", "csv"].map(str::to_owned);
        let looked = self.sandbox.scli_with_input(
            &args.iter().map(String::as_str).collect::<Vec<_>>(),
            b"SELECT count(*) FROM movie",
        );
        if self.before.is_empty() {
            let nothing = ["no such database", "the database is empty"];
            assert!(
                looked.code == 0 || nothing.iter().any(|what| looked.stderr.contains(what)),
                "{}",
                looked.stderr
            );
        } else {
            looked.success();
        }
        self.nothing_is_left();
        if !self.database().exists() {
            return false;
        }
        assert_eq!(self.sandbox.rows("PRAGMA integrity_check"), "ok\n");
        let found = content(&self.database());
        assert!(
            found == self.before || found == self.after,
            "neither before nor after:\n{found}\nbefore:\n{}\nafter:\n{}",
            self.before,
            self.after
        );
        found == self.after
    }

    /// Loads again, undisturbed, and checks that the database is then as it always is.
    pub fn converge(&self, was_done: bool) {
        self.run(self.command(&self.load)).success();
        assert_eq!(content(&self.database()), *if was_done { &self.twice } else { &self.after });
        self.nothing_is_left();
    }

    /// No temporary file, and none beside the database.
    #[track_caller]
    pub fn nothing_is_left(&self) {
        assert_eq!(names(&self.sandbox.path("tmp")), [""; 0]);
        let known = ["before.db", "one", "two", "tmp", "warehouse.db"];
        let others: Vec<_> = names(&self.sandbox.path(""))
            .into_iter()
            .filter(|name| !known.contains(&name.as_str()))
            .collect();
        assert_eq!(others, [""; 0]);
    }
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
