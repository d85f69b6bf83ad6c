//! What scli asks brokers, and what they answer.

use super::batch::Aborted;
use super::failure::{Failure, Result, check};
use super::wire::{Reader, Writer};
use std::collections::BTreeMap;
use std::time::Duration;

/// What can be asked, with the number and the version of the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Call {
    pub number: i16,
    pub version: i16,
    /// Whether its header has tags.
    pub compact: bool,
}

const fn call(number: i16, version: i16) -> Call {
    Call { number, version, compact: false }
}

pub const VERSIONS: Call = call(18, 0);
pub const FETCH: Call = call(1, 10);
pub const ENDS: Call = call(2, 2);
pub const METADATA: Call = call(3, 4);
/// From here on it tells the topic's id.
pub const METADATA_WITH_ID: Call = Call { number: 3, version: 10, compact: true };
pub const HANDSHAKE: Call = call(17, 1);
pub const AUTHENTICATE: Call = call(36, 0);

/// Which versions of each request a broker takes.
pub struct Versions(Vec<(i16, i16, i16)>);

impl Versions {
    /// Those that nothing is known of yet.
    pub fn none() -> Versions {
        Versions(Vec::new())
    }

    pub fn read(bytes: &[u8]) -> Result<Versions> {
        let mut reader = Reader::new(bytes);
        check(reader.i16()?, None)?;
        Ok(Versions(reader.each(|api| Ok((api.i16()?, api.i16()?, api.i16()?)))?))
    }

    pub fn takes(&self, call: Call) -> bool {
        self.0
            .iter()
            .any(|(number, from, to)| *number == call.number && (*from..=*to).contains(&call.version))
    }
}

/// What a cluster tells of itself and of a topic.
pub struct Metadata {
    pub brokers: BTreeMap<i32, (String, u16)>,
    pub cluster: Option<String>,
    /// The topic's id, where the cluster gives ids.
    pub id: Option<String>,
    /// The leader of each partition; `None` if it has none at the moment.
    pub leaders: BTreeMap<i32, Option<i32>>,
}

impl Metadata {
    pub fn request(call: Call, topic: &str) -> Vec<u8> {
        if !call.compact {
            return Writer::default().count(1).text(topic).i8(0).done();
        }
        let mut writer = Writer::compact();
        writer.count(1).raw(&[0; 16]).text(topic).tags();
        // Neither is a topic made, nor what may be done with it told.
        writer.i8(0).i8(0).i8(0).tags().done()
    }

    pub fn read(call: Call, bytes: &[u8]) -> Result<Metadata> {
        let mut reader = if call.compact { Reader::compact(bytes) } else { Reader::new(bytes) };
        reader.i32()?; // how long the broker had it wait
        let brokers = reader.each(|broker| {
            let (number, host, port) = (broker.i32()?, broker.text()?.unwrap_or_default(), broker.i32()?);
            broker.text()?; // the rack
            broker.tags()?;
            Ok((number, (host.to_owned(), u16::try_from(port).unwrap_or_default())))
        })?;
        let cluster = reader.text()?.map(str::to_owned);
        reader.i32()?; // the controller
        let (mut id, mut leaders, mut code) = (None, BTreeMap::new(), 0);
        reader.each(|topic| {
            code = topic.i16()?;
            topic.text()?;
            if call.compact {
                id = Some(topic.take(16)?).filter(|id| id.iter().any(|byte| *byte != 0)).map(hex);
            }
            topic.i8()?; // whether it is one of Kafka's own
            topic.each(|partition| {
                partition.i16()?; // what is wrong with it also shows in its leader
                let (number, leader) = (partition.i32()?, partition.i32()?);
                if call.compact {
                    partition.i32()?; // the leader's epoch
                }
                for _ in 0..if call.compact { 3 } else { 2 } {
                    partition.each(Reader::i32)?;
                }
                partition.tags()?;
                leaders.insert(number, Some(leader).filter(|leader| *leader >= 0));
                Ok(())
            })?;
            if call.compact {
                topic.i32()?; // what may be done with it
            }
            topic.tags()
        })?;
        check(code, None)?;
        Ok(Metadata { brokers: brokers.into_iter().collect(), cluster, id, leaders })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One of the two ends of what a partition has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// The first offset that is still there.
    Earliest,
    /// The offset behind the last one that may be read.
    Latest,
}

/// Only what was committed is read.
const COMMITTED: i8 = 1;

/// Who asks is no broker.
const NOBODY: i32 = -1;

pub fn ends_request(topic: &str, end: End, partitions: &[i32]) -> Vec<u8> {
    let time = match end {
        End::Latest => -1,
        End::Earliest => -2,
    };
    let mut writer = Writer::default();
    writer.i32(NOBODY).i8(COMMITTED).count(1).text(topic).count(partitions.len());
    for partition in partitions {
        writer.i32(*partition).i64(time);
    }
    writer.done()
}

/// The offset of each partition that was asked for.
pub fn read_ends(bytes: &[u8]) -> Result<Vec<(i32, i64)>> {
    let mut reader = Reader::new(bytes);
    reader.i32()?;
    let topics = reader.each(|topic| {
        topic.text()?;
        topic.each(|partition| {
            let (number, code) = (partition.i32()?, partition.i16()?);
            check(code, Some(number)).map_err(|failure| failure.at(format_args!("partition {number}")))?;
            partition.i64()?; // its time
            Ok((number, partition.i64()?))
        })
    })?;
    Ok(topics.into_iter().flatten().collect())
}

/// How much one answer may hold, and how much of one partition, in bytes. A batch that is larger comes all the same.
const MOST: i32 = 16 << 20;
const MOST_OF_ONE: i32 = 4 << 20;

pub fn fetch_request(topic: &str, wait: Duration, positions: &[(i32, i64)]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.i32(NOBODY).i32(wait.as_millis() as i32).i32(1).i32(MOST).i8(COMMITTED);
    writer.i32(0).i32(-1); // no session
    writer.count(1).text(topic).count(positions.len());
    for (partition, offset) in positions {
        // The epoch of its leader and the start of its log, which only brokers tell each other.
        writer.i32(*partition).i32(-1).i64(*offset).i64(-1).i32(MOST_OF_ONE);
    }
    writer.count(0).done()
}

/// What a broker sends of one partition.
pub struct Fetched<'a> {
    pub partition: i32,
    /// The offset behind the last message that is there.
    pub end: i64,
    pub aborted: Vec<Aborted>,
    pub batches: &'a [u8],
}

/// What a broker sends, or what is wrong, partition by partition.
pub fn read_fetched(bytes: &[u8]) -> Result<Vec<Result<Fetched<'_>>>> {
    let mut reader = Reader::new(bytes);
    reader.i32()?;
    check(reader.i16()?, None)?;
    reader.i32()?; // the session
    let topics = reader.each(|topic| {
        topic.text()?;
        topic.each(|of| {
            let (partition, code, end) = (of.i32()?, of.i16()?, of.i64()?);
            of.i64()?; // up to where what is committed goes
            of.i64()?; // where its log starts
            let aborted = of.each(|one| Ok((one.i64()?, one.i64()?)))?;
            let batches = of.bytes()?.unwrap_or_default();
            let at = |failure: Failure| failure.at(format_args!("partition {partition}"));
            Ok(check(code, Some(partition)).map_err(at).map(|()| Fetched {
                partition,
                end,
                aborted,
                batches,
            }))
        })
    })?;
    Ok(topics.into_iter().flatten().collect())
}
