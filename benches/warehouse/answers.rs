//! The six answers, from `scli` and from DuckDB over the same rows.
//!
//! Cold: a new process, and the database's file dropped from the system's cache where that can be
//! done. Warm: the second time; for `scli` that is another process, for DuckDB the same connection.

use crate::child::{self, Cost, evict, scli};
use crate::data::Data;
use crate::duckdb::{self, Peer};
use crate::report::{Table, duration, median, number};
use crate::{Result, note};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The tables that the questions read beside the streams.
const MODELS: [&str; 4] = ["author", "book", "movie", "review"];

/// What each question took: ours cold, ours warm, DuckDB's cold, DuckDB's warm.
#[derive(Default)]
pub struct Answers {
    seconds: BTreeMap<&'static str, [Vec<f64>; 4]>,
    /// Published and corrected, ours and DuckDB's.
    numbers: BTreeMap<&'static str, [Option<(f64, f64)>; 2]>,
    cold_file: bool,
}

impl Answers {
    /// Asks `scli`. The database has streams; the other models are loaded first.
    pub fn ask_ours(&mut self, data: &Data, database: &Path, table: &mut Table) -> Result<()> {
        child::run(&mut scli(database, ["sync".as_ref(), data.others.as_os_str()]))?;
        let all = ["answers", "--format", "json"];
        self.cold_file = evict(database)?;
        table.add("answers-cold", child::run(&mut scli(database, all))?.cost);
        let warm = child::run(&mut scli(database, all))?;
        table.add("answers-warm", warm.cost);
        for answer in serde_json::from_str::<Vec<Value>>(&warm.output)? {
            let name = answer.get("question").and_then(Value::as_str);
            let question = names().find(|question| Some(*question) == name).ok_or("an unknown question")?;
            *self.number(question, 0) = readings(&answer);
        }
        for question in names() {
            let ask = ["query", question, "--format", "json"];
            evict(database)?;
            let cold = child::run(&mut scli(database, ask))?.cost;
            self.second(question, 0).push(cold.seconds);
            let warm = child::run(&mut scli(database, ask))?.cost;
            self.second(question, 1).push(warm.seconds);
        }
        Ok(())
    }

    /// Asks DuckDB. Its database has streams; the other models come from ours.
    pub fn ask_peer(
        &mut self,
        data: &Data,
        peer: &Peer,
        (ours, theirs): (&Path, &Path),
        table: &mut Table,
    ) -> Result<()> {
        let models = data.place.join("models");
        std::fs::create_dir_all(&models)?;
        for model in MODELS {
            let sql = data.place.join("model.sql");
            std::fs::write(&sql, format!("SELECT * FROM {model}"))?;
            let rows = child::run(scli(ours, ["query", "--format", "csv", "--file"]).arg(&sql))?.output;
            std::fs::write(models.join(model).with_extension("csv"), rows)?;
        }
        peer.run("models", theirs, &models)?;
        evict(theirs)?;
        let (cost, reply) = peer.run("answers", theirs, &duckdb::files())?;
        let sum = |turn: &str| names().map(|name| seconds(&reply.done, name, turn)).sum::<Option<f64>>();
        let (cold, warm) = (sum("cold").ok_or("no answer")?, sum("warm").ok_or("no answer")?);
        table.add("peer-cold", Cost { seconds: reply.opened + cold, ..cost });
        table.add("peer-warm", Cost { seconds: warm, ..cost });
        for question in names() {
            evict(theirs)?;
            let file = duckdb::files().join(question).with_extension("sql");
            let (_, reply) = peer.run("answers", theirs, &file)?;
            *self.number(question, 1) = reply.done.get(question).and_then(readings);
            let cold = seconds(&reply.done, question, "cold").ok_or("no answer")?;
            self.second(question, 2).push(reply.opened + cold);
            self.second(question, 3).extend(seconds(&reply.done, question, "warm"));
        }
        self.compare()
    }

    /// Fails unless both give the same numbers.
    fn compare(&self) -> Result<()> {
        for (question, numbers) in &self.numbers {
            let [Some(ours), Some(theirs)] = numbers else { return Err("an answer lacks".into()) };
            if (ours.0 - theirs.0).abs() > 1e-9 || (ours.1 - theirs.1).abs() > 1e-9 {
                return Err(format!("{question}: scli says {ours:?}, DuckDB {theirs:?}").into());
            }
        }
        note("scli and DuckDB give the same twelve numbers");
        Ok(())
    }

    fn second(&mut self, question: &'static str, of: usize) -> &mut Vec<f64> {
        let [a, b, c, d] = self.seconds.entry(question).or_default();
        match of {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        }
    }

    fn number(&mut self, question: &'static str, of: usize) -> &mut Option<(f64, f64)> {
        let [ours, theirs] = self.numbers.entry(question).or_default();
        if of == 0 { ours } else { theirs }
    }

    /// A line for each question.
    pub fn markdown(&self) -> String {
        let mut text = "| question | scli cold | warm | DuckDB cold | warm | scli ÷ DuckDB, warm |\n\
             |---|--:|--:|--:|--:|--:|\n"
            .to_owned();
        for question in names() {
            let Some(costs) = self.seconds.get(question) else { continue };
            let medians = costs.each_ref().map(|costs| median(costs.iter().copied()));
            let [_, ours, _, theirs] = medians;
            let ratio = ours.zip(theirs).map_or_else(String::new, |(ours, theirs)| number(ours / theirs));
            let cells = medians.map(|seconds| seconds.map_or_else(String::new, duration)).join(" | ");
            let _ = writeln!(text, "| `{question}` | {cells} | {ratio} |");
        }
        if !self.cold_file {
            text.push_str("\nCold is the process alone: the file could not be dropped from the cache.\n");
        }
        text
    }
}

/// The questions, in order.
fn names() -> impl Iterator<Item = &'static str> {
    static QUESTIONS: std::sync::LazyLock<scli::question::Questions> =
        std::sync::LazyLock::new(scli::question::Questions::shipped);
    QUESTIONS.all.iter().map(|question| question.name.as_str())
}

fn seconds(done: &Value, question: &str, turn: &str) -> Option<f64> {
    done.get(question)?.get(turn)?.as_f64()
}

fn readings(answer: &Value) -> Option<(f64, f64)> {
    Some((answer.get("published")?.as_f64()?, answer.get("corrected")?.as_f64()?))
}
