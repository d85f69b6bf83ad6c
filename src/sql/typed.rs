//! What somebody typed where a name may stand, or SQL.

/// The words that a statement which only reads begins with.
const FIRST: [&str; 5] = ["select", "with", "values", "explain", "pragma"];

/// Whether `text` is meant as SQL: names have no spaces, and none is called as a statement begins.
pub fn looks_like_sql(text: &str) -> bool {
    let text = text.trim();
    let first =
        text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
    text.contains(char::is_whitespace) || FIRST.iter().any(|word| first.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_sql() {
        for sql in [
            "SELECT 1",
            "select(1)",
            "VALUES(1)",
            "values",
            " with\tx",
            "title FROM movie",
            "/* x */ SELECT 1",
        ] {
            assert!(looks_like_sql(sql), "{sql}");
        }
        for name in
            ["users_affected_by_outage", "selection", "with_loads", "values_of_x", "revenue", "", " name "]
        {
            assert!(!looks_like_sql(name), "{name:?}");
        }
    }
}
