//! The commands that look back: loads and history.

use super::load_args::ModelArg;
use super::output::OutputArgs;
use crate::error::Result;
use crate::past;
use crate::render::{self, Format};
use crate::repository::{Access, open_read_only};
use crate::sql::Detail;
use std::path::Path;

/// The arguments of `loads`.
#[derive(Debug, clap::Args)]
pub struct LoadsArgs {
    /// Only those of this model
    #[arg(long, value_name = "MODEL")]
    pub model: Option<ModelArg>,
    /// List the deliveries instead: the loads that came together
    #[arg(long, conflicts_with = "model")]
    pub deliveries: bool,
    /// Only the newest N
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The arguments of `history`.
#[derive(Debug, clap::Args)]
pub struct HistoryArgs {
    /// The model
    #[arg(value_name = "MODEL")]
    pub model: ModelArg,
    /// Title, name or e-mail address of the record; for a stream or review its id, of which the
    /// first 6 digits are enough if no other begins so
    #[arg(value_name = "KEY")]
    pub key: String,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Lists the ledger.
pub fn loads(database: &Path, access: &Access, args: &LoadsArgs) -> Result<()> {
    args.output.page()?;
    let connection = open_read_only(database, access)?;
    if args.deliveries {
        return args.output.write(|page, out| {
            past::deliveries(&connection, args.limit, detail(page.format), &mut *render::sink(page, out))
        });
    }
    let wanted = past::Loads { model: args.model.map(Into::into), limit: args.limit };
    args.output.write(|page, out| {
        past::loads(&connection, wanted, detail(page.format), &mut *render::sink(page, out))
    })
}

/// Shows the versions of one record.
pub fn history(database: &Path, access: &Access, args: &HistoryArgs) -> Result<()> {
    args.output.page()?;
    let connection = open_read_only(database, access)?;
    args.output.write(|page, out| {
        let sink = &mut *render::sink(page, out);
        past::history(&connection, args.model.into(), &args.key, detail(page.format), sink)
    })
}

fn detail(format: Format) -> Detail {
    if format.is_for_people() { Detail::Brief } else { Detail::Whole }
}
