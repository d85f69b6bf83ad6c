//! What reading a topic did.

use super::Reporter;
use crate::collector::kafka::Address;
use crate::error::Error;
use crate::usecase::consume::{Listener, Lost, Summary};
use crate::usecase::load;
use serde_json::json;
use std::time::Duration;

impl Listener for Reporter {
    fn loaded(&self, report: &load::Report, lag: u64) {
        self.report(
            || self.loaded_text(report, Some(lag)),
            || super::delivery::loaded_json(report, Some(lag)),
        );
    }

    fn locked(&self, error: &Error) {
        self.report(
            || format!("{}; the batch waits for it", error.message()),
            || json!({"event": "locked", "reason": error.message()}),
        );
    }

    fn gone(&self, topic: &Address, why: &str) {
        self.report(
            || format!("{topic}: not to be reached: {why}; it is tried again until it is"),
            || json!({"event": "gone", "source": topic.to_string(), "reason": why}),
        );
    }

    fn back(&self, topic: &Address, after: Duration) {
        self.report(
            || format!("{topic}: reached again after {:.3} s; nothing was lost", after.as_secs_f64()),
            || json!({"event": "back", "source": topic.to_string(), "seconds": after.as_secs_f64()}),
        );
    }

    fn lost(&self, topic: &Address, lost: &Lost) {
        self.report(
            || {
                format!(
                    "warning: {topic}: {lost}\n  help: as --accept-loss allows, reading goes on at offset {}",
                    lost.to
                )
            },
            || {
                json!({
                    "event": "lost", "source": topic.to_string(), "partition": lost.partition,
                    "from": lost.from, "to": lost.to, "reason": lost.to_string(),
                })
            },
        );
    }
}

impl Reporter {
    /// The reading of a topic has ended.
    pub fn consumed(&self, summary: &Summary) {
        let Summary { address, model, loads, counts, positions, .. } = summary;
        let (model, lag) = (model.name(), summary.lag());
        self.report(
            || {
                let places: Vec<String> =
                    positions.iter().map(|(partition, next, _)| format!("{partition} at {next}")).collect();
                let loads = if *loads == 1 { "1 load".to_owned() } else { format!("{loads} loads") };
                let (s, places) = (if positions.len() == 1 { "" } else { "s" }, places.join(", "));
                let read = counts.read;
                format!("{model:<6}  {read} read in {loads} of {address}  lag {lag}; partition{s} {places}")
            },
            || {
                let partitions: Vec<_> = positions
                    .iter()
                    .map(|(partition, next, end)| json!({"partition": partition, "next": next, "end": end}))
                    .collect();
                json!({
                    "event": "consumed",
                    "model": model,
                    "source": address.to_string(),
                    "loads": loads,
                    "read": counts.read,
                    "inserted": counts.inserted,
                    "updated": counts.updated,
                    "unchanged": counts.unchanged,
                    "repeated": counts.repeated,
                    "rejected": counts.rejected,
                    "suppressed": counts.suppressed,
                    "lag": lag,
                    "partitions": partitions,
                    "seconds": summary.elapsed.as_secs_f64(),
                })
            },
        );
    }
}
