//! Sorts records by key within a budget of memory: what does not fit goes to a temporary file in sorted runs, which are
//! merged when they are read.

use super::row::{put, put_key};
use crate::domain::Value;
use crate::error::{Error, Result};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;

/// How many bytes are written to the temporary file at a time, and read back of each run.
const PIECE: usize = 128 << 10;

/// The lengths of a key and of the values, which stand before both.
const HEAD: usize = 16;

/// Takes records in any order.
pub struct Sorter {
    /// How many of the first values are the key.
    keys: usize,
    memory: usize,
    /// The records that are in memory, one after the other.
    bytes: Vec<u8>,
    places: Vec<Place>,
    /// Nameless, so that nothing stays behind however this process ends.
    file: Option<File>,
    /// Where each sorted run is in the file.
    runs: Vec<Range<u64>>,
}

/// Where a record stands, and how its key begins: that alone tells most keys apart.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    at: usize,
}

impl Sorter {
    /// A sorter of records whose first `keys` values are the key, which keeps up to about `memory` bytes of them.
    pub fn new(keys: usize, memory: usize) -> Sorter {
        Sorter { keys, memory, bytes: Vec::new(), places: Vec::new(), file: None, runs: Vec::new() }
    }

    /// Takes a record, which comes after all those taken before.
    pub fn add(&mut self, values: &[Value<'_>]) -> Result<()> {
        if self.bytes.len() + self.places.len() * size_of::<Place>() >= self.memory {
            self.spill().map_err(|error| Error::temporary_file(&error))?;
        }
        let at = self.bytes.len();
        self.bytes.extend([0; HEAD]);
        put_key(values.get(..self.keys).unwrap_or(values), &mut self.bytes);
        let key = self.bytes.len() - at - HEAD;
        put(values, &mut self.bytes);
        let row = self.bytes.len() - at - HEAD - key;
        if let Some(head) = self.bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<HEAD>) {
            let (first, second) = head.split_at_mut(HEAD / 2);
            first.copy_from_slice(&(key as u64).to_le_bytes());
            second.copy_from_slice(&(row as u64).to_le_bytes());
        }
        self.places.push(Place { start: start_of(record_at(&self.bytes, at).0), at });
        Ok(())
    }

    /// Sorts what is in memory. Of one key the last record stays.
    fn sort(&mut self) {
        let bytes = &self.bytes;
        let key = |place: &Place| record_at(bytes, place.at).0;
        self.places.sort_unstable_by(|one, other| {
            let order = one.start.cmp(&other.start).then_with(|| key(one).cmp(key(other)));
            // Later ones first, since of equal ones the first stays.
            order.then_with(|| other.at.cmp(&one.at))
        });
        self.places.dedup_by(|one, other| one.start == other.start && key(one) == key(other));
    }

    fn spill(&mut self) -> std::io::Result<()> {
        self.sort();
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let start = file.stream_position()?;
        let mut piece = Vec::with_capacity(PIECE);
        for place in &self.places {
            let record = whole_at(&self.bytes, place.at);
            if piece.len() + record.len() > PIECE {
                file.write_all(&piece)?;
                piece.clear();
            }
            piece.extend(record);
        }
        file.write_all(&piece)?;
        self.runs.push(start..file.stream_position()?);
        self.places.clear();
        // One long record must not leave its room behind.
        self.bytes.clear();
        self.bytes.shrink_to(self.memory);
        Ok(())
    }

    /// All records by key, each key once: with its last record.
    pub fn sorted(mut self) -> Result<Sorted> {
        if self.file.is_some() {
            self.spill().map_err(|error| Error::temporary_file(&error))?;
            (self.bytes, self.places) = (Vec::new(), Vec::new());
        }
        self.sort();
        let Sorter { bytes, places, file, runs, .. } = self;
        let runs = runs.into_iter().map(Run::new).collect();
        let mut sorted = Sorted { bytes, places: places.into_iter(), file, runs, heads: BinaryHeap::new() };
        for run in 0..sorted.runs.len() {
            sorted.read(run)?;
        }
        Ok(sorted)
    }
}

/// Records by key, each key once.
pub struct Sorted {
    /// Those in memory.
    bytes: Vec<u8>,
    places: std::vec::IntoIter<Place>,
    /// Those in the file: of each run the next one.
    file: Option<File>,
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<Head>>,
}

impl Sorted {
    /// Hands the values of each record to `visit`.
    pub fn each(mut self, mut visit: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        for place in self.places.by_ref() {
            visit(record_at(&self.bytes, place.at).1)?;
        }
        while let Some(Reverse(head)) = self.heads.pop() {
            self.read(head.run)?;
            // Of one key the latest run comes first.
            while let Some(Reverse(same)) = self.heads.peek() {
                if record_at(&same.record, 0).0 != record_at(&head.record, 0).0 {
                    break;
                }
                let run = same.run;
                self.heads.pop();
                self.read(run)?;
            }
            visit(record_at(&head.record, 0).1)?;
        }
        Ok(())
    }

    fn read(&mut self, run: usize) -> Result<()> {
        if let (Some(file), Some(reader)) = (&mut self.file, self.runs.get_mut(run))
            && let Some(record) = reader.next(file).map_err(|error| Error::temporary_file(&error))?
        {
            self.heads.push(Reverse(Head { record, run }));
        }
        Ok(())
    }
}

/// The next record of a run.
struct Head {
    record: Vec<u8>,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = record_at(&self.record, 0).0.cmp(record_at(&other.record, 0).0);
        order.then_with(|| other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

/// A run in the temporary file, of which a piece is in memory.
struct Run {
    /// What is still to be read.
    rest: Range<u64>,
    piece: Vec<u8>,
    /// How many bytes of the piece are done.
    done: usize,
}

impl Run {
    fn new(place: Range<u64>) -> Run {
        Run { rest: place, piece: Vec::new(), done: 0 }
    }

    fn next(&mut self, file: &mut File) -> std::io::Result<Option<Vec<u8>>> {
        let mut wanted = HEAD;
        loop {
            let left = self.piece.get(self.done..).unwrap_or_default();
            if left.is_empty() && self.rest.is_empty() {
                return Ok(None);
            }
            if left.len() >= wanted {
                wanted = whole_length(left);
                if let Some(record) = left.get(..wanted) {
                    self.done += wanted;
                    return Ok(Some(record.to_vec()));
                }
            }
            if self.rest.is_empty() {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.piece.drain(..self.done);
            self.done = 0;
            let length = (self.rest.end - self.rest.start).min(PIECE.max(wanted) as u64);
            file.seek(SeekFrom::Start(self.rest.start))?;
            let read = Read::by_ref(file).take(length).read_to_end(&mut self.piece)? as u64;
            if read < length {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.rest.start += length;
        }
    }
}

/// The first bytes of a key, as a number that is in their order.
fn start_of(key: &[u8]) -> u64 {
    // The first byte is the type, of which a column has one.
    let key = key.get(1..).unwrap_or_default();
    match key.first_chunk() {
        Some(start) => u64::from_be_bytes(*start),
        None => key.iter().fold((0, 56), |(sum, shift), byte| (sum | u64::from(*byte) << shift, shift - 8)).0,
    }
}

/// Key and values of the record that begins at a place.
fn record_at(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    let (head, rest) = bytes.get(at..).unwrap_or_default().split_at_checked(HEAD).unwrap_or_default();
    let (key, row) = lengths(head);
    let (key, rest) = rest.split_at_checked(key).unwrap_or_default();
    (key, rest.get(..row).unwrap_or_default())
}

/// All bytes of the record that begins at a place.
fn whole_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.get(..whole_length(rest)).unwrap_or_default()
}

fn whole_length(record: &[u8]) -> usize {
    let (key, row) = lengths(record);
    HEAD + key + row
}

fn lengths(head: &[u8]) -> (usize, usize) {
    let number = |at: usize| {
        let bytes = head.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        u64::from_le_bytes(bytes) as usize
    };
    (number(0), number(HEAD / 2))
}

#[cfg(test)]
mod tests {
    use super::super::row::Values;
    use super::*;
    use rusqlite::types::ToSql;

    fn sorted(memory: usize, records: &[[Value<'_>; 3]]) -> Vec<String> {
        let mut sorter = Sorter::new(2, memory);
        for record in records {
            sorter.add(record).unwrap();
        }
        let mut found = Vec::new();
        let visit = |row: &[u8]| {
            let values: Vec<String> =
                Values(row).map(|value| format!("{:?}", value.to_sql().unwrap())).collect();
            found.push(values.join(" "));
            Ok(())
        };
        sorter.sorted().unwrap().each(visit).unwrap();
        found
    }

    #[test]
    fn runs_in_memory_and_in_a_file_give_the_same_order() {
        // Keys scattered by a multiplicative walk, most of them twice.
        let records: Vec<_> = (0..5000_i64)
            .map(|i| {
                let key = i * 7919 % 3001;
                [Value::Integer(key / 7), Value::from(format!("{:03}", key % 7)), Value::Real(i as f64)]
            })
            .collect();
        let whole = sorted(usize::MAX, &records);
        assert_eq!(whole.len(), 3001);
        for memory in [1, 1000, 100_000] {
            assert_eq!(sorted(memory, &records), whole, "{memory} bytes");
        }
        let last = records.iter().rposition(|record| record[0] == Value::Integer(5)).unwrap();
        assert!(whole.iter().any(|row| row.contains(&format!("Real({last}.0)"))), "the last record counts");
        assert!(sorted(1, &[]).is_empty());
    }

    #[test]
    fn a_record_may_be_longer_than_a_piece() {
        let long = |key: i64| [Value::Integer(key), Value::from(""), Value::from("x".repeat(3 * PIECE))];
        let records = [long(3), long(1), long(2), long(1)];
        assert_eq!(sorted(PIECE, &records), sorted(usize::MAX, &records));
    }
}
