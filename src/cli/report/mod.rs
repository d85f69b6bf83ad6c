//! Reports and errors on standard error, for people or for machines.

#[cfg(feature = "kafka")]
mod consumed;
mod delivery;
mod forget;
mod undone;

use super::bar::Bar;
use super::next::Next;
use crate::domain::Model;
use crate::error::{Error, Kind};
use crate::past::Past;
use crate::question::told_never_loaded;
use crate::render::{visible, visible_json};
use crate::usecase::load;
use crate::usecase::seal;
use clap::ValueEnum;
use serde_json::json;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

/// The form of reports and errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

/// Writes reports as the user wants them.
pub struct Reporter {
    quiet: bool,
    verbose: bool,
    format: LogFormat,
}

impl Reporter {
    /// A reporter for these flags.
    pub fn new(quiet: bool, verbose: bool, format: LogFormat) -> Reporter {
        Reporter { quiet, verbose, format }
    }

    /// A bar for one load, where a person reads the reports on a terminal.
    pub fn bar(&self) -> Option<Bar> {
        if self.quiet || self.format == LogFormat::Json { None } else { Bar::new() }
    }

    /// The schema is up to date.
    pub fn initialised(&self, path: &Path) {
        self.report(
            || format!("{} is ready", path.display()),
            || json!({"event": "initialised", "database": path.display().to_string()}),
        );
    }

    /// Files were generated.
    pub fn generated(&self, summary: &crate::generate::Summary) {
        for file in &summary.files {
            let path = file.path.display();
            self.report(
                || format!("{path}: {} records, {} bytes", file.records, file.bytes),
                || json!({"event": "generated", "file": path.to_string(), "records": file.records, "bytes": file.bytes}),
            );
        }
    }

    /// A sealed copy was written.
    pub fn sealed(&self, report: &seal::Report) {
        let seal::Report { bytes, load, answers, .. } = report;
        let file = report.file.display();
        let missing =
            told_never_loaded(&report.never_loaded).map(|line| format!("; {line}")).unwrap_or_default();
        self.report(
            || {
                format!(
                    "{file}: sealed as of load {load}, {answers} answers, {bytes} bytes, checked{missing}"
                )
            },
            || {
                json!({
                    "event": "sealed",
                    "file": file.to_string(),
                    "bytes": bytes,
                    "sha256": report.sha256,
                    "load": load,
                    "answers": answers,
                    "never_loaded": report.never_loaded,
                    "seconds": report.elapsed.as_secs_f64(),
                })
            },
        );
    }

    /// A sealed copy is a warehouse again, or was one.
    pub fn unsealed(&self, path: &Path, was_sealed: bool) {
        let path = path.display();
        self.report(
            || match was_sealed {
                true => format!("{path} is a warehouse again"),
                false => format!("{path} was not sealed"),
            },
            || json!({"event": "unsealed", "database": path.to_string(), "was_sealed": was_sealed}),
        );
    }

    /// Records set aside were tried again.
    pub fn replayed(&self, report: &load::Report) {
        let counts = &report.counts;
        let model = report.model.name();
        let taken = counts.read - counts.rejected - counts.repeated - counts.suppressed;
        self.report(
            || {
                let mut line = format!(
                    "{model:<6}  {} tried again, {taken} taken in, {} settled by newer loads, {} still aside",
                    counts.read, counts.repeated, counts.rejected
                );
                if counts.suppressed > 0 {
                    line += &format!(", {} suppressed", counts.suppressed);
                }
                if let Some(first) = &report.first_reject {
                    line += &format!("\n        the first: {first}");
                }
                line
            },
            || {
                json!({
                    "event": "replayed",
                    "model": model,
                    "load": report.load,
                    "tried": counts.read,
                    "taken": taken,
                    "settled": counts.repeated,
                    "rejected": counts.rejected,
                    "suppressed": counts.suppressed,
                    "first_reject": report.first_reject,
                })
            },
        );
    }

    /// There was nothing to try again.
    pub fn nothing_aside(&self, model: Model) {
        if self.verbose {
            self.report(
                || format!("{:<6}  nothing is set aside", model.name()),
                || {
                    json!({
                        "event": "replayed",
                        "model": model.name(),
                        "load": null,
                        "tried": 0,
                        "taken": 0,
                        "settled": 0,
                        "rejected": 0,
                        "suppressed": 0,
                        "first_reject": null,
                    })
                },
            );
        }
    }

    /// Records set aside were written out.
    pub fn exported(&self, records: usize, model: Model, form: &str) {
        let model = model.name();
        let noun = if records == 1 { "record" } else { "records" };
        self.report(
            || {
                format!(
                    "{records} {noun} of model {model}; once mended: \
                     scli load --model {model} --collector {form} --partial --config FILE"
                )
            },
            || json!({"event": "exported", "model": model, "records": records}),
        );
    }

    /// Records of a model were written to a file; perhaps in a form that is not loaded again.
    pub fn written(&self, model: Model, records: u64, file: &Path, loads_again: bool) {
        let (model, file) = (model.name(), file.display().to_string());
        self.report(
            || {
                let note = if loads_again { "" } else { "; load does not take this form" };
                format!("{model:<6}  {records} written  {file}{note}")
            },
            || json!({"event": "exported", "model": model, "records": records, "file": file}),
        );
    }

    /// A file was written.
    pub fn wrote(&self, file: &Path, bytes: usize) {
        let file = file.display().to_string();
        self.report(
            || format!("wrote {file}, {} kB", bytes.div_ceil(1000)),
            || json!({"event": "wrote", "file": file, "bytes": bytes}),
        );
    }

    /// A result has more lines than were shown.
    pub fn cut(&self, shown: u64, all: u64) {
        self.report(
            || format!("the first {shown} of {all} lines; --limit N shows more, --format csv all"),
            || json!({"event": "cut", "shown": shown, "lines": all}),
        );
    }

    /// What follows is as of an earlier load, but for the databases that are joined.
    pub fn as_of(&self, past: &Past, joined: &[&str]) {
        self.report(
            || match joined {
                [] => past.to_string(),
                [name] => format!("{past}; {name} is shown as it is now"),
                names => format!("{past}; {} are shown as they are now", names.join(", ")),
            },
            || {
                json!({
                    "event": "as_of",
                    "load": past.load,
                    "finished_at": past.finished_at,
                    "delivery": past.delivery,
                    "date": past.date,
                    "joined": joined,
                })
            },
        );
    }

    /// A command failed. A closed pipe is no failure and not worth a word.
    pub fn error(&self, error: &Error) {
        if error.kind() == Kind::ClosedPipe {
            return;
        }
        match self.format {
            LogFormat::Text => line(&format!("error: {error}")),
            LogFormat::Json => line(&json_text(&json!({
                "event": "error",
                "message": error.message(),
                "help": error.remedy(),
                "exit_code": error.kind().exit_code(),
            }))),
        }
    }

    /// No command was given: tells which there are, and gives the exit code of a usage error, so that
    /// a script whose command got lost hears of it.
    pub fn next(&self, next: &Next) -> u8 {
        match self.format {
            LogFormat::Text => line(&next.to_string()),
            LogFormat::Json => {
                let steps: Vec<&str> = next.steps.iter().map(|(step, _)| step.as_str()).collect();
                let help = format!("{} Try: {}", next.state, steps.join(", "));
                self.error(&Error::usage("a command is missing").help(help));
            }
        }
        Kind::Usage.exit_code()
    }

    /// Tells what is wrong with the command line, or answers `--help` and `--version`. Returns the
    /// exit code.
    pub fn usage(&self, error: &clap::Error) -> u8 {
        let text = error.render().to_string();
        let shown = text.split('\n').map(visible).collect::<Vec<_>>().join("\n");
        let code = u8::try_from(error.exit_code()).unwrap_or(Kind::Usage.exit_code());
        if self.format == LogFormat::Json && error.use_stderr() {
            let error = usage_error(&text);
            self.error(&error);
        } else if shown != text {
            // With colours it would carry what the terminal must not act on.
            let _ = write!(std::io::stderr().lock(), "{shown}"); // nobody is left to tell
        } else {
            let _ = error.print();
        }
        code
    }

    /// Tells what `--quiet` does not keep back.
    fn trouble(&self, text: impl FnOnce() -> String, json: impl FnOnce() -> serde_json::Value) {
        match self.format {
            LogFormat::Text => line(&text()),
            LogFormat::Json => line(&json_text(&json())),
        }
    }

    fn report(&self, text: impl FnOnce() -> String, json: impl FnOnce() -> serde_json::Value) {
        match self.format {
            _ if self.quiet => {}
            LogFormat::Text => line(&text()),
            LogFormat::Json => line(&json_text(&json())),
        }
    }
}

/// Writes a line, and those of it that are indented below. Whatever names and texts of others are in
/// it, the terminal only shows them; if standard error is gone there is no one left to tell.
fn line(text: &str) {
    let parts: Vec<_> = text.split("\n ").map(visible).collect();
    let _ = writeln!(std::io::stderr().lock(), "{}", parts.join("\n "));
}

fn json_text(value: &serde_json::Value) -> String {
    visible_json(&value.to_string())
}

/// The form of reports and errors that a command line asks for which could not be understood.
pub fn format_in(line: impl IntoIterator<Item = OsString>) -> LogFormat {
    let mut format = LogFormat::Text;
    let mut line = line.into_iter();
    while let Some(word) = line.next() {
        let Some(word) = word.to_str() else { continue };
        let value = match word.strip_prefix("--log-format") {
            Some("") => line.next().and_then(|value| value.into_string().ok()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(asked) = value.and_then(|value| LogFormat::from_str(&value, false).ok()) {
            format = asked;
        }
    }
    format
}

/// What clap says, as an error like any other: the first paragraph is the message, the others help.
fn usage_error(text: &str) -> Error {
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = text.trim().split("\n\n").map(joined);
    let first = parts.next().unwrap_or_default();
    let help: Vec<String> = parts.filter(|part| !part.starts_with("For more information")).collect();
    let error = Error::usage(first.strip_prefix("error: ").unwrap_or(&first));
    if help.is_empty() { error } else { error.help(help.join("; ")) }
}
