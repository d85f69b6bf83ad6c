//! What was taken back.

use super::Reporter;
use crate::repository::Undone;
use crate::usecase::undo::Report;
use serde_json::json;

impl Reporter {
    /// Loads were taken back, or would be.
    pub fn undone(&self, report: &Report) {
        let dry_run = report.delivery.is_none();
        for undone in &report.loads {
            let Undone { load, target, counts, kept } = undone;
            let model = target.model.name();
            self.report(
                || {
                    let named = [
                        ("removed", counts.removed),
                        ("restored", counts.updated),
                        ("put in again", counts.inserted),
                        ("vanished", counts.vanished),
                        ("reappeared", counts.reappeared),
                        ("kept as later loads left them", *kept),
                    ];
                    let said: Vec<String> = named
                        .iter()
                        .filter(|(_, count)| *count > 0)
                        .map(|(what, count)| format!("{count} {what}"))
                        .collect();
                    let said =
                        if said.is_empty() { "nothing to take back".to_owned() } else { said.join(", ") };
                    let by = match dry_run {
                        true => "(dry run: nothing was changed)".to_owned(),
                        false => format!("(by load {load})"),
                    };
                    format!("{model:<6}  load {}: {said}  {}  {by}", target.load, target.source)
                },
                || {
                    json!({
                        "event": "undone",
                        "model": model,
                        "source": target.source,
                        "undoes": target.load,
                        "load": (!dry_run).then_some(load),
                        "removed": counts.removed,
                        "restored": counts.updated,
                        "reinserted": counts.inserted,
                        "vanished": counts.vanished,
                        "reappeared": counts.reappeared,
                        "kept": kept,
                    })
                },
            );
        }
    }
}
