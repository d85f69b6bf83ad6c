//! A streaming session, as in `streams.csv`.

use super::time::Timestamp;
use super::{Invalid, Members, Raw, Rule, Rules, Spec};
use sha1::{Digest, Sha1};

/// The model `stream`.
pub const SPEC: Spec = Spec {
    name: "stream",
    plural: "streams",
    complete: false,
    members: Members::needed(&MEMBERS),
    known: &MEMBERS,
    nest: None,
    fields: &["id", "movie_title", "user_email", "size_mb", "start_at", "end_at"],
    keys: 1,
    hashed: true,
    address: Some("user_email"),
    described: None,
    is_new: false,
    rules: Rules::Session(|raw| Stream::from_raw(raw)),
};

const MEMBERS: [&str; 5] = ["movie_title", "user_email", "size_mb", "start_at", "end_at"];

/// A session. Movie, user, start and end identify it, whatever the offset they were written in.
#[derive(Debug, PartialEq)]
pub struct Stream<'a> {
    /// Title of the movie.
    pub movie_title: &'a str,
    /// E-mail address of the user.
    pub user_email: &'a str,
    /// Megabytes transferred.
    pub size_mb: f64,
    /// When it began.
    pub start_at: Timestamp,
    /// When it ended.
    pub end_at: Timestamp,
}

/// The four facts that identify a session, as far as a record that breaks a rule still tells them.
#[derive(Debug, PartialEq)]
pub struct Facts<'a> {
    /// Title of the movie.
    pub movie_title: &'a str,
    /// E-mail address of the user.
    pub user_email: &'a str,
    /// When it began.
    pub start_at: Timestamp,
    /// When it ended.
    pub end_at: Timestamp,
}

impl<'a> Facts<'a> {
    /// The facts, if all four can be read.
    pub fn from_raw(raw: Raw<'a>) -> Option<Facts<'a>> {
        let [movie_title, user_email, _, start_at, end_at] = raw.members(MEMBERS).ok()?;
        Some(Facts {
            movie_title: movie_title.key().ok()?,
            user_email: user_email.key().ok()?,
            start_at: start_at.time().ok()?,
            end_at: end_at.time().ok()?,
        })
    }
}

impl<'a> Stream<'a> {
    /// Applies the rules to a raw record.
    pub fn from_raw(raw: Raw<'a>) -> Result<Self, Invalid> {
        let [movie_title, user_email, size_mb, start_at, end] = raw.members(MEMBERS)?;
        let start_at = start_at.time()?;
        let end_at = end.time()?;
        if end_at.micros() < start_at.micros() {
            return Err(end.invalid(Rule::Order, "ends before it starts"));
        }
        Ok(Stream {
            movie_title: movie_title.key()?,
            user_email: user_email.key()?,
            size_mb: size_mb.number()?,
            start_at,
            end_at,
        })
    }

    /// SHA-1 of movie title, e-mail address, start and end in a row, the times as they were written.
    pub fn id(&self) -> [u8; 20] {
        let mut sha = Sha1::new();
        sha.update(self.movie_title);
        sha.update(self.user_email);
        sha.update(self.start_at.as_written().as_bytes());
        sha.update(self.end_at.as_written().as_bytes());
        sha.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(row: [&str; 5]) -> String {
        super::super::text::hex(&Stream::from_raw(Raw::row(&row)).unwrap().id())
    }

    #[test]
    fn ids_are_those_of_the_original() {
        let start = "2022-01-01T00:00:00";
        assert_eq!(id(["title", "email", "1", start, start]), "7bd49d0f438ed44e7ab2b1c30b8d78e5fc93e1f2");
        // One instant, three ways to write its offset: each has the id that the original gives it.
        let (a, b) = ("2021-12-06T19:30:19.099+0100", "2021-12-06 19:30:19.099+01:00");
        assert_eq!(id(["t", "e", "1", a, a]), id(["t", "e", "2", b, b]));
        let utc = "2021-12-06T18:30:19.099Z";
        assert_ne!(id(["t", "e", "1", a, a]), id(["t", "e", "1", utc, utc]));
    }

    #[test]
    fn a_session_does_not_end_before_it_starts() {
        let row = ["t", "e", "1", "2021-12-06T19:30:19+0100", "2021-12-06T18:30:18Z"];
        let invalid = Stream::from_raw(Raw::row(&row)).unwrap_err();
        assert_eq!((invalid.rule, invalid.field.as_str()), (Rule::Order, "end_at"));
        let row = ["t", "e", "1", "2021-12-06T19:30:19+0100", "2021-12-06T18:30:19Z"];
        assert!(Stream::from_raw(Raw::row(&row)).is_ok());
    }

    #[test]
    fn sizes_are_numbers_and_names_are_known() {
        let time = "2021-12-06T19:30:19+0100";
        for (row, rule, field) in [
            (["", "e", "1", time, time], Rule::Missing, "movie_title"),
            (["t", "", "1", time, time], Rule::Missing, "user_email"),
            (["t", "e", "big", time, time], Rule::Number, "size_mb"),
            (["t", "e", "", time, time], Rule::Number, "size_mb"),
            (["t", "e", "1", "yesterday", time], Rule::Time, "start_at"),
        ] {
            let invalid = Stream::from_raw(Raw::row(&row)).unwrap_err();
            assert_eq!((invalid.rule, invalid.field.as_str()), (rule, field));
        }
    }
}
