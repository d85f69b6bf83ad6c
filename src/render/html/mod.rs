//! The answers as one page of HTML, which needs nothing but itself: no script, no font, no network.

mod comparison;
mod figure;
mod figures;
mod own;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::chart::day;
use super::markup::escaped;
use crate::question::{
    Account, Answer, Explained, Number, Portrait, Reading, State, TWO_READINGS, told_never_loaded,
};

/// The page of `portrait`; `as_of` says as of when it is, if not now; `compared` has what moved between two
/// states, of which the portrait shows the second.
///
/// The same answers make the same page, to the byte.
pub fn html(
    portrait: &Portrait<'_>,
    as_of: Option<&str>,
    compared: Option<(&[Account<'_, '_>], [&State; 2])>,
) -> String {
    let mut page = String::with_capacity(1 << 18);
    page.push_str(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>",
    );
    page.push_str(heading(portrait));
    page.push_str("</title>\n<style>\n");
    page.push_str(include_str!("style.css"));
    page.push_str("</style>\n</head>\n<body>\n<main>\n");
    page.push_str(&head(portrait, as_of));
    if let Some((accounts, states)) = compared {
        page.push_str(&comparison::sections(accounts, states));
    }
    for explained in &portrait.answers {
        page.push_str(&section(portrait, explained));
    }
    page.push_str(&streams(portrait));
    page.push_str(&sources(portrait));
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// What the page is, and all answers at a glance.
fn head(portrait: &Portrait<'_>, as_of: Option<&str>) -> String {
    let streams = match (portrait.by_day.0.first(), portrait.by_day.0.last()) {
        (Some((first, _)), Some((last, _))) => {
            format!("From {} streams, {} to {}", portrait.by_day.streams(), day(*first), day(*last))
        }
        _ => "There are no streams yet".to_owned(),
    };
    let as_of = as_of.map(|as_of| format!("; {}", escaped(as_of))).unwrap_or_default();
    let (two, other): (Vec<_>, Vec<_>) =
        portrait.answers.iter().partition(|explained| explained.answer.has_two_readings());
    let heading = heading(portrait);
    let mut text = format!("<header>\n<h1>{heading}</h1>\n");
    if two.is_empty() {
        text.push_str("</header>\n");
    } else {
        let _ = write!(
            text,
            "<p class=\"deck\">{streams}{as_of}. <b class=\"published\">Published</b> \
             is what the application before this one answered; <b class=\"corrected\">corrected</b> is what was \
             asked.</p>\n</header>\n<div class=\"scroll\"><table class=\"answers\">\n<thead><tr><th>Question</th>\
             <th class=\"n\">Published</th><th class=\"n\">Corrected</th><th>Unit</th></tr></thead>\n<tbody>\n"
        );
        for Explained { answer, .. } in two {
            let [published, corrected] = TWO_READINGS.map(|name| answer.reading(name));
            let _ = writeln!(
                text,
                "<tr{}><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
                if published == corrected { "" } else { " class=\"differs\"" },
                linked(answer),
                told(published),
                told(corrected),
                escaped(&answer.unit),
            );
        }
        text.push_str("</tbody>\n</table></div>\n");
    }
    if !other.is_empty() {
        text.push_str(
            "<div class=\"scroll\"><table class=\"answers\">\n<thead><tr><th>Question</th><th>Reading</th>\
             <th class=\"n\">Answer</th><th>Unit</th></tr></thead>\n<tbody>\n",
        );
        for Explained { answer, .. } in other {
            for (index, reading) in answer.readings.iter().enumerate() {
                let _ = writeln!(
                    text,
                    "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
                    if index == 0 { linked(answer) } else { String::new() },
                    escaped(&reading.name),
                    told(reading.number),
                    escaped(&answer.unit),
                );
            }
        }
        text.push_str("</tbody>\n</table></div>\n");
    }
    if let Some(missing) = told_never_loaded(&portrait.never_loaded) {
        let _ = writeln!(text, "<p class=\"muted\">{}</p>", escaped(&sentence(&missing)));
    }
    text
}

/// What the page is called.
fn heading(portrait: &Portrait<'_>) -> &'static str {
    let is_own = |explained: &Explained<'_>| explained.question.file.is_some();
    if portrait.answers.is_empty() || portrait.answers.iter().any(is_own) { "Answers" } else { "Six answers" }
}

/// The title of an answer, which leads to it, and what it lacks.
fn linked(answer: &Answer) -> String {
    let missing = missing(answer).map(|missing| format!(" <span class=\"muted\">{missing}</span>"));
    let (name, title) = (escaped(&answer.question), escaped(&answer.title));
    format!("<a href=\"#{name}\">{title}</a>{}", missing.unwrap_or_default())
}

/// The models that an answer lacks, if it lacks some.
fn missing(answer: &Answer) -> Option<String> {
    told_never_loaded(&answer.never_loaded).map(|missing| escaped(&missing))
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// One question: its figures, why they differ, a picture, and the rows behind them.
fn section(portrait: &Portrait<'_>, explained: &Explained<'_>) -> String {
    let Answer { question, title, readings, unit, note, .. } = explained.answer;
    let (name, unit) = (escaped(question), escaped(unit));
    let figure = |reading: &Reading| {
        format!(
            "<div>{}<dd>{} <span>{unit}</span></dd></div>",
            tables::term(&reading.name),
            told(reading.number)
        )
    };
    let figures: String = readings.iter().map(figure).collect();
    let note = note.as_deref().map(|note| format!("<p>{}</p>\n", escaped(note))).unwrap_or_default();
    let missing = missing(explained.answer)
        .map(|missing| format!("<p>{}</p>\n", sentence(&missing)))
        .unwrap_or_default();
    format!(
        "<section id=\"{name}\">\n<h2>{}</h2>\n<dl class=\"figures\">{figures}</dl>\n{missing}{note}{}{}</section>\n",
        escaped(title),
        figures::of_question(portrait, explained),
        tables::evidence(explained),
    )
}

/// What can be seen of all streams, beside the questions.
fn streams(portrait: &Portrait<'_>) -> String {
    let figure = figures::by_hour(portrait);
    match figure.is_empty() {
        true => String::new(),
        false => format!("<section id=\"streams\">\n<h2>When streams start</h2>\n{figure}</section>\n"),
    }
}

/// The loads that the figures rest on.
fn sources(portrait: &Portrait<'_>) -> String {
    let receipts = portrait.answers.iter().flat_map(|explained| explained.answer.loads());
    let loads: BTreeMap<i64, _> = receipts.map(|load| (load.load, load)).collect();
    if loads.is_empty() {
        return String::new();
    }
    let mut text = "<section id=\"sources\">\n<h2>What the figures rest on</h2>\n<div class=\"scroll\"><table>\n\
         <thead><tr><th class=\"n\">Load</th><th>Model</th><th>Source</th><th>SHA-256</th><th>Done at</th></tr></thead>\n\
         <tbody>\n"
        .to_owned();
    for load in loads.values() {
        let _ = writeln!(
            text,
            "<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            load.load,
            escaped(&load.model),
            escaped(&load.source),
            escaped(load.sha256.as_deref().and_then(|hash| hash.get(..12)).unwrap_or("unknown")),
            escaped(load.finished_at.as_deref().unwrap_or("")),
        );
    }
    text.push_str("</tbody>\n</table></div>\n</section>\n");
    text
}

/// A reading as the page shows it.
fn told(number: Option<Number>) -> String {
    number.map_or("–".to_owned(), |number| number.to_string())
}
