//! Which files belong together, and which come first.

use super::{form, name, pattern};
use crate::collector::Listed;
use crate::decode::Reading;
use crate::domain::{DataDate, Model};
use crate::repository::Entry;
use crate::usecase::load::{Options, Planned, Request};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file whose name told its model.
pub struct Told {
    listed: Listed,
    request: Request,
    date: Option<DataDate>,
}

impl Told {
    /// The model that the name tells.
    pub fn model(&self) -> Model {
        self.request.model
    }
}

/// The file with what its name tells, if it tells a model. `given` is the path that it was found below, whose own
/// name may tell a date as well.
pub fn told(listed: Listed, given: &Path, reading: &Arc<Reading>, dates: &mut Dates<'_>) -> Option<Told> {
    let model = name::model(&listed.name).or_else(|| pattern::model(&listed.path))?;
    let format = form(&listed.location())?;
    let request = Request::found(model, &listed, format, reading);
    let date = dates.of(&listed, given);
    Some(Told { listed, request, date })
}

/// The dates of files.
pub struct Dates<'d> {
    /// That of all of them, whatever names tell.
    fixed: Option<&'d DataDate>,
    /// The folder that the last file lay in, below the given path and really, and its date: many lie in one.
    last: Option<(Arc<Vec<String>>, PathBuf, Option<DataDate>)>,
}

impl<'d> Dates<'d> {
    /// Those that names tell, or `fixed` for all of them.
    pub fn new(fixed: Option<&'d DataDate>) -> Dates<'d> {
        Dates { fixed, last: None }
    }

    /// The date that the file's name or the folders to it tell; where none does, as for a link that is called
    /// `today` or for `.`, those that it really lies in, from the given folder on.
    fn of(&mut self, listed: &Listed, given: &Path) -> Option<DataDate> {
        if let Some(date) = self.fixed {
            return Some(date.clone());
        }
        if let Some(date) = name::own_date(&listed.name) {
            return Some(date);
        }
        let real = listed.identity.parent().unwrap_or(Path::new(""));
        if let Some((folders, parent, date)) = &self.last
            && Arc::ptr_eq(folders, &listed.folders)
            && parent == real
        {
            return date.clone();
        }
        let date = date_of_folders(listed, given);
        self.last = Some((Arc::clone(&listed.folders), real.to_owned(), date.clone()));
        date
    }
}

fn date_of_folders(listed: &Listed, given: &Path) -> Option<DataDate> {
    let lead = if listed.path == given { given.parent()? } else { given };
    name::date_of_folders(&[names(lead), listed.folders.to_vec()].concat()).or_else(|| {
        let lead = lead.canonicalize().ok()?;
        let real = listed.identity.strip_prefix(lead.parent()?).unwrap_or(&listed.identity);
        name::date_of_folders(&names(real.parent()?))
    })
}

fn names(path: &Path) -> Vec<String> {
    path.iter().map(|part| part.to_string_lossy().into_owned()).collect()
}

/// The deliveries that the files make, in the order in which they are to be loaded: by date, then those
/// without one by their paths.
pub fn deliveries(files: Vec<Told>, options: &Options, each_file: bool) -> Vec<Planned> {
    let mut dated: BTreeMap<DataDate, Vec<Told>> = BTreeMap::new();
    let mut undated = Vec::new();
    for file in files {
        match file.date.clone() {
            Some(date) => dated.entry(date).or_default().push(file),
            None => undated.push(file),
        }
    }
    let groups = dated.into_iter().map(|(date, files)| (Some(date), files));
    let mut planned: Vec<Planned> = groups
        .chain(folders(undated).into_iter().map(|files| (None, files)))
        .flat_map(|(date, files)| match each_file {
            true => apart(files, options).into_iter().map(|files| (date.clone(), files)).collect(),
            false => vec![(date, files)],
        })
        .map(|(date, files)| plan(date, files))
        .collect();
    planned.retain(|planned| !planned.files.is_empty());
    planned
}

/// Files without a date: one delivery, if the files of no model lie in several folders; else one for each
/// folder directly below a given path.
fn folders(files: Vec<Told>) -> Vec<Vec<Told>> {
    let mut places: BTreeMap<usize, BTreeSet<&Path>> = BTreeMap::new();
    for file in &files {
        places.entry(rank(file.request.model)).or_default().extend(file.listed.path.parent());
    }
    if places.values().all(|folders| folders.len() < 2) {
        return vec![files];
    }
    let mut groups: Vec<((usize, String), Vec<Told>)> = Vec::new();
    for file in files {
        let folder = file.listed.folders.first().cloned().unwrap_or_default();
        let key = (file.listed.root, folder);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(file),
            None => groups.push((key, vec![file])),
        }
    }
    groups.sort_by(|((root, folder), _), ((other, another), _)| {
        root.cmp(other).then_with(|| name::natural(folder, another))
    });
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Each file on its own, but for the parts of one complete dump.
fn apart(mut files: Vec<Told>, options: &Options) -> Vec<Vec<Told>> {
    files.sort_by(in_turn);
    let mut groups: Vec<Vec<Told>> = Vec::new();
    for file in files {
        let model = file.request.model;
        match groups.last_mut() {
            Some(group)
                if options.is_complete(model) && group.iter().all(|other| other.request.model == model) =>
            {
                group.push(file);
            }
            _ => groups.push(vec![file]),
        }
    }
    groups
}

fn plan(date: Option<DataDate>, mut files: Vec<Told>) -> Planned {
    files.sort_by(in_turn);
    let paths: Vec<&Path> = files.iter().map(|file| file.listed.path.as_path()).collect();
    let source = common(&paths).display().to_string();
    let entry = Entry { date, source, ..Entry::default() };
    Planned { entry, files: files.into_iter().map(|file| file.request).collect() }
}

/// By model, then naturally by path.
fn in_turn(one: &Told, other: &Told) -> Ordering {
    let path = |file: &Told| file.listed.path.display().to_string();
    rank(one.request.model)
        .cmp(&rank(other.request.model))
        .then_with(|| one.listed.root.cmp(&other.listed.root))
        .then_with(|| name::natural(&path(one), &path(other)))
}

fn rank(model: Model) -> usize {
    Model::all().iter().position(|known| *known == model).unwrap_or(usize::MAX)
}

/// The folder that all files lie in, or the one file.
pub fn common(files: &[&Path]) -> PathBuf {
    let Some((first, rest)) = files.split_first() else { return PathBuf::new() };
    if rest.is_empty() {
        return first.to_path_buf();
    }
    let folders = first.ancestors().skip(1);
    let mut common = folders.filter(|folder| rest.iter().all(|file| file.starts_with(folder)));
    match common.next() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
