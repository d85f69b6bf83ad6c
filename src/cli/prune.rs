//! The command that drops old versions: prune.

use super::report::Reporter;
use crate::error::Result;
use crate::past;
use crate::repository::{Access, open_read_only};
use crate::usecase::prune;
use std::path::Path;

/// The arguments of `prune`.
#[derive(Debug, clap::Args)]
pub struct PruneArgs {
    /// The earliest state that can still be told: a date, a time, a load or delivery:N, as --as-of takes it
    #[arg(long, value_name = "DATE")]
    pub before: String,
    /// Say what would be dropped, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Drops old versions.
pub fn prune(database: &Path, access: &Access, args: &PruneArgs, reporter: &Reporter) -> Result<()> {
    let load = past::resolve(&open_read_only(database, access)?, &args.before)
        .map_err(|error| error.at(database.display()))?;
    let report = prune::prune(database, access, load, args.dry_run)?;
    reporter.pruned(&report);
    Ok(())
}
