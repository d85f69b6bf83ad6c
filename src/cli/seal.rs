//! The commands that hand a warehouse on: seal and unseal.

use super::project::ProjectArgs;
use super::report::Reporter;
use crate::error::Result;
use crate::past;
use crate::question::Questions;
use crate::repository::{Access, open_read_only, unseal as take_off};
use crate::usecase::seal;
use clap::ValueHint;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The arguments of `seal`.
#[derive(Debug, clap::Args)]
pub struct SealArgs {
    /// The file to write
    #[arg(value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// As the warehouse was after a load or delivery:N, at a date or a time, or yesterday
    #[arg(long, value_name = "WHEN")]
    pub as_of: Option<String>,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub project: ProjectArgs,
}

/// Writes a sealed copy, and tells its SHA-256 in the form that `sha256sum -c` reads.
pub fn seal(database: &Path, access: &Access, args: &SealArgs, reporter: &Reporter) -> Result<()> {
    let questions = Questions::of(&args.project.read_for(database, access)?.0)?;
    let mut broken = questions.broken.clone();
    let as_of = match &args.as_of {
        Some(text) => {
            let connection = open_read_only(database, access)?;
            Some(past::resolve(&connection, text).map_err(|error| error.at(database.display()))?)
        }
        None => None,
    };
    let request = seal::Request { target: args.out.clone(), as_of, replace: args.force };
    let report = seal::seal(database, access, &request, &questions, &mut broken)?;
    reporter.sealed(&report);
    let mut out = std::io::stdout().lock();
    out.write_all(&checksum(&report))?;
    out.flush()?;
    broken.told(Ok(()))
}

/// Makes a sealed copy a warehouse again.
pub fn unseal(database: &Path, access: &Access, reporter: &Reporter) -> Result<()> {
    let was_sealed = take_off(database, access)?;
    reporter.unsealed(database, was_sealed);
    Ok(())
}

/// The line of `sha256sum`: a backslash before it says that the name has some in it.
fn checksum(report: &seal::Report) -> Vec<u8> {
    let mut name = Vec::new();
    let bytes = report.file.as_os_str().as_encoded_bytes();
    for byte in bytes {
        match byte {
            b'\\' => name.extend(b"\\\\"),
            b'\n' => name.extend(b"\\n"),
            b'\r' => name.extend(b"\\r"),
            byte => name.push(*byte),
        }
    }
    let mark: &[u8] = if name == bytes { b"" } else { b"\\" };
    [mark, report.sha256.as_bytes(), b"  ", &name, b"\n"].concat()
}
