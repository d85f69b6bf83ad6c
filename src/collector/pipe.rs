//! Sources that keep their reader waiting: pipes and terminals.

use crate::interrupt;
use std::io::{Error, ErrorKind, Read, Result};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
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
    pub fn new(source: impl Read + Send + 'static) -> Pipe {
        let (sender, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || pump(source, &sender));
        Pipe { pieces, piece: Vec::new(), taken: 0 }
    }

    /// Opens a source, and begins to read it. A named pipe opens only when another program writes to it, so
    /// the thread waits for that as well.
    pub fn open<S: Read>(open: impl FnOnce() -> Result<S> + Send + 'static) -> Result<Pipe> {
        let (sender, pieces) = sync_channel(PIECES);
        let (told, opened) = sync_channel(1);
        std::thread::spawn(move || match open() {
            Ok(source) => {
                // Whether anybody waits for it still, the first piece tells.
                let _ = told.send(Ok(()));
                pump(source, &sender);
            }
            Err(error) => {
                let _ = told.send(Err(error));
            }
        });
        wait_for(&opened)?.unwrap_or(Ok(()))?;
        Ok(Pipe { pieces, piece: Vec::new(), taken: 0 })
    }
}

/// Sends what a source yields, piece by piece, and an empty piece at its end.
fn pump(mut source: impl Read, sender: &SyncSender<Result<Vec<u8>>>) {
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
}

/// What comes next, unless a signal does; `None` if nothing comes any more.
fn wait_for<T>(things: &Receiver<T>) -> Result<Option<T>> {
    loop {
        match things.recv_timeout(PATIENCE) {
            Ok(thing) => return Ok(Some(thing)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if interrupt::requested() => {
                return Err(Error::other("interrupted"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.taken == self.piece.len() {
            match wait_for(&self.pieces)? {
                Some(Ok(piece)) if piece.is_empty() => return Ok(0),
                Some(Ok(piece)) => (self.piece, self.taken) = (piece, 0),
                Some(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(0),
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
