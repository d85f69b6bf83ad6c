//! Rows on their way: counted, and with times as text.

use crate::domain::time::Form;
use crate::error::Result;
use crate::sql::{Cell, Sink};

/// Hands rows on. Columns of the names `times` have microseconds, which become text, as views show them.
pub struct Passing<'s> {
    /// Where rows go.
    pub sink: &'s mut dyn Sink,
    /// The columns with times.
    pub times: &'static [&'static str],
    /// How many rows there were.
    pub rows: u64,
    places: Vec<usize>,
}

impl<'s> Passing<'s> {
    /// Hands rows on to `sink`.
    pub fn to(sink: &'s mut dyn Sink, times: &'static [&'static str]) -> Passing<'s> {
        Passing { sink, times, rows: 0, places: Vec::new() }
    }
}

impl Sink for Passing<'_> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.places = names
            .iter()
            .enumerate()
            .filter(|(_, name)| self.times.contains(name))
            .map(|(at, _)| at)
            .collect();
        self.sink.columns(names)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        self.rows += 1;
        if self.places.is_empty() {
            return self.sink.row(cells);
        }
        let forms: Vec<Option<Form>> = cells
            .iter()
            .enumerate()
            .map(|(at, cell)| match cell {
                Cell::Integer(micros) if self.places.contains(&at) => Some(Form::in_utc(*micros)),
                _ => None,
            })
            .collect();
        let shown: Vec<Cell<'_>> = cells
            .iter()
            .zip(&forms)
            .map(|(cell, form)| form.as_ref().map_or(*cell, |form| Cell::Text(form.as_str())))
            .collect();
        self.sink.row(&shown)
    }

    fn finish(&mut self) -> Result<()> {
        self.sink.finish()
    }
}
