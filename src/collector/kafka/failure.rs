//! What goes wrong with a cluster: some of it passes by itself.

use crate::error::Error;
use std::fmt::Display;

/// Why a cluster did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// It cannot be reached, or is not ready: it is worth another try.
    Away(String),
    /// What was to be read of a partition is not there.
    OutOfRange(i32),
    /// Another try would fail as well.
    Final(Error),
}

/// The result of what a cluster is asked.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// One that may pass.
    pub fn away(why: impl Display) -> Failure {
        Failure::Away(why.to_string())
    }

    /// Puts where it happened in front.
    #[must_use]
    pub fn at(self, place: impl Display) -> Failure {
        match self {
            Failure::Away(why) => Failure::Away(format!("{place}: {why}")),
            Failure::Final(error) => Failure::Final(error.at(place)),
            Failure::OutOfRange(partition) => Failure::OutOfRange(partition),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Final(error)
    }
}

/// Fails if a broker answers with an error's number.
pub fn check(code: i16, partition: Option<i32>) -> Result<()> {
    let failed = |what: &str, help: &str| Err(Failure::Final(Error::failed(what).help(help)));
    match (code, partition) {
        (0, _) => Ok(()),
        (1, Some(partition)) => Err(Failure::OutOfRange(partition)),
        (2, _) => failed(
            "a message is damaged on the broker's disk",
            "look at the broker's log; nothing from there on can be read",
        ),
        (3, None) => failed(
            "there is no such topic",
            "look at its name; scli makes no topic, and one that is new takes a moment",
        ),
        (29..=31, _) => failed(
            "this user may not read the topic",
            "whoever looks after the cluster can allow it: READ and DESCRIBE for the topic",
        ),
        (17, _) => failed("the topic's name is none that a topic can have", "look at its name"),
        (33, _) => failed(
            "the broker does not know this way to sign in",
            "say another with --sasl: plain, scram-sha-256 or scram-sha-512",
        ),
        (34, _) => failed("the broker wants to be signed in to in another way", "say which with --sasl"),
        (35, _) => failed("the broker is too old or too new: it does not take these requests", BROKERS),
        (58, _) => failed(
            "user or password is wrong",
            "look at --user, and at SCLI_KAFKA_PASSWORD or the file of --password-file",
        ),
        (76, _) => failed("the topic is compressed in a way that the broker does not send", BROKERS),
        (code, _) => Err(Failure::away(match code {
            3 => "it does not know the partition".to_owned(),
            5 => "the partition has no leader at the moment".to_owned(),
            6 => "the partition has another leader".to_owned(),
            7 => "it did not answer in time".to_owned(),
            code => format!("it answers with error {code} of Kafka's"),
        })),
    }
}

/// Which brokers are read from.
pub const BROKERS: &str = "scli reads from Kafka 2.1 and later";
