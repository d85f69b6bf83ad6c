//! The real binary, on real files and a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod bad_database;
mod bad_input;
mod challenge;
mod concurrency;
mod disk;
mod harness;
mod history;
mod hostile;
mod kill;
mod load;
mod moved;
mod property;
mod rejects;
mod repository_rules;
mod signals;
mod survival;
mod sync;
