//! Sources that keep their reader waiting: pipes and terminals.

use crate::interrupt;
use std::io::{Error, ErrorKind, Read, Result};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How much is read at a time, and how many such pieces may wait to be taken.
const PIECE: usize = 256 << 10;
const PIECES: usize = 4;

/// How often to look whether a signal came while nothing else did.
const PATIENCE: Duration = Duration::from_millis(50);

/// Reads a source in a thread of its own, so that a signal is heeded while the source is silent.
pub struct Pipe {
    pieces: Receiver<Result<Vec<u8>>>,
    piece: Vec<u8>,
    taken: usize,
}

impl Pipe {
    /// Begins to read `source`.
    pub fn new(mut source: impl Read + Send + 'static) -> Pipe {
        let (sender, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || {
            loop {
                let mut piece = vec![0; PIECE];
                let read = source.read(&mut piece).map(|count| {
                    piece.truncate(count);
                    piece
                });
                let last = match &read {
                    Ok(piece) => piece.is_empty(),
                    Err(error) => error.kind() != ErrorKind::Interrupted,
                };
                // Nobody takes the pieces any more when the load has ended early.
                if sender.send(read).is_err() || last {
                    break;
                }
            }
        });
        Pipe { pieces, piece: Vec::new(), taken: 0 }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.taken == self.piece.len() {
            match self.pieces.recv_timeout(PATIENCE) {
                Ok(Ok(piece)) if piece.is_empty() => return Ok(0),
                Ok(Ok(piece)) => (self.piece, self.taken) = (piece, 0),
                Ok(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Err(error),
                Err(RecvTimeoutError::Timeout) if interrupt::requested() => {
                    return Err(Error::other("interrupted"));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
        let mut rest = self.piece.get(self.taken..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_yields_what_its_source_does() {
        let text: Vec<u8> = (0..3 * PIECE + 7).map(|i| (i % 251) as u8).collect();
        let mut found = Vec::new();
        Pipe::new(std::io::Cursor::new(text.clone())).read_to_end(&mut found).unwrap();
        assert_eq!(found, text);
    }
}
