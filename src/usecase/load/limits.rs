//! How much of a source may be wrong, or missing, before it is refused.

use super::Limit;
use crate::domain::{Invalid, Position, Rule, Spec};
use crate::error::{Error, Kind, Result};
use crate::repository::Written;

/// The records of one load that broke a rule.
#[derive(Default)]
pub struct Rejects {
    /// How many there are.
    pub count: u64,
    misshapen: u64,
    /// What the first of them broke.
    pub first: Option<String>,
}

impl Rejects {
    /// Notes a record.
    pub fn add(&mut self, position: Position, invalid: &Invalid) {
        self.count += 1;
        self.misshapen += u64::from(invalid.rule == Rule::Shape);
        self.first.get_or_insert_with(|| format!("{position}: {invalid}"));
    }

    /// Fails if the source is not of the model at all, or breaks more rules than allowed.
    pub fn check(&self, spec: &Spec, read: u64, allowed: Option<u64>) -> Result<()> {
        let Some(first) = &self.first else { return Ok(()) };
        if self.misshapen == read {
            return Err(Error::failed(format!("no record looks like model {}: {first}", spec.name))
                .help("check --model against the file; nothing was loaded"));
        }
        match allowed {
            Some(allowed) if self.count > allowed => Err(Error::new(
                Kind::Refused,
                format!(
                    "{} of {read} records break a rule, {allowed} allowed; the first is {first}",
                    self.count
                ),
            )
            .help("mend the records, or allow more with --max-rejects N; nothing of this source was loaded")),
            _ => Ok(()),
        }
    }
}

/// Fails if a complete dump lacks more than it may: a truncated file must not empty the warehouse.
pub fn check_vanished(written: &Written<'_>, limit: Option<Limit>) -> Result<()> {
    let vanished = written.counts.vanished;
    let (exceeded, allowed) = match limit {
        None => return Ok(()),
        Some(Limit::Records(records)) => (vanished > records, records.to_string()),
        Some(Limit::Percent(percent)) => {
            (vanished as f64 * 100.0 > percent * written.known as f64, format!("{percent} %"))
        }
    };
    if !exceeded {
        return Ok(());
    }
    Err(Error::new(
        Kind::Refused,
        format!("lacks {vanished} of {} known records, {allowed} allowed", written.known),
    )
    .help("if the file is whole, allow more with --max-vanished N or P%, or load it with --partial; nothing of this source was loaded"))
}
