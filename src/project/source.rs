//! The tables `[source.NAME]` of the project file: where files come from.

use crate::collector::{Location, Secret};
use crate::domain::DataDate;
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Spanned, Value};

/// What the file says of a source.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as [source.vendor] with url")]
pub struct Said {
    url: Spanned<String>,
    #[serde(default)]
    models: Vec<Spanned<String>>,
    #[serde(default)]
    files: Vec<String>,
    complete: Option<bool>,
    date: Option<Spanned<Value>>,
    secret: Option<Spanned<Value>>,
}

/// A source that a project file names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// The models whose files are taken from it, and where each is written; none for all.
    pub models: Vec<(String, String)>,
    /// Whether its files are everything that its sender knows, if that was said.
    pub complete: Option<bool>,
    /// The date of its data, if that was said.
    pub date: Option<DataDate>,
    url: String,
    /// Its files, from the url on; none for all that are found.
    files: Vec<String>,
    /// Where it is kept, and where that is written.
    secret: Option<(Kept, String)>,
    /// Where the url is written.
    place: String,
}

/// Where a secret is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Kept {
    /// In a variable of the environment.
    Env(String),
    /// In the first line of a file.
    File(PathBuf),
}

/// The sources, in the order of the file.
pub(super) fn sources(
    said: BTreeMap<Spanned<String>, Said>,
    place: impl Fn(usize) -> String,
) -> Result<Vec<Source>> {
    let mut said: Vec<_> = said.into_iter().collect();
    said.sort_by_key(|(name, _)| name.span().start);
    said.into_iter().map(|(name, said)| source(name, said, &place)).collect()
}

fn source(name: Spanned<String>, said: Said, place: &impl Fn(usize) -> String) -> Result<Source> {
    let at = place(name.span().start);
    let name = name.into_inner();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if name.is_empty() || !name.chars().all(is_name) {
        let what =
            format!("the source {name:?} has a name with other characters than letters, digits, - and _");
        return Err(Error::usage(what).at(at).help("write it as in [source.vendor]"));
    }
    let date = said.date.map(|date| {
        let at = place(date.span().start);
        let text = match date.into_inner() {
            Value::String(text) => text,
            Value::Datetime(date) => date.to_string(),
            other => format!("a value of type {}", other.type_str()),
        };
        DataDate::parse(&text).ok_or_else(|| {
            let what = format!("source {name}: date: {text} is no date");
            Error::usage(what).at(at).help("write it as in \"2026-11-20\" or \"2026-11-20T0230\"")
        })
    });
    let secret = said.secret.map(|secret| {
        let at = place(secret.span().start);
        // What stands there is not repeated: it may be the secret itself.
        match kept(secret.into_inner()) {
            Some(kept) => Ok((kept, at)),
            None => Err(Error::usage(format!(
                "source {name}: secret: is to say where the secret is kept, and nothing else"
            ))
            .at(at)
            .help("write secret = { env = \"VARIABLE\" } or secret = { file = \"PATH\" }")),
        }
    });
    Ok(Source {
        models: said
            .models
            .into_iter()
            .map(|model| {
                let at = place(model.span().start);
                (model.into_inner(), at)
            })
            .collect(),
        complete: said.complete,
        date: date.transpose()?,
        files: said.files,
        secret: secret.transpose()?,
        place: place(said.url.span().start),
        url: said.url.into_inner(),
        name,
    })
}

fn kept(said: Value) -> Option<Kept> {
    let Value::Table(table) = said else { return None };
    let mut said = table.into_iter();
    match (said.next()?, said.next()) {
        ((how, Value::String(name)), None) if how == "env" => Some(Kept::Env(name)),
        ((how, Value::String(path)), None) if how == "file" => Some(Kept::File(PathBuf::from(path))),
        _ => None,
    }
}

impl Source {
    /// Where its files are, with the secret that opens them as it is kept now; paths begin in the project's folder.
    pub fn locations(&self, folder: &Path) -> Result<Vec<Location>> {
        let at = |place: &str, what: &str, error: Error| {
            error.at(format_args!("{place}: source {}: {what}", self.name))
        };
        let locations = self.found(folder).map_err(|error| at(&self.place, "url", error))?;
        match &self.secret {
            None => Ok(locations),
            Some((kept, place)) => kept
                .secret(folder)
                .and_then(|secret| locations.into_iter().map(|location| opened(location, &secret)).collect())
                .map_err(|error| at(place, "secret", error)),
        }
    }

    fn found(&self, folder: &Path) -> Result<Vec<Location>> {
        if has_password(&self.url) {
            return Err(Error::usage("has a password, which others could read in the file")
                .help("leave it out, and say where it is kept: secret = { env = \"VARIABLE\" }"));
        }
        let at = |url: &str| match Location::from_arg(Path::new(url))? {
            Location::File(path) => Ok(Location::File(folder.join(path))),
            Location::Remote(address) => Ok(Location::Remote(address)),
            Location::Stdin => {
                Err(Error::usage("standard input is no source").help("write a folder, or an address"))
            }
        };
        let base = at(&self.url)?;
        if let Location::Remote(address) = &base
            && address.scheme().starts_with("http")
            && address.is_folder()
            && self.files.is_empty()
        {
            return Err(Error::usage("is a folder, and web servers do not list what is in theirs")
                .help("name the files in it: files = [\"authors.json\", \"books.json\"]"));
        }
        match self.files.as_slice() {
            [] => Ok(vec![base]),
            files => files.iter().map(|file| at(&self.below(file))).collect(),
        }
    }

    /// The url of a file: below the path, before what a web address has behind its `?`.
    fn below(&self, file: &str) -> String {
        let is_web = self.url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        let (path, query) = match self.url.split_once('?').filter(|_| is_web) {
            Some((path, query)) => (path, format!("?{query}")),
            None => (self.url.as_str(), String::new()),
        };
        format!("{}/{}{query}", path.trim_end_matches('/'), file.trim_start_matches('/'))
    }
}

/// A location with what opens it to its user.
fn opened(location: Location, secret: &Secret) -> Result<Location> {
    match &location {
        Location::Remote(address) if !takes_secret(address.scheme()) => {
            let others = "SFTP has the keys of ssh, S3 the environment and ~/.aws; docs/remote.md says more";
            Err(Error::usage(format!("{}:// takes none", address.scheme()))
                .help(format!("leave it out: {others}")))
        }
        Location::Remote(address) if address.user().is_some() => Ok(location.with_secret(secret.clone())),
        Location::Remote(address) => Err(Error::usage("the url names no user for it").help(format!(
            "write it as in {}://USER@{}/",
            address.scheme(),
            address.host()
        ))),
        _ => Err(Error::usage("what is on this machine is opened by none").help("leave it out")),
    }
}

/// Whether what opens servers of this scheme is a user and a password.
fn takes_secret(scheme: &str) -> bool {
    ["http", "ftp"].iter().any(|start| scheme.starts_with(start))
}

/// Whether a password stands beside the user in a url.
fn has_password(url: &str) -> bool {
    let authority = url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

impl Kept {
    fn secret(&self, folder: &Path) -> Result<Secret> {
        let text = match self {
            Kept::Env(name) => std::env::var(name).map_err(|_| {
                Error::usage(format!("the variable {name} is not set"))
                    .help(format!("set {name} for the process that runs scli"))
            })?,
            Kept::File(path) => {
                let path = folder.join(path);
                std::fs::read_to_string(&path).map_err(|error| {
                    Error::failed(format!("{}: {error}", path.display()))
                        .help("write the secret to its first line, for the owner alone: chmod 600")
                })?
            }
        };
        match text.lines().next().unwrap_or_default() {
            "" => Err(Error::usage("is empty").help("write it into the variable or the file")),
            text => Ok(Secret::new(text)),
        }
    }
}
