//! Sorts sessions by key within a budget of memory: a thread of its own sorts them in runs while more
//! are parsed. What does not fit goes to a temporary file; the runs are merged when they are read.

use super::session::{Key, Session};
use crate::error::{Error, Result};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// How many bytes are written to the temporary file at a time, and read back of each run.
const PIECE: usize = 128 << 10;

/// Takes sessions in any order.
pub struct Sorter {
    /// Sessions of the run that is being filled.
    filling: Vec<Session>,
    run_size: usize,
    /// Full runs on their way to be sorted; the thread ends when this does.
    full: Option<SyncSender<Vec<Session>>>,
    sorting: Option<JoinHandle<Result<Runs>>>,
    memory: usize,
}

/// Sorted runs, in the order in which they came: those in memory were first.
#[derive(Default)]
struct Runs {
    in_memory: Vec<Vec<Session>>,
    /// Nameless, so that nothing stays behind however this process ends.
    file: Option<File>,
    /// Where each of the other runs is in the file.
    in_file: Vec<Range<u64>>,
}

impl Sorter {
    /// A sorter that keeps up to about `memory` bytes of sessions.
    pub fn new(memory: usize) -> Sorter {
        // Of the budget, one run is filled, one waits, one is sorted; the rest holds sorted ones.
        let run_size = (memory / size_of::<Session>() / 8).clamp(1, u32::MAX as usize);
        Sorter { filling: Vec::new(), run_size, full: None, sorting: None, memory }
    }

    /// Takes sessions, which come after all those taken before. The first are not copied: often there are no more.
    pub fn take(&mut self, sessions: &mut Vec<Session>) -> Result<()> {
        if self.filling.capacity() == 0 && sessions.len() <= self.run_size {
            std::mem::swap(&mut self.filling, sessions);
            return Ok(());
        }
        self.extend(sessions)
    }

    fn extend(&mut self, mut sessions: &[Session]) -> Result<()> {
        while !sessions.is_empty() {
            if self.filling.len() == self.run_size {
                self.pass_on()?;
            }
            let room = self.run_size - self.filling.len();
            let (now, later) = sessions.split_at(room.min(sessions.len()));
            self.filling.extend_from_slice(now);
            sessions = later;
        }
        Ok(())
    }

    fn pass_on(&mut self) -> Result<()> {
        let full = std::mem::replace(&mut self.filling, Vec::with_capacity(self.run_size));
        if self.full.is_none() {
            let (sender, receiver) = sync_channel::<Vec<Session>>(1);
            let kept = self.memory / (self.run_size * size_of::<Session>()).max(1);
            let kept = kept.saturating_sub(3).max(1);
            let sort = move || {
                let mut runs = Runs::default();
                for run in receiver {
                    runs.add(run, kept)?;
                }
                Ok(runs)
            };
            let thread = std::thread::Builder::new().spawn(sort);
            self.sorting = Some(thread.map_err(|why| Error::no_thread(&why))?);
            self.full = Some(sender);
        }
        match self.full.as_ref().map(|sender| sender.send(full)) {
            Some(Ok(())) | None => Ok(()),
            // The thread has ended early; it says why.
            Some(Err(_)) => self.runs().map(|_| ()),
        }
    }

    /// Waits for the runs that were passed on.
    fn runs(&mut self) -> Result<Runs> {
        self.full = None;
        match self.sorting.take().map(JoinHandle::join) {
            None => Ok(Runs::default()),
            Some(Ok(runs)) => runs,
            Some(Err(_)) => Err(Error::failed("sorting stopped unexpectedly")),
        }
    }

    /// All sessions by key, each key once.
    pub fn sorted(mut self) -> Result<Sorted> {
        let Runs { in_memory, file, in_file } = self.runs()?;
        sort(&mut self.filling);
        let in_memory = in_memory.into_iter().map(|run| Run::InMemory(run.into_iter()));
        let spilled = in_file.into_iter().map(|place| Run::InFile(Spilled::new(place)));
        let last = Run::InMemory(std::mem::take(&mut self.filling).into_iter());
        let runs = in_memory.chain(spilled).chain([last]).collect();
        let mut sorted = Sorted { heads: BinaryHeap::new(), runs, file, repeated: 0, alone: None };
        if let [_] = sorted.runs.as_slice() {
            sorted.alone = sorted.next_of(0)?;
        } else {
            for run in 0..sorted.runs.len() {
                if let Some(session) = sorted.next_of(run)? {
                    sorted.heads.push(Reverse(Head { key: session.key(), run, session }));
                }
            }
        }
        Ok(sorted)
    }
}

/// By key, and of one key in the order in which they came.
fn sort(run: &mut [Session]) {
    run.sort_by_key(Session::key);
}

impl Runs {
    /// Sorts a run and keeps it, in memory if there are no more than `kept` there.
    fn add(&mut self, mut run: Vec<Session>, kept: usize) -> Result<()> {
        sort(&mut run);
        if self.in_memory.len() < kept {
            self.in_memory.push(run);
            return Ok(());
        }
        self.spill(&run).map_err(|error| Error::temporary_file(&error))
    }

    fn spill(&mut self, run: &[Session]) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let start = file.stream_position()?;
        let mut bytes = Vec::with_capacity(PIECE + Session::MOST_BYTES);
        let mut before = 0;
        for session in run {
            before = session.put(before, &mut bytes);
            if bytes.len() >= PIECE {
                file.write_all(&bytes)?;
                bytes.clear();
            }
        }
        file.write_all(&bytes)?;
        self.in_file.push(start..file.stream_position()?);
        Ok(())
    }
}

/// Sessions by key, each key once: it has the content of its last record and the id of its first.
pub struct Sorted {
    heads: BinaryHeap<Reverse<Head>>,
    runs: Vec<Run>,
    file: Option<File>,
    repeated: u64,
    /// The next session where there is but one run, and nothing to merge.
    alone: Option<Session>,
}

/// A sorted run.
enum Run {
    InMemory(std::vec::IntoIter<Session>),
    InFile(Spilled),
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
        while self.next_key() == Some(session.key()) {
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

    fn next_key(&self) -> Option<Key> {
        match self.heads.peek() {
            Some(Reverse(head)) => Some(head.key),
            None => self.alone.as_ref().map(Session::key),
        }
    }

    fn pop(&mut self) -> Result<Option<Session>> {
        let Some(Reverse(head)) = self.heads.peek() else {
            let alone = self.alone.take();
            if alone.is_some() {
                self.alone = self.next_of(0)?;
            }
            return Ok(alone);
        };
        let (run, session) = (head.run, head.session);
        let next = self.next_of(run)?;
        if let Some(mut head) = self.heads.peek_mut() {
            match next {
                Some(session) => head.0 = Head { key: session.key(), run, session },
                None => {
                    PeekMut::pop(head);
                }
            }
        }
        Ok(Some(session))
    }

    fn next_of(&mut self, run: usize) -> Result<Option<Session>> {
        match (self.runs.get_mut(run), &mut self.file) {
            (Some(Run::InMemory(run)), _) => Ok(run.next()),
            (Some(Run::InFile(run)), Some(file)) => {
                run.next(file).map_err(|error| Error::temporary_file(&error))
            }
            _ => Ok(None),
        }
    }
}

/// A run in the temporary file, of which a piece is in memory.
struct Spilled {
    /// What is still to be read.
    rest: Range<u64>,
    piece: Vec<u8>,
    /// How many bytes of the piece are done.
    done: usize,
    /// The start of the session before.
    before: i64,
}

impl Spilled {
    fn new(place: Range<u64>) -> Spilled {
        Spilled { rest: place, piece: Vec::new(), done: 0, before: 0 }
    }

    fn next(&mut self, file: &mut File) -> std::io::Result<Option<Session>> {
        if self.piece.len() - self.done < Session::MOST_BYTES && !self.rest.is_empty() {
            self.piece.drain(..self.done);
            self.done = 0;
            let length = (self.rest.end - self.rest.start).min(PIECE as u64);
            file.seek(SeekFrom::Start(self.rest.start))?;
            Read::by_ref(file).take(length).read_to_end(&mut self.piece)?;
            self.rest.start += length;
        }
        let mut bytes = self.piece.get(self.done..).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(None);
        }
        let left = bytes.len();
        let session = Session::take(self.before, &mut bytes).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        self.done += left - bytes.len();
        self.before = session.start_at;
        Ok(Some(session))
    }
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
        sorter.extend(sessions).unwrap();
        let mut sorted = sorter.sorted().unwrap();
        let mut found = Vec::new();
        while let Some(session) = sorted.next().unwrap() {
            found.push(session);
        }
        (found, sorted.repeated())
    }

    #[test]
    fn runs_in_memory_and_in_a_file_give_the_same_order() {
        // Keys scattered by a multiplicative walk, most of them twice.
        let sessions: Vec<Session> =
            (0..5000_i64).map(|i| session(i * 7919 % 3001, i as f64, (i % 251) as u8)).collect();
        let whole = sorted(usize::MAX, &sessions);
        assert_eq!((whole.0.len(), whole.1), (3001, 1999));
        assert!(whole.0.is_sorted_by_key(Session::key));
        for memory in [1, 1000, 100_000, 1 << 20] {
            assert_eq!(sorted(memory, &sessions), whole, "{memory} bytes");
        }
        assert_eq!(sorted(1, &[]), (Vec::new(), 0));
    }

    #[test]
    fn of_one_key_the_last_content_and_the_first_id_count() {
        let sessions = [session(5, 1.0, 1), session(4, 9.0, 9), session(5, 2.0, 2), session(5, 3.0, 3)];
        let expected = (vec![session(4, 9.0, 9), session(5, 3.0, 1)], 2);
        for memory in [1, 1000, usize::MAX] {
            assert_eq!(sorted(memory, &sessions), expected);
        }
    }
}
