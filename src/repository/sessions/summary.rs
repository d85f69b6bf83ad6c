//! The summaries of the streams, `stream_by_day` and `stream_by_size`, kept true by what a load adds.

use super::session::Session;
use crate::domain::time::SECOND;
use crate::error::Result;
use hashbrown::HashMap;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

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
    /// A session is new.
    pub fn add(&mut self, session: &Session) {
        let duration = session.end_at - session.start_at;
        let day = self.days.entry(session.start_at.div_euclid(DAY)).or_default();
        day.streams += 1;
        day.seconds += duration / SECOND;
        day.microseconds += duration % SECOND;
        day.longest = day.longest.max(duration);
        *self.sizes.entry(class(session.size_mb)).or_default() += 1;
    }

    /// A session has another size.
    pub fn resize(&mut self, before: f64, after: f64) {
        *self.sizes.entry(class(before)).or_default() -= 1;
        *self.sizes.entry(class(after)).or_default() += 1;
    }

    /// Writes what changed.
    pub fn write(self, connection: &Connection) -> Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO stream_by_day (day, streams, seconds, microseconds, longest) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (day) DO UPDATE SET streams = streams + excluded.streams,
                 seconds = seconds + excluded.seconds, microseconds = microseconds + excluded.microseconds,
                 longest = max(longest, excluded.longest)",
        )?;
        for (day, added) in self.days {
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
            left_empty.execute([class])?;
        }
        Ok(())
    }
}

/// The size without its fraction, as SQLite's CAST has it.
fn class(size_mb: f64) -> i64 {
    size_mb as i64
}
