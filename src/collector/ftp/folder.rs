//! What is in the folders of an FTP server.

use super::super::Address;
use super::super::listed::settled_at;
use super::super::remote::{Entry, Failure, Outcome, Version};
use super::session::{Session, join};
use super::trouble::trouble;
use crate::error::Error;
use chrono::NaiveDateTime;
use suppaftp::FtpError;
use suppaftp::list::File;

/// How far below the listed folder another may be.
const DEPTH: usize = 40;

/// What stands in a folder.
#[derive(Debug, Eq, PartialEq)]
struct Found {
    name: String,
    kind: Kind,
    bytes: Option<u64>,
    modified_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    File,
    Folder,
    Link,
}

/// The files in a folder and below. Hidden ones are left out, and so are folders that are links.
pub fn list(session: &mut Session, address: &Address, path: &str) -> Outcome<Vec<Entry>> {
    // RFC 3659: a server that has the one has the other.
    let is_exact = session.server.feat().is_ok_and(|features| features.contains_key("MLST"));
    let mut entries = Vec::new();
    let mut folders = vec![(address.clone(), path.to_owned(), Vec::new())];
    while let Some((at, path, above)) = folders.pop() {
        if above.len() > DEPTH {
            return Err(Failure::Lasting(
                Error::failed(format!("has folders in folders, more than {DEPTH} of them"))
                    .help("name a folder further down"),
            ));
        }
        for found in read(session, &at, &path, is_exact)? {
            let below = join(&path, &found.name);
            match found.kind {
                Kind::Folder => {
                    let folders_above = [&above[..], std::slice::from_ref(&found.name)].concat();
                    folders.push((at.below(format!("{}/", found.name).as_bytes()), below, folders_above));
                    continue;
                }
                Kind::Link if !session.is_file(&below).is_ok_and(|is_file| is_file) => continue,
                Kind::Link | Kind::File => {}
            }
            let version = match is_exact && found.kind == Kind::File {
                true => Version { bytes: found.bytes, etag: None, modified_at: found.modified_at },
                // Its time is told in a zone that nobody names, and often without a year.
                false => session.version(&below)?,
            };
            let address = at.below(found.name.as_bytes());
            entries.push(Entry { address, folders: above.clone(), name: found.name, version });
        }
    }
    Ok(entries)
}

fn read(session: &mut Session, address: &Address, path: &str, is_exact: bool) -> Outcome<Vec<Found>> {
    // Options and spaces in a path are read in as many ways as there are servers; in a folder's name alone they are not.
    session.server.cwd(if path.is_empty() { "/" } else { path }).map_err(|error| trouble(address, error))?;
    let lines = if is_exact { session.server.mlsd(None) } else { session.server.list(None) };
    let lines = lines.map_err(|error| match error {
        FtpError::BadResponse => Failure::Passing(
            Error::failed(format!("the list of the folder {path} was cut")).help("try again later"),
        ),
        error => trouble(address, error),
    })?;
    let mut all = Vec::new();
    for line in lines {
        let found = if is_exact { exact(&line) } else { plain(&line) };
        let found = found.ok_or_else(|| {
            Failure::Lasting(
                Error::failed(format!(
                    "the folder {path} is listed in a form that scli does not know: {line}"
                ))
                .help("name the files, one by one"),
            )
        })?;
        all.extend(found.filter(|found| !found.name.starts_with('.') && !found.name.contains('/')));
    }
    Ok(all)
}

/// A line as in `type=file;size=7;modify=20261120050000; movies.csv`; of the folder itself, nothing.
fn exact(line: &str) -> Option<Option<Found>> {
    let (facts, name) = line.split_once(' ')?;
    let mut found = Found { name: name.to_owned(), kind: Kind::File, bytes: None, modified_at: None };
    for fact in facts.split(';').filter(|fact| !fact.is_empty()) {
        let (fact, value) = fact.split_once('=')?;
        match (fact.to_ascii_lowercase().as_str(), value.to_ascii_lowercase().as_str()) {
            ("type", "cdir" | "pdir") => return Some(None),
            ("type", "dir") => found.kind = Kind::Folder,
            ("type", "file") => {}
            ("type", _) => found.kind = Kind::Link,
            ("size", size) => found.bytes = size.parse().ok(),
            ("modify", time) => {
                let time = NaiveDateTime::parse_from_str(time, "%Y%m%d%H%M%S%.f").ok();
                let time = time.and_then(|time| time.and_utc().timestamp_nanos_opt());
                found.modified_at = time.and_then(settled_at);
            }
            _ => {}
        }
    }
    Some(Some(found))
}

/// A line as `ls -l` has it, or `dir`; of their sum, nothing.
fn plain(line: &str) -> Option<Option<Found>> {
    if line.starts_with("total ") {
        return Some(None);
    }
    let file: File = line.parse().ok()?;
    let kind = match (file.is_directory(), file.is_symlink()) {
        (true, _) => Kind::Folder,
        (_, true) => Kind::Link,
        _ => Kind::File,
    };
    Some(Some(Found { name: file.name().to_owned(), kind, bytes: None, modified_at: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_servers_are_known() {
        let found = |name: &str, kind, bytes, modified_at| {
            Some(Some(Found { name: name.to_owned(), kind, bytes, modified_at }))
        };
        let second = Some(1_500_000_000);
        for (line, expected) in [
            (
                "type=file;size=7;modify=19700101000001.500; a b; c.csv",
                found("a b; c.csv", Kind::File, Some(7), second),
            ),
            ("Type=dir;Modify=19700101000001; in", found("in", Kind::Folder, None, Some(1_000_000_000))),
            ("type=cdir; /in", Some(None)),
            ("type=OS.unix=slink:/x; x", found("x", Kind::Link, None, None)),
            ("nothing", None),
        ] {
            assert_eq!(exact(line), expected, "{line}");
        }
        for (line, expected) in [
            ("total 3", Some(None)),
            (
                "-rw-r--r--    1 0        0              57 Nov 25 07:09 a b.csv",
                found("a b.csv", Kind::File, None, None),
            ),
            (
                "drwxr-xr-x    2 0        0            4096 Nov 25  2025 in",
                found("in", Kind::Folder, None, None),
            ),
            (
                "lrwxrwxrwx    1 0        0               5 Nov 25 07:09 l.csv -> a.csv",
                found("l.csv", Kind::Link, None, None),
            ),
            ("04-08-26  03:09PM       <DIR>          docs", found("docs", Kind::Folder, None, None)),
            ("who knows", None),
        ] {
            assert_eq!(plain(line), expected, "{line}");
        }
    }
}
