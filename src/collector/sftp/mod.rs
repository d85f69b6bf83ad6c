//! Files of SSH servers: `sftp://`, through the OpenSSH of the user, so that its keys, agent, known hosts and jump hosts
//! are those of `ssh`.

mod packet;
mod reading;
mod session;
mod ssh;
mod trouble;

use super::Address;
use super::address::decoded;
use super::remote::{Collector, Entry, Failure, Opened, Outcome, Version};
use crate::error::Error;
use reading::Reading;
use session::{Kind, Session};

/// How far below the listed folder another may be.
const DEPTH: usize = 40;

/// SSH servers.
pub struct Sftp;

impl Collector for Sftp {
    fn list(&self, address: &Address) -> Outcome<Vec<Entry>> {
        let path = path(address)?;
        let mut session = Session::open(address)?;
        let root = session.look(&path)?;
        if root.kind == Kind::Folder {
            return list(&mut session, address, path);
        }
        let name = address.place().file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        Ok(vec![Entry { address: address.clone(), folders: Vec::new(), name, version: root.version() }])
    }

    fn open(&self, address: &Address, from: u64, _: &Version) -> Outcome<Opened> {
        let path = path(address)?;
        let mut session = Session::open(address)?;
        if session.look(&path)?.kind == Kind::Folder {
            return Err(Failure::Lasting(
                Error::usage("is a folder").help("name a file; scli sync takes what is in a folder"),
            ));
        }
        let handle = session.open_file(&path)?;
        let version = session.look_at(&handle)?.version();
        let reader = Box::new(Reading::new(session, handle, from));
        Ok(Opened { reader, from, version, is_packed: false })
    }

    fn leave(&self) {
        ssh::end_all();
    }
}

/// The files in a folder and below. Hidden ones are left out, and so are folders that are links.
fn list(session: &mut Session, address: &Address, path: Vec<u8>) -> Outcome<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut folders = vec![(address.clone(), path, Vec::new())];
    while let Some((at, path, above)) = folders.pop() {
        if above.len() > DEPTH {
            return Err(Failure::Lasting(
                Error::failed(format!("has folders in folders, more than {DEPTH} of them"))
                    .help("name a folder further down"),
            ));
        }
        for (name, mut told) in session.read_folder(&path)? {
            if name.starts_with(b".") || name.contains(&b'/') {
                continue;
            }
            let below = [path.strip_suffix(b"/").unwrap_or(&path), b"/", &name].concat();
            let shown = String::from_utf8_lossy(&name).into_owned();
            if told.kind == Kind::Link {
                match session.look(&below) {
                    Ok(target) if target.kind == Kind::File => told = target,
                    // A link that leads nowhere, to a folder, or to what may not be looked at.
                    Ok(_) | Err(Failure::Lasting(_)) => continue,
                    Err(failure) => return Err(failure),
                }
            }
            match told.kind {
                Kind::Folder => {
                    let above = [&above[..], &[shown]].concat();
                    folders.push((at.below(&[&name[..], b"/"].concat()), below, above));
                }
                Kind::File => entries.push(Entry {
                    address: at.below(&name),
                    folders: above.clone(),
                    name: shown,
                    version: told.version(),
                }),
                Kind::Link | Kind::Other => {}
            }
        }
    }
    Ok(entries)
}

/// The path of an address as its server knows it: from the topmost folder, or, behind `/~/`, from that of the user.
fn path(address: &Address) -> Outcome<Vec<u8>> {
    let path = decoded(address.raw_path()).filter(|path| !path.contains(&0)).ok_or_else(|| {
        Error::usage("an address with a % that two hexadecimal digits do not follow")
            .help("write %25 for the character itself")
    })?;
    Ok(match path.strip_prefix(b"/~") {
        Some(b"" | b"/") => b".".to_vec(),
        Some([b'/', rest @ ..]) => rest.to_vec(),
        _ if path.is_empty() => b"/".to_vec(),
        _ => path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::way;

    #[test]
    fn a_path_is_whole_or_of_the_user() {
        for (given, expected) in [
            ("h", "/"),
            ("h/srv/a%20b.csv", "/srv/a b.csv"),
            ("h/~/in/x", "in/x"),
            ("h/~", "."),
            ("h/~/", "."),
            ("h/~you/x", "/~you/x"),
        ] {
            assert_eq!(path(&way::address("sftp", given).unwrap()).unwrap(), expected.as_bytes());
        }
        assert!(path(&way::address("sftp", "h/%zz").unwrap()).is_err());
    }
}
