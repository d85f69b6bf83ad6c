//! DuckDB, from the Python Package Index, in a virtual environment of its own.

use crate::child::{self, Cost};
use crate::{Result, venv};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that is measured.
pub const VERSION: &str = "1.5.5";

/// A Python that has DuckDB.
pub struct Peer {
    python: PathBuf,
    threads: usize,
}

/// What `peer.py` prints.
#[derive(Debug, Deserialize)]
pub struct Reply {
    /// Seconds to open the database.
    pub opened: f64,
    /// Seconds from opening to closing: Python's own start is not DuckDB's.
    pub seconds: f64,
    /// What came out.
    pub done: Value,
}

impl Peer {
    /// Makes the environment if it is not there; the error is the reason why there is none.
    pub fn prepare(place: &Path) -> Result<Peer> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Peer { python: venv::python(&place.join("venv"), "duckdb", VERSION)?, threads })
    }

    /// How many threads it may use: as many as there are cores.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Has it do something; the seconds are those of its reply.
    pub fn run(&self, action: &str, database: &Path, path: &Path) -> Result<(Cost, Reply)> {
        let mut command = Command::new(&self.python);
        command.arg(files().join("peer.py")).arg(action).arg(database).arg(path);
        let done = child::run(command.arg(self.threads.to_string()))?;
        let reply: Reply = serde_json::from_str(&done.output)?;
        Ok((Cost { seconds: reply.seconds, ..done.cost }, reply))
    }
}

/// Where its script and its questions are.
pub fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/warehouse/duckdb")
}
