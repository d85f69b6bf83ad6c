//! SQL run safely: one read-only statement, its parameters, its rows, and errors that a person can act on.
//!
//! Nothing here opens a connection or writes. Rows go to a [`Sink`] one by one as SQLite yields
//! them, so that a result of any size takes the memory of one row.

mod explain;
mod functions;
mod guard;
mod header;
mod mentioned;
mod nearest;
mod own;
mod param;
mod pieces;
mod refusal;
mod run;
mod schema;
mod sheet;
mod sql_error;
pub(crate) mod time;
mod typed;

#[cfg(test)]
pub(crate) mod fixture;

pub use explain::{Step, explain, tree};
pub use guard::guard;
pub(crate) use header::Header;
pub use header::{Param, ParamKind};
pub use nearest::{distance, suggestion};
pub use own::Own;
pub(crate) use own::{OwnFile, bind_or_default, located, own_file};
pub use param::{Binding, Value, bind_free, bind_to};
pub(crate) use param::{bind, declared, param_names};
pub(crate) use pieces::{bare, bindings_for, filled_in, reads, uses};
pub(crate) use run::{bind_values, prepared};
pub use run::{cell, run};
pub use schema::{DESCRIBED, OWN, TOPICS, Topic, Wanted, has, has_own, schema, table};
pub use sheet::{Kept, Sheet};
pub use sql_error::sql_error;
pub use typed::looks_like_sql;

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

/// How much is told of each thing that a list has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Detail {
    /// A line of a table, for a person.
    Brief,
    /// Everything that is known.
    Whole,
}
