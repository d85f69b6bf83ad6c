//! The commands that look back: loads and history.

use super::load_args::ModelArg;
use super::output::OutputArgs;
use super::report::Reporter;
use crate::error::Result;
use crate::past;
use crate::render::{self, Format};
use crate::repository::{Access, open_read_only};
use crate::sql::Detail;
use std::path::Path;

/// How many changes a table shows, if nothing else is said.
const SHOWN: u64 = 50;

/// The arguments of `loads`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LoadsArgs {
    #[command(subcommand)]
    pub command: Option<LoadsCommand>,
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

/// What to look at, beside the list.
#[derive(Debug, clap::Subcommand)]
pub enum LoadsCommand {
    /// Show what a load or a delivery did, record by record
    ///
    /// Records that it inserted or took out, as JSON; of those that it updated, each field that differs, before
    /// and after; older ones, which went to the history alone; and those that vanished or reappeared. A table
    /// shows the first 50 lines, and the other formats all of them, unless --limit says how many.
    #[command(after_help = "Examples:
  scli loads show 12
  scli loads show delivery:3 --format csv")]
    Show {
        /// A load by its number or as load:N, or a delivery as delivery:N
        #[arg(value_name = "LOAD")]
        what: String,
        /// At most N lines
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
        #[command(flatten)]
        output: OutputArgs,
    },
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
pub fn loads(database: &Path, access: &Access, args: &LoadsArgs, reporter: &Reporter) -> Result<()> {
    if let Some(LoadsCommand::Show { what, limit, output }) = &args.command {
        return changes(database, access, (what, *limit), output, reporter);
    }
    args.output.page()?;
    let connection = open_read_only(database, access)?;
    if args.deliveries {
        return args.output.write(|page, out| {
            past::deliveries(&connection, args.limit, detail(page.format), &mut *render::sink(page, out))
        });
    }
    let wanted = past::Loads { model: args.model.map(ModelArg::known).transpose()?, limit: args.limit };
    args.output.write(|page, out| {
        past::loads(&connection, wanted, detail(page.format), &mut *render::sink(page, out))
    })
}

/// Shows what loads did.
fn changes(
    database: &Path,
    access: &Access,
    (what, limit): (&str, Option<u64>),
    output: &OutputArgs,
    reporter: &Reporter,
) -> Result<()> {
    let format = output.page()?.format;
    let limit = limit.or(format.is_for_people().then_some(SHOWN));
    let connection = open_read_only(database, access)?;
    let changes = past::Changes::of(&connection, what)?;
    output.write(|page, out| changes.give(&connection, limit, &mut *render::sink(page, out)))?;
    if let Some(limit) = limit {
        let all = changes.count(&connection)?;
        if all > limit {
            reporter.cut(limit, all);
        }
    }
    Ok(())
}

/// Shows the versions of one record.
pub fn history(database: &Path, access: &Access, args: &HistoryArgs) -> Result<()> {
    args.output.page()?;
    let connection = open_read_only(database, access)?;
    let model = args.model.known()?;
    args.output.write(|page, out| {
        let sink = &mut *render::sink(page, out);
        past::history(&connection, model, &args.key, detail(page.format), sink)
    })
}

fn detail(format: Format) -> Detail {
    if format.is_for_people() { Detail::Brief } else { Detail::Whole }
}
