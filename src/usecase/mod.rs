//! What a person does with a warehouse: load, sync, replay, seal, undo. A use case ties the layers together,
//! and returns a report.

pub mod load;
pub mod replay;
pub mod seal;
pub mod sync;
pub mod undo;
