//! What `query` is to run.

use crate::collector::{Location, read_text};
use crate::error::{Error, Result};
use crate::question::{self, Question};
use crate::sql::{Binding, Own, looks_like_sql};
use std::path::Path;

/// What SQL is called that was typed.
const TYPED: &str = "the SQL";

/// What is to be run: a shipped question, or SQL of the user's own.
pub enum Asked {
    /// A shipped question.
    Question(&'static Question),
    /// A file, or what was typed.
    Own(Own),
}

impl Asked {
    /// The question or the file that the arguments name, or the SQL that stands in the place of a name.
    pub fn by(name: Option<&str>, file: Option<&Path>) -> Result<Asked> {
        match (name, file) {
            (Some(text), _) if looks_like_sql(text) => Ok(Asked::Own(Own::read(TYPED, text.to_owned())?)),
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
                .help("name a question (scli query --list), or give SQL: 'SELECT …', -f FILE or -f -")),
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
