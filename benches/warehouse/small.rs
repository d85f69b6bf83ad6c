//! The small case, where nothing but the start of a process may cost: `data/`, loaded and asked, and what
//! SQLite's shell takes for its three csv files.

use crate::Result;
use crate::child::{self, Cost};
use crate::data::Data;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Loads `data/` into a new database and answers the six questions, each by a process of its own.
pub fn measure(data: &Data) -> Result<Cost> {
    let database = data.new_file("small.db")?;
    let files = files();
    let sync = child::run(&mut child::scli(&database, ["sync".as_ref(), files.as_os_str()]))?.cost;
    let answers = child::run(&mut child::scli(&database, ["answers"]))?.cost;
    child::remove(&database)?;
    Ok(Cost { seconds: sync.seconds + answers.seconds, peak: sync.peak.max(answers.peak) })
}

/// Imports the three csv files of `data/` into a new database with SQLite's shell, untyped.
pub fn import(data: &Data) -> Result<Cost> {
    let database = data.new_file("small.db")?;
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg(&database);
    for model in ["movies", "streams", "users"] {
        let file = files().join("internal").join(model).with_extension("csv");
        sqlite.arg(format!(".import --csv \"{}\" {model}", file.display()));
    }
    let done = child::run(sqlite.arg("SELECT count(*) > 0 FROM users"))?;
    child::remove(&database)?;
    match done.output.trim() {
        "1" => Ok(done.cost),
        _ => Err("sqlite3 imported nothing".into()),
    }
}

fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}
