//! The bytes of a file, and how they end.

use std::io::{Error, Read, Result};
use suppaftp::{RustlsConnector, TlsConnector, TransferStream};

/// A connection that data come through.
pub type Stream = TransferStream<<RustlsConnector as TlsConnector>::Stream>;

/// A file on its way. That its connection closed does not say that it is whole: the number of bytes does, or else the
/// server.
pub struct Transfer {
    stream: Option<Stream>,
    at: u64,
    bytes: Option<u64>,
}

impl Transfer {
    /// What comes from the byte `at` on, of a file of as many bytes as the server told.
    pub fn new(stream: Stream, at: u64, bytes: Option<u64>) -> Transfer {
        Transfer { stream: Some(stream), at, bytes }
    }
}

impl Read for Transfer {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let Some(stream) = &mut self.stream else { return Ok(0) };
        match stream.read(buffer) {
            Ok(count) if count > 0 || buffer.is_empty() => {
                self.at += count as u64;
                Ok(count)
            }
            // There are servers that close a secure connection without a word.
            _ if self.bytes == Some(self.at) => Ok(0),
            Ok(_) => match self.stream.take().map(Stream::finish) {
                Some(Err(error)) => Err(Error::other(error.to_string())),
                _ => Ok(0),
            },
            error => error,
        }
    }
}
