//! What SQL from outside was refused, and why.

use std::cell::RefCell;

use crate::error::Error;

thread_local! {
    /// What the authorizer of this thread refused last.
    static REFUSED: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Notes what was refused.
pub fn note(error: Error) {
    REFUSED.set(Some(error));
}

/// Takes what was refused on this thread since the last time it was asked.
pub fn take() -> Option<Error> {
    REFUSED.take()
}

/// The error for SQL that would do more than read.
pub fn refused(what: &str) -> Error {
    Error::failed(format!("{what} is refused, because queries only read"))
}
