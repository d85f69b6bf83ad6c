//! The command that takes a person out.

use super::report::Reporter;
use crate::domain::Address;
use crate::error::{Error, Result};
use crate::repository::Access;
use crate::usecase::forget;
use clap::Subcommand;
use std::path::Path;

/// Whom to forget.
#[derive(Debug, Subcommand)]
pub enum ForgetCommand {
    /// Take a person out of everything, for good: from every date, and from the bytes of the file
    ///
    /// All that is known of the address goes, in whatever case it is written: the user, the streams, their earlier
    /// versions, titles that nobody else has streamed, records set aside in which the address stands, and the
    /// address in the ledger. No later source brings the person back: their records are counted as suppressed.
    /// Then the file is written anew, which needs room for a second copy. Where the address stands in what is
    /// another's, as in the text of a review, it is left, and told. docs/privacy.md says what is kept, and what of
    /// copies and backups.
    #[command(after_help = "Examples:
  scli forget user ada@example.com --dry-run
  scli forget user - < address.txt")]
    User {
        /// The e-mail address, or - for the first line of standard input, so that it stands in no shell's history
        #[arg(value_name = "EMAIL")]
        email: String,
        /// Say what would go, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Forgets.
pub fn run(database: &Path, access: &Access, command: &ForgetCommand, reporter: &Reporter) -> Result<()> {
    let ForgetCommand::User { email, dry_run } = command;
    let mut line = String::new();
    let email = match email.as_str() {
        "-" => {
            std::io::stdin().read_line(&mut line).map_err(|error| Error::from(error).at("-"))?;
            line.as_str()
        }
        email => email,
    };
    let address = Address::parse(email).ok_or_else(|| {
        Error::usage(format!("{:?} is not an e-mail address", email.trim()))
            .help("give the whole of it, as in ada@example.com")
    })?;
    let report = forget::forget(database, access, &address, *dry_run)?;
    reporter.forgotten(database, &report, *dry_run);
    Ok(())
}
