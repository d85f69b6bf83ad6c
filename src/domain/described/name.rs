//! Names that a model or a field can have: they stand in SQL as they are.

/// What a name is like.
pub const REMEDY: &str = "a name has lower-case letters a to z, digits and _, begins with a letter, has at most 60 of \
    them, and is no word of SQL";

/// The longest name.
const LONGEST: usize = 60;

/// Whether a model or a field can be called so; the error says why not.
pub fn named(name: &str) -> Result<(), String> {
    let is_plain = name.len() <= LONGEST
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    match (is_plain, WORDS.contains(&name)) {
        (false, _) => Err(format!("`{name}` cannot be a name")),
        (true, true) => Err(format!("`{name}` is a word of SQL")),
        (true, false) => Ok(()),
    }
}

/// Whether tables of that name are for scli alone.
pub fn is_reserved(name: &str) -> bool {
    name.ends_with("_history") || name.starts_with("sqlite_") || TABLES.contains(&name)
}

/// Whether a column of that name is for scli alone.
pub fn is_kept(name: &str) -> bool {
    COLUMNS.contains(&name)
}

/// Columns that tables have beside the fields of their model, or while they are being loaded.
const COLUMNS: [&str; 8] = ["load_id", "replaced_by", "extra", "position", "rowid", "oid", "what", "changed"];

/// Tables that there are while a command runs.
const TABLES: [&str; 15] = [
    "stage",
    "stream_fact",
    "spared",
    "dump_part",
    "newer_load",
    "undo_current",
    "undo_taken",
    "undo_gone",
    "model",
    "model_field",
    "load",
    "delivery",
    "reject",
    "absence",
    "known_file",
];

/// The words of SQL, as SQLite and others know it.
const WORDS: [&str; 105] = [
    "add",
    "all",
    "alter",
    "always",
    "analyze",
    "and",
    "any",
    "as",
    "asc",
    "autoincrement",
    "before",
    "begin",
    "between",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "commit",
    "constraint",
    "create",
    "cross",
    "current",
    "current_date",
    "current_time",
    "current_timestamp",
    "database",
    "default",
    "deferrable",
    "delete",
    "desc",
    "detach",
    "distinct",
    "do",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exists",
    "explain",
    "filter",
    "for",
    "foreign",
    "from",
    "full",
    "glob",
    "grant",
    "group",
    "having",
    "if",
    "in",
    "index",
    "indexed",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "limit",
    "match",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "of",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "partition",
    "pragma",
    "primary",
    "references",
    "regexp",
    "reindex",
    "replace",
    "returning",
    "right",
    "rollback",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "trigger",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "where",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_sql_as_it_is() {
        for (name, is_named) in [
            ("rating", true),
            ("r2_x", true),
            ("order", false),
            ("Rating", false),
            ("2r", false),
            ("", false),
            ("a-b", false),
            ("é", false),
            ("x y", false),
        ] {
            assert_eq!(named(name).is_ok(), is_named, "{name}");
        }
        assert!(named(&"a".repeat(61)).is_err());
        assert!(is_reserved("rating_history") && is_reserved("stage") && !is_reserved("rating"));
    }
}
