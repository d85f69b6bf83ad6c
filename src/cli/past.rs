//! The commands that look back: loads and history.

use super::args::{HistoryArgs, LoadsArgs};
use crate::error::Result;
use crate::query::{self, Detail};
use crate::render::{self, Format};
use crate::repository::{Access, open_read_only};
use std::path::Path;

/// Lists the ledger.
pub fn loads(database: &Path, access: &Access, args: &LoadsArgs) -> Result<()> {
    let connection = open_read_only(database, access)?;
    let wanted = query::Loads { model: args.model.map(Into::into), limit: args.limit };
    let mut out = std::io::stdout().lock();
    query::loads(&connection, wanted, detail(args.format), &mut *render::sink(args.format, &mut out))
}

/// Shows the versions of one record.
pub fn history(database: &Path, access: &Access, args: &HistoryArgs) -> Result<()> {
    let connection = open_read_only(database, access)?;
    let mut out = std::io::stdout().lock();
    let sink = &mut *render::sink(args.format, &mut out);
    query::history(&connection, args.model.into(), &args.key, detail(args.format), sink)
}

fn detail(format: Format) -> Detail {
    if format.is_for_people() { Detail::Brief } else { Detail::Whole }
}
