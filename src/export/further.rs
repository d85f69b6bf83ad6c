//! The names of columns that records have beyond their model.

use crate::error::{Error, Result};
use crate::sql::{Cell, Sink};

/// As many as a row can have beside those of the model.
const MOST: usize = 1_000;

/// Takes the names, one a row.
#[derive(Debug, Default)]
pub struct Further {
    /// The names.
    pub names: Vec<String>,
}

impl Sink for Further {
    fn columns(&mut self, _: &[&str]) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if let [Cell::Text(name)] = cells {
            self.names.push((*name).to_owned());
        }
        match self.names.len() > MOST {
            true => {
                Err(Error::failed(format!("the records have more than {MOST} columns beyond their model"))
                    .help("JSON can hold them: --format jsonl"))
            }
            false => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}
