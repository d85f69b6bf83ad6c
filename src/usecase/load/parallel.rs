//! Sessions in CSV, parsed by as many threads as there are processors.
//!
//! The source is cut between records into blocks. Block `k` goes to parser `k mod n`, and what the
//! parsers make of the blocks is taken in the same turn: so everything happens in the order of the
//! source, whatever the number of threads.

use super::limits::NAMED;
use super::taker::Taker;
use crate::decode::Reading;
use crate::decode::csv::{self, Block, Header};
use crate::domain::stream::Stream;
use crate::domain::{Invalid, Raw, Spec};
use crate::error::{Error, Result};
use crate::repository::{Batch, Sessions};
use std::collections::BTreeSet;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// The rules of sessions.
pub type Parse = for<'a> fn(Raw<'a>) -> std::result::Result<Stream<'a>, Invalid>;

/// How many blocks may wait for a parser, and how many results of it to be taken.
const WAITING: usize = 2;

/// How many blocks are parsed before others help.
const ALONE: usize = 8;

/// How many records of a block, or of a small source, may break a rule before they are no longer copied: far more
/// than any good source has.
const BROKEN: usize = 1000;

/// How many sessions tell that a source is not the one that came before.
const FIRST: usize = 100;

/// A block, and what a parser makes of it. Once taken it is used again for another.
#[derive(Default)]
pub struct Piece {
    block: Block,
    /// The sessions that keep the rules.
    batch: Batch,
    /// The records that break one, each a block of its own.
    broken: Vec<Block>,
    /// Whether so many do that the whole block is gone through again instead.
    again: bool,
}

/// Takes all sessions of the CSV that `reader` yields.
pub fn parse(
    reader: impl Read,
    reading: &Reading,
    rules: Parse,
    taker: &mut Taker<'_, '_, Sessions>,
) -> Result<()> {
    let (mut header, mut blocks) = csv::open(reader, reading, taker.spec.members)?;
    taker.unknown = others(&mut header);
    let mut take = |piece: &mut Piece| take(taker, &header, rules, piece);
    let mut piece = Piece::default();
    // A small file is parsed before threads have memory of their own.
    for _ in 0..ALONE {
        if !blocks.next(&mut piece.block)? {
            return Ok(());
        }
        piece.parse(&header, rules)?;
        take(&mut piece)?;
    }
    std::thread::scope(|threads| {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let mut parsers: Vec<(SyncSender<Piece>, Receiver<Result<Piece>>)> = Vec::with_capacity(count);
        for _ in 0..count {
            let (to_parser, pieces) = sync_channel::<Piece>(WAITING);
            let (sender, results) = sync_channel(WAITING);
            let header = &header;
            let parse = move || {
                for mut piece in pieces {
                    if sender.send(piece.parse(header, rules).map(|()| piece)).is_err() {
                        break;
                    }
                }
            };
            match std::thread::Builder::new().spawn_scoped(threads, parse) {
                Ok(_) => parsers.push((to_parser, results)),
                Err(why) if parsers.is_empty() => return Err(Error::no_thread(&why)),
                // Fewer will do.
                Err(_) => break,
            }
        }
        let count = parsers.len();
        let mut turns = Turns { parsers, sent: 0, taken: 0 };
        loop {
            // So many blocks are under way that every parser has one and another waits.
            while turns.sent - turns.taken >= count * WAITING {
                piece = turns.take_one(&mut take)?;
            }
            if !blocks.next(&mut piece.block)? {
                break;
            }
            turns.send(std::mem::take(&mut piece))?;
        }
        while turns.taken < turns.sent {
            turns.take_one(&mut take)?;
        }
        Ok(())
    })
}

/// The columns that the model does not know. A session keeps nothing of them: they are named, and not split off.
fn others(header: &mut Header) -> BTreeSet<String> {
    header.others.drain(..).map(|(name, _)| name).take(NAMED).collect()
}

/// A small source that was parsed before its turn came.
pub struct Parsed {
    header: Header,
    piece: Piece,
    unknown: BTreeSet<String>,
}

/// Parses a small source whole, to be taken later; fails if very many of its records break a rule.
pub fn parse_ahead(reader: impl Read, reading: &Reading, spec: &Spec, rules: Parse) -> Result<Parsed> {
    let (mut header, mut blocks) = csv::open(reader, reading, spec.members)?;
    let unknown = others(&mut header);
    let (mut piece, mut block) = (Piece::default(), Block::default());
    while blocks.next(&mut block)? {
        piece.add(&block, &header, rules)?;
        if piece.again {
            return Err(Error::failed("too many records break a rule"));
        }
    }
    Ok(Parsed { header, piece, unknown })
}

/// Takes the sessions of a source that was parsed ahead.
pub fn take_ahead(mut parsed: Parsed, rules: Parse, taker: &mut Taker<'_, '_, Sessions>) -> Result<()> {
    taker.unknown = parsed.unknown;
    take(taker, &parsed.header, rules, &mut parsed.piece)
}

/// Start and end of the first sessions of a source, in microseconds since 1970.
pub fn first_times(
    reader: impl Read,
    reading: &Reading,
    spec: &Spec,
    rules: Parse,
) -> Result<Vec<(i64, i64)>> {
    let (header, mut blocks) = csv::open(reader, reading, spec.members)?;
    let (mut block, mut times) = (Block::default(), Vec::with_capacity(FIRST));
    blocks.next(&mut block)?;
    csv::visit_records(&block, &header, &mut |record| {
        if times.len() < FIRST
            && let Ok(stream) = record.raw.and_then(rules)
        {
            times.push((stream.start_at.micros(), stream.end_at.micros()));
        }
        Ok(())
    })?;
    Ok(times)
}

/// Blocks on their way to the parsers, and back.
struct Turns {
    parsers: Vec<(SyncSender<Piece>, Receiver<Result<Piece>>)>,
    sent: usize,
    taken: usize,
}

impl Turns {
    fn send(&mut self, piece: Piece) -> Result<()> {
        let parser = self.sent % self.parsers.len().max(1);
        self.sent += 1;
        let sent = self.parsers.get(parser).is_some_and(|(sender, _)| sender.send(piece).is_ok());
        if sent { Ok(()) } else { Err(stopped()) }
    }

    /// Takes the next piece in the order of the source, and returns it to be used again.
    fn take_one(&mut self, take: &mut impl FnMut(&mut Piece) -> Result<()>) -> Result<Piece> {
        let parser = self.taken % self.parsers.len().max(1);
        self.taken += 1;
        let result = self.parsers.get(parser).and_then(|(_, results)| results.recv().ok());
        let mut piece = result.ok_or_else(stopped)??;
        take(&mut piece)?;
        Ok(piece)
    }
}

fn stopped() -> Error {
    Error::failed("parsing stopped unexpectedly")
}

/// Takes what a parser made of a block. Broken records are rare, and go the way that all records of
/// other sources go.
fn take(taker: &mut Taker<'_, '_, Sessions>, header: &Header, rules: Parse, piece: &mut Piece) -> Result<()> {
    if piece.again {
        return csv::visit_records(&piece.block, header, &mut |record| taker.take(&record, rules));
    }
    taker.take_batch(&mut piece.batch)?;
    piece
        .broken
        .iter()
        .try_for_each(|block| csv::visit_records(block, header, &mut |record| taker.take(&record, rules)))
}

impl Piece {
    /// Parses its block.
    fn parse(&mut self, header: &Header, rules: Parse) -> Result<()> {
        self.clear();
        self.again = false;
        let block = std::mem::take(&mut self.block);
        let parsed = self.add(&block, header, rules);
        self.block = block;
        if self.again {
            self.clear();
        }
        parsed
    }

    fn clear(&mut self) {
        self.batch.clear();
        self.broken.clear();
    }

    /// Adds what is in a block.
    fn add(&mut self, block: &Block, header: &Header, rules: Parse) -> Result<()> {
        let Piece { batch, broken, again, .. } = self;
        csv::visit_records(block, header, &mut |record| {
            match record.raw.and_then(rules) {
                _ if *again => {}
                Ok(stream) => batch.add(&stream),
                Err(_) => broken.push(block.part(record.position, record.bytes)),
            }
            *again |= broken.len() > BROKEN;
            Ok(())
        })
    }
}
