//! The limit of what a load into SQLite can be: rows appended to a table without any key or index, one
//! statement for them all, from memory; times, SHA-1 and interning are another thread's work.

use crate::Result;
use rusqlite::ffi::{sqlite3_vtab, sqlite3_vtab_cursor};
use rusqlite::vtab::{Context, Filters, IndexInfo, Module, VTab, VTabConnection, VTabCursor};
use rusqlite::{Connection, params};
use scli::decode::Reading;
use scli::decode::csv::{self, Block};
use scli::domain::Model;
use scli::domain::stream::Stream;
use scli::repository::{Batch, Interner};
use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::fs::File;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// How many batches may wait.
const WAITING: usize = 8;

/// The batches on their way; the one statement takes the receiver.
type Batches = Arc<Mutex<Option<Receiver<Batch>>>>;

/// Appends all sessions of a file to a new database, and returns their number.
pub fn append(file: &Path, database: &Path) -> Result<usize> {
    let mut connection = Connection::open(database)?;
    connection.pragma_update(None, "page_size", 16 << 10)?;
    connection.pragma_update(None, "cache_size", -(64 << 10))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE keyless (
            start_at INTEGER NOT NULL, user_id INTEGER NOT NULL, movie_id INTEGER NOT NULL,
            end_at INTEGER NOT NULL, size_mb REAL NOT NULL, id BLOB NOT NULL, load_id INTEGER NOT NULL
        ) STRICT",
    )?;
    let (sender, receiver) = sync_channel(WAITING);
    const MODULE: Module<'static, Feed> = Module::eponymous_only_module();
    connection.create_module(c"feed", &MODULE, Some(Batches::new(Mutex::new(Some(receiver)))))?;
    std::thread::scope(|threads| {
        let parsing = threads.spawn(move || parse(file, &sender));
        let transaction = connection.transaction()?;
        let appended = transaction.execute("INSERT INTO keyless SELECT *, ?1 FROM feed", params![1])?;
        transaction.commit()?;
        parsing.join().map_err(|_| "parsing stopped unexpectedly")??;
        Ok(appended)
    })
}

fn parse(file: &Path, sender: &SyncSender<Batch>) -> Result<()> {
    let text = |error: scli::error::Error| error.to_string();
    let (header, mut blocks) =
        csv::open(File::open(file)?, &Reading::default(), Model::STREAM.spec().members).map_err(text)?;
    let (mut movies, mut users) = (Interner::default(), Interner::default());
    let mut block = Block::default();
    while blocks.next(&mut block).map_err(text)? {
        let mut batch = Batch::default();
        csv::visit_records(&block, &header, &mut |record| match record.raw.and_then(Stream::from_raw) {
            Ok(stream) => {
                batch.add(&stream);
                Ok(())
            }
            Err(invalid) => Err(scli::error::Error::failed(invalid.to_string())),
        })
        .map_err(text)?;
        batch.number(&mut movies, &mut users).map_err(text)?;
        if sender.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

#[repr(C)]
struct Feed {
    /// SQLite's part; must be first.
    base: sqlite3_vtab,
    batches: Batches,
}

// SAFETY: `Feed` is #[repr(C)] and begins with `sqlite3_vtab`.
unsafe impl<'vtab> VTab<'vtab> for Feed {
    type Aux = Batches;
    type Cursor = Cursor<'vtab>;

    fn connect(
        _: &mut VTabConnection,
        aux: Option<&Batches>,
        _: &[u8],
        _: &[u8],
        _: &[u8],
        _: &[&[u8]],
    ) -> rusqlite::Result<(Cow<'static, CStr>, Feed)> {
        let feed = Feed { base: sqlite3_vtab::default(), batches: aux.cloned().unwrap_or_default() };
        Ok((Cow::Borrowed(c"CREATE TABLE feed (start_at, user_id, movie_id, end_at, size_mb, id)"), feed))
    }

    fn best_index(&self, info: &mut IndexInfo) -> rusqlite::Result<bool> {
        info.set_estimated_cost(1.0);
        Ok(true)
    }

    fn open(&mut self) -> rusqlite::Result<Cursor<'_>> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner).take();
        let base = sqlite3_vtab_cursor::default();
        Ok(Cursor { base, batches, batch: Batch::default(), row: 0, table: PhantomData })
    }
}

#[repr(C)]
struct Cursor<'vtab> {
    /// SQLite's part; must be first.
    base: sqlite3_vtab_cursor,
    batches: Option<Receiver<Batch>>,
    batch: Batch,
    row: usize,
    table: PhantomData<&'vtab Feed>,
}

impl Cursor<'_> {
    /// Waits for a batch that is not empty, or for the end.
    fn refill(&mut self) {
        while self.row >= self.batch.sessions.len()
            && let Some(batch) = self.batches.as_ref().and_then(|batches| batches.recv().ok())
        {
            (self.batch, self.row) = (batch, 0);
        }
    }
}

// SAFETY: `Cursor` is #[repr(C)] and begins with `sqlite3_vtab_cursor`.
unsafe impl VTabCursor for Cursor<'_> {
    fn filter(&mut self, _: c_int, _: Option<&str>, _: &Filters<'_>) -> rusqlite::Result<()> {
        self.refill();
        Ok(())
    }

    fn next(&mut self) -> rusqlite::Result<()> {
        self.row += 1;
        if self.row >= self.batch.sessions.len() {
            self.refill();
        }
        Ok(())
    }

    fn eof(&self) -> bool {
        self.row >= self.batch.sessions.len()
    }

    fn column(&self, context: &mut Context, column: c_int) -> rusqlite::Result<()> {
        let Some(session) = self.batch.sessions.get(self.row) else { return Ok(()) };
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
