//! The use case: the rules again, on records that were set aside.

use crate::decode::{Alone, Reading};
use crate::domain::{Invalid, Model, Position, Raw, Rules, Spec};
use crate::error::{Error, Result};
use crate::repository::{
    Access, Entry, EntryKind, Rejected, Seal, Sessions, Sink, Source, Staged, Warehouse, now,
};
use crate::usecase::load::Report;
use std::path::Path;
use std::time::Instant;

/// Takes in what keeps the rules by now: after an upgrade of the rules, or where a newer load has the
/// record anyway. One load of its own, in one transaction; `None` if nothing was aside.
pub fn replay(database: &Path, access: &Access, model: Model) -> Result<Option<Report>> {
    let warehouse = Warehouse::open(database, access)?;
    match model.spec().rules {
        Rules::Keyed(rules) => run::<Staged>(&warehouse, model, |raw| model.spec().values(rules, raw)),
        Rules::Session(parse) => run::<Sessions>(&warehouse, model, parse),
    }
    .map_err(|error| error.at(database.display()))
}

fn run<S: Sink>(
    warehouse: &Warehouse,
    model: Model,
    parse: impl for<'a> Fn(Raw<'a>) -> std::result::Result<S::Record<'a>, Invalid>,
) -> Result<Option<Report>> {
    let start = Instant::now();
    let spec = model.spec();
    let source = Source {
        name: "rejects".to_owned(),
        kind: EntryKind::Replay,
        collector: "replay".into(),
        complete: false,
        more: false,
    };
    let entry = Entry { source: source.name.clone(), ..Entry::default() };
    let delivery = warehouse.deliver(&entry, &now())?;
    let mut load = delivery.load::<S>(spec, &source, &now())?;
    let ids = load.set_aside()?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut first_reject = None;
    for id in ids {
        crate::interrupt::check()?;
        let rejected = load.rejected(id)?;
        let again = |error: Error| error.at(format_args!("record {id} of the rejects"));
        let alone = alone(&rejected, spec).map_err(again)?;
        alone
            .visit(Position::Document, Some(&rejected.bytes), &mut |record| {
                let raw = record.raw.as_ref().ok().copied();
                let parsed = record.raw.and_then(&parse);
                let before = load.counts().rejected;
                load.replay(&rejected, raw, parsed.as_ref().ok())?;
                if let Err(invalid) = &parsed
                    && load.counts().rejected > before
                {
                    first_reject.get_or_insert_with(|| format!("record {id}: {invalid}"));
                }
                Ok(())
            })
            .map_err(again)?;
    }
    let written = load.write(&|_| ())?;
    let (load, counts, samples) = (written.load, written.counts, written.samples.clone());
    let settled = counts.read > counts.rejected;
    if settled {
        written.finish(&Seal::default())?;
        delivery.commit()?;
    }
    let report = Report {
        model,
        source: source.name,
        load: settled.then_some(load),
        counts,
        samples,
        first_reject,
        rejects_kept: counts.rejected,
        unknown: Vec::new(),
        warnings: Vec::new(),
        elapsed: start.elapsed(),
    };
    Ok(Some(report))
}

/// How this record is read on its own.
fn alone(rejected: &Rejected, spec: &Spec) -> Result<Alone> {
    let (form, reading) = Reading::of_record(&rejected.collector);
    match (form, &rejected.header) {
        ("csv", Some(header)) => Alone::csv(header, reading, spec.members),
        ("json" | "jsonl", _) => Ok(Alone::json(reading)),
        (collector, _) => Err(Error::failed(format!(
            "record {} was set aside by a load of form {collector} whose records cannot be read again",
            rejected.id
        ))),
    }
}
