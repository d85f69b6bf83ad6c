//! SSH servers: OpenSSH's own, with keys and a configuration of the test.

use super::proxy::{Fate, free_ports, proxy, scattered};
use super::{digest, movies, sha256};
use crate::harness::{Outcome, Sandbox, part};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

/// A server, and the user's side of it, as long as the test lasts.
struct Server {
    sandbox: Sandbox,
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start() -> Option<Server> {
        if !part("/usr/sbin/sshd", &["-V"]) || !part("ssh", &["-V"]) {
            return None;
        }
        // The superuser's server wants a folder of the system.
        let _ = std::fs::create_dir("/run/sshd");
        let (sandbox, port) = (Sandbox::new(), free_ports(1)[0]);
        for key in ["host", "key", "stranger"] {
            let mut made = Command::new("ssh-keygen");
            made.args(["-q", "-t", "ed25519", "-N", "", "-f", key]);
            assert!(made.current_dir(sandbox.path("")).status().unwrap().success());
        }
        let folder = sandbox.path("");
        let folder = folder.display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/key.pub\n\
             StrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin yes\nSubsystem sftp internal-sftp\nMaxStartups 100\n"
        );
        let config = sandbox.write("sshd_config", config);
        let server = Server { child: sshd(&config, port), sandbox, port };
        let key = std::fs::read_to_string(server.sandbox.path("host.pub")).unwrap();
        server.sandbox.write("known", format!("test {key}"));
        server.configure("key", "known");
        Some(server)
    }

    /// Makes the key, and the list of hosts, that `ssh` of the user takes.
    fn configure(&self, key: &str, known: &str) {
        let folder = self.sandbox.path("");
        let folder = folder.display();
        self.sandbox.write(
            "ssh_config",
            format!(
                "Host *\nIdentityFile {folder}/{key}\nIdentitiesOnly yes\nIdentityAgent none\nHostKeyAlias test\n\
                 UserKnownHostsFile {folder}/{known}\nGlobalKnownHostsFile /dev/null\nStrictHostKeyChecking ask\n"
            ),
        );
        self.ssh(&format!("exec /usr/bin/ssh -F '{folder}/ssh_config' \"$@\""));
    }

    /// Makes what stands for `ssh`.
    fn ssh(&self, script: &str) {
        let path = self.sandbox.write("bin/ssh", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts a file there that was written long ago.
    fn put(&self, name: &str, content: &str) {
        let path = self.sandbox.write(&format!("srv/{name}"), content);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        std::fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
    }

    fn url(&self, path: &str) -> String {
        format!("sftp://127.0.0.1:{}{}{path}", self.port, self.sandbox.path("srv").display())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.sandbox.command(args);
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", self.sandbox.path("bin").display()));
        command
    }

    fn scli(&self, args: &[&str]) -> Outcome {
        Outcome::from(self.command(args).output().unwrap())
    }

    fn load(&self, address: &str) -> Outcome {
        self.scli(&["load", "--model", "movie", "--config", address])
    }
}

fn sshd(config: &Path, port: u16) -> Child {
    let mut command = Command::new("/usr/sbin/sshd");
    let quiet = command.args(["-D", "-e", "-f"]).arg(config).stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(child.try_wait().unwrap().is_none(), "the server ended");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn dated_folders_of_an_ssh_server_are_synced() {
    let Some(server) = Server::start() else { return };
    server.put("in/2026-11-20/movies.csv", &movies(10));
    server.put("in/2026-11-21/100% #1?/movies.csv", &movies(20));
    server.put("in/.hidden/movies.csv", &movies(30));
    std::fs::create_dir(server.sandbox.path("srv/in/2026-11-22")).unwrap();
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, server.sandbox.path("srv/in").join(name)).unwrap();
    };
    link("../../more.csv", "2026-11-22/movies.csv");
    link("nowhere", "2026-11-22/shows.csv");
    link("..", "2026-11-22/round");
    server.put("more.csv", &movies(25));
    let told = server.scli(&["sync", &server.url("/in/")]).success();
    assert_eq!(server.sandbox.rows("SELECT count(*) FROM movie"), "25\n", "{}", told.stderr);
    let rows = server.sandbox.rows("SELECT date FROM delivery ORDER BY date");
    assert_eq!(rows, "2026-11-20\n2026-11-21\n2026-11-22\n");
    for address in [server.url("/in/"), server.url("/in")] {
        let told = server.scli(&["sync", &address]).success();
        assert!(told.stderr.contains("nothing new; 3 files known"), "{}", told.stderr);
    }
    let told = server.load(&server.url("/in/2026-11-21/100%25 %231%3F/movies.csv")).success();
    assert!(told.stderr.contains("20 unchanged"), "{}", told.stderr);
}

/// Thirty cuts at bytes all over the file; and some while it is opened.
#[test]
fn a_transfer_that_is_cut_goes_on_where_it_was() {
    let Some(server) = Server::start() else { return };
    let content = movies(200_000);
    server.put("movies.csv", &content);
    proxy(&[server.port], |_, nth| match nth {
        0..=1 => Fate::Cut([100, 2000][nth]),
        2..=31 => Fate::Cut(scattered(nth, 110_000, 190_000)),
        _ => Fate::Pass,
    });
    let told = server.load(&server.url("/movies.csv").replace("127.0.0.1", "127.0.0.2")).success();
    assert!(told.stderr.contains("200000 inserted"), "{}", told.stderr);
    assert_eq!(digest(&server.sandbox), sha256(&content));
}

#[test]
fn a_server_that_goes_away_changes_nothing() {
    let Some(mut server) = Server::start() else { return };
    server.put("movies.csv", &movies(20_000));
    server.put("few/movies.csv", &movies(3));
    server.load(&server.url("/few/movies.csv")).success();
    let before = server.sandbox.models();
    proxy(&[server.port], |_, _| Fate::Slow(100_000, Duration::from_secs(2)));
    let address = server.url("/movies.csv").replace("127.0.0.1", "127.0.0.2");
    let mut load = server.command(&["load", "--model", "movie", "--config", &address]);
    let load = load.stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    server.child.kill().unwrap();
    let told = Outcome::from(load.wait_with_output().unwrap());
    assert_eq!(told.code, 1, "{}", told.stderr);
    assert!(told.stderr.contains(&address) && told.stderr.contains("times in a row"), "{}", told.stderr);
    assert_eq!(server.sandbox.models(), before);
}

#[test]
fn what_an_ssh_server_refuses_is_told_with_a_remedy() {
    let Some(mut server) = Server::start() else { return };
    server.put("movies.csv", &movies(3));
    let mut told = String::new();
    let mut tell = |server: &Server, address: &str| {
        let outcome = server.load(address);
        assert!(matches!(outcome.code, 1 | 2), "{address}: {}", outcome.stderr);
        assert!(!server.sandbox.path("warehouse.db").exists());
        let folder = server.sandbox.path("");
        let text = outcome.stderr.replace(folder.to_str().unwrap(), "[folder]/");
        told += &text.replace(&server.port.to_string(), "PORT");
    };
    tell(&server, &server.url("/none.csv"));
    tell(&server, "sftp://nowhere.invalid/movies.csv");
    tell(&server, "sftp://127.0.0.1:1/movies.csv");
    tell(&server, "sftp://me:pass@127.0.0.1/movies.csv");
    server.configure("key", "none");
    tell(&server, &server.url("/movies.csv"));
    let other = std::fs::read_to_string(server.sandbox.path("stranger.pub")).unwrap();
    server.sandbox.write("other", format!("test {other}"));
    server.configure("key", "other");
    tell(&server, &server.url("/movies.csv"));
    server.configure("stranger", "known");
    tell(&server, &server.url("/movies.csv").replace("sftp://", "sftp://me@"));
    server.configure("key", "known");
    let _ = server.child.kill();
    let _ = server.child.wait();
    let config = server.sandbox.path("sshd_config");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("Subsystem", "#")).unwrap();
    server.child = sshd(&config, server.port);
    tell(&server, &server.url("/movies.csv"));
    server.ssh("echo welcome; exec sleep 5");
    tell(&server, &server.url("/movies.csv"));
    crate::harness::snapshot("remote_sftp", &told);
    // A machine without OpenSSH.
    let mut command = server.command(&["load", "--model", "movie", "--config", "sftp://h/movies.csv"]);
    let outcome = Outcome::from(command.env("PATH", server.sandbox.path("srv")).output().unwrap());
    assert!(
        outcome.code == 1 && outcome.stderr.contains("there is no ssh on this machine"),
        "{}",
        outcome.stderr
    );
}

/// What was started is ended, and its end is waited for.
#[test]
fn a_signal_ends_ssh_too() {
    let Some(server) = Server::start() else { return };
    server.put("movies.csv", &movies(10_000));
    proxy(&[server.port], |_, _| Fate::Slow(60_000, Duration::from_secs(60)));
    let folder = server.sandbox.path("").display().to_string();
    let address = server.url("/movies.csv").replace("127.0.0.1", "127.0.0.2");
    let under_way = format!("echo $$ > '{folder}/pid'; exec /usr/bin/ssh -F '{folder}/ssh_config' \"$@\"");
    for script in [&under_way, &format!("echo $$ > '{folder}/pid'; exec sleep 60")] {
        server.ssh(script);
        let _ = std::fs::remove_file(server.sandbox.path("pid"));
        let mut command = server.command(&["load", "--model", "movie", "--config", &address]);
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        while std::fs::read_to_string(server.sandbox.path("pid")).unwrap_or_default().is_empty() {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(1500));
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let outcome = Outcome::from(child.wait_with_output().unwrap());
        assert_eq!(outcome.code, 130, "{}", outcome.stderr);
        let pid = std::fs::read_to_string(server.sandbox.path("pid")).unwrap();
        assert!(!Path::new(&format!("/proc/{}", pid.trim())).exists(), "ssh still runs");
    }
}
