//! The use case: a sealed copy of the warehouse, to be handed on.

use crate::decode::Digesting;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::question::{self, Answer};
use crate::repository::{Access, Copy, SealedAnswer};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is to be sealed, and where.
#[derive(Clone, Debug)]
pub struct Request {
    /// The file to write.
    pub target: PathBuf,
    /// The load after which the copy is to be; `None` for now.
    pub as_of: Option<i64>,
    /// Whether a file that is there already is replaced.
    pub replace: bool,
}

/// What was sealed.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file.
    pub file: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// The SHA-256 of its bytes, as lower-case hex.
    pub sha256: String,
    /// The last load that it knows.
    pub load: i64,
    /// How many answers are in it.
    pub answers: usize,
    /// The models that were never loaded.
    pub never_loaded: Vec<&'static str>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Copies the warehouse to the target, answers the questions on the copy and puts the answers in it. The
/// file is there once it is whole, checked and on the disk, or not at all; one that is there already
/// is only replaced if the request says so.
pub fn seal(database: &Path, access: &Access, request: &Request) -> Result<Report> {
    let Request { target, as_of, replace } = request;
    let start = Instant::now();
    let mut copy = Copy::of(database, target, *replace, access)?;
    if let Some(load) = as_of {
        copy.turn_back(*load).map_err(|error| error.at(target.display()))?;
    }
    let answers = question::answers(copy.connection(), None, question::Wanted::Receipts)
        .map_err(|error| error.at(database.display()))?;
    let never_loaded = question::never_loaded(copy.connection())?;
    let sealed = copy.seal(&answers.iter().map(sealed).collect::<Result<Vec<_>>>()?)?;
    let at = |error: std::io::Error| Error::from(error).at(target.display());
    let (mut reader, fingerprint) = Digesting::new(File::open(sealed.path()).map_err(at)?);
    let mut piece = vec![0; 1 << 20];
    while reader.read(&mut piece).map_err(at)? > 0 {
        interrupt::check()?;
    }
    let bytes = fingerprint.bytes();
    let sha256 = fingerprint.sha256().unwrap_or_default();
    let load = sealed.load;
    sealed.publish(*replace)?;
    Ok(Report {
        file: target.to_owned(),
        bytes,
        sha256,
        load,
        answers: answers.len(),
        never_loaded,
        elapsed: start.elapsed(),
    })
}

fn sealed(answer: &Answer) -> Result<SealedAnswer<'_>> {
    Ok(SealedAnswer {
        question: &answer.question,
        title: &answer.title,
        published: answer.published.map(question::Number::as_f64),
        corrected: answer.corrected.map(question::Number::as_f64),
        unit: &answer.unit,
        note: answer.note.as_deref(),
        never_loaded: Some(answer.never_loaded.join(", ")).filter(|models| !models.is_empty()),
        sql: question::question(&answer.question)?.sql,
        loads: answer.loads().iter().map(|receipt| receipt.load).collect(),
    })
}
