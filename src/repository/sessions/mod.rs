//! Streaming sessions, by the million: sorted outside of SQLite by the key of `stream_fact`, compared
//! with what is there in one merge, and fed in key order, so that every page is written once.

mod batch;
mod dictionary;
mod feed;
mod forget;
mod interner;
mod merge;
mod session;
mod sort;
mod summary;

use super::forgotten::Forgotten;
use super::ledger::Counts;
use super::sink::{Change, SAMPLES, Scope, Sink};
use crate::domain::Raw;
use crate::domain::stream::{Facts, Stream};
use crate::error::{Error, Result};
use crate::interrupt;
use dictionary::Dictionary;
use feed::Feed;
use merge::Merge;
use rusqlite::{Connection, OptionalExtension, params};
use session::{Key, Session};
use sort::Sorter;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use summary::Summary;

pub use batch::Batch;
pub use forget::forget;
pub use interner::Interner;
pub(super) use summary::summarise;

/// How many sessions are compared and fed at a time.
const BATCH: usize = 2048;

/// How many batches may wait to be fed while more are merged.
const WAITING: usize = 4;

/// Of the memory that a load may use, half is for sorting; a quarter is for pages that it writes.
const SHARE_OF_SORTING: usize = 2;

/// Takes sessions of one load.
pub struct Sessions {
    scope: Scope,
    movies: Dictionary,
    users: Dictionary,
    /// How many bytes the texts took that the database knows.
    known: u64,
    /// Sessions that came one by one.
    single: Batch,
    sorter: Sorter,
    /// Keys that a record stands for which broke a rule; known to a complete dump only.
    spared: HashSet<Key>,
    /// How many were of people who were forgotten.
    suppressed: u64,
}

impl Sink for Sessions {
    type Record<'a> = Stream<'a>;

    fn open(connection: &Connection, scope: Scope, forgotten: &Arc<Forgotten>) -> Result<Sessions> {
        let mut users = Dictionary::read(connection, dictionary::USERS)?;
        users.texts_mut().close_to(forgotten);
        let movies = Dictionary::read(connection, dictionary::MOVIES)?;
        Ok(Sessions {
            scope,
            known: movies.texts().bytes() + users.texts().bytes(),
            movies,
            users,
            single: Batch::default(),
            sorter: Sorter::new(scope.memory / SHARE_OF_SORTING),
            spared: HashSet::new(),
            suppressed: 0,
        })
    }

    fn keep(&mut self, _: &Connection, stream: &Stream<'_>) -> Result<()> {
        self.single.add(stream);
        if self.single.sessions.len() == BATCH {
            self.keep_single()?;
        }
        Ok(())
    }

    fn held(&self) -> u64 {
        (self.movies.texts().bytes() + self.users.texts().bytes()).saturating_sub(self.known)
    }

    fn spare(&mut self, _: &Connection, raw: Raw<'_>) -> Result<()> {
        if self.scope.complete
            && let Some(key) = self.known_key(raw)
        {
            self.spared.insert(key);
        }
        Ok(())
    }

    fn newer(&self, connection: &Connection, raw: Raw<'_>, than: i64) -> Result<Option<i64>> {
        let Some((start_at, user, movie, end_at)) = self.known_key(raw) else { return Ok(None) };
        let mut select = connection.prepare_cached(
            "SELECT load_id FROM stream_fact
             WHERE start_at = ?1 AND user_id = ?2 AND movie_id = ?3 AND end_at = ?4 AND load_id > ?5",
        )?;
        Ok(select.query_row(params![start_at, user, movie, end_at, than], |row| row.get(0)).optional()?)
    }

    fn upsert(mut self, connection: &Connection, counts: &mut Counts, written: &dyn Fn(u64)) -> Result<()> {
        self.keep_single()?;
        counts.suppressed += self.suppressed;
        self.movies.write(connection, self.scope.load)?;
        self.users.write(connection, self.scope.load)?;
        drop((self.movies, self.users));
        let mut merge = Merge::new(connection, self.scope, self.spared)?;
        let feed = Feed::open(connection, self.scope.load)?;
        let sorter = self.sorter;
        // One thread merges the runs and sums them up while this one writes.
        std::thread::scope(|threads| {
            let (sender, batches) = sync_channel::<Vec<Session>>(WAITING);
            let merge_runs = move || -> Result<(u64, Summary)> {
                let mut sorted = sorter.sorted()?;
                let mut summary = Summary::default();
                loop {
                    let mut batch = Vec::with_capacity(BATCH);
                    while batch.len() < BATCH
                        && let Some(session) = sorted.next()?
                    {
                        summary.add(&session);
                        batch.push(session);
                    }
                    // Nobody takes batches any more when the writing has failed.
                    if batch.is_empty() || sender.send(batch).is_err() {
                        return Ok((sorted.repeated(), summary));
                    }
                }
            };
            let merging = std::thread::Builder::new()
                .spawn_scoped(threads, merge_runs)
                .map_err(|why| Error::no_thread(&why))?;
            let mut changed = Vec::new();
            for mut batch in batches {
                interrupt::check()?;
                merge.tell_apart(connection, &mut batch, &mut changed, counts)?;
                feed.insert(connection, &mut batch)?;
                feed.upsert(connection, &mut changed)?;
                changed.clear();
                written(counts.inserted + counts.updated + counts.unchanged + counts.older);
            }
            let merged = merging.join().map_err(|_| Error::failed("merging stopped unexpectedly"))?;
            let (repeated, summary) = merged?;
            counts.repeated += repeated;
            merge.finish(connection, summary, counts)
        })
    }

    fn samples(connection: &Connection, scope: Scope) -> Result<Vec<Change>> {
        let mut select = connection.prepare(
            "SELECT lower(hex(after.id)), before.size_mb, after.size_mb
             FROM stream_fact_history AS before JOIN stream_fact AS after USING (start_at, user_id, movie_id, end_at)
             WHERE before.replaced_by = ?1 LIMIT ?2",
        )?;
        let changes = select.query_map(params![scope.load, SAMPLES as i64], |row| {
            let (before, after) = (row.get::<_, f64>(1)?.to_string(), row.get::<_, f64>(2)?.to_string());
            Ok(Change { key: row.get(0)?, fields: vec![("size_mb".to_owned(), before, after)] })
        })?;
        Ok(changes.collect::<rusqlite::Result<_>>()?)
    }
}

/// Whether there are sessions of all these starts and ends.
pub fn may_know(connection: &Connection, times: &[(i64, i64)]) -> Result<bool> {
    let mut select = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM stream_fact WHERE start_at = ?1 AND end_at = ?2)")?;
    for times in times {
        if !select.query_row(*times, |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Sessions {
    /// Takes a batch. Batches come in the order of the source.
    pub fn keep_batch(&mut self, batch: &mut Batch) -> Result<()> {
        self.suppressed += batch.number(self.movies.texts_mut(), self.users.texts_mut())?;
        self.movies.wake(batch.sessions.iter().map(|session| session.movie));
        self.users.wake(batch.sessions.iter().map(|session| session.user));
        self.sorter.take(&mut batch.sessions)
    }

    fn keep_single(&mut self) -> Result<()> {
        let mut batch = std::mem::take(&mut self.single);
        self.keep_batch(&mut batch)?;
        batch.clear();
        self.single = batch;
        Ok(())
    }

    /// The key that a record stands for, if movie and user are known.
    fn known_key(&self, raw: Raw<'_>) -> Option<Key> {
        let facts = Facts::from_raw(raw)?;
        let movie = self.movies.texts().find(facts.movie_title)?;
        let user = self.users.texts().find(facts.user_email)?;
        Some((facts.start_at.micros(), user, movie, facts.end_at.micros()))
    }
}
