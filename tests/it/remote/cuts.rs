//! A hundred transfers that are cut at any byte, by each way.

use super::server::{Answer, Server, file};
use super::{digest, movies, sha256};
use crate::harness::{Outcome, Sandbox};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const TRANSFERS: usize = 100;

/// Numbers that are the same in each run.
fn random(seed: &AtomicU64, below: usize) -> usize {
    let next = |state: u64| {
        let state = state ^ state << 13;
        let state = state ^ state >> 7;
        state ^ state << 17
    };
    let state = seed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |state| Some(next(state))).unwrap();
    (state % below as u64) as usize
}

/// Loads the file, whose server cuts as many transfers as `cuts`, and with `None` is dead from the second on.
fn load(way: &str, content: &str, seed: u64, cuts: Option<usize>) {
    let (bytes, seed) = (content.as_bytes().to_vec(), AtomicU64::new(seed));
    let server = Server::start(move |asked| {
        let answer = file(asked, &bytes, "\"a\"");
        match cuts {
            Some(cuts) if asked.nth >= cuts => answer,
            None if asked.nth > 0 => Answer { head_cut: true, ..answer },
            // Some are cut before they say anything.
            _ if random(&seed, 5) == 0 => Answer { head_cut: true, ..answer },
            _ => {
                let length = answer.body.len();
                answer.cut(random(&seed, length))
            }
        }
    });
    let sandbox = Sandbox::new();
    sandbox.load("movie", "before.csv", movies(3)).success();
    let before = sandbox.models();
    let address = match way {
        "s3" => "s3://bucket/movies.csv".to_owned(),
        _ => server.url("/bucket/movies.csv"),
    };
    let mut command = sandbox.command(&["load", "--model", "movie", "--config", &address]);
    command.env("AWS_ENDPOINT_URL_S3", server.url("")).env("AWS_NO_SIGN_REQUEST", "yes");
    command.env("HOME", sandbox.path(""));
    let told = Outcome::from(command.output().unwrap());
    if cuts.is_some() {
        assert_eq!(told.code, 0, "{}", told.stderr);
        assert_eq!(digest(&sandbox), sha256(content));
    } else {
        assert_eq!(told.code, 1, "{}", told.stderr);
        assert!(told.stderr.contains(&address) && told.stderr.contains("help: "), "{}", told.stderr);
        assert_eq!(sandbox.models(), before);
    }
}

/// Whole and right, or nothing changed and told why.
fn transfers(way: &'static str) {
    let content = movies(8_000);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let nth = next.fetch_add(1, Ordering::SeqCst);
                    if nth >= TRANSFERS {
                        return;
                    }
                    // The first request may fail twice, and a transfer under way five times.
                    let cuts = if nth.is_multiple_of(20) { None } else { Some(1 + nth % 2) };
                    load(way, &content, 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(nth as u64 + 1), cuts);
                }
            });
        }
    });
}

#[test]
fn transfers_of_web_servers_are_whole_or_nothing() {
    transfers("http");
}

#[test]
fn transfers_of_s3_are_whole_or_nothing() {
    transfers("s3");
}
