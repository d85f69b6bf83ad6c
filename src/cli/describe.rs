//! The command that drafts a description of files.

use super::models;
use super::reading_args::ReadingArgs;
use crate::domain::Model;
use crate::domain::described::{Description, Field};
use crate::error::{Error, Result};
use crate::project::{self, to_toml};
use crate::repository::Access;
use crate::usecase::describe;
use clap::ValueHint;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The arguments of `describe`.
#[derive(Debug, clap::Args)]
pub struct DescribeArgs {
    /// Files in CSV, TSV, JSON, JSONL or xlsx, also .gz, .zst, .bz2, .xz or .zip; or one Data Package, datapackage.json.
    /// With --datapackage, names of models
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present_any = ["shipped", "datapackage"])]
    pub files: Vec<PathBuf>,
    /// Print the six models that scli comes with as descriptions
    #[arg(long, conflicts_with = "files")]
    pub shipped: bool,
    /// Print the models that are named, or all that there are, as a Data Package of the files that
    /// `export --all --format csv` writes
    #[arg(long, conflicts_with = "shipped")]
    pub datapackage: bool,
    /// The folder with the file scli.toml, which may describe models [default: the working folder, if it has one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "datapackage")]
    pub project: Option<PathBuf>,
    /// How they are to be read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Prints what scli.toml may say of the files.
pub fn describe(database: &Path, access: &Access, args: &DescribeArgs) -> Result<()> {
    if args.shipped {
        return print(project::SHIPPED);
    }
    if args.datapackage {
        models::know(database, args.project.as_deref(), access)?;
        return print(&project::to_datapackage(&named(&args.files)?));
    }
    let left_out = project::read(None).is_ok_and(|project| project.shipped == Some(false));
    let reading = args.reading.reading();
    let drafts = match args.files.as_slice() {
        [package] if describe::is_package(package) => describe::unpack(package, &reading, left_out)?,
        files => describe::describe(files, &reading, left_out)?,
    };
    let mut text = String::new();
    if drafts.own {
        text += "# A file has the name of one of the six models, and is none of theirs: leave the six out.\n\
                 [project]\nshipped = false\n";
    }
    for drafted in drafts.models {
        if !text.is_empty() {
            text.push('\n');
        }
        let files: Vec<String> =
            drafted.files.iter().map(|file| format!("{:?}", file.display().to_string())).collect();
        let records = match drafted.records {
            0 => String::new(),
            1 => ", 1 record".to_owned(),
            records => format!(", {records} records"),
        };
        text += &format!("# Drafted from {}{records}.\n", files.join(", "));
        for lost in &drafted.lost {
            text += &format!(
                "# Left out, since a description has no word for it: {}.\n",
                lost.replace('\n', " ")
            );
        }
        if !drafted.key_is_sound {
            text += "# No field and no two fields tell all records apart, so the key is a digest of all fields: choose some if they do.\n";
        }
        text += &to_toml(&drafted.description);
    }
    print(&text)
}

/// The descriptions of these models, or of all that there are.
fn named(names: &[PathBuf]) -> Result<Vec<Description>> {
    let mut models = Vec::new();
    for name in names {
        let name = name.to_string_lossy();
        models.push(Model::named(&name).ok_or_else(|| {
            let known: Vec<&str> = Model::all().into_iter().map(Model::name).collect();
            Error::usage(format!("there is no model `{name}`"))
                .help(format!("the models are {}", known.join(", ")))
        })?);
    }
    if names.is_empty() {
        models = Model::all();
    }
    let shipped = project::shipped();
    let description = |model: Model| match model.spec().described {
        Some(description) => Some(description.clone()),
        None => shipped.iter().find(|description| description.name == model.name()).map(|it| flat(model, it)),
    };
    Ok(models.into_iter().filter_map(description).collect())
}

/// A description of one of the six as csv has it, which is flat: also of those whose records nest.
fn flat(model: Model, description: &Description) -> Description {
    let mut description = description.clone();
    if model.spec().nested() {
        description.fields.iter_mut().for_each(|field| field.from = None);
    }
    if model.spec().nested() && model.spec().hashed {
        let key = model.spec().key().iter().map(|key| (*key).to_owned());
        description.key = key.collect();
        let id = |name: &String| Field { name: name.clone(), ..Field::default() };
        description.fields.splice(..0, description.key.iter().map(id).collect::<Vec<_>>());
    }
    description
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
