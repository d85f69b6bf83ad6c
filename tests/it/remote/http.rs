//! Web servers that do as they should.

use super::server::{Answer, Server, file};
use super::{digest, load, movies, sha256};
use crate::harness::Sandbox;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn a_file_of_a_web_server_is_loaded_as_one_of_this_machine() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/in/2026-11-20/movies.csv?v=2&token=hush" => file(asked, movies(10).as_bytes(), "\"a\""),
        _ => Answer::status(404),
    });
    let sandbox = Sandbox::new();
    let address = server.url("/in/2026-11-20/movies.csv?v=2&token=hush");
    let told =
        sandbox.scli(&["load", "--model", "movie", "--collector", "http", "--config", &address]).success();
    assert!(told.stderr.contains("10 inserted"), "{}", told.stderr);
    let shown = server.url("/in/2026-11-20/movies.csv?v=2");
    let ledger = "SELECT l.source, d.source, d.date, l.collector, l.sha256 FROM load AS l JOIN delivery AS d ON d.id = l.delivery_id";
    assert_eq!(sandbox.rows(ledger), format!("{shown}|{shown}|2026-11-20|csv|{}\n", sha256(&movies(10))));
    assert!(!String::from_utf8_lossy(&sandbox.database()).contains("hush"));
    // The name tells the model too, and the address the way.
    let told = sandbox.scli(&["load", &address]).success();
    assert!(told.stderr.contains("10 unchanged"), "{}", told.stderr);
    assert_eq!(server.methods(), "GET GET", "each time it is fetched once");
}

/// What the server tells is enough to see that a file is as it was.
#[test]
fn a_known_file_is_not_fetched_again() {
    for (name, value) in [("ETag", "\"N\""), ("Last-Modified", "Wed, 21 Oct 2015 07:28:0N GMT")] {
        let (content, version) = (movies(10), Arc::new(AtomicUsize::new(0)));
        let current = Arc::clone(&version);
        let server = Server::start(move |_| {
            let version = current.load(Ordering::SeqCst);
            let value = value.replace('N', &version.to_string());
            Answer::of(content.replace("Thai", ["Thai", "Lao "][version])).with(name, value)
        });
        let sandbox = Sandbox::new();
        let address = server.url("/movies.csv");
        sandbox.scli(&["load", &address]).success();
        assert_eq!(server.methods(), "GET");
        let told = sandbox.scli(&["sync", &address]).success();
        assert!(told.stderr.contains("nothing new; 1 file known"), "{}", told.stderr);
        assert_eq!(server.methods(), "HEAD");
        version.store(1, Ordering::SeqCst);
        let told = sandbox.scli(&["sync", &address]).success();
        assert!(told.stderr.contains("10 updated"), "{}", told.stderr);
        assert_eq!(server.methods(), "HEAD GET");
        sandbox.scli(&["sync", &address]).success();
        assert_eq!(server.methods(), "HEAD");
    }
}

/// There are servers that only give, and that tell nothing by which a file could be known.
#[test]
fn a_server_that_tells_nothing_is_asked_for_the_file() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "GET" => Answer { headers: Vec::new(), ..Answer::of(movies(10)) },
        _ => Answer::status(405),
    });
    let sandbox = Sandbox::new();
    let address = server.url("/movies.csv");
    sandbox.scli(&["sync", &address]).success();
    assert_eq!(digest(&sandbox), sha256(&movies(10)));
    let told = sandbox.scli(&["sync", &address]).success();
    assert!(told.stderr.contains("10 unchanged"), "{}", told.stderr);
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/movies.csv" => Answer::status(302).with("Location", "/elsewhere/1"),
        "/elsewhere/1" => Answer::status(307).with("Location", "2?sig=hush"),
        "/elsewhere/2?sig=hush" => Answer::of(movies(3)),
        _ => Answer::status(301).with("Location", "/round"),
    });
    let sandbox = Sandbox::new();
    assert!(load(&sandbox, &server.url("/movies.csv")).success().stderr.contains("3 inserted"));
    let told = load(&sandbox, &server.url("/round"));
    assert_eq!(told.code, 2, "the name tells no form: {}", told.stderr);
    let told = load(&sandbox, &server.url("/round.csv"));
    assert_eq!(told.code, 1);
    assert!(told.stderr.contains("from one address to the next"), "{}", told.stderr);
}

#[test]
fn gzip_is_unpacked_whoever_packed_it() {
    let packed = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let content = movies(2000);
    let (file, length) = (packed(&content), packed(&content).len());
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/movies.csv.gz" => Answer::of(&file),
        "/cut/movies.csv" if asked.nth % 2 == 0 => {
            Answer::of(&file).with("Content-Encoding", "gzip").cut(length / 2)
        }
        _ if !asked.headers.get("accept-encoding").is_some_and(|all| all.contains("gzip")) => {
            Answer::status(406)
        }
        "/twice/movies.csv.gz" => Answer::of(&file),
        _ => Answer::of(&file).with("Content-Encoding", "gzip"),
    });
    for (path, of) in [("/movies.csv", false), ("/movies.csv.gz", true), ("/cut/movies.csv", false)] {
        let sandbox = Sandbox::new();
        assert!(load(&sandbox, &server.url(path)).success().stderr.contains("2000 inserted"), "{path}");
        // What is packed on the way is known by what it is without.
        assert_eq!(digest(&sandbox) == sha256(&content), !of, "{path}");
    }
}

#[test]
fn a_password_of_netrc_opens_and_is_nowhere_seen() {
    let server = Server::start(|asked| match asked.headers.get("authorization").map(String::as_str) {
        // me:hush
        Some("Basic bWU6aHVzaA==") => Answer::of(movies(3)),
        _ => Answer::status(401),
    });
    let sandbox = Sandbox::new();
    let address = server.url("/movies.csv");
    let run = |address: &str| {
        let mut command = sandbox.command(&["load", "--model", "movie", "--config", address]);
        crate::harness::Outcome::from(command.env("NETRC", sandbox.path("netrc")).output().unwrap())
    };
    let told = run(&address);
    assert!(
        told.code == 1 && told.stderr.contains("401") && told.stderr.contains("netrc"),
        "{}",
        told.stderr
    );
    sandbox.write(
        "netrc",
        "machine 127.0.0.1 login you password no\nmachine 127.0.0.1 login me password hush\n",
    );
    assert_eq!(run(&address).code, 1);
    let told = run(&address.replace("127", "me@127")).success();
    assert!(!told.stderr.contains("hush"));
    assert!(!String::from_utf8_lossy(&sandbox.database()).contains("hush"));
}

#[test]
fn a_slow_server_is_waited_for() {
    let server = Server::start(|_| Answer {
        pace: Some((1024, Duration::from_millis(1000))),
        ..Answer::of(movies(150))
    });
    let sandbox = Sandbox::new();
    assert!(load(&sandbox, &server.url("/movies.csv")).success().stderr.contains("150 inserted"));
}
