//! What a person does with a warehouse: load, sync, replay, forget, seal. A use case ties the layers together,
//! and returns a report.

pub mod forget;
pub mod load;
pub mod replay;
pub mod seal;
pub mod sync;
