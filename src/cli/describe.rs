//! The command that drafts a description of files.

use super::reading_args::ReadingArgs;
use crate::error::Result;
use crate::project::{self, to_toml};
use crate::usecase::describe;
use clap::ValueHint;
use std::io::Write;
use std::path::PathBuf;

/// The arguments of `describe`.
#[derive(Debug, clap::Args)]
pub struct DescribeArgs {
    /// Files in CSV, TSV, JSON, JSONL or xlsx, also .gz, .zst, .bz2, .xz or .zip
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "shipped")]
    pub files: Vec<PathBuf>,
    /// Print the six models that scli comes with as descriptions
    #[arg(long, conflicts_with = "files")]
    pub shipped: bool,
    /// How they are to be read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Prints what scli.toml may say of the files.
pub fn describe(args: &DescribeArgs) -> Result<()> {
    if args.shipped {
        return print(project::SHIPPED);
    }
    let left_out = project::read(None).is_ok_and(|project| project.shipped == Some(false));
    let drafts = describe::describe(&args.files, &args.reading.reading(), left_out)?;
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
        let s = if drafted.records == 1 { "" } else { "s" };
        text += &format!("# Drafted from {}, {} record{s}.\n", files.join(", "), drafted.records);
        if !drafted.key_is_sound {
            text += "# No field and no two fields tell all records apart, so the key is a digest of all fields: choose some if they do.\n";
        }
        text += &to_toml(&drafted.description);
    }
    print(&text)
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
