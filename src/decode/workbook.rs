//! A sheet of a workbook (xlsx), as the CSV that a spreadsheet would write of it.
//!
//! Every row becomes one line, blank ones too, and lines end with a carriage return alone, as the splitter of CSV
//! takes them, while a line break within a cell is a line feed alone: so the number of a line is that of its row.

use super::{MAX_RECORD, Reading};
use crate::error::{Error, Result};
use crate::interrupt;
use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use memchr::memmem;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use zip::ZipArchive;

/// How many bytes of XML the parts of a workbook may have that are held in memory: texts, styles, names of sheets.
const MOST_HELD: usize = 64 << 20;

/// As many rows and columns as a sheet can have.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// How many bytes are looked at, and how many cells are taken, before a signal is asked for.
const PIECE: usize = 256 << 10;
const CELLS: usize = 4096;

/// The text of the sheet that was asked for, else of the first that can be seen, and how that is to be read.
pub fn sheet(file: File, reading: &Reading) -> Result<(File, Reading)> {
    let file = look_through(file)?;
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(unread)?;
    let name = choose(&workbook, reading.sheet.as_deref())?;
    let in_sheet = |error: Error| error.at(format_args!("sheet {name:?}"));
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(unread).map_err(in_sheet)?;
    let text = tempfile::tempfile().map_err(no_room)?;
    let separator = reading.separator.unwrap_or(',');
    let mut rows = Rows { text: BufWriter::new(text), separator, written: 0, width: 0, row: Vec::new() };
    let (mut at, mut taken) = (0, 0_usize);
    while let Some(cell) = cells.next_cell().map_err(unread).map_err(in_sheet)? {
        taken += 1;
        if taken.is_multiple_of(CELLS) {
            interrupt::check()?;
        }
        let (row, column) = cell.get_position();
        if row >= ROWS || column >= COLUMNS {
            return Err(in_sheet(unread(format_args!(
                "a cell in row {} and column {}",
                row + 1,
                column + 1
            ))));
        }
        if row != at {
            rows.end(at).map_err(no_room)?;
            at = row;
        }
        rows.set(column as usize, written(cell.get_value()));
    }
    rows.end(at).map_err(no_room)?;
    let mut text = rows.text.into_inner().map_err(|error| no_room(error.into_error()))?;
    text.rewind().map_err(no_room)?;
    drop(cells);
    Ok((text, Reading { sheet: Some(name), separator: Some(separator), ..reading.clone() }))
}

fn no_room(error: std::io::Error) -> Error {
    Error::failed(format!("the sheet cannot be written to a temporary file: {error}"))
        .help("make room in the folder for temporary files, or name another with TMPDIR")
}

fn unread(why: impl std::fmt::Display) -> Error {
    Error::failed(format!("is a workbook that cannot be read: {why}"))
        .help("save it again as xlsx in the spreadsheet, or as CSV (UTF-8)")
}

/// Goes through the parts of a workbook once, before anything is held of them: a small file may unfold to much.
fn look_through(file: File) -> Result<File> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unread)?;
    let (mut piece, mut held) = (vec![0; PIECE], 0);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(unread)?;
        let name = part.name().to_ascii_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let is_sheet = name.contains("/worksheets/") && !name.ends_with(".rels");
        let mut since = 0;
        loop {
            interrupt::check()?;
            let count = part.read(&mut piece).map_err(unread)?;
            let bytes = piece.get(..count).unwrap_or_default();
            match memmem::rfind(bytes, b"</c>") {
                // Of a sheet, one cell is held at a time.
                Some(end) if is_sheet => since = count - end,
                _ if is_sheet => since += count,
                _ => held += count,
            }
            if held > MOST_HELD || since > MAX_RECORD {
                return Err(unread("it unfolds to more than fits in memory"));
            }
            if count == 0 {
                break;
            }
        }
    }
    Ok(archive.into_inner().into_inner())
}

/// The name of the sheet.
fn choose<R: Read + Seek>(workbook: &Xlsx<R>, wanted: Option<&str>) -> Result<String> {
    let sheets = workbook.sheets_metadata();
    let of_cells = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match wanted {
        Some(wanted) => of_cells().find(|sheet| sheet.name == wanted),
        None => of_cells().find(|sheet| sheet.visible == SheetVisible::Visible),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<String> = of_cells().take(20).map(|sheet| format!("{:?}", sheet.name)).collect();
        match wanted {
            Some(wanted) => Error::failed(format!("has no sheet {wanted:?}; it has {}", names.join(", "))),
            None => Error::failed("has no sheet that can be seen"),
        }
        .help("name the sheet: --sheet NAME")
    })
}

/// What a cell says, as CSV would have it.
fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(time) => time_of(time),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(error) => Data::Error(error.clone()).to_string(),
    }
}

/// A day, a time of day, or both, by ISO 8601. Midnight is a day alone.
fn time_of(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return time.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        _ if time.as_f64() < 1.0 => clock,
        _ => format!("{date}T{clock}"),
    }
}

/// Rows on their way into text.
struct Rows {
    text: BufWriter<File>,
    separator: char,
    /// How many lines were written.
    written: u32,
    /// How many fields the header has; 0 before there is one.
    width: usize,
    row: Vec<String>,
}

impl Rows {
    fn set(&mut self, column: usize, value: String) {
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        if let Some(field) = self.row.get_mut(column) {
            *field = value;
        }
    }

    /// Ends the row of this number, from 0, and those before it that have no cell.
    fn end(&mut self, number: u32) -> std::io::Result<()> {
        while self.written < number {
            self.text.write_all(b"\r")?;
            self.written += 1;
        }
        while self.row.last().is_some_and(String::is_empty) {
            self.row.pop();
        }
        if self.row.is_empty() {
            return Ok(());
        }
        let is_header = self.width == 0;
        if is_header {
            self.width = self.row.len();
        }
        let fields = self.row.len().max(self.width);
        let nothing = String::new();
        for (index, field) in self.row.iter().chain(std::iter::repeat(&nothing)).take(fields).enumerate() {
            if index > 0 {
                write!(self.text, "{}", self.separator)?;
            }
            // A cell that another program wrote may have carriage returns as well.
            let field = match field.contains('\r') {
                true => Cow::Owned(field.replace("\r\n", "\n").replace('\r', "\n")),
                false => Cow::Borrowed(field),
            };
            let is_plain = !field.contains([self.separator, '"', '\n']) && !field.starts_with(' ');
            match is_plain {
                true => self.text.write_all(field.as_bytes())?,
                // The first line says how lines end.
                false if is_header => {
                    write!(self.text, "\"{}\"", field.replace('\n', " ").replace('"', "\"\""))?
                }
                false => write!(self.text, "\"{}\"", field.replace('"', "\"\""))?,
            }
        }
        self.text.write_all(b"\r")?;
        self.written += 1;
        self.row.clear();
        Ok(())
    }
}
