//! Objects of S3, and of services that speak as it does: `s3://BUCKET/KEY`.

mod credentials;
mod list;
mod place;
mod profile;
mod service;
mod sign;
mod trouble;
mod xml;

use super::Address;
use super::http::answer::{is_packed, ranged, version};
use super::http::{ask_service, text};
use super::remote::{Collector, Entry, Failure, Opened, Outcome, Version};
use chrono::Utc;
use place::Place;
use profile::Profile;
use trouble::{Refusal, refused};
use ureq::Body;
use ureq::http::{Request, Response};

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

/// Asks for an object; or, with parameters, for what its bucket has.
fn ask(
    method: &str,
    address: &Address,
    query: &str,
    more: &[(&'static str, String)],
) -> Outcome<Response<Body>> {
    let profile = Profile::read()?;
    let place = Place::of(address, &profile)?;
    let credentials = credentials::find(&profile, &place.region)?;
    let key = if query.is_empty() { key(address) } else { "" };
    let path = place.path(key);
    let mut request = Request::builder().method(method).uri(place.url(&path, query));
    if let Some(credentials) = &credentials {
        let asked = sign::Asked { method, host: &place.host, path: &path, query };
        for (name, value) in sign::headers(&asked, credentials, &place.region, Utc::now())? {
            request = request.header(name, value);
        }
    }
    for (name, value) in more {
        request = request.header(*name, value);
    }
    let answer = ask_service(place.service(), request, (), None)?;
    let status = answer.status().as_u16();
    if matches!(status, 200 | 206) {
        return Ok(answer);
    }
    let region = answer.headers().get("x-amz-bucket-region").and_then(|region| region.to_str().ok());
    let region = region.map(str::to_owned);
    let body = text(answer).unwrap_or_default();
    let is_anonymous = credentials.is_none();
    Err(refused(address, &place, &Refusal { status, region: region.as_deref(), body: &body, is_anonymous }))
}

/// The key of the object at an address, or what the keys below it begin with.
fn key(address: &Address) -> &str {
    let path = address.raw_path();
    path.strip_prefix('/').unwrap_or(path)
}
