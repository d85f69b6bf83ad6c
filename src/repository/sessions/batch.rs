//! Sessions on their way from a parser to the sorter.

use super::interner::{Interner, Texts};
use super::session::Session;
use crate::domain::stream::Stream;
use crate::error::Result;

/// Sessions in the order of the source, with their titles and addresses, which are still to be
/// numbered: parsers share nothing, and whoever takes their batches in order numbers the texts.
#[derive(Default)]
pub struct Batch {
    /// The sessions.
    pub sessions: Vec<Session>,
    titles: Texts,
    addresses: Texts,
}

impl Batch {
    /// Adds a session.
    pub fn add(&mut self, stream: &Stream<'_>) {
        self.sessions.push(Session {
            start_at: stream.start_at.micros(),
            end_at: stream.end_at.micros(),
            user: 0,
            movie: 0,
            size_mb: stream.size_mb,
            id: stream.id(),
        });
        self.titles.push(stream.movie_title);
        self.addresses.push(stream.user_email);
    }

    /// Gives all sessions the numbers of their texts, and drops those whose address gets none. Returns how many.
    pub fn number(&mut self, movies: &mut Interner, users: &mut Interner) -> Result<u64> {
        let mut sessions = self.sessions.iter_mut();
        let dropped = users.number_all(&self.addresses, |number| {
            sessions.next().into_iter().for_each(|session| session.user = number);
        })?;
        if dropped > 0 {
            // Their titles too, which nobody else may have.
            let sessions = &self.sessions;
            self.titles.retain(|place| sessions.get(place).is_some_and(|session| session.user > 0));
            self.sessions.retain(|session| session.user > 0);
        }
        let mut sessions = self.sessions.iter_mut();
        movies.number_all(&self.titles, |number| {
            sessions.next().into_iter().for_each(|session| session.movie = number);
        })?;
        Ok(dropped)
    }

    /// Forgets all sessions.
    pub fn clear(&mut self) {
        self.sessions.clear();
        self.titles.clear();
        self.addresses.clear();
    }
}
