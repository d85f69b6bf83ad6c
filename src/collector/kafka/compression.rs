//! Batches that are compressed: by gzip, snappy, lz4 or zstd.

use super::failure::{Failure, Result};
use crate::error::Error;
use flate2::read::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::borrow::Cow;
use std::io::Read;

/// The most that a batch may unfold to, in bytes: what is more is not what it seems.
const MOST: usize = 256 << 20;

/// What the Java library writes before blocks of snappy: a name and two versions.
const BLOCKS: &[u8] = b"\x82SNAPPY\0";
const BLOCKS_HEADER: usize = 16;

/// The records of a batch as they were before, by the number of its compression.
pub fn unfolded(compression: i16, bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    let unfolded = match compression {
        0 => return Ok(Cow::Borrowed(bytes)),
        1 => read("gzip", MultiGzDecoder::new(bytes)),
        2 => snappy(bytes),
        3 => read("lz4", FrameDecoder::new(bytes)),
        4 => match StreamingDecoder::new(bytes) {
            Ok(decoder) => read("zstd", decoder),
            Err(error) => Err(broken("zstd", error)),
        },
        other => Err(Failure::Final(
            Error::failed(format!("a batch is compressed in a way that scli does not know, number {other}"))
                .help("it reads gzip, snappy, lz4 and zstd"),
        )),
    };
    unfolded.map(Cow::Owned)
}

fn read(name: &str, reader: impl Read) -> Result<Vec<u8>> {
    let mut unfolded = Vec::new();
    reader.take(MOST as u64 + 1).read_to_end(&mut unfolded).map_err(|error| broken(name, error))?;
    if unfolded.len() > MOST { Err(too_much()) } else { Ok(unfolded) }
}

/// One block, or many, each behind its length.
fn snappy(bytes: &[u8]) -> Result<Vec<u8>> {
    if !bytes.starts_with(BLOCKS) {
        return block(bytes, 0);
    }
    let mut rest = bytes.get(BLOCKS_HEADER..).unwrap_or_default();
    let mut unfolded = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (compressed, behind) =
            behind.split_at_checked(length).ok_or_else(|| broken("snappy", "it is cut off"))?;
        unfolded.extend(block(compressed, unfolded.len())?);
        rest = behind;
    }
    Ok(unfolded)
}

fn block(bytes: &[u8], before: usize) -> Result<Vec<u8>> {
    let length = snap::raw::decompress_len(bytes).map_err(|error| broken("snappy", error))?;
    if before + length > MOST {
        return Err(too_much());
    }
    snap::raw::Decoder::new().decompress_vec(bytes).map_err(|error| broken("snappy", error))
}

fn broken(name: &str, why: impl std::fmt::Display) -> Failure {
    let error = Error::failed(format!("a batch is not the {name} that it says: {why}"));
    Failure::Final(error.help("what wrote it is at fault; nothing from there on can be read"))
}

fn too_much() -> Failure {
    let error = Error::failed(format!("a batch unfolds to more than {} MiB", MOST >> 20));
    Failure::Final(error.help("have the producer make smaller batches"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn what_was_compressed_is_unfolded() {
        let text = b"a text, a text, and again a text ".repeat(1000);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&text).unwrap();
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(&text).unwrap();
        let block = |text: &[u8]| snap::raw::Encoder::new().compress_vec(text).unwrap();
        let mut blocks = [BLOCKS, &[0, 0, 0, 1, 0, 0, 0, 1]].concat();
        for part in text.chunks(10_000) {
            let part = block(part);
            blocks.extend((part.len() as u32).to_be_bytes());
            blocks.extend(part);
        }
        let zstd =
            ruzstd::encoding::compress_to_vec(text.as_slice(), ruzstd::encoding::CompressionLevel::Fastest);
        for (number, bytes) in [
            (0, text.clone()),
            (1, gzip.finish().unwrap()),
            (2, block(&text)),
            (2, blocks),
            (3, lz4.finish().unwrap()),
            (4, zstd),
        ] {
            assert!(unfolded(number, &bytes).unwrap() == text.as_slice(), "{number}");
            if number > 0 {
                let cut = bytes.get(..bytes.len() / 2).unwrap();
                assert!(!matches!(unfolded(number, cut), Ok(text_found) if text_found == text.as_slice()));
                assert!(unfolded(number, b"something else").is_err(), "{number}");
            }
        }
        assert!(unfolded(5, &text).is_err());
    }
}
