//! The examples in the documents are what happens.

use crate::harness::{Sandbox, copy, has, project};

/// A command of the document, and what it is shown to print.
struct Step<'a> {
    line: &'a str,
    shown: Vec<&'a str>,
}

/// The commands of all `console` blocks, and the blocks of `file`s.
fn read<'a>(text: &'a str, file: &str) -> (Vec<Step<'a>>, Vec<String>) {
    let (mut steps, mut files, mut block) = (Vec::<Step<'a>>::new(), Vec::<String>::new(), "");
    for line in text.lines() {
        match (block, line) {
            (_, "```") => block = "",
            ("", _) => {
                block = line.strip_prefix("```").unwrap_or("");
                if block == file {
                    files.push(String::new());
                }
            }
            (block, _) if block == file => *files.last_mut().unwrap() += &format!("{line}\n"),
            ("console", _) => match line.strip_prefix("$ ") {
                Some(line) => steps.push(Step { line, shown: Vec::new() }),
                None => steps.last_mut().unwrap().shown.push(line),
            },
            _ => {}
        }
    }
    (steps, files)
}

/// The lines, with every digit of a time as 0: no two runs are at the same time.
fn timeless(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let is_time = |text: &[u8]| {
        let form = b"0000-00-00T00:00:00";
        text.len() >= form.len()
            && form
                .iter()
                .zip(text)
                .all(|(form, byte)| if *form == b'0' { byte.is_ascii_digit() } else { form == byte })
    };
    let plain = |line: &str| {
        let mut bytes = line.as_bytes().to_vec();
        for start in 0..bytes.len() {
            if is_time(&bytes[start..]) {
                let rest = &mut bytes[start..];
                let is_part = |byte: &u8| byte.is_ascii_digit() || b"-T:.".contains(byte);
                let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
                rest[..end].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|digit| *digit = b'0');
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    lines.into_iter().map(|line| plain(line.as_ref())).collect()
}

/// Types the commands of a document, and compares what they print with what it shows.
fn type_all(sandbox: &Sandbox, steps: Vec<Step<'_>>) {
    for Step { line, shown } in steps {
        let output = sandbox.shell(&format!("({line}) 2>&1")).stdout;
        let mut printed: Vec<&str> = output.lines().collect();
        let mut shown = shown;
        // An ellipsis on top or below stands for whatever is not shown.
        if shown.first() == Some(&"…") {
            shown.remove(0);
            printed.drain(..printed.len().saturating_sub(shown.len()));
        } else if shown.last() == Some(&"…") {
            shown.pop();
            printed.truncate(shown.len());
        }
        assert_eq!(timeless(&printed), timeless(&shown), "{line}");
    }
}

#[test]
fn questions_of_ones_own_are_as_documented() {
    if !has("sh") {
        return;
    }
    let text = std::fs::read_to_string(project("docs/queries.md")).unwrap();
    let (steps, files) = read(&text, "sql");
    let sandbox = Sandbox::with_warehouse();
    let [watched] = files.as_slice() else { panic!("one file is shown, not {}", files.len()) };
    sandbox.write("watched.sql", watched);
    assert!(steps.len() > 5, "only {} commands were found", steps.len());
    type_all(&sandbox, steps);
}

#[test]
fn every_output_in_the_document_is_what_is_printed() {
    if !has("sh") {
        return;
    }
    let text = std::fs::read_to_string(project("docs/history.md")).unwrap();
    let (steps, files) = read(&text, "json");
    let sandbox = Sandbox::new();
    let [monday, tuesday] = files.as_slice() else { panic!("two dumps are shown, not {}", files.len()) };
    sandbox.write("monday/authors.json", monday);
    sandbox.write("tuesday/authors.json", tuesday);
    copy(&project("data"), &sandbox.path("data"));

    assert!(steps.len() > 15, "only {} commands were found", steps.len());
    type_all(&sandbox, steps);
}
