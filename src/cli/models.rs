//! The models that a command may name: those of the project file, and those that the database knows.

use super::database;
use crate::domain::Model;
use crate::domain::described::Description;
use crate::error::{Error, Result};
use crate::project::{self, Project};
use crate::repository::{Access, Kept, kept};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Makes known the models that the project file describes, where the database left off with each, those that the
/// database alone knows, and whether there are the six. Fails if the database cannot be what the project file says.
pub fn know(database: &Path, project: Option<&Path>, access: &Access) -> Result<()> {
    let project = project::read(project)?;
    let kept = kept(database, project.shipped, access)?;
    match kept.refusal {
        Some(refusal) => Err(refusal),
        None => learn(&project, &kept, database),
    }
}

/// Makes known what a command line that could not be read may mean: its model may be a described one, or one of the
/// six may be left out. Returns whether it may.
pub fn know_for(line: &[OsString]) -> Result<bool> {
    let path = |name: &str| value_of(line, name).map(PathBuf::from);
    let mut project = project::read(path("--project").as_deref())?;
    let database = database::path(path("--db"))?;
    let kept = kept(&database, project.shipped, &Access::default())?;
    if kept.refusal.is_some() {
        // Who only reads is served by the database alone; who loads is told.
        project = Project::default();
    }
    learn(&project, &kept, &database)?;
    Ok(!Model::described().is_empty() || Model::shipped().is_empty())
}

fn learn(project: &Project, kept: &Kept, database: &Path) -> Result<()> {
    let earlier = &kept.descriptions;
    Model::leave_out_shipped(!project.shipped.or(kept.shipped).unwrap_or(true));
    let before = |name: &str| earlier.iter().find(|description| description.name == name);
    for described in &project.models {
        for field in &described.description.fields {
            let others = project.models.iter().map(|described| &described.description);
            field.check_reference(others.chain(earlier)).map_err(|mistake| described.error(&mistake))?;
        }
        let error = |mistake| described.error(&mistake);
        let description = described.description.clone();
        let known = before(&description.name);
        let description = match known {
            Some(known) => description.after(known).map_err(error)?,
            None => description,
        };
        description.add(known != Some(&description)).map_err(error)?;
    }
    let is_described = |description: &&Description| {
        !project.models.iter().any(|described| described.description.name == description.name)
    };
    for description in earlier.iter().filter(is_described) {
        description.add(false).map_err(|mistake| Error::failed(mistake.message).at(database.display()))?;
    }
    Ok(())
}

/// The value of an option in a command line.
fn value_of(line: &[OsString], name: &str) -> Option<OsString> {
    let mut words = line.iter();
    while let Some(word) = words.next() {
        if word == OsStr::new(name) {
            return words.next().cloned();
        }
        let text = word.to_str().unwrap_or_default();
        if let Some(value) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.into());
        }
    }
    None
}
