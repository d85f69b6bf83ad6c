//! The use case: one source into one model.

use crate::collector::Location;
use crate::decode::{self, Digesting, Format};
use crate::domain::{Invalid, Model, Raw, Rule, Rules, Spec};
use crate::error::{Error, Kind, Result};
use crate::repository::{Access, Counts, Sessions, Sink, Source, Staged, Warehouse};
use std::path::Path;
use std::time::{Duration, Instant};

/// What to load, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// The model that the source holds.
    pub model: Model,
    /// The source.
    pub location: Location,
    /// Its form.
    pub format: Format,
    /// How many records may break a rule before the load is refused; `None` for any number.
    pub max_rejects: Option<u64>,
}

/// What a load did.
#[derive(Clone, Debug)]
pub struct Report {
    /// The model.
    pub model: Model,
    /// The source's name.
    pub source: String,
    /// The load's id in the ledger.
    pub load: i64,
    /// What became of the records.
    pub counts: Counts,
    /// The first record that was set aside, if any was.
    pub first_reject: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Loads a source, in one transaction: on any failure the warehouse is as before. A source that
/// cannot be opened leaves nothing, not even a new database.
pub fn load(database: &Path, access: &Access, request: &Request) -> Result<Report> {
    let spec = request.model.spec();
    if spec.nested && request.format == Format::Csv {
        return Err(Error::usage(format!(
            "records of model {} are nested, and CSV cannot hold them",
            spec.name
        ))
        .help("give the vendor's JSON with --collector json, or one record a line with --collector jsonl"));
    }
    match spec.rules {
        Rules::Keyed(parse) => run::<Staged>(database, access, request, parse),
        Rules::Session(parse) => run::<Sessions>(database, access, request, parse),
    }
}

fn run<S: Sink>(
    database: &Path,
    access: &Access,
    request: &Request,
    parse: impl for<'a> Fn(Raw<'a>) -> std::result::Result<S::Record<'a>, Invalid>,
) -> Result<Report> {
    let start = Instant::now();
    let spec = request.model.spec();
    let name = request.location.to_string();
    let at_source = |error: Error| error.at(&name);
    let at_database = |error: Error| error.at(database.display());
    let source = request.location.open()?;

    let mut warehouse = Warehouse::open(database, access)?;
    let in_ledger = Source { name: name.clone(), collector: request.format.name() };
    let mut load = warehouse.begin::<S>(spec, &in_ledger).map_err(at_database)?;

    let (mut reader, fingerprint) = Digesting::new(source.reader);
    let mut first_reject = None;
    let mut misshapen = 0;
    let text = decode::decompressed(&mut reader).map_err(|error| at_source(decode::unreadable(error)))?;
    // An error of the database is not the source's: it is kept apart, so that neither is blamed for the other.
    let mut database_error = None;
    let decoded = decode::decode(request.format, text, spec.members, &mut |record| {
        let outcome = match record.raw.and_then(&parse) {
            Ok(model) => load.keep(&model),
            Err(invalid) => {
                misshapen += u64::from(invalid.rule == Rule::Shape);
                first_reject.get_or_insert_with(|| format!("{}: {invalid}", record.position));
                load.reject(record.position, &invalid, record.bytes)
            }
        };
        outcome.inspect_err(|error| database_error = Some(error.clone()))
    });
    if let Some(error) = database_error {
        return Err(at_database(error));
    }
    decoded.map_err(at_source)?;
    // A compressed source may have bytes behind its last record; the digest is of them all.
    std::io::copy(&mut reader, &mut std::io::sink()).map_err(|error| at_source(decode::unreadable(error)))?;

    let counts = *load.counts();
    check_shape(spec, &counts, misshapen, first_reject.as_deref()).map_err(at_source)?;
    check_rejects(request, &counts, first_reject.as_deref()).map_err(at_source)?;
    let loaded = load.commit(fingerprint.sha256().as_deref()).map_err(at_database)?;
    Ok(Report {
        model: request.model,
        source: name,
        load: loaded.id,
        counts: loaded.counts,
        first_reject,
        elapsed: start.elapsed(),
    })
}

/// A file in which no record looks like the model is not of the model at all.
fn check_shape(spec: &Spec, counts: &Counts, misshapen: u64, first: Option<&str>) -> Result<()> {
    match first {
        Some(first) if misshapen == counts.read => {
            Err(Error::failed(format!("no record looks like model {}: {first}", spec.name))
                .help("check --model against the file; nothing was loaded"))
        }
        _ => Ok(()),
    }
}

fn check_rejects(request: &Request, counts: &Counts, first: Option<&str>) -> Result<()> {
    match (request.max_rejects, first) {
        (Some(allowed), Some(first)) if counts.rejected > allowed => Err(Error::new(
            Kind::Refused,
            format!(
                "{} of {} records break a rule, {allowed} allowed; the first is {first}",
                counts.rejected, counts.read
            ),
        )
        .help("mend the records, or allow more with --max-rejects N; nothing was changed")),
        _ => Ok(()),
    }
}
