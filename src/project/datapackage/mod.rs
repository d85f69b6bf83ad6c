//! Descriptions as a Data Package, with a Table Schema for each model, and back.
//!
//! What Table Schema has no word for is a property of the same name as in `scli.toml`, with `scli:` before it.

mod read;
mod write;

pub use read::{Packaged, read};
pub use write::to_datapackage;
