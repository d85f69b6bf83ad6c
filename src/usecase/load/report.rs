//! What a load did, or would do.

use crate::domain::{DataDate, Model};
use crate::repository::{Ahead, Change, Counts};
use std::time::Duration;

/// What a load did, or would do.
#[derive(Clone, Debug)]
pub struct Report {
    /// The model.
    pub model: Model,
    /// The source's name.
    pub source: String,
    /// The load's id in the ledger; `None` for a dry run.
    pub load: Option<i64>,
    /// What became of the records.
    pub counts: Counts,
    /// Some of the updates.
    pub samples: Vec<Change>,
    /// The first record that was set aside, if any was.
    pub first_reject: Option<String>,
    /// How many of the records that were set aside are kept; the others are only counted.
    pub rejects_kept: u64,
    /// The columns and members that the model does not know.
    pub unknown: Vec<String>,
    /// What is beyond a limit that only warns.
    pub warnings: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What became of one file of a delivery.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was loaded.
    Loaded(Report),
    /// It is the same as it was, and was not loaded again.
    Known(Skipped),
    /// It is a complete dump of an earlier date than one that the model has had, and was left alone.
    Older(Skipped, DataDate),
}

/// A file that was not loaded.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// The model.
    pub model: Model,
    /// The source's name.
    pub source: String,
}

/// What became of a delivery.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Its number in the ledger; `None` for a dry run, or if nothing was loaded.
    pub delivery: Option<i64>,
    /// The date of its data.
    pub date: Option<DataDate>,
    /// The folder or file.
    pub source: String,
    /// The name of the source in the project file, if it came from one.
    pub source_name: Option<String>,
    /// What became of its files, in their order.
    pub files: Vec<Outcome>,
    /// The load before it, if the clock was moved back since.
    pub ahead: Option<Ahead>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Delivered {
    /// What was loaded.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.files.iter().filter_map(|file| match file {
            Outcome::Loaded(report) => Some(report),
            Outcome::Known(_) | Outcome::Older(..) => None,
        })
    }

    /// How many of its files were known.
    pub fn known(&self) -> usize {
        self.files.iter().filter(|file| matches!(file, Outcome::Known(_))).count()
    }

    /// What is beyond a limit that only warns.
    pub fn warnings(&self) -> impl Iterator<Item = &String> {
        self.reports().flat_map(|report| &report.warnings)
    }
}
