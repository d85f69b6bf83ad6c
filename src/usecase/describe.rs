//! The use case: a description drafted from files.

use crate::collector::{Location, read_text};
use crate::decode::{self, Format, Reading};
use crate::domain::described::{Description, Draft, is_reserved, name_of, named, names_of};
use crate::domain::{Members, Model};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::project::{self, Packaged};
use std::path::{Path, PathBuf};

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
    /// What a Data Package says of it that a description cannot say.
    pub lost: Vec<String>,
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
        let (name, plural) = names(&Location::from_arg(path)?.path());
        let place = drafts.iter().position(|seen| seen.name == name).unwrap_or(drafts.len());
        if place == drafts.len() {
            drafts.push(Seen { name, plural, files: Vec::new(), draft: Draft::default() });
        }
        let Some(Seen { files, draft, .. }) = drafts.get_mut(place) else { continue };
        files.push(path.clone());
        see(path, reading, draft)?;
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
        Ok(Drafted { description, files, records, key_is_sound, lost: Vec::new() })
    });
    Ok(Drafts { models: drafted.collect::<Result<_>>()?, own })
}

/// Looks at the records of a file.
fn see(path: &Path, reading: &Reading, draft: &mut Draft) -> Result<()> {
    let location = Location::from_arg(path)?;
    let format = Format::of(&location.path()).ok_or_else(|| {
        Error::usage(format!("{location}: the name does not tell the form")).help(
            "describe files whose names end in .csv, .json or .jsonl, also .gz, .zst, .bz2, .xz or .zip",
        )
    })?;
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
    match draft.records() == before {
        true => Err(Error::failed(format!("{location}: has no record to be described"))
            .help("describe a file with some records")),
        false => Ok(()),
    }
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

/// What a file's name says beside dates and its form, as a name of a model.
fn stem(path: &Path) -> String {
    name_of(&crate::usecase::sync::plain_stem(&path.file_name().unwrap_or_default().to_string_lossy()))
}

/// The names of the model that a file's name tells, singular and plural.
fn names(path: &Path) -> (String, String) {
    let plural = stem(path);
    if let Some(shipped) = Model::SHIPPED.into_iter().find(|model| model.spec().plural == plural) {
        return (shipped.name().to_owned(), plural);
    }
    names_of(&plural)
}

/// Whether a file is a Data Package, by its name.
pub fn is_package(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("datapackage.json"))
}

/// What a Data Package says of its resources. Where it names no key, the files are looked at.
pub fn unpack(path: &Path, reading: &Reading, left_out: bool) -> Result<Drafts> {
    let location = Location::from_arg(path)?;
    let packaged = project::read_datapackage(&read_text(&location)?).map_err(|error| error.at(&location))?;
    let has = |model: &Model, name: &String| model.name() == name || model.spec().plural == name;
    let is_shipped = |description: &Description| {
        Model::SHIPPED.iter().any(|model| has(model, &description.name) || has(model, &description.plural))
    };
    let own = !left_out && packaged.iter().any(|packaged| is_shipped(&packaged.description));
    let mut models = Vec::new();
    for Packaged { mut description, paths, mut lost } in packaged {
        let folder = path.parent().unwrap_or(Path::new(""));
        let files: Vec<PathBuf> = paths.iter().map(|file| folder.join(file)).collect();
        let (mut records, mut key_is_sound) = (0, true);
        if description.key.is_empty() {
            let mut draft = Draft::default();
            files.iter().try_for_each(|file| see(file, reading, &mut draft))?;
            records = draft.records();
            let (drafted, is_sound) = draft.describe(&description.name, &description.plural);
            let source = |key: &String| drafted.field(key).map(|field| field.source().to_owned());
            let keys: Vec<String> = drafted.key.iter().filter_map(source).collect();
            let fields =
                description.fields.iter_mut().filter(|field| keys.iter().any(|key| key == field.source()));
            for field in fields {
                field.required = false;
                description.key.push(field.name.clone());
            }
            key_is_sound = is_sound;
        }
        // A file that is named after the model needs no pattern.
        let (name, plural) = (&description.name, &description.plural);
        description.files.retain(|file| ![name, plural].contains(&&stem(Path::new(file))));
        while let Err(mistake) = description.check() {
            let field =
                description.fields.iter_mut().find(|field| Some(&field.name) == mistake.field.as_ref());
            match (field, mistake.member) {
                (Some(field), "pattern") if field.pattern.is_some() => field.pattern = None,
                (Some(field), "minimum") if field.minimum.is_some() => field.minimum = None,
                (Some(field), "maximum") if field.maximum.is_some() => field.maximum = None,
                _ => {
                    let told = format!("{}: {}", description.plural, mistake.message);
                    return Err(Error::failed(told).at(&location).help(mistake.help));
                }
            }
            lost.push(format!("the constraint {} of {}", mistake.member, mistake.field.unwrap_or_default()));
        }
        models.push(Drafted { description, files, records, key_is_sound, lost });
    }
    Ok(Drafts { models, own })
}
