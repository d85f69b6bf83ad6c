//! A cluster of Kafka for tests: the mock of librdkafka, in a process of Python.

use crate::parts;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A cluster that ends with the test.
pub struct Broker {
    child: Child,
    said: ChildStdin,
    heard: BufReader<ChildStdout>,
    /// Its hosts and ports.
    pub hosts: String,
}

impl Broker {
    /// One that takes everybody.
    pub fn start() -> Option<Broker> {
        Broker::with(&[])
    }

    /// One with more options of `tests/kafka/broker.py`; `None` where it cannot be had.
    pub fn with(options: &[&str]) -> Option<Broker> {
        let python = parts::folder("venv")?.join("bin/python");
        let mut child = Command::new(python)
            .arg(crate::harness::project("tests/kafka/broker.py"))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = child.stdin.take().unwrap();
        let mut heard = BufReader::new(child.stdout.take().unwrap());
        let mut hosts = String::new();
        heard.read_line(&mut hosts).unwrap();
        assert!(!hosts.is_empty(), "the cluster did not start");
        Some(Broker { child, said, heard, hosts: hosts.trim().to_owned() })
    }

    /// The address of a topic.
    pub fn address(&self, topic: &str) -> String {
        format!("kafka://{}/{topic}", self.hosts)
    }

    /// Sends messages to partitions of a topic.
    pub fn produce(&mut self, topic: &str, messages: impl IntoIterator<Item = (i32, String)>) {
        self.produce_as("none", topic, messages);
    }

    /// The same, compressed.
    pub fn produce_as(
        &mut self,
        compression: &str,
        topic: &str,
        messages: impl IntoIterator<Item = (i32, String)>,
    ) {
        let messages: Vec<Value> = messages.into_iter().map(|(at, value)| json!([at, "k", value])).collect();
        self.send(
            &json!({"do": "produce", "topic": topic, "compression": compression, "messages": messages}),
        );
    }

    /// Sends a message that has no value.
    pub fn delete(&mut self, topic: &str, partition: i32) {
        self.send(&json!({"do": "produce", "topic": topic, "messages": [[partition, "k", null]]}));
    }

    /// `down`: nobody is there any more; `up`: there is; `drop`: who was connected is not; `remake`: topics are others of the
    /// same names.
    pub fn is_to_be(&mut self, what: &str) {
        self.send(&json!({"do": what}));
    }

    fn send(&mut self, what: &Value) {
        writeln!(self.said, "{what}").unwrap();
        let mut heard = String::new();
        self.heard.read_line(&mut heard).unwrap();
        assert_eq!(heard.trim(), "done");
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
