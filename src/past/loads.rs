//! The ledger, for people and for programs.

use rusqlite::Connection;

use crate::domain::Model;
use crate::error::Result;
use crate::sql::{Binding, Detail, Sink, Value, run};

/// Which loads are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loads {
    /// Only those of this model.
    pub model: Option<Model>,
    /// Only this many, the newest.
    pub limit: Option<u64>,
}

/// Gives the loads to `sink`, newest first: whole as the ledger has them, or in brief what came of
/// each, without the counts that are zero.
pub fn loads(conn: &Connection, wanted: Loads, detail: Detail, sink: &mut dyn Sink) -> Result<()> {
    let sql = match detail {
        Detail::Brief => include_str!("loads_brief.sql"),
        Detail::Whole => include_str!("loads.sql"),
    };
    let model = wanted.model.map(|model| Value::Text(model.name().to_owned()));
    let limit = wanted.limit.map(|limit| Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let bindings: Vec<Binding> = [("model", model), ("limit", limit)]
        .into_iter()
        .filter_map(|(name, value)| Some(Binding { name: name.to_owned(), value: value? }))
        .collect();
    run(conn, sql, &bindings, sink)
}

/// Gives the deliveries to `sink`, newest first.
pub fn deliveries(conn: &Connection, limit: Option<u64>, detail: Detail, sink: &mut dyn Sink) -> Result<()> {
    let sql = match detail {
        Detail::Brief => include_str!("deliveries_brief.sql"),
        Detail::Whole => include_str!("deliveries.sql"),
    };
    let limit = limit.map(|limit| Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let bindings: Vec<Binding> =
        limit.into_iter().map(|value| Binding { name: "limit".to_owned(), value }).collect();
    run(conn, sql, &bindings, sink)
}
