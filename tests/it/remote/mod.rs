//! Files of other machines, from real servers on this one.

mod cuts;
mod faults;
#[cfg(target_os = "linux")]
mod ftp;
mod http;
#[cfg(target_os = "linux")]
mod proxy;
mod s3;
mod s3_servers;
mod server;
#[cfg(target_os = "linux")]
mod sftp;
mod sources;
mod tls;
#[cfg(unix)]
mod watching;

use crate::harness::{Outcome, Sandbox};
use sha2::{Digest, Sha256};

/// A file of `count` movies.
pub fn movies(count: usize) -> String {
    let rows: String = (0..count).map(|n| format!("Movie {n},{},Thai,{n}\n", 60 + n % 60)).collect();
    format!("title,duration_mins,original_language,size_mb\n{rows}")
}

/// Loads a file of movies from an address.
pub fn load(sandbox: &Sandbox, address: &str) -> Outcome {
    sandbox.scli(&["load", "--model", "movie", "--config", address])
}

/// The SHA-256 of the last load.
pub fn digest(sandbox: &Sandbox) -> String {
    sandbox.rows("SELECT sha256 FROM load ORDER BY id DESC LIMIT 1").trim().to_owned()
}

/// The SHA-256 of a text.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
