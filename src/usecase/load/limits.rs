//! How much of a source may be wrong, changed or missing before it is refused, or told.

use super::request::{Limits, Options};
use crate::domain::{Invalid, Position, Rule, Spec};
use crate::error::{Error, Kind, Result};
use crate::repository::Written;

/// How many columns and members that a model does not know are named.
pub const NAMED: usize = 100;

/// How many records that broke a rule a load keeps at most, if nothing else is said, and how many bytes of them.
const KEPT: u64 = 10_000;
const KEPT_BYTES: usize = 32 << 20;

/// The records of one load that broke a rule.
pub struct Rejects {
    /// How many there are.
    pub count: u64,
    /// How many of them are kept.
    pub kept: u64,
    /// How many more may be, and how many bytes of them.
    room: (u64, usize),
    misshapen: u64,
    /// What the first of them broke.
    pub first: Option<String>,
}

impl Rejects {
    /// None yet; so many are to be kept at most.
    pub fn to_keep(most: Option<u64>) -> Rejects {
        let room = (most.unwrap_or(KEPT), KEPT_BYTES);
        Rejects { count: 0, kept: 0, room, misshapen: 0, first: None }
    }

    /// Notes a record of so many bytes. Returns whether to keep it: a small file must not make a large
    /// database.
    pub fn add(&mut self, position: Position<'_>, bytes: usize, invalid: &Invalid) -> bool {
        self.count += 1;
        self.misshapen += u64::from(invalid.rule == Rule::Shape);
        self.first.get_or_insert_with(|| format!("{position}: {invalid}"));
        let (records, room) = self.room;
        let left = records.checked_sub(1).zip(room.checked_sub(bytes));
        self.room = left.unwrap_or(self.room);
        self.kept += u64::from(left.is_some());
        left.is_some()
    }

    /// Fails if more records break a rule than allowed.
    pub fn check_limit(&self, read: u64, options: &Options) -> Result<()> {
        let allowed = options.most.rejected.filter(|most| most.is_exceeded(self.count, read));
        let (Some(first), Some(allowed)) = (&self.first, allowed) else { return Ok(()) };
        let message =
            format!("{} of {read} records break a rule, {allowed} allowed; the first is {first}", self.count);
        Err(Error::new(Kind::Refused, message)
            .help("mend the records, or allow more with --max-rejects N; nothing of this source was loaded"))
    }

    /// Fails if the source is not of the model at all, breaks more rules than allowed, or has nothing that
    /// can be loaded where there should be something.
    pub fn check(&self, spec: &Spec, read: u64, complete: bool, options: &Options) -> Result<()> {
        if let Some(first) = &self.first {
            if self.misshapen == read {
                return Err(Error::failed(format!("no record looks like model {}: {first}", spec.name))
                    .help("check --model against the file; nothing was loaded"));
            }
            self.check_limit(read, options)?;
            if self.count == read && options.most.rejected.is_none() && !options.allow_empty {
                return Err(Error::new(
                    Kind::Refused,
                    match read {
                        1 => format!("its only record breaks a rule: {first}"),
                        _ => format!("every one of its {read} records breaks a rule; the first is {first}"),
                    },
                )
                .help("mend the file; to set all of its records aside: --allow-empty"));
            }
        }
        if read == 0 && complete && !options.allow_empty {
            return Err(Error::new(
                Kind::Refused,
                format!("has no record, so every known {} would have vanished", spec.name),
            )
            .help("fetch the file again; if the vendor has dropped everything: --allow-empty"));
        }
        Ok(())
    }
}

/// One of the limits: what it counts, of how many, and what to say of it.
struct Measure {
    limit: fn(&Limits) -> Option<super::request::Limit>,
    count: u64,
    of: u64,
    told: String,
    remedy: &'static str,
}

fn measures(written: &Written<'_>) -> [Measure; 2] {
    let (counts, known) = (&written.counts, written.known);
    let present = known.saturating_sub(written.gone);
    [
        Measure {
            limit: |limits| limits.updated,
            count: counts.updated,
            of: known,
            told: format!("changes {} of {known} known records", counts.updated),
            remedy: "if the file is right, allow more with --max-updated N or P%; nothing of this source was loaded",
        },
        Measure {
            limit: |limits| limits.vanished,
            count: counts.vanished,
            of: present,
            told: format!("lacks {} of {present} known records", counts.vanished),
            remedy: "if the file is whole, allow more with --max-vanished N or P%, or load it with --partial; \
                     nothing of this source was loaded",
        },
    ]
}

/// Fails if the source changes or lacks more than it may: a truncated file must not empty the warehouse, nor
/// one of another day turn it back.
pub fn check_written(written: &Written<'_>, most: &Limits) -> Result<()> {
    for Measure { limit, count, of, told, remedy } in measures(written) {
        if let Some(allowed) = limit(most).filter(|most| most.is_exceeded(count, of)) {
            return Err(Error::new(Kind::Refused, format!("{told}, {allowed} allowed")).help(remedy));
        }
    }
    Ok(())
}

/// What is beyond the limits that only warn.
pub fn warnings(written: &Written<'_>, warn: &Limits) -> Vec<String> {
    let counts = &written.counts;
    let rejected = Measure {
        limit: |limits| limits.rejected,
        count: counts.rejected,
        of: counts.read,
        told: format!("{} of {} records break a rule", counts.rejected, counts.read),
        remedy: "",
    };
    std::iter::once(rejected)
        .chain(measures(written))
        .filter_map(|Measure { limit, count, of, told, .. }| {
            let allowed = limit(warn).filter(|limit| limit.is_exceeded(count, of))?;
            Some(format!("{told}, more than {allowed}"))
        })
        .collect()
}
