//! The answers to the questions in each format.

mod flat;

use std::io::Write;

use flat::{flat, number, one_by_one, text};

use super::{Format, Page, sink, wrapped};
use crate::error::Result;
use crate::question::{Answer, to_json, told_never_loaded};
use crate::sql::Cell;

/// What is shown beside the answers.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The loads that each answer rests on; the JSON formats always have them.
    pub receipts: bool,
    /// The models that were never loaded, for the formats that people read.
    pub never_loaded: Vec<&'static str>,
    /// A line that says as of when the answers are, for the formats that people read.
    pub as_of: Option<String>,
}

/// Writes `answers` in `format`. JSON is the form that `answers --check` reads.
///
/// The formats for people have the receipts in a table of their own; CSV and TSV, which can only
/// have one, repeat an answer for each load that it rests on.
pub fn answers(
    page: impl Into<Page>,
    answers: &[Answer],
    beside: &Beside,
    out: &mut dyn Write,
) -> Result<()> {
    let page = page.into();
    let format = page.format;
    match format {
        Format::Json => out.write_all(to_json(answers)?.as_bytes())?,
        Format::Jsonl => {
            for answer in answers {
                serde_json::to_writer(&mut *out, answer).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
        Format::Table => table(page, answers, out)?,
        Format::Markdown => {
            let (two, other) = by_form(answers);
            if !two.is_empty() || other.is_empty() {
                flat(page, &two, false, out)?;
            }
            one_by_one(page, &other, if two.is_empty() { "" } else { "\n" }, out)?;
        }
        Format::Csv | Format::Tsv => {
            flat(page, &answers.iter().collect::<Vec<_>>(), beside.receipts, out)?;
        }
    }
    if format.is_for_people() {
        if let Some(line) = told_never_loaded(&beside.never_loaded) {
            writeln!(out, "{}{line}", gap(format))?;
        }
        if let Some(line) = &beside.as_of {
            writeln!(out, "{}{line}", gap(format))?;
        }
        if beside.receipts {
            write!(out, "{}", gap(format))?;
            receipts(page, answers, out)?;
        }
    }
    Ok(out.flush()?)
}

/// In Markdown a table ends with an empty line.
fn gap(format: Format) -> &'static str {
    if format == Format::Markdown { "\n" } else { "" }
}

/// Those of the two readings, and the others.
fn by_form(answers: &[Answer]) -> (Vec<&Answer>, Vec<&Answer>) {
    answers.iter().partition(|answer| answer.has_two_readings())
}

/// The loads that each answer rests on, its name beside the first; hashes as short as people quote
/// them.
fn receipts(page: Page, answers: &[Answer], out: &mut dyn Write) -> Result<()> {
    let mut sink = sink(page, out);
    sink.columns(&["answer", "load", "model", "source", "sha256", "finished_at"])?;
    for answer in answers {
        for (index, load) in answer.loads().iter().enumerate() {
            let sha256 = load.sha256.as_deref().map(|sha256| sha256.get(..12).unwrap_or(sha256));
            sink.row(&[
                if index == 0 { Cell::Text(&answer.question) } else { Cell::Null },
                Cell::Integer(load.load),
                Cell::Text(&load.model),
                Cell::Text(&load.source),
                text(sha256),
                text(load.finished_at.as_deref()),
            ])?;
        }
    }
    sink.finish()
}

fn table(page: Page, answers: &[Answer], out: &mut dyn Write) -> Result<()> {
    // Where no answer rests on anything, the line below the table says all there is to say.
    let some_loaded = answers.iter().any(|answer| !answer.loads().is_empty());
    let mut notes: Vec<String> = Vec::new();
    let mut titled = |answer: &Answer| {
        let mut title = answer.title.clone();
        let never_loaded = told_never_loaded(&answer.never_loaded).filter(|_| some_loaded);
        for note in answer.note.clone().into_iter().chain(never_loaded) {
            let known = notes.iter().position(|known| *known == note);
            let index = known.unwrap_or_else(|| {
                notes.push(note);
                notes.len() - 1
            });
            title.push_str(&format!(" [{}]", index + 1));
        }
        title
    };
    let (two, other) = by_form(answers);
    if !two.is_empty() || other.is_empty() {
        let mut sink = sink(page, out);
        sink.columns(&["question", "published", "corrected", "unit"])?;
        for answer in two {
            sink.row(&[
                Cell::Text(&titled(answer)),
                number(answer.reading("published")),
                number(answer.reading("corrected")),
                Cell::Text(&answer.unit),
            ])?;
        }
        sink.finish()?;
    }
    if !other.is_empty() {
        let mut sink = sink(page, out);
        sink.columns(&["question", "reading", "answer", "unit"])?;
        for answer in other {
            let title = titled(answer);
            for (index, reading) in answer.readings.iter().enumerate() {
                sink.row(&[
                    if index == 0 { Cell::Text(&title) } else { Cell::Null },
                    Cell::Text(&reading.name),
                    number(reading.number),
                    Cell::Text(&answer.unit),
                ])?;
            }
        }
        sink.finish()?;
    }
    for (index, note) in notes.iter().enumerate() {
        writeln!(out, "{}", wrapped(&format!("[{}]", index + 1), note, page.width))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{Number, Reading, Receipt, Receipts};
    use std::rc::Rc;

    fn some() -> Vec<Answer> {
        let answer = |question: &str, published, corrected, unit: &str, note: Option<&str>| Answer {
            question: question.to_owned(),
            title: format!("About {question}"),
            readings: [("published", published), ("corrected", corrected)]
                .map(|(name, number)| Reading { name: name.to_owned(), number })
                .into(),
            unit: unit.to_owned(),
            note: note.map(str::to_owned),
            never_loaded: Vec::new(),
            receipts: Some(Receipts::default()),
        };
        let long = "The published answer takes the times for UTC, so its window is an hour late, and it counts \
                    sessions that start or end inside.";
        vec![
            answer("share", Some(Number::Real(1.0)), Some(Number::Real(0.93)), "share", None),
            answer("users", Some(Number::Integer(43336)), Some(Number::Integer(4)), "users", Some(long)),
            answer("none", None, None, "GB", Some("Short.")),
        ]
    }

    fn rendered(format: Format) -> String {
        let mut out = Vec::new();
        answers(format, &some(), &Beside::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_table_has_its_notes_below() {
        insta::assert_snapshot!(rendered(Format::Table), @r"
        ╭─────────────────┬───────────┬───────────┬───────╮
        │ question        │ published │ corrected │ unit  │
        ├─────────────────┼───────────┼───────────┼───────┤
        │ About share     │       1.0 │      0.93 │ share │
        │ About users [1] │     43336 │         4 │ users │
        │ About none [2]  │           │           │ GB    │
        ╰─────────────────┴───────────┴───────────┴───────╯
        [1] The published answer takes the times for UTC, so its window is an hour late, and it counts
            sessions that start or end inside.
        [2] Short.
        ");
    }

    #[test]
    fn csv_has_the_six_fields_and_what_was_never_loaded() {
        insta::assert_snapshot!(rendered(Format::Csv), @r#"
        question,title,published,corrected,unit,note,never_loaded
        share,About share,1.0,0.93,share,,
        users,About users,43336,4,users,"The published answer takes the times for UTC, so its window is an hour late, and it counts sessions that start or end inside.",
        none,About none,,,GB,Short.,
        "#);
    }

    #[test]
    fn markdown_has_the_six_fields() {
        insta::assert_snapshot!(rendered(Format::Markdown), @r"
        | question | title | published | corrected | unit | note |
        | --- | --- | ---: | ---: | --- | --- |
        | share | About share | 1.0 | 0.93 | share |  |
        | users | About users | 43336 | 4 | users | The published answer takes the times for UTC, so its window is an hour late, and it counts sessions that start or end inside. |
        | none | About none |  |  | GB | Short. |
        ");
    }

    #[test]
    fn json_is_what_check_reads() {
        assert_eq!(rendered(Format::Json), to_json(&some()).unwrap());
        crate::question::check(&some(), &rendered(Format::Json)).unwrap();
        let lines = rendered(Format::Jsonl);
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let keys: Vec<_> = first.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["question", "title", "published", "corrected", "unit", "note", "receipts"]);
    }

    /// Two answers, the first of which rests on two loads.
    fn with_receipts(format: Format) -> String {
        let load = |load, model: &str, sha256: Option<&str>| Receipt {
            load,
            model: model.to_owned(),
            source: format!("{model}s.csv"),
            sha256: sha256.map(str::to_owned),
            finished_at: Some("2022-01-02T03:04:05.678Z".to_owned()),
            inserted: 1,
            updated: 0,
            removed: 0,
            undoes: None,
        };
        let mut some = some();
        some.truncate(2);
        let loads = [load(1, "movie", Some("0123456789abcdef0123456789abcdef")), load(12, "stream", None)];
        some[0].receipts = Some(Receipts { loads: loads.map(Rc::new).into(), ..Receipts::default() });
        some[0].never_loaded = vec!["author", "review"];
        some[1].note = None;
        let beside = Beside {
            receipts: true,
            never_loaded: vec!["author", "book", "review"],
            as_of: Some("as of load 12".to_owned()),
        };
        let mut out = Vec::new();
        answers(format, &some, &beside, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn receipts_stand_below_the_table() {
        insta::assert_snapshot!(with_receipts(Format::Table), @r"
        ╭─────────────────┬───────────┬───────────┬───────╮
        │ question        │ published │ corrected │ unit  │
        ├─────────────────┼───────────┼───────────┼───────┤
        │ About share [1] │       1.0 │      0.93 │ share │
        │ About users     │     43336 │         4 │ users │
        ╰─────────────────┴───────────┴───────────┴───────╯
        [1] never loaded: author, review
        never loaded: author, book, review
        as of load 12
        ╭────────┬──────┬────────┬─────────────┬──────────────┬──────────────────────────╮
        │ answer │ load │ model  │ source      │ sha256       │ finished_at              │
        ├────────┼──────┼────────┼─────────────┼──────────────┼──────────────────────────┤
        │ share  │    1 │ movie  │ movies.csv  │ 0123456789ab │ 2022-01-02T03:04:05.678Z │
        │        │   12 │ stream │ streams.csv │              │ 2022-01-02T03:04:05.678Z │
        ╰────────┴──────┴────────┴─────────────┴──────────────┴──────────────────────────╯
        ");
    }

    #[test]
    fn receipts_are_a_table_of_their_own_in_markdown() {
        insta::assert_snapshot!(with_receipts(Format::Markdown), @r"
        | question | title | published | corrected | unit | note | never_loaded |
        | --- | --- | ---: | ---: | --- | --- | --- |
        | share | About share | 1.0 | 0.93 | share |  | author, review |
        | users | About users | 43336 | 4 | users |  |  |

        never loaded: author, book, review

        as of load 12

        | answer | load | model | source | sha256 | finished_at |
        | --- | ---: | --- | --- | --- | --- |
        | share | 1 | movie | movies.csv | 0123456789ab | 2022-01-02T03:04:05.678Z |
        |  | 12 | stream | streams.csv |  | 2022-01-02T03:04:05.678Z |
        ");
    }

    #[test]
    fn receipts_are_rows_of_their_answer_in_csv() {
        insta::assert_snapshot!(with_receipts(Format::Csv), @r#"
        question,title,published,corrected,unit,note,load,model,source,sha256,finished_at,never_loaded
        share,About share,1.0,0.93,share,,1,movie,movies.csv,0123456789abcdef0123456789abcdef,2022-01-02T03:04:05.678Z,"author, review"
        share,About share,1.0,0.93,share,,12,stream,streams.csv,,2022-01-02T03:04:05.678Z,"author, review"
        users,About users,43336,4,users,,,,,,,
        "#);
    }
}
