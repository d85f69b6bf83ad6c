//! Programs from the Python Package Index, each in a virtual environment of its own.

use crate::child;
use crate::{Result, note};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of an environment that has the package in this version. It is made if it is not there; the error is
/// the reason why there is none.
pub fn python(venv: &Path, package: &str, version: &str) -> Result<PathBuf> {
    let python = match cfg!(windows) {
        true => venv.join("Scripts").join("python.exe"),
        false => venv.join("bin").join("python"),
    };
    if has(&python, package, version).is_err() {
        note(format_args!("installing {package} {version} into {}", venv.display()));
        child::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        child::run(Command::new(&python).args(pip).arg(format!("{package}=={version}")))?;
        has(&python, package, version)?;
    }
    Ok(python)
}

fn has(python: &Path, package: &str, version: &str) -> Result<()> {
    let ask = format!("import importlib.metadata; print(importlib.metadata.version({package:?}))");
    let found = child::run(Command::new(python).args(["-c", &ask]))?.output;
    if found.trim() == version { Ok(()) } else { Err(format!("{package} is {}", found.trim()).into()) }
}
