//! Tab-separated values with a header. No quotes: the few characters that would break a line or a
//! field are written with a backslash.

use std::io::Write;

use super::text::{exact, inert};
use crate::error::Result;
use crate::sql::{Cell, Sink};

pub(super) struct Tsv<W> {
    out: W,
    /// Nothing is to be a formula.
    safe: bool,
}

impl<W: Write> Tsv<W> {
    pub(super) fn new(out: W, safe: bool) -> Self {
        Tsv { out, safe }
    }

    fn record<'a>(&mut self, fields: impl Iterator<Item = Cell<'a>>) -> Result<()> {
        for (index, field) in fields.enumerate() {
            if index > 0 {
                self.out.write_all(b"\t")?;
            }
            let text = if self.safe { inert(field) } else { exact(field) };
            let mut plain = 0;
            for (at, found) in text.match_indices(['\t', '\n', '\r', '\\']) {
                self.out.write_all(text.get(plain..at).unwrap_or("").as_bytes())?;
                self.out.write_all(match found {
                    "\t" => b"\\t",
                    "\n" => b"\\n",
                    "\r" => b"\\r",
                    _ => b"\\\\",
                })?;
                plain = at + 1;
            }
            self.out.write_all(text.get(plain..).unwrap_or("").as_bytes())?;
        }
        Ok(self.out.write_all(b"\n")?)
    }
}

impl<W: Write> Sink for Tsv<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.record(names.iter().map(|name| Cell::Text(name)))
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        self.record(cells.iter().copied())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::{TYPES, rendered};
    use crate::sql::Cell;

    #[test]
    fn a_record_is_a_line_and_a_field_ends_at_a_tab() {
        assert_eq!(
            rendered(Format::Tsv, &["i", "r", "t", "b"], TYPES),
            "i\tr\tt\tb\n1234567890123\t0.5\tAmélie\t00ff\n\t\t\t\n"
        );
        let row = [Cell::Text("a\tb\nc\rd\\e"), Cell::Text("\"q\", é")];
        assert_eq!(
            rendered(Format::Tsv, &["a\tb", "c"], &[&row]),
            "a\\tb\tc\na\\tb\\nc\\rd\\\\e\t\"q\", é\n"
        );
    }
}
