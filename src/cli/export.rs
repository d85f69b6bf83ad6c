//! The command that writes models to files.

use super::load_args::ModelArg;
use super::output::Target;
use super::report::Reporter;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::export::{Further, Passing, Records, Wanted};
use crate::past::Past;
use crate::render;
use crate::repository::{Access, open_read_only};
use crate::sql::{self, Sink};
use clap::{ValueEnum, ValueHint};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The model
    #[arg(value_name = "MODEL", required_unless_present = "all")]
    model: Option<ModelArg>,
    /// All models, each to a file of its own in the directory of --output
    #[arg(long, conflicts_with = "model", requires = "output")]
    all: bool,
    /// The file to write, or with --all the directory; .csv .tsv .json .jsonl tell the form, and .gz compresses
    #[arg(short, long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,
    /// The form [default: as the name after --output ends, else csv, or json for author and review]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Form>,
    /// Compress with gzip
    #[arg(long)]
    gzip: bool,
    /// Every column of the table as it is, also …_key, load_id and extra; load does not take that
    #[arg(long)]
    all_columns: bool,
    /// Write what was known after this load (12), this delivery (delivery:3), the last delivery of this date or before
    /// (2026-11-20, yesterday), or at this time
    #[arg(long, value_name = "LOAD|DATE|TIME")]
    as_of: Option<String>,
}

/// The forms of files.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Form {
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
    /// An array of objects
    Json,
    /// One object a line
    Jsonl,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Tsv => "tsv",
            Form::Json => "json",
            Form::Jsonl => "jsonl",
        }
    }

    fn usual(model: Model) -> Form {
        if model.spec().nested() { Form::Json } else { Form::Csv }
    }
}

/// What is to be written, and where; `None` is standard output.
struct Job {
    model: Model,
    form: Form,
    gzip: bool,
    file: Option<PathBuf>,
}

/// Writes what is asked for.
pub fn export(database: &Path, access: &Access, args: &ExportArgs, reporter: &Reporter) -> Result<()> {
    jobs(args)?; // so that a mistake is told before the database is looked at
    let connection = open_read_only(database, access)?;
    let jobs = jobs(args)?;
    if let Some(text) = &args.as_of {
        reporter.as_of(&Past::travel(&connection, text)?, &[]);
    }
    let write = |job: &Job, out: &mut dyn Write| -> Result<u64> {
        let json = matches!(job.form, Form::Json | Form::Jsonl);
        let wanted = Wanted { model: job.model, json, all_columns: args.all_columns };
        let mut further = Further::default();
        if let Some(sql) = wanted.further() {
            sql::run(&connection, &sql, &[], &mut further)?;
        }
        let sql = wanted.sql(&further.names);
        let rows = |out: &mut dyn Write| {
            let mut sink: Box<dyn Sink + '_> = match job.form {
                Form::Json | Form::Jsonl if wanted.as_records() => {
                    let out = BufWriter::with_capacity(1 << 16, out);
                    Box::new(Records::new(job.model, out, job.form == Form::Json))
                }
                Form::Csv => render::sink(render::Format::Csv, out),
                Form::Tsv => render::sink(render::Format::Tsv, out),
                Form::Json => render::sink(render::Format::Json, out),
                Form::Jsonl => render::sink(render::Format::Jsonl, out),
            };
            let mut passing = Passing::to(&mut *sink, wanted.times());
            sql::run(&connection, &sql, &[], &mut passing)?;
            Ok(passing.rows)
        };
        if !job.gzip {
            return rows(out);
        }
        let mut zip = GzEncoder::new(out, Compression::default());
        let count = rows(&mut zip)?;
        zip.finish()?;
        Ok(count)
    };
    // Dropped last, when no file is in it any more.
    let mut made = Made(None);
    let mut done = Vec::with_capacity(jobs.len());
    if let (true, Some(folder)) = (args.all, &args.output) {
        made.make(folder)?;
    }
    for job in &jobs {
        match &job.file {
            None => return write(job, &mut std::io::stdout().lock()).map(drop),
            Some(file) => {
                let mut target = Target::beside(file).map_err(|error| error.at(file.display()))?;
                let rows = write(job, &mut target)?;
                done.push((job, file, rows, target));
            }
        }
    }
    // All are whole: now each takes its place.
    made.0 = None;
    for (job, file, rows, target) in done {
        target.replace().map_err(|error| error.at(file.display()))?;
        let json = matches!(job.form, Form::Json | Form::Jsonl);
        let wanted = Wanted { model: job.model, json, all_columns: args.all_columns };
        reporter.written(job.model, rows, file, wanted.loads_again() && job.form != Form::Tsv);
    }
    Ok(())
}

/// A directory that goes again unless all is well.
struct Made(Option<PathBuf>);

impl Made {
    fn make(&mut self, folder: &Path) -> Result<()> {
        match std::fs::metadata(folder) {
            Ok(known) if known.is_dir() => Ok(()),
            Ok(_) => Err(Error::failed(format!("{}: is a file, and --all writes several", folder.display()))
                .help("name a directory, as in: scli export --all -o dump")),
            Err(_) => {
                std::fs::create_dir(folder).map_err(|error| {
                    Error::failed(format!("{}: cannot be made: {error}", folder.display()))
                        .help("the directory above it must exist and be writable")
                })?;
                self.0 = Some(folder.to_owned());
                Ok(())
            }
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            let _ = std::fs::remove_dir(folder); // only if nothing is in it
        }
    }
}

fn jobs(args: &ExportArgs) -> Result<Vec<Job>> {
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    match (args.model.map(ModelArg::known).transpose()?, file) {
        (Some(model), None) => {
            let form = args.format.unwrap_or(Form::usual(model));
            Ok(vec![Job { model, form, gzip: args.gzip, file: None }])
        }
        (Some(model), Some(file)) => {
            let (told, gzip) = by_ending(file)?;
            let form = args.format.or(told).ok_or_else(|| {
                Error::usage(format!("{}: the name does not tell the form", file.display()))
                    .help("end it with one of .csv .tsv .json .jsonl, each also with .gz, or say --format")
            })?;
            Ok(vec![Job { model, form, gzip: gzip || args.gzip, file: Some(file.to_owned()) }])
        }
        (None, None) => Err(Error::usage("--all writes several files")
            .help("name a directory, as in: scli export --all -o dump")),
        (None, Some(folder)) => Ok(Model::all()
            .into_iter()
            .map(|model| {
                let form = args.format.unwrap_or(Form::usual(model));
                let end = if args.gzip { ".gz" } else { "" };
                let name = format!("{}.{}{end}", model.spec().plural, form.name());
                Job { model, form, gzip: args.gzip, file: Some(folder.join(name)) }
            })
            .collect()),
    }
}

/// The form that a name tells, and whether it is one of a compressed file.
fn by_ending(file: &Path) -> Result<(Option<Form>, bool)> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if name.ends_with(".zst") {
        return Err(Error::usage(format!("{}: scli reads zstd, and does not write it", file.display()))
            .help("end the name with .gz, or pipe it: scli export MODEL | zstd > FILE.zst"));
    }
    let plain = name.strip_suffix(".gz");
    let form = plain.unwrap_or(&name).rsplit_once('.').and_then(|(_, end)| Form::from_str(end, false).ok());
    Ok((form, plain.is_some()))
}
