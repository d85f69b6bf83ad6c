//! What loads, deliveries and whole syncs did.

use super::Reporter;
use crate::domain::Invalid;
use crate::error::Error;
use crate::repository::{Ahead, Counts};
use crate::usecase::load::{self, Delivered, Options, Outcome, Skipped};
use serde_json::json;
use std::path::{Path, PathBuf};

/// How many names a line has before it counts the others.
const NAMED: usize = 10;

impl Reporter {
    /// Files and folders are not loaded.
    pub fn passed_over(&self, paths: &[PathBuf]) {
        if paths.is_empty() {
            return;
        }
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let most = if self.verbose { paths.len() } else { NAMED };
        self.report(
            || format!("not loaded, since no model has such a name: {}", listed(&paths, most)),
            || json!({"event": "passed_over", "paths": paths}),
        );
    }

    /// The files of a delivery are loaded, or tried.
    pub fn delivered(&self, delivered: &Delivered) {
        if let Some(Ahead { load, finished_at, now }) = &delivered.ahead {
            self.report(
                || {
                    format!(
                        "warning: the clock says {now}, but load {load} was done at {finished_at}\n  \
                         help: set the clock; the order of loads stays right, but the times noted for this one are wrong"
                    )
                },
                || json!({"event": "clock", "load": load, "finished_at": finished_at, "now": now}),
            );
        }
        for file in &delivered.files {
            match file {
                Outcome::Loaded(report) => {
                    self.report(|| self.loaded_text(report, None), || loaded_json(report, None))
                }
                Outcome::Known(skipped) if self.verbose => {
                    self.skipped(skipped, "known, not loaded again", None)
                }
                Outcome::Known(_) => {}
                Outcome::Older(skipped, newer) => {
                    let what = format!("older than what is known, which is of {newer}: not loaded");
                    self.skipped(skipped, &what, Some(newer.as_str()));
                }
            }
        }
    }

    /// A delivery of a sync is done. People read that in the line at the end.
    pub fn delivery_done(&self, delivered: &Delivered) {
        if self.format == super::LogFormat::Json && delivered.delivery.is_some() {
            self.report(String::new, || {
                json!({
                    "event": "delivered",
                    "delivery": delivered.delivery,
                    "date": delivered.date.as_ref().map(|date| date.as_str()),
                    "source": delivered.source,
                    "source_name": delivered.source_name,
                    "files": delivered.files.len(),
                    "known": delivered.known(),
                    "seconds": delivered.elapsed.as_secs_f64(),
                })
            });
        }
    }

    /// A delivery of a watch is done. People read one line of what was loaded, and nothing of what was not.
    pub fn watched(&self, database: &Path, source: Option<&str>, options: &Options, delivered: &Delivered) {
        if delivered.reports().next().is_none() {
            return;
        }
        match self.format {
            super::LogFormat::Json => {
                self.delivered(delivered);
                self.delivery_done(delivered);
            }
            super::LogFormat::Text => {
                self.synced(database, source, options, std::slice::from_ref(delivered));
                for warning in delivered.warnings() {
                    self.report(|| format!("        beyond a limit: {warning}"), || json!(null));
                }
            }
        }
    }

    /// What is watched cannot be taken at present. `source` is the name of the source, if it is one.
    pub fn is_away(&self, source: Option<&str>, error: &Error) {
        self.trouble(
            || format!("{}is away: {}", named(source), error.message()),
            || json!({"event": "away", "source_name": source, "message": error.message(), "help": error.remedy()}),
        );
    }

    /// It can be again.
    pub fn is_back(&self, source: Option<&str>) {
        self.trouble(
            || format!("{}is back", named(source)),
            || json!({"event": "back", "source_name": source}),
        );
    }

    /// All deliveries are done that could be, of the paths given or of a source.
    pub fn synced(&self, database: &Path, source: Option<&str>, options: &Options, done: &[Delivered]) {
        if done.is_empty() {
            return;
        }
        let named = source.map(|name| format!(", {name}")).unwrap_or_default();
        let database = database.display();
        let total = Total::of(done);
        self.report(
            || {
                let known = match total.known {
                    0 => String::new(),
                    known => format!("; {} known", files(known)),
                };
                match total.loaded {
                    0 => format!("{database}{named}: nothing new{known}"),
                    loaded => {
                        let what = if options.dry_run { "dry run".to_owned() } else { deliveries(done) };
                        let counts = shown(&total.counts);
                        format!(
                            "{database}{named}: {what}, {}, {} read{counts}{known}",
                            files(loaded),
                            total.counts.read
                        )
                    }
                }
            },
            || {
                let counts = &total.counts;
                json!({
                    "event": "synced",
                    "database": database.to_string(),
                    "source_name": source,
                    "deliveries": done.iter().filter_map(|delivered| delivered.delivery).collect::<Vec<_>>(),
                    "files": total.loaded + total.known + total.older,
                    "known": total.known,
                    "older_files": total.older,
                    "read": counts.read,
                    "inserted": counts.inserted,
                    "updated": counts.updated,
                    "unchanged": counts.unchanged,
                    "older": counts.older,
                    "repeated": counts.repeated,
                    "rejected": counts.rejected,
                    "vanished": counts.vanished,
                    "reappeared": counts.reappeared,
                    "suppressed": counts.suppressed,
                    "dry_run": options.dry_run,
                })
            },
        );
    }

    fn skipped(&self, skipped: &Skipped, what: &str, newer: Option<&str>) {
        let Skipped { model, source } = skipped;
        self.report(
            || format!("{:<6}  {what}  {source}", model.name()),
            || {
                let reason = if newer.is_some() { "older" } else { "known" };
                json!({
                    "event": "skipped", "model": model.name(), "source": source, "reason": reason, "newer": newer,
                })
            },
        );
    }

    pub(super) fn loaded_text(&self, report: &load::Report, lag: Option<u64>) -> String {
        let counts = &report.counts;
        let mut line = format!("{:<6}  {} read", report.model.name(), counts.read);
        let always = [
            ("inserted", counts.inserted),
            ("updated", counts.updated),
            ("unchanged", counts.unchanged),
            ("rejected", counts.rejected),
        ];
        let sometimes = [
            ("older", counts.older),
            ("repeated", counts.repeated),
            ("vanished", counts.vanished),
            ("reappeared", counts.reappeared),
            ("suppressed", counts.suppressed),
        ];
        for (what, count) in always.into_iter().chain(sometimes.into_iter().filter(|(_, count)| *count > 0)) {
            line += &format!(", {count} {what}");
        }
        line += &format!("  {}", report.source);
        if let Some(lag) = lag {
            line += &format!("  lag {lag}");
        }
        match report.load {
            None => line += "  (dry run: nothing was changed)",
            Some(load) if self.verbose => {
                line += &format!("  (load {load}, {:.3} s)", report.elapsed.as_secs_f64())
            }
            Some(_) => {}
        }
        if let Some(first) = &report.first_reject {
            let records = if counts.rejected == 1 { "record" } else { "records" };
            line += &format!("\n        set aside {} {records}, the first: {first}", counts.rejected);
            if report.rejects_kept < counts.rejected {
                line += &format!(
                    "\n        kept {} of them, the others are only counted: --keep-rejects N keeps more",
                    report.rejects_kept
                );
            }
        }
        if !report.unknown.is_empty() {
            let what = match keeps_extra(report) {
                true => "kept in extra",
                false => "not known to the model, and not kept",
            };
            line += &format!("\n        {what}: {}", listed(&report.unknown, NAMED));
        }
        for warning in &report.warnings {
            line += &format!("\n        beyond a limit: {warning}");
        }
        if report.load.is_none() || self.verbose {
            for change in &report.samples {
                let updated = if report.load.is_none() { "would update" } else { "updated" };
                line += &format!("\n        {updated} {:?}:", start(&change.key));
                for (field, before, after) in &change.fields {
                    line += &format!(" {field} {:?} to {:?}", start(before), start(after));
                }
            }
        }
        line
    }
}

/// What is watched, at the beginning of a line.
fn named(source: Option<&str>) -> String {
    format!("{} ", source.unwrap_or("what is watched"))
}

/// The sums over all files.
#[derive(Default)]
struct Total {
    loaded: usize,
    known: usize,
    older: usize,
    counts: Counts,
}

impl Total {
    fn of(done: &[Delivered]) -> Total {
        let mut total = Total::default();
        for delivered in done {
            let reports = delivered.reports().count();
            total.loaded += reports;
            total.known += delivered.known();
            total.older += delivered.files.len() - reports - delivered.known();
            delivered.reports().for_each(|report| total.counts.add(&report.counts));
        }
        total
    }
}

/// The deliveries by their numbers and dates.
fn deliveries(done: &[Delivered]) -> String {
    let loaded: Vec<&Delivered> = done.iter().filter(|delivered| delivered.delivery.is_some()).collect();
    let number = |delivered: &Delivered| delivered.delivery.map_or(String::new(), |id| id.to_string());
    match loaded.as_slice() {
        [] => "no delivery".to_owned(),
        [one] => match &one.date {
            Some(date) => format!("delivery {} of {date}", number(one)),
            None => format!("delivery {}", number(one)),
        },
        [first, .., last] => {
            let dates = match (&first.date, &last.date) {
                (Some(from), Some(to)) => format!(" of {from} to {to}"),
                _ => String::new(),
            };
            format!("deliveries {} to {}{dates}", number(first), number(last))
        }
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// The counts that are not zero.
fn shown(counts: &Counts) -> String {
    let named = [
        ("inserted", counts.inserted),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("older", counts.older),
        ("repeated", counts.repeated),
        ("rejected", counts.rejected),
        ("vanished", counts.vanished),
        ("reappeared", counts.reappeared),
        ("suppressed", counts.suppressed),
    ];
    named.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!(", {count} {name}")).collect()
}

/// The first names, and how many more there are.
fn listed(names: &[String], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether the model keeps what it does not know.
fn keeps_extra(report: &load::Report) -> bool {
    report.model.spec().fields.contains(&"extra")
}

pub(super) fn loaded_json(report: &load::Report, lag: Option<u64>) -> serde_json::Value {
    let counts = &report.counts;
    let mut event = json!({
        "event": if report.load.is_some() { "loaded" } else { "tried" },
        "model": report.model.name(),
        "source": report.source,
        "load": report.load,
        "read": counts.read,
        "inserted": counts.inserted,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "older": counts.older,
        "repeated": counts.repeated,
        "rejected": counts.rejected,
        "vanished": counts.vanished,
        "reappeared": counts.reappeared,
        "suppressed": counts.suppressed,
        "first_reject": report.first_reject,
        "rejects_kept": report.rejects_kept,
        "unknown": report.unknown,
        "warnings": report.warnings,
        "samples": report.samples.iter().map(|change| {
            let fields: serde_json::Map<String, serde_json::Value> = change
                .fields
                .iter()
                .map(|(field, before, after)| (field.clone(), json!({"before": before, "after": after})))
                .collect();
            json!({"key": change.key, "fields": fields})
        }).collect::<Vec<_>>(),
        "seconds": report.elapsed.as_secs_f64(),
    });
    if let (Some(lag), Some(members)) = (lag, event.as_object_mut()) {
        members.insert("lag".to_owned(), lag.into());
    }
    event
}

/// The start of a text that may have any length.
fn start(text: &str) -> String {
    match text.char_indices().nth(Invalid::VALUE_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
