//! The use case: a description drafted from files.

use crate::collector::Location;
use crate::decode::{self, Format, Reading};
use crate::domain::described::{Description, Draft, is_reserved, name_of, named};
use crate::domain::{Members, Model};
use crate::error::{Error, Result};
use crate::interrupt;
use std::path::PathBuf;

/// A description that was drafted.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// It.
    pub description: Description,
    /// The files that it was drafted from.
    pub files: Vec<PathBuf>,
    /// How many records they have.
    pub records: u64,
    /// Whether its key tells all of them apart.
    pub key_is_sound: bool,
}

/// What was drafted.
#[derive(Clone, Debug)]
pub struct Drafts {
    /// A description for each model.
    pub models: Vec<Drafted>,
    /// Whether they can only be where the six are left out: a file bears the name of one of these, and has another
    /// shape.
    pub own: bool,
}

/// What is seen of the files of one model.
struct Seen {
    name: String,
    plural: String,
    files: Vec<PathBuf>,
    draft: Draft,
}

/// Drafts a description for each model that the names of the files tell; files of one model make one. `left_out` says
/// whether the six are left out.
pub fn describe(files: &[PathBuf], reading: &Reading, left_out: bool) -> Result<Drafts> {
    let mut drafts: Vec<Seen> = Vec::new();
    for path in files {
        let location = Location::from_arg(path)?;
        let path = &location.path().into_owned();
        let format = Format::of(path).ok_or_else(|| {
            Error::usage(format!("{location}: the name does not tell the form"))
                .help("describe files whose names end in .csv, .json or .jsonl, also .gz or .zst")
        })?;
        let (name, plural) = names(path);
        let place = drafts.iter().position(|seen| seen.name == name).unwrap_or(drafts.len());
        if place == drafts.len() {
            drafts.push(Seen { name, plural, files: Vec::new(), draft: Draft::default() });
        }
        let Some(Seen { files, draft, .. }) = drafts.get_mut(place) else { continue };
        files.push(path.clone());
        let before = draft.records();
        let mut reader = location.open()?.reader;
        let text = decode::decompressed(&mut reader, reading).map_err(|error| error.at(&location))?;
        decode::decode(format, reading, text, Members::NONE, &mut |record| {
            interrupt::check()?;
            if let Ok(raw) = record.raw {
                draft.see(raw);
            }
            Ok(())
        })
        .map_err(|error| error.at(&location))?;
        if draft.records() == before {
            return Err(Error::failed(format!("{location}: has no record to be described"))
                .help("describe a file with some records"));
        }
    }
    let own =
        !left_out && drafts.iter().any(|seen| shipped(seen).is_some_and(|model| !fits(model, &seen.draft)));
    let drafted = drafts.into_iter().map(|seen| {
        let is_taken = (shipped(&seen).is_some() && !own && !left_out) || is_reserved(&seen.name);
        let Seen { name, plural, files, draft } = seen;
        let (name, plural) = match is_taken || named(&name).is_err() {
            true => (format!("my_{name}"), format!("my_{plural}")),
            false => (name, plural),
        };
        let records = draft.records();
        let (description, key_is_sound) = draft.describe(&name, &plural);
        if description.key.is_empty() {
            let file = files.first().map(|file| file.display().to_string()).unwrap_or_default();
            return Err(Error::failed(format!("{file}: has no field that could be the key"))
                .help("write the description by hand"));
        }
        Ok(Drafted { description, files, records, key_is_sound })
    });
    Ok(Drafts { models: drafted.collect::<Result<_>>()?, own })
}

/// The one of the six that has a name of these files.
fn shipped(seen: &Seen) -> Option<Model> {
    let has = |model: &Model, name: &String| model.name() == name || model.spec().plural == name;
    Model::SHIPPED.into_iter().find(|model| has(model, &seen.name) || has(model, &seen.plural))
}

/// Whether the records have what those of a model must have.
fn fits(model: Model, draft: &Draft) -> bool {
    let members = model.spec().members;
    members.iter().filter(|name| members.needs(name)).all(|name| draft.has(name))
}

/// The names of the model that a file's name tells, singular and plural.
fn names(path: &std::path::Path) -> (String, String) {
    let stem = crate::usecase::sync::plain_stem(&path.file_name().unwrap_or_default().to_string_lossy());
    let plural = name_of(&stem);
    if let Some(shipped) = Model::SHIPPED.into_iter().find(|model| model.spec().plural == plural) {
        return (shipped.name().to_owned(), plural);
    }
    match plural.strip_suffix("ies").map(|stem| format!("{stem}y")) {
        Some(singular) => (singular, plural),
        None => match plural.strip_suffix('s').filter(|stem| !stem.ends_with('s') && !stem.is_empty()) {
            Some(singular) => (singular.to_owned(), plural.clone()),
            None => (plural.clone(), format!("{plural}s")),
        },
    }
}
