//! Comma-separated values with a header, after RFC 4180, lines ended by a newline.

use std::io::Write;

use super::text::{exact, inert};
use crate::error::Result;
use crate::sql::{Cell, Sink};

/// Writes the fields itself: the writer of the csv crate cannot tell NULL from an empty text.
pub(super) struct Csv<W> {
    out: W,
    /// Nothing is to be a formula.
    safe: bool,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(out: W, safe: bool) -> Self {
        Csv { out, safe }
    }

    fn record<'a>(&mut self, fields: impl ExactSizeIterator<Item = Cell<'a>>) -> Result<()> {
        // A reader skips an empty line, so a record that is one NULL is written as an empty text.
        let lone = fields.len() == 1;
        for (index, field) in fields.enumerate() {
            if index > 0 {
                self.out.write_all(b",")?;
            }
            let text = if self.safe { inert(field) } else { exact(field) };
            if text.is_empty() && (lone || field != Cell::Null)
                || text.contains(['"', ',', '\n', '\r'])
                || text.starts_with(' ')
            {
                write!(self.out, "\"{}\"", text.replace('"', "\"\""))?;
            } else {
                self.out.write_all(text.as_bytes())?;
            }
        }
        Ok(self.out.write_all(b"\n")?)
    }
}

impl<W: Write> Sink for Csv<W> {
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
    fn null_is_empty_and_an_empty_text_is_quoted() {
        assert_eq!(
            rendered(Format::Csv, &["i", "r", "t", "b"], TYPES),
            "i,r,t,b\n1234567890123,0.5,Amélie,00ff\n,,,\n"
        );
        let row = [Cell::Null, Cell::Text(""), Cell::Blob(&[])];
        assert_eq!(rendered(Format::Csv, &["a", "b", "c"], &[&row]), "a,b,c\n,\"\",\"\"\n");
        assert_eq!(rendered(Format::Csv, &["a"], &[&[Cell::Null]]), "a\n\"\"\n");
    }

    #[test]
    fn every_text_reads_back_as_it_was() {
        let texts =
            ["a,b", "a\"b\"", "a\r\nb", "\n", " a ", "\u{1b}[0m", "\u{202e}", "é", "\"", "=1+1", "\\N"];
        let rows: Vec<Vec<Cell<'_>>> =
            texts.iter().map(|text| vec![Cell::Text(text), Cell::Integer(1)]).collect();
        let rows: Vec<&[Cell<'_>]> = rows.iter().map(Vec::as_slice).collect();
        let text = rendered(Format::Csv, &["te,xt", "n"], &rows);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), vec!["te,xt", "n"]);
        let read: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        assert_eq!(read, texts);
    }
}
