//! How far topics were read: offsets are written with the records, in the transaction of their load.

use super::Warehouse;
use super::delivery::Delivery;
use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// A topic that is read into a model.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscription {
    /// The model.
    pub model: String,
    /// The id of the cluster.
    pub cluster: String,
    /// The topic.
    pub topic: String,
    /// The id of the topic, which another topic of the same name does not have; if it has one.
    pub topic_id: Option<String>,
}

/// The offsets of one partition that a load took.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span {
    /// The partition.
    pub partition: i32,
    /// The offset at which the load began.
    pub first: i64,
    /// The offset at which the next load begins.
    pub next: i64,
    /// The offset behind the last message that the partition had then, if that is known.
    pub end: Option<i64>,
}

/// From which offset on each partition is to be read.
pub type Positions = BTreeMap<i32, i64>;

impl Warehouse {
    /// How far a topic was read, and the id that it had then.
    pub fn positions(&self, of: &Subscription) -> Result<(Positions, Option<String>)> {
        let id = "SELECT topic_id FROM consumed WHERE (model, cluster, topic) = (?1, ?2, ?3)
             ORDER BY load_id DESC LIMIT 1";
        let id = self.connection.query_row(id, params![of.model, of.cluster, of.topic], |row| row.get(0));
        Ok((positions(&self.connection, of)?, id.optional()?.flatten()))
    }
}

impl Delivery<'_> {
    /// How far a topic was read.
    pub fn positions(&self, of: &Subscription) -> Result<Positions> {
        positions(self.connection(), of)
    }

    /// Notes what a load took of a topic.
    pub fn consume(&self, of: &Subscription, load: i64, spans: &[Span]) -> Result<()> {
        let mut insert = self.connection().prepare_cached(
            "INSERT INTO consumed (model, cluster, topic, partition, load_id, topic_id, first_offset, next_offset,
                 end_offset)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for Span { partition, first, next, end } in spans {
            let Subscription { model, cluster, topic, topic_id } = of;
            insert.execute(params![model, cluster, topic, partition, load, topic_id, first, next, end])?;
        }
        Ok(())
    }
}

fn positions(connection: &Connection, of: &Subscription) -> Result<Positions> {
    // Of the columns beside max(), SQLite gives those of the row that has it.
    let mut select = connection.prepare_cached(
        "SELECT partition, next_offset, max(load_id) FROM consumed
         WHERE (model, cluster, topic) = (?1, ?2, ?3) GROUP BY partition",
    )?;
    let rows =
        select.query_map(params![of.model, of.cluster, of.topic], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a load took messages of a topic.
pub(super) fn is_of_topic(connection: &Connection, load: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM consumed WHERE load_id = ?1)";
    Ok(connection.prepare_cached(sql)?.query_row([load], |row| row.get(0))?)
}
