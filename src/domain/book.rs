//! A book, as in the vendor's `books.json`.

use super::text::match_key;
use super::{Invalid, Members, Raw, Rules, Spec, Written, trace};

/// The model `book`.
pub const SPEC: Spec = Spec {
    name: "book",
    plural: "books",
    complete: true,
    members: Members::needed(&MEMBERS),
    known: &MEMBERS,
    nest: None,
    fields: &["title", "title_key", "pages", "author", "author_key", "publisher", "extra"],
    keys: 1,
    hashed: false,
    address: None,
    described: None,
    is_new: false,
    rules: Rules::Keyed(&Written {
        parse: |raw| {
            let book = Book::from_raw(raw)?;
            Ok(vec![
                book.title.into(),
                match_key(book.title).into(),
                book.pages.into(),
                book.author.into(),
                match_key(book.author).into(),
                book.publisher.into(),
            ])
        },
        traces: |raw| {
            raw.members(MEMBERS).map_or_else(
                |_| Vec::new(),
                |[name, ..]| trace("title", name.optional_text()).into_iter().collect(),
            )
        },
    }),
};

const MEMBERS: [&str; 4] = ["name", "pages", "author", "publisher"];

/// A book; its title is its key.
#[derive(Debug, PartialEq)]
pub struct Book<'a> {
    /// The title, which the vendor calls `name`.
    pub title: &'a str,
    /// Number of pages.
    pub pages: i64,
    /// Name of the author.
    pub author: &'a str,
    /// Name of the publisher.
    pub publisher: &'a str,
}

impl<'a> Book<'a> {
    /// Applies the rules to a raw record.
    pub fn from_raw(raw: Raw<'a>) -> Result<Self, Invalid> {
        let [name, pages, author, publisher] = raw.members(MEMBERS)?;
        Ok(Book {
            title: name.key()?,
            pages: pages.integer()?,
            author: author.text()?,
            publisher: publisher.text()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;
    use serde_json::json;

    #[test]
    fn the_vendors_name_is_the_title() {
        let raw =
            json!({"name": "Dust", "pages": 312, "author": "A. Writer", "publisher": "P", "isbn": "ignored"});
        let book = Book::from_raw(Raw::Json(&raw)).unwrap();
        assert_eq!(book, Book { title: "Dust", pages: 312, author: "A. Writer", publisher: "P" });
    }

    #[test]
    fn every_member_must_be_known() {
        for member in MEMBERS {
            let mut raw = json!({"name": "Dust", "pages": 312, "author": "A. Writer", "publisher": "P"});
            raw[member] = json!(null);
            let invalid = Book::from_raw(Raw::Json(&raw)).unwrap_err();
            assert_eq!((invalid.rule, invalid.field.as_str()), (Rule::Missing, member));
        }
        let raw = json!({"name": "Dust", "pages": "unknown", "author": "A. Writer", "publisher": "P"});
        assert_eq!(Book::from_raw(Raw::Json(&raw)).unwrap_err().rule, Rule::Integer);
    }
}
