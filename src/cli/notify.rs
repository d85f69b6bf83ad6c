//! What the service manager of the system is told (`sd_notify`), where there is one that wants to know.

use std::cell::Cell;
use std::ffi::OsString;
use std::time::{Duration, Instant};

/// A service manager, or nobody.
pub struct Notify {
    socket: Option<OsString>,
    /// How often it wants a sign of life.
    beat: Option<Duration>,
    beaten: Cell<Instant>,
}

impl Notify {
    /// The one that the environment names.
    pub fn of_environment() -> Notify {
        let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        Notify {
            socket: std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()),
            // Twice as often as it has to be.
            beat: number("WATCHDOG_USEC").filter(|_| is_ours).map(|time| Duration::from_micros(time / 2)),
            beaten: Cell::new(Instant::now()),
        }
    }

    /// The service is up.
    pub fn ready(&self) {
        self.tell("READY=1");
    }

    /// It is about to end.
    pub fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// It is alive; told no more often than is wanted.
    pub fn beat(&self) {
        if self.beat.is_some_and(|beat| self.beaten.get().elapsed() >= beat) {
            self.beaten.set(Instant::now());
            self.tell("WATCHDOG=1");
        }
    }

    /// A manager that does not listen is no reason to fail.
    fn tell(&self, what: &str) {
        if let Some(socket) = &self.socket {
            let _ = send(socket, what.as_bytes());
        }
    }
}

#[cfg(unix)]
fn send(socket: &OsString, what: &[u8]) -> std::io::Result<usize> {
    use std::os::unix::net::UnixDatagram;
    let datagram = UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::{ffi::OsStrExt, net::SocketAddr};
        // A name and no file, which Linux has.
        if let Some(name) = socket.as_bytes().strip_prefix(b"@") {
            return datagram.send_to_addr(what, &SocketAddr::from_abstract_name(name)?);
        }
    }
    datagram.send_to(what, socket)
}

#[cfg(not(unix))]
fn send(_: &OsString, what: &[u8]) -> std::io::Result<usize> {
    Ok(what.len())
}
