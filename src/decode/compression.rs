//! Compressed sources, known by their first bytes and not by their name.

use std::io::{BufReader, Chain, Cursor, Read, Result};

/// Enough of a source to tell a compression or a byte-order mark.
const LOOK_AHEAD: u64 = 4;

/// The plain text of `reader`: decompressed if it is gzip or zstd, without a UTF-8 byte-order mark.
pub fn decompressed<'r>(reader: impl Read + Send + 'r) -> Result<Box<dyn Read + Send + 'r>> {
    let (start, reader) = look_ahead(reader)?;
    match start.as_slice() {
        [0x1f, 0x8b, ..] => without_mark(flate2::bufread::MultiGzDecoder::new(BufReader::new(reader))),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            without_mark(Zstd { input: Some(BufReader::new(Box::new(reader))), frame: None })
        }
        _ => without_mark(reader),
    }
}

fn without_mark<'r>(reader: impl Read + Send + 'r) -> Result<Box<dyn Read + Send + 'r>> {
    let (start, mut reader) = look_ahead(reader)?;
    if start.starts_with(b"\xef\xbb\xbf") {
        let mut mark = [0; 3];
        reader.read_exact(&mut mark)?;
    }
    Ok(Box::new(reader))
}

/// A reader that begins with bytes already read.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes, and a reader that still yields them.
fn look_ahead<R: Read>(mut reader: R) -> Result<(Vec<u8>, Whole<R>)> {
    let mut start = Vec::new();
    reader.by_ref().take(LOOK_AHEAD).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(reader)))
}

type Input<'r> = BufReader<Box<dyn Read + Send + 'r>>;
type Frame<'r> = ruzstd::decoding::StreamingDecoder<Input<'r>, ruzstd::decoding::FrameDecoder>;

/// Frames of zstd, one after the other, as `zstd` itself reads them.
struct Zstd<'r> {
    input: Option<Input<'r>>,
    frame: Option<Box<Frame<'r>>>,
}

impl Read for Zstd<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                self.input = self.frame.take().map(|frame| frame.into_inner());
            }
            let Some(mut input) = self.input.take() else { return Ok(0) };
            if std::io::BufRead::fill_buf(&mut input)?.is_empty() {
                return Ok(0);
            }
            let frame = ruzstd::decoding::StreamingDecoder::new(input).map_err(std::io::Error::other)?;
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
        decompressed(bytes)?.read_to_string(&mut text)?;
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
    fn a_cut_archive_is_an_error() {
        for whole in [gzip(&[b'x'; 1000]), zstd(&[b'x'; 1000])] {
            assert!(plain(&whole[..whole.len() - 3]).is_err());
        }
    }
}
