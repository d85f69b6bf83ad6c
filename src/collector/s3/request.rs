//! What a bucket is asked.

use super::super::Address;
use super::super::http::{ask_service, text};
use super::super::remote::Outcome;
use super::credentials;
use super::place::Place;
use super::profile::Profile;
use super::sign;
use super::trouble::{Refusal, refused};
use chrono::Utc;
use ureq::Body;
use ureq::http::{Request, Response};

/// Asks for an object; or, with parameters, for what its bucket has.
pub fn ask(
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
pub fn key(address: &Address) -> &str {
    let path = address.raw_path();
    path.strip_prefix('/').unwrap_or(path)
}
