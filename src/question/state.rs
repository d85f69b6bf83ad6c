//! A state of the warehouse that was, or is.

use std::fmt;

use rusqlite::Connection;

use super::receipts::{never_loaded, told_never_loaded};
use crate::error::Result;
use crate::past::{Past, count_summaries};
use crate::sql::guard;

/// What names the present among the states.
const NOW: &str = "now";

/// A state of the warehouse, seen through a connection of its own.
pub struct State {
    /// Sees the warehouse as it was in this state, and can only read it.
    pub conn: Connection,
    /// The past that it is; `None` for the present.
    pub past: Option<Past>,
    /// The last load that it knows; 0 where there is none.
    pub last: i64,
    /// The models that were never loaded then.
    pub never_loaded: Vec<&'static str>,
}

impl State {
    /// Makes `conn` see the state that `text` names: `now`, or whatever `--as-of` takes.
    pub fn of(mut conn: Connection, text: &str) -> Result<State> {
        let past = match text {
            NOW => None,
            text => Some(Past::travel(&conn, text)?),
        };
        if past.is_some() {
            count_summaries(&conn)?;
        }
        let last = conn.query_row("SELECT coalesce(max(id), 0) FROM load", [], |row| row.get(0))?;
        guard(&mut conn)?;
        Ok(State { never_loaded: never_loaded(&conn)?, conn, past, last })
    }

    /// The load as of which it is; `None` for the present.
    pub fn load(&self) -> Option<i64> {
        self.past.as_ref().map(|past| past.load)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.past {
            Some(past) => past.fmt(f)?,
            None => f.write_str(NOW)?,
        }
        told_never_loaded(&self.never_loaded).map_or(Ok(()), |missing| write!(f, "; {missing}"))
    }
}
