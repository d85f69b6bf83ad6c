//! What a sync takes: the paths that are given, or the sources of the project file.

use super::load_args::SyncArgs;
use crate::collector::Location;
use crate::domain::Model;
use crate::error::{Error, Result};
use crate::project::{self, FILE, Project, Source};
use crate::usecase::load::Options;
use crate::usecase::sync::Wanted;
use std::path::PathBuf;

/// What is taken together.
pub struct Part {
    from: From,
    wanted: Wanted,
    /// How it is loaded.
    pub options: Options,
}

enum From {
    Paths,
    Source(Box<Source>, PathBuf),
}

impl Part {
    /// The name of the source, if it is one.
    pub fn source_name(&self) -> Option<&str> {
        self.wanted.source_name.as_deref()
    }

    /// Whether each file is a delivery of its own.
    pub fn is_each_file(&self) -> bool {
        self.wanted.each_file
    }

    /// An error of this part, with the name of its source.
    pub fn named(&self, error: Error) -> Error {
        match self.source_name() {
            Some(name) => error.at(name),
            None => error,
        }
    }

    /// What is to be synced, with the secret as it is kept now.
    pub fn wanted(&self) -> Result<Wanted> {
        match &self.from {
            From::Paths => Ok(self.wanted.clone()),
            From::Source(source, folder) => {
                Ok(Wanted { locations: source.locations(folder)?, ..self.wanted.clone() })
            }
        }
    }
}

/// The parts that the arguments ask for, in their order. Models are known already.
pub fn parts(args: &SyncArgs) -> Result<Vec<Part>> {
    let options = args.options.options(true);
    let wanted = Wanted {
        locations: args.paths.iter().map(|path| Location::from_arg(path)).collect::<Result<_>>()?,
        models: Vec::new(),
        source_name: None,
        date: args.options.date.clone(),
        reading: args.options.reading.reading(),
        each_file: args.each_file,
    };
    if !args.paths.is_empty() {
        return Ok(vec![Part { from: From::Paths, wanted, options }]);
    }
    let project = project::read(args.options.project.as_deref())?;
    check_names(&args.source, &project)?;
    let folder = project.folder.unwrap_or_default();
    let is_asked = |source: &Source| args.source.is_empty() || args.source.contains(&source.name);
    let part = |source: Source| {
        let wanted = Wanted {
            models: models(&source)?,
            source_name: Some(source.name.clone()),
            date: wanted.date.clone().or_else(|| source.date.clone()),
            ..wanted.clone()
        };
        let options = Options { complete: options.complete.or(source.complete), ..options };
        Ok(Part { from: From::Source(Box::new(source), folder.clone()), wanted, options })
    };
    project.sources.into_iter().filter(is_asked).map(part).collect()
}

/// Fails if there is no source, or none of a name that is asked for.
fn check_names(asked: &[String], project: &Project) -> Result<()> {
    let names: Vec<&str> = project.sources.iter().map(|source| source.name.as_str()).collect();
    if names.is_empty() {
        let what = match &project.folder {
            Some(folder) => format!("no path is given, and {} has no source", folder.join(FILE).display()),
            None => format!("no path is given, and there is no {FILE} with sources"),
        };
        return Err(Error::usage(what).help(
            "name folders, files or addresses: scli sync PATH; or describe where files come from: docs/remote.md",
        ));
    }
    match asked.iter().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(Error::usage(format!("{FILE} has no source called {name}"))
            .help(format!("its sources are: {}", names.join(", ")))),
        None => Ok(()),
    }
}

/// The models whose files are taken from a source.
fn models(source: &Source) -> Result<Vec<Model>> {
    let model = |(name, place): &(String, String)| {
        Model::named(name).ok_or_else(|| {
            let known: Vec<&str> = Model::all().into_iter().map(Model::name).collect();
            Error::usage(format!("source {}: there is no model called {name}", source.name))
                .at(place)
                .help(format!("the models are: {}", known.join(", ")))
        })
    };
    source.models.iter().map(model).collect()
}
