//! What `query` is to run.

use crate::collector::{Location, read_text};
use crate::error::{Error, Result};
use crate::project::{self, Project};
use crate::question::{Question, Questions};
use crate::sql::{Binding, Own, looks_like_sql};
use std::path::Path;

/// What SQL is called that was typed.
const TYPED: &str = "the SQL";

/// What is to be run: a question, shipped or of the project, or SQL of the user's own.
pub enum Asked {
    /// A question that has a name.
    Question(Box<Question>),
    /// A file, or what was typed.
    Own(Own),
}

impl Asked {
    /// The question or the file that the arguments name, or the SQL that stands in the place of a name.
    pub fn by(
        name: Option<&str>,
        file: Option<&Path>,
        project: impl FnOnce() -> Result<Project>,
    ) -> Result<Asked> {
        match (name, file) {
            (Some(text), _) if looks_like_sql(text) => Ok(Asked::Own(Own::read(TYPED, text.to_owned())?)),
            (Some(name), _) => named(name, &project()?),
            (None, Some(file)) => {
                let location = Location::from_local_arg(file)?;
                let name = match &location {
                    Location::Stdin => "standard input".to_owned(),
                    location => location.to_string(),
                };
                Ok(Asked::Own(Own::read(&name, read_text(&location)?)?))
            }
            (None, None) => Err(Error::usage("nothing to run")
                .help("name a question (scli query --list), or give SQL: 'SELECT …', -f FILE or -f -")),
        }
    }

    /// The values that are given for its parameters.
    pub fn bind(&self, given: &[String]) -> Result<Vec<Binding>> {
        match self {
            Asked::Question(question) => question.bind(given),
            Asked::Own(own) => own.bind(given),
        }
    }
}

impl Asked {
    /// Says in which file an error is that came of running it, where it is one of the project's.
    pub fn at(&self, error: Error) -> Error {
        match self {
            Asked::Question(question) if question.file.is_some() => question.at(error),
            Asked::Question(_) | Asked::Own(_) => error,
        }
    }
}

/// A question by its name. Where there is none of it, but a file beside the working folder that would be it in a
/// project, that is told.
fn named(name: &str, project: &Project) -> Result<Asked> {
    let questions = Questions::of(project)?;
    match questions.named(name) {
        Ok(question) => Ok(Asked::Question(Box::new(question.clone()))),
        Err(error) => {
            let file = Path::new("queries").join(name).with_extension("sql");
            match project.folder.is_none() && file.is_file() {
                true => Err(Error::usage(error.message()).help(format!(
                    "there is {}: it is a question once a file {} lies in this folder, be it empty",
                    file.display(),
                    project::FILE
                ))),
                false => Err(error),
            }
        }
    }
}
