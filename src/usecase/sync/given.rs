//! Files that are named one by one: a delivery in the order in which they were given.

use super::{date_of, form, name, pattern, plan};
use crate::collector::{Location, no_folder};
use crate::decode::{self, Format, Reading};
use crate::domain::{DataDate, Model};
use crate::error::{Error, Result};
use crate::repository::Entry;
use crate::usecase::load::{Planned, Request};
use std::sync::Arc;

/// What is said of files beside their names.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The model that all of them hold; `None` for what each name tells.
    pub model: Option<Model>,
    /// The form that all of them have; `None` for what each name tells.
    pub format: Option<Format>,
    /// The date of their data; `None` for what the names tell.
    pub date: Option<DataDate>,
    /// How all of them are to be read, as far as it is said.
    pub reading: Arc<Reading>,
}

/// The delivery that these files are, in this order.
pub fn delivery(locations: &[Location], given: &Given) -> Result<Planned> {
    let date = match &given.date {
        Some(date) => Some(date.clone()),
        None => date(locations)?,
    };
    let source = match locations {
        [one] => one.to_string(),
        several => {
            let paths: Vec<_> = several.iter().map(Location::path).collect();
            plan::common(&paths.iter().map(AsRef::as_ref).collect::<Vec<_>>()).display().to_string()
        }
    };
    let files = locations.iter().map(|location| request(location, given)).collect::<Result<_>>()?;
    Ok(Planned { entry: Entry { date, source, ..Entry::default() }, files })
}

fn request(location: &Location, given: &Given) -> Result<Request> {
    let path = location.path();
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let by_pattern = || pattern::model(&path);
    let model =
        given.model.or_else(|| name::model(&name)).or_else(by_pattern).ok_or_else(|| nameless(location))?;
    let format = given
        .format
        .or_else(|| form(location))
        .ok_or_else(|| formless(location, &given.reading, SAY_FORM))?;
    Ok(Request::new(model, location.clone(), format, &given.reading))
}

/// The one date that the names tell; a delivery has no two.
fn date(locations: &[Location]) -> Result<Option<DataDate>> {
    let dates = locations.iter().map(|location| match location {
        Location::Stdin => None,
        location => date_of(&location.path()),
    });
    let mut dated = locations.iter().zip(dates);
    let Some((first, date)) = dated.next() else { return Ok(None) };
    let Some((other, another)) = dated.find(|(_, other)| *other != date) else { return Ok(date) };
    let told =
        |date: &Option<DataDate>| date.as_ref().map_or("of no date".to_owned(), |date| format!("of {date}"));
    Err(Error::usage(format!(
        "{first} is {}, {other} is {}: files that are loaded together are one delivery, which has one date",
        told(&date),
        told(&another)
    ))
    .help("give it with --date; or load each date as a delivery of its own, in their order, with: scli sync FILE…"))
}

/// The error for a file whose name does not tell its model.
fn nameless(location: &Location) -> Error {
    if let Location::File(path) = location {
        if path.is_dir() {
            return no_folder(path);
        }
        if let Some(error) = (!path.exists()).then(|| location.open().err()).flatten() {
            return error;
        }
    }
    let models: Vec<&str> = Model::all().into_iter().map(Model::name).collect();
    let say = format!("say which it holds: --model {}", models.join("|"));
    match location {
        Location::Stdin => Error::usage("standard input tells no model").help(say),
        location => Error::usage(format!("{location}: the name tells no model"))
            .help(format!("{say}; a name such as movies.csv or authors-2026-11-20.json.gz tells it")),
    }
}

/// How to say the form of a source.
const SAY_FORM: &str = "say it: --collector csv, --collector json or --collector jsonl";

/// The error for a source whose name does not tell its form: what else it may be, or what to do about that.
pub fn formless(location: &Location, reading: &Reading, help: &str) -> Error {
    let told = match location {
        Location::File(path) if path.is_dir() => Some(no_folder(path)),
        Location::File(path) if path.is_file() => location
            .open()
            .and_then(|source| decode::decompressed(source.reader, reading).map(drop))
            .err()
            .map(|error| error.at(location)),
        _ => None,
    };
    told.unwrap_or_else(|| Error::usage(format!("{location}: the name does not tell the form")).help(help))
}
