//! The project that a command works in.

use crate::error::Result;
use crate::project::{self, Project};
use crate::repository::{Access, Kept, kept};
use clap::ValueHint;
use std::path::{Path, PathBuf};

/// The arguments of every command that asks questions or checks rules.
#[derive(Debug, clap::Args)]
pub struct ProjectArgs {
    /// The folder with the file scli.toml, and perhaps queries/ and checks/ [default: the working folder, if it has
    /// that file]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    project: Option<PathBuf>,
}

impl ProjectArgs {
    /// What the project says of a database, which may do without the six.
    pub fn read_for(&self, database: &Path, access: &Access) -> Result<(Project, Kept)> {
        let mut project = self.read()?;
        let kept = kept(database, None, access)?;
        if kept.shipped == Some(false) {
            project.shipped = kept.shipped;
        }
        Ok((project, kept))
    }

    /// The folder that is named.
    pub fn folder(&self) -> Option<&Path> {
        self.project.as_deref()
    }

    /// What the project says; nothing where there is none.
    fn read(&self) -> Result<Project> {
        project::read(self.project.as_deref())
    }
}
