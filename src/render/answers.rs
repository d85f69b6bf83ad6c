//! The answers to the questions in each format.

use std::io::Write;

use super::{Format, sink};
use crate::error::Result;
use crate::query::{Answer, Cell, Number, to_json};

/// How wide the notes below the table may be.
const NOTE_WIDTH: usize = 100;

/// Writes `answers` in `format`. JSON is the form that `answers --check` reads. The table has the
/// notes below it; the other formats have the same six fields as JSON.
pub fn answers(format: Format, answers: &[Answer], out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Json => {
            out.write_all(to_json(answers)?.as_bytes())?;
            Ok(out.flush()?)
        }
        Format::Table => table(answers, out),
        Format::Csv | Format::Tsv | Format::Jsonl | Format::Markdown => {
            let mut sink = sink(format, out);
            sink.columns(&["question", "title", "published", "corrected", "unit", "note"])?;
            for answer in answers {
                sink.row(&[
                    Cell::Text(&answer.question),
                    Cell::Text(&answer.title),
                    number(answer.published),
                    number(answer.corrected),
                    Cell::Text(&answer.unit),
                    answer.note.as_deref().map_or(Cell::Null, Cell::Text),
                ])?;
            }
            sink.finish()
        }
    }
}

fn table(answers: &[Answer], out: &mut dyn Write) -> Result<()> {
    let mut notes = Vec::new();
    let mut sink = sink(Format::Table, out);
    sink.columns(&["question", "published", "corrected", "unit"])?;
    for answer in answers {
        let mut title = answer.title.clone();
        if let Some(note) = &answer.note {
            notes.push(note);
            title.push_str(&format!(" [{}]", notes.len()));
        }
        let numbers = (number(answer.published), number(answer.corrected));
        sink.row(&[Cell::Text(&title), numbers.0, numbers.1, Cell::Text(&answer.unit)])?;
    }
    sink.finish()?;
    drop(sink);
    for (index, note) in notes.iter().enumerate() {
        writeln!(out, "{}", wrapped(&format!("[{}]", index + 1), note))?;
    }
    Ok(out.flush()?)
}

fn number(number: Option<Number>) -> Cell<'static> {
    number.map_or(Cell::Null, Number::cell)
}

/// `text` in lines of at most [`NOTE_WIDTH`] characters, the first behind `mark`, the others below it.
pub(super) fn wrapped(mark: &str, text: &str) -> String {
    let indent = " ".repeat(mark.len());
    let mut lines = mark.to_owned();
    let mut width = mark.len();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width + 1 + length > NOTE_WIDTH && width > mark.len() {
            lines.push('\n');
            lines.push_str(&indent);
            width = indent.len();
        }
        lines.push(' ');
        lines.push_str(word);
        width += 1 + length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<Answer> {
        let answer = |question: &str, published, corrected, unit: &str, note: Option<&str>| Answer {
            question: question.to_owned(),
            title: format!("About {question}"),
            published,
            corrected,
            unit: unit.to_owned(),
            note: note.map(str::to_owned),
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
        answers(format, &some(), &mut out).unwrap();
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
    fn csv_has_the_six_fields() {
        insta::assert_snapshot!(rendered(Format::Csv), @r#"
        question,title,published,corrected,unit,note
        share,About share,1.0,0.93,share,
        users,About users,43336,4,users,"The published answer takes the times for UTC, so its window is an hour late, and it counts sessions that start or end inside."
        none,About none,,,GB,Short.
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
        crate::query::check(&some(), &rendered(Format::Json)).unwrap();
        let lines = rendered(Format::Jsonl);
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let keys: Vec<_> = first.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["question", "title", "published", "corrected", "unit", "note"]);
    }
}
