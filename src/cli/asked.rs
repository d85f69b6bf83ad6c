//! What `query` is to run.

use crate::collector::{Location, read_text};
use crate::error::{Error, Result};
use crate::question::{self, Question};
use crate::sql::{Binding, Own};
use std::path::Path;

/// What is to be run: a shipped question, or a file of the user's own.
pub enum Asked {
    /// A shipped question.
    Question(&'static Question),
    /// A file.
    Own(Own),
}

impl Asked {
    /// The question or the file that the arguments name.
    pub fn by(name: Option<&str>, file: Option<&Path>) -> Result<Asked> {
        match (name, file) {
            (Some(name), _) => Ok(Asked::Question(question::question(name)?)),
            (None, Some(file)) => {
                let location = Location::from_arg(file)?;
                let name = match &location {
                    Location::Stdin => "standard input".to_owned(),
                    Location::File(path) => path.display().to_string(),
                };
                Ok(Asked::Own(Own::read(&name, read_text(&location)?)?))
            }
            (None, None) => Err(Error::usage("nothing to run")
                .help("name a question (scli query --list), or give SQL with -f FILE or -f -")),
        }
    }

    /// The values that are given for its parameters.
    pub fn bind(&self, given: &[String]) -> Result<Vec<Binding>> {
        match self {
            Asked::Question(question) => question::bind_declared(question, given),
            Asked::Own(own) => own.bind(given),
        }
    }
}
