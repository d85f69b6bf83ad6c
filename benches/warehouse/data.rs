//! The files that are loaded, generated once and used again.

use crate::{Result, SCLI, child, note};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The seed, and the form of the files below; another number for either makes them anew.
const SEED: u64 = 2512;
const FORM: u32 = 1;

/// The generator's month, and the one behind it, which has as many days.
const MONTH: &str = ",2021-12-";
const NEXT_MONTH: &str = ",2022-01-";

/// One record in so many of the next day's file is one of the first file's.
const REPEATED: usize = 10;

/// Files of one size.
pub struct Data {
    /// How many streams each of the two files has.
    pub rows: u64,
    /// Where all of them are, and where databases go.
    pub place: PathBuf,
    /// The first file.
    pub first: PathBuf,
    /// The next day's file.
    pub next: PathBuf,
    /// The other five models, as `scli sync` takes them.
    pub others: PathBuf,
}

impl Data {
    /// The size of the first file in bytes.
    pub fn bytes(&self) -> Result<u64> {
        Ok(fs::metadata(&self.first)?.len())
    }

    /// A database or other file beside the data, which is not there yet.
    pub fn new_file(&self, name: &str) -> Result<PathBuf> {
        let path = self.place.join(name);
        child::remove(&path)?;
        Ok(path)
    }
}

/// The files for so many streams, from before if they fit.
pub fn prepare(place: &Path, rows: u64) -> Result<Data> {
    let place = place.join(rows.to_string());
    let data = Data {
        rows,
        first: place.join("streams.csv"),
        next: place.join("next-streams.csv"),
        others: place.join("others"),
        place,
    };
    let stamp = data.place.join("parameters");
    let version = child::run(Command::new(SCLI).arg("--version"))?.output;
    let parameters = format!("rows {rows}, seed {SEED}, form {FORM}, {version}");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == parameters) {
        return Ok(data);
    }
    note(format_args!("generating {rows} streams in {}", data.place.display()));
    if data.place.exists() {
        fs::remove_dir_all(&data.place)?;
    }
    fs::create_dir_all(&data.place)?;
    let mut generate = Command::new(SCLI);
    generate.args(["--quiet", "generate", "--seed", &SEED.to_string(), "--streams", &rows.to_string()]);
    child::run(generate.arg(&data.others))?;
    fs::rename(data.others.join("internal/streams.csv"), &data.first)?;
    write_next(&data.first, &data.next)?;
    File::open(&data.first)?.sync_all()?;
    // Last, so that what is incomplete is made anew.
    fs::write(stamp, parameters)?;
    Ok(data)
}

/// Writes the next day's file: the first one's records a month later, but for some that come again.
fn write_next(first: &Path, next: &Path) -> Result<()> {
    let mut lines = BufReader::with_capacity(1 << 18, File::open(first)?);
    let mut out = BufWriter::with_capacity(1 << 18, File::create(next)?);
    let mut line = String::new();
    let mut record = 0;
    lines.read_line(&mut line)?;
    out.write_all(line.as_bytes())?;
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            break;
        }
        match record % REPEATED {
            0 => out.write_all(line.as_bytes())?,
            _ => out.write_all(line.replace(MONTH, NEXT_MONTH).as_bytes())?,
        }
        record += 1;
    }
    out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    Ok(())
}
