//! Whether a row costs the same however many there are.

use crate::child::{self, scli};
use crate::goals::{Goal, markdown};
use crate::report::{Table, machine};
use crate::{Result, data, note};
use std::fs::File;
use std::io;
use std::path::Path;

/// How many streams, and the line of the table.
const SIZES: [(u64, &str, &str); 3] = [
    (1_000_000, "1", "fresh load of 1 million streams"),
    (10_000_000, "10", "fresh load of 10 million streams"),
    (30_000_000, "30", "fresh load of 30 million streams"),
];

/// Measures fresh loads of growing size.
pub fn measure(place: &Path, rounds: usize) -> Result<String> {
    let mut table = Table::default();
    for round in 1..=rounds {
        note(format_args!("round {round} of {rounds}"));
        for (rows, key, what) in SIZES {
            table.line(key, what, Some(rows), None);
            let data = data::prepare(place, rows)?;
            io::copy(&mut File::open(&data.first)?, &mut io::sink())?;
            let database = data.new_file("warehouse.db")?;
            let load = ["load", "--model", "stream", "--config"];
            table.add(key, child::run(scli(&database, load).arg(&data.first))?.cost);
            child::remove(&database)?;
        }
    }
    let time = table.ratio("30", "1").map(|ratio| ratio / 30.0);
    let peak = table.peak("30").map(|bytes| bytes / f64::from(1 << 20));
    let goals = markdown(&[
        Goal::most("time a row, 30 million ÷ 1 million", 1.25, 1.10, time),
        Goal::most("peak memory at 30 million, MiB", 400.0, 256.0, peak),
    ]);
    Ok(format!(
        "### Growing size\n\n{}; medians of {rounds} rounds.\n\n{}\n{goals}",
        machine(),
        table.markdown()
    ))
}
