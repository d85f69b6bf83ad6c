//! The small case, where nothing but the start of a process may cost: `data/`, loaded and asked.

use crate::Result;
use crate::child::{self, Cost};
use crate::data::Data;
use std::path::Path;

/// Loads `data/` into a new database and answers the six questions, each by a process of its own.
pub fn measure(data: &Data) -> Result<Cost> {
    let database = data.new_file("small.db")?;
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let sync = child::run(&mut child::scli(&database, ["sync".as_ref(), files.as_os_str()]))?.cost;
    let answers = child::run(&mut child::scli(&database, ["answers"]))?.cost;
    child::remove(&database)?;
    Ok(Cost { seconds: sync.seconds + answers.seconds, peak: sync.peak.max(answers.peak) })
}
