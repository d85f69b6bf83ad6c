//! What is wrong with a record.

use std::fmt;

/// The rules a record can break, named as they stand in `reject.rule`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rule {
    /// The record is not an object, or has none of the model's members.
    Shape,
    /// A CSV record has more or fewer fields than the header.
    Ragged,
    /// A member that must be there is absent, null or empty.
    Missing,
    /// A JSON member is of another type.
    Type,
    /// Not a whole number.
    Integer,
    /// Not a finite number.
    Number,
    /// Not a time, or a time that does not exist.
    Time,
    /// Outside the values that the member can take.
    Range,
    /// Of a described model: must be there, and is not.
    Required,
    /// Of a described model: less than the least value.
    Minimum,
    /// Of a described model: greater than the greatest value.
    Maximum,
    /// Of a described model: does not match the pattern.
    Pattern,
    /// Of a described model: none of the values that there may be.
    Enum,
    /// The end lies before the start.
    Order,
    /// Text with a NUL character, at which many programs would cut it off.
    Nul,
    /// JSON that is well formed and yet cannot be held: a lone surrogate, a nesting too deep.
    Json,
}

impl Rule {
    /// The rule's name, as it stands in `reject.rule`.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Shape => "shape",
            Rule::Ragged => "ragged",
            Rule::Missing => "missing",
            Rule::Type => "type",
            Rule::Integer => "integer",
            Rule::Number => "number",
            Rule::Time => "time",
            Rule::Range => "range",
            Rule::Required => "required",
            Rule::Minimum => "minimum",
            Rule::Maximum => "maximum",
            Rule::Pattern => "pattern",
            Rule::Enum => "enum",
            Rule::Order => "order",
            Rule::Nul => "nul",
            Rule::Json => "json",
        }
    }
}

/// Why a record cannot be kept as a model: the rule, the field, its value, and the reason in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Invalid {
    /// The rule that the record breaks.
    pub rule: Rule,
    /// The column, or the path within the record, as in `rating.rate`; empty for the record itself.
    pub field: String,
    /// The offending value, cut to [`Invalid::VALUE_CHARS`]; `None` where there is none.
    pub value: Option<String>,
    /// What is wrong, in words.
    pub message: String,
}

impl Invalid {
    /// How much of an offending value is kept; the raw record beside it is whole.
    pub const VALUE_CHARS: usize = 200;

    /// A broken rule at `field`.
    pub fn new(
        rule: Rule,
        field: impl Into<String>,
        value: Option<&str>,
        message: impl Into<String>,
    ) -> Self {
        Invalid {
            rule,
            field: field.into(),
            value: value.map(|value| match value.char_indices().nth(Self::VALUE_CHARS) {
                Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
                None => value.to_owned(),
            }),
            message: message.into(),
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            f.write_str(&self.field)?;
            if let Some(value) = &self.value {
                write!(f, " is {value:?}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_field_value_and_reason() {
        let invalid = Invalid::new(Rule::Integer, "pages", Some("ma\u{1b}ny"), "not a whole number");
        assert_eq!(invalid.to_string(), r#"pages is "ma\u{1b}ny": not a whole number"#);
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let invalid = Invalid::new(Rule::Time, "start_at", Some(&"é".repeat(1000)), "not a time");
        assert_eq!(invalid.value, Some("é".repeat(200) + "…"));
    }
}
