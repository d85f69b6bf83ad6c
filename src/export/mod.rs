//! Models as files that `load` takes again: what to select, and how a row becomes a record.
//!
//! Rows pass through one by one, in the order of their keys.

mod further;
mod passing;
mod records;

pub use further::Further;
pub use passing::Passing;
pub use records::Records;

use crate::domain::{Model, Rules};
use std::collections::BTreeSet;

/// The field with what a record has beyond its model.
const EXTRA: &str = "extra";

/// What is to be written of a model, and how.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The model.
    pub model: Model,
    /// Whether records are JSON, and so may nest.
    pub json: bool,
    /// Whether the columns of the table are wanted as they are, whatever `load` takes.
    pub all_columns: bool,
}

impl Wanted {
    /// Whether `load` takes what is written.
    pub fn loads_again(&self) -> bool {
        !self.all_columns && (self.json || !self.model.spec().nested())
    }

    /// Whether rows become the records that the sender would send.
    pub fn as_records(&self) -> bool {
        self.json && !self.all_columns && self.has_extra()
    }

    /// SQL for the names of the columns that records have beyond their model, where each is to be a column.
    pub fn further(&self) -> Option<String> {
        let model = self.model.name();
        (self.has_extra() && !self.json && !self.all_columns)
            .then(|| format!("SELECT DISTINCT e.key FROM {model} AS m, json_each(m.{EXTRA}) AS e ORDER BY 1"))
    }

    /// The columns that hold times as microseconds, and are to be shown as text.
    pub fn times(&self) -> &'static [&'static str] {
        match self.model.spec().rules {
            Rules::Session(_) => &["start_at", "end_at"],
            Rules::Keyed(_) => &[],
        }
    }

    /// SQL for the rows, with a column for each of the `further` names.
    pub fn sql(&self, further: &[String]) -> String {
        let model = self.model.name();
        if let Rules::Session(_) = self.model.spec().rules {
            let (first, last) =
                if self.all_columns { ("lower(hex(f.id)) AS id, ", ", f.load_id") } else { ("", "") };
            // In the order of the table, which a cross join keeps.
            return format!(
                "SELECT {first}m.title AS movie_title, u.email AS user_email, f.size_mb, f.start_at, f.end_at{last}
                 FROM stream_fact AS f CROSS JOIN streamed_movie AS m CROSS JOIN streaming_user AS u
                 WHERE m.id = f.movie_id AND u.id = f.user_id
                 ORDER BY f.start_at, f.user_id, f.movie_id, f.end_at"
            );
        }
        let key = self.model.spec().key().join(", ");
        if self.all_columns {
            return format!("SELECT * FROM {model} ORDER BY {key}");
        }
        let mut columns: Vec<String> = self.fields();
        if self.as_records() {
            columns.push(EXTRA.to_owned());
        }
        columns.extend(further.iter().map(|name| {
            let (text, quoted) = (name.replace('\'', "''"), name.replace('"', "\"\""));
            format!("(SELECT value FROM json_each(m.{EXTRA}) WHERE key = '{text}') AS \"{quoted}\"")
        }));
        format!("SELECT {} FROM {model} AS m ORDER BY {key}", columns.join(", "))
    }

    fn has_extra(&self) -> bool {
        self.model.spec().fields.contains(&EXTRA)
    }

    /// The fields that people see, called and ordered as in the sender's file where that is flat.
    fn fields(&self) -> Vec<String> {
        let spec = self.model.spec();
        let shown = || spec.fields.iter().filter(|field| !field.ends_with("_key") && **field != EXTRA);
        if spec.nested() {
            return shown().map(|field| (*field).to_owned()).collect();
        }
        if let Some(described) = spec.described {
            // Several fields may come from one column of the sender's.
            let mut sources = BTreeSet::new();
            let fields = described
                .fields
                .iter()
                .filter(|field| !field.retired && field.hash.is_none() && sources.insert(field.source()));
            return fields.map(|field| format!("m.\"{}\" AS \"{}\"", field.name, field.source())).collect();
        }
        let key = spec.key().join(", ");
        let rename = |member: &&str| match shown().any(|field| field == member) {
            true => (*member).to_owned(),
            // The one field that the sender calls otherwise is the key.
            false => format!("{key} AS {member}"),
        };
        spec.members.names.iter().map(rename).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::fixture::{self, Collected};
    use crate::sql::run;

    #[test]
    fn every_model_is_selected_in_the_order_of_its_key() {
        let conn = fixture::small();
        for model in Model::SHIPPED {
            for (json, all_columns) in [(false, false), (true, false), (false, true)] {
                let wanted = Wanted { model, json, all_columns };
                let sql = wanted.sql(&["it's \"x\"".to_owned()][..usize::from(wanted.further().is_some())]);
                let mut rows = Collected::default();
                run(&conn, &sql, &[], &mut rows).expect(&sql);
                assert!(rows.finished, "{sql}");
                let plan = crate::sql::explain(&conn, &sql, &[]).unwrap();
                assert!(!plan.iter().any(|step| step.detail.contains("TEMP B-TREE")), "{sql}: {plan:?}");
            }
        }
    }

    #[test]
    fn flat_columns_are_those_of_the_senders_file() {
        for model in Model::SHIPPED.into_iter().filter(|model| !model.spec().nested()) {
            let wanted = Wanted { model, json: false, all_columns: false };
            let mut rows = Collected::default();
            run(&fixture::small(), &wanted.sql(&[]), &[], &mut rows).unwrap();
            assert_eq!(rows.columns, model.spec().members.names, "{model:?}");
        }
    }
}
