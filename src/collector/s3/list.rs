//! What is in a bucket, page by page.

use super::super::Address;
use super::super::http::text;
use super::super::listed::settled_at;
use super::super::remote::{Entry, Failure, Outcome, Version};
use super::request::{ask, key};
use super::sign::encoded;
use super::xml::Element;
use crate::error::Error;
use crate::interrupt;
use chrono::DateTime;
use std::time::Duration;

/// Before each further try for a page: who lists for long meets a busy service once.
const PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(4)];

/// The objects below an address that ends in `/`. As in folders of this machine, what begins with a dot is left out.
pub fn below(address: &Address) -> Outcome<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let page = page(address, next.as_deref())?;
        if !page.is("ListBucketResult") {
            return Err(Failure::Lasting(
                Error::failed("the server did not answer as S3 does")
                    .help("check AWS_ENDPOINT_URL_S3: is it the address of an S3 service?"),
            ));
        }
        entries.extend(page.all("Contents").filter_map(|object| entry(address, object)));
        let is_last = page.all("IsTruncated").next().is_none_or(|_| page.text("IsTruncated") != Some("true"));
        let token = page.text("NextContinuationToken").map(str::to_owned);
        if is_last {
            return Ok(entries);
        }
        // Without an end or with the same page again there would be no end.
        if token.is_none() || token == next {
            return Err(Failure::Lasting(
                Error::failed("the service says that there is more, and not how to ask for it")
                    .help("list a folder with less in it"),
            ));
        }
        next = token;
    }
}

/// A page of the list.
fn page(address: &Address, next: Option<&str>) -> Outcome<Element> {
    let token = next.map(|next| format!("continuation-token={}&", encoded(next, false))).unwrap_or_default();
    let query = format!("{token}list-type=2&prefix={}", encoded(key(address), false));
    let mut pauses = PAUSES.iter();
    loop {
        let page = ask("GET", address, &query, &[]).and_then(text);
        match (page, pauses.next()) {
            (Err(Failure::Passing(_)), Some(time)) if next.is_some() => std::thread::sleep(*time),
            (page, _) => return Ok(Element::parse(&page?)?),
        }
        interrupt::check()?;
    }
}

/// An object of the list, unless it only stands for a folder.
fn entry(address: &Address, object: &Element) -> Option<Entry> {
    let full = object.text("Key")?;
    let mut folders: Vec<String> = full.strip_prefix(key(address))?.split('/').map(str::to_owned).collect();
    let name = folders.pop().filter(|name| !name.is_empty())?;
    if folders.iter().chain([&name]).any(|part| part.starts_with('.')) {
        return None;
    }
    folders.retain(|folder| !folder.is_empty());
    let written = object.text("LastModified").and_then(|time| DateTime::parse_from_rfc3339(time).ok());
    let version = Version {
        bytes: object.text("Size").and_then(|bytes| bytes.parse().ok()),
        // As it stands in the header of an object.
        etag: object.text("ETag").map(|etag| format!("\"{}\"", etag.trim_matches('"'))),
        modified_at: written.and_then(|time| settled_at(time.timestamp().checked_mul(1_000_000_000)?)),
    };
    Some(Entry { address: address.with_path(format!("/{full}")), folders, name, version })
}
