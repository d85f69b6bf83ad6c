//! A JSON array with one object a line, written as the rows come.

use std::io::Write;

use super::jsonl::Keys;
use crate::error::Result;
use crate::sql::{Cell, Sink};

pub(super) struct Json<W> {
    out: W,
    keys: Keys,
    rows: u64,
}

impl<W: Write> Json<W> {
    pub(super) fn new(out: W) -> Self {
        Json { out, keys: Keys::default(), rows: 0 }
    }
}

impl<W: Write> Sink for Json<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.keys = Keys::of(names)?;
        Ok(self.out.write_all(b"[")?)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        self.out.write_all(if self.rows == 0 { b"\n  " } else { b",\n  " })?;
        self.rows += 1;
        Ok(self.keys.object(&mut self.out, cells)?)
    }

    fn finish(&mut self) -> Result<()> {
        self.out.write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?;
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::{TYPES, rendered};

    #[test]
    fn the_array_is_json_with_and_without_rows() {
        let columns = ["i", "r", "t", "b"];
        assert_eq!(rendered(Format::Json, &columns, &[]), "[]\n");
        assert_eq!(
            rendered(Format::Json, &columns, TYPES),
            "[\n  {\"i\":1234567890123,\"r\":0.5,\"t\":\"Amélie\",\"b\":\"00ff\"},\n  \
             {\"i\":null,\"r\":null,\"t\":null,\"b\":null}\n]\n"
        );
    }
}
