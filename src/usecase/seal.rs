//! The use case: a sealed copy of the warehouse, to be handed on.

use crate::decode::Digesting;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::project::Broken;
use crate::question::{self, Answer, Questions, Reading, State};
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
/// is only replaced if the request says so. A project's own question that cannot be answered is noted as `broken`.
pub fn seal(
    database: &Path,
    access: &Access,
    request: &Request,
    questions: &Questions,
    broken: &mut Broken,
) -> Result<Report> {
    let Request { target, as_of, replace } = request;
    let start = Instant::now();
    let mut copy = Copy::of(database, target, *replace, access)?;
    if let Some(load) = as_of {
        copy.turn_back(*load).map_err(|error| error.at(target.display()))?;
    }
    let wanted = question::Wanted::Receipts;
    let at_database = |error: Error| error.at(database.display());
    let (answers, never_loaded) = {
        // A project's SQL is from outside: it gets a connection that can only read.
        let state = State::of(copy.reader(access)?, "now").map_err(at_database)?;
        let answers = question::answers(&state.conn, questions, None, wanted, broken).map_err(at_database)?;
        let missing = question::missing(&state.conn, questions, &answers)?;
        (answers, missing)
    };
    let answered =
        answers.iter().map(|answer| Ok((questions.named(&answer.question)?.as_it_stands(), answer)));
    let answered = answered.collect::<Result<Vec<_>>>()?;
    let sealed = copy.seal(&answered.iter().map(|(sql, answer)| sealed(sql, answer)).collect::<Vec<_>>())?;
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

fn sealed<'a>(sql: &'a str, answer: &'a Answer) -> SealedAnswer<'a> {
    let number = |reading: &'a Reading| (reading.name.as_str(), reading.number.map(question::Number::as_f64));
    SealedAnswer {
        question: &answer.question,
        title: &answer.title,
        readings: answer.readings.iter().map(number).collect(),
        unit: &answer.unit,
        note: answer.note.as_deref(),
        never_loaded: Some(answer.never_loaded.join(", ")).filter(|models| !models.is_empty()),
        sql,
        loads: answer.loads().iter().map(|receipt| receipt.load).collect(),
    }
}
