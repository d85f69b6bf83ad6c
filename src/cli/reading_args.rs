//! How files are to be read, where they do not tell by themselves.

use crate::decode::{self, Format, Reading};
use crate::error::{Error, Result};
use std::sync::Arc;

/// The arguments that say it, of `load`, `sync` and `describe`.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadingArgs {
    /// What stands between the fields of CSV: a character, or comma, semicolon, tab, pipe [default: as the header
    /// tells]
    #[arg(long, value_name = "CHAR", value_parser = separator)]
    separator: Option<char>,
    /// The encoding of text, as in windows-1252, latin1 or utf-16le [default: as a byte-order mark tells, else UTF-8]
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<&'static encoding_rs::Encoding>,
    /// Take the column or top-level member OLD for NEW; may be given several times
    #[arg(long, value_name = "OLD=NEW", value_parser = pair)]
    map: Vec<(String, String)>,
    /// The sheet of a workbook (xlsx) [default: the first that can be seen]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The member of a JSON object that holds the array of records, as in data or data.items [default: the only one
    /// that is an array of objects]
    #[arg(long, value_name = "PATH", value_parser = root)]
    root: Option<String>,
}

impl ReadingArgs {
    /// What is said.
    pub fn reading(&self) -> Arc<Reading> {
        Arc::new(Reading {
            separator: self.separator,
            encoding: self.encoding,
            map: self.map.clone(),
            root: self.root.clone(),
            sheet: self.sheet.clone(),
        })
    }

    /// Fails if something is said that does not concern the one form that is to be read.
    pub fn check(&self, format: Format) -> Result<()> {
        let name = format.name();
        let other = |option: &str, form: &str| {
            Err(Error::usage(format!("{option} is for {form}, and the source is {name}"))
                .help(format!("leave {option} out, or say what the source is with --collector")))
        };
        match self {
            ReadingArgs { separator: Some(_), .. } if format != Format::Csv => other("--separator", "csv"),
            ReadingArgs { sheet: Some(_), .. } if format != Format::Csv => other("--sheet", "csv"),
            ReadingArgs { root: Some(_), .. } if format != Format::Json => other("--root", "json"),
            _ => Ok(()),
        }
    }
}

pub(super) fn separator(text: &str) -> std::result::Result<char, String> {
    decode::separator(text).ok_or_else(|| decode::NO_SEPARATOR.to_owned())
}

fn encoding(name: &str) -> std::result::Result<&'static encoding_rs::Encoding, String> {
    decode::encoding(name).ok_or_else(|| decode::NO_ENCODING.to_owned())
}

pub(super) fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let pair = text.split_once('=').map(|(old, new)| (old.trim().to_owned(), new.trim().to_owned()));
    pair.filter(|(old, new)| !old.is_empty() && !new.is_empty())
        .ok_or_else(|| "expected two names, as in Titel=title".to_owned())
}

fn root(text: &str) -> std::result::Result<String, String> {
    decode::root(text).ok_or_else(|| decode::NO_ROOT.to_owned())
}
