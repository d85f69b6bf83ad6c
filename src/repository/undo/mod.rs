//! Takes back what loads did, as loads of their own: nothing is wiped out, and an undo can be undone.

mod aside;
mod later;
mod streams;
mod target;
mod versions;

pub use aside::Aside;
pub use later::Later;
pub use target::Target;
pub(super) use target::mark;
pub(super) use target::targets;
pub(super) use versions::Versions;

use super::absence;
use super::consumed;
use super::delivery::Delivery;
use super::ledger::{self, Counts, EntryKind, Seal, Source, now};
use crate::domain::{Model, Rules};
use crate::error::Result;

/// One load that was taken back.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The load that did it.
    pub load: i64,
    /// The load that was taken back.
    pub target: Target,
    /// How many records it took out, gave back their earlier version, and put in again.
    pub counts: Counts,
    /// How many records stay as later loads left them.
    pub kept: u64,
    /// What became of records that were set aside.
    pub aside: Aside,
    /// Whether it had read messages of a topic, which are not read again.
    pub of_topic: bool,
}

impl Delivery<'_> {
    /// Takes a load back: what it inserted goes to the history, what it updated is as before, what it took out is
    /// there again; what it missed is no longer missing, and what it settled waits once more. Records that later
    /// loads touched are added to `later`, and stay as they are.
    pub fn undo(&self, target: &Target, later: &mut Later) -> Result<Undone> {
        let connection = self.connection();
        let source = Source {
            name: format!("load {}", target.load),
            kind: EntryKind::Undo,
            collector: "undo".into(),
            complete: false,
            more: false,
        };
        let load = self.enter(target.model.name(), &source, &now())?;
        let mut counts = Counts::default();
        let spec = target.model.spec();
        let table = match spec.rules {
            Rules::Session(_) => "stream_fact",
            Rules::Keyed(_) => spec.name,
        };
        let versions = Versions::of(connection, table)?;
        versions.find(connection, target)?;
        let kept = versions.touched_later(connection, target, later)?;
        versions.take_back(connection, target.load, load, &mut counts)?;
        if table == "stream_fact" && counts.removed + counts.updated + counts.inserted > 0 {
            streams::follow(connection, load)?;
        }
        absence::undo(connection, spec, target.load, load, &mut counts)?;
        let aside = aside::undo(connection, target.load, load)?;
        versions.forget(connection)?;
        counts.read = counts.inserted + counts.updated + counts.removed;
        ledger::close(connection, load, &counts, &Seal::default())?;
        target::mark(connection, target.load, load)?;
        let of_topic = consumed::is_of_topic(connection, target.load)?;
        Ok(Undone { load, target: target.clone(), counts, kept, aside, of_topic })
    }

    /// The loads that `what` means, the last one first: a load's number, `load:N` or `delivery:N`.
    pub fn to_undo(&self, what: &str) -> Result<Vec<Target>> {
        target::targets(self.connection(), what)
    }
}

/// A model whose records a target is about.
fn model_named(name: &str) -> Result<Model> {
    Model::named(name).ok_or_else(|| {
        crate::error::Error::failed(format!("the ledger names a model `{name}` that scli does not know"))
    })
}
