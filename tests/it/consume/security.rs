//! Who may read a topic, and what nobody else hears.

use super::broker::Broker;
use super::{consume, movies};
use crate::harness::{Outcome, Sandbox};
use std::path::Path;
use std::process::Command;

const PASSWORD: &str = "hush,=pass word";

/// Reads a topic to its end, with a password in the environment.
fn read(sandbox: &Sandbox, address: &str, password: &str, more: &[&str]) -> Outcome {
    let mut command = sandbox.command(&[consume(address, &["--until-end"]), more.to_vec()].concat());
    Outcome::from(command.env("SCLI_KAFKA_PASSWORD", password).output().unwrap())
}

/// An authority, and a certificate of it for a host.
fn certificates(folder: &Path, host: &str) -> bool {
    let line = format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority \
             -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem &&
         openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=broker -keyout key.pem -out req.pem &&
         echo 'subjectAltName={host}' > names &&
         openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem"
    );
    let made = Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    true
}

#[test]
fn a_user_signs_in_and_the_password_is_nowhere() {
    for (mechanism, name) in
        [("PLAIN", "plain"), ("SCRAM-SHA-256", "scram-sha-256"), ("SCRAM-SHA-512", "scram-sha-512")]
    {
        let options = ["--mechanism", mechanism, "--user", "ada,=", "--password", PASSWORD];
        let Some(mut broker) = Broker::with(&options) else { return };
        broker.produce("movies", movies(0..4));
        let sandbox = Sandbox::new();
        let address = broker.address("movies");
        let sasl = ["--sasl", name, "--user", "ada,=", "--verbose"];
        let mut told = String::new();
        for (password, more, reason) in [
            ("other", &sasl[..], "user or password is wrong"),
            ("", &sasl[..], "--sasl wants a password"),
            (PASSWORD, &sasl[..2], "--sasl wants a user"),
            (PASSWORD, &[], "closed the connection"),
        ] {
            let refused = read(&sandbox, &address, password, more);
            assert_ne!(refused.code, 0);
            assert!(refused.stderr.contains(reason), "{}", refused.stderr);
            told += &refused.stderr;
        }
        let other = if name == "plain" { "scram-sha-256" } else { "plain" };
        let refused = read(&sandbox, &address, PASSWORD, &["--sasl", other, "--user", "ada,="]);
        assert!(refused.stderr.contains(&format!("it knows {mechanism}")), "{}", refused.stderr);
        assert!(!sandbox.path("warehouse.db").exists());

        told += &read(&sandbox, &address, PASSWORD, &sasl).success().stderr;
        broker.produce("movies", movies(4..8));
        sandbox.write("password", format!("{PASSWORD}\n"));
        let file = ["--sasl", name, "--user", "ada,=", "--password-file", "password"];
        told += &read(&sandbox, &address, "", &file).success().stderr;
        assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "8\n");
        assert!(!told.contains("hush"), "{told}");
        let database = sandbox.database();
        assert!(!database.windows(4).any(|bytes| bytes == b"hush"), "it is in the database");
    }
}

#[test]
fn a_password_is_sent_to_no_other_machine_in_plain_text() {
    let sandbox = Sandbox::new();
    let more = ["--sasl", "plain", "--user", "ada"];
    let refused = read(&sandbox, "kafka://kafka.example:9092/movies", PASSWORD, &more);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("for all to read"), "{}", refused.stderr);
}

#[test]
fn a_broker_is_believed_for_its_certificate_alone() {
    if !crate::harness::part("openssl", &["version"]) {
        return;
    }
    let sandbox = Sandbox::new();
    certificates(&sandbox.path(""), "IP:127.0.0.1");
    let path = |name: &str| sandbox.path(name).to_str().unwrap().to_owned();
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let options = ["--certificate", &cert, "--key", &key, "--mechanism", "PLAIN", "--user", "ada"];
    let Some(mut broker) = Broker::with(&[&options[..], &["--password", PASSWORD]].concat()) else { return };
    broker.produce("movies", movies(0..40));
    let address = broker.address("movies");
    let sasl = ["--sasl", "plain", "--user", "ada"];
    let tls = |more: &[&str]| read(&sandbox, &address, PASSWORD, &[&sasl[..], &["--tls"], more].concat());
    for (told, code, reason) in [
        (tls(&[]), 1, "--ca FILE"),
        (tls(&["--ca", "nowhere.pem"]), 1, "nowhere.pem: cannot be read"),
        (tls(&["--ca", "key.pem"]), 1, "key.pem: has no certificate"),
        (read(&sandbox, &address, PASSWORD, &sasl), 1, "does it want --tls?"),
        (
            read(
                &sandbox,
                &address.replace("127.0.0.1", "localhost"),
                PASSWORD,
                &[&sasl[..], &["--tls", "--ca", "ca.pem"]].concat(),
            ),
            1,
            "localhost",
        ),
    ] {
        assert_eq!(told.code, code, "{}", told.stderr);
        assert!(told.stderr.contains(reason), "{reason}: {}", told.stderr);
        assert!(!told.stderr.contains("hush"));
    }
    assert!(!sandbox.path("warehouse.db").exists());
    tls(&["--ca", "ca.pem"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "40\n");
    // A broker without TLS, which is asked for it.
    let Some(plain) = Broker::start() else { return };
    let refused = read(&sandbox, &plain.address("movies"), PASSWORD, &["--tls"]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
}
