//! docs/dependencies.md names what Cargo.toml does.

use crate::harness::project;
use std::collections::BTreeSet;

/// The names in the dependency sections of the manifest whose heading ends so.
fn manifest(kind: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(project("Cargo.toml")).unwrap();
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.trim_matches(['[', ']']).rsplit('.').next() == Some(kind);
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| inside && !line.starts_with('#')) {
            names.insert(name.to_owned());
        }
    }
    names
}

/// The names in the first column of each table of the document.
fn tables() -> Vec<BTreeSet<String>> {
    let text = std::fs::read_to_string(project("docs/dependencies.md")).unwrap();
    let mut tables = Vec::new();
    for line in text.lines() {
        if line.starts_with("| crate ") {
            tables.push(BTreeSet::new());
        } else if let (Some(name), Some(table)) = (line.strip_prefix("| `"), tables.last_mut()) {
            table.insert(name.split('`').next().unwrap().to_owned());
        }
    }
    tables
}

#[test]
fn every_dependency_is_accounted_for() {
    assert_eq!(tables(), [manifest("dependencies"), manifest("dev-dependencies")]);
}

/// What nothing names is compiled for nothing. The manifest's names have dashes where paths have not.
#[test]
fn every_dependency_is_used() {
    for (kind, folders) in
        [("dependencies", &["src"][..]), ("dev-dependencies", &["src", "tests", "benches"])]
    {
        let text: String = folders
            .iter()
            .flat_map(|folder| walkdir::WalkDir::new(project(folder)))
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.extension().is_some_and(|end| end == "rs"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        for name in manifest(kind) {
            let path = name.replace('-', "_");
            assert!(text.contains(&format!("{path}::")), "{name} is in Cargo.toml, and in no source");
        }
    }
}
