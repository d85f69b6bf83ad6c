//! The keys of records in SQL: a key has one column or several.

use crate::domain::Spec;
use crate::domain::described::Kind;

/// The columns of the key, each of `record`.
pub fn of(spec: &Spec, record: &str) -> String {
    spec.key().iter().map(|column| format!("{record}.{column}")).collect::<Vec<_>>().join(", ")
}

/// Whether two records have the same key.
pub fn same(key: &[&str], one: &str, other: &str) -> String {
    key.iter().map(|column| format!("{one}.{column} = {other}.{column}")).collect::<Vec<_>>().join(" AND ")
}

/// The key of a record as the one text by which people and the table `absence` know it.
pub fn text(spec: &Spec, record: &str) -> String {
    match spec.key() {
        [column] if is_text(spec, column) => format!("{record}.{column}"),
        columns => joined(columns, record),
    }
}

fn is_text(spec: &Spec, column: &str) -> bool {
    let field = spec.described.and_then(|described| described.field(column));
    !field.is_some_and(|field| matches!(field.kind, Kind::Integer | Kind::Boolean))
}

/// The columns of a key as one text: joined by commas; a comma or backslash of their own has a backslash before it.
pub fn joined(columns: &[impl AsRef<str>], record: &str) -> String {
    match columns {
        [column] => format!("CAST({record}.{} AS TEXT)", column.as_ref()),
        columns => columns
            .iter()
            .map(|column| {
                format!(
                    "replace(replace(CAST({record}.{} AS TEXT), '\\', '\\\\'), ',', '\\,')",
                    column.as_ref()
                )
            })
            .collect::<Vec<_>>()
            .join(" || ',' || "),
    }
}
