//! What README.md shows is so.

use crate::harness::{Sandbox, copy, has, project};
use serde_json::Value;

fn readme() -> String {
    std::fs::read_to_string(project("README.md")).unwrap()
}

/// The lines of all `sh` blocks, comments and empty lines left out.
fn shell_lines(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside && !line.is_empty() && !line.starts_with('#') => lines.push(line),
            _ => {}
        }
    }
    lines
}

/// Runs the lines one after the other, as a reader would who types them all.
#[test]
fn every_command_it_shows_works() {
    if !has("sh") {
        return;
    }
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("data"));
    copy(&project("queries"), &sandbox.path("queries"));
    // An inbox of one night, for the lines that name one.
    copy(&project("data"), &sandbox.path("inbox/2026-11-20"));
    sandbox.write("more/users-2026-11-20.csv", "first_name,last_name,email\nA,B,c@example.com\n");
    let text = readme() + &std::fs::read_to_string(project("docs/answers.md")).unwrap();
    let has_sqlite = has("sqlite3");
    let mut ran = 0;
    for line in shell_lines(&text) {
        let runs = line.contains("scli ")
            && !["make ", "cargo ", "curl "].iter().any(|word| line.starts_with(word))
            || line.starts_with("sqlite3 ") && has_sqlite;
        if runs {
            let outcome = sandbox.shell(line);
            assert_eq!(outcome.code, 0, "{line}\n{}", outcome.stderr);
            ran += 1;
        }
    }
    assert!(ran >= 20, "only {ran} lines were found");
}

#[test]
fn its_answers_are_the_answers() {
    let json = Sandbox::with_warehouse().scli(&["answers", "--format", "json"]).success().stdout;
    let answers: Vec<Value> = serde_json::from_str(&json).unwrap();
    let text = readme();
    for answer in answers {
        let title = answer["title"].as_str().unwrap();
        let unit = answer["unit"].as_str().unwrap();
        let row = format!("| {title} | {} | {} | {unit} |", answer["published"], answer["corrected"]);
        assert!(text.lines().any(|line| line.starts_with(&row)), "README.md lacks: {row}");
    }
}

#[test]
fn the_files_it_links_to_exist() {
    for link in readme().split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(link.starts_with("https://") || project(link).exists(), "{link}");
    }
}

#[test]
fn the_make_targets_it_names_exist() {
    let makefile = std::fs::read_to_string(project("Makefile")).unwrap();
    let text = readme();
    for line in shell_lines(&text) {
        if let Some(target) = line.strip_prefix("make ").and_then(|rest| rest.split(' ').next()) {
            assert!(makefile.contains(&format!("\n{target}: ")), "make {target}");
        }
    }
}
