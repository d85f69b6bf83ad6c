//! Which models a database describes, asked before anything else is done with it.

use super::connection::{self, Access};
use super::{models, place, tell_holder};
use crate::domain::described::Description;
use crate::error::{Kind, Result};
use std::path::Path;

/// The descriptions that the database at `path` keeps: none where there is no database yet, or one that cannot be
/// read, which whoever opens it in earnest will tell.
pub fn descriptions(path: &Path, access: &Access) -> Result<Vec<Description>> {
    if !place::is_there(path).unwrap_or(false) {
        return Ok(Vec::new());
    }
    match connection::open_to_ask(path, access).and_then(|connection| models::read(&connection)) {
        Err(error) if error.kind() == Kind::Locked => Err(tell_holder(path, error)),
        Err(_) => Ok(Vec::new()),
        Ok(descriptions) => Ok(descriptions),
    }
}
