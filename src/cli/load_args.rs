//! What to load, and how, as the command line says it.

use crate::decode::Format;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::usecase::load::{self, Limit};
use clap::{ValueEnum, ValueHint};
use std::path::PathBuf;

/// The arguments of `load`.
#[derive(Debug, clap::Args)]
pub struct LoadArgs {
    /// The model that the source holds
    #[arg(long, value_name = "MODEL")]
    pub model: ModelArg,
    /// The form of the source [default: as the file name ends]
    #[arg(long, value_name = "FORM")]
    pub collector: Option<CollectorArg>,
    /// The file, plain, gzip or zstd, or - for standard input
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub config: PathBuf,
    #[command(flatten)]
    pub options: LoadOptions,
}

/// How to load: the arguments that `load` and `sync` share.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct LoadOptions {
    /// Change nothing and exit with 3 if any record breaks a rule
    #[arg(long, conflicts_with = "max_rejects")]
    strict: bool,
    /// Change nothing and exit with 3 if more than N records break a rule
    #[arg(long, value_name = "N")]
    max_rejects: Option<u64>,
    /// Take the source for everything its sender knows, so that what it lacks has vanished
    /// [default for author, book and review]
    #[arg(long, conflicts_with = "partial")]
    complete: bool,
    /// Take the source for a part, whatever the model
    #[arg(long)]
    partial: bool,
    /// Change nothing and exit with 3 if a complete source lacks more than N known records, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit)]
    max_vanished: Option<Limit>,
    /// Say what would be inserted, updated, set aside …, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// About how much memory to use for large sources; what does not fit is sorted in temporary files
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    memory: u32,
}

impl LoadOptions {
    /// The memory to use, in bytes.
    pub fn memory(&self) -> usize {
        (self.memory as usize) << 20
    }
}

impl From<LoadOptions> for load::Options {
    fn from(args: LoadOptions) -> load::Options {
        load::Options {
            complete: (args.complete || args.partial).then_some(args.complete),
            max_rejects: if args.strict { Some(0) } else { args.max_rejects },
            max_vanished: args.max_vanished,
            dry_run: args.dry_run,
        }
    }
}

fn limit(text: &str) -> std::result::Result<Limit, String> {
    let parsed = match text.strip_suffix('%') {
        Some(percent) => {
            percent.parse().ok().filter(|percent| (0.0..=100.0).contains(percent)).map(Limit::Percent)
        }
        None => text.parse().ok().map(Limit::Records),
    };
    parsed.ok_or_else(|| "expected a number of records, as in 20, or a share, as in 5%".to_owned())
}

/// A model, by its name.
#[derive(Clone, Copy, Debug)]
pub struct ModelArg(Model);

impl From<ModelArg> for Model {
    fn from(arg: ModelArg) -> Model {
        arg.0
    }
}

impl ValueEnum for ModelArg {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [ModelArg; Model::ALL.len()] = {
            let mut all = [ModelArg(Model::Movie); Model::ALL.len()];
            let mut rest: (&[Model], &mut [ModelArg]) = (&Model::ALL, &mut all);
            while let ([model, models @ ..], [arg, args @ ..]) = rest {
                *arg = ModelArg(*model);
                rest = (models, args);
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

/// The form of a source, by its name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CollectorArg {
    /// Comma-separated values with a header
    Csv,
    /// One JSON array of records, or one record
    Json,
    /// One JSON record a line
    Jsonl,
}

impl From<CollectorArg> for Format {
    fn from(arg: CollectorArg) -> Format {
        match arg {
            CollectorArg::Csv => Format::Csv,
            CollectorArg::Json => Format::Json,
            CollectorArg::Jsonl => Format::Jsonl,
        }
    }
}

impl LoadArgs {
    /// The load that these arguments ask for.
    pub fn request(&self) -> Result<load::Request> {
        let location = crate::collector::Location::from_arg(&self.config);
        let format = match self.collector {
            Some(collector) => collector.into(),
            None => crate::decode::Format::of(&self.config).ok_or_else(|| {
                Error::usage(format!("{location}: the name does not tell the form"))
                    .help("say it: --collector csv, --collector json or --collector jsonl")
            })?,
        };
        Ok(load::Request { model: self.model.into(), location, format, options: self.options.into() })
    }
}
