//! The use case: every model's file at and below some paths, as the deliveries that they came in.

mod form;
mod given;
mod name;
mod pattern;
mod plan;

pub use form::form;
pub use given::{Given, delivery, formless};
pub use name::plain_stem;

use crate::collector::{self, Location};
use crate::decode::Reading;
use crate::domain::{DataDate, Model};
use crate::error::{Error, Result};
use crate::usecase::load::{Options, Planned};
use std::path::PathBuf;
use std::sync::Arc;

/// What is to be synced.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Folders and files, of this machine and of others.
    pub locations: Vec<Location>,
    /// The models whose files are taken; none for all.
    pub models: Vec<Model>,
    /// The name of the source in the project file, if it is one.
    pub source_name: Option<String>,
    /// The date of all of them, whatever their names tell.
    pub date: Option<DataDate>,
    /// How they are to be read, as far as that was said.
    pub reading: Arc<Reading>,
    /// Whether each file is a delivery of its own, so that a broken one does not keep out the others.
    pub each_file: bool,
}

/// What was found.
#[derive(Debug)]
pub struct Plan {
    /// The deliveries, in the order in which they are to be loaded.
    pub deliveries: Vec<Planned>,
    /// The files and folders that are not loaded.
    pub others: Vec<PathBuf>,
}

/// Finds the files that are named after a model; there may be none.
pub fn plan(wanted: &Wanted, options: &Options) -> Result<Plan> {
    let listing = collector::list(&wanted.locations, &|name| name::tells(name) || pattern::may_match(name))?;
    let mut dates = plan::Dates::new(wanted.date.as_ref());
    let mut others = listing.others;
    let given: Vec<_> = wanted.locations.iter().map(Location::path).collect();
    let mut files = Vec::with_capacity(listing.files.len());
    for listed in listing.files {
        let Some(given) = given.get(listed.root) else { continue };
        let path = listed.path.clone();
        match plan::told(listed, given, &wanted.reading, &mut dates) {
            Some(told) if wanted.takes(told.model()) => files.push(told),
            // Another source has the files of its model.
            Some(_) => {}
            // Its name alone fitted a pattern.
            None => others.push(path),
        }
    }
    others.sort();
    let mut deliveries = plan::deliveries(files, options, wanted.each_file);
    for planned in &mut deliveries {
        planned.entry.source_name.clone_from(&wanted.source_name);
    }
    Ok(Plan { deliveries, others })
}

/// The delivery that one file or stream of bytes is, which is loaded on purpose.
pub fn date_of(path: &std::path::Path) -> Option<DataDate> {
    let mut parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let name = parts.pop()?;
    name::own_date(&name).or_else(|| name::date_of_folders(&parts))
}

impl Wanted {
    fn takes(&self, model: Model) -> bool {
        self.models.is_empty() || self.models.contains(&model)
    }
}

/// The error for paths where nothing was found that is wanted.
pub fn nothing(wanted: &Wanted) -> Error {
    let paths: Vec<String> = wanted.locations.iter().map(Location::to_string).collect();
    let models = Model::all().into_iter().filter(|model| wanted.takes(*model));
    let names: Vec<String> = models.map(|model| format!("{}.*", model.spec().plural)).collect();
    Error::failed(format!("{}: no model's file in it", paths.join(", "))).help(format!(
        "looked for {} with the ending csv, tsv, xlsx, json or jsonl, also .gz, .zst, .bz2, .xz or .zip, and with a date or a number in the name",
        names.join(", ")
    ))
}
