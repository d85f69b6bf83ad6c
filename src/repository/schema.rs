//! The schema of a new database.

/// What all migrations make together, and the book that refinery keeps of them: parsed once, and not once more after
/// each change. A test compares the two, and writes this file.
pub const SCHEMA: &str = include_str!("schema.sql");
