//! Records set aside that need not be mended.

use super::delivery::Delivery;
use super::ledger::{self, Counts, EntryKind, Seal, Source, now};
use crate::error::{Error, Result};
use rusqlite::{OptionalExtension, params, params_from_iter, types::Value};

/// Which of the records that wait are meant; all that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Their numbers; none for any.
    pub ids: Vec<i64>,
    /// The rule that they broke.
    pub rule: Option<String>,
    /// Their model.
    pub model: Option<&'static str>,
}

/// Records of one model that were dismissed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dismissed {
    /// The entry of the ledger.
    pub load: i64,
    /// The model.
    pub model: String,
    /// How many they are.
    pub count: u64,
}

impl Delivery<'_> {
    /// Settles the records, an entry of the ledger a model, which says why.
    pub fn dismiss(&self, which: &Which, reason: &str) -> Result<Vec<Dismissed>> {
        let connection = self.connection();
        for id in &which.ids {
            let settled: Option<Option<i64>> = connection
                .query_row("SELECT resolved_by FROM reject WHERE id = ?1", [id], |row| row.get(0))
                .optional()?;
            match settled {
                None => {
                    return Err(Error::usage(format!("no record with number {id} was set aside"))
                        .help("see: scli rejects list"));
                }
                Some(Some(by)) => {
                    return Err(Error::usage(format!(
                        "record {id} does not wait any more: load {by} settled it"
                    ))
                    .help("see: scli rejects list"));
                }
                Some(None) => {}
            }
        }
        let mut wanted = vec!["r.resolved_by IS NULL".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        if !which.ids.is_empty() {
            wanted.push(format!("r.id IN ({})", vec!["?"; which.ids.len()].join(", ")));
            values.extend(which.ids.iter().map(|id| Value::Integer(*id)));
        }
        if let Some(rule) = &which.rule {
            wanted.push("r.rule = ?".to_owned());
            values.push(Value::Text(rule.clone()));
        }
        if let Some(model) = which.model {
            wanted.push("l.model = ?".to_owned());
            values.push(Value::Text(model.to_owned()));
        }
        let sql = format!(
            "SELECT r.id, l.model FROM reject AS r JOIN load AS l ON l.id = r.load_id WHERE {} ORDER BY l.model, r.id",
            wanted.join(" AND ")
        );
        let mut select = connection.prepare(&sql)?;
        let found: Vec<(i64, String)> = select
            .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut dismissed: Vec<Dismissed> = Vec::new();
        let mut settle = connection.prepare("UPDATE reject SET resolved_by = ?2 WHERE id = ?1")?;
        for (id, model) in found {
            let load = match dismissed.last_mut().filter(|last| last.model == model) {
                Some(last) => {
                    last.count += 1;
                    last.load
                }
                None => {
                    let load = self.enter_dismissal(&model, reason)?;
                    dismissed.push(Dismissed { load, model, count: 1 });
                    load
                }
            };
            settle.execute(params![id, load])?;
        }
        Ok(dismissed)
    }

    fn enter_dismissal(&self, model: &str, reason: &str) -> Result<i64> {
        let source = Source {
            name: "rejects".to_owned(),
            kind: EntryKind::Dismiss,
            collector: "dismiss".into(),
            complete: false,
            more: false,
        };
        let load = self.enter(model, &source, &now())?;
        ledger::close(self.connection(), load, &Counts::default(), &Seal::default())?;
        self.connection().execute("UPDATE load SET reason = ?2 WHERE id = ?1", params![load, reason])?;
        Ok(load)
    }
}
