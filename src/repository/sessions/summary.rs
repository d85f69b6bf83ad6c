//! The summaries of the streams, `stream_by_day` and `stream_by_size`, kept true by what a load adds.

use super::session::Session;
use crate::domain::time::SECOND;
use crate::error::Result;
use hashbrown::HashMap;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

/// Microseconds in a day.
const DAY: i64 = 86_400 * SECOND;

/// What a load changes in the summaries.
#[derive(Default)]
pub struct Summary {
    days: BTreeMap<i64, Day>,
    /// Far more sizes than days, and a look-up for each session.
    sizes: HashMap<i64, i64>,
}

/// What a load adds to a day.
#[derive(Clone, Copy, Default)]
struct Day {
    streams: i64,
    seconds: i64,
    microseconds: i64,
    longest: i64,
}

impl Summary {
    /// Counts a session as new.
    pub fn add(&mut self, session: &Session) {
        let duration = self.count(session, 1);
        let day = self.days.entry(day(session)).or_default();
        day.longest = day.longest.max(duration);
    }

    /// Takes back what was added for a session that turns out to be known; its duration is known as well.
    pub fn take_back(&mut self, session: &Session) {
        self.count(session, -1);
    }

    fn count(&mut self, session: &Session, times: i64) -> i64 {
        let duration = session.end_at - session.start_at;
        let day = self.days.entry(day(session)).or_default();
        day.streams += times;
        day.seconds += times * (duration / SECOND);
        day.microseconds += times * (duration % SECOND);
        *self.sizes.entry(class(session.size_mb)).or_default() += times;
        duration
    }

    /// A session has another size.
    pub fn resize(&mut self, before: f64, after: f64) {
        *self.sizes.entry(class(before)).or_default() -= 1;
        *self.sizes.entry(class(after)).or_default() += 1;
    }

    /// Joins what two threads counted.
    pub fn join(&mut self, other: Summary) {
        for (day, other) in other.days {
            let day = self.days.entry(day).or_default();
            day.streams += other.streams;
            day.seconds += other.seconds;
            day.microseconds += other.microseconds;
            day.longest = day.longest.max(other.longest);
        }
        for (class, streams) in other.sizes {
            *self.sizes.entry(class).or_default() += streams;
        }
    }

    /// Writes what changed.
    pub fn write(self, connection: &Connection) -> Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO stream_by_day (day, streams, seconds, microseconds, longest) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (day) DO UPDATE SET streams = streams + excluded.streams,
                 seconds = seconds + excluded.seconds, microseconds = microseconds + excluded.microseconds,
                 longest = max(longest, excluded.longest)",
        )?;
        let changed = self.days.into_iter().filter(|(_, added)| added.streams != 0);
        for (day, added) in changed {
            upsert.execute(params![day, added.streams, added.seconds, added.microseconds, added.longest])?;
        }
        let mut upsert = connection.prepare_cached(
            "INSERT INTO stream_by_size (class, streams) VALUES (?1, ?2)
             ON CONFLICT (class) DO UPDATE SET streams = streams + excluded.streams",
        )?;
        let mut left_empty =
            connection.prepare_cached("DELETE FROM stream_by_size WHERE class = ?1 AND streams = 0")?;
        let changed: BTreeMap<i64, i64> = self.sizes.into_iter().filter(|(_, added)| *added != 0).collect();
        for (class, added) in changed {
            upsert.execute(params![class, added])?;
            if added < 0 {
                left_empty.execute([class])?;
            }
        }
        Ok(())
    }
}

/// Sums all sessions up anew.
pub fn summarise(connection: &Connection) -> Result<()> {
    for summary in ["stream_by_day", "stream_by_size"] {
        connection.execute_batch(&format!(
            "DELETE FROM {summary}; INSERT INTO {summary} SELECT * FROM {summary}_counted"
        ))?;
    }
    Ok(())
}

/// Brings the summaries up to date when these sessions were deleted: their days are counted anew, since what was the
/// longest of a day cannot be told from the sum.
pub fn leave_out(connection: &Connection, sessions: &[Session]) -> Result<()> {
    let (mut days, mut sizes) = (BTreeSet::new(), BTreeMap::new());
    for session in sessions {
        days.insert(day(session));
        *sizes.entry(class(session.size_mb)).or_insert(0_i64) += 1;
    }
    let mut delete = connection.prepare("DELETE FROM stream_by_day WHERE day = ?1")?;
    let mut count = connection.prepare(
        "INSERT INTO stream_by_day (day, streams, seconds, microseconds, longest)
         SELECT ?1, count(*), sum((end_at - start_at) / 1000000), sum((end_at - start_at) % 1000000),
             max(end_at - start_at)
         FROM stream_fact WHERE start_at >= ?2 AND start_at < ?3 HAVING count(*) > 0",
    )?;
    for day in days {
        delete.execute([day])?;
        count.execute([day, day.saturating_mul(DAY), day.saturating_add(1).saturating_mul(DAY)])?;
    }
    let mut update =
        connection.prepare("UPDATE stream_by_size SET streams = streams - ?2 WHERE class = ?1")?;
    let mut left_empty =
        connection.prepare("DELETE FROM stream_by_size WHERE class = ?1 AND streams <= 0")?;
    for (class, streams) in sizes {
        update.execute([class, streams])?;
        left_empty.execute([class])?;
    }
    Ok(())
}

/// The day on which a session started.
fn day(session: &Session) -> i64 {
    session.start_at.div_euclid(DAY)
}

/// The size without its fraction, as SQLite's CAST has it.
fn class(size_mb: f64) -> i64 {
    size_mb as i64
}
