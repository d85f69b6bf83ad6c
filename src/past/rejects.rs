//! The records set aside, for people.

use crate::error::Result;
use crate::sql::{Binding, Detail, Sink, Value, run};
use rusqlite::Connection;

/// Which of the records set aside are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this model.
    pub model: Option<&'static str>,
    /// Only those that this load set aside.
    pub load: Option<i64>,
    /// Only the one of this number.
    pub id: Option<i64>,
    /// Also those that a later load settled.
    pub settled: bool,
}

/// Gives the records to `sink`, oldest first.
pub fn rejects(conn: &Connection, filter: &Filter, detail: Detail, sink: &mut dyn Sink) -> Result<()> {
    let columns = match detail {
        Detail::Brief => "",
        Detail::Whole => {
            ", substr(load.collector, 1, instr(load.collector || ' ', ' ') - 1) AS collector, load.started_at, reject.line, reject.byte, reject.path, load.header,
               coalesce(reject.raw, reject.raw_bytes) AS raw, reject.resolved_by, reject.copy_of"
        }
    };
    let sql = format!(
        "SELECT reject.id, reject.load_id AS load, load.model, load.source,
            coalesce(reject.path, 'line ' || reject.line) AS position,
            reject.rule, reject.field, reject.value, reject.message{columns}
         FROM reject
         JOIN reject AS first ON first.id = coalesce(reject.copy_of, reject.id)
         JOIN load ON load.id = first.load_id
         WHERE (:id IS NULL OR reject.id = :id) AND (:load IS NULL OR reject.load_id = :load)
            AND (:model IS NULL OR load.model = :model) AND (:settled OR reject.resolved_by IS NULL)
         ORDER BY reject.id"
    );
    let bindings = [
        ("id", filter.id.map(Value::Integer)),
        ("load", filter.load.map(Value::Integer)),
        ("model", filter.model.map(|model| Value::Text(model.to_owned()))),
        ("settled", Some(Value::Integer(i64::from(filter.settled)))),
    ];
    let bindings: Vec<Binding> = bindings
        .into_iter()
        .filter_map(|(name, value)| Some(Binding { name: name.to_owned(), value: value? }))
        .collect();
    run(conn, &sql, &bindings, sink)
}
