//! A connection to an FTP server, and what it is asked.

use super::super::Address;
use super::super::http::trusted;
use super::super::listed::settled_at;
use super::super::netrc::{self, Password};
use super::super::remote::{Failure, Outcome, Version};
use super::transfer::Transfer;
use super::trouble::{closed, no_tls, trouble, unknown_host};
use crate::error::{Error, Result};
use rustls::crypto::ring;
use rustls::{ClientConfig, StreamOwned};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use suppaftp::types::FileType;
use suppaftp::{
    FtpError, FtpResult, Mode, RustlsConnector, RustlsFtpStream, Status, TlsConnector, TlsStream,
};

/// How long a connection may take, and each piece of an answer.
const CONNECT: Duration = Duration::from_secs(20);
const ANSWER: Duration = Duration::from_secs(60);

/// A server that knows who asks.
pub struct Session {
    pub server: RustlsFtpStream,
    address: Address,
    /// The folder that addresses begin in.
    home: String,
}

impl Session {
    /// Connects to the server of an address, with the password that `~/.netrc` has for it.
    pub fn open(address: &Address) -> Outcome<Session> {
        let password = netrc::password(address)?;
        let is_known = password.is_some();
        let Password { login, password } = password.unwrap_or_else(|| Password {
            login: address.user().unwrap_or("anonymous").to_owned(),
            password: if address.user().is_none() { "anonymous@".to_owned() } else { String::new() },
        });
        if has_control(&login) || has_control(&password) {
            return Err(Failure::Lasting(
                Error::usage("a user or a password with a control character").help("look at ~/.netrc"),
            ));
        }
        let mut server = connect(address)?;
        server.login(login.as_str(), password.as_str()).map_err(|error| match &error {
            FtpError::UnexpectedResponse(answer) if matches!(answer.status.code(), 430 | 530..=532) => {
                closed(address, &login, is_known, answer)
            }
            _ => trouble(address, error),
        })?;
        server.transfer_type(FileType::Binary).map_err(|error| trouble(address, error))?;
        // There are servers that do not say where one is.
        let home = server.pwd().unwrap_or_default();
        Ok(Session { server, address: address.clone(), home })
    }

    /// The path of an address as its server knows it: below the folder where a user begins, or, behind `//`, below the
    /// topmost one.
    pub fn path(&self, address: &Address) -> Outcome<String> {
        let path = address.path();
        if has_control(&path) {
            return Err(Failure::Lasting(
                Error::usage("an address with a control character").help("check what stands behind each %"),
            ));
        }
        let path = path.strip_prefix('/').unwrap_or(&path);
        Ok(if path.starts_with('/') { path.to_owned() } else { join(&self.home, path) })
    }

    /// Whether there is a file. A server that does not tell is believed to have one where there is no folder.
    pub fn is_file(&mut self, path: &str) -> Outcome<bool> {
        match self.server.size(path) {
            Ok(_) => return Ok(true),
            Err(FtpError::UnexpectedResponse(_) | FtpError::BadResponse) => {}
            Err(error) => return Err(trouble(&self.address, error)),
        }
        match self.server.cwd(path) {
            Ok(()) => Ok(false),
            Err(error) => Err(trouble(&self.address, error)),
        }
    }

    /// What is told of a file, as far as the server does.
    pub fn version(&mut self, path: &str) -> Outcome<Version> {
        let bytes = self.server.size(path).map(|bytes| bytes as u64);
        let bytes = self.if_told(bytes)?;
        let written = self.server.mdtm(path).map(|time| time.and_utc().timestamp_nanos_opt());
        Ok(Version { bytes, etag: None, modified_at: self.if_told(written)?.flatten().and_then(settled_at) })
    }

    /// What a server answers, if it has an answer.
    fn if_told<T>(&self, answer: FtpResult<T>) -> Outcome<Option<T>> {
        match answer {
            Ok(told) => Ok(Some(told)),
            Err(FtpError::UnexpectedResponse(answer)) if (500..600).contains(&answer.status.code()) => {
                Ok(None)
            }
            Err(FtpError::BadResponse) => Ok(None),
            Err(error) => Err(trouble(&self.address, error)),
        }
    }

    /// Begins a transfer at the byte `from`, or at the start where the server can no other; tells which.
    pub fn retrieve(&mut self, path: &str, from: u64, bytes: Option<u64>) -> Outcome<(Transfer, u64)> {
        let told = |error| trouble(&self.address, error);
        let skipped = usize::try_from(from).map_err(|_| Error::failed("is too large for this machine"))?;
        self.server.resume_transfer(skipped).map_err(told)?;
        match self.server.retr_as_stream(path) {
            Ok(stream) => Ok((Transfer::new(stream, from, bytes), from)),
            Err(FtpError::UnexpectedResponse(answer))
                if from > 0 && matches!(answer.status.code(), 500..=504 | 554) =>
            {
                let stream = self.server.retr_as_stream(path).map_err(told)?;
                Ok((Transfer::new(stream, 0, bytes), 0))
            }
            Err(error) => Err(told(error)),
        }
    }
}

/// A path below a folder.
pub fn join(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_owned(),
        folder => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}

fn has_control(text: &str) -> bool {
    text.contains(char::is_control)
}

/// Connects, and makes the connection secure where the address wants that.
fn connect(address: &Address) -> Outcome<RustlsFtpStream> {
    let host = address.host().trim_matches(['[', ']']);
    let told = |error| trouble(address, error);
    let port = address.port().unwrap_or(if address.scheme() == "ftps" { 990 } else { 21 });
    let places: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(|_| unknown_host(host))?.collect();
    if address.scheme() == "ftps" {
        let server = RustlsFtpStream::connect_secure_implicit(&*places, Secure::new()?, host);
        let server = server.and_then(|mut server| {
            server.custom_command("PBSZ 0", &[Status::CommandOk])?;
            server.custom_command("PROT P", &[Status::CommandOk])?;
            Ok(server)
        });
        return Ok(prepared(server.map_err(told)?, &places));
    }
    let server = reach(&places).map_err(FtpError::ConnectionError);
    let server = server.and_then(RustlsFtpStream::connect_with_stream).map_err(told)?;
    let server = match address.scheme() {
        "ftpes" => server.into_secure(Secure::new()?, host).map_err(|error| match error {
            FtpError::UnexpectedResponse(answer) if answer.status.code() >= 500 => no_tls(host, &answer),
            error => told(error),
        })?,
        _ => server,
    };
    Ok(prepared(server, &places))
}

/// A connection whose data come from the same machine, whatever it says, and within the time.
fn prepared(mut server: RustlsFtpStream, places: &[SocketAddr]) -> RustlsFtpStream {
    server.set_mode(match places.iter().all(SocketAddr::is_ipv6) {
        true => Mode::ExtendedPassive,
        false => Mode::Passive,
    });
    server.set_passive_nat_workaround(true);
    server.passive_stream_builder(|place| reach(&[place]).map_err(FtpError::ConnectionError))
}

/// The first of some places that can be reached.
fn reach(places: &[SocketAddr]) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::other("its name leads nowhere");
    for place in places {
        match TcpStream::connect_timeout(place, CONNECT) {
            Ok(stream) => {
                limit(&stream)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn limit(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))
}

/// Makes connections secure. All of a session share their sessions of TLS, as some servers want it.
#[derive(Debug)]
struct Secure(RustlsConnector);

impl Secure {
    fn new() -> Result<Secure> {
        let failed = |error| Error::failed(format!("no TLS: {error}"));
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_root_certificates(trusted()?)
            .with_no_client_auth();
        Ok(Secure(RustlsConnector::from(Arc::new(config))))
    }
}

impl TlsConnector for Secure {
    type Stream = <RustlsConnector as TlsConnector>::Stream;

    fn connect(&self, host: &str, stream: TcpStream) -> FtpResult<Self::Stream> {
        limit(&stream).map_err(FtpError::ConnectionError)?;
        let mut stream = self.0.connect(host, stream)?;
        let StreamOwned { conn, sock } = stream.mut_ref();
        // What is wrong is told again when it is read from. Until then nothing waits for a server that has nothing to say.
        if conn.is_handshaking() && conn.complete_io(sock).is_err() {
            let _ = sock.shutdown(Shutdown::Both);
        }
        Ok(stream)
    }
}
