//! What to load, and how, as the command line says it.

use super::reading_args::ReadingArgs;
use crate::collector::{self, Location};
use crate::decode::Format;
use crate::domain::{DataDate, Model};
use crate::error::{Error, Result};
use crate::usecase::load::{self, Limit, Limits};
use crate::usecase::sync;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParserFactory};
use clap::error::ErrorKind;
use clap::{ValueEnum, ValueHint};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

/// The arguments of `load`.
#[derive(Debug, clap::Args)]
pub struct LoadArgs {
    /// Files, plain or compressed, or workbooks (xlsx), or - for standard input; also patterns, as in 'data/*.csv', and addresses
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "config")]
    pub files: Vec<PathBuf>,
    /// The model that the source holds [default: as each FILE is named]
    #[arg(long, value_name = "MODEL")]
    pub model: Option<ModelArg>,
    /// The form of the source [default: as the file name ends], or the way to it [default: as the address begins]
    #[arg(long, value_name = "FORM")]
    pub collector: Option<CollectorArg>,
    /// The one file, plain or compressed by gzip, zstd, bzip2, xz or zip, or a workbook (xlsx), or its address, or - for standard input
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, conflicts_with = "files", requires = "model")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub options: LoadOptions,
}

/// The arguments of `sync`.
#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// Folders and files, and addresses of files [default: the sources that scli.toml names]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Only this source of scli.toml; may be given several times
    #[arg(long, value_name = "NAME", conflicts_with = "paths")]
    pub source: Vec<String>,
    /// Stay up, and take what has come, until a signal ends it
    #[arg(long, conflicts_with_all = ["dry_run", "reload"])]
    pub watch: bool,
    /// How long to wait between two rounds of --watch, as in 30s, 5m or 1h
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = time, requires = "watch")]
    pub every: Duration,
    /// Make each file a delivery of its own, and go on after one that is broken
    #[arg(long)]
    pub each_file: bool,
    #[command(flatten)]
    pub options: LoadOptions,
}

/// How to load: the arguments that `load` and `sync` share.
#[derive(Clone, Debug, clap::Args)]
pub struct LoadOptions {
    /// The date of the data, as in 2026-11-20 or 2026-11-20T0230 [default: that of the nearest name that tells one]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub date: Option<DataDate>,
    /// The folder with the file scli.toml, which may describe models [default: the working folder, if it has one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub project: Option<PathBuf>,
    /// Load also what is known, and complete dumps that are older than what their model has
    #[arg(long)]
    reload: bool,
    /// Change nothing and exit with 3 if any record breaks a rule
    #[arg(long, conflicts_with = "max_rejects", help_heading = LIMITS)]
    strict: bool,
    /// Change nothing and exit with 3 if more than N records of a file break a rule, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit, help_heading = LIMITS)]
    max_rejects: Option<Limit>,
    /// Change nothing and exit with 3 if a file changes more than N known records, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit, help_heading = LIMITS)]
    max_updated: Option<Limit>,
    /// Change nothing and exit with 3 if a complete source lacks more than N known records, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit, help_heading = LIMITS)]
    max_vanished: Option<Limit>,
    /// Load, and exit with 6, if more than N records of a file break a rule, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit, help_heading = LIMITS)]
    warn_rejected: Option<Limit>,
    /// Load, and exit with 6, if a file changes more than N known records, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit, help_heading = LIMITS)]
    warn_updated: Option<Limit>,
    /// Load, and exit with 6, if a complete source lacks more than N known records, or P%
    #[arg(long, value_name = "N|P%", value_parser = limit, help_heading = LIMITS)]
    warn_vanished: Option<Limit>,
    /// Load also a complete source without records, and a file of which every record breaks a rule
    #[arg(long, help_heading = LIMITS)]
    allow_empty: bool,
    /// Keep at most N of the records of a file that break a rule, 32 MiB in all, and only count the others
    /// [default: 10000]
    #[arg(long, value_name = "N", help_heading = LIMITS)]
    keep_rejects: Option<u64>,
    /// Take the source for everything its sender knows, so that what it lacks has vanished
    /// [default for author, book and review, and as the description of a model says]
    #[arg(long, conflicts_with = "partial")]
    complete: bool,
    /// Take the source for a part, whatever the model
    #[arg(long)]
    partial: bool,
    /// Say what would be inserted, updated, set aside …, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// About how much memory to use for large sources; what does not fit is sorted in temporary files
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    memory: u32,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// The heading of the options that refuse or tell what is out of the ordinary.
const LIMITS: &str = "Limits";

/// Of the memory that a process may have, all but a share is for what does not grow with the source: the program,
/// the stacks of its threads, the blocks that they parse.
const SHARE: usize = 8;

/// How much memory this process may have (`ulimit -v`), where the system tells it.
fn most_memory() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    // The soft limit comes first; without one it is a word.
    line.split_whitespace().next()?.parse().ok()
}

impl LoadOptions {
    /// The memory to use, in bytes: no more than a share of what this process may have.
    pub fn memory(&self) -> usize {
        let asked = (self.memory as usize) << 20;
        most_memory().map_or(asked, |most| asked.min(most / SHARE))
    }

    /// How to load; `skip_known` says whether a file that is known is skipped if nothing else is said.
    pub fn options(&self, skip_known: bool) -> load::Options {
        load::Options {
            complete: (self.complete || self.partial).then_some(self.complete),
            most: Limits {
                rejected: if self.strict { Some(Limit::Records(0)) } else { self.max_rejects },
                updated: self.max_updated,
                vanished: self.max_vanished,
            },
            warn: Limits {
                rejected: self.warn_rejected,
                updated: self.warn_updated,
                vanished: self.warn_vanished,
            },
            allow_empty: self.allow_empty,
            keep_rejects: self.keep_rejects,
            skip_known: skip_known && !self.reload,
            load_older: self.reload,
            dry_run: self.dry_run,
        }
    }
}

fn date(text: &str) -> std::result::Result<DataDate, String> {
    DataDate::parse(text).ok_or_else(|| "expected a date, as in 2026-11-20 or 2026-11-20T0230".to_owned())
}

fn time(text: &str) -> std::result::Result<Duration, String> {
    let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(60 * 60),
        "d" => Some(24 * 60 * 60),
        _ => None,
    };
    let count: Option<u64> = count.parse().ok().filter(|count| (1..=100_000).contains(count));
    let time = count.zip(seconds).map(|(count, seconds)| Duration::from_secs(count * seconds));
    time.ok_or_else(|| "expected a time, as in 30s, 5m or 1h".to_owned())
}

pub(super) fn limit(text: &str) -> std::result::Result<Limit, String> {
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

impl ModelArg {
    /// What it is called.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The model, once it is known which ones there are: one of the six may be left out.
    pub fn known(self) -> Result<Model> {
        let name = self.0.name();
        Model::named(name).ok_or_else(|| {
            let models: Vec<&str> = Model::all().into_iter().map(Model::name).collect();
            let error = Error::usage(format!("there is no model `{name}`: the six are left out"));
            error.help(match models.is_empty() {
                true => "describe it in scli.toml; docs/models.md says how".to_owned(),
                false => format!("the models are {}", models.join(", ")),
            })
        })
    }
}

impl ValueParserFactory for ModelArg {
    type Parser = ModelParser;

    fn value_parser() -> ModelParser {
        ModelParser
    }
}

/// Finds a model by its name among those that are known.
#[derive(Clone, Debug)]
pub struct ModelParser;

impl ModelParser {
    fn names() -> PossibleValuesParser {
        PossibleValuesParser::new(Model::all().into_iter().map(Model::name))
    }
}

impl TypedValueParser for ModelParser {
    type Value = ModelArg;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> std::result::Result<ModelArg, clap::Error> {
        let name = ModelParser::names().parse_ref(command, arg, value)?;
        Model::named(&name).map(ModelArg).ok_or_else(|| clap::Error::new(ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Model::all().into_iter().map(|model| PossibleValue::new(model.name()))))
    }
}

/// The form of a source, or the way to it, by its name: the other is told by the name or the address.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CollectorArg {
    /// Values separated by commas, semicolons, tabs or bars, with a header; also a sheet of a workbook
    Csv,
    /// One JSON array of records, alone or in an object, or one record
    Json,
    /// One JSON record a line
    Jsonl,
    /// A file of a web server: http:// or https://
    Http,
    /// An object of S3: s3://BUCKET/KEY
    S3,
    /// A file of an FTP server: ftp://, ftps:// or ftpes://
    Ftp,
    /// A file of an SSH server: sftp://
    Sftp,
    /// A topic of Kafka: kafka://
    Kafka,
}

impl CollectorArg {
    fn format(self) -> Option<Format> {
        match self {
            CollectorArg::Csv => Some(Format::Csv),
            CollectorArg::Json => Some(Format::Json),
            CollectorArg::Jsonl => Some(Format::Jsonl),
            _ => None,
        }
    }

    /// Fails if it names a way that does not lead to the source.
    fn check(self, location: &Location) -> Result<()> {
        let scheme = match (self, location) {
            (collector, _) if collector.format().is_some() => return Ok(()),
            (_, Location::Remote(address)) => address.scheme(),
            _ => "",
        };
        let (name, schemes) = match self {
            CollectorArg::Http => ("http", &["http", "https"][..]),
            CollectorArg::S3 => ("s3", &["s3"][..]),
            CollectorArg::Ftp => ("ftp", &["ftp", "ftps", "ftpes"][..]),
            CollectorArg::Sftp => ("sftp", &["sftp"][..]),
            _ => ("kafka", &["kafka"][..]),
        };
        if schemes.contains(&scheme) {
            return Ok(());
        }
        let addresses = schemes.join(":// or ");
        Err(Error::usage(format!("{location}: --collector {name} reads {addresses}:// addresses"))
            .help("give such an address, or leave the option out"))
    }
}

impl LoadArgs {
    /// The delivery that these arguments ask for: of the one file, or of several in the order given, each once.
    pub fn planned(&self) -> Result<load::Planned> {
        let (mut locations, mut named) = (Vec::new(), HashSet::new());
        for file in &self.files {
            for location in collector::matching(file)? {
                if named.insert(location.to_string()) {
                    locations.push(location);
                }
            }
        }
        if let Some(file) = &self.config {
            locations.push(Location::from_arg(file)?);
        }
        for location in &locations {
            self.collector.map_or(Ok(()), |collector| collector.check(location))?;
        }
        let given = sync::Given {
            model: self.model.map(ModelArg::known).transpose()?,
            format: self.collector.and_then(CollectorArg::format),
            date: self.options.date.clone(),
            reading: self.options.reading.reading(),
        };
        let planned = sync::delivery(&locations, &given)?;
        for file in &planned.files {
            self.options.reading.check(file.format)?;
        }
        Ok(planned)
    }
}
