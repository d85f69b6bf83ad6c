//! The OpenSSH of the user, which is run for each connection.

use super::super::Address;
use super::super::remote::{Failure, Outcome};
use super::packet::{Answer, Packet};
use super::trouble::{no_ssh, not_sftp, trouble};
use std::io::{BufReader, Error, ErrorKind, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What is asked of `ssh` beside what its user configured: no questions, nothing but this one connection, and an end of it
/// where the server does not answer for a minute.
const OPTIONS: [&str; 9] = [
    "BatchMode=yes",
    "ClearAllForwardings=yes",
    "ConnectTimeout=20",
    "ControlMaster=no",
    "ForwardAgent=no",
    "ForwardX11=no",
    "PermitLocalCommand=no",
    "ServerAliveCountMax=4",
    "ServerAliveInterval=15",
];

/// How long to wait for the last words of one that has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How much of what it says is kept.
const WORDS: u64 = 16 << 10;

/// Those that run.
static RUNNING: Mutex<Vec<Weak<Mutex<Child>>>> = Mutex::new(Vec::new());

/// An `ssh` that runs, until this is dropped.
pub struct Ssh {
    child: Arc<Mutex<Child>>,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    said: Option<JoinHandle<String>>,
    host: String,
}

impl Ssh {
    /// Connects to the server of an address.
    pub fn start(address: &Address) -> Outcome<Ssh> {
        let mut command = Command::new("ssh");
        command.env("LC_ALL", "C").args(OPTIONS.iter().flat_map(|option| ["-o", option]));
        if let Some(port) = address.port() {
            command.args(["-p", &port.to_string()]);
        }
        if let Some(user) = address.user() {
            command.args(["-l", user]);
        }
        let host = address.host().trim_matches(['[', ']']);
        command.args(["-s", "--", host, "sftp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| no_ssh(&error))?;
        let parts = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let child = Arc::new(Mutex::new(child));
        if let Ok(mut running) = RUNNING.lock() {
            running.retain(|child| child.strong_count() > 0);
            running.push(Arc::downgrade(&child));
        }
        let (Some(to), Some(from), Some(mut words)) = parts else {
            end(&child);
            return Err(no_ssh(&Error::other("it has no pipes")));
        };
        let said = std::thread::Builder::new().spawn(move || {
            let mut said = Vec::new();
            let _ = (&mut words).take(WORDS).read_to_end(&mut said);
            // It would stand still if nobody took what it says.
            let _ = std::io::copy(&mut words, &mut std::io::sink());
            String::from_utf8_lossy(&said).into_owned()
        });
        let mut ssh = Ssh { child, to, from: BufReader::new(from), said: None, host: host.to_owned() };
        ssh.said = Some(said?);
        Ok(ssh)
    }

    /// Sends a packet.
    pub fn send(&mut self, packet: &Packet) -> Outcome<()> {
        packet.send(&mut self.to).map_err(|error| self.explained(error))
    }

    /// Waits for a packet.
    pub fn receive(&mut self) -> Outcome<Answer> {
        Answer::read(&mut self.from).map_err(|error| self.explained(error))
    }

    /// Why it ended, in its own words if it has some.
    fn explained(&mut self, error: Error) -> Failure {
        match error.kind() {
            ErrorKind::InvalidData => return not_sftp(),
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => {}
            _ => return error.into(),
        }
        let Some(said) = self.said.take() else { return error.into() };
        let start = Instant::now();
        while !said.is_finished() && start.elapsed() < LAST_WORDS {
            std::thread::sleep(Duration::from_millis(10));
        }
        let said = if said.is_finished() { said.join().unwrap_or_default() } else { String::new() };
        trouble(&self.host, &said)
    }
}

impl Drop for Ssh {
    fn drop(&mut self) {
        end(&self.child);
    }
}

fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // One that has ended already cannot be ended.
    let _ = child.kill();
    let _ = child.wait();
}

/// Ends all that run.
pub fn end_all() {
    let running = RUNNING.lock().map(|mut running| std::mem::take(&mut *running)).unwrap_or_default();
    running.iter().filter_map(Weak::upgrade).for_each(|child| end(&child));
}
