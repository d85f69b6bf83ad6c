//! Sources that keep their reader waiting: pipes and terminals.

use crate::interrupt;
use std::io::{Error, ErrorKind, Read, Result};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

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
    /// How long to wait for a piece at most.
    most: Option<Duration>,
}

impl Pipe {
    /// Begins to read `source`.
    pub fn new(source: impl Read + Send + 'static) -> Pipe {
        let (sender, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || pump(source, &sender));
        Pipe { pieces, piece: Vec::new(), taken: 0, most: None }
    }

    /// Opens a source, and begins to read it. A named pipe opens only when another program writes to it, so
    /// the thread waits for that as well.
    pub fn open<S: Read>(open: impl FnOnce() -> Result<S> + Send + 'static) -> Result<Pipe> {
        let (pipe, ()) = Pipe::told(None, || Ok::<_, Error>((open()?, ())))?;
        Ok(pipe)
    }

    /// The same for a source of which more is told when it is open; of which no piece may take longer than `most`.
    pub fn told<S: Read, T: Send + 'static, E: From<Error> + Send + 'static>(
        most: Option<Duration>,
        open: impl FnOnce() -> std::result::Result<(S, T), E> + Send + 'static,
    ) -> std::result::Result<(Pipe, T), E> {
        let (sender, pieces) = sync_channel(PIECES);
        let (tell, opened) = sync_channel(1);
        std::thread::Builder::new().spawn(move || match open() {
            Ok((source, told)) => {
                // Whether anybody waits for it still, the first piece tells.
                let _ = tell.send(Ok(told));
                pump(source, &sender);
            }
            Err(error) => {
                let _ = tell.send(Err(error));
            }
        })?;
        match wait_for(&opened, None)? {
            Some(told) => Ok((Pipe { pieces, piece: Vec::new(), taken: 0, most }, told?)),
            None => Err(Error::other("it could not be opened").into()),
        }
    }
}

/// What comes of a task in a thread of its own, unless a signal comes before.
pub fn apart<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (tell, told) = sync_channel(1);
    std::thread::Builder::new().spawn(move || {
        let _ = tell.send(task());
    })?;
    wait_for(&told, None)?.ok_or_else(|| Error::other("it ended early"))
}

/// Sends what a source yields, piece by piece, and an empty piece at its end.
fn pump(mut source: impl Read, sender: &SyncSender<Result<Vec<u8>>>) {
    // A source may yield far less at a time than there is room for.
    let mut room = vec![0; PIECE];
    loop {
        let read = source.read(&mut room).map(|count| room.get(..count).unwrap_or_default().to_vec());
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

/// What comes next, unless a signal does, or it takes too long; `None` if nothing comes any more.
fn wait_for<T>(things: &Receiver<T>, most: Option<Duration>) -> Result<Option<T>> {
    let start = Instant::now();
    loop {
        match things.recv_timeout(PATIENCE) {
            Ok(thing) => return Ok(Some(thing)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if interrupt::requested() => {
                return Err(Error::other("interrupted"));
            }
            Err(RecvTimeoutError::Timeout) if most.is_some_and(|most| start.elapsed() >= most) => {
                return Err(Error::new(ErrorKind::TimedOut, "nothing came for too long"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.taken == self.piece.len() {
            match wait_for(&self.pieces, self.most)? {
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
