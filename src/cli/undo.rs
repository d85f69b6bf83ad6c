//! The command that takes loads back: undo.

use super::report::Reporter;
use crate::error::Result;
use crate::repository::Access;
use crate::usecase::undo::{self, Request};
use std::path::Path;

/// The arguments of `undo`.
#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// A load by its number or as load:N, or a delivery as delivery:N
    #[arg(value_name = "LOAD")]
    pub what: String,
    /// Leave records that later loads touched as they are, and take back the rest
    #[arg(long)]
    pub keep_later: bool,
    /// Say what would be taken back, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Takes a load or a delivery back.
pub fn undo(database: &Path, access: &Access, args: &UndoArgs, reporter: &Reporter) -> Result<()> {
    let request = Request { what: args.what.clone(), keep_later: args.keep_later, dry_run: args.dry_run };
    let report = undo::undo(database, access, &request)?;
    reporter.undone(&report);
    Ok(())
}
