//! The packets of SFTP, version 3: numbers from the high byte on, and texts with their length before them.

use std::io::{Error, ErrorKind, Read, Result, Write};

/// What packets are.
pub const INIT: u8 = 1;
pub const VERSION: u8 = 2;
pub const OPEN: u8 = 3;
pub const CLOSE: u8 = 4;
pub const READ: u8 = 5;
pub const FSTAT: u8 = 8;
pub const OPENDIR: u8 = 11;
pub const READDIR: u8 = 12;
pub const STAT: u8 = 17;
pub const STATUS: u8 = 101;
pub const HANDLE: u8 = 102;
pub const DATA: u8 = 103;
pub const NAME: u8 = 104;
pub const ATTRS: u8 = 105;

/// How long one may be; servers send a quarter of it at most.
const MOST: u32 = 1 << 20;

/// A packet that is being written.
pub struct Packet(Vec<u8>);

impl Packet {
    /// One of a kind, with a number that its answer has too.
    pub fn new(kind: u8, id: u32) -> Packet {
        Packet(vec![kind]).number(id)
    }

    pub fn number(mut self, number: u32) -> Packet {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub fn long(mut self, number: u64) -> Packet {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub fn text(self, text: &[u8]) -> Packet {
        let mut packet = self.number(u32::try_from(text.len()).unwrap_or(u32::MAX));
        packet.0.extend(text);
        packet
    }

    pub fn send(&self, to: &mut impl Write) -> Result<()> {
        let length = u32::try_from(self.0.len()).map_err(Error::other)?;
        to.write_all(&[&length.to_be_bytes()[..], &self.0].concat())?;
        to.flush()
    }
}

/// A packet that came.
#[derive(Debug)]
pub struct Answer {
    pub kind: u8,
    rest: std::io::Cursor<Vec<u8>>,
}

impl Answer {
    pub fn read(from: &mut impl Read) -> Result<Answer> {
        let mut length = [0; 4];
        from.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length == 0 || length > MOST {
            return Err(Error::new(ErrorKind::InvalidData, "not a packet of SFTP"));
        }
        let mut bytes = vec![0; length as usize];
        from.read_exact(&mut bytes)?;
        let kind = bytes.first().copied().unwrap_or_default();
        let mut rest = std::io::Cursor::new(bytes);
        rest.set_position(1);
        Ok(Answer { kind, rest })
    }

    pub fn number(&mut self) -> Result<u32> {
        let mut bytes = [0; 4];
        self.rest.read_exact(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    pub fn long(&mut self) -> Result<u64> {
        Ok(u64::from(self.number()?) << 32 | u64::from(self.number()?))
    }

    pub fn text(&mut self) -> Result<Vec<u8>> {
        let length = self.number()?;
        let mut text = Vec::new();
        match (&mut self.rest).take(u64::from(length)).read_to_end(&mut text)? as u64 == u64::from(length) {
            true => Ok(text),
            false => Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}
