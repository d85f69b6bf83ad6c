//! One JSON object a line, and what an object is made of for the array as well.

use std::collections::HashSet;
use std::io::{self, Write};

use super::text::hex;
use crate::error::Result;
use crate::sql::{Cell, Sink};

pub(super) struct Jsonl<W> {
    out: W,
    keys: Keys,
}

impl<W: Write> Jsonl<W> {
    pub(super) fn new(out: W) -> Self {
        Jsonl { out, keys: Keys::default() }
    }
}

impl<W: Write> Sink for Jsonl<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.keys = Keys::of(names)?;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        self.keys.object(&mut self.out, cells)?;
        Ok(self.out.write_all(b"\n")?)
    }

    fn finish(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

/// The keys of every object, as JSON, in the order of the columns.
#[derive(Default)]
pub(super) struct Keys(Vec<String>);

impl Keys {
    /// Unique keys for `names`: the second column of a name gets `_2` behind it, and so on.
    pub(super) fn of(names: &[&str]) -> Result<Self> {
        let taken: HashSet<&str> = names.iter().copied().collect();
        let mut used: HashSet<String> = HashSet::new();
        let mut keys = Vec::with_capacity(names.len());
        for name in names {
            let mut key = (*name).to_owned();
            let mut count = 1;
            while used.contains(&key) || (count > 1 && taken.contains(key.as_str())) {
                count += 1;
                key = format!("{name}_{count}");
            }
            keys.push(serde_json::to_string(&key).map_err(io::Error::from)?);
            used.insert(key);
        }
        Ok(Keys(keys))
    }

    /// Writes a row as an object on one line.
    pub(super) fn object(&self, out: &mut impl Write, cells: &[Cell<'_>]) -> io::Result<()> {
        out.write_all(b"{")?;
        for (index, (key, cell)) in self.0.iter().zip(cells).enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            write!(out, "{key}:")?;
            match *cell {
                Cell::Null => out.write_all(b"null")?,
                Cell::Integer(number) => write!(out, "{number}")?,
                // JSON knows no infinity; serde_json writes it as null.
                Cell::Real(number) => serde_json::to_writer(&mut *out, &number)?,
                Cell::Text(text) => serde_json::to_writer(&mut *out, text)?,
                Cell::Blob(bytes) => write!(out, "\"{}\"", hex(bytes))?,
            }
        }
        out.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::{TYPES, rendered};
    use crate::sql::Cell;

    #[test]
    fn each_row_is_an_object_with_the_columns_in_order() {
        assert_eq!(
            rendered(Format::Jsonl, &["z", "r", "a", "b"], TYPES),
            "{\"z\":1234567890123,\"r\":0.5,\"a\":\"Amélie\",\"b\":\"00ff\"}\n\
             {\"z\":null,\"r\":null,\"a\":null,\"b\":null}\n"
        );
    }

    #[test]
    fn values_stay_what_they_are() {
        let row = [
            Cell::Real(5.0),
            Cell::Real(f64::INFINITY),
            Cell::Text("\"\n\u{1b}\u{202e}"),
            Cell::Integer(i64::MIN),
        ];
        assert_eq!(
            rendered(Format::Jsonl, &["a", "b", "c", "d"], &[&row]),
            "{\"a\":5.0,\"b\":null,\"c\":\"\\\"\\n\\u001b\u{202e}\",\"d\":-9223372036854775808}\n"
        );
    }

    #[test]
    fn keys_are_unique() {
        let row = [Cell::Integer(1); 5];
        let text = rendered(Format::Jsonl, &["a", "a", "a_2", "a", "b\""], &[&row]);
        assert_eq!(text, "{\"a\":1,\"a_3\":1,\"a_2\":1,\"a_4\":1,\"b\\\"\":1}\n");
        assert_eq!(rendered(Format::Jsonl, &["a", "a"], &[&row[..2]]), "{\"a\":1,\"a_2\":1}\n");
    }
}
