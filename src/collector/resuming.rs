//! What is fetched from another machine, to its end: a transfer that is cut goes on where it was, as long as the file is
//! the same.

use super::Address;
use super::pipe::{Pipe, apart};
use super::remote::{Collector, Failure, Outcome, Version};
use crate::error::{Error, Result};
use crate::interrupt;
use flate2::Crc;
use std::io::Read;
use std::time::{Duration, Instant};

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// For the next bytes.
    stall: Duration,
    /// Before each further try, when nothing has come so far.
    first: &'static [Duration],
    /// Before each further try, when a transfer is under way.
    under_way: &'static [Duration],
}

const PATIENCE: Patience = Patience {
    stall: Duration::from_secs(60),
    first: &[Duration::from_millis(500), Duration::from_millis(1500)],
    under_way: &[
        Duration::from_millis(200),
        Duration::from_secs(1),
        Duration::from_secs(2),
        Duration::from_secs(5),
        Duration::from_secs(10),
    ],
};

/// How many bytes are enough for a try to have been of use, so that tries are counted anew.
const OF_USE: u64 = 64 << 10;

/// Opens a file of another machine, to be read to its end whatever happens on the way.
pub fn open(collector: &'static dyn Collector, address: &Address) -> Result<Resuming> {
    Resuming::open(collector, address, PATIENCE)
}

/// What another machine answers, be it at the second try.
pub fn asked<T: Send + 'static>(ask: impl Fn() -> Outcome<T> + Clone + Send + 'static) -> Result<T> {
    let mut pauses = PATIENCE.first.iter();
    loop {
        let outcome = apart(ask.clone());
        interrupt::check()?;
        match outcome? {
            Ok(answer) => return Ok(answer),
            Err(Failure::Lasting(error)) => return Err(error),
            Err(Failure::Passing(error)) => pause(*pauses.next().ok_or(error)?)?,
        }
    }
}

/// Waits, unless a signal comes.
fn pause(time: Duration) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < time {
        interrupt::check()?;
        std::thread::sleep(Duration::from_millis(50).min(time));
    }
    interrupt::check()
}

/// A reader that opens its file again where it was cut.
pub struct Resuming {
    collector: &'static dyn Collector,
    address: Address,
    patience: Patience,
    /// The transfer under way.
    pipe: Option<Pipe>,
    version: Version,
    is_packed: bool,
    /// How many bytes were read.
    at: u64,
    /// What they were, for a server that only begins anew.
    passed: Crc,
    /// How many tries in a row came to nothing.
    failures: usize,
    /// Where the last of them ended.
    failed_at: u64,
}

impl Resuming {
    fn open(collector: &'static dyn Collector, address: &Address, patience: Patience) -> Result<Resuming> {
        let mut reader = Resuming {
            collector,
            address: address.clone(),
            patience,
            pipe: None,
            version: Version::default(),
            is_packed: false,
            at: 0,
            passed: Crc::new(),
            failures: 0,
            failed_at: 0,
        };
        while reader.pipe.is_none() {
            if let Err(failure) = reader.connect() {
                reader.give_up_or_wait(failure, patience.first)?;
            }
        }
        reader.failures = 0;
        Ok(reader)
    }

    /// What is told of the file.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Whether the server packed it with gzip on the way.
    pub fn is_packed(&self) -> bool {
        self.is_packed
    }

    /// Begins a transfer, from where the last one ended.
    fn connect(&mut self) -> Outcome<()> {
        let (collector, address, known) = (self.collector, self.address.clone(), self.version.clone());
        // Without anything to tell another file by, its start is compared.
        let from = if known.is_sure() { self.at } else { 0 };
        let opened = Pipe::told(Some(self.patience.stall), move || {
            let opened = collector.open(&address, from, &known)?;
            Ok::<_, Failure>((opened.reader, (opened.from, opened.version, opened.is_packed)))
        });
        interrupt::check()?;
        let (mut pipe, (from, version, is_packed)) = opened?;
        if self.at > 0 && (version.differs(&self.version) || is_packed != self.is_packed || from > self.at) {
            return Err(changed());
        }
        if self.at == 0 {
            (self.version, self.is_packed) = (version, is_packed);
        }
        self.skip(&mut pipe, from)?;
        self.pipe = Some(pipe);
        Ok(())
    }

    /// Passes over what was read before, which is to be the same.
    fn skip(&self, pipe: &mut Pipe, from: u64) -> Outcome<()> {
        let (mut left, mut again) = (self.at - from, Crc::new());
        let mut piece = vec![0; 64 << 10];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            let count = pipe.read(piece.get_mut(..most).unwrap_or_default());
            interrupt::check()?;
            match count? {
                0 => return Err(cut(self.at - left, self.version.bytes)),
                count => {
                    again.update(piece.get(..count).unwrap_or_default());
                    left -= count as u64;
                }
            }
        }
        match from == 0 && again.sum() != self.passed.sum() {
            true => Err(changed()),
            false => Ok(()),
        }
    }

    /// The next bytes of the transfer under way, or none at the end of the file.
    fn next(&mut self, buffer: &mut [u8]) -> Outcome<usize> {
        let Some(pipe) = &mut self.pipe else {
            self.connect()?;
            return self.next(buffer);
        };
        let count = pipe.read(buffer);
        interrupt::check()?;
        let count = count.map_err(|error| broken(self.at, self.version.bytes, &error))?;
        self.passed.update(buffer.get(..count).unwrap_or_default());
        self.at += count as u64;
        match self.version.bytes {
            Some(bytes) if self.at > bytes => Err(Failure::Lasting(
                Error::failed(format!("has more than the {bytes} bytes that its server told"))
                    .help("most likely it is being written; load it when that is done"),
            )),
            Some(bytes) if count == 0 && self.at < bytes => Err(cut(self.at, Some(bytes))),
            _ => Ok(count),
        }
    }

    /// Waits before another try, unless there were enough.
    fn give_up_or_wait(&mut self, failure: Failure, pauses: &[Duration]) -> Result<()> {
        self.pipe = None;
        let error = match failure {
            Failure::Lasting(error) => return Err(error),
            Failure::Passing(error) => error,
        };
        if self.at >= self.failed_at + OF_USE {
            self.failures = 0;
        }
        self.failed_at = self.at;
        let Some(time) = pauses.get(self.failures) else {
            return Err(error.note(format_args!("{} times in a row", pauses.len() + 1)));
        };
        self.failures += 1;
        pause(*time)
    }
}

impl Drop for Resuming {
    fn drop(&mut self) {
        if interrupt::requested() {
            self.collector.leave();
        }
    }
}

impl Read for Resuming {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.next(buffer) {
                Ok(count) => return Ok(count),
                Err(failure) => {
                    self.give_up_or_wait(failure, self.patience.under_way).map_err(std::io::Error::other)?;
                }
            }
        }
    }
}

/// That another file came in the place of the one that is being read.
pub fn changed() -> Failure {
    Failure::Lasting(
        Error::failed("became another file while it was being read; nothing of it was loaded")
            .help("load it again when its sender is done with it"),
    )
}

fn broken(at: u64, of: Option<u64>, error: &std::io::Error) -> Failure {
    match cut(at, of) {
        Failure::Passing(cut) => Failure::Passing(cut.note(error)),
        lasting => lasting,
    }
}

fn cut(at: u64, of: Option<u64>) -> Failure {
    let of = of.map(|bytes| format!(" of {bytes}")).unwrap_or_default();
    Failure::Passing(
        Error::failed(format!("the transfer was cut after {at}{of} bytes"))
            .help("try again later; if it goes on, look at the network and the server"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::remote::{Entry, Opened};
    use crate::collector::way;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const AT_ONCE: Duration = Duration::from_millis(1);
    const PATIENCE: Patience =
        Patience { stall: Duration::from_millis(200), first: &[AT_ONCE; 2], under_way: &[AT_ONCE; 3] };

    /// A server of the numbers below 100 as bytes, which fails in some way.
    struct Faulty {
        tries: AtomicUsize,
        fault: fn(nth: usize, from: u64) -> Fault,
    }

    enum Fault {
        None,
        Cut(u64),
        Stall,
        Busy,
        Longer,
    }

    /// Gives no byte, and no end.
    struct Silence;

    impl Read for Silence {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            std::thread::sleep(Duration::from_secs(2));
            Ok(0)
        }
    }

    impl Collector for Faulty {
        fn list(&self, _: &Address) -> Outcome<Vec<Entry>> {
            Ok(Vec::new())
        }

        fn open(&self, _: &Address, from: u64, _: &Version) -> Outcome<Opened> {
            let nth = self.tries.fetch_add(1, Ordering::SeqCst);
            let all = (from as u8..100).collect::<Vec<_>>();
            let reader: Box<dyn Read + Send> = match (self.fault)(nth, from) {
                Fault::None => Box::new(std::io::Cursor::new(all)),
                Fault::Cut(bytes) => Box::new(std::io::Cursor::new(all).take(bytes)),
                Fault::Stall => Box::new(Silence),
                Fault::Busy => return Err(Failure::Passing(Error::failed("busy"))),
                Fault::Longer => Box::new(std::io::Cursor::new([all, vec![0]].concat())),
            };
            let version = Version { bytes: Some(100), etag: Some("e".to_owned()), modified_at: None };
            Ok(Opened { reader, from, version, is_packed: false })
        }
    }

    /// What is read, or why not, and in how many tries.
    fn read(fault: fn(usize, u64) -> Fault) -> (std::result::Result<usize, String>, usize) {
        let collector = Box::leak(Box::new(Faulty { tries: AtomicUsize::new(0), fault }));
        let address = way::address("http", "h/f").unwrap();
        let read = Resuming::open(collector, &address, PATIENCE).map_err(|error| error.message().to_owned());
        let read = read.and_then(|mut reader| {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
            assert_eq!(bytes, (0..bytes.len() as u8).collect::<Vec<_>>());
            Ok(bytes.len())
        });
        (read, collector.tries.load(Ordering::SeqCst))
    }

    #[test]
    fn a_server_is_tried_a_few_times() {
        assert_eq!(read(|_, _| Fault::None), (Ok(100), 1));
        assert_eq!(read(|nth, _| if nth < 2 { Fault::Busy } else { Fault::None }), (Ok(100), 3));
        assert_eq!(read(|_, _| Fault::Busy), (Err("busy, 3 times in a row".to_owned()), 3));
        assert_eq!(read(|nth, _| if nth < 3 { Fault::Cut(9) } else { Fault::None }), (Ok(100), 4));
        let (told, tries) = read(|_, _| Fault::Cut(0));
        assert!(told.unwrap_err().starts_with("the transfer was cut after 0 of 100 bytes, 4 times in a row"));
        assert_eq!(tries, 4);
    }

    #[test]
    fn a_silent_server_is_left_and_asked_again() {
        assert_eq!(read(|nth, _| if nth == 0 { Fault::Stall } else { Fault::None }), (Ok(100), 2));
    }

    #[test]
    fn more_than_was_told_is_no_file() {
        let (told, _) = read(|_, _| Fault::Longer);
        assert!(told.unwrap_err().contains("has more than the 100 bytes that its server told"));
    }
}
