//! A virtual table of sessions that are in memory, so that SQLite takes a whole batch by one
//! statement: half the cost a row of binding and stepping each.

use super::session::Session;
use crate::error::Result;
use rusqlite::ffi::{sqlite3_vtab, sqlite3_vtab_cursor};
use rusqlite::vtab::{Context, Filters, IndexInfo, Module, VTab, VTabConnection, VTabCursor};
use rusqlite::{Connection, params};
use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

/// The table's name, in SQL and as a module.
const NAME: &CStr = c"session_feed";

/// What the next statement is to take; a cursor holds on to it from its first row to its last.
type Batch = Arc<Mutex<Arc<Vec<Session>>>>;

/// The way into `stream_fact` for one load.
pub struct Feed {
    load: i64,
    batch: Batch,
}

impl Feed {
    /// Makes the virtual table known to the connection.
    pub fn open(connection: &Connection, load: i64) -> Result<Feed> {
        const MODULE: Module<'static, Table> = Module::eponymous_only_module();
        let batch = Batch::default();
        connection.create_module(NAME, &MODULE, Some(Arc::clone(&batch)))?;
        Ok(Feed { load, batch })
    }

    /// Inserts sessions that the table does not have; in key order, for each page to be written once.
    /// FAIL instead of ABORT: a load that fails is rolled back as a whole, and SQLite need not keep what
    /// it would take to undo one statement.
    pub fn insert(&self, connection: &Connection, sessions: &mut Vec<Session>) -> Result<()> {
        self.run(
            connection,
            sessions,
            "INSERT OR FAIL INTO stream_fact (start_at, user_id, movie_id, end_at, size_mb, id, load_id)
             SELECT start_at, user_id, movie_id, end_at, size_mb, id, ?1 FROM session_feed",
        )
    }

    /// Upserts sessions, in key order.
    pub fn upsert(&self, connection: &Connection, sessions: &mut Vec<Session>) -> Result<()> {
        self.run(
            connection,
            sessions,
            "INSERT INTO stream_fact (start_at, user_id, movie_id, end_at, size_mb, id, load_id)
             SELECT start_at, user_id, movie_id, end_at, size_mb, id, ?1 FROM session_feed WHERE true
             ON CONFLICT (start_at, user_id, movie_id, end_at) DO UPDATE
             SET size_mb = excluded.size_mb, load_id = excluded.load_id
             WHERE size_mb IS NOT excluded.size_mb",
        )
    }

    fn run(&self, connection: &Connection, sessions: &mut Vec<Session>, sql: &str) -> Result<()> {
        if sessions.is_empty() {
            return Ok(());
        }
        self.put(Arc::new(std::mem::take(sessions)));
        let written = connection.prepare_cached(sql)?.execute(params![self.load]);
        // The allocation comes back for the next batch.
        *sessions = Arc::try_unwrap(self.put(Arc::default())).unwrap_or_default();
        written?;
        Ok(())
    }

    fn put(&self, batch: Arc<Vec<Session>>) -> Arc<Vec<Session>> {
        std::mem::replace(&mut *self.batch.lock().unwrap_or_else(PoisonError::into_inner), batch)
    }
}

#[repr(C)]
struct Table {
    /// SQLite's part; must be first.
    base: sqlite3_vtab,
    batch: Batch,
}

// SAFETY: `Table` is #[repr(C)] and begins with `sqlite3_vtab`.
unsafe impl<'vtab> VTab<'vtab> for Table {
    type Aux = Batch;
    type Cursor = Cursor<'vtab>;

    fn connect(
        _: &mut VTabConnection,
        aux: Option<&Batch>,
        _: &[u8],
        _: &[u8],
        _: &[u8],
        _: &[&[u8]],
    ) -> rusqlite::Result<(Cow<'static, CStr>, Table)> {
        let table = Table { base: sqlite3_vtab::default(), batch: aux.cloned().unwrap_or_default() };
        Ok((
            Cow::Borrowed(c"CREATE TABLE session_feed (start_at, user_id, movie_id, end_at, size_mb, id)"),
            table,
        ))
    }

    fn best_index(&self, info: &mut IndexInfo) -> rusqlite::Result<bool> {
        info.set_estimated_cost(1.0);
        Ok(true)
    }

    fn open(&mut self) -> rusqlite::Result<Cursor<'_>> {
        let batch = Arc::clone(&self.batch.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Cursor { base: sqlite3_vtab_cursor::default(), batch, row: 0, table: PhantomData })
    }
}

#[repr(C)]
struct Cursor<'vtab> {
    /// SQLite's part; must be first.
    base: sqlite3_vtab_cursor,
    batch: Arc<Vec<Session>>,
    row: usize,
    table: PhantomData<&'vtab Table>,
}

// SAFETY: `Cursor` is #[repr(C)] and begins with `sqlite3_vtab_cursor`.
unsafe impl VTabCursor for Cursor<'_> {
    fn filter(&mut self, _: c_int, _: Option<&str>, _: &Filters<'_>) -> rusqlite::Result<()> {
        self.row = 0;
        Ok(())
    }

    fn next(&mut self) -> rusqlite::Result<()> {
        self.row += 1;
        Ok(())
    }

    fn eof(&self) -> bool {
        self.row >= self.batch.len()
    }

    fn column(&self, context: &mut Context, column: c_int) -> rusqlite::Result<()> {
        let Some(session) = self.batch.get(self.row) else { return Ok(()) };
        match column {
            0 => context.set_result(session.start_at),
            1 => context.set_result(session.user),
            2 => context.set_result(session.movie),
            3 => context.set_result(session.end_at),
            4 => context.set_result(session.size_mb),
            _ => context.set_result(session.id.as_slice()),
        }
    }

    fn rowid(&self) -> rusqlite::Result<i64> {
        Ok(self.row as i64)
    }
}
