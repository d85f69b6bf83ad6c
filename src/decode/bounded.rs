//! JSON whose records are bounded: reading ends where one is longer, or nests deeper, than any may.

use super::{MAX_RECORD, too_long};
use crate::domain::Position;
use crate::error::Error;
use memchr::memchr2;
use std::io::{Read, Result};

/// How deep brackets may nest before nobody waits for them to close. A sound record that nests less
/// deep, and yet too deep to be held, is set aside.
const DEEPEST: u64 = 1_000_000;

/// A reader of JSON that follows where its records begin and end.
pub struct Bounded<R> {
    inner: R,
    depth: u64,
    /// Whether the document is an array, whose elements are the records.
    is_array: bool,
    /// Which element this is, from 0.
    index: u64,
    /// How many bytes of the record were read.
    length: usize,
    in_text: bool,
    escaped: bool,
}

impl<R: Read> Bounded<R> {
    /// Reads `inner` from the start of its document.
    pub fn new(inner: R) -> Bounded<R> {
        Bounded { inner, depth: 0, is_array: false, index: 0, length: 0, in_text: false, escaped: false }
    }

    fn follow(&mut self, mut rest: &[u8]) {
        while let Some((byte, behind)) = rest.split_first() {
            if self.in_text {
                rest = self.follow_text(rest);
                continue;
            }
            rest = behind;
            match byte {
                // Between records there may be any number of them.
                b' ' | b'\n' | b'\r' | b'\t' if self.length == 0 => continue,
                b'[' if self.depth == 0 => {
                    (self.is_array, self.depth) = (true, 1);
                    continue;
                }
                b',' if self.is_array && self.depth == 1 => {
                    self.index += 1;
                    self.length = 0;
                    continue;
                }
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                b'"' => self.in_text = true,
                _ => {}
            }
            self.length += 1;
        }
    }

    /// Follows a text as far as it goes, and returns what is behind it.
    fn follow_text<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let end = match self.escaped {
            true => Some(0),
            false => memchr2(b'"', b'\\', text),
        };
        let Some(end) = end else {
            self.length += text.len();
            return &[];
        };
        self.length += end + 1;
        match text.get(end) {
            _ if self.escaped => self.escaped = false,
            Some(b'"') => self.in_text = false,
            _ => self.escaped = true,
        }
        text.get(end + 1..).unwrap_or_default()
    }

    fn place(&self) -> Position<'static> {
        if self.is_array { Position::Element(self.index) } else { Position::Document }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        self.follow(buffer.get(..count).unwrap_or_default());
        if self.depth > DEEPEST {
            let error = Error::failed(format!("{}: nests deeper than {DEEPEST} levels", self.place()));
            return Err(std::io::Error::other(
                error.help("most likely a bracket is opened there and never closed"),
            ));
        }
        if self.length > MAX_RECORD {
            return Err(std::io::Error::other(too_long(self.place())));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where reading ends; `None` if it does not.
    fn refused(text: impl Read) -> Option<String> {
        let mut bounded = Bounded::new(text);
        let mut piece = [0; 1 << 10];
        loop {
            match bounded.read(&mut piece) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(error.downcast::<Error>().unwrap().message().to_owned()),
            }
        }
    }

    #[test]
    fn records_of_any_number_are_read_and_a_long_one_is_not() {
        let much = |byte: u8| std::io::repeat(byte).take(MAX_RECORD as u64 + 4096);
        let many = br#"[{"a\"]": [1, "\\"]}, {"b": {}}, "#;
        let long = many.chain(&br#"{"c": ["\"}],"#[..]).chain(much(b'x'));
        assert_eq!(refused(long).unwrap(), "$[2]: a record longer than 16 MiB");
        let long = many.chain(much(b'\\'));
        assert_eq!(refused(long).unwrap(), "$[2]: a record longer than 16 MiB");
        assert_eq!(refused(br#"{"a": ""#.chain(much(b'y'))).unwrap(), "$: a record longer than 16 MiB");
        assert_eq!(refused(much(b'"')), Some("$: a record longer than 16 MiB".to_owned()));
        assert_eq!(refused(many.chain(much(b' ')).chain(&b"1]"[..])), None);
        assert_eq!(refused(many.repeat(100).as_slice()), None);
    }

    #[test]
    fn brackets_may_nest_and_not_without_end() {
        assert_eq!(refused(b"[".repeat(DEEPEST as usize).as_slice()), None);
        let deep = b"[{}, ".chain(std::io::repeat(b'[').take(DEEPEST + 4096));
        assert_eq!(refused(deep).unwrap(), "$[1]: nests deeper than 1000000 levels");
    }
}
