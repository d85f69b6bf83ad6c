//! What holds for every model there is, and for each that will be.

use crate::harness::{Sandbox, project};
use scli::domain::Model;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The model's file in `data/`.
fn fixture(model: Model) -> PathBuf {
    let plural = model.spec().plural;
    let places = ["internal", "vendor"].map(|folder| project("data").join(folder));
    let mut files = places.iter().flat_map(|place| std::fs::read_dir(place).unwrap());
    let found = files.find(|file| file.as_ref().unwrap().path().file_stem().unwrap() == plural);
    found.unwrap_or_else(|| panic!("{plural}: no file in data/")).unwrap().path()
}

/// The content of every page but those of the ledger, of the records set aside and of the file's
/// header, which each load writes.
fn pages(sandbox: &Sandbox) -> BTreeMap<(String, i64), Vec<u8>> {
    let bytes = sandbox.database();
    let connection = sandbox.connect();
    let sql = "SELECT name, pageno FROM dbstat WHERE name <> 'sqlite_schema' AND name NOT IN (
        SELECT name FROM sqlite_schema WHERE tbl_name IN ('load', 'delivery', 'known_file', 'reject'))";
    let mut statement = connection.prepare(sql).unwrap();
    let pages = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let page_size = 16 << 10;
    pages
        .map(|page: rusqlite::Result<(String, i64)>| {
            let (name, number) = page.unwrap();
            let start = (number as usize - 1) * page_size;
            ((name, number), bytes[start..start + page_size].to_vec())
        })
        .collect()
}

#[test]
fn a_second_load_finds_all_unchanged_and_rewrites_no_page() {
    let sandbox = Sandbox::new();
    for model in Model::SHIPPED {
        let (name, file) = (model.spec().name, fixture(model));
        let load = ["load", "--model", name, "--config", file.to_str().unwrap()];
        sandbox.scli(&load).success();
        let before = pages(&sandbox);
        assert!(before.keys().any(|(table, _)| table.starts_with(name)), "{name}");
        sandbox.scli(&load).success();
        assert!(pages(&sandbox) == before, "{name}: a page of data is not as it was");
    }
    let counts = "SELECT count(*), sum(inserted + unchanged + rejected = read), sum(updated + repeated),
        sum(CASE WHEN id % 2 = 1 THEN unchanged ELSE inserted END) FROM load";
    let loads = 2 * Model::SHIPPED.len();
    assert_eq!(sandbox.rows(counts), format!("{loads}|{loads}|0|0\n"));
}

#[test]
fn every_model_reads_back_with_its_own_names() {
    let sandbox = Sandbox::with_warehouse();
    for model in Model::SHIPPED {
        let spec = model.spec();
        let known = sandbox.rows(&format!("SELECT read - rejected FROM load WHERE model = '{}'", spec.name));
        assert_eq!(sandbox.rows(&format!("SELECT count(*) FROM {}", spec.name)), known, "{}", spec.name);
    }
}
