//! Parts of the library, each run in a process of its own.

use crate::{Result, keyless, state};
use scli::decode::{Reading, csv};
use scli::domain::Model;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Runs the part with this name.
pub fn run(name: &str, paths: &[PathBuf]) -> Result<()> {
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    match (name, paths.as_slice()) {
        ("csv-crate", [file]) => println!("{}", csv_crate(file)?),
        ("splitter", [file]) => println!("{}", splitter(file)?),
        ("keyless", [file, database]) => println!("{}", keyless::append(file, database)?),
        ("state", [database]) => print!("{}", state::models(database)?),
        ("differ", [before, after]) => print!("{}", state::differ(before, after)?),
        _ => return Err(format!("no part {name} of {} paths", paths.len()).into()),
    }
    Ok(())
}

/// Records that the csv crate finds.
fn csv_crate(file: &Path) -> Result<u64> {
    let mut reader = ::csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_path(file)?;
    let mut record = ::csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record)? {
        count += std::hint::black_box(&record).len() as u64 / 5;
    }
    Ok(count)
}

/// Records that our own splitter finds; unlike the csv crate's, their texts are checked to be UTF-8.
fn splitter(file: &Path) -> Result<u64> {
    let mut count = 0;
    csv::decode(File::open(file)?, &Reading::default(), Model::STREAM.spec().members, &mut |record| {
        count += u64::from(std::hint::black_box(record).raw.is_ok());
        Ok(())
    })
    .map_err(|error| error.to_string())?;
    Ok(count)
}
