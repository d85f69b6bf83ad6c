//! The bytes of a file, asked for ahead of their time, so that none is waited for.

use super::super::remote::{Failure, Outcome};
use super::packet::{Answer, DATA};
use super::session::{END, Session, status};
use super::trouble::{not_sftp, refused};
use std::collections::{HashMap, VecDeque};
use std::io::{Error, Read, Result};

/// How much is asked for at a time, and how often before an answer is waited for. All servers give that much.
const PIECE: u32 = 32 << 10;
const AHEAD: usize = 64;

/// A file that is open at its server.
pub struct Reading {
    session: Session,
    handle: Vec<u8>,
    /// What was asked for, in the order of the file: number, first byte, count.
    asked: VecDeque<(u32, u64, u32)>,
    /// What came before its time.
    early: HashMap<u32, Answer>,
    /// The first byte that was not asked for.
    next: u64,
    piece: Vec<u8>,
    taken: usize,
    is_over: bool,
}

impl Reading {
    /// Reads an open file from the byte `from` on.
    pub fn new(session: Session, handle: Vec<u8>, from: u64) -> Reading {
        Reading {
            session,
            handle,
            asked: VecDeque::new(),
            early: HashMap::new(),
            next: from,
            piece: Vec::new(),
            taken: 0,
            is_over: false,
        }
    }

    /// Takes the next piece, which is empty at the end of the file.
    fn take_piece(&mut self) -> Outcome<()> {
        while self.asked.len() < AHEAD {
            let id = self.session.ask_for(&self.handle, self.next, PIECE)?;
            self.asked.push_back((id, self.next, PIECE));
            self.next += u64::from(PIECE);
        }
        let Some((id, at, count)) = self.asked.pop_front() else { return Ok(()) };
        let mut answer = loop {
            if let Some(answer) = self.early.remove(&id) {
                break answer;
            }
            let (id, answer) = self.session.next()?;
            self.early.insert(id, answer);
        };
        (self.piece, self.taken) = (Vec::new(), 0);
        if answer.kind == DATA {
            self.piece = answer.text().map_err(|_| not_sftp())?;
            let came = u32::try_from(self.piece.len()).unwrap_or(u32::MAX);
            if came == 0 || came > count {
                return Err(not_sftp());
            }
            // The rest of what came short is asked for again.
            if came < count {
                let (at, count) = (at + u64::from(came), count - came);
                self.asked.push_front((self.session.ask_for(&self.handle, at, count)?, at, count));
            }
            return Ok(());
        }
        match status(&mut answer) {
            Some((END, _)) => {
                self.is_over = true;
                Ok(())
            }
            status => Err(refused(status)),
        }
    }
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.taken == self.piece.len() && !self.is_over {
            self.take_piece().map_err(|failure| match failure {
                Failure::Passing(error) | Failure::Lasting(error) => Error::other(error),
            })?;
        }
        let mut rest = self.piece.get(self.taken..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}
