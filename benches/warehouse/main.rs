//! `make bench`: what a load and the answers cost, beside what else one could use.
//!
//! Everything that is measured is a process of its own, so that wall time and peak memory mean the
//! same for the real `scli`, for parts of the library (this binary, called as `part …`), for SQLite's
//! shell and for DuckDB. Rounds are interleaved (A B C A B C …): a noisy machine hits all alike.
//! `docs/performance.md` says what each row means.

mod answers;
mod child;
mod data;
mod duckdb;
mod goals;
mod keyless;
mod models;
mod nights;
mod parts;
mod report;
mod rounds;
mod scale;
mod small;
mod state;
mod venv;

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What went wrong, for a person.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

/// The binary that is measured, built with the profile of this one.
const SCLI: &str = env!("CARGO_BIN_EXE_scli");

#[derive(Parser)]
struct Arguments {
    /// Cargo says that it wants measurements; without it this is a test run, which has none.
    #[arg(long, hide = true)]
    bench: bool,
    /// Streams in each file
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// How many times each thing is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Measure fresh loads of 1, 10 and 30 million streams instead
    #[arg(long)]
    scale: bool,
    /// Measure so many nights, one after the other, instead
    #[arg(long, conflicts_with = "scale")]
    nights: Option<u64>,
    /// Measure described models alone
    #[arg(long, conflicts_with_all = ["scale", "nights"])]
    models: bool,
    /// Also write the report to this file
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// One part of the library, in this process
    Part {
        name: String,
        /// What the part reads, and what it writes
        paths: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    if let Some(Command::Part { name, paths }) = &arguments.command {
        return parts::run(name, paths);
    }
    if !arguments.bench {
        println!("nothing measured: run `make bench`");
        return Ok(());
    }
    let place = place()?;
    let text = match arguments.nights {
        Some(nights) => nights::measure(&place, nights)?,
        None if arguments.scale => scale::measure(&place, arguments.rounds.max(1))?,
        None if arguments.models => models::measure(&place, arguments.rounds.max(1))?,
        None => {
            let rounds = arguments.rounds.max(1);
            let streams = rounds::measure(&place, arguments.rows.max(1), rounds)?;
            format!("{streams}\n{}", models::measure(&place, rounds)?)
        }
    };
    print!("{text}");
    if let Some(out) = &arguments.out {
        std::fs::write(out, text).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    Ok(())
}

/// Where files go that a bench makes: `bench` in Cargo's target directory.
fn place() -> Result<PathBuf> {
    let target = Path::new(SCLI).ancestors().nth(2).ok_or("no target directory")?;
    let place = target.join("bench");
    std::fs::create_dir_all(&place)?;
    Ok(place)
}

/// Tells on standard error what is being done.
fn note(what: impl std::fmt::Display) {
    eprintln!("{what}");
}
