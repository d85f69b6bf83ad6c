//! The first rows of a result, kept.

use super::{Cell, Sink};
use crate::error::Result;

/// A value that outlives its row.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// SQL's NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes, and text that is not UTF-8.
    Blob(Vec<u8>),
}

impl Kept {
    /// The value as it was.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Kept::Null => Cell::Null,
            Kept::Integer(number) => Cell::Integer(*number),
            Kept::Real(number) => Cell::Real(*number),
            Kept::Text(text) => Cell::Text(text),
            Kept::Blob(bytes) => Cell::Blob(bytes),
        }
    }
}

impl From<Cell<'_>> for Kept {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Kept::Null,
            Cell::Integer(number) => Kept::Integer(number),
            Cell::Real(number) => Kept::Real(number),
            Cell::Text(text) => Kept::Text(text.to_owned()),
            Cell::Blob(bytes) => Kept::Blob(bytes.to_owned()),
        }
    }
}

/// A sink that keeps the first rows, and counts all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows that are kept.
    pub rows: Vec<Vec<Kept>>,
    /// How many rows there were in all.
    pub total: u64,
    limit: usize,
}

impl Sheet {
    /// A sheet that keeps up to `limit` rows.
    pub fn new(limit: usize) -> Self {
        Sheet { limit, ..Sheet::default() }
    }

    /// The values of the column `name`, row by row; nothing if there is no such column.
    pub fn column(&self, name: &str) -> impl Iterator<Item = &Kept> {
        let index = self.columns.iter().position(|column| column == name);
        self.rows.iter().filter_map(move |row| row.get(index?))
    }
}

impl Sink for Sheet {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.columns = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if self.rows.len() < self.limit {
            self.rows.push(cells.iter().map(|cell| Kept::from(*cell)).collect());
        }
        self.total += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{fixture, run};

    #[test]
    fn the_first_rows_are_kept_and_all_are_counted() {
        let mut sheet = Sheet::new(2);
        let sql = "VALUES (1, 'a', 0.5, x'ff'), (NULL, 'b', 1, x''), (3, 'c', 2, x'00')";
        run(&fixture::empty(), sql, &[], &mut sheet).unwrap();
        assert_eq!((sheet.total, sheet.rows.len()), (3, 2));
        let cells: Vec<_> = sheet.rows[0].iter().map(Kept::cell).collect();
        assert_eq!(cells, [Cell::Integer(1), Cell::Text("a"), Cell::Real(0.5), Cell::Blob(&[255])]);
        assert_eq!(sheet.column("column1").collect::<Vec<_>>(), [&Kept::Integer(1), &Kept::Null]);
        assert_eq!(sheet.column("column9").count(), 0);
    }
}
