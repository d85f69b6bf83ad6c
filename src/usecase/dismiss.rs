//! The use case: records set aside that need not be mended.

use crate::error::Result;
use crate::repository::{Access, Dismissed, Entry, Warehouse, Which, now};
use std::path::Path;

/// Settles the records that wait and that `which` means, for a reason that the ledger keeps. In one transaction;
/// nothing is written where there are none.
pub fn dismiss(database: &Path, access: &Access, which: &Which, reason: &str) -> Result<Vec<Dismissed>> {
    let warehouse = Warehouse::open_existing(database, access)?;
    let run = || {
        let entry = Entry { source: "rejects".to_owned(), ..Entry::default() };
        let delivery = warehouse.deliver(&entry, &now())?;
        let dismissed = delivery.dismiss(which, reason)?;
        if !dismissed.is_empty() {
            delivery.commit()?;
        }
        Ok(dismissed)
    };
    run().map_err(|error: crate::error::Error| error.at(database.display()))
}
