//! The use case: loads taken back, as loads of their own.

use crate::error::{Error, Result};
use crate::interrupt;
use crate::repository::{Access, Entry, Later, Undone, Warehouse, now};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is to be taken back, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// A load or a delivery: `12`, `load:12` or `delivery:3`.
    pub what: String,
    /// Whether records that later loads touched stay as these left them; else nothing is done where there are any.
    pub keep_later: bool,
    /// Whether nothing is to last.
    pub dry_run: bool,
}

/// What was taken back.
#[derive(Clone, Debug)]
pub struct Report {
    /// The delivery that did it; `None` for a dry run.
    pub delivery: Option<i64>,
    /// Its loads, the last one first.
    pub loads: Vec<Undone>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Takes back a load, or all loads of a delivery, in one transaction.
pub fn undo(database: &Path, access: &Access, request: &Request) -> Result<Report> {
    let start = Instant::now();
    let warehouse = match request.dry_run {
        true => Warehouse::open_to_try(database, access)?,
        false => Warehouse::open_existing(database, access)?,
    };
    let at = |error: Error| error.at(database.display());
    let run = || -> Result<Report> {
        // The date is that of what is taken back, so as of then, and until a later date came, it is not there.
        let targets = warehouse.targets(&request.what)?;
        let date = targets.first().and_then(|target| target.date.clone());
        let entry = Entry { date, source: format!("undo of {}", told(&request.what)), ..Entry::default() };
        let delivery = warehouse.deliver(&entry, &now())?;
        let mut later = Later::default();
        let mut loads = Vec::with_capacity(targets.len());
        // Another process may have been faster.
        for target in delivery.to_undo(&request.what)? {
            interrupt::check()?;
            loads.push(delivery.undo(&target, &mut later)?);
        }
        if later.count > 0 && !request.keep_later {
            return Err(refused(&request.what, &later));
        }
        let number = delivery.id().filter(|_| !request.dry_run);
        delivery.commit()?;
        Ok(Report { delivery: number, loads, elapsed: start.elapsed() })
    };
    run().map_err(at)
}

fn told(what: &str) -> String {
    match what.strip_prefix("delivery:") {
        Some(number) => format!("delivery {number}"),
        None => format!("load {}", what.strip_prefix("load:").unwrap_or(what)),
    }
}

fn refused(what: &str, later: &Later) -> Error {
    let Later { count, named } = later;
    let records = if *count == 1 { "1 record".to_owned() } else { format!("{count} records") };
    let more = match *count as usize - named.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Error::failed(format!("later loads touched {records} of {}: {}{more}", told(what), named.join("; ")))
        .help("take those loads back first, or keep what they wrote and take back the rest with --keep-later")
}
