//! Text in another encoding, on its way into UTF-8.

use crate::error::Error;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};
use memchr::memchr_iter;
use std::io::{Read, Result};

/// How many bytes are taken at a time.
const PIECE: usize = 64 << 10;

/// The encoding that a mark at the start of a text tells, where it is not UTF-8.
pub fn marked(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// A reader that yields in UTF-8 what another holds in some encoding. It ends with an error where that is not so:
/// nothing is replaced by a sign that stands for what could not be read.
pub struct InUtf8<R> {
    inner: R,
    encoding: &'static Encoding,
    decoder: Decoder,
    input: Vec<u8>,
    /// How much of the input was taken, and how much there is.
    taken: usize,
    filled: usize,
    output: Vec<u8>,
    given: usize,
    written: usize,
    /// How many bytes of the source were taken, and how many lines they ended.
    byte: u64,
    line: u64,
    ended: bool,
    done: bool,
}

impl<R: Read> InUtf8<R> {
    /// Reads `inner` from its start, where a mark of the encoding may stand.
    pub fn new(inner: R, encoding: &'static Encoding) -> InUtf8<R> {
        InUtf8 {
            inner,
            encoding,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; PIECE],
            taken: 0,
            filled: 0,
            output: vec![0; PIECE * 3],
            given: 0,
            written: 0,
            byte: 0,
            line: 1,
            ended: false,
            done: false,
        }
    }

    fn decode(&mut self) -> Result<()> {
        if self.taken == self.filled && !self.ended {
            (self.taken, self.filled) = (0, self.inner.read(&mut self.input)?);
            self.ended = self.filled == 0;
        }
        let input = self.input.get(self.taken..self.filled).unwrap_or_default();
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(input, &mut self.output, self.ended);
        self.taken += read;
        self.byte += read as u64;
        (self.given, self.written) = (0, written);
        self.line += memchr_iter(b'\n', self.output.get(..written).unwrap_or_default()).count() as u64;
        match result {
            DecoderResult::InputEmpty => self.done = self.ended,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let name = self.encoding.name();
                let at = self.byte.saturating_sub(u64::from(length) + u64::from(after));
                let error = Error::failed(format!("line {}: not {name} at byte {at}", self.line));
                return Err(std::io::Error::other(error.help(
                    "look which encoding the file has, as in: file FILE; and say it with --encoding NAME",
                )));
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for InUtf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.given == self.written && !self.done && !buffer.is_empty() {
            self.decode()?;
        }
        let ready = self.output.get(self.given..self.written).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;

    fn read(bytes: &[u8], encoding: &'static Encoding) -> std::result::Result<String, String> {
        let mut text = String::new();
        match InUtf8::new(bytes, encoding).read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(error.downcast::<Error>().unwrap().message().to_owned()),
        }
    }

    #[test]
    fn texts_are_read_whatever_their_length() {
        assert_eq!(read(b"Am\xe9lie \x80", WINDOWS_1252).unwrap(), "Amélie €");
        let long = "é😀\n".repeat(100_000);
        let utf16: Vec<u8> = long.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&utf16, UTF_16BE).unwrap(), long);
        assert_eq!(read(&[&b"\xfe\xff"[..], &utf16].concat(), UTF_16BE).unwrap(), long);
        assert_eq!(read(b"", UTF_16LE).unwrap(), "");
    }

    #[test]
    fn what_is_no_text_in_the_encoding_is_an_error_with_its_place() {
        let half = read(b"a\0\n\0\0\xd8b\0", UTF_16LE);
        assert_eq!(half.unwrap_err(), "line 2: not UTF-16LE at byte 4");
        assert_eq!(read(b"a\0b", UTF_16LE).unwrap_err(), "line 1: not UTF-16LE at byte 2");
    }
}
