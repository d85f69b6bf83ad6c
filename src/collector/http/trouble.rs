//! What can go wrong with a web server, in the words of people, and what to do about it.

use super::super::Address;
use super::super::remote::Failure;
use crate::error::Error;
use rustls::CertificateError;
use std::io::ErrorKind;
use ureq::Timeout;

/// Why no answer came.
pub fn trouble(address: &Address, error: ureq::Error) -> Failure {
    let host = address.host();
    let at_network = "check the address, and the network of this machine";
    match error {
        ureq::Error::HostNotFound => unknown_host(host),
        ureq::Error::Io(error) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(error) => certificate(host, error),
                None => io(host, &error),
            }
        }
        ureq::Error::Rustls(error) => certificate(host, &error),
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => Failure::Lasting(
            Error::failed(format!("{host} cannot be reached: no connection in time")).help(at_network),
        ),
        ureq::Error::Timeout(_) => Failure::Lasting(
            Error::failed(format!("{host} did not answer in time"))
                .help("try again later, or ask who runs the server"),
        ),
        ureq::Error::TooManyRedirects => Failure::Lasting(
            Error::failed("the server leads from one address to the next, without an end")
                .help("look where it leads: curl -ILs ADDRESS"),
        ),
        ureq::Error::ConnectProxyFailed(why) => Failure::Lasting(
            Error::failed(format!("the proxy does not connect to {host}: {why}"))
                .help("look at the environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY"),
        ),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Failure::Lasting(
            Error::usage("not an address that can be asked for").help("check how it is written"),
        ),
        error => Failure::Passing(
            Error::failed(format!("{host} did not answer as a web server does: {error}"))
                .help("check the scheme and the port: https:// or http://"),
        ),
    }
}

fn unknown_host(host: &str) -> Failure {
    Failure::Passing(
        Error::failed(format!("the host {host} is not known"))
            .help("check its name in the address, and the name service (DNS) of this machine"),
    )
}

fn io(host: &str, error: &std::io::Error) -> Failure {
    let told = match error.kind() {
        ErrorKind::ConnectionRefused => Error::failed(format!("{host} refused the connection"))
            .help("is the server running, and the port right?"),
        _ if error.to_string().contains("failed to lookup") => return unknown_host(host),
        ErrorKind::InvalidData => {
            Error::failed(format!("{host} did not answer as a web server does: {error}"))
                .help("check the scheme and the port: https:// or http://")
        }
        _ => Error::failed(format!("{host} cannot be reached: {error}"))
            .help("check the address, and the network of this machine"),
    };
    Failure::Passing(told)
}

/// What is wrong with a server's certificate, or with its TLS.
pub fn certificate(host: &str, error: &rustls::Error) -> Failure {
    let why = match error {
        rustls::Error::InvalidCertificate(why) => why,
        other => {
            return Failure::Lasting(
                Error::failed(format!("no secure connection to {host}: {other}"))
                    .help("check the scheme and the port; does the server speak TLS 1.2 or 1.3?"),
            );
        }
    };
    let (what, help) = match why {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ("is that of another host", "check the name in the address; nothing was read")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("has expired", "ask who runs the server to renew it; or check the clock of this machine")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("is not valid yet", "check the clock of this machine")
        }
        CertificateError::UnknownIssuer => (
            "is signed by somebody who is not trusted",
            "if it is your own authority's, name its certificate: SSL_CERT_FILE=ca.pem",
        ),
        CertificateError::Revoked => ("was revoked", "ask who runs the server"),
        _ => {
            return Failure::Lasting(
                Error::failed(format!("the certificate of {host} is not valid: {why}"))
                    .help("ask who runs the server"),
            );
        }
    };
    Failure::Lasting(Error::failed(format!("the certificate of {host} {what}")).help(help))
}

/// Why an answer is not the file.
pub fn refused(address: &Address, status: u16) -> Failure {
    let host = address.host();
    let netrc =
        format!("write it to ~/.netrc, for the owner alone: machine {host} login USER password PASSWORD");
    let (what, help) = match status {
        401 if address.secret().is_some() => (
            "401: the server does not take this user with this secret",
            "check the user in the url, and what secret leads to in scli.toml".to_owned(),
        ),
        401 => ("401: the server wants a user and a password", netrc),
        403 => (
            "403: the server does not allow it",
            "check who may read it; an address that is signed holds for a time".to_owned(),
        ),
        404 => ("404: no such file", "check the address; large and small letters differ".to_owned()),
        407 => (
            "407: the proxy wants a user and a password",
            "write them into HTTPS_PROXY or HTTP_PROXY".to_owned(),
        ),
        410 => ("410: the file is gone", "ask who runs the server".to_owned()),
        416 => (
            "416: the file is shorter than it was",
            "load it again when its sender is done with it".to_owned(),
        ),
        429 => ("429: the server has had too many requests", "try again later, and less often".to_owned()),
        500..=599 => {
            let what = format!("{status}: the server has trouble of its own");
            return Failure::Passing(Error::failed(what).help("try again later, or ask who runs the server"));
        }
        status => {
            return Failure::Lasting(
                Error::failed(format!("the server answered with {status}"))
                    .help("look at it: curl -ILs ADDRESS"),
            );
        }
    };
    let error = Error::failed(what).help(help);
    match status {
        429 => Failure::Passing(error),
        _ => Failure::Lasting(error),
    }
}
