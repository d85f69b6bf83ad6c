//! Files of other machines, as sources like any other.

use super::remote::Entry;
use super::{Address, Source, resuming, way};
use crate::error::Result;
use crate::interrupt::{self, Heeding};
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// Opens a file of another machine.
pub fn open(address: &Address) -> Result<Source> {
    let reader = resuming::open(way::collector(address)?, address).map_err(|error| error.at(address))?;
    let (version, is_packed) = (reader.version().clone(), reader.is_packed());
    let size = version.bytes.filter(|_| !is_packed);
    let reader: Box<dyn Read + Send> = match is_packed {
        true => Box::new(Heeding(MultiGzDecoder::new(reader))),
        false => Box::new(Heeding(reader)),
    };
    Ok(Source { reader, size, version: Some(version) })
}

/// The files at and below an address.
pub fn list(address: &Address) -> Result<Vec<Entry>> {
    let collector = way::collector(address)?;
    let asked = address.clone();
    resuming::asked(move || collector.list(&asked)).map_err(|error| {
        if interrupt::requested() {
            collector.leave();
        }
        error.at(address)
    })
}
