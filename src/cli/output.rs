//! Where a result goes: to standard output, or to a file that is written whole or not at all.

use crate::error::{Error, Result};
use crate::render::{Format, Page};
use clap::ValueHint;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use terminal_size::Width;

/// What a file's name tells of its form.
const ENDINGS: [(&str, Format); 6] = [
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("md", Format::Markdown),
    ("txt", Format::Table),
];

/// The rows of evidence that a person is shown unless more are asked for.
pub const ROWS_FOR_PEOPLE: u64 = 20;

/// How every SQLite database begins.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// The arguments of every command that prints a result.
#[derive(Debug, clap::Args)]
pub struct OutputArgs {
    /// The form of the output [default: as the name after --output ends, else table]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write to a file, whole or not at all; .csv .tsv .json .jsonl .md .txt tell the form
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// With csv and tsv: an apostrophe before text that a spreadsheet would take for a formula
    #[arg(long)]
    safe_cells: bool,
}

impl OutputArgs {
    /// The file; `None` for standard output, which `-` names too.
    fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// What the result is to look like. An error for a file whose name does not tell, so to be asked
    /// for before any work is done.
    pub fn page(&self) -> Result<Page> {
        let format = match (self.format, self.file()) {
            (Some(format), _) => format,
            (None, Some(path)) => by_ending(path)?,
            (None, None) => Format::Table,
        };
        if self.safe_cells && !matches!(format, Format::Csv | Format::Tsv) {
            return Err(Error::usage("--safe-cells is for csv and tsv").help("add --format csv"));
        }
        let width = if self.file().is_none() { terminal_width() } else { None };
        Ok(Page { format, width, safe_cells: self.safe_cells })
    }

    /// Has `print` write the result to where it is wanted. If it fails, a file stays as it was.
    pub fn write(&self, print: impl FnOnce(Page, &mut dyn Write) -> Result<()>) -> Result<()> {
        let page = self.page()?;
        match self.file() {
            None => print(page, &mut std::io::stdout().lock()),
            Some(path) => write_whole(path, |out| print(page, out)),
        }
    }
}

/// Has `print` write a file, whole or not at all.
pub fn write_whole(path: &Path, print: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let at = |error: Error| error.at(path.display());
    let mut target = Target::beside(path).map_err(at)?;
    print(&mut target)?;
    target.replace().map_err(at)
}

fn by_ending(path: &Path) -> Result<Format> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let known = ENDINGS.iter().find(|(known, _)| ending.as_deref() == Some(known));
    known.map(|(_, format)| *format).ok_or_else(|| {
        let endings = ENDINGS.map(|(ending, _)| format!(".{ending}")).join(" ");
        Error::usage(format!("{}: the name does not tell the form of the output", path.display()))
            .help(format!("end it with one of {endings}, or say the form with --format"))
    })
}

/// How wide the terminal is that standard output goes to; `None` where it goes elsewhere.
fn terminal_width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(Width(columns), _)| usize::from(columns));
    told.or_else(measured).filter(|columns| *columns > 0)
}

/// A file in the making, beside the one that it is to replace.
pub(super) struct Target {
    part: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Target {
    pub(super) fn beside(path: &Path) -> Result<Target> {
        // Where the name is a link, what it links to is replaced.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let known = std::fs::metadata(&path).ok();
        if let Some(known) = &known {
            if known.is_dir() {
                return Err(Error::failed("is a directory, not a file").help("name a file in it"));
            }
            if !known.is_file() {
                return Err(Error::failed("is not an ordinary file").help("redirect standard output to it"));
            }
            if known.permissions().readonly() {
                return Err(Error::failed("is read-only").help("name another file"));
            }
            if is_database(&path) {
                return Err(
                    Error::failed("is a database, which a result would replace").help("name another file")
                );
            }
        }
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(Error::failed("the folder does not exist").help("create it, or name another file"));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".scli-").suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As for any new file; the user's mask applies.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let part = builder.tempfile_in(folder)?;
        if let Some(known) = known {
            part.as_file().set_permissions(known.permissions())?;
        }
        Ok(Target { part, path })
    }

    /// Puts the file in its place.
    pub(super) fn replace(self) -> Result<()> {
        self.part.as_file().sync_all()?;
        self.part.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let named = |error: std::io::Error| {
            std::io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
        };
        self.part.as_file_mut().write(bytes).map_err(named)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(()) // a file has no buffer of ours
    }
}

fn is_database(path: &Path) -> bool {
    let mut start = [0; DATABASE.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == DATABASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_tells_the_form_and_the_option_wins() {
        let page = |format, name: &str| {
            OutputArgs { format, output: Some(PathBuf::from(name)), safe_cells: false }.page()
        };
        for (ending, format) in ENDINGS {
            assert_eq!(page(None, &format!("a.b/rows.{ending}")).unwrap().format, format);
        }
        assert_eq!(page(None, "ROWS.CSV").unwrap().format, Format::Csv);
        assert_eq!(page(Some(Format::Json), "rows.csv").unwrap().format, Format::Json);
        for name in ["rows", "rows.xlsx", ".csv", "rows."] {
            assert_eq!(page(None, name).unwrap_err().kind().exit_code(), 2, "{name}");
        }
    }
}
