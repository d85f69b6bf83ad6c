//! Streaming sessions, by the million: sorted outside of SQLite by the key of `stream_fact`, compared
//! with what is there in one merge, and fed in key order, so that every page is written once.

mod dictionary;
mod feed;
mod merge;
mod session;
mod sort;

use super::ledger::Counts;
use super::load::Sink;
use crate::domain::Spec;
use crate::domain::stream::Stream;
use crate::error::Result;
use dictionary::Dictionary;
use feed::Feed;
use rusqlite::Connection;
use session::Session;
use sort::Sorter;

/// How many sessions are compared and fed at a time.
const BATCH: usize = 8192;

/// How many bytes of sessions are sorted in memory; more go through temporary files.
const SORT_MEMORY: usize = 128 << 20;

/// Takes sessions of one load.
pub struct Sessions {
    load: i64,
    movies: Dictionary,
    users: Dictionary,
    sorter: Sorter,
}

impl Sink for Sessions {
    type Record<'a> = Stream<'a>;

    fn open(connection: &Connection, _: &'static Spec, load: i64) -> Result<Sessions> {
        Ok(Sessions {
            load,
            movies: Dictionary::read(connection, dictionary::MOVIES)?,
            users: Dictionary::read(connection, dictionary::USERS)?,
            sorter: Sorter::new(SORT_MEMORY),
        })
    }

    fn keep(&mut self, _: &Connection, stream: &Stream<'_>) -> Result<()> {
        self.sorter.push(Session {
            start_at: stream.start_at.micros(),
            end_at: stream.end_at.micros(),
            user: self.users.id(stream.user_email)?,
            movie: self.movies.id(stream.movie_title)?,
            size_mb: stream.size_mb,
            id: stream.id(),
        })
    }

    fn upsert(self, connection: &Connection, counts: &mut Counts) -> Result<()> {
        self.movies.write(connection, self.load)?;
        self.users.write(connection, self.load)?;
        let mut sorted = self.sorter.sorted()?;
        let feed = Feed::open(connection, self.load)?;
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            while batch.len() < BATCH {
                match sorted.next()? {
                    Some(session) => batch.push(session),
                    None => break,
                }
            }
            if batch.is_empty() {
                break;
            }
            merge::drop_unchanged(connection, &mut batch, counts)?;
            feed.write(connection, &mut batch)?;
        }
        counts.repeated = sorted.repeated();
        Ok(())
    }
}
