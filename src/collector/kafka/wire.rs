//! The protocol's way to write numbers and texts, read and written.

use super::failure::{Failure, Result};

/// A request's body, as it is written.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    /// Whether lengths are written the newer way, and tags may stand behind each structure.
    compact: bool,
}

impl Writer {
    /// One that writes lengths the newer way.
    pub fn compact() -> Writer {
        Writer { bytes: Vec::new(), compact: true }
    }

    pub fn i8(&mut self, value: i8) -> &mut Writer {
        self.raw(&value.to_be_bytes())
    }

    pub fn i16(&mut self, value: i16) -> &mut Writer {
        self.raw(&value.to_be_bytes())
    }

    pub fn i32(&mut self, value: i32) -> &mut Writer {
        self.raw(&value.to_be_bytes())
    }

    pub fn i64(&mut self, value: i64) -> &mut Writer {
        self.raw(&value.to_be_bytes())
    }

    /// How many elements an array has, which follow.
    pub fn count(&mut self, count: usize) -> &mut Writer {
        match self.compact {
            true => self.varint(count + 1),
            false => self.i32(count as i32),
        }
    }

    pub fn text(&mut self, text: &str) -> &mut Writer {
        match self.compact {
            true => self.varint(text.len() + 1),
            false => self.i16(text.len() as i16),
        };
        self.raw(text.as_bytes())
    }

    /// Bytes behind their number.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Writer {
        self.i32(bytes.len() as i32).raw(bytes)
    }

    /// The tags of a structure, of which scli sends none.
    pub fn tags(&mut self) -> &mut Writer {
        if self.compact { self.varint(0) } else { self }
    }

    pub fn raw(&mut self, bytes: &[u8]) -> &mut Writer {
        self.bytes.extend_from_slice(bytes);
        self
    }

    fn varint(&mut self, mut value: usize) -> &mut Writer {
        while value > 0x7f {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
        self
    }

    /// What was written.
    pub fn done(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// What stands in an answer, taken from its front.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    compact: bool,
}

/// How many elements of an array are believed before they were read: an answer that lies must not take memory.
const BELIEVED: usize = 1024;

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, compact: false }
    }

    /// One of an answer whose lengths are written the newer way.
    pub fn compact(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, compact: true }
    }

    /// What was not taken yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| cut_off())
    }

    pub fn i8(&mut self) -> Result<i8> {
        Ok(i8::from_be_bytes(self.array()?))
    }

    pub fn i16(&mut self) -> Result<i16> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    pub fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_be_bytes(self.array()?))
    }

    /// A number in as few bytes as it takes, as records have it: both signs, the small ones first.
    pub fn zigzag(&mut self) -> Result<i64> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(cut_off())
    }

    /// The length of a text or bytes; `None` for null.
    fn length(&mut self, plain: impl FnOnce(&mut Self) -> Result<i64>) -> Result<Option<usize>> {
        let length = if self.compact { self.varint()? as i64 - 1 } else { plain(self)? };
        Ok(usize::try_from(length).ok())
    }

    /// Text, or null.
    pub fn text(&mut self) -> Result<Option<&'a str>> {
        let Some(length) = self.length(|reader| Ok(i64::from(reader.i16()?)))? else { return Ok(None) };
        std::str::from_utf8(self.take(length)?).map(Some).map_err(|_| cut_off())
    }

    /// Bytes, or null.
    pub fn bytes(&mut self) -> Result<Option<&'a [u8]>> {
        let length = self.length(|reader| Ok(i64::from(reader.i32()?)))?;
        length.map(|length| self.take(length)).transpose()
    }

    /// The elements of an array; none for null.
    pub fn each<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.length(|reader| Ok(i64::from(reader.i32()?)))?.unwrap_or_default();
        let mut elements = Vec::with_capacity(count.min(BELIEVED));
        for _ in 0..count {
            elements.push(read(self)?);
        }
        Ok(elements)
    }

    /// Passes over the tags of a structure.
    pub fn tags(&mut self) -> Result<()> {
        if self.compact {
            for _ in 0..self.varint()? {
                self.varint()?;
                let length = self.varint()?;
                self.take(length as usize)?;
            }
        }
        Ok(())
    }
}

/// The failure of an answer that has less in it than it says, or something else.
pub fn cut_off() -> Failure {
    Failure::away("its answer is not one of the Kafka protocol")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (mut writer, compact) in [(Writer::default(), false), (Writer::compact(), true)] {
            writer
                .i8(-1)
                .i16(-2)
                .i32(-3)
                .i64(-4)
                .text("é".repeat(200).as_str())
                .count(2)
                .i32(5)
                .i32(6)
                .tags();
            let bytes = writer.done();
            let mut reader = Reader { rest: &bytes, compact };
            let numbers =
                (reader.i8().unwrap(), reader.i16().unwrap(), reader.i32().unwrap(), reader.i64().unwrap());
            assert_eq!(numbers, (-1, -2, -3, -4));
            assert_eq!(reader.text().unwrap(), Some("é".repeat(200).as_str()));
            assert_eq!(reader.each(Reader::i32).unwrap(), [5, 6]);
            reader.tags().unwrap();
            assert!(reader.rest().is_empty());
        }
    }

    #[test]
    fn small_numbers_of_both_signs_take_one_byte() {
        for (bytes, expected) in
            [(&[0][..], 0), (&[1], -1), (&[2], 1), (&[0x7f], -64), (&[0x80, 1], 64), (&[0xac, 2], 150)]
        {
            assert_eq!(Reader::new(bytes).zigzag().unwrap(), expected);
        }
        assert!(Reader::new(&[0x80; 11]).zigzag().is_err());
        assert!(Reader::new(&[0x80]).zigzag().is_err());
    }

    #[test]
    fn an_answer_that_says_more_than_it_has_is_none() {
        assert!(Reader::new(&[0, 5, b'a']).text().is_err());
        assert!(Reader::new(&[0x7f, 0xff, 0xff, 0xff]).each(Reader::i8).is_err());
        assert!(Reader::new(&[0x7f, 0xff, 0xff, 0xff, 0]).bytes().is_err());
        assert_eq!(Reader::new(&[0xff, 0xff]).text().unwrap(), None);
    }
}
