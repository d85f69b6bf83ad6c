//! The examples in docs/ are what happens.

use crate::harness::{Sandbox, copy, has, project};

/// A command of the document, and what it is shown to print.
struct Step<'a> {
    command: String,
    shown: Vec<&'a str>,
}

/// The commands of all `console` blocks, and the blocks of another kind.
fn read<'t>(text: &'t str, kind: &str) -> (Vec<Step<'t>>, Vec<String>) {
    let (mut steps, mut files, mut block) = (Vec::<Step<'t>>::new(), Vec::<String>::new(), "");
    for line in text.lines() {
        match (block, line) {
            (_, "```") => block = "",
            ("", _) => {
                block = line.strip_prefix("```").unwrap_or("");
                if block == kind {
                    files.push(String::new());
                }
            }
            (block, _) if block == kind => *files.last_mut().unwrap() += &format!("{line}\n"),
            ("console", _) => match (line.strip_prefix("$ "), continued(line)) {
                (Some(line), _) => steps.push(Step { command: line.to_owned(), shown: Vec::new() }),
                (None, Some(line)) => steps.last_mut().unwrap().command += &format!("\n{line}"),
                (None, None) => steps.last_mut().unwrap().shown.push(line),
            },
            _ => {}
        }
    }
    (steps, files)
}

/// A line that goes on with the command above it, as a shell shows it.
fn continued(line: &str) -> Option<&str> {
    if line == ">" { Some("") } else { line.strip_prefix("> ") }
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

/// Runs the commands of a document in a folder with a copy of `data`, as a reader would who types them
/// all. With INSTA_UPDATE=always the document gets what is printed, for `git diff` to judge.
fn run(sandbox: &Sandbox, document: &str) {
    let text = std::fs::read_to_string(project(document)).unwrap();
    let (steps, _) = read(&text, "");
    copy(&project("data"), &sandbox.path("data"));
    assert!(steps.len() > 5, "only {} commands were found", steps.len());
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let mut updated = Vec::new();
    for Step { command, shown } in steps {
        let output = sandbox.shell(&format!("({command}\n) 2>&1")).stdout;
        let printed = shortened(output.lines().collect(), &shown);
        if update && timeless(&printed) != timeless(&shown) {
            updated.push(printed.iter().map(|line| format!("{line}\n")).collect::<String>());
        } else {
            assert_eq!(timeless(&printed), timeless(&shown), "{command}");
            updated.push(shown.iter().map(|line| format!("{line}\n")).collect());
        }
    }
    if update {
        std::fs::write(project(document), with_outputs(&text, &updated)).unwrap();
    }
}

/// What is printed, cut as it is shown: an ellipsis on top or at the end stands for whatever is not.
fn shortened<'o>(mut printed: Vec<&'o str>, shown: &[&'o str]) -> Vec<&'o str> {
    if shown.first() == Some(&"…") && printed.len() >= shown.len() {
        printed.drain(..=printed.len() - shown.len());
        printed.insert(0, "…");
    }
    if shown.last() == Some(&"…") && printed.len() >= shown.len() {
        printed.truncate(shown.len() - 1);
        printed.push("…");
    }
    printed
}

/// The text with other outputs behind its commands.
fn with_outputs(text: &str, outputs: &[String]) -> String {
    let (mut new, mut outputs, mut inside) = (String::new(), outputs.iter(), false);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        inside = line == "```console" || inside && line != "```";
        let is_command = inside && (line.starts_with("$ ") || continued(line).is_some());
        if !inside || is_command || line == "```console" {
            new += &format!("{line}\n");
        }
        if is_command && lines.peek().is_none_or(|next| continued(next).is_none()) {
            new += outputs.next().unwrap();
        }
    }
    new
}

#[test]
fn a_project_has_questions_as_its_document_shows() {
    if has("sh") {
        run(&Sandbox::new(), "docs/own.md");
    }
}

#[test]
fn history_happens_as_its_document_shows() {
    if !has("sh") {
        return;
    }
    let text = std::fs::read_to_string(project("docs/history.md")).unwrap();
    let (_, files) = read(&text, "json");
    let sandbox = Sandbox::new();
    let [monday, tuesday] = files.as_slice() else { panic!("two dumps are shown, not {}", files.len()) };
    sandbox.write("monday/authors.json", monday);
    sandbox.write("tuesday/authors.json", tuesday);
    run(&sandbox, "docs/history.md");
}

#[test]
fn comparisons_are_as_documented() {
    if has("sh") {
        run(&Sandbox::new(), "docs/compare.md");
    }
}

#[test]
fn deliveries_are_as_documented() {
    if has("sh") {
        run(&Sandbox::new(), "docs/deliveries.md");
    }
}

#[test]
fn taking_back_is_as_documented() {
    if has("sh") {
        run(&Sandbox::new(), "docs/undo.md");
    }
}

#[test]
fn questions_of_ones_own_are_as_documented() {
    if !has("sh") {
        return;
    }
    let text = std::fs::read_to_string(project("docs/queries.md")).unwrap();
    let (_, files) = read(&text, "sql");
    let [watched] = files.as_slice() else { panic!("one file is shown, not {}", files.len()) };
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("watched.sql", watched);
    run(&sandbox, "docs/queries.md");
}

#[test]
fn models_of_ones_own_are_as_documented() {
    if has("sh") {
        run(&Sandbox::new(), "docs/models.md");
    }
}

#[test]
fn exports_are_as_documented() {
    if has("sh") {
        run(&Sandbox::new(), "docs/export.md");
    }
}

#[test]
fn the_tutorial_shows_what_is_printed() {
    if has("sh") {
        run(&Sandbox::new(), "docs/tutorial.md");
    }
}
