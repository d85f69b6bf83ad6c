//! What moved between two states: the figures, and a section for each question whose figures moved.

use std::fmt::Write;

use super::super::comparison::{latest, listed, moved, rows_told};
use super::super::markup::escaped;
use super::super::text::exact;
use super::tables::{clock, heading, term};
use crate::question::{Account, Change, State};

/// All that moved between `states`.
pub(super) fn sections(accounts: &[Account<'_, '_>], [from, to]: [&State; 2]) -> String {
    let mut text = format!(
        "<section id=\"moved\">\n<h2>What moved</h2>\n<p>From {}, to {}.</p>\n",
        escaped(&from.to_string()),
        escaped(&to.to_string())
    );
    let some: Vec<_> = accounts.iter().filter(|account| account.compared.moved()).collect();
    if some.is_empty() {
        text.push_str("<p>No figure moved.</p>\n");
    }
    text.push_str("</section>\n");
    for account in some {
        text.push_str(&section(account));
    }
    text
}

fn section(account: &Account<'_, '_>) -> String {
    let question = account.compared.question;
    let (name, unit) = (escaped(&question.name), escaped(&question.unit));
    let mut figures = String::new();
    for (reading, from, to) in account.compared.readings() {
        let _ = write!(
            figures,
            "<div>{}<dd>{} <span>{unit}</span></dd></div>",
            term(reading),
            escaped(&moved(from, to))
        );
    }
    let mut text = format!(
        "<section id=\"moved-{name}\">\n<h2>Why it moved: {}</h2>\n<dl class=\"figures\">{figures}</dl>\n",
        escaped(&question.title)
    );
    let total = account.summary.rows();
    if total > 0 {
        let _ = writeln!(
            text,
            "<p>{} {}.</p>",
            if total == 1 { "Row:" } else { "Rows:" },
            rows_told(&account.summary)
        );
        text.push_str(&rows(account));
    }
    if total > account.rows.len() as u64 {
        let _ = writeln!(
            text,
            "<p class=\"muted\">The first {}; all {total}: <code>scli answers --compare … --format csv</code></p>",
            account.rows.len()
        );
    }
    text.push_str(&loads(account));
    text.push_str("</section>\n");
    text
}

/// The rows; on a narrow screen each is a block, with the names of its columns in it.
fn rows(account: &Account<'_, '_>) -> String {
    let Some(evidence) = account.compared.evidence else { return String::new() };
    let has =
        |name: &str| account.rows.iter().any(|change| change.columns.iter().any(|column| column == name));
    let mut columns: Vec<&str> = evidence.key.iter().map(String::as_str).collect();
    columns.extend(account.compared.names().into_iter().filter(|name| has(name)));
    columns.extend(evidence.counts.iter().map(String::as_str));
    columns.extend(has("why").then_some("why"));
    let mut text = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rows\"><table class=\"changes\">\n\
         <thead><tr><th>change</th>"
        .to_owned();
    for column in &columns {
        let _ = write!(text, "<th>{}</th>", escaped(&heading(column)));
    }
    text.push_str("<th>loads</th></tr></thead>\n<tbody>\n");
    for change in &account.rows {
        let fate = change.fate().name();
        let _ = write!(text, "<tr><td data-label=\"change\" class=\"{fate}\">{fate}</td>");
        for column in &columns {
            let _ = write!(
                text,
                "<td data-label=\"{}\">{}</td>",
                escaped(&heading(column)),
                escaped(&value(change, column))
            );
        }
        let _ = writeln!(text, "<td data-label=\"loads\">{}</td></tr>", listed(&change.loads));
    }
    text.push_str("</tbody>\n</table></div>\n");
    text
}

/// A value, or what it was and is.
fn value(change: &Change, column: &str) -> String {
    let told = |cell| match column {
        "published" | "corrected" if exact(cell) == "1" => "counts".to_owned(),
        "published" | "corrected" => "no".to_owned(),
        column if column.ends_with("_at") => clock(&exact(cell)),
        _ => exact(cell).into_owned(),
    };
    match change.values(column) {
        [Some(before), Some(after)] if before != after && column != "why" => {
            format!("{} → {}", told(before.cell()), told(after.cell()))
        }
        _ => told(latest(change, column)),
    }
}

fn loads(account: &Account<'_, '_>) -> String {
    let what = match (&account.summary.loads, account.loads.is_empty()) {
        (_, true) => {
            return "<p>No load between the two states wrote what the question reads.</p>\n".to_owned();
        }
        (Some(_), _) => "Loads that made these rows so:",
        (None, _) => {
            "All loads between the two states that wrote what the question reads; the rows do not tell which:"
        }
    };
    let mut text = format!("<p>{what}</p>\n<ul>\n");
    for load in &account.loads {
        let _ = writeln!(text, "<li>{}</li>", escaped(&load.told()));
    }
    text.push_str("</ul>\n");
    text
}
