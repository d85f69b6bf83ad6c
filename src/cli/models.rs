//! The models that a command may name: those of the project file, and those that the database knows.

use super::database;
use crate::domain::Model;
use crate::domain::described::Description;
use crate::error::{Error, Result};
use crate::project;
use crate::repository::{Access, descriptions};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Makes known the models that the project file describes, where the database left off with each, and those that
/// the database alone knows.
pub fn know(database: &Path, project: Option<&Path>, access: &Access) -> Result<()> {
    let project = project::read(project)?;
    let earlier = descriptions(database, access)?;
    let before = |name: &str| earlier.iter().find(|description| description.name == name);
    for described in &project.models {
        for field in &described.description.fields {
            let others = project.models.iter().map(|described| &described.description);
            field.check_reference(others.chain(&earlier)).map_err(|mistake| described.error(&mistake))?;
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

/// Makes known what a command line that could not be read may mean: its model may be a described one. Returns
/// whether there is any.
pub fn know_for(line: &[OsString]) -> Result<bool> {
    let path = |name: &str| value_of(line, name).map(PathBuf::from);
    know(&database::path(path("--db"))?, path("--project").as_deref(), &Access::default())?;
    Ok(Model::all().len() > Model::SHIPPED.len())
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
