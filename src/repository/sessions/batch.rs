//! Sessions on their way from a parser to the sorter, their texts already numbered.

use super::interner::Interner;
use super::session::Session;
use crate::domain::stream::Stream;
use crate::error::{Error, Result};

/// How many addresses are looked up together. There are far more of them than the processor's cache
/// holds, and a look-up is mostly a wait for memory.
const TOGETHER: usize = 32;

/// Makes batches of one parser's sessions. Each parser numbers texts in its own way, so that parsers
/// share nothing; whoever takes the batches, in the order of the source, translates.
#[derive(Default)]
pub struct Batcher {
    movies: Interner,
    users: Interner,
    batch: Batch,
    /// Addresses of the last sessions, whose numbers are still to be looked up.
    waiting: Vec<Address>,
    addresses: String,
}

/// An address that waits: its hash, and where it ends in [`Batcher::addresses`].
struct Address {
    hash: u64,
    end: usize,
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
        let session = Session {
            start_at: stream.start_at.micros(),
            end_at: stream.end_at.micros(),
            user: 0,
            movie: number(
                &mut self.movies,
                &mut self.batch.new_movies,
                stream.movie_title,
                |movies, title| movies.number(title),
            )?,
            size_mb: stream.size_mb,
            id: stream.id(),
        };
        self.batch.sessions.push(session);
        self.addresses.push_str(stream.user_email);
        self.waiting.push(Address { hash: self.users.hash(stream.user_email), end: self.addresses.len() });
        if self.waiting.len() == TOGETHER { self.look_up() } else { Ok(()) }
    }

    /// Gives the sessions whose addresses wait their users' numbers.
    fn look_up(&mut self) -> Result<()> {
        let looked: Vec<_> = self.waiting.iter().map(|address| self.users.first_look(address.hash)).collect();
        let first = self.batch.sessions.len() - self.waiting.len();
        let mut start = 0;
        for ((session, address), looked) in
            self.batch.sessions.iter_mut().skip(first).zip(&self.waiting).zip(looked)
        {
            let text = self.addresses.get(start..address.end).unwrap_or_default();
            session.user = number(&mut self.users, &mut self.batch.new_users, text, |users, text| {
                users.number_after(looked, address.hash, text)
            })?;
            start = address.end;
        }
        self.waiting.clear();
        self.addresses.clear();
        Ok(())
    }

    /// Whether the batch has `count` sessions.
    pub fn has(&self, count: usize) -> bool {
        self.batch.sessions.len() >= count
    }

    /// The batch; the next one begins empty.
    pub fn take(&mut self) -> Result<Batch> {
        self.look_up()?;
        let capacity = self.batch.sessions.len();
        let sessions = Vec::with_capacity(capacity + capacity / 8);
        Ok(std::mem::replace(&mut self.batch, Batch { sessions, ..Batch::default() }))
    }
}

/// The number that `look_up` finds for a text; a new one is noted.
fn number(
    interner: &mut Interner,
    new: &mut Vec<Box<str>>,
    text: &str,
    look_up: impl FnOnce(&mut Interner, &str) -> Option<u32>,
) -> Result<u32> {
    let before = interner.len();
    let number = look_up(interner, text)
        .ok_or_else(|| Error::failed("more titles or addresses than can be numbered"))?;
    if interner.len() > before {
        new.push(text.into());
    }
    Ok(number)
}
