//! Which models a database has, asked before anything else is done with it.

use super::connection::{self, Access};
use super::{models, place, shipped, tell_holder};
use crate::domain::described::Description;
use crate::error::{Error, Kind, Result};
use std::path::Path;

/// The models of a database.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The descriptions that it keeps.
    pub descriptions: Vec<Description>,
    /// Whether it has the six; `None` where there is no database yet.
    pub shipped: Option<bool>,
    /// Why it cannot have the six, or do without them, if it was asked to.
    pub refusal: Option<Error>,
}

/// What the database at `path` keeps, which is asked to have the six or to do without them if `wanted` says so. It
/// keeps nothing where there is none yet, or one that cannot be read, which whoever opens it in earnest will tell.
pub fn kept(path: &Path, wanted: Option<bool>, access: &Access) -> Result<Kept> {
    if !place::is_there(path).unwrap_or(false) {
        return Ok(Kept::default());
    }
    let ask = || -> Result<Kept> {
        let connection = connection::open_to_ask(path, access)?;
        let shipped = shipped::choice(&connection)?;
        let refusal = match wanted.filter(|wanted| shipped.is_some_and(|shipped| shipped != *wanted)) {
            Some(wanted) => shipped::refusal(&connection, wanted)?.map(|error| error.at(path.display())),
            None => None,
        };
        Ok(Kept { descriptions: models::read(&connection)?, shipped, refusal })
    };
    match ask() {
        Err(error) if error.kind() == Kind::Locked => Err(tell_holder(path, error).at(path.display())),
        Err(_) => Ok(Kept::default()),
        kept => kept,
    }
}
