//! The keys of records in SQL: a key has one column or several.

use crate::domain::Spec;

/// The key of a record as the one text by which people know it, as [`key_text`](crate::domain::key_text) makes it.
pub fn text(spec: &Spec, record: &str) -> String {
    let cast = |column: &str| format!("CAST({record}.{column} AS TEXT)");
    match spec.key() {
        [column] => cast(column),
        columns => columns
            .iter()
            .map(|column| format!("replace(replace({}, '\\', '\\\\'), ',', '\\,')", cast(column)))
            .collect::<Vec<_>>()
            .join(" || ',' || "),
    }
}
