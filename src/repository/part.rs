//! The file that a sealed copy is made in, beside the one that it will be: `.NAME.PROCESS.….part`. It goes
//! when it is dropped, and when its process was killed, with the next copy to the same place.

use super::connection::beside;
use crate::error::Result;
use crate::interrupt::{self, Unhurried};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempPath;

/// After how long without a change a part is left over, whoever made it.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// A part; its fields go in their order.
pub struct Part {
    /// Where it is.
    pub path: TempPath,
    /// What SQLite may leave beside it.
    _journal: Journal,
    /// A second signal must not end the process before the part is gone.
    _unhurried: Unhurried,
}

/// A journal that is removed when this is dropped.
struct Journal(PathBuf);

impl Drop for Journal {
    fn drop(&mut self) {
        // Nobody needs it, and mostly there is none.
        let _ = fs::remove_file(&self.0);
    }
}

impl Part {
    /// An empty file in the target's folder, as readable as any other that the user makes.
    pub fn of(target: &Path) -> Result<Part> {
        sweep(target);
        let _unhurried = interrupt::unhurried();
        let mut prefix = prefix(target);
        prefix.push(format!("{}-{}.", std::process::id(), system()));
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let path = builder.tempfile_in(folder(target))?.into_temp_path();
        let _journal = Journal(beside(&path, "-journal"));
        Ok(Part { path, _journal, _unhurried })
    }
}

const SUFFIX: &str = ".part";

fn prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// The folder of a file.
pub fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes the parts of processes that are no more.
fn sweep(target: &Path) {
    let Ok(entries) = fs::read_dir(folder(target)) else { return };
    let (prefix, own) = (prefix(target), system());
    let Some(prefix) = prefix.to_str() else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let part = name.to_str().and_then(|name| name.strip_prefix(prefix)?.strip_suffix(SUFFIX));
        let Some(maker) = part.and_then(maker) else { continue };
        let has_ended = maker.is_some_and(|(process, system)| {
            system == own && !own.is_empty() && !Path::new(&format!("/proc/{process}")).exists()
        });
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if has_ended || age().is_some_and(|age| age > OLD) {
            // Where it cannot be removed, it is in nobody's way.
            let _ = fs::remove_file(entry.path());
            let _ = fs::remove_file(beside(&entry.path(), "-journal"));
        }
    }
}

/// The process that made a part and the system that it ran in, by what its name has between the target's and
/// the suffix; version 0.1 did not name them. `None` if it is the name of something else.
fn maker(part: &str) -> Option<Option<(u32, &str)>> {
    let is_random = |text: &str| text.len() == 6 && text.chars().all(|letter| letter.is_ascii_alphanumeric());
    match part.split_once('.') {
        None => is_random(part).then_some(None),
        Some((maker, random)) => {
            let (process, system) = maker.split_once('-')?;
            is_random(random).then_some(Some((process.parse().ok()?, system)))
        }
    }
}

/// What tells this system from others that may use the same folder: since when it runs, and whose processes are
/// seen. Empty where that cannot be told.
fn system() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_hexdigit).take(12).collect() };
    match namespace.to_str().and_then(|name| name.split('[').nth(1)) {
        Some(namespace) if !boot.is_empty() => digits(&boot) + &digits(namespace),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_tells_who_made_it() {
        assert_eq!(maker("12-9f3c.AbCdEf"), Some(Some((12, "9f3c"))));
        assert_eq!(maker("AbCdEf"), Some(None));
        for other in ["mine", "x.AbCdEf", "x.12-9f3c.AbCdEf", "12-9f3c.a.b", "-9f3c.AbCdEf", ""] {
            assert_eq!(maker(other), None, "{other}");
        }
    }
}
