//! A review, as in the vendor's `reviews.json`.

use super::nest::{Place, items, object};
use super::raw::Member;
use super::text::{self, match_key};
use super::{Invalid, Members, Raw, Rule, Rules, Spec, Written, trace};
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};

/// The model `review`.
pub const SPEC: Spec = Spec {
    name: "review",
    plural: "reviews",
    complete: true,
    members: Members::needed(&MEMBERS),
    known: &KNOWN,
    nest: Some(nest),
    fields: &[
        "id",
        "text",
        "rating",
        "movie_title",
        "movie_title_key",
        "book_title",
        "book_title_key",
        "extra",
    ],
    keys: 1,
    hashed: true,
    address: None,
    described: None,
    is_new: false,
    rules: Rules::Keyed(&Written {
        parse: |raw| {
            let review = Review::from_raw(raw)?;
            Ok(vec![
                review.id().into(),
                review.text.into(),
                review.rating.into(),
                review.movie_title.into(),
                match_key(review.movie_title).into(),
                review.book_title.into(),
                match_key(review.book_title).into(),
            ])
        },
        traces: |raw| {
            raw.members(MEMBERS).map_or_else(
                |_| Vec::new(),
                |[content, rating, _, movies]| {
                    let text = content.member("text").and_then(|text| text.optional_text());
                    let rating = rating.member("rate").and_then(|rate| rate.integer().map(Some));
                    let traces = [
                        trace("text", text),
                        trace("rating", rating),
                        trace("movie_title", movie_title(&movies)),
                    ];
                    traces.into_iter().flatten().collect()
                },
            )
        },
    }),
};

const MEMBERS: [&str; 4] = ["content", "rating", "books", "movies"];

/// Left out on purpose: a rating's label is its number as a word; ids are 0 or null; a book's pages are
/// "unknown" here, and known to the model book.
const KNOWN: [&str; 8] = [
    "content.text",
    "rating.rate",
    "rating.label",
    "books[].id",
    "books[].metadata.title",
    "books[].metadata.pages",
    "movies[].id",
    "movies[].title",
];

/// The vendor's marker among a review's movies, which is no movie.
const END_MARKER: &str = "end";

/// A record as the vendor nests it.
fn nest(mut fields: Map<String, Value>, extra: &mut Map<String, Value>) -> Map<String, Value> {
    let mut take = |name: &str| fields.shift_remove(name).unwrap_or_default();
    let book = object([("metadata", json!({"title": take("book_title")}))]);
    let movie = object([("title", take("movie_title"))]);
    object([
        ("content", json!({"text": take("text")})),
        ("rating", json!({"rate": take("rating")})),
        ("books", items(extra.shift_remove("books"), Place::First, Some(book))),
        ("movies", items(extra.shift_remove("movies"), Place::Last, Some(movie))),
    ])
}

/// A review of a movie and of the book that it is based on.
#[derive(Debug, PartialEq)]
pub struct Review<'a> {
    /// What the reviewer wrote.
    pub text: &'a str,
    /// 1 to 5.
    pub rating: i64,
    /// Title of the movie.
    pub movie_title: &'a str,
    /// Title of the book.
    pub book_title: &'a str,
}

impl<'a> Review<'a> {
    /// Applies the rules to a raw record: the last movie that is one, the first book.
    pub fn from_raw(raw: Raw<'a>) -> Result<Self, Invalid> {
        let [content, rating, books, movies] = raw.members(MEMBERS)?;
        let text = content.member("text")?.text()?;
        let rate = rating.member("rate")?;
        let rating = rate.integer()?;
        if !(1..=5).contains(&rating) {
            return Err(rate.invalid(Rule::Range, "not a rating from 1 to 5"));
        }
        let movie_title = movie_title(&movies)?
            .ok_or_else(|| Invalid::new(Rule::Missing, movies.path(), None, "names no movie"))?;
        let book_title = match books.items()?.next() {
            Some(book) => book.member("metadata")?.member("title")?.key()?,
            None => return Err(Invalid::new(Rule::Missing, books.path(), None, "names no book")),
        };
        Ok(Review { text, rating, movie_title, book_title })
    }

    /// The key: SHA-1 of text, rating and movie title in a row, as lower-case hex.
    pub fn id(&self) -> String {
        let mut sha = Sha1::new();
        sha.update(self.text);
        sha.update(self.rating.to_string());
        sha.update(self.movie_title);
        text::hex(&sha.finalize())
    }
}

/// The title of the last movie that is one.
fn movie_title<'a>(movies: &Member<'a>) -> Result<Option<&'a str>, Invalid> {
    let mut last = None;
    for movie in movies.items()? {
        let title = movie.member("title")?.optional_text()?;
        last = title.filter(|title| !title.is_empty() && *title != END_MARKER).or(last);
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn raw(movies: Value, books: Value) -> Value {
        json!({"content": {"text": "Tacet."}, "rating": {"rate": 3, "label": "THREE"}, "movies": movies, "books": books})
    }

    fn books() -> Value {
        json!([{"id": null, "metadata": {"title": "FIRST", "pages": "unknown"}}, {"metadata": {"title": "SECOND"}}])
    }

    #[test]
    fn the_last_movie_that_is_one_and_the_first_book_count() {
        for (movies, expected) in [
            (json!([{"id": 0, "title": "A"}, {"id": 0, "title": "end"}]), "A"),
            (json!([{"title": "end"}, {"title": "A"}]), "A"),
            (json!([{"title": "A"}, {"title": "B"}, {"title": ""}, {"title": null}, {}]), "B"),
            (json!([{"title": "END"}]), "END"),
        ] {
            let raw = raw(movies, books());
            let review = Review::from_raw(Raw::Json(&raw)).unwrap();
            assert_eq!((review.movie_title, review.book_title), (expected, "FIRST"));
        }
    }

    #[test]
    fn a_review_needs_a_movie_a_book_and_a_rating() {
        let movies = || json!([{"title": "A"}]);
        for (raw, rule, field) in [
            (raw(json!([{"title": "end"}]), books()), Rule::Missing, "movies"),
            (raw(json!([]), books()), Rule::Missing, "movies"),
            (raw(movies(), json!([])), Rule::Missing, "books"),
            (raw(movies(), json!([{"metadata": {"title": null}}])), Rule::Missing, "books[0].metadata.title"),
            (
                json!({"content": {"text": "t"}, "rating": {"rate": 6}, "movies": movies(), "books": books()}),
                Rule::Range,
                "rating.rate",
            ),
            (
                json!({"rating": {"rate": 1}, "movies": movies(), "books": books()}),
                Rule::Missing,
                "content.text",
            ),
            (json!({"content": "t", "rating": {"rate": 1}}), Rule::Type, "content"),
        ] {
            let invalid = Review::from_raw(Raw::Json(&raw)).unwrap_err();
            assert_eq!((invalid.rule, invalid.field.as_str()), (rule, field), "{raw}");
        }
    }

    #[test]
    fn the_id_glues_text_rating_and_movie() {
        let review = Review { text: "text", rating: 3, movie_title: "title", book_title: "ignored" };
        // printf 'text3title' | sha1sum
        assert_eq!(review.id(), "1bc832b27a8a72608d7f426ae442d697dee90dac");
    }
}
