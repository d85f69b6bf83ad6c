//! Addresses of files of other machines. What is secret in one is used, and never shown.

use super::Secret;
use crate::error::{Error, Result};
use std::fmt;
use std::path::PathBuf;

/// Where a file of another machine is, or a folder.
#[derive(Clone, Eq, PartialEq)]
pub struct Address {
    scheme: String,
    user: Option<String>,
    host: String,
    port: Option<u16>,
    path: String,
    query: Option<String>,
    is_literal: bool,
    secret: Option<Secret>,
}

/// How addresses of a scheme are written.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    /// What stands behind the scheme, for help.
    pub form: &'static str,
    /// Whether `?`, `#` and `%` stand for themselves.
    pub is_literal: bool,
}

/// The scheme and the rest of an argument, if it is an address at all.
pub fn split(arg: &str) -> Option<(String, &str)> {
    let (scheme, rest) = arg.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

impl Address {
    /// The address of this scheme that goes on with `rest`.
    pub fn parse(scheme: &str, rest: &str, writing: Writing) -> Result<Address> {
        // Neither is repeated: they may hold a password.
        let broken =
            |what: &str, help: &str| Error::usage(format!("an address of {scheme}:// {what}")).help(help);
        let rest = if writing.is_literal { rest } else { rest.split('#').next().unwrap_or_default() };
        let (place, query) = match rest.split_once('?').filter(|_| !writing.is_literal) {
            Some((place, query)) => (place, Some(query.to_owned())),
            None => (rest, None),
        };
        let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err(broken(
                "with a password, which others could read in the list of processes",
                match scheme {
                    "sftp" => "leave it out: ssh shows a key in its place, from a file or from its agent",
                    _ => "leave it out, and write it to ~/.netrc: machine HOST login USER password PASSWORD",
                },
            ));
        }
        let (host, port) = match host.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
            Some((host, port)) => {
                let port = port.parse().map_err(|_| {
                    broken("whose port is no number", "write it as in HOST:8080, or leave it out")
                })?;
                (host, Some(port))
            }
            None => (host, None),
        };
        let has_space = |text: &str| text.contains(|c: char| c.is_whitespace() || c.is_control());
        if host.is_empty() || has_space(host) {
            return Err(broken("without a host", &format!("write it as {scheme}://{}", writing.form)));
        }
        let user = user.filter(|user| !user.is_empty());
        let no_user = || broken("whose user has a broken %", "write %25 for the character itself");
        let user = user.map(|user| text_of(user).ok_or_else(no_user)).transpose()?;
        Ok(Address {
            scheme: scheme.to_owned(),
            user,
            host: host.to_owned(),
            port,
            path: path.to_owned(),
            query,
            is_literal: writing.is_literal,
            secret: None,
        })
    }

    /// The scheme, in lower case.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The user, if the address names one.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The host, or the bucket.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if the address names one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The path as it stands in the address: with the `/` that it begins with, and percent-encoded if the way has
    /// that.
    pub fn raw_path(&self) -> &str {
        &self.path
    }

    /// What stands behind the `?`; it may be secret.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The path that a person would read, decoded.
    pub fn path(&self) -> String {
        let decoded = if self.is_literal { None } else { text_of(&self.path) };
        decoded.unwrap_or_else(|| self.path.clone())
    }

    /// Whether it is that of a folder.
    pub fn is_folder(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }

    /// The address of what lies below this one; `path` is as it stands in an address.
    pub fn with_path(&self, path: String) -> Address {
        Address { path, query: None, ..self.clone() }
    }

    /// The same, with what opens its server to its user.
    #[must_use]
    pub fn with_secret(self, secret: Secret) -> Address {
        Address { secret: Some(secret), ..self }
    }

    /// What opens its server to its user, if that was said. It goes before what is kept elsewhere.
    pub fn secret(&self) -> Option<&str> {
        self.secret.as_ref().map(Secret::text)
    }

    /// The address of what is in this folder, by its name. What would mean something else in an address is written as
    /// `%` and two digits.
    pub fn below(&self, name: &[u8]) -> Address {
        let mut path = self.path.clone();
        if !path.ends_with('/') {
            path.push('/');
        }
        for chunk in name.utf8_chunks() {
            for letter in chunk.valid().chars() {
                match letter {
                    '%' | '?' | '#' if !self.is_literal => {
                        path.push_str(&format!("%{:02X}", u32::from(letter)))
                    }
                    letter => path.push(letter),
                }
            }
            chunk.invalid().iter().for_each(|byte| path.push_str(&format!("%{byte:02X}")));
        }
        self.with_path(path)
    }

    /// The address as a path, for its names: without its query, decoded.
    pub fn place(&self) -> PathBuf {
        PathBuf::from(format!("{}{}", self.start(), self.path()))
    }

    /// What it begins with, up to the path.
    fn start(&self) -> String {
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{user}{}{port}", self.scheme, self.host)
    }

    /// The query without what signs or opens.
    fn open_query(&self) -> Option<String> {
        let parts: Vec<&str> = self.query.as_deref()?.split('&').filter(|part| !part.is_empty()).collect();
        let name = |part: &str| {
            let name = part.split('=').next().unwrap_or_default();
            text_of(name).unwrap_or_else(|| name.to_owned()).to_ascii_lowercase()
        };
        let is_signed = parts.iter().any(|part| is_secret(&name(part)));
        let open: Vec<&str> = parts
            .into_iter()
            .filter(|part| !(is_secret(&name(part)) || is_signed && is_of_signature(&name(part))))
            .collect();
        (!open.is_empty()).then(|| open.join("&"))
    }
}

/// Whether the part of a query of this name signs it, or opens what is closed.
fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["token", "secret", "signature", "passw", "pwd", "auth", "credential", "session", "apikey"];
    name.starts_with("x-amz-")
        || name.starts_with("x-goog-")
        || matches!(
            name,
            "sig" | "sign" | "key" | "code" | "jwt" | "pass" | "awsaccesskeyid" | "googleaccessid"
        )
        || name.ends_with("_key")
        || name.ends_with("-key")
        || name.starts_with("sign")
        || WORDS.iter().any(|word| name.contains(word))
}

/// Whether it says for whom and how long a signature holds, and so is another each time.
fn is_of_signature(name: &str) -> bool {
    matches!(name, "expires" | "expiry" | "policy" | "key-pair-id")
        || matches!(
            name,
            "se" | "st"
                | "sp"
                | "sv"
                | "sr"
                | "spr"
                | "sip"
                | "skoid"
                | "sktid"
                | "skt"
                | "ske"
                | "sks"
                | "skv"
        )
}

/// Without secrets, for people and for the ledger.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.start(), self.path)?;
        match self.open_query() {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

fn text_of(text: &str) -> Option<String> {
    String::from_utf8(decoded(text)?).ok()
}

/// Bytes, some of which are written as `%` and two hexadecimal digits.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?),
            byte => bytes.push(byte),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<Address> {
        let (scheme, rest) = split(address).unwrap();
        Address::parse(&scheme, rest, Writing { form: "HOST/NAME", is_literal: scheme == "s3" })
    }

    #[test]
    fn an_address_has_parts() {
        let address = parse("HTTPS://me%40home@[::1]:8443/a%20b/movies.csv?day=1#top").unwrap();
        assert_eq!(address.scheme(), "https");
        assert_eq!((address.user(), address.host(), address.port()), (Some("me@home"), "[::1]", Some(8443)));
        assert_eq!((address.raw_path(), address.path().as_str()), ("/a%20b/movies.csv", "/a b/movies.csv"));
        assert_eq!(address.query(), Some("day=1"));
        assert_eq!(address.place().file_name().unwrap(), "movies.csv");
        let object = parse("s3://bucket/a%20b?#.csv").unwrap();
        assert_eq!((object.path().as_str(), object.query()), ("/a%20b?#.csv", None));
        assert!(!address.is_folder() && parse("http://host").unwrap().is_folder());
    }

    #[test]
    fn what_is_in_a_folder_has_an_address() {
        let folder = parse("ftp://me@h/in?x").unwrap();
        let file = folder.below(b"a/").below(b"100% #1?.csv");
        assert_eq!(file.to_string(), "ftp://me@h/in/a/100%25 %231%3F.csv");
        assert_eq!(file.path(), "/in/a/100% #1?.csv");
    }

    #[test]
    fn what_signs_is_not_shown() {
        for (given, shown) in [
            ("https://h/m.csv?v=3", "https://h/m.csv?v=3"),
            ("https://h/m.csv?v=3&Expires=9", "https://h/m.csv?v=3&Expires=9"),
            ("https://h/m.csv?X-Amz-Signature=s&X-Amz-Date=d&v=3", "https://h/m.csv?v=3"),
            ("https://h/m.csv?x%2Damz-security-token=s", "https://h/m.csv"),
            ("https://h/m.csv?sv=1&se=2&sig=s", "https://h/m.csv"),
            ("https://h/m.csv?access_token=s&Expires=9", "https://h/m.csv"),
            ("https://h/m.csv?api_key=s&format=csv", "https://h/m.csv?format=csv"),
        ] {
            let address = parse(given).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(format!("{address:?}"), format!("Address({shown})"));
        }
    }

    #[test]
    fn a_secret_goes_with_what_lies_below_and_is_not_shown() {
        let address = parse("http://me@h/in/").unwrap().with_secret(Secret::new("hush"));
        let below = address.with_path("/in/movies.csv".to_owned());
        assert_eq!(below.secret(), Some("hush"));
        assert!(!format!("{below} {below:?} {:?} {:?}", below.place(), below.secret).contains("hush"));
    }

    #[test]
    fn broken_addresses_are_told_without_a_word_of_theirs() {
        for arg in [
            "https://me:secret@host/x.csv",
            "http://host:secret/x.csv",
            "http:///secret",
            "http://secret host/x",
            "http://%zz@host/secret",
        ] {
            let error = parse(arg).unwrap_err();
            assert_eq!(error.kind().exit_code(), 2, "{arg}");
            assert!(!error.to_string().contains("secret"), "{error}");
            assert!(error.remedy().is_some(), "{error}");
        }
    }
}
