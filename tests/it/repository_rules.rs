//! Rules that the repository itself must keep.

use crate::harness::{Sandbox, project};
use sha2::{Digest, Sha256};

/// A migration that has landed is never edited: databases out there were made by it.
#[test]
fn migrations_are_as_they_landed() {
    let mut names: Vec<_> =
        std::fs::read_dir(project("migrations")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let sums: Vec<String> = names
        .iter()
        .map(|path| {
            let sha = Sha256::digest(std::fs::read(path).unwrap());
            let hex: String = sha.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}  {}\n", path.file_name().unwrap().to_str().unwrap())
        })
        .collect();
    crate::harness::snapshot("migrations", &sums.concat());
}

#[test]
fn every_table_is_strict_and_every_page_wide() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    let loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict
        AND name NOT LIKE 'sqlite_%' AND name <> 'refinery_schema_history'";
    assert_eq!(sandbox.rows(loose), "");
    assert_eq!(sandbox.rows("PRAGMA page_size"), "16384\n");
    assert_eq!(sandbox.rows("PRAGMA journal_mode"), "delete\n");
}

/// The schema and the models' registry name the same tables and columns, in both directions.
#[test]
fn the_schema_has_the_models_fields_and_no_others() {
    let sandbox = Sandbox::new();
    sandbox.scli(&["init-db"]).success();
    for model in scli::domain::Model::ALL {
        let spec = model.spec();
        let columns = sandbox
            .rows(&format!("SELECT name FROM pragma_table_info('{}') WHERE name <> 'load_id'", spec.name));
        assert_eq!(columns.lines().collect::<Vec<_>>(), spec.fields, "{}", spec.name);
    }
}

#[test]
fn no_file_stays_beside_the_database() {
    let sandbox = Sandbox::new();
    sandbox.load("user", "users.csv", "first_name,last_name,email\nA,B,c\n").success();
    assert_eq!(sandbox.names(), ["users.csv", "warehouse.db"]);
}

/// Names in backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The modules that a piece of source imports by `crate::`.
fn imports(source: &str) -> Vec<String> {
    let paths = source.split("crate::").skip(1);
    let names = paths.flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap().split(',').collect(),
        None => vec![rest],
    });
    let word = |text: &str| {
        text.trim().split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap().to_owned()
    };
    names.map(word).collect()
}

/// Data crosses the layers in one direction: the table in docs/architecture.md says so, and is true.
#[test]
fn layers_import_what_the_architecture_allows() {
    let text = std::fs::read_to_string(project("docs/architecture.md")).unwrap();
    let mut layers = Vec::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for layer in quoted(cells[1]) {
            layers.push(layer.to_owned());
            let mut allowed = [quoted(cells[1]), quoted(cells[4])].concat();
            allowed.push(layer);
            let files =
                walkdir::WalkDir::new(project("src")).into_iter().map(|entry| entry.unwrap().into_path());
            for file in files.filter(|file| file.extension().is_some_and(|end| end == "rs")) {
                let inner = file.strip_prefix(project("src")).unwrap().with_extension("");
                if layer == "cli" || inner.iter().next().unwrap() != layer {
                    continue;
                }
                for import in imports(&std::fs::read_to_string(&file).unwrap()) {
                    assert!(allowed.contains(&import.as_str()), "{} imports {import}", inner.display());
                }
            }
        }
    }
    for module in std::fs::read_to_string(project("src/lib.rs")).unwrap().lines() {
        if let Some(name) = module.strip_prefix("pub mod ").map(|name| name.trim_end_matches(';')) {
            assert!(name == "error" || layers.iter().any(|layer| layer == name), "{name} is in no row");
        }
    }
}

/// A test file that no one names is a test that never runs.
#[test]
fn every_test_file_is_part_of_the_binary() {
    let main = std::fs::read_to_string(project("tests/it/main.rs")).unwrap();
    for file in std::fs::read_dir(project("tests/it")).unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(name == "main" || main.contains(&format!("\nmod {name};")), "{name}");
    }
}
