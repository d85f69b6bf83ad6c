//! The real binary, on real files and a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod all_models;
mod answers;
mod as_of;
mod bad_database;
mod bad_input;
mod browser;
mod challenge;
mod check;
mod closed_pipe;
mod concurrency;
mod deliveries;
mod dependencies;
mod deploy;
mod disk;
mod duckdb;
mod evidence;
mod extra;
mod folders;
mod forget;
mod generate;
mod harness;
mod help;
mod history;
mod hostile;
mod json;
mod kill;
mod load;
mod moved;
mod never_loaded;
mod output;
mod own_question;
mod page;
mod past;
mod paste;
mod picture;
mod property;
mod query;
mod readme;
mod receipts;
mod reference;
mod rejects;
mod repository_rules;
mod schema;
mod seal;
mod signals;
mod suppressed;
mod survival;
mod sync;
#[cfg(unix)]
mod terminal;
mod upgrade;
mod watch;
mod wiped;
mod worked_example;
