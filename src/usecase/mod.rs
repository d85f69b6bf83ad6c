//! What a person does with a warehouse: load, sync, replay, dismiss, undo, forget, prune, seal. A use case ties
//! the layers together, and returns a report.

#[cfg(feature = "kafka")]
pub mod consume;
pub mod describe;
pub mod dismiss;
pub mod forget;
pub mod load;
pub mod prune;
pub mod replay;
pub mod seal;
pub mod sync;
pub mod undo;
