//! FTP servers: pyftpdlib, which is asked for exact lists, and vsftpd, which has none.

use super::proxy::{Fate, free_ports, proxy, scattered};
use super::{digest, movies, sha256};
use crate::harness::{Outcome, Sandbox, part};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

/// A server of pyftpdlib: folder, port, ports for data, and perhaps a certificate with its key.
const PYFTPDLIB: &str = "
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer
folder, port, ports, *pem = sys.argv[1:]
who = DummyAuthorizer()
who.add_user('me', 'hush', folder, perm='elr')
who.add_anonymous(folder + '/pub', perm='elr')
handler = TLS_FTPHandler if pem else FTPHandler
if pem:
    handler.certfile = pem[0]
    handler.tls_control_required = handler.tls_data_required = True
handler.authorizer = who
handler.passive_ports = [int(port) for port in ports.split(',')]
FTPServer(('127.0.0.1', int(port)), handler).serve_forever()
";

/// A server, and a folder of it, as long as the test lasts.
struct Server {
    sandbox: Sandbox,
    child: Child,
    ports: Vec<u16>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(sandbox: Sandbox, ports: Vec<u16>, command: &mut Command) -> Server {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = quiet.spawn().unwrap();
        while std::net::TcpStream::connect(("127.0.0.1", ports[0])).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the server ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        Server { sandbox, child, ports }
    }

    /// One of pyftpdlib, with TLS or without, if that is installed.
    fn pyftpdlib(is_secure: bool) -> Option<Server> {
        let python = crate::parts::folder("venv")?.join("bin/python");
        let (sandbox, ports) = (Sandbox::new(), free_ports(9));
        sandbox.write("srv/pub/movies.csv", movies(3));
        sandbox.write(
            "netrc",
            "machine 127.0.0.1 login me password hush\nmachine 127.0.0.2 login me password hush\n",
        );
        let data: Vec<String> = ports[1..].iter().map(u16::to_string).collect();
        let mut command = Command::new(python);
        command.args(["-c", PYFTPDLIB]).arg(sandbox.path("srv")).args([ports[0].to_string(), data.join(",")]);
        if is_secure {
            command.arg(certificate(&sandbox));
        }
        Some(Server::start(sandbox, ports, &mut command))
    }

    /// One of vsftpd, with more lines in its configuration.
    fn vsftpd(more: &str) -> Option<Server> {
        if !part("/usr/sbin/vsftpd", &["-v"]) {
            return None;
        }
        let (sandbox, ports) = (Sandbox::new(), free_ports(9));
        sandbox.write("srv/pub/movies.csv", movies(3));
        let pem = certificate(&sandbox);
        let (root, pem) = (sandbox.path("srv"), pem.display());
        let config = format!(
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port={}\npasv_min_port={}\npasv_max_port={}\nbackground=NO\n\
             anonymous_enable=YES\nanon_root={}\nrun_as_launching_user=YES\nseccomp_sandbox=NO\nxferlog_enable=NO\n\
             rsa_cert_file={pem}\nrsa_private_key_file={pem}\n{more}",
            ports[0],
            ports[1],
            ports[8],
            root.display()
        );
        let config = sandbox.write("vsftpd.conf", config);
        Some(Server::start(sandbox, ports, Command::new("/usr/sbin/vsftpd").arg(config)))
    }

    /// Puts a file there that was written long ago.
    fn put(&self, name: &str, content: &str) {
        let path = self.sandbox.write(&format!("srv/{name}"), content);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        std::fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
    }

    /// Puts a proxy before it, and everything goes through that.
    fn behind(&self, fate: impl Fn(usize) -> Fate + Send + Sync + 'static) {
        let control = self.ports[0];
        proxy(&self.ports, move |port, nth| if port == control { Fate::Pass } else { fate(nth) });
    }

    fn url(&self, start: &str, path: &str) -> String {
        format!("{start}127.0.0.1:{}{path}", self.ports[0])
    }

    fn scli(&self, args: &[&str]) -> Outcome {
        let mut command = self.sandbox.command(args);
        command.env("NETRC", self.sandbox.path("netrc")).env("SSL_CERT_FILE", self.sandbox.path("ca.pem"));
        if !self.sandbox.path("ca.pem").exists() {
            command.env_remove("SSL_CERT_FILE");
        }
        let outcome = Outcome::from(command.output().unwrap());
        assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains("hush"), "{}", outcome.stderr);
        outcome
    }

    fn load(&self, address: &str) -> Outcome {
        self.scli(&["load", "--model", "movie", "--config", address])
    }
}

/// A certificate for this machine, with its key in the same file, signed by the authority in `ca.pem`.
fn certificate(sandbox: &Sandbox) -> PathBuf {
    let openssl = |line: &str| {
        let done =
            Command::new("openssl").args(line.split(' ')).current_dir(sandbox.path("")).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(&format!("req -x509 -subj /CN=Authority -keyout ca.key -out ca.pem -days 2 {key}"));
    openssl(&format!("req -subj /CN=x -keyout own.key -out own.csr {key}"));
    sandbox.write("own.ext", "subjectAltName=IP:127.0.0.1,IP:127.0.0.2");
    openssl(
        "x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -in own.csr -extfile own.ext -out own.pem",
    );
    let text = |name: &str| std::fs::read_to_string(sandbox.path(name)).unwrap();
    sandbox.write("both.pem", text("own.pem") + &text("own.key"))
}

#[test]
fn dated_folders_of_an_ftp_server_are_synced() {
    for start in ["ftp://me@", "ftpes://me@"] {
        let Some(server) = Server::pyftpdlib(start.starts_with("ftpes")) else { return };
        server.put("outgoing/2026-11-20/movies.csv", &movies(10));
        server.put("outgoing/2026-11-21/100% #1?/movies.csv", &movies(20));
        server.put("outgoing/.hidden/movies.csv", &movies(30));
        let address = server.url(start, "/outgoing/");
        let told = server.scli(&["sync", &address]).success();
        assert!(
            told.stderr.contains("20 inserted") || told.stderr.contains("10 inserted"),
            "{}",
            told.stderr
        );
        let rows = server.sandbox.rows("SELECT source, date FROM delivery ORDER BY date");
        assert!(rows.contains("/outgoing/2026-11-20") && rows.contains("|2026-11-21"), "{rows}");
        let told = server.scli(&["sync", address.trim_end_matches('/')]).success();
        assert!(told.stderr.contains("nothing new; 2 files known"), "{}", told.stderr);
        server.put("outgoing/2026-11-22/movies.csv", &movies(25));
        let told = server.scli(&["sync", &address]).success();
        assert!(told.stderr.contains("5 inserted"), "{}", told.stderr);
        assert!(!String::from_utf8_lossy(&server.sandbox.database()).contains("hush"));
        // Without an entry for it in ~/.netrc, everybody is anonymous.
        server.sandbox.write("netrc", "");
        let told = server.load(&server.url(&start.replace("me@", ""), "/movies.csv")).success();
        assert!(told.stderr.contains("3 unchanged"), "{}", told.stderr);
    }
}

/// Thirty cuts at bytes all over the file; and some before much has come.
#[test]
fn a_transfer_that_is_cut_goes_on_where_it_was() {
    for (start, cuts) in [("ftp://me@", 30), ("ftpes://me@", 6)] {
        let Some(server) = Server::pyftpdlib(start.starts_with("ftpes")) else { return };
        let content = movies(5_000 * cuts);
        server.put("movies.csv", &content);
        server.behind(move |nth| match nth {
            0..=2 => Fate::Cut([0, 7, 1][nth]),
            nth if nth < cuts => Fate::Cut(scattered(nth, 66_000, 110_000)),
            _ => Fate::Pass,
        });
        let told = server.load(&server.url(start, "/movies.csv").replace("127.0.0.1", "127.0.0.2")).success();
        assert!(told.stderr.contains(&format!("{} inserted", 5_000 * cuts)), "{}", told.stderr);
        assert_eq!(digest(&server.sandbox), sha256(&content));
    }
}

#[test]
fn a_server_that_goes_away_changes_nothing() {
    let Some(mut server) = Server::pyftpdlib(false) else { return };
    server.put("movies.csv", &movies(20_000));
    server.load(&server.url("ftp://", "/pub/movies.csv")).success();
    let before = server.sandbox.models();
    server.behind(|_| Fate::Slow(70_000, Duration::from_secs(2)));
    let address = server.url("ftp://me@", "/movies.csv").replace("127.0.0.1", "127.0.0.2");
    let told = std::thread::scope(|scope| {
        let (path, child) = (server.sandbox.path("netrc"), &mut server.child);
        let mut command = server.sandbox.command(&["load", "--model", "movie", "--config", &address]);
        let load = scope.spawn(move || Outcome::from(command.env("NETRC", path).output().unwrap()));
        std::thread::sleep(Duration::from_millis(1500));
        child.kill().unwrap();
        load.join().unwrap()
    });
    assert_eq!(told.code, 1, "{}", told.stderr);
    assert!(told.stderr.contains(&address) && told.stderr.contains("times in a row"), "{}", told.stderr);
    assert_eq!(server.sandbox.models(), before);
}

#[test]
fn what_an_ftp_server_refuses_is_told_with_a_remedy() {
    let Some(plain) = Server::pyftpdlib(false) else { return };
    let Some(secure) = Server::pyftpdlib(true) else { return };
    let mut told = String::new();
    let mut tell = |server: &Server, address: &str| {
        let outcome = server.load(address);
        assert!(matches!(outcome.code, 1 | 2), "{address}: {}", outcome.stderr);
        assert!(!server.sandbox.path("warehouse.db").exists());
        told += &outcome.stderr.replace(&server.ports[0].to_string(), "PORT");
    };
    tell(&plain, &plain.url("ftp://me@", "/none.csv"));
    tell(&plain, &plain.url("ftp://me@", "/a%0d%0aDELE%20x.csv"));
    tell(&plain, &plain.url("ftp://you@", "/movies.csv"));
    tell(&plain, &plain.url("ftpes://me@", "/movies.csv"));
    tell(&plain, &plain.url("ftps://me@", "/movies.csv"));
    tell(&secure, &secure.url("ftp://me@", "/movies.csv"));
    plain.sandbox.write("netrc", "machine 127.0.0.1 login me password no-hush\n");
    tell(&plain, &plain.url("ftp://me@", "/movies.csv"));
    std::fs::remove_file(secure.sandbox.path("ca.pem")).unwrap();
    tell(&secure, &secure.url("ftpes://me@", "/movies.csv"));
    tell(&plain, "ftp://127.0.0.1:1/movies.csv");
    tell(&plain, "ftp://nowhere.invalid/movies.csv");
    crate::harness::snapshot("remote_ftp", &told);
}

/// A server without exact lists; and TLS from the start.
#[test]
fn folders_of_a_server_with_plain_lists_are_synced() {
    for (start, more) in [
        ("ftp://", ""),
        ("ftps://", "ssl_enable=YES\nimplicit_ssl=YES\nallow_anon_ssl=YES\nrequire_ssl_reuse=NO\n"),
    ] {
        let Some(server) = Server::vsftpd(more) else { return };
        server.put("in/2026-11-20/movies.csv", &movies(10));
        server.put("in/2026-11-21/a b/movies.csv", &movies(20));
        let link = server.sandbox.path("srv/in/2026-11-22");
        std::fs::create_dir(&link).unwrap();
        std::os::unix::fs::symlink("../2026-11-21/a b/movies.csv", link.join("movies.csv")).unwrap();
        let told = server.scli(&["sync", &server.url(start, "/in/")]).success();
        assert!(!told.stderr.contains("nothing new"), "{}", told.stderr);
        assert_eq!(server.sandbox.rows("SELECT count(*) FROM movie"), "20\n");
        let told = server.scli(&["sync", &server.url(start, "/in/")]).success();
        assert!(told.stderr.contains("nothing new; 3 files known"), "{}", told.stderr);
    }
}

/// Some servers want the session of the first connection for the data too.
#[test]
fn a_server_that_wants_its_session_again_is_served_or_told() {
    let more = "ssl_enable=YES\nallow_anon_ssl=YES\nforce_anon_data_ssl=YES\nrequire_ssl_reuse=YES\n";
    let Some(server) = Server::vsftpd(more) else { return };
    let told = server.load(&server.url("ftpes://", "/pub/movies.csv")).success();
    assert!(told.stderr.contains("3 inserted"), "{}", told.stderr);
}

#[test]
fn a_source_has_its_own_password_and_lists_its_folder() {
    let Some(server) = Server::pyftpdlib(false) else { return };
    server.put("outgoing/2026-11-20/movies.csv", &movies(10));
    server.put("outgoing/2026-11-20/users.csv", "first_name,last_name,email\nA,B,c@d\n");
    // The one that is asked for goes before the one of ~/.netrc.
    server.sandbox.write("netrc", "machine 127.0.0.1 login me password wrong\n");
    server.sandbox.write("password", "hush\n");
    let url = server.url("ftp://me@", "/outgoing/");
    let toml =
        format!("[source.vendor]\nurl = '{url}'\nmodels = ['movie']\nsecret = {{ file = 'password' }}\n");
    server.sandbox.write("scli.toml", toml);
    let told = server.scli(&["sync"]).success();
    assert!(told.stderr.contains("vendor: delivery 1 of 2026-11-20, 1 file, 10 read"), "{}", told.stderr);
    assert!(server.scli(&["sync"]).success().stderr.contains("vendor: nothing new; 1 file known"));
    assert!(!String::from_utf8_lossy(&server.sandbox.database()).contains("hush"));
    server.sandbox.write("password", "other\n");
    assert!(server.scli(&["sync"]).stderr.contains("error: vendor: "));
}
