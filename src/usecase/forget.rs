//! The use case: a person is taken out of the warehouse, and kept out.

use crate::domain::Address;
use crate::error::{Error, Result};
use crate::repository::{Access, Entry, FORGET, Forgot, Warehouse, now};
use std::path::Path;
use std::time::{Duration, Instant};

/// What became of a person, or would.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was taken out, and what is left.
    pub forgot: Forgot,
    /// The delivery that the ledger notes it as; `None` if there was nothing to note.
    pub delivery: Option<i64>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Takes a person out, in one transaction, and then writes the file anew, so that it has no bytes of theirs.
pub fn forget(database: &Path, access: &Access, address: &Address, dry_run: bool) -> Result<Report> {
    let start = Instant::now();
    if !database.exists() {
        return Err(Error::failed("no such database")
            .at(database.display())
            .help("name the warehouse with --db PATH or DATABASE_URL"));
    }
    let warehouse = match dry_run {
        true => Warehouse::open_to_try(database, access)?,
        false => Warehouse::open(database, access)?,
    };
    let at_database = |error: Error| error.at(database.display());
    let entry = Entry { source: FORGET.to_owned(), ..Entry::default() };
    let delivery = warehouse.deliver(&entry, &now()).map_err(at_database)?;
    let forgot = delivery.forget(address).map_err(at_database)?;
    let id = delivery.id().filter(|_| !dry_run);
    delivery.commit().map_err(at_database)?;
    if !dry_run {
        warehouse.wipe().map_err(at_database)?;
    }
    Ok(Report { forgot, delivery: id, elapsed: start.elapsed() })
}
