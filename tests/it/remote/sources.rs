//! Sources that scli.toml names.

use super::movies;
use super::server::{Answer, Server, file};
use crate::harness::{Outcome, Sandbox};
use std::process::Stdio;
use std::time::Duration;

const AUTHORS: &str = r#"[{"metadata": {"name": "Roe"}, "nationalities": []}]"#;
const USERS: &str = "first_name,last_name,email\nA,B,c@d\n";

/// A server that opens its movies and authors to `me` with the secret `hush`.
fn vendor() -> Server {
    Server::start(|asked| match asked.headers.get("authorization").map(String::as_str) {
        Some("Basic bWU6aHVzaA==") => match asked.path.as_str() {
            "/out/movies-2026-11-20.csv" => file(asked, movies(3).as_bytes(), "\"m\""),
            "/out/authors.json" => file(asked, AUTHORS.as_bytes(), "\"a\""),
            _ => Answer::status(404),
        },
        _ => Answer::status(401),
    })
}

fn url(server: &Server) -> String {
    server.url("/out/").replace("127", "me@127")
}

#[test]
fn sources_are_taken_in_their_order_and_known_ones_are_not_fetched_again() {
    let server = vendor();
    let sandbox = Sandbox::new();
    sandbox.write("team/inbox/users.csv", USERS);
    sandbox.write("team/inbox/authors.json", "broken");
    sandbox.write("team/password", "hush\nwhat follows is a note\n");
    let toml = format!(
        "[source.own]\nurl = 'inbox'\nmodels = ['user']\ndate = 2026-11-21\n\n[source.vendor]\nurl = '{}'\n\
         files = ['movies-2026-11-20.csv', 'authors.json']\ncomplete = true\nsecret = {{ file = 'password' }}\n",
        url(&server)
    );
    sandbox.write("team/scli.toml", toml);
    let told = sandbox.scli(&["sync", "--project", "team"]).success().stderr;
    let own = told.find("warehouse.db, own: delivery 1 of 2026-11-21, 1 file, 1 read").unwrap();
    let vendor = told.find("warehouse.db, vendor: deliveries 2 to 3, 2 files, 4 read").unwrap();
    assert!(own < vendor, "{told}");
    let deliveries = sandbox.rows("SELECT source_name, date FROM delivery ORDER BY id");
    assert_eq!(deliveries, "own|2026-11-21\nvendor|2026-11-20\nvendor|NULL\n");
    assert_eq!(sandbox.rows("SELECT DISTINCT complete FROM load WHERE model = 'movie'"), "1\n");
    assert_eq!(server.methods(), "HEAD HEAD GET GET");
    let told = sandbox.scli(&["sync", "--project", "team"]).success().stderr;
    assert!(told.contains("vendor: nothing new; 2 files known"), "{told}");
    assert_eq!(server.methods(), "HEAD HEAD");
    // One of them; what an option says goes before what the file says.
    let one = ["sync", "--project", "team", "--source", "own", "--date", "2026-11-22", "--reload"];
    let told = sandbox.scli(&one).success().stderr;
    assert!(told.contains("own: delivery 4 of 2026-11-22") && !told.contains("vendor"), "{told}");
    let list = sandbox.scli(&["loads", "--deliveries"]).success().stdout;
    assert!(list.contains("vendor: http://me@127.0.0.1"), "{list}");
    for list in [&["loads", "--deliveries", "--format", "json"][..], &["loads", "--format", "json"]] {
        let list = sandbox.scli(list).success().stdout;
        assert!(
            list.contains("\"source_name\":\"vendor\"") || list.contains("\"source_name\": \"vendor\""),
            "{list}"
        );
    }
}

#[test]
fn a_source_that_is_away_keeps_out_no_other() {
    let sandbox = Sandbox::new();
    sandbox.write("inbox/users.csv", USERS);
    let toml = "[source.gone]\nurl = 'http://127.0.0.1:1/movies.csv'\n[source.empty]\nurl = 'none'\n[source.own]\nurl = 'inbox'\n";
    sandbox.write("scli.toml", toml);
    let outcome = sandbox.scli(&["sync"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    for told in [
        "error: gone: http://127.0.0.1:1/movies.csv: 127.0.0.1 refused the connection",
        "error: empty: none: no such file or folder",
        "own: delivery 1, 1 file",
    ] {
        assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
    }
    assert_eq!(sandbox.rows("SELECT count(*) FROM user"), "1\n");
    // What only warns does not hide what failed.
    sandbox.write("inbox/users.csv", USERS.replace("A,B", "A,C"));
    assert_eq!(sandbox.scli(&["sync", "--warn-updated", "0"]).code, 1);
}

#[test]
fn mistakes_in_a_source_are_told_with_their_lines() {
    let sandbox = Sandbox::new();
    let mut told = sandbox.scli(&["sync"]).told();
    let run = |toml: &str| {
        sandbox.write("scli.toml", toml);
        let outcome = sandbox.scli(&["sync"]);
        assert!(!outcome.stderr.contains("hush"), "{}", outcome.stderr);
        format!("\n{toml}\n{}", outcome.told())
    };
    for toml in [
        "[check]",
        "[source.vendor]",
        "[source.vendor]\nurl = 'in'\nuser = 'me'",
        "[source.vendor]\nurl = 1",
        "[source.'a b']\nurl = 'in'",
        "[source.vendor]\nurl = 'in'\n\nmodels = ['movie', 'film']",
        "[source.vendor]\nurl = 'in'\ndate = 'yesterday'",
        "[source.vendor]\nurl = '-'",
        "[source.vendor]\nurl = 'https://h.test/out/'",
        "[source.vendor]\nurl = 'https://me:hush@h.test/out/'",
        "[source.vendor]\nurl = 'https://me@h.test/movies.csv'\nsecret = 'hush'",
        "[source.vendor]\nurl = 'https://me@h.test/movies.csv'\nsecret = { value = 'hush' }",
        "[source.vendor]\nurl = 'https://me@h.test/movies.csv'\nsecret = { env = 'NO_SUCH_SECRET' }",
        "[source.vendor]\nurl = 'https://me@h.test/movies.csv'\nsecret = { file = 'none' }",
        "[source.vendor]\nurl = 'https://h.test/movies.csv'\nsecret = { file = 'scli.toml' }",
        "[source.vendor]\nurl = 'in'\nsecret = { file = 'scli.toml' }",
        "[source.vendor]\nurl = 'sftp://me@h.test/out/'\nsecret = { file = 'scli.toml' }",
        "[source.vendor]\nurl = 'https://me@h.test/movies.csv'\nsecret = hush",
    ] {
        told += &run(toml);
    }
    sandbox.write("scli.toml", "[source.vendor]\nurl = 'in'\n[source.own]\nurl = 'in'");
    told += &sandbox.scli(&["sync", "--source", "other"]).told();
    crate::harness::snapshot("sources_mistakes", &told);
    assert!(!sandbox.path("warehouse.db").exists());
}

/// A secret, however it is kept, is in nothing that others can read.
#[test]
fn a_secret_is_seen_nowhere() {
    let slow = |pause| {
        Server::start(move |asked| match asked.headers.get("authorization").map(String::as_str) {
            Some("Basic bWU6aHVzaC1odXNo") if asked.method == "HEAD" => Answer::of(movies(3)),
            Some("Basic bWU6aHVzaC1odXNo") => {
                Answer { pace: Some((20, Duration::from_millis(pause))), ..Answer::of(movies(3)) }
            }
            _ => Answer::status(401),
        })
    };
    for (kept, right) in [
        ("{ env = 'VENDOR_PASSWORD' }", true),
        ("{ file = 'password' }", true),
        ("{ env = 'OTHER_PASSWORD' }", false),
    ] {
        let server = slow(200);
        let sandbox = Sandbox::new();
        sandbox.write("password", "hush-hush\n");
        let url = server.url("/movies.csv").replace("127", "me@127");
        sandbox.write("scli.toml", format!("[source.vendor]\nurl = '{url}'\nsecret = {kept}\n"));
        let mut command = sandbox.command(&["--verbose", "sync"]);
        command.env("VENDOR_PASSWORD", "hush-hush").env("OTHER_PASSWORD", "other-hush");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(500));
        if let Ok(line) = std::fs::read(format!("/proc/{}/cmdline", child.id())) {
            assert!(!String::from_utf8_lossy(&line).contains("hush"));
        }
        let outcome = Outcome::from(child.wait_with_output().unwrap());
        assert_eq!(outcome.code, if right { 0 } else { 1 }, "{}", outcome.stderr);
        assert!(right || outcome.stderr.contains("401"), "{}", outcome.stderr);
        // Nor is it in a ledger that tells of a failure.
        sandbox.write("users.csv", USERS);
        sandbox.scli(&["load", "users.csv"]).success();
        let ledger = sandbox.scli(&["loads", "--format", "json"]).success().stdout;
        let database = String::from_utf8_lossy(&sandbox.database()).into_owned();
        for text in [&outcome.stdout, &outcome.stderr, &ledger, &database] {
            assert!(!text.contains("hush") && !text.contains("bWU6"), "{text}");
        }
    }
}
