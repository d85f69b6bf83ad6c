//! Compressed sources, known by their first bytes and not by their name.

use super::encoding::{InUtf8, marked};
use super::{Reading, archive, foreign, unreadable, workbook};
use crate::error::Result;
use crate::interrupt::Heeding;
use bzip2::bufread::MultiBzDecoder;
use encoding_rs::UTF_8;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Chain, Cursor, Error, ErrorKind, Read};

/// Enough of a source to tell what it is.
const LOOK_AHEAD: u64 = 512;

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
const XZ: &[u8] = b"\xfd7zXZ\0";
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The endings of the names of compressed files, whose form is told by what stands before.
const ENDINGS: [&str; 5] = [".gz", ".zst", ".bz2", ".xz", ".zip"];

/// The most memory that xz may take, in KiB: its files say themselves how much they want, up to 4 GiB.
const XZ_MEMORY: u32 = 100 << 10;

/// The name of a file without the ending that says that it is compressed.
pub fn uncompressed(name: &str) -> &str {
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// The plain text of a source, and how it is to be read: of a workbook, the sheet is known by then.
pub struct Text<'r> {
    /// The text, in UTF-8.
    pub reader: Box<dyn Read + Send + 'r>,
    /// What was said, and what was found.
    pub reading: Cow<'r, Reading>,
}

/// The plain text of `reader` in UTF-8: decompressed, out of an archive or a workbook, without a byte-order mark. A file of
/// another kind is refused. Reading ends with an error once a signal asked to stop.
pub fn decompressed<'r>(reader: impl Read + Send + 'r, reading: &'r Reading) -> Result<Text<'r>> {
    let (start, reader) = look_ahead(reader).map_err(unreadable)?;
    if foreign::is_workbook(&start) {
        let (text, reading) = workbook::sheet(archive::spooled(reader)?, reading)?;
        return Ok(Text { reader: Box::new(Heeding(text)), reading: Cow::Owned(reading) });
    }
    let reader = unpacked(&start, reader, reading)?;
    let reading = match reading.sheet {
        Some(_) => Cow::Owned(Reading { sheet: None, ..reading.clone() }),
        None => Cow::Borrowed(reading),
    };
    Ok(Text { reader, reading })
}

fn unpacked<'r>(
    start: &[u8],
    reader: impl Read + Send + 'r,
    reading: &Reading,
) -> Result<Box<dyn Read + Send + 'r>> {
    if start.starts_with(GZIP) {
        text(Gzip { member: Some(Box::new(GzDecoder::new(input(reader)))) }, reading)
    } else if start.starts_with(ZSTD) {
        text(Zstd { input: Some(input(reader)), frame: None }, reading)
    } else if is_bzip2(start) {
        text(MultiBzDecoder::new(input(reader)), reading)
    } else if start.starts_with(XZ) {
        text(Xz(XzReader::new_mem_limit(input(reader), true, XZ_MEMORY)), reading)
    } else if is_archive(start) && foreign::told(start).is_none_or(|(what, _)| what == foreign::NESTED) {
        text(archive::only_file(archive::spooled(reader)?)?, reading)
    } else {
        text(reader, reading)
    }
}

/// Whether a source that starts with these bytes is text as it stands: neither compressed, nor of another
/// kind or encoding, nor with a mark in front.
pub fn is_plain(start: &[u8]) -> bool {
    let marks = [GZIP, ZSTD, XZ, MARK];
    let is_marked = marks.iter().any(|mark| start.starts_with(mark)) || marked(start).is_some();
    !is_marked && !is_bzip2(start) && !is_archive(start) && foreign::told(start).is_none()
}

/// Whether a source of bzip2 starts so: letters, a digit, and the mark of a block or of the end.
fn is_bzip2(start: &[u8]) -> bool {
    matches!(start, [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]
        if rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90"))
}

fn is_archive(start: &[u8]) -> bool {
    start.starts_with(archive::ZIP) || start.starts_with(archive::EMPTY)
}

fn text<'r>(reader: impl Read + Send + 'r, reading: &Reading) -> Result<Box<dyn Read + Send + 'r>> {
    let (start, mut reader) = look_ahead(reader).map_err(unreadable)?;
    if start.starts_with(MARK) {
        reader.read_exact(&mut [0; MARK.len()]).map_err(unreadable)?;
        return Ok(Box::new(Heeding(reader)));
    }
    let said = reading.encoding.filter(|encoding| *encoding != UTF_8);
    foreign::refuse(&start, said.is_some())?;
    Ok(match marked(&start).or(said) {
        Some(encoding) => Box::new(Heeding(InUtf8::new(reader, encoding))),
        None => Box::new(Heeding(reader)),
    })
}

/// A reader that begins with bytes already read.
pub type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes, and a reader that still yields them.
pub fn look_ahead<R: Read>(mut reader: R) -> std::io::Result<(Vec<u8>, Whole<R>)> {
    let mut start = Vec::new();
    reader.by_ref().take(LOOK_AHEAD).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(reader)))
}

type Input<'r> = BufReader<Box<dyn Read + Send + 'r>>;

fn input<'r>(reader: impl Read + Send + 'r) -> Input<'r> {
    BufReader::new(Box::new(reader))
}

/// Members of gzip, one after the other. Zeros may follow, with which some tapes and copies are filled up.
struct Gzip<'r> {
    member: Option<Box<GzDecoder<Input<'r>>>>,
}

impl Read for Gzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut rest) = self.member.take().map(|member| member.into_inner()) else { break };
            if !is_over(&mut rest)? {
                self.member = Some(Box::new(GzDecoder::new(rest)));
            }
        }
        Ok(0)
    }
}

/// Whether nothing but zeros is left; fails if it is something else than another member.
fn is_over(rest: &mut Input<'_>) -> std::io::Result<bool> {
    let mut has_zeros = false;
    loop {
        let piece = rest.fill_buf()?;
        let zeros = piece.iter().take_while(|byte| **byte == 0).count();
        match piece.get(zeros) {
            None if piece.is_empty() => return Ok(true),
            None => {
                rest.consume(zeros);
                has_zeros = true;
            }
            Some(byte) if zeros == 0 && !has_zeros && GZIP.first() == Some(byte) => return Ok(false),
            Some(_) => {
                let message = "something that is not gzip follows the end of its gzip data";
                return Err(Error::new(ErrorKind::InvalidData, message));
            }
        }
    }
}

/// A reader of xz, whose memory is limited.
struct Xz<R: Read>(XzReader<R>);

impl<R: Read> Read for Xz<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::OutOfMemory => Error::other(
                crate::error::Error::failed(format!(
                    "is compressed so that to unpack it takes more than {} MiB of memory",
                    XZ_MEMORY >> 10
                ))
                .help("unpack it first: xz -dc FILE.xz | scli load … --config -"),
            ),
            _ => error,
        })
    }
}

type Frame<'r> = ruzstd::decoding::StreamingDecoder<Input<'r>, ruzstd::decoding::FrameDecoder>;

/// Frames of zstd, one after the other, as `zstd` itself reads them.
struct Zstd<'r> {
    input: Option<Input<'r>>,
    frame: Option<Box<Frame<'r>>>,
}

impl Read for Zstd<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                self.input = self.frame.take().map(|frame| frame.into_inner());
            }
            let Some(mut input) = self.input.take() else { return Ok(0) };
            if input.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = ruzstd::decoding::StreamingDecoder::new(input).map_err(Error::other)?;
            self.frame = Some(Box::new(frame));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn plain(bytes: &[u8]) -> Result<String> {
        let mut text = String::new();
        decompressed(bytes, &Reading::default())?.reader.read_to_string(&mut text).map_err(unreadable)?;
        Ok(text)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn content_tells_the_compression() {
        assert_eq!(plain(b"plain").unwrap(), "plain");
        assert_eq!(plain(b"").unwrap(), "");
        assert_eq!(plain(b"\xef\xbb\xbfplain").unwrap(), "plain");
        assert_eq!(plain(&gzip(b"\xef\xbb\xbfsqueezed")).unwrap(), "squeezed");
        assert_eq!(plain(&[gzip(b"one "), gzip(b"two")].concat()).unwrap(), "one two");
        assert_eq!(plain(&zstd(b"squeezed")).unwrap(), "squeezed");
        assert_eq!(plain(&[zstd(b"one "), zstd(b"two")].concat()).unwrap(), "one two");
    }

    #[test]
    fn zeros_behind_gzip_are_nothing_and_all_else_is_an_error() {
        let padded = |more: &[u8]| plain(&[&gzip(b"squeezed"), more].concat());
        assert_eq!(padded(&[0; 100_000]).unwrap(), "squeezed");
        for more in [&b"more"[..], b"\0\0more", &[&[0; 20_000][..], &gzip(b"more")].concat(), b"\x1fx"] {
            assert!(padded(more).is_err(), "{more:?}");
        }
    }

    #[test]
    fn a_cut_archive_is_an_error() {
        for whole in [gzip(&[b'x'; 1000]), zstd(&[b'x'; 1000])] {
            assert!(plain(&whole[..whole.len() - 3]).is_err());
        }
    }
}
