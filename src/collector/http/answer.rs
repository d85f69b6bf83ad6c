//! What a web server tells of a file.

use super::super::listed::settled_at;
use super::super::remote::{Failure, Outcome, Version};
use crate::error::Error;
use chrono::DateTime;
use ureq::Body;
use ureq::http::Response;

fn header<'a>(answer: &'a Response<Body>, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok().map(str::trim)
}

/// What tells the file from another.
pub fn version(answer: &Response<Body>) -> Version {
    let written = header(answer, "Last-Modified").and_then(|time| DateTime::parse_from_rfc2822(time).ok());
    Version {
        bytes: header(answer, "Content-Length").and_then(|length| length.parse().ok()),
        etag: header(answer, "ETag").filter(|etag| etag.len() > 2).map(str::to_owned),
        modified_at: written.and_then(|time| time.timestamp_nanos_opt()).and_then(settled_at),
    }
}

/// The byte that a part of a file begins with, and what tells the file from another.
pub fn ranged(answer: &Response<Body>) -> Outcome<(u64, Version)> {
    // As in "bytes 1000-1999/2000", or with * for a length that is not known.
    let told = header(answer, "Content-Range").and_then(|range| {
        let (range, all) = range.strip_prefix("bytes ")?.split_once('/')?;
        Some((range.split('-').next()?.parse().ok()?, all.parse().ok()))
    });
    let (from, bytes) = told.ok_or_else(|| {
        Failure::Lasting(
            Error::failed("the server gave a part of the file, and did not say which")
                .help("fetch the file by other means"),
        )
    })?;
    Ok((from, Version { bytes, ..version(answer) }))
}

/// Whether it was packed on the way.
pub fn is_packed(answer: &Response<Body>) -> Outcome<bool> {
    match header(answer, "Content-Encoding").map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(other) => Err(Failure::Lasting(
            Error::failed(format!("the server packed it with {other}, which was not asked for"))
                .help("fetch it first, unpack it, then name the file"),
        )),
    }
}
