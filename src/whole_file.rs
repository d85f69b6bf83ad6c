//! A file that is written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::interrupt;

/// A file that takes no more once a signal asked to stop.
#[derive(Debug)]
pub struct Interruptible(File);

impl Write for Interruptible {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // `Interrupted` would only be tried again.
        interrupt::check().map_err(|error| io::Error::other(error.message().to_owned()))?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes a file under a temporary name beside it, then gives it its name, in place of an older one.
/// What is no file but exists, such as a device or a pipe, is written to as it is.
///
/// # Errors
///
/// When it cannot be written; the message names it, and what was there is as it was.
pub fn write<T>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<Interruptible>) -> io::Result<T>,
) -> Result<T> {
    // A link stays one, and the file that it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_other = fs::metadata(&target).is_ok_and(|found| !found.is_file());
    let partial = if is_other { target.clone() } else { beside(&target) };
    let complete = || {
        let file = match is_other {
            true => fs::OpenOptions::new().write(true).open(&partial)?,
            false => File::create(&partial)?,
        };
        let mut out = BufWriter::with_capacity(1 << 18, Interruptible(file));
        let told = content(&mut out)?;
        out.flush()?;
        drop(out);
        if !is_other {
            fs::rename(&partial, &target)?;
        }
        Ok(told)
    };
    complete().map_err(|error: io::Error| {
        if !is_other {
            // What is left of it helps nobody; that it cannot be removed is not the news.
            let _ = fs::remove_file(&partial);
        }
        let failed = || Error::failed(format!("cannot write {}: {error}", path.display()));
        interrupt::check().err().unwrap_or_else(failed)
    })
}

/// A name in the same folder that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_failure_leaves_what_was_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(write(&path, |out| out.write_all(b"old").map(|()| 3)), Ok(3));
        let error = write(&path, |out| {
            out.write_all(b"new")?;
            out.flush()?;
            Err::<(), _>(io::Error::other("no more"))
        });
        assert_eq!(error.unwrap_err().message(), format!("cannot write {}: no more", path.display()));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a"]);
        write(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_and_a_device_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

        let device = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &device).unwrap();
        write(&device, |out| out.write_all(b"gone")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(write(folder.path(), |out| out.write_all(b"x")).is_err(), "a folder");
    }
}
