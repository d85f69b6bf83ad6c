//! `scli`: six models from CSV and nested JSON, kept in one SQLite file, and the questions asked of them.
//!
//! Data crosses the layers once, in one direction: collector, decode, domain, repository on the way
//! in; sql, question, past, quality, render on the way out. `docs/architecture.md` says who may import whom.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod cli;
pub mod collector;
pub mod decode;
pub mod domain;
pub mod error;
pub mod export;
pub mod generate;
pub mod interrupt;
pub mod past;
pub mod project;
pub mod quality;
pub mod question;
pub mod render;
pub mod repository;
pub mod sql;
pub mod usecase;
