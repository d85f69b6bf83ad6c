//! Addresses on the command line: one of `file://` is a path; no other is read in this version.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// The path that an argument names: itself, or that of a `file://` address.
pub fn path_of(arg: &Path) -> Result<PathBuf> {
    let address = arg.to_str().and_then(|arg| arg.split_once("://"));
    let Some((scheme, rest)) = address.filter(|(scheme, _)| is_scheme(scheme)) else {
        return Ok(arg.to_owned());
    };
    match scheme.to_ascii_lowercase().as_str() {
        "file" => local(rest),
        // Only the scheme is repeated: what follows may hold a password.
        scheme => Err(Error::usage(format!(
            "scli reads files; {scheme}:// addresses are not supported in this version"
        ))
        .help(instead(scheme))),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// How to come by the file without scli.
fn instead(scheme: &str) -> String {
    let fetch = match scheme {
        "http" | "https" | "ftp" | "ftps" | "sftp" | "scp" => "curl -fsSL ADDRESS",
        "s3" => "aws s3 cp ADDRESS -",
        "gs" => "gcloud storage cat ADDRESS",
        "kafka" => return "topics are read by: scli consume --model MODEL --config ADDRESS".to_owned(),
        _ => return "fetch the file first, then name its path".to_owned(),
    };
    format!(
        "fetch it first, then name the file; or pipe it in: \
         {fetch} | scli load --model MODEL --collector csv --config -"
    )
}

/// The path behind `file://`, on this machine.
fn local(rest: &str) -> Result<PathBuf> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(Error::usage("a file:// address of another machine, or without a whole path")
            .help("write it as file:///folder/name, or just the path"));
    }
    let decoded = decoded(path.as_bytes()).ok_or_else(|| {
        Error::usage("a file:// address with a % that two hexadecimal digits do not follow")
            .help("write %25 for the character itself, or just the path")
    })?;
    path_from(decoded)
}

/// Bytes, some of which are written as `%` and two hexadecimal digits.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?),
            byte => bytes.push(*byte),
        }
    }
    Some(bytes)
}

#[cfg(unix)]
fn path_from(bytes: Vec<u8>) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_from(bytes: Vec<u8>) -> Result<PathBuf> {
    let path = String::from_utf8(bytes).map_err(|_| Error::usage("a file:// address that is not UTF-8"))?;
    // As in file:///C:/folder/name.
    let drive = path.strip_prefix('/').filter(|path| path.get(1..2) == Some(":"));
    Ok(PathBuf::from(drive.unwrap_or(&path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(arg: &str) -> Result<PathBuf> {
        path_of(Path::new(arg))
    }

    #[test]
    fn paths_and_addresses_of_files_are_paths() {
        for (arg, expected) in [
            ("a/b.csv", "a/b.csv"),
            ("file:///srv/b.csv", "/srv/b.csv"),
            ("FILE://localhost/srv/b.csv", "/srv/b.csv"),
            ("file:///srv/a%20b%C3%A9%25.csv", "/srv/a bé%.csv"),
            ("://x", "://x"),
            ("a b://x", "a b://x"),
        ] {
            assert_eq!(path(arg), Ok(PathBuf::from(expected)));
        }
    }

    #[test]
    fn other_addresses_are_told_without_a_word_of_their_passwords() {
        for arg in [
            "s3://secret/key",
            "HTTPS://me:secret@host/x.csv",
            "kafka://secret:9092/t",
            "odd+x://secret",
            "file://secret/x",
            "file:secret://x",
            "file:///secret%2",
        ] {
            if let Err(error) = path(arg) {
                assert_eq!(error.kind().exit_code(), 2, "{arg}");
                assert!(!error.to_string().contains("secret"), "{error}");
                assert!(error.remedy().is_some(), "{error}");
            } else {
                assert_eq!(arg, "file:secret://x");
            }
        }
    }
}
