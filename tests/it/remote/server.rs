//! A web server for tests, which can be made to fail in the ways that real ones do.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a client asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// How many requests came before it.
    pub nth: usize,
}

impl Asked {
    /// The byte from which on it is to be given.
    pub fn from(&self) -> Option<usize> {
        self.headers.get("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What is answered.
#[derive(Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// After how many bytes of the body the connection is cut.
    pub cut: Option<usize>,
    /// Whether it is cut in its first line.
    pub head_cut: bool,
    /// How many bytes are sent at a time, and how long it takes.
    pub pace: Option<(usize, Duration)>,
}

impl Answer {
    pub fn status(status: u16) -> Answer {
        Answer { status, ..Answer::default() }
    }

    pub fn of(body: impl AsRef<[u8]>) -> Answer {
        Answer { status: 200, body: body.as_ref().to_vec(), ..Answer::default() }.with_length()
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    pub fn cut(self, after: usize) -> Answer {
        Answer { cut: Some(after), ..self }
    }

    fn with_length(self) -> Answer {
        let length = self.body.len().to_string();
        self.with("Content-Length", length)
    }
}

/// What a server that knows ranges answers.
pub fn file(asked: &Asked, content: &[u8], etag: &str) -> Answer {
    if asked.headers.get("if-match").is_some_and(|known| known != etag) {
        return Answer::status(412);
    }
    let is_same = asked.headers.get("if-range").is_none_or(|known| known == etag);
    let answer = match asked.from().filter(|_| is_same) {
        Some(from) if from >= content.len() => return Answer::status(416),
        Some(from) => {
            let range = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
            Answer { status: 206, ..Answer::of(&content[from..]) }.with("Content-Range", range)
        }
        None => Answer::of(content),
    };
    answer.with("ETag", etag)
}

/// A server on a free port of this machine, as long as the test lasts.
pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                // A client that has gone is no failure of the server.
                std::thread::spawn(move || serve(stream.unwrap(), &log, &*answer));
            }
        });
        Server { port, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The methods of the requests so far, and forgets them.
    pub fn methods(&self) -> String {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.iter().map(|asked| asked.method.as_str()).collect::<Vec<_>>().join(" ")
    }
}

fn serve(
    stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    answer: &(impl Fn(&Asked) -> Answer + ?Sized),
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let asked = {
        let mut log = log.lock().unwrap();
        let asked = Asked { method, path, headers, nth: log.len() };
        log.push(asked.clone());
        asked
    };
    send(stream, &asked, &answer(&asked)).ok()
}

fn send(mut stream: TcpStream, asked: &Asked, answer: &Answer) -> std::io::Result<()> {
    if answer.head_cut {
        return stream.write_all(b"HTTP/1.1 2");
    }
    write!(stream, "HTTP/1.1 {} X\r\nConnection: close\r\n", answer.status)?;
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    if asked.method == "HEAD" {
        return Ok(());
    }
    let body = &answer.body[..answer.cut.unwrap_or(answer.body.len()).min(answer.body.len())];
    match answer.pace {
        None => stream.write_all(body),
        Some((bytes, time)) => body.chunks(bytes).try_for_each(|piece| {
            std::thread::sleep(time);
            stream.write_all(piece)
        }),
    }
}
