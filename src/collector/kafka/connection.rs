//! A connection to one broker: requests, and the answers to them.

use super::address::told;
use super::failure::{BROKERS, Failure, Result, check};
use super::messages::{AUTHENTICATE, Call, ENDS, FETCH, HANDSHAKE, METADATA, VERSIONS, Versions};
use super::sasl;
use super::security::{Login, Mechanism, Security, Tls};
use super::wire::{Reader, Writer};
use crate::error::Error;
use crate::interrupt;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a broker may take to be reached, and for an answer beyond what it is told to wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether a signal came.
const LOOK: Duration = Duration::from_millis(100);

/// The longest answer: sixteen times what is asked for, since one batch may be larger than that.
const LONGEST: usize = 256 << 20;

/// How scli calls itself.
const NAME: &str = "scli";

/// A connection that is signed in.
pub struct Connection {
    stream: Stream,
    /// The number of the last request.
    last: i32,
    versions: Versions,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Connection {
    /// Reaches a broker, signs in, and sees whether it takes the requests that scli makes.
    pub fn open(host: &(String, u16), security: &Security) -> Result<Connection> {
        Connection::begin(host, security).map_err(|failure| failure.at(told(host)))
    }

    fn begin(host: &(String, u16), security: &Security) -> Result<Connection> {
        let stream = Stream::open(host, security.tls.as_ref())?;
        let mut connection = Connection { stream, last: 0, versions: Versions::none() };
        let answer = connection.ask(VERSIONS, &[], Duration::ZERO).map_err(|failure| match failure {
            Failure::Away(why) if security.tls.is_none() => {
                Failure::Away(format!("{why}; is it a broker, and does it want --tls?"))
            }
            other => other,
        })?;
        connection.versions = Versions::read(&answer)?;
        if let Some(call) = [METADATA, ENDS, FETCH].into_iter().find(|call| !connection.takes(*call)) {
            let what = format!("does not take version {} of request {}", call.version, call.number);
            return Err(Failure::Final(Error::failed(what).help(BROKERS)));
        }
        if let Some(login) = &security.login {
            connection.sign_in(login)?;
        }
        Ok(connection)
    }

    /// Whether the broker takes a request.
    pub fn takes(&self, call: Call) -> bool {
        self.versions.takes(call)
    }

    /// Asks something, and waits for the answer; `wait` is how long the broker was told to wait.
    pub fn ask(&mut self, call: Call, body: &[u8], wait: Duration) -> Result<Vec<u8>> {
        self.send(call, body)?;
        self.answer(call, wait)
    }

    /// Asks something.
    pub fn send(&mut self, call: Call, body: &[u8]) -> Result<()> {
        self.last = self.last.wrapping_add(1);
        let mut head = Writer::default();
        head.i16(call.number).i16(call.version).i32(self.last).text(NAME);
        let mut head = head.done();
        if call.compact {
            head.push(0); // no tags
        }
        let mut request = Writer::default();
        let request = request.i32((head.len() + body.len()) as i32).raw(&head).raw(body).done();
        self.stream.write(&request, Instant::now() + PATIENCE)
    }

    /// Waits for the answer to what was asked last.
    pub fn answer(&mut self, call: Call, wait: Duration) -> Result<Vec<u8>> {
        let until = Instant::now() + wait + PATIENCE;
        let mut head = [0; 8];
        self.stream.read(&mut head, until)?;
        let mut reader = Reader::new(&head);
        let (length, number) = (reader.i32()?, reader.i32()?);
        let length = usize::try_from(length).ok().and_then(|length| length.checked_sub(4));
        let length = length.filter(|length| *length <= LONGEST && number == self.last);
        let length = length.ok_or_else(super::wire::cut_off)?;
        let mut body = vec![0; length];
        self.stream.read(&mut body, until)?;
        if call.compact {
            // The header has tags as well.
            let mut reader = Reader::compact(&body);
            reader.tags()?;
            body = reader.rest().to_vec();
        }
        Ok(body)
    }

    fn sign_in(&mut self, login: &Login) -> Result<()> {
        let name = login.mechanism.name();
        if login.mechanism == Mechanism::Plain && self.stream.can_be_overheard() {
            // The address may name this machine, and the cluster another.
            let what = "is another machine, to which the password would be sent for all to read";
            return Err(Failure::Final(
                Error::failed(what).help("encrypt it with --tls, or sign in with --sasl scram-sha-512"),
            ));
        }
        let answer = self.ask(HANDSHAKE, &Writer::default().text(name).done(), Duration::ZERO)?;
        let mut reader = Reader::new(&answer);
        let code = reader.i16()?;
        let known: Vec<&str> = reader.each(|reader| Ok(reader.text()?.unwrap_or_default()))?;
        check(code, None).map_err(|failure| match failure {
            Failure::Final(error) if !known.is_empty() => {
                Failure::Final(error.note(format_args!("{name}; it knows {}", known.join(", "))))
            }
            other => other,
        })?;
        let mut say = |text: &[u8]| {
            let answer = self.ask(AUTHENTICATE, &Writer::default().bytes(text).done(), Duration::ZERO)?;
            let mut reader = Reader::new(&answer);
            let code = reader.i16()?;
            reader.text()?; // its words for the error
            check(code, None)?;
            Ok(reader.bytes()?.unwrap_or_default().to_vec())
        };
        let odd = |why: &str| {
            let error = Error::failed(format!("cannot be signed in to: {why}"));
            Failure::Final(error.help("look at the address, and at --user and the password"))
        };
        sasl::sign_in(login, &nonce()?, &mut say, odd)
    }
}

/// Something that nobody said before.
fn nonce() -> Result<String> {
    let mut bytes = [0; 18];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random
        .fill(&mut bytes)
        .map_err(|_| Failure::Final(Error::failed("the system gives no random numbers")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Stream {
    fn open(host: &(String, u16), tls: Option<&Tls>) -> Result<Stream> {
        let (name, port) = host;
        let places = (name.as_str(), *port).to_socket_addrs();
        let mut why = Failure::away("its name leads nowhere");
        for place in places.map_err(|error| Failure::away(format!("its name leads nowhere: {error}")))? {
            heed()?;
            match TcpStream::connect_timeout(&place, PATIENCE).and_then(|socket| {
                socket.set_nodelay(true)?;
                socket.set_read_timeout(Some(LOOK))?;
                socket.set_write_timeout(Some(LOOK))?;
                Ok(socket)
            }) {
                Ok(socket) => return Stream::over(socket, name, tls),
                Err(error) => why = Failure::away(format!("cannot be reached: {error}")),
            }
        }
        Err(why)
    }

    fn over(socket: TcpStream, name: &str, tls: Option<&Tls>) -> Result<Stream> {
        let Some(Tls(config)) = tls else { return Ok(Stream::Plain(socket)) };
        let server = ServerName::try_from(name.to_owned()).map_err(|_| {
            Failure::Final(Error::failed("is no name that a certificate can have").help("name the host"))
        })?;
        let connection = ClientConnection::new(Arc::clone(config), server)
            .map_err(|error| Failure::Final(Error::failed(format!("no TLS: {error}"))))?;
        Ok(Stream::Tls(Box::new(StreamOwned::new(connection, socket))))
    }

    /// Whether what is sent goes through a network as it is.
    fn can_be_overheard(&self) -> bool {
        match self {
            Stream::Plain(socket) => !socket.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()),
            Stream::Tls(_) => false,
        }
    }

    fn read(&mut self, buffer: &mut [u8], until: Instant) -> Result<()> {
        let mut done = 0;
        while done < buffer.len() {
            let rest = buffer.get_mut(done..).unwrap_or_default();
            let read = match self {
                Stream::Plain(stream) => stream.read(rest),
                Stream::Tls(stream) => stream.read(rest),
            };
            match read {
                Ok(0) => return Err(Failure::away("it closed the connection")),
                Ok(count) => done += count,
                Err(error) => wait_on(error, until)?,
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8], until: Instant) -> Result<()> {
        let mut done = 0;
        while done < bytes.len() {
            let rest = bytes.get(done..).unwrap_or_default();
            let written = match self {
                Stream::Plain(stream) => stream.write(rest),
                Stream::Tls(stream) => stream.write(rest),
            };
            match written {
                Ok(count) => done += count,
                Err(error) => wait_on(error, until)?,
            }
        }
        // What TLS has not sent yet, it sends before it reads.
        Ok(())
    }
}

/// Whether to go on after the system had nothing to give yet.
fn wait_on(error: std::io::Error, until: Instant) -> Result<()> {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {
            heed()?;
            if Instant::now() > until { Err(Failure::away("it does not answer")) } else { Ok(()) }
        }
        _ => Err(match tls {
            Some(why) => untrusted(why),
            None => Failure::away(format!("the connection broke: {error}")),
        }),
    }
}

/// Fails if a signal asked to stop: nobody waits for a broker any more.
fn heed() -> Result<()> {
    if interrupt::asked() { Err(Failure::away("interrupted")) } else { Ok(()) }
}

fn untrusted(why: &rustls::Error) -> Failure {
    match why {
        rustls::Error::InvalidCertificate(_) => Failure::Final(
            Error::failed(format!("is not who it says: {why}"))
                .help("if its authority is one of your own, name the file with its certificate: --ca FILE"),
        ),
        _ => Failure::away(format!("does not speak TLS as it should: {why}; does it want none?")),
    }
}
