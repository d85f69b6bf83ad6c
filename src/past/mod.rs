//! The past: the warehouse as of an earlier load, the versions of a record, the ledger, and the records
//! set aside.

mod as_of;
mod changes;
mod find;
mod history;
mod key;
mod loads;
mod moment;
mod rejects;
mod summary;
mod tables;
mod then;

pub use as_of::{Past, as_of};
pub use changes::Changes;
pub use history::history;
pub use loads::{Loads, deliveries, loads};
pub use moment::resolve;
pub use rejects::{Filter, rejects};
pub use summary::{Summary, count_summaries, summaries};
pub(crate) use tables::quoted;
