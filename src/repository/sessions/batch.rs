//! Sessions on their way from a parser to the sorter, their texts already numbered.

use super::interner::Interner;
use super::session::Session;
use crate::domain::stream::Stream;
use crate::error::{Error, Result};

/// Makes batches of one parser's sessions. Each parser numbers texts in its own way, so that parsers
/// share nothing; whoever takes the batches, in the order of the source, translates.
#[derive(Default)]
pub struct Batcher {
    movies: Interner,
    users: Interner,
    batch: Batch,
}

/// Sessions of one parser, with its numbers for movies and users.
#[derive(Default)]
pub struct Batch {
    /// The sessions, in the order of the source.
    pub sessions: Vec<Session>,
    /// Titles that got the parser's next numbers.
    pub new_movies: Vec<Box<str>>,
    /// Addresses that got the parser's next numbers.
    pub new_users: Vec<Box<str>>,
}

impl Batcher {
    /// Adds a session to the batch.
    pub fn add(&mut self, stream: &Stream<'_>) -> Result<()> {
        self.batch.sessions.push(Session {
            start_at: stream.start_at.micros(),
            end_at: stream.end_at.micros(),
            user: number(&mut self.users, &mut self.batch.new_users, stream.user_email)?,
            movie: number(&mut self.movies, &mut self.batch.new_movies, stream.movie_title)?,
            size_mb: stream.size_mb,
            id: stream.id(),
        });
        Ok(())
    }

    /// Whether the batch has `count` sessions.
    pub fn has(&self, count: usize) -> bool {
        self.batch.sessions.len() >= count
    }

    /// The batch; the next one begins empty.
    pub fn take(&mut self) -> Batch {
        let capacity = self.batch.sessions.len();
        let sessions = Vec::with_capacity(capacity + capacity / 8);
        std::mem::replace(&mut self.batch, Batch { sessions, ..Batch::default() })
    }
}

fn number(interner: &mut Interner, new: &mut Vec<Box<str>>, text: &str) -> Result<u32> {
    let before = interner.len();
    let number = interner
        .number(text)
        .ok_or_else(|| Error::failed("more titles or addresses than can be numbered"))?;
    if interner.len() > before {
        new.push(text.into());
    }
    Ok(number)
}
