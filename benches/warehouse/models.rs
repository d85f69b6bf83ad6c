//! A model that is described in a file, beside what else makes a table with a key of a csv file.

use crate::child::{self, Cost, scli};
use crate::goals::{Goal, markdown};
use crate::report::{Table, machine, many, number};
use crate::{Result, note, venv};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many orders; whether sqlite-utils is measured, which takes a minute a million.
const SIZES: [(u64, bool); 2] = [(1_000_000, true), (5_000_000, false)];

/// The version of sqlite-utils that is measured.
const UTILS: &str = "4.2.1";

/// The form of the files below; another number makes them anew.
const FORM: u32 = 1;

/// The key, and seven fields of all types.
const DESCRIPTION: &str = "[model.purchase]
key = \"number\"

[model.purchase.fields]
number     = { type = \"text\" }
customer   = { type = \"integer\", minimum = 0 }
note       = { type = \"text\" }
quantity   = { type = \"integer\", required = true, minimum = 1 }
price      = { type = \"real\" }
ordered_on = { type = \"date\" }
paid_at    = { type = \"timestamp\" }
gift       = { type = \"boolean\" }
";

/// The same columns for SQLite's shell.
const TABLE: &str = "CREATE TABLE purchase (number TEXT, customer INTEGER, note TEXT, quantity INTEGER, \
     price REAL, ordered_on TEXT, paid_at TEXT, gift TEXT)";

/// The words of notes.
const WORDS: [&str; 8] = ["amber", "birch", "cobalt", "delta", "ember", "fjord", "grove", "harbour"];

/// The files of one size.
struct Data {
    rows: u64,
    place: PathBuf,
    /// Purchases by no order of their keys.
    first: PathBuf,
    /// The same ones, the second half first.
    again: PathBuf,
}

/// Measures each size.
pub fn measure(place: &Path, rounds: usize) -> Result<String> {
    let python = venv::python(&place.join("sqlite-utils"), "sqlite-utils", UTILS);
    let mut text = String::new();
    for (rows, with_utils) in SIZES {
        let data = prepare(place, rows)?;
        let (mut table, mut bytes) = (Table::default(), 0);
        lines(&mut table, rows, with_utils);
        for round in 1..=rounds {
            note(format_args!("{}, round {round} of {rounds}", many(rows, "purchases")));
            for file in [&data.first, &data.again] {
                io::copy(&mut File::open(file)?, &mut io::sink())?;
            }
            bytes = ours(&data, &mut table)?;
            match import(&data) {
                Ok(cost) => table.add("import", cost),
                Err(why) => table.skip("import", why),
            }
            match python.as_deref().map_err(ToString::to_string) {
                Ok(python) if with_utils => table.add("utils", utils(&data, python)?),
                Ok(_) => {}
                Err(why) => table.skip("utils", why),
            }
        }
        let csv = fs::metadata(&data.first)?.len();
        let _ = writeln!(
            text,
            "### A described model, {}\n\n{}; medians of {rounds} interleaved rounds; sqlite-utils {UTILS}.\n\n{}\
             | database of {:.1} MB, {} bytes a row | | | | {} × csv of {:.1} MB |\n\n{}",
            many(rows, "records"),
            machine(),
            table.markdown(),
            bytes as f64 / 1e6,
            number(bytes as f64 / rows as f64),
            number(bytes as f64 / csv as f64),
            csv as f64 / 1e6,
            goals(&table, with_utils),
        );
    }
    Ok(text)
}

fn lines(table: &mut Table, rows: u64, with_utils: bool) {
    let rows = Some(rows);
    table.line("fresh", "fresh load of a described model", rows, None);
    table.line("same", "the same file again", rows, Some("fresh"));
    table.line("again", "its records in another order", rows, Some("fresh"));
    table.line("import", "`sqlite3 .import`, typed, and its unique index", rows, Some("fresh"));
    if with_utils {
        table.line("utils", "sqlite-utils `insert --csv --pk`", rows, Some("fresh"));
    }
}

fn goals(table: &Table, with_utils: bool) -> String {
    let mut goals = vec![
        Goal::most("fresh ÷ `sqlite3 .import` and its index", 1.3, 1.0, table.ratio("fresh", "import")),
        Goal::most("same file again ÷ fresh", 0.3, 0.1, table.ratio("same", "fresh")),
        Goal::most("its records in another order ÷ fresh", 0.3, 0.2, table.ratio("again", "fresh")),
        Goal::most(
            "peak memory, MiB",
            256.0,
            192.0,
            table.peak("fresh").map(|bytes| bytes / f64::from(1 << 20)),
        ),
    ];
    if with_utils {
        let ratio = table.ratio("utils", "fresh");
        goals.insert(1, Goal::least("sqlite-utils ÷ fresh", 20.0, 30.0, ratio));
    }
    markdown(&goals)
}

/// `scli load`: fresh, the same file, and the same records. Returns the size of the database.
fn ours(data: &Data, table: &mut Table) -> Result<u64> {
    let database = new_file(&data.place, "warehouse.db")?;
    let load = |file: &Path| -> Result<Cost> {
        let arguments = ["load", "--model", "purchase", "--project"];
        Ok(child::run(scli(&database, arguments).arg(&data.place).arg(file))?.cost)
    };
    table.add("fresh", load(&data.first)?);
    let bytes = fs::metadata(&database)?.len();
    table.add("same", load(&data.first)?);
    table.add("again", load(&data.again)?);
    let counts = "SELECT inserted, unchanged, (SELECT count(*) FROM purchase) FROM load ORDER BY id";
    let found = child::run(&mut scli(&database, ["query", counts, "--format", "tsv"]))?.output;
    let rows = data.rows;
    let told = [(rows, 0), (0, rows), (0, rows)].map(|(new, same)| format!("{new}\t{same}\t{rows}"));
    if found.lines().skip(1).ne(told.iter().map(String::as_str)) {
        return Err(format!("the loads count\n{found}").into());
    }
    child::remove(&database)?;
    Ok(bytes)
}

/// SQLite's shell: a table with types, and a unique index on the key.
fn import(data: &Data) -> Result<Cost> {
    let database = new_file(&data.place, "import.db")?;
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg(&database).arg(TABLE);
    sqlite.arg(format!(".import --csv --skip 1 \"{}\" purchase", data.first.display()));
    sqlite.arg("CREATE UNIQUE INDEX purchase_number ON purchase (number)");
    let done = child::run(sqlite.arg("SELECT count(*) FROM purchase"))?;
    child::remove(&database)?;
    match done.output.trim() == data.rows.to_string() {
        true => Ok(done.cost),
        false => Err(format!("sqlite3 counts {}", done.output.trim()).into()),
    }
}

/// sqlite-utils, as its documentation says.
fn utils(data: &Data, python: &Path) -> Result<Cost> {
    let database = new_file(&data.place, "utils.db")?;
    let mut utils = Command::new(python);
    utils.args(["-m", "sqlite_utils", "insert"]).arg(&database).arg("purchase").arg(&data.first);
    let cost = child::run(utils.args(["--csv", "--pk", "number", "--silent"]))?.cost;
    child::remove(&database)?;
    Ok(cost)
}

fn new_file(place: &Path, name: &str) -> Result<PathBuf> {
    let path = place.join(name);
    child::remove(&path)?;
    Ok(path)
}

/// The files for so many records, from before if they fit.
fn prepare(place: &Path, rows: u64) -> Result<Data> {
    let place = place.join(format!("models-{rows}"));
    let data =
        Data { rows, first: place.join("purchases.csv"), again: place.join("purchases-again.csv"), place };
    let stamp = data.place.join("parameters");
    let parameters = format!("rows {rows}, form {FORM}");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == parameters) {
        return Ok(data);
    }
    note(format_args!("writing {} in {}", many(rows, "purchases"), data.place.display()));
    if data.place.exists() {
        fs::remove_dir_all(&data.place)?;
    }
    fs::create_dir_all(&data.place)?;
    fs::write(data.place.join("scli.toml"), DESCRIPTION)?;
    write(&data.first, 0..rows)?;
    write(&data.again, (rows / 2..rows).chain(0..rows / 2))?;
    // Last, so that what is incomplete is made anew.
    fs::write(stamp, parameters)?;
    Ok(data)
}

fn write(path: &Path, records: impl Iterator<Item = u64>) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    writeln!(file, "number,customer,note,quantity,price,ordered_on,paid_at,gift")?;
    for at in records {
        // An odd factor gives each record another key, and the keys no order.
        let number = (at as u32).wrapping_mul(2_654_435_761);
        let second = at * 17 % 31_536_000;
        let day = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).ok_or("no such day")?;
        let time =
            day.and_hms_opt(0, 0, 0).ok_or("no such time")? + chrono::TimeDelta::seconds(second as i64);
        let word = |at: u64| WORDS.get(at as usize % WORDS.len()).copied().unwrap_or_default();
        writeln!(
            file,
            "N-{number:010},{},{} {},{},{}.{:02},{},{}+01:00,{}",
            at % 50_021,
            word(at),
            word(at / 7),
            at % 9 + 1,
            at % 997,
            at % 100,
            time.date(),
            time.format("%Y-%m-%dT%H:%M:%S"),
            at % 5 == 0,
        )?;
    }
    file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    Ok(())
}
