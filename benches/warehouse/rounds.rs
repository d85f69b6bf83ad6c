//! The measurements of one size, in rounds.

use crate::answers::Answers;
use crate::child::{self, part, scli};
use crate::data::{self, Data};
use crate::duckdb::{self, Peer};
use crate::report::{Table, machine, many, number};
use crate::state::Difference;
use crate::{Result, goals, note, small};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;

/// How often the small case is measured, over all rounds.
const SMALL: usize = 20;

/// What the rounds have found.
#[derive(Default)]
struct Found {
    table: Table,
    answers: Answers,
    /// The database's size, loaded with the first file.
    bytes: u64,
    /// What loading the file again wrote.
    again: Difference,
}

/// Measures everything at one size.
pub fn measure(place: &Path, rows: u64, rounds: usize) -> Result<String> {
    let data = data::prepare(place, rows)?;
    let peer = Peer::prepare(place);
    let mut found = Found::default();
    lines(&mut found.table, rows);
    for round in 1..=rounds {
        note(format_args!("round {round} of {rounds}"));
        for file in [&data.first, &data.next] {
            io::copy(&mut File::open(file)?, &mut io::sink())?;
        }
        ours(&data, &mut found, round == 1)?;
        others(&data, &mut found.table)?;
        answers(&data, &mut found, peer.as_ref())?;
        for _ in 0..SMALL.div_ceil(rounds) {
            found.table.add("small", small::measure(&data)?);
            match small::import(&data) {
                Ok(cost) => found.table.add("small-import", cost),
                Err(why) => found.table.skip("small-import", why),
            }
        }
    }
    for name in ["warehouse.db", "first.db", "keyless.db", "import.db", "peer.db"] {
        data.new_file(name)?;
    }
    let threads = peer.as_ref().map_or(0, Peer::threads);
    report(&data, &found, rounds, threads)
}

/// The lines of the table, in order.
fn lines(table: &mut Table, rows: u64) {
    let rows = Some(rows);
    let fresh = Some("fresh");
    table.line("fresh", "fresh load", rows, None);
    table.line("again", "the same file again", rows, fresh);
    table.line("next", "the next day's file, a tenth of it known", rows, fresh);
    table.line("csv-crate", "csv crate alone", rows, fresh);
    table.line("splitter", "our splitter alone", rows, fresh);
    table.line("keyless", "keyless append, two threads", rows, fresh);
    table.line("import", "`sqlite3 .import`, untyped", rows, fresh);
    table.line("upsert", "DuckDB `INSERT OR REPLACE`, same key", rows, fresh);
    table.line("answers-cold", "six answers, cold", None, Some("peer-cold"));
    table.line("answers-warm", "six answers, warm", None, Some("peer-warm"));
    table.line("peer-cold", "DuckDB's six answers, cold", None, None);
    table.line("peer-warm", "DuckDB's six answers, warm", None, None);
    table.line("small", "`sync` + `answers` on data/, median of 20", None, Some("small-import"));
    table.line("small-import", "`sqlite3 .import` of its three csv files, median of 20", None, None);
}

/// `scli load`: fresh, again, and the next day.
fn ours(data: &Data, found: &mut Found, first_round: bool) -> Result<()> {
    let database = data.new_file("warehouse.db")?;
    let load = |file: &Path| {
        let arguments = ["load", "--model", "stream", "--config"];
        child::run(scli(&database, arguments).arg(file)).map(|done| done.cost)
    };
    found.table.add("fresh", load(&data.first)?);
    found.bytes = fs::metadata(&database)?.len();
    let copy = data.new_file("first.db")?;
    fs::copy(&database, &copy)?;
    File::open(&copy)?.sync_all()?;
    found.table.add("again", load(&data.first)?);
    if first_round {
        let state = |database: &Path| Ok(child::run(&mut part("state", &[database])?)?.output);
        let (before, after): (Result<String>, Result<String>) = (state(&copy), state(&database));
        if before? != after? {
            return Err("the same file again changed a model".into());
        }
        let differ = child::run(&mut part("differ", &[&copy, &database])?)?.output;
        found.again = serde_json::from_str(&differ)?;
    }
    found.table.add("next", load(&data.next)?);
    Ok(())
}

/// The limits, and what others do.
fn others(data: &Data, table: &mut Table) -> Result<()> {
    for name in ["csv-crate", "splitter"] {
        let done = child::run(&mut part(name, &[&data.first])?)?;
        expect(data, name, &done.output)?;
        table.add(name, done.cost);
    }
    let keyless = data.new_file("keyless.db")?;
    let done = child::run(&mut part("keyless", &[&data.first, &keyless])?)?;
    expect(data, "keyless", &done.output)?;
    table.add("keyless", done.cost);
    let import = data.new_file("import.db")?;
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg(&import).arg("CREATE TABLE stream (movie_title, user_email, size_mb, start_at, end_at)");
    sqlite.arg(format!(".import --csv --skip 1 \"{}\" stream", data.first.display()));
    match child::run(sqlite.arg("SELECT count(*) FROM stream")) {
        Ok(done) => {
            expect(data, "sqlite3", &done.output)?;
            table.add("import", done.cost);
        }
        Err(why) => table.skip("import", why),
    }
    Ok(())
}

/// DuckDB's load, and the six answers of both.
fn answers(data: &Data, found: &mut Found, peer: std::result::Result<&Peer, &crate::Error>) -> Result<()> {
    let Found { table, answers, .. } = found;
    let (ours, theirs) = (data.place.join("first.db"), data.new_file("peer.db")?);
    data.new_file("peer.db.wal")?;
    let loaded = peer.map_err(ToString::to_string).and_then(|peer| {
        let (cost, _) = peer.run("upsert", &theirs, &data.first).map_err(|error| error.to_string())?;
        Ok((peer, cost))
    });
    answers.ask_ours(data, &ours, table)?;
    match loaded {
        Ok((peer, cost)) => {
            table.add("upsert", cost);
            answers.ask_peer(data, peer, (&ours, &theirs), table)?;
        }
        Err(why) => ["upsert", "peer-cold", "peer-warm"].iter().for_each(|key| table.skip(key, &why)),
    }
    Ok(())
}

/// Whether a part saw all records.
fn expect(data: &Data, part: &str, output: &str) -> Result<()> {
    let counted: u64 = output.trim().parse()?;
    if counted == data.rows { Ok(()) } else { Err(format!("{part} counts {counted} records").into()) }
}

fn report(data: &Data, found: &Found, rounds: usize, threads: usize) -> Result<String> {
    let Found { table, answers, bytes, again } = found;
    let (csv, size) = (data.bytes()? as f64, *bytes as f64);
    let share = size / csv;
    let database = format!(
        "| database of {:.1} MB, {} bytes a row | | | | {} × csv of {:.1} MB |",
        size / 1e6,
        number(size / data.rows as f64),
        number(share),
        csv / 1e6,
    );
    let ledger_only = again.only_ledger();
    let written = format!(
        "The same file again changed no model; {} bytes in {} pages of the database differ ({}), {}.",
        again.bytes,
        again.pages,
        again.pages_of_tables(),
        if ledger_only { "no data page among them" } else { "DATA PAGES AMONG THEM" },
    );
    Ok(format!(
        "### {}\n\n{}; medians of {rounds} interleaved rounds; DuckDB {} with {threads} threads.\n\n\
         {}{database}\n\n{written}\n\n{}\n{}",
        many(data.rows, "streams"),
        machine(),
        duckdb::VERSION,
        table.markdown(),
        answers.markdown(),
        goals::of_one_size(table, share, table.seconds("small"), ledger_only),
    ))
}
