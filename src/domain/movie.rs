//! A movie, as in `movies.csv`.

use super::text::match_key;
use super::{Invalid, Members, Raw, Rules, Spec, Written, trace};

/// The model `movie`.
pub const SPEC: Spec = Spec {
    name: "movie",
    plural: "movies",
    complete: false,
    members: Members::needed(&MEMBERS),
    known: &MEMBERS,
    nest: None,
    fields: &["title", "title_key", "duration_mins", "original_language", "size_mb", "extra"],
    keys: 1,
    hashed: false,
    address: None,
    described: None,
    is_new: false,
    rules: Rules::Keyed(&Written {
        parse: |raw| {
            let movie = Movie::from_raw(raw)?;
            Ok(vec![
                movie.title.into(),
                match_key(movie.title).into(),
                movie.duration_mins.into(),
                movie.original_language.into(),
                movie.size_mb.into(),
            ])
        },
        traces: |raw| {
            raw.members(MEMBERS).map_or_else(
                |_| Vec::new(),
                |[title, ..]| trace("title", title.optional_text()).into_iter().collect(),
            )
        },
    }),
};

const MEMBERS: [&str; 4] = ["title", "duration_mins", "original_language", "size_mb"];

/// A movie of the catalogue; its title is its key.
#[derive(Debug, PartialEq)]
pub struct Movie<'a> {
    /// The title, which identifies it.
    pub title: &'a str,
    /// Minutes.
    pub duration_mins: i64,
    /// The language in English, as in `Korean`.
    pub original_language: &'a str,
    /// Megabytes.
    pub size_mb: i64,
}

impl<'a> Movie<'a> {
    /// Applies the rules to a raw record.
    pub fn from_raw(raw: Raw<'a>) -> Result<Self, Invalid> {
        let [title, duration_mins, original_language, size_mb] = raw.members(MEMBERS)?;
        Ok(Movie {
            title: title.key()?,
            duration_mins: duration_mins.integer()?,
            original_language: original_language.text()?,
            size_mb: size_mb.integer()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;

    #[test]
    fn a_row_becomes_a_movie() {
        let movie = Movie::from_raw(Raw::row(&["The Great Escape", "113", "Korean", "876"])).unwrap();
        let expected = Movie {
            title: "The Great Escape",
            duration_mins: 113,
            original_language: "Korean",
            size_mb: 876,
        };
        assert_eq!(movie, expected);
    }

    #[test]
    fn numbers_must_be_whole_and_the_title_known() {
        let invalid = |row: &[&str]| Movie::from_raw(Raw::row(row)).unwrap_err();
        let error = invalid(&["Rush", "long", "Korean", "876"]);
        assert_eq!((error.rule, error.field.as_str()), (Rule::Integer, "duration_mins"));
        let error = invalid(&["Rush", "120", "Korean", "87.6"]);
        assert_eq!((error.rule, error.field.as_str()), (Rule::Integer, "size_mb"));
        let error = invalid(&["", "120", "Korean", "876"]);
        assert_eq!((error.rule, error.field.as_str()), (Rule::Missing, "title"));
    }
}
