//! The use case: old versions dropped, and the file made smaller.

use crate::error::{Error, Result};
use crate::repository::{Access, Pruned, Warehouse};
use std::path::Path;
use std::time::{Duration, Instant};

/// What was dropped, or would be.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is known as of this load and later ones stays.
    pub load: i64,
    /// What went.
    pub pruned: Pruned,
    /// The size of the file before and after, in bytes; the same for a dry run.
    pub bytes: (u64, u64),
    /// Whether nothing was to last.
    pub dry_run: bool,
    /// How long it took.
    pub elapsed: Duration,
}

/// Drops all versions that were replaced by `load` or before it. The versions go in one transaction; then the file is
/// written anew.
pub fn prune(database: &Path, access: &Access, load: i64, dry_run: bool) -> Result<Report> {
    let start = Instant::now();
    let at = |error: Error| error.at(database.display());
    let warehouse = Warehouse::open_existing(database, access)?;
    let size = || std::fs::metadata(database).map(|file| file.len()).map_err(|error| at(error.into()));
    let before = size()?;
    let pruned = warehouse.prune(load, dry_run).map_err(at)?;
    if !dry_run {
        warehouse.shrink().map_err(|error| at(error.note("after the old versions were dropped")))?;
    }
    Ok(Report { load, pruned, bytes: (before, size()?), dry_run, elapsed: start.elapsed() })
}
