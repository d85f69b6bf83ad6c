//! The use case: a description drafted from files.

use crate::collector::Location;
use crate::decode::{self, Format, Reading};
use crate::domain::described::{Description, Draft, name_of};
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

/// Drafts a description for each model that the names of the files tell; files of one model make one.
pub fn describe(files: &[PathBuf], reading: &Reading) -> Result<Vec<Drafted>> {
    let mut drafts: Vec<(String, String, Vec<PathBuf>, Draft)> = Vec::new();
    for path in files {
        let location = Location::from_arg(path)?;
        let path = &location.path().into_owned();
        let format = Format::of(path).ok_or_else(|| {
            Error::usage(format!("{location}: the name does not tell the form"))
                .help("describe files whose names end in .csv, .json or .jsonl, also .gz or .zst")
        })?;
        let (name, plural) = names(path);
        let place = drafts.iter().position(|(known, ..)| *known == name).unwrap_or(drafts.len());
        if place == drafts.len() {
            drafts.push((name, plural, Vec::new(), Draft::default()));
        }
        let Some((_, _, files, draft)) = drafts.get_mut(place) else { continue };
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
    let drafted = drafts.into_iter().map(|(name, plural, files, draft)| {
        let records = draft.records();
        let (description, key_is_sound) = draft.describe(&name, &plural);
        if description.key.is_empty() {
            let file = files.first().map(|file| file.display().to_string()).unwrap_or_default();
            return Err(Error::failed(format!("{file}: has no field that could be the key"))
                .help("write the description by hand"));
        }
        Ok(Drafted { description, files, records, key_is_sound })
    });
    drafted.collect()
}

/// The names of the model that a file's name tells, singular and plural.
fn names(path: &std::path::Path) -> (String, String) {
    let stem = crate::usecase::sync::plain_stem(&path.file_name().unwrap_or_default().to_string_lossy());
    let plural = name_of(&stem);
    let shipped = Model::SHIPPED.iter().find(|model| model.spec().plural == plural);
    if let Some(shipped) = shipped {
        return (format!("my_{}", shipped.name()), format!("my_{plural}"));
    }
    let (singular, plural) = match plural.strip_suffix("ies").map(|stem| format!("{stem}y")) {
        Some(singular) => (singular, plural),
        None => match plural.strip_suffix('s').filter(|stem| !stem.ends_with('s') && !stem.is_empty()) {
            Some(singular) => (singular.to_owned(), plural.clone()),
            None => (plural.clone(), format!("{plural}s")),
        },
    };
    let is_taken = Model::SHIPPED.iter().any(|model| model.name() == singular)
        || crate::domain::described::is_reserved(&singular)
        || crate::domain::described::named(&singular).is_err();
    match is_taken {
        true => (format!("my_{singular}"), format!("my_{plural}")),
        false => (singular, plural),
    }
}
