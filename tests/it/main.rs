//! The real binary, on real files and a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod bad_database;
mod bad_input;
mod challenge;
mod check;
mod harness;
mod history;
mod load;
mod rejects;
mod repository_rules;
mod sync;
