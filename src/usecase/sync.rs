//! Every model's file below a directory.

use crate::collector::Location;
use crate::decode::Format;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::usecase::load::{Options, Request};
use std::path::Path;
use walkdir::WalkDir;

/// The loads, with these options, for all files below `directory` that are named after a model, as in `movies.csv` or
/// `author.jsonl.gz`: internal models first, files of one model by path.
pub fn find(directory: &Path, options: Options) -> Result<Vec<Request>> {
    if !directory.is_dir() {
        let what = if directory.exists() { "is not a directory" } else { "no such directory" };
        return Err(Error::failed(format!("{}: {what}", directory.display()))
            .help("to load one file: scli load --model MODEL --config FILE"));
    }
    let mut requests = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::failed(error.to_string()))?;
        if entry.path().is_file()
            && let Some(model) = model_of(entry.path())
            && let Some(format) = Format::of(entry.path())
        {
            let location = Location::File(entry.path().to_owned());
            requests.push(Request { model, location, format, options });
        }
    }
    if requests.is_empty() {
        let names: Vec<String> =
            Model::ALL.iter().map(|model| format!("{}.*", model.spec().plural)).collect();
        return Err(Error::failed(format!("{}: no model's file in it", directory.display())).help(format!(
            "looked for {} with the ending csv, json or jsonl, also .gz or .zst",
            names.join(", ")
        )));
    }
    requests.sort_by_key(|request| Model::ALL.iter().position(|model| *model == request.model));
    Ok(requests)
}

/// The model that a file name names, up to its first dot.
fn model_of(path: &Path) -> Option<Model> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    Model::named(name.split('.').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_model() {
        for (name, model) in [
            ("movies.csv", Some(Model::Movie)),
            ("Movie.CSV.gz", Some(Model::Movie)),
            ("x/authors.2021-12-01.json", Some(Model::Author)),
            ("actors.csv", None),
            (".movies.csv", None),
        ] {
            assert_eq!(model_of(Path::new(name)), model, "{name}");
        }
    }
}
