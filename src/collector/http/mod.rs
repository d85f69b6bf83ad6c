//! Files of web servers: `http://` and `https://`.

mod agent;
pub mod answer;
mod trouble;

use super::Address;
use super::netrc;
use super::remote::{Collector, Entry, Failure, Opened, Outcome, Version};
use crate::error::Error;
pub use agent::trusted;
use answer::{ranged, version};
use std::time::Duration;
pub use trouble::certificate;
use trouble::{refused, trouble};
use ureq::http::request::Builder;
use ureq::http::{Request, Response};
use ureq::{AsSendBody, Body};

/// Web servers.
pub struct Http;

impl Collector for Http {
    fn list(&self, address: &Address) -> Outcome<Vec<Entry>> {
        if address.is_folder() {
            return Err(Failure::Lasting(
                Error::usage("is a folder, and web servers do not list what is in theirs")
                    .help("name the files, one by one"),
            ));
        }
        let looked = ask("HEAD", address, |request| request).and_then(|answer| told(address, answer));
        // There are servers that only give, or that signed an address for nothing else: what is told then is told
        // before the first byte.
        let answer = match looked {
            Err(Failure::Lasting(_)) => told(address, ask("GET", address, |request| request)?),
            looked => looked,
        };
        let version = version(&answer?);
        let name = address.place().file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        Ok(vec![Entry { address: address.clone(), folders: Vec::new(), name, version }])
    }

    fn open(&self, address: &Address, from: u64, known: &Version) -> Outcome<Opened> {
        let answer = ask("GET", address, |request| match from {
            0 => request,
            from => {
                let request = request.header("Range", format!("bytes={from}-"));
                match known.etag.as_ref().filter(|etag| !etag.starts_with("W/")) {
                    Some(etag) => request.header("If-Range", etag),
                    None => request,
                }
            }
        })?;
        let answer = told(address, answer)?;
        let (from, version) = match answer.status().as_u16() {
            206 => ranged(&answer)?,
            _ => (0, version(&answer)),
        };
        let is_packed = answer::is_packed(&answer)?;
        Ok(Opened { reader: Box::new(answer.into_body().into_reader()), from, version, is_packed })
    }
}

/// Asks a server, and follows where it leads.
fn ask(method: &str, address: &Address, with: impl FnOnce(Builder) -> Builder) -> Outcome<Response<Body>> {
    let mut request = Request::builder().method(method).uri(url(address));
    if let Some(password) = netrc::password(address)? {
        request = request.header("Authorization", agent::basic(&password));
    }
    // What is packed already gains nothing by being packed once more.
    if !is_packed_file(address) {
        request = request.header("Accept-Encoding", "gzip");
    }
    let agent = agent::agent()?;
    let request = agent.configure_request(built(with(request), ())?).proxy(agent::proxy(address)?).build();
    agent.run(request).map_err(|error| trouble(address, error))
}

/// Asks a service over HTTP, and takes its answer as it is, wherever it leads. Proxies lead to `https://` alone if
/// the service is to answer within a time: it may be one of this machine.
pub fn ask_service<B: AsSendBody>(
    service: &Address,
    request: Builder,
    body: B,
    within: Option<Duration>,
) -> Outcome<Response<Body>> {
    let agent = agent::agent()?;
    let proxy = match within {
        Some(_) if service.scheme() == "http" => None,
        _ => agent::proxy(service)?,
    };
    let config = agent.configure_request(built(request, body)?).proxy(proxy).max_redirects(0);
    let config = match within {
        Some(time) => config.timeout_connect(Some(time)).timeout_global(Some(time)),
        None => config,
    };
    agent.run(config.build()).map_err(|error| trouble(service, error))
}

/// The text of an answer, if it is no longer than services give.
pub fn text(mut answer: Response<Body>) -> Outcome<String> {
    let read = answer.body_mut().with_config().limit(16 << 20).lossy_utf8(true).read_to_string();
    read.map_err(|error| Failure::Passing(Error::failed(format!("the answer cannot be read: {error}"))))
}

fn built<B>(request: Builder, body: B) -> Outcome<Request<B>> {
    request.body(body).map_err(|_| {
        Failure::Lasting(
            Error::usage("not an address that can be asked for").help(
                "check its characters: others than letters, digits and /-._~ are written as %20 and so on",
            ),
        )
    })
}

/// The answer, if it is what was asked for.
fn told(address: &Address, answer: Response<Body>) -> Outcome<Response<Body>> {
    match answer.status().as_u16() {
        200 | 206 => Ok(answer),
        status => Err(refused(address, status)),
    }
}

fn is_packed_file(address: &Address) -> bool {
    let path = address.path().to_ascii_lowercase();
    [".gz", ".zst", ".zip", ".bz2", ".xz", ".xlsx"].iter().any(|end| path.ends_with(end))
}

/// The address as a server is asked for it.
fn url(address: &Address) -> String {
    let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if address.raw_path().is_empty() { "/" } else { address.raw_path() };
    let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}://{}{port}{}{}", address.scheme(), address.host(), encoded(path), encoded(&query))
}

/// Text whose bytes that no address may have are written as `%` and two hexadecimal digits.
fn encoded(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!' | b'#'..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~' | b'[' | b']' => {
                url.push(char::from(byte))
            }
            byte => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::Location;

    #[test]
    fn an_address_is_asked_for_as_servers_know_it() {
        for (given, asked) in [
            ("http://h", "http://h/"),
            ("HTTPS://me@h:8443/a b/é%20.csv?x=ä&sig=s", "https://h:8443/a%20b/%C3%A9%20.csv?x=%C3%A4&sig=s"),
        ] {
            let Ok(Location::Remote(address)) = Location::from_arg(std::path::Path::new(given)) else {
                panic!()
            };
            assert_eq!(url(&address), asked);
        }
    }
}
