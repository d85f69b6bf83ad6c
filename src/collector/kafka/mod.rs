//! Topics of Kafka: what their brokers have, from an offset on. Offsets are for the caller to keep.
//!
//! scli speaks six requests of the protocol itself. It needs no groups, since it keeps its own offsets, and it reads
//! only what was committed.

mod address;
mod batch;
mod compression;
mod connection;
mod crc32c;
mod failure;
mod messages;
mod sasl;
mod security;
mod wire;

pub use address::Address;
pub use batch::Message;
pub use failure::Failure;
pub use messages::End;
pub use security::{Login, Mechanism, Security, Tls};

use crate::error::Error;
use address::told;
use connection::Connection;
use failure::Result;
use messages::{ENDS, FETCH, METADATA, METADATA_WITH_ID, Metadata};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// A topic, and connections to the brokers that have it.
pub struct Topic {
    address: Address,
    security: Security,
    metadata: Metadata,
    /// Connections by the number of their broker.
    connections: HashMap<i32, Connection>,
}

/// What came of one partition.
#[derive(Debug)]
pub struct Piece {
    /// The partition.
    pub partition: i32,
    /// Its messages.
    pub messages: Vec<Message>,
    /// The offset from which to go on.
    pub next: i64,
    /// The offset behind the last message that is there.
    pub end: i64,
}

impl Topic {
    /// Asks one of the hosts of the address after the topic, whose brokers are then asked for messages.
    pub fn open(address: Address, security: Security) -> Result<Topic> {
        let metadata = metadata(&address, &security)?;
        Ok(Topic { address, security, metadata, connections: HashMap::new() })
    }

    /// Asks again: after a failure, or to hear of new partitions.
    pub fn refresh(&mut self) -> Result<()> {
        self.connections.clear();
        self.metadata = metadata(&self.address, &self.security)?;
        Ok(())
    }

    /// The name by which the cluster knows itself, or that of its first host if it does not say.
    pub fn cluster(&self) -> String {
        self.metadata.cluster.clone().unwrap_or_else(|| self.address.hosts())
    }

    /// The id of the topic, which another topic of the same name does not have; where the cluster gives ids.
    pub fn id(&self) -> Option<&str> {
        self.metadata.id.as_deref()
    }

    /// Its partitions.
    pub fn partitions(&self) -> Vec<i32> {
        self.metadata.leaders.keys().copied().collect()
    }

    /// One end of what each of its partitions has.
    pub fn ends(&mut self, end: End) -> Result<BTreeMap<i32, i64>> {
        let mut ends = BTreeMap::new();
        let all: Vec<_> = self.partitions().into_iter().map(|partition| (partition, ())).collect();
        for (broker, partitions) in self.by_leader(all.into_iter())? {
            let partitions: Vec<i32> = partitions.into_iter().map(|(partition, ())| partition).collect();
            let body = messages::ends_request(&self.address.topic, end, &partitions);
            let answer = self.connection(broker)?.ask(ENDS, &body, Duration::ZERO);
            let found = answer.and_then(|answer| messages::read_ends(&answer));
            ends.extend(found.map_err(|failure| failure.at(self.told(broker)))?);
        }
        Ok(ends)
    }

    /// What is there of each partition from its offset on; waits so long where there is nothing.
    pub fn fetch(&mut self, positions: &BTreeMap<i32, i64>, wait: Duration) -> Result<Vec<Piece>> {
        // After a failure others may still have an answer under way.
        self.try_to_fetch(positions, wait).inspect_err(|_| self.connections.clear())
    }

    fn try_to_fetch(&mut self, positions: &BTreeMap<i32, i64>, wait: Duration) -> Result<Vec<Piece>> {
        let mut pieces = Vec::new();
        let by_leader = self.by_leader(positions.iter().map(|(partition, offset)| (*partition, *offset)))?;
        for (broker, positions) in &by_leader {
            let body = messages::fetch_request(&self.address.topic, wait, positions);
            let sent = self.connection(*broker)?.send(FETCH, &body);
            sent.map_err(|failure| failure.at(self.told(*broker)))?;
        }
        for broker in by_leader.keys() {
            let answer = self.connection(*broker)?.answer(FETCH, wait);
            let found = answer.and_then(|answer| pieces_of(&answer, positions));
            pieces.extend(found.map_err(|failure| failure.at(self.told(*broker)))?);
        }
        Ok(pieces)
    }

    /// What is asked of each broker.
    fn by_leader<T>(&self, of: impl Iterator<Item = (i32, T)>) -> Result<BTreeMap<i32, Vec<(i32, T)>>> {
        let mut by_leader: BTreeMap<i32, Vec<(i32, T)>> = BTreeMap::new();
        for (partition, asked) in of {
            let leader = self.metadata.leaders.get(&partition).copied().flatten();
            let leader = leader
                .ok_or_else(|| Failure::away(format!("partition {partition} has no leader at the moment")))?;
            by_leader.entry(leader).or_default().push((partition, asked));
        }
        Ok(by_leader)
    }

    fn connection(&mut self, broker: i32) -> Result<&mut Connection> {
        if !self.connections.contains_key(&broker) {
            let host = self.metadata.brokers.get(&broker);
            let host = host.ok_or_else(|| Failure::away(format!("broker {broker} is not there")))?;
            let connection = Connection::open(host, &self.security).map_err(|failure| {
                failure.at(format_args!("broker {broker}, which the cluster says is at {}", told(host)))
            })?;
            self.connections.insert(broker, connection);
        }
        self.connections.get_mut(&broker).ok_or_else(|| Failure::away("not connected"))
    }

    fn told(&self, broker: i32) -> String {
        self.metadata.brokers.get(&broker).map_or_else(|| format!("broker {broker}"), told)
    }
}

fn metadata(address: &Address, security: &Security) -> Result<Metadata> {
    let mut why = Failure::away("no host");
    for host in &address.hosts {
        let asked = Connection::open(host, security).and_then(|mut connection| {
            let call = if connection.takes(METADATA_WITH_ID) { METADATA_WITH_ID } else { METADATA };
            let answer = connection.ask(call, &Metadata::request(call, &address.topic), Duration::ZERO);
            answer.and_then(|answer| Metadata::read(call, &answer)).map_err(|failure| failure.at(told(host)))
        });
        match asked {
            Ok(metadata) if metadata.leaders.is_empty() => {
                why = Failure::away(format!("{}: the topic has no partition yet", told(host)));
            }
            // Another of the hosts may be there.
            Err(failure @ Failure::Away(_)) => why = failure,
            done => return done,
        }
    }
    Err(why)
}

fn pieces_of(answer: &[u8], positions: &BTreeMap<i32, i64>) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for fetched in messages::read_fetched(answer)? {
        let fetched = fetched?;
        let partition = fetched.partition;
        let Some(from) = positions.get(&partition).copied() else { continue };
        let at = |failure: Failure| failure.at(format_args!("partition {partition}"));
        let (messages, next) = batch::messages(fetched.batches, from, fetched.aborted).map_err(at)?;
        if next == from && !fetched.batches.is_empty() {
            // Brokers send a batch whole, whatever its size: one that is not, never will be.
            let error = Error::failed(format!("the batch at offset {from} is not sent whole"));
            return Err(at(Failure::Final(error.help("look at the broker's log"))));
        }
        pieces.push(Piece { partition, messages, next, end: fetched.end });
    }
    Ok(pieces)
}
