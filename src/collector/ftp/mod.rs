//! Files of FTP servers: `ftp://`; with TLS from the start, `ftps://`; with TLS that is asked for, `ftpes://`.

mod folder;
mod session;
mod transfer;
mod trouble;

use super::Address;
use super::remote::{Collector, Entry, Failure, Opened, Outcome, Version};
use crate::error::Error;
use session::Session;

/// FTP servers.
pub struct Ftp;

impl Collector for Ftp {
    fn list(&self, address: &Address) -> Outcome<Vec<Entry>> {
        let mut session = Session::open(address)?;
        let path = session.path(address)?;
        if !address.is_folder() && session.is_file(&path)? {
            let name = address.place().file_name().map(|name| name.to_string_lossy().into_owned());
            let version = session.version(&path)?;
            let name = name.unwrap_or_default();
            return Ok(vec![Entry { address: address.clone(), folders: Vec::new(), name, version }]);
        }
        folder::list(&mut session, address, &path)
    }

    fn open(&self, address: &Address, from: u64, _: &Version) -> Outcome<Opened> {
        if address.is_folder() {
            return Err(Failure::Lasting(
                Error::usage("is a folder").help("name a file; scli sync takes what is in a folder"),
            ));
        }
        let mut session = Session::open(address)?;
        let path = session.path(address)?;
        let version = session.version(&path)?;
        let (reader, from) = session.retrieve(&path, from, version.bytes)?;
        Ok(Opened { reader: Box::new(reader), from, version, is_packed: false })
    }
}
