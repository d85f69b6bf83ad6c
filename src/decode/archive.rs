//! A zip archive with one file in it.

use crate::error::{Error, Result};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use zip::{CompressionMethod, ZipArchive};

/// The start of an archive with files, and of one without.
pub const ZIP: &[u8] = b"PK\x03\x04";
pub const EMPTY: &[u8] = b"PK\x05\x06";

/// How many names a message lists.
const SHOWN: usize = 10;

/// What `reader` holds as a whole, in an unnamed file: the names in an archive stand at its end.
pub fn spooled(mut reader: impl Read) -> Result<File> {
    let mut file = tempfile::tempfile().map_err(no_room)?;
    let mut piece = vec![0; 1 << 20];
    loop {
        let count = reader.read(&mut piece).map_err(super::unreadable)?;
        if count == 0 {
            return Ok(file);
        }
        io::Write::write_all(&mut file, piece.get(..count).unwrap_or_default()).map_err(no_room)?;
    }
}

fn no_room(error: io::Error) -> Error {
    Error::failed(format!("the archive cannot be written to a temporary file: {error}"))
        .help("make room in the folder for temporary files, or name another with TMPDIR; or unpack it first")
}

/// The name of the one file in an archive.
pub fn name_within(file: File) -> Result<String> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    Ok(only(&mut archive)?.1)
}

/// The place and the name of the one file in an archive.
fn only<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<(usize, String)> {
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        // What a Mac adds of its own is no file of anybody's.
        let name = entry.name();
        if !entry.is_dir() && !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store") {
            files.push((index, name.to_owned()));
        }
    }
    match files.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Error::failed("is a zip archive without a file in it").help("fetch it again")),
        _ => Err(several(&files)),
    }
}

/// The one file in an archive.
pub fn only_file(file: File) -> Result<impl Read + Send> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let (index, _) = only(&mut archive)?;
    let entry = archive.by_index_raw(index).map_err(damaged)?;
    let (start, length, method) = (entry.data_start(), entry.compressed_size(), entry.compression());
    let sum = Sum { crc: entry.crc32(), bytes: entry.size() };
    if entry.encrypted() {
        return Err(Error::failed("is a zip archive with a password").help("unpack it first: unzip FILE.zip"));
    }
    drop(entry);
    let mut inner = archive.into_inner();
    let start = start.ok_or_else(|| damaged("no place for its file"))?;
    inner.seek(SeekFrom::Start(start)).map_err(super::unreadable)?;
    let packed = inner.take(length);
    let text: Box<dyn Read + Send> = match method {
        CompressionMethod::Stored => Box::new(packed),
        CompressionMethod::Deflated => Box::new(DeflateDecoder::new(packed)),
        other => {
            let error = Error::failed(format!("is a zip archive compressed by {other}, which is not read"));
            return Err(error.help("unpack it first: unzip FILE.zip"));
        }
    };
    Ok(Checked { inner: text, crc: Crc::new(), bytes: 0, sum })
}

fn several(names: &[(usize, String)]) -> Error {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|(_, name)| format!("{name:?}")).collect();
    let more = names.len() - shown.len();
    let error = Error::failed(format!(
        "is a zip archive with {} files in it, where one is expected: {}",
        names.len(),
        shown.join(", ")
    ));
    let error = if more > 0 { error.note(format_args!("and {more} more")) } else { error };
    error.help(
        "unpack it into a folder, then load that: unzip FILE.zip -d FOLDER && scli sync FOLDER; \
         or one of them: unzip -p FILE.zip NAME | scli load … --config -",
    )
}

fn damaged(why: impl std::fmt::Display) -> Error {
    Error::failed(format!("is a zip archive that cannot be read: {why}"))
        .help("the file may be cut off or damaged; fetch it again")
}

/// What an archive says of its file.
struct Sum {
    crc: u32,
    bytes: u64,
}

/// A reader that compares what it reads with what the archive says of it.
struct Checked<R> {
    inner: R,
    crc: Crc,
    bytes: u64,
    sum: Sum,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        if count == 0 && !buffer.is_empty() && (self.crc.sum(), self.bytes) != (self.sum.crc, self.sum.bytes)
        {
            let message = "what is in the archive is not what its checksum tells";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(count)
    }
}
