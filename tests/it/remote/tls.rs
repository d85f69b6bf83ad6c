//! Secure connections, to nginx with certificates that openssl makes.

use super::movies;
use crate::harness::{Outcome, Sandbox, part};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// nginx, with servers that have a certificate each.
struct Nginx {
    sandbox: Sandbox,
    child: Child,
    ports: Vec<u16>,
    /// That of the server without a certificate.
    plain: u16,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // As asked by its own signal, so that its workers end too.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// The names and the validity of the certificates.
const CERTIFICATES: [(&str, &str, &[&str]); 3] = [
    ("good", "IP:127.0.0.1", &["-days", "2"]),
    ("other", "DNS:elsewhere.test", &["-days", "2"]),
    ("old", "IP:127.0.0.1", &["-not_before", "20200101000000Z", "-not_after", "20200102000000Z"]),
];

impl Nginx {
    fn start() -> Nginx {
        let sandbox = Sandbox::new();
        let openssl = |args: &[&str]| {
            let done = Command::new("openssl").args(args).current_dir(sandbox.path("")).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let ca = [
            "req",
            "-x509",
            "-subj",
            "/CN=Test authority",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-days",
            "2",
        ];
        openssl(&[&ca[..], &key].concat());
        sandbox.write("www/movies.csv", movies(1000));
        let mut servers = String::new();
        let ports: Vec<u16> = CERTIFICATES.iter().map(|_| free_port()).collect();
        for ((name, subject, validity), port) in CERTIFICATES.iter().zip(&ports) {
            let file = |end: &str| format!("{name}.{end}");
            openssl(
                &[&["req", "-subj", "/CN=x", "-keyout", &file("key"), "-out", &file("csr")][..], &key]
                    .concat(),
            );
            sandbox.write(&file("ext"), format!("subjectAltName={subject}"));
            sign(&sandbox, name, validity);
            servers += &format!(
                "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {name}.pem; ssl_certificate_key {name}.key;
                 root {}; }}\n",
                sandbox.path("www").display()
            );
        }
        let plain = free_port();
        servers += &format!("server {{ listen 127.0.0.1:{plain}; }}\n");
        let folder = sandbox.path("");
        let folder = folder.display();
        sandbox.write(
            "nginx.conf",
            format!(
                "daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
                 events {{}}
                 http {{ access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
                 fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
                 {servers} }}"
            ),
        );
        let config = sandbox.path("nginx.conf");
        let child = Command::new("nginx")
            .args(["-e", "/dev/null", "-c", config.to_str().unwrap()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for port in ports.iter().chain([&plain]) {
            while std::net::TcpStream::connect(("127.0.0.1", *port)).is_err() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Nginx { sandbox, child, ports, plain }
    }

    /// Loads from the server with this certificate.
    fn load(&self, certificate: &str, trusted: Option<&str>) -> Outcome {
        let at = CERTIFICATES.iter().position(|(name, ..)| *name == certificate).unwrap();
        let address = format!("https://127.0.0.1:{}/movies.csv", self.ports[at]);
        let mut command = self.sandbox.command(&["load", "--model", "movie", "--config", &address]);
        match trusted {
            Some(file) => command.env("SSL_CERT_FILE", self.sandbox.path(file)),
            None => command.env_remove("SSL_CERT_FILE"),
        };
        let mut outcome = Outcome::from(command.output().unwrap());
        outcome.stderr = outcome.stderr.replace(&self.ports[at].to_string(), "PORT");
        let folder = self.sandbox.path("");
        outcome.stderr = outcome.stderr.replace(folder.to_str().unwrap(), "[folder]/");
        outcome
    }
}

/// Signs a certificate by the authority; `openssl ca` alone takes dates that are past.
fn sign(sandbox: &Sandbox, name: &str, validity: &[&str]) {
    let mut command = Command::new("openssl");
    match validity {
        ["-days", days] => {
            command.args([
                "x509",
                "-req",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                days,
            ]);
        }
        [_, from, _, to] => {
            sandbox.write("index.txt", "");
            sandbox.write(
                "ca.conf",
                "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\n\
                 default_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n",
            );
            command.args([
                "ca", "-batch", "-notext", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key",
            ]);
            command.args(["-startdate", from, "-enddate", to]);
        }
        _ => unreachable!(),
    }
    let files =
        ["-in", &format!("{name}.csr"), "-extfile", &format!("{name}.ext"), "-out", &format!("{name}.pem")];
    let done = command.args(files).current_dir(sandbox.path("")).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn certificates_are_checked_and_what_is_wrong_is_told() {
    if !part("nginx", &["-v"]) || !part("openssl", &["version"]) {
        return;
    }
    let nginx = Nginx::start();
    let mut told = String::new();
    for (certificate, trusted) in [
        ("good", None),
        ("other", Some("ca.pem")),
        ("old", Some("ca.pem")),
        ("good", Some("nginx.conf")),
        ("good", Some("none.pem")),
    ] {
        let outcome = nginx.load(certificate, trusted);
        assert!(matches!(outcome.code, 1 | 2), "{}", outcome.stderr);
        told += &outcome.stderr;
        assert!(!nginx.sandbox.path("warehouse.db").exists());
    }
    crate::harness::snapshot("remote_certificates", &told);
    let outcome = nginx.load("good", Some("ca.pem")).success();
    assert!(outcome.stderr.contains("1000 inserted"), "{}", outcome.stderr);
    // A plain connection to a port that wants a secure one, and the other way round.
    let plain = format!("http://127.0.0.1:{}/movies.csv", nginx.ports[0]);
    let outcome = super::load(&nginx.sandbox, &plain);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let secure =
        plain.replace("http:", "https:").replace(&nginx.ports[0].to_string(), &nginx.plain.to_string());
    let outcome = super::load(&nginx.sandbox, &secure);
    assert!(outcome.stderr.contains("no secure connection"), "{}", outcome.stderr);
}
