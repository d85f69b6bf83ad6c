//! The address of a topic: `kafka://host:port/topic`, with several hosts where a cluster has them.

use crate::error::{Error, Result};
use std::fmt;

/// Where a topic is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Address {
    /// The hosts to ask first, and their ports.
    pub hosts: Vec<(String, u16)>,
    /// The topic.
    pub topic: String,
    /// Who reads it, if the address says so.
    pub user: Option<String>,
}

/// The port of Kafka, if none is said.
const PORT: u16 = 9092;

/// The longest name that a topic can have.
const LONGEST: usize = 249;

impl Address {
    /// The address that a text is.
    pub fn parse(text: &str) -> Result<Address> {
        // Nothing of it is repeated: it may hold a password.
        let broken = |what: &str| {
            Error::usage(format!("the address of a topic {what}"))
                .help("write it as in kafka://host:9092/topic, or kafka://one:9092,two:9092/topic")
        };
        let rest = text.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("kafka"));
        let (_, rest) = rest.ok_or_else(|| broken("does not begin with kafka://"))?;
        let (place, topic) = rest.split_once('/').ok_or_else(|| broken("names no topic"))?;
        let (user, hosts) = match place.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => {
                return Err(Error::usage(
                    "the address of a topic with a password, which others could read in the list of processes",
                )
                .help("leave it out, and set SCLI_KAFKA_PASSWORD, or name its file with --password-file"));
            }
            Some((user, hosts)) => (Some(user.to_owned()).filter(|user| !user.is_empty()), hosts),
            None => (None, place),
        };
        let topic = topic.strip_suffix('/').unwrap_or(topic);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        match topic {
            "" => return Err(broken("names no topic")),
            topic if topic.len() > LONGEST || !topic.chars().all(is_name) => {
                return Err(broken("names what no topic can be called"));
            }
            _ => {}
        }
        let hosts = hosts.split(',').map(|host| match host_and_port(host) {
            Some(host) => Ok(host),
            None => Err(broken("has a host without a name, or a port that is none")),
        });
        Ok(Address { hosts: hosts.collect::<Result<_>>()?, topic: topic.to_owned(), user })
    }

    /// The hosts as one text.
    pub fn hosts(&self) -> String {
        self.hosts.iter().map(told).collect::<Vec<_>>().join(",")
    }
}

/// A host and its port as people write them.
pub fn told((host, port): &(String, u16)) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        // An address of IPv6 has colons of its own.
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
    let port = port.map_or(Some(PORT), |port| port.parse().ok().filter(|port| *port > 0))?;
    (!host.is_empty() && host.chars().all(is_name)).then(|| (host.to_owned(), port))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kafka://{}/{}", self.hosts(), self.topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_hosts_and_a_topic() {
        for (text, expected) in [
            ("kafka://h:9093/t", "kafka://h:9093/t"),
            ("KAFKA://h/my.topic_1-x/", "kafka://h:9092/my.topic_1-x"),
            ("kafka://ada@one:1,two:2/t", "kafka://one:1,two:2/t"),
            ("kafka://[::1]:9092,[fe80::1]/t", "kafka://[::1]:9092,[fe80::1]:9092/t"),
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), expected);
        }
        assert_eq!(Address::parse("kafka://ada@h/t").unwrap().user.as_deref(), Some("ada"));
    }

    #[test]
    fn what_is_no_address_is_told_without_a_word_of_it() {
        for text in [
            "secret",
            "secret://h/t",
            "kafka://secret",
            "kafka://secret/",
            "kafka://ada:secret@h/t",
            "kafka:///secret",
            "kafka://h:secret/t",
            "kafka://h:0/secret",
            "kafka://h/secret/t",
            "kafka://h/secret?t",
            "kafka://[secret/t",
            "kafka://secret,/t",
        ] {
            let error = Address::parse(text).unwrap_err();
            assert_eq!(error.kind().exit_code(), 2, "{text}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
