//! Sessions in CSV, parsed by as many threads as there are processors.
//!
//! The source is cut between records into blocks. Block `k` goes to parser `k mod n`, and what the
//! parsers make of the blocks is taken in the same turn: so everything happens in the order of the
//! source, whatever the number of threads.

use super::{Parse, Taker};
use crate::decode::csv::{self, Block, Header};
use crate::error::{Error, Result};
use crate::repository::{Batch, Batcher, Sessions};
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How many blocks may wait for a parser, and how many results of it to be taken.
const WAITING: usize = 2;

/// What a parser makes of a block.
struct Parsed {
    /// The sessions that keep the rules.
    batch: Batch,
    /// The records that break one, each a block of its own.
    broken: Vec<Block>,
}

/// Takes all sessions of the CSV that `reader` yields.
pub fn parse(reader: impl Read, rules: Parse<Sessions>, taker: &mut Taker<'_, '_, Sessions>) -> Result<()> {
    let (header, mut blocks) = csv::open(reader, taker.spec.members)?;
    let mut block = Block::default();
    if !blocks.next(&mut block)? {
        return Ok(());
    }
    let mut next = Block::default();
    if !blocks.next(&mut next)? {
        // A small file is parsed before a thread could start.
        let parsed = Parser::new(&header, rules).parse(&block)?;
        return take(taker, &header, rules, 0, parsed);
    }
    let mut take = |parser, parsed| take(taker, &header, rules, parser, parsed);
    std::thread::scope(|threads| {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let parsers: Vec<(SyncSender<Block>, Receiver<Result<Parsed>>)> = (0..count)
            .map(|_| {
                let (to_parser, blocks) = sync_channel::<Block>(WAITING);
                let (sender, results) = sync_channel(WAITING);
                let mut parser = Parser::new(&header, rules);
                threads.spawn(move || {
                    for block in blocks {
                        if sender.send(parser.parse(&block)).is_err() {
                            break;
                        }
                    }
                });
                (to_parser, results)
            })
            .collect();
        let mut turns = Turns { parsers, sent: 0, taken: 0 };
        turns.send(block)?;
        turns.send(next)?;
        loop {
            // So many blocks are under way that every parser has one and another waits.
            while turns.sent - turns.taken >= count * WAITING {
                turns.take_one(&mut take)?;
            }
            let mut block = Block::default();
            if !blocks.next(&mut block)? {
                break;
            }
            turns.send(block)?;
        }
        while turns.taken < turns.sent {
            turns.take_one(&mut take)?;
        }
        Ok(())
    })
}

/// Blocks on their way to the parsers, and back.
struct Turns {
    parsers: Vec<(SyncSender<Block>, Receiver<Result<Parsed>>)>,
    sent: usize,
    taken: usize,
}

impl Turns {
    fn send(&mut self, block: Block) -> Result<()> {
        let parser = self.sent % self.parsers.len().max(1);
        self.sent += 1;
        match self.parsers.get(parser).map(|(sender, _)| sender.send(block)) {
            Some(Ok(())) => Ok(()),
            _ => Err(stopped()),
        }
    }

    fn take_one(&mut self, take: &mut impl FnMut(usize, Parsed) -> Result<()>) -> Result<()> {
        let parser = self.taken % self.parsers.len().max(1);
        self.taken += 1;
        let result = self.parsers.get(parser).and_then(|(_, results)| results.recv().ok());
        take(parser, result.ok_or_else(stopped)??)
    }
}

fn stopped() -> Error {
    Error::failed("parsing stopped unexpectedly")
}

/// Takes what a parser made of a block. Broken records are rare, and go the way that all records of
/// other sources go.
fn take(
    taker: &mut Taker<'_, '_, Sessions>,
    header: &Header,
    rules: Parse<Sessions>,
    parser: usize,
    parsed: Parsed,
) -> Result<()> {
    taker.take_batch(parser, parsed.batch)?;
    parsed
        .broken
        .iter()
        .try_for_each(|block| csv::visit_records(block, header, &mut |record| taker.take(&record, rules)))
}

/// Parses blocks, one at a time.
struct Parser<'h> {
    header: &'h Header,
    rules: Parse<Sessions>,
    batcher: Batcher,
}

impl<'h> Parser<'h> {
    fn new(header: &'h Header, rules: Parse<Sessions>) -> Parser<'h> {
        Parser { header, rules, batcher: Batcher::default() }
    }

    fn parse(&mut self, block: &Block) -> Result<Parsed> {
        let mut broken = Vec::new();
        csv::visit_records(block, self.header, &mut |record| match record.raw.and_then(self.rules) {
            Ok(stream) => self.batcher.add(&stream),
            Err(_) => {
                broken.push(block.part(record.position, record.bytes));
                Ok(())
            }
        })?;
        Ok(Parsed { batch: self.batcher.take()?, broken })
    }
}
