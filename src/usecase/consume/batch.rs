//! The messages of one load.

use super::Wanted;
use crate::collector::kafka::Message;
use crate::domain::text::hex;
use crate::domain::{Position, Raw, Rules};
use crate::error::Result;
use crate::repository::{Delivery, Sessions, Sink, Staged};
use crate::usecase::load::{Report, Taking};
use sha2::{Digest, Sha256};
use std::time::Instant;

/// The most bytes of messages that one load has: they are held in memory, and those that break a rule are kept.
const MOST_BYTES: usize = 16 << 20;

/// Messages that wait to be loaded together.
#[derive(Default)]
pub struct Batch {
    messages: Vec<(i32, Message)>,
    bytes: usize,
    since: Option<Instant>,
}

impl Batch {
    /// Adds a message of a partition.
    pub fn push(&mut self, partition: i32, message: Message) {
        self.since.get_or_insert_with(Instant::now);
        self.bytes += message.value.as_ref().map_or(0, Vec::len) + 1;
        self.messages.push((partition, message));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Whether it takes no more.
    pub fn is_full(&self, wanted: &Wanted) -> bool {
        self.messages.len() >= wanted.most || self.bytes >= MOST_BYTES
    }

    /// Since when it waits for more.
    pub fn since(&self) -> Option<Instant> {
        self.since
    }

    /// Loads the messages. Each of them is a record, or is set aside.
    pub fn load(&self, wanted: &Wanted, taking: &mut Taking<'_>, delivery: &Delivery<'_>) -> Result<Report> {
        let spec = wanted.model.spec();
        match spec.rules {
            Rules::Keyed(rules) => {
                self.take::<Staged>(wanted, taking, delivery, |raw| spec.values(rules, raw))
            }
            Rules::Session(parse) => self.take::<Sessions>(wanted, taking, delivery, parse),
        }
    }

    fn take<S: Sink>(
        &self,
        wanted: &Wanted,
        taking: &mut Taking<'_>,
        delivery: &Delivery<'_>,
        parse: impl for<'a> Fn(Raw<'a>) -> std::result::Result<S::Record<'a>, crate::domain::Invalid>,
    ) -> Result<Report> {
        let bytes = self.bytes as u64;
        let taken = taking.take::<S>(delivery, &|| bytes, Some(bytes), |taker| {
            for (partition, message) in &self.messages {
                let topic = wanted.address.topic.as_str();
                let position = Position::Message { topic, partition: *partition, offset: message.offset };
                wanted
                    .alone
                    .visit(position, message.value.as_deref(), &mut |record| taker.take(&record, &parse))?;
            }
            Ok(())
        })?;
        taking.write_stream(taken, self.digest(), bytes)
    }

    /// The SHA-256 of the messages, a line each.
    fn digest(&self) -> String {
        let mut sha = Sha256::new();
        for (_, message) in &self.messages {
            sha.update(message.value.as_deref().unwrap_or_default());
            sha.update(b"\n");
        }
        hex(&sha.finalize())
    }
}
