//! The files of a project that cannot be used. They do not keep a command from what the others are for.

use crate::error::{Error, Kind, Result};

/// Files that cannot be used, by the names of their questions or rules, and why.
#[derive(Clone, Debug, Default)]
pub struct Broken(Vec<(String, Error)>);

impl Broken {
    /// Notes that the question or rule `name` cannot be used. Only what is wrong with it is noted; what is wrong with
    /// the database, and a signal, is an error of the command.
    pub fn note(&mut self, name: &str, error: Error) -> Result<()> {
        match error.kind() {
            Kind::Failed | Kind::Usage => {
                self.0.push((name.to_owned(), error));
                Ok(())
            }
            _ => Err(error),
        }
    }

    /// Why the question or rule `name` cannot be used, if it is there.
    pub fn why(&self, name: &str) -> Option<&Error> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, error)| error)
    }

    /// Leaves only those for which `keep` is true.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Adds those that `others` has.
    pub fn extend(&mut self, others: Broken) {
        self.0.extend(others.0);
    }

    /// How the command ended that gave `result`: if it was done but for these files, an error that names them.
    pub fn told(&self, result: Result<()>) -> Result<()> {
        let mut files: Vec<&Error> = Vec::new();
        for (_, error) in &self.0 {
            if !files.contains(&error) {
                files.push(error);
            }
        }
        let lines = || files.iter().map(|error| format!("\n  {}", in_a_line(error))).collect::<String>();
        match (result, files.as_slice()) {
            (result, []) => result,
            (Ok(()), [error]) => Err((*error).clone()),
            (Ok(()), files) => {
                Err(Error::failed(format!("{} files of the project are not used:{}", files.len(), lines()))
                    .help("all else was done; docs/own.md and docs/quality.md say what these files may hold"))
            }
            (Err(error), _) if matches!(error.kind(), Kind::ClosedPipe | Kind::Interrupted(_)) => Err(error),
            (Err(error), _) => {
                let told =
                    Error::new(error.kind(), format!("{}\n  and not used:{}", error.message(), lines()));
                Err(error.remedy().map_or_else(|| told.clone(), |remedy| told.clone().help(remedy)))
            }
        }
    }
}

fn in_a_line(error: &Error) -> String {
    match error.remedy() {
        Some(remedy) => format!("{}; {remedy}", error.message()),
        None => error.message().to_owned(),
    }
}
