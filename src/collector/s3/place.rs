//! Where a bucket is asked for.

use super::super::{Address, way};
use super::profile::{Profile, switch, variable};
use super::sign::encoded;
use crate::error::{Error, Result};

/// A bucket, and the service that has it.
pub struct Place {
    /// The service, with the bucket in its host or its path.
    base: Address,
    /// Its host, as servers are told it.
    pub host: String,
    /// The region that requests are signed for.
    pub region: String,
}

impl Place {
    /// The bucket of an address.
    pub fn of(address: &Address, profile: &Profile) -> Result<Place> {
        let bucket = address.host();
        if address.user().is_some() || address.port().is_some() {
            return Err(Error::usage("an address of s3:// has a bucket and a key, and nothing else").help(
                "credentials and the service are named in the environment: AWS_PROFILE, AWS_ENDPOINT_URL_S3",
            ));
        }
        let is_bucket = bucket.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !is_bucket {
            return Err(Error::usage(format!("no bucket has the name {bucket}"))
                .help("names of buckets have letters, digits, - and . alone"));
        }
        let region = region(profile);
        let own = variable("AWS_ENDPOINT_URL_S3").or_else(|| variable("AWS_ENDPOINT_URL"));
        let own = own.or_else(|| profile.get("endpoint_url").map(str::to_owned));
        let style = profile.get("s3.addressing_style");
        let is_virtual = switch("AWS_VIRTUAL_HOSTING").or(match style {
            Some("virtual") => Some(true),
            Some("path") => Some(false),
            _ => None,
        });
        // A certificate for *.s3.amazonaws.com does not hold for a name with a dot in it.
        let is_virtual = is_virtual.unwrap_or(own.is_none() && !bucket.contains(['.', '_']));
        let service = match &own {
            Some(own) => own.trim_end_matches('/').to_owned(),
            None => format!("https://{}", amazon("s3", &region)),
        };
        let (scheme, rest) = match super::super::address::split(&service) {
            Some((scheme, rest)) if matches!(scheme.as_str(), "http" | "https") => (scheme, rest),
            _ => {
                return Err(Error::usage("the address of the S3 service is none of http:// or https://")
                    .help("write AWS_ENDPOINT_URL_S3 as in https://HOST or http://127.0.0.1:9000"));
            }
        };
        let rest = match is_virtual {
            true => format!("{bucket}.{rest}"),
            false => format!("{rest}/{bucket}"),
        };
        let base = way::address(&scheme, &rest)?;
        let usual = if scheme == "https" { 443 } else { 80 };
        let port = base.port().filter(|port| *port != usual).map(|port| format!(":{port}"));
        let host = format!("{}{}", base.host(), port.unwrap_or_default());
        Ok(Place { base, host, region })
    }

    /// The service, for its scheme and its host.
    pub fn service(&self) -> &Address {
        &self.base
    }

    /// The path of a key, encoded; that of the bucket itself if the key is empty.
    pub fn path(&self, key: &str) -> String {
        let base = self.base.raw_path();
        match (base, key) {
            ("", key) => format!("/{}", encoded(key, true)),
            (base, "") => base.to_owned(),
            (base, key) => format!("{base}/{}", encoded(key, true)),
        }
    }

    /// The address that is asked for a path with parameters.
    pub fn url(&self, path: &str, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}://{}{path}{mark}{query}", self.base.scheme(), self.host)
    }
}

/// The region that is meant.
pub fn region(profile: &Profile) -> String {
    let own = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    own.or_else(|| profile.get("region").map(str::to_owned)).unwrap_or_else(|| "us-east-1".to_owned())
}

/// The host of one of Amazon's services.
pub fn amazon(service: &str, region: &str) -> String {
    let end = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("{service}.{region}.amazonaws.com{end}")
}
