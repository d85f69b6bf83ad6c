//! A server of SFTP, and what it is asked.

use super::super::Address;
use super::super::listed::settled_at;
use super::super::remote::{Failure, Outcome, Version};
use super::packet::{
    ATTRS, Answer, CLOSE, FSTAT, HANDLE, INIT, NAME, OPEN, OPENDIR, Packet, READ, READDIR, STAT, STATUS,
    VERSION,
};
use super::ssh::Ssh;
use super::trouble::{not_sftp, refused};
use std::io::Result;

/// What a server says that is no file, but the end of one.
pub const END: u32 = 1;

/// To read, in a request to open.
const TO_READ: u32 = 1;

/// A server that answers.
pub struct Session {
    ssh: Ssh,
    last: u32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    File,
    Folder,
    Link,
    Other,
}

/// What is told of a file.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub kind: Kind,
    bytes: Option<u64>,
    /// In seconds since 1970.
    modified_at: Option<u32>,
}

impl Told {
    /// What tells the file from another.
    pub fn version(&self) -> Version {
        let modified_at = self.modified_at.map(|seconds| i64::from(seconds) * 1_000_000_000);
        Version { bytes: self.bytes, etag: None, modified_at: modified_at.and_then(settled_at) }
    }
}

impl Session {
    /// Connects to the server of an address, as `ssh` does.
    pub fn open(address: &Address) -> Outcome<Session> {
        let mut session = Session { ssh: Ssh::start(address)?, last: 0 };
        // In the place of a number it has the version that is spoken.
        session.ssh.send(&Packet::new(INIT, 3))?;
        let mut answer = session.ssh.receive()?;
        match answer.kind == VERSION && answer.number().is_ok_and(|version| version >= 3) {
            true => Ok(session),
            false => Err(not_sftp()),
        }
    }

    /// What is told of the file at a path, or of what it links to.
    pub fn look(&mut self, path: &[u8]) -> Outcome<Told> {
        let mut answer = self.ask(STAT, ATTRS, |packet| packet.text(path))?;
        told(&mut answer).map_err(broken)
    }

    /// What is told of an open file.
    pub fn look_at(&mut self, handle: &[u8]) -> Outcome<Told> {
        let mut answer = self.ask(FSTAT, ATTRS, |packet| packet.text(handle))?;
        told(&mut answer).map_err(broken)
    }

    /// Opens a file.
    pub fn open_file(&mut self, path: &[u8]) -> Outcome<Vec<u8>> {
        let mut answer = self.ask(OPEN, HANDLE, |packet| packet.text(path).number(TO_READ).number(0))?;
        answer.text().map_err(broken)
    }

    /// The names in a folder, and what is told of each.
    pub fn read_folder(&mut self, path: &[u8]) -> Outcome<Vec<(Vec<u8>, Told)>> {
        let handle = self.ask(OPENDIR, HANDLE, |packet| packet.text(path))?.text().map_err(broken)?;
        let mut names = Vec::new();
        loop {
            let mut answer = self.answered(READDIR, |packet| packet.text(&handle))?;
            match answer.kind {
                NAME => named(&mut answer, &mut names).map_err(broken)?,
                _ => match status(&mut answer) {
                    Some((END, _)) => break,
                    status => return Err(refused(status)),
                },
            }
        }
        self.answered(CLOSE, |packet| packet.text(&handle))?;
        Ok(names)
    }

    /// Asks for bytes of a file; tells the number that they will come with.
    pub fn ask_for(&mut self, handle: &[u8], at: u64, count: u32) -> Outcome<u32> {
        self.last = self.last.wrapping_add(1);
        self.ssh.send(&Packet::new(READ, self.last).text(handle).long(at).number(count))?;
        Ok(self.last)
    }

    /// The next answer, whatever it is to, and its number.
    pub fn next(&mut self) -> Outcome<(u32, Answer)> {
        let mut answer = self.ssh.receive()?;
        let id = answer.number().map_err(broken)?;
        Ok((id, answer))
    }

    /// The answer to a question, if it is of the kind that is wanted.
    fn ask(&mut self, kind: u8, wanted: u8, with: impl FnOnce(Packet) -> Packet) -> Outcome<Answer> {
        let mut answer = self.answered(kind, with)?;
        match answer.kind == wanted {
            true => Ok(answer),
            false => Err(refused(status(&mut answer))),
        }
    }

    fn answered(&mut self, kind: u8, with: impl FnOnce(Packet) -> Packet) -> Outcome<Answer> {
        self.last = self.last.wrapping_add(1);
        self.ssh.send(&with(Packet::new(kind, self.last)))?;
        let (id, answer) = self.next()?;
        match id == self.last {
            true => Ok(answer),
            false => Err(not_sftp()),
        }
    }
}

/// What a server says of a request: a number and words.
pub fn status(answer: &mut Answer) -> Option<(u32, String)> {
    if answer.kind != STATUS {
        return None;
    }
    let code = answer.number().ok()?;
    let words = answer.text().unwrap_or_default();
    Some((code, String::from_utf8_lossy(&words).chars().filter(|c| !c.is_control()).take(200).collect()))
}

fn broken(_: std::io::Error) -> Failure {
    not_sftp()
}

fn named(answer: &mut Answer, names: &mut Vec<(Vec<u8>, Told)>) -> Result<()> {
    for _ in 0..answer.number()? {
        let name = answer.text()?;
        answer.text()?;
        names.push((name, told(answer)?));
    }
    Ok(())
}

fn told(answer: &mut Answer) -> Result<Told> {
    let parts = answer.number()?;
    let has = |part: u32| parts & part != 0;
    let bytes = if has(1) { Some(answer.long()?) } else { None };
    if has(2) {
        answer.long()?;
    }
    let kind = match if has(4) { answer.number()? & 0o170_000 } else { 0o100_000 } {
        0o100_000 => Kind::File,
        0o040_000 => Kind::Folder,
        0o120_000 => Kind::Link,
        _ => Kind::Other,
    };
    let modified_at = match has(8) {
        true => {
            answer.number()?;
            Some(answer.number()?)
        }
        false => None,
    };
    if has(0x8000_0000) {
        for _ in 0..answer.number()? {
            answer.text()?;
            answer.text()?;
        }
    }
    Ok(Told { kind, bytes, modified_at })
}
