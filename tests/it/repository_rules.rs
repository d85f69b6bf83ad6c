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
    let mut names: Vec<String> = std::fs::read_dir(sandbox.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["users.csv", "warehouse.db"]);
}
