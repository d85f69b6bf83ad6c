//! Rows out of the warehouse: the shipped questions, their parameters, the rules of quality, and any
//! other read-only SQL.
//!
//! Nothing here opens a connection or writes. Rows go to a [`Sink`] one by one as SQLite yields
//! them, so that a result of any size takes the memory of one row.

mod answer;
mod as_of;
mod check;
mod drift;
mod explain;
mod find;
mod guard;
mod header;
mod history;
mod loads;
mod mentioned;
mod nearest;
mod own;
mod param;
mod portrait;
mod question;
mod receipts;
mod rejects;
mod run;
mod schema;
mod sheet;
mod sql_error;
mod summary;
mod time;

#[cfg(test)]
mod fixture;

pub use answer::{Answer, Number, answer, answers, to_json};
pub use as_of::{Past, as_of, resolve};
pub use check::{Finding, Rule, Severity, choose, fail_on, inspect, rules};
pub use drift::check;
pub use explain::{Step, explain, tree};
pub use guard::guard;
pub use header::{Param, ParamKind};
pub use history::history;
pub use loads::{Loads, loads};
pub use own::Own;
pub use param::{Binding, Value, bind_declared, bind_for_rules, bind_free};
pub use portrait::{Classes, Explained, Portrait, Session, Windows, evidence, portrait};
pub use question::{Evidence, Question, question, questions};
pub use receipts::{Receipt, Receipts};
pub use rejects::{Detail, Filter, rejects};
pub use run::run;
pub use schema::{TOPICS, Topic, Wanted, schema, table};
pub use sheet::{Kept, Sheet};
pub use sql_error::sql_error;
pub use summary::count_summaries;

use crate::error::Result;

/// One value of a row, borrowed for as long as the row is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// SQL's NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number; infinite perhaps, but never NaN, which SQLite turns into NULL.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes, and text that is not UTF-8.
    Blob(&'a [u8]),
}

/// Where the rows of a result go.
pub trait Sink {
    /// Takes the names of the columns, once, before any row.
    fn columns(&mut self, names: &[&str]) -> Result<()>;

    /// Takes a row, which has as many cells as there are columns.
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()>;

    /// Hears that there are no more rows. Not called when the statement failed.
    fn finish(&mut self) -> Result<()>;
}
