//! A folder of its own for each test, and the binary run in it.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// A temporary folder with `warehouse.db` in it, once there is one.
pub struct Sandbox {
    dir: tempfile::TempDir,
}

/// What a run of the binary gave.
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox { dir: tempfile::tempdir().unwrap() }
    }

    /// A folder whose `warehouse.db` holds the project's `data/`, loaded once for all tests.
    pub fn with_warehouse() -> Sandbox {
        static WAREHOUSE: OnceLock<Vec<u8>> = OnceLock::new();
        let sandbox = Sandbox::new();
        let bytes = WAREHOUSE.get_or_init(|| {
            sandbox.scli(&["sync", project("data").to_str().unwrap()]).success();
            sandbox.database()
        });
        sandbox.write("warehouse.db", bytes);
        sandbox
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A command that runs the binary in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scli"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        let proxies = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        for name in ["DATABASE_URL", "NO_COLOR", "COLUMNS"].into_iter().chain(proxies) {
            command.env_remove(name);
        }
        command
    }

    /// Runs the binary in the folder.
    pub fn scli(&self, args: &[&str]) -> Outcome {
        Outcome::from(self.command(args).output().unwrap())
    }

    /// Runs the binary with something on its standard input.
    pub fn scli_with_input(&self, args: &[&str], input: &[u8]) -> Outcome {
        use std::io::Write;
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that fails early does not read on; that is its right.
        let _ = child.stdin.take().unwrap().write_all(input);
        Outcome::from(child.wait_with_output().unwrap())
    }

    /// Runs a line of shell in the folder, with the binary as `scli`.
    pub fn shell(&self, line: &str) -> Outcome {
        let binary = Path::new(env!("CARGO_BIN_EXE_scli")).parent().unwrap().to_owned();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(binary).chain(std::env::split_paths(&others));
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.path(""))
            .env("PATH", std::env::join_paths(path).unwrap());
        command.env_remove("DATABASE_URL").env_remove("NO_COLOR");
        Outcome::from(command.output().unwrap())
    }

    /// Writes a file and loads it into a model.
    pub fn load(&self, model: &str, name: &str, content: impl AsRef<[u8]>) -> Outcome {
        self.load_with(model, name, content, &[])
    }

    /// The same with more options.
    pub fn load_with(&self, model: &str, name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Outcome {
        self.write(name, content);
        self.scli(&[&["load", "--model", model, "--config", name], more].concat())
    }

    /// The bytes of the database.
    pub fn database(&self) -> Vec<u8> {
        std::fs::read(self.path("warehouse.db")).unwrap()
    }

    /// The names of all files and folders in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A connection to the database.
    pub fn connect(&self) -> Connection {
        Connection::open(self.path("warehouse.db")).unwrap()
    }

    /// Rows of a query, a line each, values separated by bars.
    pub fn rows(&self, sql: &str) -> String {
        rows(&self.connect(), sql)
    }

    /// Everything that the models hold: what a failed command must leave as it was.
    pub fn models(&self) -> String {
        if !self.path("warehouse.db").exists() {
            return "no database".to_owned();
        }
        let connection = self.connect();
        let has_tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'movie'", [], |row| row.get(0))
            .unwrap();
        if has_tables == 0 {
            return "no tables".to_owned();
        }
        [
            "movie",
            "user",
            "author",
            "book",
            "review",
            "stream",
            "stream_fact",
            "streamed_movie",
            "streaming_user",
            "reject",
        ]
        .map(|table| {
            format!("{table}\n{}", rows(&connection, &format!("SELECT * FROM {table} ORDER BY 1, 2")))
        })
        .join("\n")
    }
}

/// Rows of a query, a line each, values separated by bars.
pub fn rows(connection: &Connection, sql: &str) -> String {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut text = String::new();
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<String> = (0..width)
            .map(|i| match row.get_ref(i).unwrap() {
                ValueRef::Null => "NULL".to_owned(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            })
            .collect();
        text += &values.join("|");
        text.push('\n');
    }
    text
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Outcome {
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    /// Fails the test unless the command ended well.
    #[track_caller]
    pub fn success(self) -> Outcome {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// Exit code and output, as snapshots show them.
    pub fn told(&self) -> String {
        let mut text = format!("exit code: {}\n", self.code);
        for (stream, content) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !content.is_empty() {
                text += &format!("----- {stream}\n{content}");
            }
        }
        text
    }

    /// Compares exit code and output with the named snapshot.
    #[track_caller]
    pub fn snapshot(&self, name: &str) {
        snapshot(name, &self.told());
    }
}

/// Whether a program of the system can be run; says so where a test cannot go on without it.
pub fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("skipped: there is no {program} on this machine");
    }
    found
}

/// Whether a server or another part that tests need is installed. Where all of them are to be, a missing one is a failure.
pub fn part(program: &str, version: &[&str]) -> bool {
    let found = Command::new(program).args(version).output().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "there is no {program}");
    if !found {
        println!("skipped: there is no {program} on this machine");
    }
    found
}

/// Compares text with the named snapshot in the top-level folder `snapshots`.
#[track_caller]
pub fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(project("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"\d+\.\d{3} s\b", "[time] s");
    settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "[now]");
    settings.add_filter(&literally(project("").to_str().unwrap()), "[project]/");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A pattern that only the text itself matches.
fn literally(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            [if letter.is_ascii_punctuation() { "\\" } else { "" }.to_owned(), letter.to_string()]
        })
        .collect()
}

/// Copies a folder and what is in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A path in the project.
pub fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The folder of the challenge's real files, if `SCLI_CHALLENGE_DIR` names it.
pub fn challenge() -> Option<PathBuf> {
    let dir = std::env::var_os("SCLI_CHALLENGE_DIR").map(PathBuf::from);
    match &dir {
        // Tests run in the project's folder; the variable is relative to it.
        Some(dir) => Some(project("").join(dir)),
        None => {
            println!("skipped: SCLI_CHALLENGE_DIR does not name the folder of the challenge's files");
            None
        }
    }
}
