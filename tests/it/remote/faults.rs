//! Web servers and networks that fail.

use super::server::{Answer, Server, file};
use super::{digest, load, movies, sha256};
use crate::harness::Sandbox;
use std::time::{Duration, Instant};

#[test]
fn a_cut_transfer_goes_on_where_it_was() {
    let content = movies(20_000);
    let bytes = content.clone().into_bytes();
    let server = Server::start(move |asked| {
        let answer = file(asked, &bytes, "\"a\"");
        match asked.path.as_str() {
            // Cut wherever it may be, within the head of the file too.
            "/movies.csv" if asked.nth < 4 => answer.cut([7, 100_000, 65_536, 1][asked.nth]),
            _ => answer,
        }
    });
    let sandbox = Sandbox::new();
    assert!(load(&sandbox, &server.url("/movies.csv")).success().stderr.contains("20000 inserted"));
    assert_eq!(digest(&sandbox), sha256(&content));
    let from: Vec<_> = server.asked().iter().map(|asked| asked.from()).collect();
    assert_eq!(from, [None, Some(7), Some(100_007), Some(165_543), Some(165_544)]);
}

/// A server that knows no ranges begins anew; what was read is compared.
#[test]
fn a_cut_transfer_goes_on_where_nothing_but_the_whole_is_given() {
    for etag in [Some("\"a\""), None] {
        let content = movies(5_000);
        let bytes = content.clone().into_bytes();
        let server = Server::start(move |asked| {
            let answer = Answer::of(&bytes);
            let answer = if asked.nth < 2 { answer.cut(50_000 + asked.nth) } else { answer };
            etag.map_or(answer.clone(), |etag| answer.with("ETag", etag))
        });
        let sandbox = Sandbox::new();
        assert!(load(&sandbox, &server.url("/movies.csv")).success().stderr.contains("5000 inserted"));
        assert_eq!(digest(&sandbox), sha256(&content));
    }
}

#[test]
fn a_file_that_changes_on_the_way_is_not_loaded() {
    for tells in [true, false] {
        let server = Server::start(move |asked| {
            let content = movies(5_000).replace("Thai", if asked.nth == 0 { "Thai" } else { "Lao " });
            match (tells, asked.nth) {
                (true, 0) => file(asked, content.as_bytes(), "\"a\"").cut(50_000),
                (true, _) => file(asked, content.as_bytes(), "\"b\""),
                (false, 0) => Answer::of(content).cut(50_000),
                (false, _) => Answer::of(content),
            }
        });
        let sandbox = Sandbox::with_warehouse();
        let before = sandbox.models();
        let told = load(&sandbox, &server.url("/movies.csv"));
        assert_eq!(told.code, 1);
        assert!(told.stderr.contains("became another file while it was being read"), "{}", told.stderr);
        assert_eq!(sandbox.models(), before);
    }
}

/// A short file is never taken for the whole one.
#[test]
fn a_server_that_tells_a_wrong_length_is_not_believed() {
    let server = Server::start(|asked| match asked.from() {
        Some(_) => Answer::status(416),
        None => Answer { headers: vec![("Content-Length", "9999".to_owned())], ..Answer::of(movies(10)) },
    });
    let sandbox = Sandbox::new();
    let told = load(&sandbox, &server.url("/movies.csv"));
    assert_eq!(told.code, 1, "{}", told.stderr);
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "0\n");
}

#[test]
fn what_a_server_refuses_is_told_with_a_remedy() {
    let server =
        Server::start(|asked| match asked.path.trim_matches(|c: char| !c.is_ascii_digit()).parse() {
            // Once is no reason to give up.
            Ok(599) if asked.nth % 2 == 1 => Answer::of(movies(1)),
            Ok(599) => Answer::status(503),
            status => Answer::status(status.unwrap()),
        });
    let sandbox = Sandbox::new();
    let mut told = String::new();
    for status in [401, 403, 404, 407, 410, 418, 429, 500] {
        let outcome = load(&sandbox, &server.url(&format!("/{status}.csv?sig=hush")));
        assert_eq!(outcome.code, 1);
        told += &outcome.stderr;
        assert_eq!(server.asked().len(), if status == 429 || status == 500 { 3 } else { 1 }, "{status}");
        server.methods();
    }
    assert!(!sandbox.path("warehouse.db").exists());
    load(&sandbox, &server.url("/599.csv")).success();
    told += &load(&sandbox, "http://127.0.0.1:1/movies.csv").stderr;
    told += &load(&sandbox, "http://nowhere.invalid/movies.csv").stderr;
    told += &sandbox.scli(&["sync", &server.url("/in/")]).stderr;
    told +=
        &sandbox.scli(&["load", "--model", "movie", "--collector", "http", "--config", "movies.csv"]).stderr;
    assert!(!told.contains("hush"), "{told}");
    crate::harness::snapshot("remote_refusals", &told.replace(&server.port.to_string(), "PORT"));
}

/// What answers, but not as a web server does.
#[test]
fn another_kind_of_server_is_told_as_such() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = std::io::Write::write_all(&mut stream.unwrap(), b"220 ready\r\n");
        }
    });
    let told = load(&Sandbox::new(), &format!("http://127.0.0.1:{port}/movies.csv"));
    assert_eq!(told.code, 1);
    assert!(told.stderr.contains("did not answer as a web server does"), "{}", told.stderr);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_wait_for_a_silent_server() {
    let server = Server::start(|asked| {
        let pace = (asked.path == "/movies.csv").then_some((100, Duration::from_secs(600)));
        std::thread::sleep(Duration::from_secs(if asked.path == "/never.csv" { 600 } else { 0 }));
        Answer { pace, ..Answer::of(movies(1000)) }
    });
    for path in ["/movies.csv", "/never.csv"] {
        let sandbox = Sandbox::new();
        let address = server.url(path);
        let child = sandbox
            .command(&["load", "--model", "movie", "--config", &address])
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        while !server.asked().iter().any(|asked| asked.path == path) {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
        let start = Instant::now();
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let outcome = crate::harness::Outcome::from(child.wait_with_output().unwrap());
        assert_eq!(outcome.code, 130, "{}", outcome.stderr);
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}
