//! The use case: a description drafted from files.

use crate::collector::{Location, read_text};
use crate::decode::{self, Format, Reading};
use crate::domain::described::{AsRead, Description, Draft, is_reserved, name_of, named, names_of};
use crate::domain::{Members, Model, Position};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::project::{self, Packaged};
use crate::usecase::sync;
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
    draft: Draft,
    files: Vec<File>,
}

/// A file that was looked through.
struct File {
    path: PathBuf,
    location: Location,
    format: Format,
    /// The path to its records, if they stand within an object.
    root: Option<String>,
}

/// What to do about a name that tells no form.
const RENAME: &str = "give it a name that ends in .csv, .tsv, .xlsx, .json or .jsonl";

/// Drafts a description for each model that the names of the files tell; files of one model make one. `left_out` says
/// whether the six are left out.
pub fn describe(files: &[PathBuf], said: &Reading, left_out: bool) -> Result<Drafts> {
    // Each field says which column it comes from, by the name that the file has for it.
    let reading = Reading { map: Vec::new(), ..said.clone() };
    let mut models: Vec<Seen> = Vec::new();
    for path in files {
        let (name, plural) = names(&Location::from_arg(path)?.path());
        let place = models.iter().position(|known| known.name == name).unwrap_or(models.len());
        if place == models.len() {
            models.push(Seen { name, plural, draft: Draft::default(), files: Vec::new() });
        }
        let Some(seen) = models.get_mut(place) else { continue };
        seen.files.push(look_through(path, &reading, &mut seen.draft)?);
    }
    let own = !left_out
        && models.iter().any(|seen| shipped(seen).is_some_and(|model| !fits(model, &seen.draft, said)));
    let drafted = models.into_iter().map(|mut seen| {
        let is_taken = (shipped(&seen).is_some() && !own && !left_out) || is_reserved(&seen.name);
        if is_taken || named(&seen.name).is_err() {
            seen.name = format!("my_{}", seen.name);
            seen.plural = format!("my_{}", seen.plural);
        }
        drafted(seen, said)
    });
    Ok(Drafts { models: drafted.collect::<Result<_>>()?, own })
}

/// The one of the six that has a name of these files.
fn shipped(seen: &Seen) -> Option<Model> {
    let has = |model: &Model, name: &String| model.name() == name || model.spec().plural == name;
    Model::SHIPPED.into_iter().find(|model| has(model, &seen.name) || has(model, &seen.plural))
}

/// Whether the records have what those of a model must have, by whatever names that are given.
fn fits(model: Model, draft: &Draft, said: &Reading) -> bool {
    let members = model.spec().members;
    let is_given = |name: &str| said.map.iter().any(|(theirs, ours)| ours == name && draft.has(theirs));
    members.iter().filter(|name| members.needs(name)).all(|name| draft.has(name) || is_given(name))
}

/// Shows the records of a file to the draft.
fn look_through(path: &Path, reading: &Reading, draft: &mut Draft) -> Result<File> {
    let location = Location::from_arg(path)?;
    let format = sync::form(&location).ok_or_else(|| sync::formless(&location, reading, RENAME))?;
    let (before, mut root) = (draft.records(), None);
    let text = decode::decompressed(location.open()?.reader, reading).map_err(|error| error.at(&location))?;
    let reading = text.reading;
    decode::decode(format, &reading, text.reader, Members::NONE, &mut |record| {
        interrupt::check()?;
        if let (Position::Below { root: path, .. }, None) = (record.position, &root) {
            root = Some(path.to_owned());
        }
        if let Ok(raw) = record.raw {
            draft.see(raw);
        }
        Ok(())
    })
    .map_err(|error| reading.place(error).at(&location))?;
    match draft.records() == before {
        true => Err(Error::failed(format!("{location}: has no record to be described"))
            .help("describe a file with some records")),
        false => Ok(File { path: path.to_owned(), location, format, root }),
    }
}

fn drafted(seen: Seen, said: &Reading) -> Result<Drafted> {
    let Seen { name, plural, draft, files } = seen;
    let records = draft.records();
    let called = |source: &str| match (said.name_of(source), source.split_once('.')) {
        (name, Some((member, rest))) if name == source => format!("{}.{rest}", said.name_of(member)),
        (name, _) => name.to_owned(),
    };
    let (mut description, key_is_sound) = draft.describe(&name, &plural, &called);
    if description.key.is_empty() {
        let file = files.first().map(|file| file.path.display().to_string()).unwrap_or_default();
        return Err(Error::failed(format!("{file}: has no field that could be the key"))
            .help("write the description by hand"));
    }
    description.as_read = as_read(&files, &description, said)?;
    let files = files.into_iter().map(|file| file.path).collect();
    Ok(Drafted { description, files, records, key_is_sound, lost: Vec::new() })
}

/// What a description has to say of how these files are read.
fn as_read(files: &[File], description: &Description, said: &Reading) -> Result<AsRead> {
    let formats: Vec<Format> = files.iter().map(|file| file.format).collect();
    let as_read = said.as_read(&formats);
    Ok(match said.root {
        Some(_) => as_read,
        None => AsRead { root: root(files, description, said)?, ..as_read },
    })
}

/// The path to the records that a description has to say: where a file that holds them in an object has a member
/// beside them that is called like one of theirs, it would be taken for a record.
fn root(files: &[File], description: &Description, reading: &Reading) -> Result<Option<String>> {
    let reading = Reading { map: Vec::new(), ..reading.clone() };
    let fields = description.fields.iter().filter(|field| field.hash.is_none());
    let members: Vec<&str> = fields.map(|field| field.source()).collect();
    let mut wanted: Option<(&File, &String)> = None;
    for file in files {
        let Some(root) = &file.root else { continue };
        // What can be read but once is not read again.
        if matches!(&file.location, Location::File(path) if path.is_file()) {
            let text = decode::decompressed(file.location.open()?.reader, &reading)?;
            if decode::json::root(text.reader, &reading, &members).ok().flatten().as_ref() == Some(root) {
                continue;
            }
        }
        match wanted {
            Some((other, another)) if another != root => {
                let (one, other) = (other.path.display(), file.path.display());
                return Err(Error::failed(format!("{one} has its records in {another}, {other} in {root}"))
                    .help("describe each on its own: records that stand in different places are of different models"));
            }
            _ => wanted = Some((file, root)),
        }
    }
    Ok(wanted.map(|(_, root)| root.clone()))
}

/// What a file's name says beside dates and its form, as a name of a model.
fn stem(path: &Path) -> String {
    name_of(&sync::plain_stem(&path.file_name().unwrap_or_default().to_string_lossy()))
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
pub fn unpack(path: &Path, said: &Reading, left_out: bool) -> Result<Drafts> {
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
        let packaged = Reading::described(&description.as_read).unwrap_or_default();
        let reading = Reading { map: Vec::new(), ..said.or(packaged) };
        let formats: Vec<Format> = files.iter().filter_map(|file| Format::of(file)).collect();
        description.as_read = reading.as_read(&formats);
        if description.key.is_empty() {
            let mut draft = Draft::default();
            let seen: Vec<File> =
                files.iter().map(|file| look_through(file, &reading, &mut draft)).collect::<Result<_>>()?;
            description.as_read = as_read(&seen, &description, &reading)?;
            records = draft.records();
            let (drafted, is_sound) = draft.describe(&description.name, &description.plural, &str::to_owned);
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
