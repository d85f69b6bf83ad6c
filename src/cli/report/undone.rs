//! What was taken back, dismissed or dropped.

use super::Reporter;
use crate::repository::{Dismissed, Undone};
use crate::usecase::prune;
use crate::usecase::undo::Report;
use serde_json::json;

impl Reporter {
    /// Loads were taken back, or would be.
    pub fn undone(&self, report: &Report) {
        let dry_run = report.delivery.is_none();
        for undone in &report.loads {
            let Undone { load, target, counts, kept, aside, of_topic } = undone;
            let model = target.model.name();
            self.report(
                || {
                    let named = [
                        ("removed", counts.removed),
                        ("restored", counts.updated),
                        ("put in again", counts.inserted),
                        ("vanished", counts.vanished),
                        ("reappeared", counts.reappeared),
                        ("waiting again", aside.waiting),
                        ("no longer waiting", aside.settled),
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
                    let mut line =
                        format!("{model:<6}  load {}: {said}  {}  {by}", target.load, target.source);
                    if *of_topic {
                        line += "\n        its messages stay read: to have them back, take this undo back";
                    }
                    line
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
                        "waiting": aside.waiting,
                        "settled": aside.settled,
                        "kept": kept,
                        "of_topic": of_topic,
                    })
                },
            );
        }
    }
    /// Records set aside need not be mended.
    pub fn dismissed(&self, dismissed: &[Dismissed]) {
        if dismissed.is_empty() {
            self.report(
                || "no record waits that is meant: nothing was changed".to_owned(),
                || json!({"event": "dismissed", "model": null, "load": null, "records": 0}),
            );
        }
        for Dismissed { load, model, count } in dismissed {
            let noun = if *count == 1 { "record" } else { "records" };
            self.report(
                || format!("{model:<6}  {count} {noun} dismissed (load {load})"),
                || json!({"event": "dismissed", "model": model, "load": load, "records": count}),
            );
        }
    }

    /// Old versions were dropped, or would be.
    pub fn pruned(&self, report: &prune::Report) {
        let prune::Report { load, pruned, bytes: (before, after), dry_run, elapsed } = report;
        let (versions, absences) = (pruned.versions, pruned.absences);
        self.report(
            || {
                let counted =
                    |count: u64, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
                let (versions, absences) = (counted(versions, "version"), counted(absences, "absence"));
                let what = format!("{versions} and {absences} that ended with load {load} or before");
                match dry_run {
                    true => format!("would drop {what} (dry run: nothing was changed)"),
                    false => format!("dropped {what}; the file had {before} bytes and has {after}"),
                }
            },
            || {
                json!({
                    "event": "pruned",
                    "load": load,
                    "versions": versions,
                    "absences": absences,
                    "bytes_before": before,
                    "bytes_after": after,
                    "dry_run": dry_run,
                    "seconds": elapsed.as_secs_f64(),
                })
            },
        );
    }
}
