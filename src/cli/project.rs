//! The project that a command works in.

use crate::error::Result;
use crate::project::{self, Project};
use clap::ValueHint;
use std::path::PathBuf;

/// The arguments of every command that asks questions or checks rules.
#[derive(Debug, clap::Args)]
pub struct ProjectArgs {
    /// The folder with the file scli.toml, and perhaps queries/ and checks/ [default: the working folder, if it has
    /// that file]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    project: Option<PathBuf>,
}

impl ProjectArgs {
    /// What the project says; nothing where there is none.
    pub fn read(&self) -> Result<Project> {
        project::read(self.project.as_deref())
    }
}
