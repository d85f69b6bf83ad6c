//! Rules that the repository itself must keep.

use crate::harness::{Sandbox, project};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

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
    for model in scli::domain::Model::SHIPPED {
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

/// The source files below a folder, by their names from it, without what is only for tests.
fn sources(folder: &std::path::Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap().into_path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "rs"))
        .map(|file| {
            let name = file.strip_prefix(folder).unwrap().with_extension("").to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&file).unwrap();
            (name, text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned())
        })
        .collect()
}

/// The paths that a source imports, each from the top, as in `crate::sql::run`.
fn imported_paths(file: &str, source: &str) -> Vec<String> {
    let place: Vec<&str> = file.strip_suffix("/mod").unwrap_or(file).split('/').collect();
    let is_mod = file.ends_with("/mod");
    let mut paths = Vec::new();
    for statement in source.split("\nuse ").skip(1).map(|rest| rest.split(';').next().unwrap()) {
        let (head, list) = statement.split_once('{').unwrap_or((statement, ""));
        let ups = head.matches("super::").count();
        let rest = head.trim_start_matches("super::");
        let base = match head.strip_prefix("crate::") {
            Some(rest) => rest.to_owned(),
            None if ups > 0 => {
                let keep = place.len() + usize::from(is_mod) - ups;
                place[..keep.min(place.len())].iter().map(|part| format!("{part}::")).collect::<String>()
                    + rest
            }
            None => continue,
        };
        match list {
            "" => paths.push(base),
            list => paths.extend(list.trim_end_matches('}').split(',').map(|item| {
                let item = item.split('{').next_back().unwrap().trim_matches(['}', ' ', '\n']);
                format!("{base}{item}")
            })),
        }
    }
    paths
}

/// The file that a path names: itself, or the one whose name its folder's `mod.rs` hands on.
fn file_of(path: &str, files: &BTreeMap<String, String>) -> Option<String> {
    let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    for length in (1..=parts.len()).rev() {
        let name = parts[..length].join("/");
        if files.contains_key(&name) {
            return Some(name);
        }
        let Some(face) = files.get(&format!("{name}/mod")) else { continue };
        let item = parts.get(length)?.split(" as ").next().unwrap();
        return face.split("use ").skip(1).find_map(|rest| {
            let (module, items) = rest.split(';').next()?.split_once("::")?;
            let mut items = items.trim_matches(['{', '}']).split(',').map(str::trim);
            items
                .any(|known| known == item || known.ends_with(&format!(" as {item}")))
                .then(|| format!("{name}/{module}"))
        });
    }
    None
}

/// No file imports, by whatever way, one that imports it.
#[test]
fn no_imports_run_in_a_circle() {
    let files = sources(&project("src"));
    let imports: BTreeMap<&str, BTreeSet<String>> = files
        .iter()
        .map(|(name, source)| {
            let paths = imported_paths(name, source);
            let found: BTreeSet<String> =
                paths.iter().filter_map(|path| file_of(path, &files)).filter(|other| other != name).collect();
            (name.as_str(), found)
        })
        .collect();
    assert!(imports["question/answer"].contains("question/receipts"), "{:?}", imports["question/answer"]);
    assert!(imports["question/answer"].contains("sql/run"), "{:?}", imports["question/answer"]);
    for start in imports.keys() {
        let (mut seen, mut next) = (BTreeSet::new(), vec![(*start).to_owned()]);
        while let Some(file) = next.pop() {
            for other in imports.get(file.as_str()).into_iter().flatten() {
                assert!(other != start, "{start} imports {file}, which imports {start}");
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
    }
}
