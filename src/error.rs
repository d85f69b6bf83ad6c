//! What went wrong, told to a person, and the exit code that goes with it.

use std::fmt;
use std::path::PathBuf;

/// Why a command ends without success. Each kind has one exit code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A file, the disk or SQL failed: exit code 1.
    Failed,
    /// The database is damaged: exit code 1.
    Damaged,
    /// The command line asks for something that does not exist: exit code 2.
    Usage,
    /// More records were set aside, updated, had vanished, or were lost, than allowed: exit code 3.
    Refused,
    /// The answers differ from those of `--check`: exit code 4.
    Drift,
    /// Another process holds the database: exit code 5.
    Locked,
    /// Loaded, but beyond a limit that only warns: exit code 6.
    Warned,
    /// Whoever reads the output has gone, which is no failure: exit code 0.
    ClosedPipe,
    /// A signal asked to stop; exit code 128 and the signal's number.
    Interrupted(u8),
}

impl Kind {
    /// The process exit code for this kind.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::ClosedPipe => 0,
            Kind::Failed | Kind::Damaged => 1,
            Kind::Usage => 2,
            Kind::Refused => 3,
            Kind::Drift => 4,
            Kind::Locked => 5,
            Kind::Warned => 6,
            Kind::Interrupted(signal) => 128 + signal,
        }
    }
}

/// An error as the user sees it: what happened and where, then what to do about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    kind: Kind,
    message: String,
    help: Option<String>,
}

/// The result of everything that can fail in front of a user.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), help: None }
    }

    /// A failure of a file, the disk or SQL.
    pub fn failed(message: impl Into<String>) -> Self {
        Error::new(Kind::Failed, message)
    }

    /// A mistake on the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Kind::Usage, message)
    }

    /// No room for what SQLite sorts or sets aside outside of the database.
    pub fn no_temporary_room() -> Self {
        let variable = match std::env::var_os("SQLITE_TMPDIR") {
            Some(_) => "SQLITE_TMPDIR",
            None => "TMPDIR",
        };
        let folder = temporary_folder();
        let message = format!(
            "no room for temporary files in {}: the disk is full; nothing was changed",
            folder.display()
        );
        Error::failed(message).help(format!("make room there, or set {variable} to a directory with room"))
    }

    /// A temporary file of our own that cannot be written or read.
    pub fn temporary_file(why: &std::io::Error) -> Self {
        Error::failed(format!("a temporary file in {}: {why}", std::env::temp_dir().display()))
            .help("make room there, or set TMPDIR to a directory with room for the size of the file")
    }

    /// The system gives no thread.
    pub fn no_thread(why: &std::io::Error) -> Self {
        Error::failed(format!("no thread could be started, mostly for want of memory: {why}"))
            .help("raise the limits on memory and processes (ulimit -v, ulimit -u), or load with a smaller --memory")
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Puts where it happened (a file, a table) in front of the message.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// Adds a clause to the message.
    #[must_use]
    pub fn note(mut self, note: impl fmt::Display) -> Self {
        self.message = format!("{}, {note}", self.message);
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message, without the help.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the user can do about it, if anything is known.
    pub fn remedy(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Where SQLite puts what it sorts or sets aside outside of the database.
pub fn temporary_folder() -> PathBuf {
    let told = ["SQLITE_TMPDIR", "TMPDIR"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let usual = ["/var/tmp", "/usr/tmp"].into_iter().map(PathBuf::from);
    told.chain(usual).find(|folder| folder.is_dir()).unwrap_or_else(std::env::temp_dir)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => {
                Error::new(Kind::ClosedPipe, "the reader of the output has gone")
            }
            _ => Error::failed(error.to_string()),
        }
    }
}
