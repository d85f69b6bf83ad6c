//! The use case: messages of a topic, batch by batch. Each batch is a delivery of its own, of one load, and how far
//! the topic was read is written in the same transaction.

mod batch;
mod consumer;
mod waiting;

use crate::collector::kafka::{Address, End, Failure, Security, Topic};
use crate::decode::Alone;
use crate::domain::Model;
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::repository::{Access, Counts, Positions, Subscription, Warehouse};
use crate::usecase::load::{Options, Report};
use consumer::Consumer;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

/// What is to be read, and how.
pub struct Wanted {
    /// The model that the messages are of.
    pub model: Model,
    /// Where they are.
    pub address: Address,
    /// How its cluster is spoken to.
    pub security: Security,
    /// How a message is read.
    pub alone: Alone,
    /// How many messages a batch has at most.
    pub most: usize,
    /// How long a batch waits for more messages.
    pub every: Duration,
    /// Where to begin in a topic of which nothing was read yet.
    pub from: End,
    /// Whether to end where the topic ended at the start.
    pub until_end: bool,
    /// Whether to go on where messages are gone that were not read.
    pub accept_loss: bool,
}

/// Messages that are gone before they were read.
#[derive(Clone, Copy, Debug)]
pub struct Lost {
    /// The partition.
    pub partition: i32,
    /// The first offset that is not there.
    pub from: i64,
    /// The offset at which reading goes on.
    pub to: i64,
    /// The offset behind the last message that is there.
    pub end: i64,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lost { partition, from, to, end } = self;
        match from < to {
            true => {
                let last = to - 1;
                write!(
                    f,
                    "messages {from} to {last} of partition {partition} were deleted before they were read"
                )
            }
            false => write!(
                f,
                "partition {partition} ends at offset {end}, and was read up to {from}: it was cut, or made again"
            ),
        }
    }
}

/// Hears what happens.
pub trait Listener {
    /// A batch was loaded, and so many offsets are still to be read.
    fn loaded(&self, report: &Report, lag: u64);
    /// Another process writes for longer than is waited for; the batch waits on.
    fn locked(&self, error: &Error);
    /// The cluster does not answer any more.
    fn gone(&self, topic: &Address, why: &str);
    /// It does again.
    fn back(&self, topic: &Address, after: Duration);
    /// Messages are gone that were not read.
    fn lost(&self, topic: &Address, lost: &Lost);
}

/// What was done until the end.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The topic.
    pub address: Address,
    /// The model.
    pub model: Model,
    /// How many loads.
    pub loads: u64,
    /// What became of the records.
    pub counts: Counts,
    /// How far each partition was read, and the offset behind its last message, if it is known.
    pub positions: Vec<(i32, i64, Option<i64>)>,
    /// Whether a signal came before the end that was to be reached.
    pub cut_short: bool,
    /// How long it took.
    pub elapsed: Duration,
}

impl Summary {
    /// How many offsets are still to be read.
    pub fn lag(&self) -> u64 {
        let lag = |next: &i64, end: &Option<i64>| end.map_or(0, |end| end.saturating_sub(*next).max(0));
        self.positions.iter().map(|(_, next, end)| lag(next, end).unsigned_abs()).sum()
    }
}

/// Reads a topic until a signal comes, or until its end. A signal is heeded when the batch that is at work is loaded.
pub fn consume(
    database: &Path,
    access: &Access,
    options: &Options,
    wanted: &Wanted,
    listener: &dyn Listener,
) -> Result<Summary> {
    let start = Instant::now();
    let _finishing = interrupt::finish_first();
    // A topic that is not there makes no database.
    let topic = Topic::open(wanted.address.clone(), wanted.security.clone());
    let topic = topic.map_err(|failure| match interrupt::asked() {
        true => interrupt::interrupted(),
        false => match failure {
            Failure::Away(why) => Error::failed(why)
                .at(&wanted.address)
                .help("look at the address, and whether a broker is there; what is not read yet is read the next time"),
            other => told(other, &wanted.address),
        },
    })?;
    let warehouse = Warehouse::open(database, access)?;
    let subscription = Subscription {
        model: wanted.model.name().to_owned(),
        cluster: topic.cluster(),
        topic: wanted.address.topic.clone(),
        topic_id: topic.id().map(str::to_owned),
    };
    let at_database = |error: Error| error.at(database.display());
    let (positions, topic_id) = warehouse.positions(&subscription).map_err(at_database)?;
    let is_another = is_another(&positions, topic_id.as_deref(), &subscription);
    if is_another && !wanted.accept_loss {
        return Err(refused(&wanted.address));
    }
    let mut consumer = Consumer::new(wanted, options, database, &warehouse, subscription, topic, listener);
    consumer.run(positions, is_another)?;
    Ok(consumer.summary(start.elapsed()))
}

/// Whether the topic is another than the one that was read under this name.
fn is_another(known: &Positions, id: Option<&str>, now: &Subscription) -> bool {
    !known.is_empty() && id.zip(now.topic_id.as_deref()).is_some_and(|(before, now)| before != now)
}

fn refused(address: &Address) -> Error {
    let what = "the topic was deleted and made again since it was read: its offsets mean other messages now";
    Error::new(Kind::Refused, what).at(address).help(
        "look whether messages of the old one are missing; --accept-loss begins with the first of the new one",
    )
}

/// A failure as an error.
fn told(failure: Failure, address: &Address) -> Error {
    match failure {
        Failure::Final(error) => error.at(address),
        Failure::Away(why) => Error::failed(why)
            .at(address)
            .help("nothing is lost: what was not read yet is read the next time"),
        Failure::OutOfRange(partition) => {
            Error::failed(format!("partition {partition} does not have the offset that is asked for"))
                .at(address)
        }
    }
}
