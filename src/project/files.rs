//! The SQL files of a project: its own questions and rules.

use super::FILE;
use crate::collector::{Location, read_text};
use crate::error::{Error, Kind, Result};
use std::path::Path;

/// An SQL file of a project.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// What it is called, without its ending.
    pub name: String,
    /// Its path, for an error.
    pub place: String,
    /// What stands in it, or why it cannot be read.
    pub text: Result<String>,
}

/// The files `*.sql` in `folder`, in the order of their names; none where there is no such folder. Hidden files
/// are passed over: editors and archives leave them.
pub(super) fn sql_files(folder: &Path) -> Vec<SqlFile> {
    let broken = |error: std::io::Error| SqlFile {
        name: String::new(),
        place: folder.display().to_string(),
        text: Err(
            Error::failed(error.to_string()).help(format!("it stands beside {FILE}, and is to be a folder"))
        ),
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![broken(error)],
        Ok(entries) => entries,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = match entry {
            Err(error) => return vec![broken(error)],
            Ok(entry) => entry.path(),
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_sql = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql"));
        if is_sql && !name.starts_with('.') {
            files.push(SqlFile { name, place: path.display().to_string(), text: read(&path) });
        }
    }
    files.sort_by(|a, b| (&a.name, &a.place).cmp(&(&b.name, &b.place)));
    files
}

fn read(path: &Path) -> Result<String> {
    let is_file = std::fs::metadata(path).map_err(Error::from)?.is_file();
    if !is_file {
        return Err(Error::failed("is no file").help("an own question or rule is one SQL file"));
    }
    let text = read_text(&Location::File(path.to_owned())).map_err(|error| {
        // The place is told by whoever tells the error.
        let place = format!("{}: ", path.display());
        match (error.message().strip_prefix(&place), error.kind()) {
            (Some(what), Kind::Failed) => {
                let told = Error::failed(what);
                error.remedy().map_or_else(|| told.clone(), |remedy| told.clone().help(remedy))
            }
            _ => error,
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
