//! Objects of S3, and of services that speak as it does: `s3://BUCKET/KEY`.

mod credentials;
mod list;
mod place;
mod profile;
mod request;
mod service;
mod sign;
mod trouble;
mod xml;

use super::Address;
use super::http::answer::{is_packed, ranged, version};
use super::remote::{Collector, Entry, Failure, Opened, Outcome, Version};
use request::ask;

/// Buckets.
pub struct S3;

impl Collector for S3 {
    fn list(&self, address: &Address) -> Outcome<Vec<Entry>> {
        if address.is_folder() {
            return list::below(address);
        }
        // To a HEAD no reason is told why not.
        let version = match ask("HEAD", address, "", &[]) {
            Ok(answer) => version(&answer),
            Err(failure @ Failure::Passing(_)) => return Err(failure),
            Err(Failure::Lasting(_)) => self.open(address, 0, &Version::default())?.version,
        };
        let name = address.place().file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        Ok(vec![Entry { address: address.clone(), folders: Vec::new(), name, version }])
    }

    fn open(&self, address: &Address, from: u64, known: &Version) -> Outcome<Opened> {
        let mut headers = Vec::new();
        if from > 0 {
            headers.push(("Range", format!("bytes={from}-")));
            headers.extend(known.etag.clone().map(|etag| ("If-Match", etag)));
        }
        let answer = ask("GET", address, "", &headers)?;
        let (from, version) = match answer.status().as_u16() {
            206 => ranged(&answer)?,
            _ => (0, version(&answer)),
        };
        let is_packed = is_packed(&answer)?;
        Ok(Opened { reader: Box::new(answer.into_body().into_reader()), from, version, is_packed })
    }
}
