//! What the rules of quality found, in each format.

use std::io::Write;

use serde_json::{Map, Value};

use super::text::visible;
use super::{Format, Page, sink, wrapped};
use crate::error::{Error, Result};
use crate::quality::Finding;
use crate::sql::Cell;

/// What is shown of the findings, beside all that is found.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Only the rules that found something.
    pub found: bool,
    /// As of when the earlier counts are, where there are any, for the formats that people read.
    pub since: Option<String>,
}

/// Writes `findings` in `format`.
///
/// Formats for people have a table of the rules, and below it for each rule that found something why
/// that matters and a table of its samples. Formats for programs have the same fields for each rule:
/// JSON nests the samples as objects, and CSV and TSV hold the same JSON as text in the last field.
/// Earlier counts have columns of their own where they were asked for.
pub fn findings(
    page: impl Into<Page>,
    findings: &[Finding],
    shown: &Shown,
    out: &mut dyn Write,
) -> Result<()> {
    let page = page.into();
    let findings: Vec<&Finding> =
        findings.iter().filter(|finding| !shown.found || finding.count > 0).collect();
    match page.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &findings).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Format::Jsonl => {
            for finding in &findings {
                writeln!(out, "{}", to_json(finding)?)?;
            }
        }
        Format::Csv | Format::Tsv => rows(page, &findings, shown, out)?,
        Format::Table | Format::Markdown => report(page, &findings, shown, out)?,
    }
    Ok(out.flush()?)
}

fn rows(page: Page, findings: &[&Finding], shown: &Shown, out: &mut dyn Write) -> Result<()> {
    let mut sink = sink(page, out);
    let earlier: &[&str] = if shown.since.is_some() { &["since", "earlier", "difference"] } else { &[] };
    let first = ["rule", "severity", "title", "count", "threshold"];
    sink.columns(&[&first, earlier, &["samples"]].concat())?;
    for finding in findings {
        let samples = to_json(&finding.samples)?;
        let mut row = vec![
            Cell::Text(&finding.rule),
            Cell::Text(finding.severity.name()),
            Cell::Text(&finding.title),
            count(finding.count),
            finding.threshold.map_or(Cell::Null, count),
        ];
        if shown.since.is_some() {
            row.push(finding.earlier.as_ref().map_or(Cell::Null, |earlier| Cell::Integer(earlier.since)));
            row.extend(compared(finding));
        }
        row.push(Cell::Text(&samples));
        sink.row(&row)?;
    }
    sink.finish()
}

/// What was found earlier, and the difference.
fn compared(finding: &Finding) -> [Cell<'static>; 2] {
    match &finding.earlier {
        Some(earlier) => [count(earlier.earlier), Cell::Integer(earlier.difference)],
        None => [Cell::Null; 2],
    }
}

fn report(page: Page, findings: &[&Finding], shown: &Shown, out: &mut dyn Write) -> Result<()> {
    if findings.is_empty() {
        writeln!(out, "No rule found anything.")?;
    } else {
        summary(page, findings, shown, out)?;
    }
    if let Some(since) = &shown.since {
        let gap = if page.format == Format::Markdown { "\n" } else { "" };
        writeln!(out, "{gap}{}", wrapped("earlier:", since, page.width))?;
    }
    for finding in findings.iter().filter(|finding| !finding.samples.is_empty()) {
        let heading = format!(
            "{} ({}), {} of {}",
            finding.rule,
            finding.severity.name(),
            finding.samples.len(),
            finding.count
        );
        match page.format {
            Format::Markdown => writeln!(out, "\n### {heading}\n\n{}\n", finding.why)?,
            _ => writeln!(out, "\n{}\n{}", visible(&heading), wrapped(" ", &finding.why, page.width))?,
        }
        samples(page, &finding.samples, out)?;
    }
    Ok(())
}

/// A table of the rules. Thresholds have a column where there are any.
fn summary(page: Page, findings: &[&Finding], shown: &Shown, out: &mut dyn Write) -> Result<()> {
    let mut sink = sink(page, out);
    let thresholds = findings.iter().any(|finding| finding.threshold.is_some());
    let threshold: &[&str] = if thresholds { &["threshold"] } else { &[] };
    let earlier: &[&str] = if shown.since.is_some() { &["earlier", "difference"] } else { &[] };
    sink.columns(&[&["rule", "severity", "count"], threshold, earlier, &["title"]].concat())?;
    for finding in findings {
        let mut row =
            vec![Cell::Text(&finding.rule), Cell::Text(finding.severity.name()), count(finding.count)];
        if thresholds {
            row.push(finding.threshold.map_or(Cell::Null, count));
        }
        if shown.since.is_some() {
            row.extend(compared(finding));
        }
        row.push(Cell::Text(&finding.title));
        sink.row(&row)?;
    }
    sink.finish()
}

fn samples(page: Page, samples: &[Map<String, Value>], out: &mut dyn Write) -> Result<()> {
    let mut sink = sink(page, out);
    let names: Vec<&str> = samples.iter().take(1).flat_map(Map::keys).map(String::as_str).collect();
    sink.columns(&names)?;
    for sample in samples {
        sink.row(&sample.values().map(cell).collect::<Vec<_>>())?;
    }
    sink.finish()
}

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::String(text) => Cell::Text(text),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Cell::Integer(integer),
            (None, Some(real)) => Cell::Real(real),
            (None, None) => Cell::Null,
        },
        // A sample is a row of a result, and so holds nothing but text and numbers.
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Cell::Null,
    }
}

fn count(count: u64) -> Cell<'static> {
    Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Severity;
    use serde_json::json;

    fn some() -> Vec<Finding> {
        let sample = |value: Value| value.as_object().unwrap().clone();
        vec![
            Finding {
                rule: "streams_of_nothing".to_owned(),
                severity: Severity::Error,
                title: "Streams of nothing".to_owned(),
                why: "Nothing is a movie.".to_owned(),
                count: 0,
                threshold: None,
                earlier: None,
                samples: Vec::new(),
            },
            Finding {
                rule: "movies_of_noise".to_owned(),
                severity: Severity::Warning,
                title: "Movies of noise".to_owned(),
                why:
                    "A reason of so many words that they do not fit into a single line of the report, which \
                      is a hundred letters wide."
                        .to_owned(),
                count: 3,
                threshold: None,
                earlier: None,
                samples: vec![
                    sample(json!({"title": "A|B,\u{1b}[31m", "mins": 7, "share": 0.5, "note": null})),
                    sample(json!({"title": "C", "mins": -1, "share": 1.0, "note": "n"})),
                ],
            },
        ]
    }

    fn rendered(format: Format) -> String {
        let mut out = Vec::new();
        findings(format, &some(), &Shown::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_table_has_the_samples_below() {
        insta::assert_snapshot!(rendered(Format::Table), @r"
        ╭────────────────────┬──────────┬───────┬────────────────────╮
        │ rule               │ severity │ count │ title              │
        ├────────────────────┼──────────┼───────┼────────────────────┤
        │ streams_of_nothing │ error    │     0 │ Streams of nothing │
        │ movies_of_noise    │ warning  │     3 │ Movies of noise    │
        ╰────────────────────┴──────────┴───────┴────────────────────╯

        movies_of_noise (warning), 2 of 3
          A reason of so many words that they do not fit into a single line of the report, which is a
          hundred letters wide.
        ╭────────────────┬──────┬───────┬──────╮
        │ title          │ mins │ share │ note │
        ├────────────────┼──────┼───────┼──────┤
        │ A|B,\u{1b}[31m │    7 │   0.5 │      │
        │ C              │   -1 │   1.0 │ n    │
        ╰────────────────┴──────┴───────┴──────╯
        ");
    }

    #[test]
    fn markdown_has_headings() {
        insta::assert_snapshot!(rendered(Format::Markdown), @r"
        | rule | severity | count | title |
        | --- | --- | ---: | --- |
        | streams_of_nothing | error | 0 | Streams of nothing |
        | movies_of_noise | warning | 3 | Movies of noise |

        ### movies_of_noise (warning), 2 of 3

        A reason of so many words that they do not fit into a single line of the report, which is a hundred letters wide.

        | title | mins | share | note |
        | --- | ---: | ---: | --- |
        | A\|B,\u{1b}\[31m | 7 | 0.5 |  |
        | C | -1 | 1.0 | n |
        ");
    }

    #[test]
    fn csv_has_the_samples_as_json() {
        insta::assert_snapshot!(rendered(Format::Csv), @r#"
        rule,severity,title,count,threshold,samples
        streams_of_nothing,error,Streams of nothing,0,,[]
        movies_of_noise,warning,Movies of noise,3,,"[{""title"":""A|B,\u001b[31m"",""mins"":7,""share"":0.5,""note"":null},{""title"":""C"",""mins"":-1,""share"":1.0,""note"":""n""}]"
        "#);
    }

    #[test]
    fn json_and_its_lines_say_the_same() {
        insta::assert_snapshot!(rendered(Format::Jsonl), @r#"
        {"rule":"streams_of_nothing","severity":"error","title":"Streams of nothing","count":0,"threshold":null,"samples":[]}
        {"rule":"movies_of_noise","severity":"warning","title":"Movies of noise","count":3,"threshold":null,"samples":[{"title":"A|B,\u001b[31m","mins":7,"share":0.5,"note":null},{"title":"C","mins":-1,"share":1.0,"note":"n"}]}
        "#);
        let whole: Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
        let lines: Vec<Value> =
            rendered(Format::Jsonl).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(whole, Value::Array(lines));
    }
}
