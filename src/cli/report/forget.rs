//! What became of a person who is forgotten.

use super::Reporter;
use crate::repository::Trace;
use crate::usecase::forget;
use serde_json::json;
use std::path::Path;

/// How many places a person reads where the address still stands.
const TOLD: usize = 10;

impl Reporter {
    /// A person is forgotten, or would be. The address is not told: logs are kept.
    pub fn forgotten(&self, database: &Path, report: &forget::Report, dry_run: bool) {
        let forgot = &report.forgot;
        let removed = || forgot.removed.iter().filter(|removed| removed.rows > 0);
        let database = database.display();
        self.report(
            || {
                let went = removed()
                    .map(|removed| format!("{} {}", removed.rows, told(removed.table, removed.rows)))
                    .collect::<Vec<_>>()
                    .join(", ");
                let mut line = match (forgot.rows(), forgot.before, dry_run) {
                    (0, true, _) => format!("{database}: was forgotten before, and nothing has come since"),
                    (0, false, true) => {
                        format!("{database}: knows nothing of this person; would keep them out")
                    }
                    (0, false, false) => {
                        format!("{database}: knows nothing of this person; no source will bring them")
                    }
                    (_, _, true) => {
                        format!("{database}: would forget {went}  (dry run: nothing was changed)")
                    }
                    (_, _, false) => format!("{database}: forgot {went}; the file was written anew"),
                };
                if forgot.traced > 0 {
                    line += &traces(&forgot.traces, forgot.traced);
                }
                line
            },
            || {
                let rows: serde_json::Map<String, serde_json::Value> = forgot
                    .removed
                    .iter()
                    .map(|removed| (removed.table.to_owned(), removed.rows.into()))
                    .collect();
                json!({
                    "event": "forgotten",
                    "database": database.to_string(),
                    "delivery": report.delivery,
                    "before": forgot.before,
                    "removed": rows,
                    "left": forgot.traced,
                    "left_in": forgot.traces.iter().map(|trace| {
                        json!({"table": trace.table, "column": trace.column, "key": trace.key})
                    }).collect::<Vec<_>>(),
                    "dry_run": dry_run,
                    "seconds": report.elapsed.as_secs_f64(),
                })
            },
        );
    }
}

/// What rows of a table are to a person.
fn told(table: &str, rows: u64) -> &'static str {
    match (table, rows) {
        ("user", 1) => "user",
        ("user", _) => "users",
        ("user_history", _) => "of their earlier versions",
        ("stream_fact", 1) => "stream",
        ("stream_fact", _) => "streams",
        ("stream_fact_history", _) => "of their earlier versions as streams",
        ("streaming_user", 1) => "address of streams",
        ("streaming_user", _) => "addresses of streams",
        ("streamed_movie", 1) => "title of theirs alone",
        ("streamed_movie", _) => "titles of theirs alone",
        ("absence", _) => "times that they were gone",
        ("reject", 1) => "record set aside",
        ("reject", _) => "records set aside",
        ("known_file", 1) => "path of a file",
        ("known_file", _) => "paths of files",
        (_, 1) => "text of the ledger",
        (_, _) => "texts of the ledger",
    }
}

fn traces(traces: &[Trace], traced: u64) -> String {
    let mut lines =
        "\n        warning: the address still stands in what is not theirs, and was left there:".to_owned();
    for Trace { table, column, key } in traces.iter().take(TOLD) {
        lines += &format!("\n        {table} {key:?}: {column}");
    }
    match traced.saturating_sub(TOLD as u64) {
        0 => lines,
        more => lines + &format!("\n        and {more} more; --log-format json names a hundred"),
    }
}
