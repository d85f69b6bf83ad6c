//! What can go wrong with an FTP server, in the words of people, and what to do about it.

use super::super::Address;
use super::super::http::certificate;
use super::super::remote::Failure;
use crate::error::Error;
use std::io::ErrorKind;
use suppaftp::FtpError;
use suppaftp::types::Response;

/// Why no answer came, or not the one that was asked for.
pub fn trouble(address: &Address, error: FtpError) -> Failure {
    let host = address.host();
    match error {
        FtpError::ConnectionError(error) => io(address, &error),
        FtpError::SecureError(why) => Failure::Lasting(
            Error::failed(format!("no secure connection to {host}: {why}")).help("check the host in the address"),
        ),
        FtpError::UnexpectedResponse(answer) => refused(&answer, address.scheme() == "ftp"),
        _ => Failure::Passing(
            Error::failed(format!("{host} did not answer as an FTP server does"))
                .help("check the scheme and the port: ftp://, ftps:// (TLS from the start) or ftpes:// (TLS when asked)"),
        ),
    }
}

pub fn unknown_host(host: &str) -> Failure {
    Failure::Passing(
        Error::failed(format!("the host {host} is not known"))
            .help("check its name in the address, and the name service (DNS) of this machine"),
    )
}

fn io(address: &Address, error: &std::io::Error) -> Failure {
    let host = address.host();
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return match error {
            rustls::Error::InvalidMessage(_) if address.scheme() == "ftps" => Failure::Lasting(
                Error::failed(format!("{host} does not speak TLS from the start"))
                    .help("if it does when it is asked to, write ftpes:// in the place of ftps://"),
            ),
            error => certificate(host, error),
        };
    }
    let told = match error.kind() {
        ErrorKind::ConnectionRefused => Error::failed(format!("{host} refused the connection"))
            .help("is the server running, and the port right? Data come through ports of their own: does a firewall let them pass?"),
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Error::failed(format!("{host} did not answer in time"))
            .help("check the scheme and the port; data come through ports of their own: does a firewall let them pass?"),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            Error::failed(format!("{host} closed the connection"))
                .help("try again later; if it goes on, check the scheme and the port: ftp://, ftps:// (TLS from the start) or ftpes:// (TLS when asked)")
        }
        _ => Error::failed(format!("{host} cannot be reached: {error}"))
            .help("check the address, and the network of this machine"),
    };
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Failure::Lasting(told),
        _ => Failure::Passing(told),
    }
}

/// What a server said, on one line.
fn said(answer: &Response) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let line: String =
        text.lines().last().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    line.trim().to_owned()
}

/// The number that it begins with; the library knows some alone.
fn code(answer: &Response) -> u32 {
    said(answer).get(..3).and_then(|code| code.parse().ok()).unwrap_or_else(|| answer.status.code())
}

/// What to do where a plain connection is not enough.
const SECURE: &str = "write ftpes:// in the place of ftp://, so that the connection is secure";

/// Whether a server says that.
fn wants_tls(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    has(&["encrypt", "tls", "ssl", "secure"]) && has(&["require", "must", "need", "only", "force"])
}

/// Why a server does not let somebody in.
pub fn closed(address: &Address, login: &str, is_known: bool, answer: &Response) -> Failure {
    let (host, said) = (address.host(), said(answer));
    let entry = format!("machine {host} login USER password PASSWORD");
    let help = if address.scheme() == "ftp" && wants_tls(&said) {
        SECURE.to_owned()
    } else if is_known {
        format!("check the entry in ~/.netrc: {entry}")
    } else {
        format!("write the password to ~/.netrc, for the owner alone: {entry}")
    };
    Failure::Lasting(Error::failed(format!("the server does not let the user {login} in: {said}")).help(help))
}

/// Why there is no secure connection.
pub fn no_tls(host: &str, answer: &Response) -> Failure {
    Failure::Lasting(
        Error::failed(format!("{host} gives no secure connection when it is asked to: {}", said(answer)))
            .help("if it speaks TLS from the start, write ftps://; ftp:// is not secure: others can read passwords and data"),
    )
}

/// Why an answer is not what was asked for.
fn refused(answer: &Response, is_plain: bool) -> Failure {
    let said = said(answer);
    let (what, help) = match code(answer) {
        421 => ("the server takes no more connections", "try again later"),
        425 | 426 => (
            "the server could not open, or keep, the connection for data",
            "try again later; does a firewall let its ports pass?",
        ),
        400..=499 => ("the server has trouble of its own", "try again later, or ask who runs the server"),
        522 => (
            "the server wants the TLS session of its first connection for data too, and did not get it",
            "ask who runs the server to do without: require_ssl_reuse=NO in vsftpd, TLSOptions NoSessionReuseRequired in ProFTPD",
        ),
        521 | 534 => (
            "the server wants another kind of secure connection for data",
            "check the scheme: ftpes://, ftps:// or ftp://",
        ),
        530 | 550 if is_plain && wants_tls(&said) => ("the server wants a secure connection", SECURE),
        550 => (
            "no such file or folder, or the server does not allow it",
            "check the address; large and small letters differ; a path begins in the folder of the user, or behind // at the topmost one",
        ),
        530 => ("the server does not allow it", "check the user in the address and in ~/.netrc"),
        _ => ("the server refused", "look at it: curl -v ADDRESS"),
    };
    let error = Error::failed(format!("{what}: {said}")).help(help);
    match code(answer) {
        400..=499 => Failure::Passing(error),
        _ => Failure::Lasting(error),
    }
}
