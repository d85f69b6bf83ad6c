//! A sealed copy as DuckDB sees it, where DuckDB is: Python's modules `duckdb` and
//! `duckdb_extension_sqlite_scanner`, for the Python that `SCLI_DUCKDB_PYTHON` names, or `python3`.

use crate::harness::{Sandbox, rows};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::Value;
use std::process::Command;

/// Attaches the file named first, and prints the name, the columns and the rows of everything in it.
const SCRIPT: &str = r#"
import importlib.util, json, pathlib, sys
import duckdb
found = importlib.util.find_spec("duckdb_extension_sqlite_scanner")
scanner, = pathlib.Path(found.submodule_search_locations[0]).rglob("*.duckdb_extension")
db = duckdb.connect()
db.execute(f"LOAD '{scanner}'")
db.execute(f"ATTACH '{sys.argv[1]}' AS warehouse (TYPE sqlite, READ_ONLY)")
names = db.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' UNION "
                   "SELECT view_name FROM duckdb_views() WHERE database_name = 'warehouse'").fetchall()
def plain(value):
    return value.hex() if isinstance(value, bytes) else value if value is None else str(value)
for name, in sorted(names):
    rows = db.execute(f'SELECT * FROM warehouse."{name}"')
    columns = [column[0] for column in rows.description]
    print(json.dumps([name, columns, [[plain(value) for value in row] for row in rows.fetchall()]]))
"#;

/// A value as the script writes it.
fn plain(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.to_string().into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap().into(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}

/// Rows in an order of their own, and numbers to 15 digits: from views of which SQLite makes the rows,
/// DuckDB gets them as text.
fn sorted(mut rows: Vec<Vec<Value>>) -> Vec<String> {
    for value in rows.iter_mut().flatten() {
        if let Some(number) = value.as_str().and_then(|text| text.parse::<f64>().ok()).or(value.as_f64()) {
            *value = format!("{number:.14e}").into();
        }
    }
    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

#[test]
fn every_table_and_view_of_a_sealed_copy_can_be_read() {
    let python = std::env::var_os("SCLI_DUCKDB_PYTHON").unwrap_or_else(|| "python3".into());
    let has = Command::new(&python).args(["-c", "import duckdb, duckdb_extension_sqlite_scanner"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!(
            "skipped: {} has no DuckDB with its extension for SQLite (pip install duckdb==1.5.5 \
             duckdb-extension-sqlite-scanner==1.5.5; SCLI_DUCKDB_PYTHON names another Python)",
            python.display()
        );
        return;
    }
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["seal", "out.db"]).success();
    let script = sandbox.write("read.py", SCRIPT);
    let output = Command::new(&python).arg(script).arg(sandbox.path("out.db")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let copy = Connection::open(sandbox.path("out.db")).unwrap();
    // SQLite's own statistics, too, are tables to DuckDB.
    let names = rows(&copy, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name");
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(names.lines().count(), output.lines().count());
    for (name, line) in names.lines().zip(output.lines()) {
        let (seen, columns, rows): (String, Vec<String>, Vec<Vec<Value>>) =
            serde_json::from_str(line).unwrap();
        assert_eq!(seen, name);
        let mut statement = copy.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        assert!(statement.column_names().eq(columns.iter()), "{name}: {columns:?}");
        let width = columns.len();
        let expected: Vec<Vec<Value>> = statement
            .query_map([], |row| (0..width).map(|i| Ok(plain(row.get_ref(i)?))).collect())
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        if name.starts_with("sqlite_") {
            // Its columns have no types, so DuckDB takes all for bytes.
            assert_eq!(rows.len(), expected.len(), "{name}");
            continue;
        }
        let (seen, expected) = (sorted(rows), sorted(expected));
        assert!(seen == expected, "{name}: {:?} is not {:?}", seen.first(), expected.first());
    }
}
