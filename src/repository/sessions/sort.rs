//! Sorts sessions by key within a budget of memory: what does not fit goes to a temporary file in
//! sorted runs, which are merged when they are read back.

use super::session::{Key, Session};
use crate::error::{Error, Result};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Bytes that each run is read back with at a time.
const READ_BUFFER: usize = 256 << 10;

/// Takes sessions in any order.
pub struct Sorter {
    capacity: usize,
    rows: Vec<(u32, Session)>,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that keeps up to `memory` bytes of sessions.
    pub fn new(memory: usize) -> Sorter {
        let capacity = (memory / size_of::<(u32, Session)>()).clamp(1, u32::MAX as usize);
        Sorter { capacity, rows: Vec::new(), runs: Vec::new() }
    }

    /// Takes one session.
    pub fn push(&mut self, session: Session) -> Result<()> {
        if self.rows.len() == self.capacity {
            self.spill()?;
        }
        self.rows.push((self.rows.len() as u32, session));
        Ok(())
    }

    /// All sessions by key, each key once.
    pub fn sorted(mut self) -> Result<Sorted> {
        self.sort();
        let mut runs = Vec::with_capacity(self.runs.len() + 1);
        for mut file in self.runs {
            file.seek(SeekFrom::Start(0)).map_err(temporary)?;
            runs.push(Run::File(BufReader::with_capacity(READ_BUFFER, file)));
        }
        runs.push(Run::Memory(self.rows.into_iter()));
        let mut sorted = Sorted { heads: BinaryHeap::new(), runs, repeated: 0 };
        for run in 0..sorted.runs.len() {
            sorted.advance(run)?;
        }
        Ok(sorted)
    }

    /// By key, and of one key in the order in which they came.
    fn sort(&mut self) {
        self.rows.sort_unstable_by_key(|(order, session)| (session.key(), *order));
    }

    fn spill(&mut self) -> Result<()> {
        self.sort();
        // The file has no name, so nothing stays behind however this process ends.
        let mut writer = BufWriter::with_capacity(1 << 20, tempfile::tempfile().map_err(temporary)?);
        for (_, session) in self.rows.drain(..) {
            writer.write_all(&session.to_bytes()).map_err(temporary)?;
        }
        self.runs.push(writer.into_inner().map_err(|error| temporary(error.into_error()))?);
        Ok(())
    }
}

/// An error with a temporary file, and what to do about it.
fn temporary(error: std::io::Error) -> Error {
    Error::failed(format!("a temporary file in {}: {error}", std::env::temp_dir().display()))
        .help("make room there, or set TMPDIR to a directory with room for half the size of the file")
}

/// Sessions by key, each key once: it has the content of its last record and the id of its first.
pub struct Sorted {
    heads: BinaryHeap<Reverse<Head>>,
    runs: Vec<Run>,
    repeated: u64,
}

enum Run {
    File(BufReader<File>),
    Memory(std::vec::IntoIter<(u32, Session)>),
}

/// The next session of a run; of one key the earlier run comes first.
struct Head {
    key: Key,
    run: usize,
    session: Session,
}

impl Sorted {
    /// The next session.
    pub fn next(&mut self) -> Result<Option<Session>> {
        let Some(mut session) = self.pop()? else { return Ok(None) };
        while self.heads.peek().is_some_and(|Reverse(head)| head.key == session.key()) {
            if let Some(later) = self.pop()? {
                session = Session { id: session.id, ..later };
                self.repeated += 1;
            }
        }
        Ok(Some(session))
    }

    /// How many records had the key of a later one, so far.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    fn pop(&mut self) -> Result<Option<Session>> {
        let Some(Reverse(head)) = self.heads.pop() else { return Ok(None) };
        self.advance(head.run)?;
        Ok(Some(head.session))
    }

    fn advance(&mut self, run: usize) -> Result<()> {
        let session = match self.runs.get_mut(run) {
            Some(Run::Memory(rows)) => rows.next().map(|(_, session)| session),
            Some(Run::File(file)) => read_session(file).map_err(temporary)?,
            None => None,
        };
        if let Some(session) = session {
            self.heads.push(Reverse(Head { key: session.key(), run, session }));
        }
        Ok(())
    }
}

fn read_session(file: &mut BufReader<File>) -> std::io::Result<Option<Session>> {
    let mut bytes = [0; Session::BYTES];
    if std::io::BufRead::fill_buf(file)?.is_empty() {
        return Ok(None);
    }
    file.read_exact(&mut bytes)?;
    Ok(Some(Session::from_bytes(&bytes)))
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.key, self.run).cmp(&(other.key, other.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(start_at: i64, size_mb: f64, id: u8) -> Session {
        Session { start_at, end_at: start_at, user: 1, movie: 1, size_mb, id: [id; 20] }
    }

    fn sorted(memory: usize, sessions: &[Session]) -> (Vec<Session>, u64) {
        let mut sorter = Sorter::new(memory);
        for session in sessions {
            sorter.push(*session).unwrap();
        }
        let mut sorted = sorter.sorted().unwrap();
        let mut found = Vec::new();
        while let Some(session) = sorted.next().unwrap() {
            found.push(session);
        }
        (found, sorted.repeated())
    }

    #[test]
    fn runs_and_memory_give_the_same_order() {
        // Keys scattered by a multiplicative walk, most of them twice.
        let sessions: Vec<Session> =
            (0..5000_i64).map(|i| session(i * 7919 % 3001, i as f64, (i % 251) as u8)).collect();
        let whole = sorted(usize::MAX, &sessions);
        assert_eq!((whole.0.len(), whole.1), (3001, 1999));
        assert!(whole.0.is_sorted_by_key(Session::key));
        for memory in [1, 1000, 100_000] {
            assert_eq!(sorted(memory, &sessions), whole);
        }
    }

    #[test]
    fn of_one_key_the_last_content_and_the_first_id_count() {
        let sessions = [session(5, 1.0, 1), session(4, 9.0, 9), session(5, 2.0, 2), session(5, 3.0, 3)];
        let expected = (vec![session(4, 9.0, 9), session(5, 3.0, 1)], 2);
        for memory in [1, 160, usize::MAX] {
            assert_eq!(sorted(memory, &sessions), expected);
        }
    }
}
