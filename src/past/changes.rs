//! What loads did, record by record.

use rusqlite::{Connection, params_from_iter};

use super::key;
use super::moment::pruned;
use crate::domain::{Model, Rules};
use crate::error::{Error, Result};
use crate::sql::{Binding, Sink, Value, run};

/// What some loads did, as one statement that is run or counted.
pub struct Changes {
    sql: String,
}

impl Changes {
    /// What a load (`12`, `load:12`) or all loads of a delivery (`delivery:3`) did.
    pub fn of(conn: &Connection, what: &str) -> Result<Changes> {
        let loads = loads(conn, what)?;
        let list = loads.iter().map(|(load, _)| load.to_string()).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        for model in
            Model::all().into_iter().filter(|model| loads.iter().any(|(_, name)| name == model.name()))
        {
            parts.extend(changes_of(model, &list));
        }
        let sql = format!(
            "SELECT load, model, change, key, field, before, after FROM ({}) ORDER BY load, rank, key, place",
            parts.join(" UNION ALL ")
        );
        Ok(Changes { sql })
    }

    /// Gives the changes to `sink`: of a record that was inserted or taken out all of it, as JSON; of one that was
    /// updated each field that differs. At most `limit` of them, if there is one.
    pub fn give(&self, conn: &Connection, limit: Option<u64>, sink: &mut dyn Sink) -> Result<()> {
        let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let bindings = [Binding { name: "limit".to_owned(), value: Value::Integer(limit) }];
        run(conn, &format!("{} LIMIT :limit", self.sql), &bindings, sink)
    }

    /// How many there are.
    pub fn count(&self, conn: &Connection) -> Result<u64> {
        let count: i64 =
            conn.query_row(&format!("SELECT count(*) FROM ({})", self.sql), [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// The loads that `what` means, with their models.
fn loads(conn: &Connection, what: &str) -> Result<Vec<(i64, String)>> {
    let (column, number, noun) = match what.strip_prefix("delivery:") {
        Some(number) => ("delivery_id", number, "delivery"),
        None => ("id", what.strip_prefix("load:").unwrap_or(what), "load"),
    };
    let id: Option<i64> = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
    if id.is_none() {
        return Err(Error::usage(format!("`{what}` names neither a load nor a delivery"))
            .help("give a load's number, as scli loads lists them, or delivery:N"));
    }
    let mut select = conn.prepare(&format!("SELECT id, model FROM load WHERE {column} = ?1 ORDER BY id"))?;
    let loads: Vec<(i64, String)> = select
        .query_map(params_from_iter(id), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if let (Some(pruned), Some((first, _))) = (pruned(conn)?, loads.first())
        && *first <= pruned
    {
        return Err(Error::usage(format!(
            "what load {first} did cannot be told any more: scli prune dropped the versions before load {pruned}"
        ))
        .help("a sealed copy of an earlier time has them"));
    }
    if loads.is_empty() {
        let flag = if noun == "delivery" { " --deliveries" } else { "" };
        return Err(
            Error::usage(format!("there is no {noun} {number}")).help(format!("scli loads{flag} lists them"))
        );
    }
    Ok(loads)
}

/// SQL for a field of a record.
type FieldSql = fn(record: &str, field: &str) -> String;

/// A model's versions in SQL: its tables, how two versions are of one record, its key, and its fields.
struct Versions {
    table: &'static str,
    columns: &'static [&'static str],
    same: &'static [&'static str],
    fields: Vec<(&'static str, FieldSql)>,
}

fn versions(model: Model) -> Versions {
    fn plain(record: &str, field: &str) -> String {
        format!("{record}.{field}")
    }
    let spec = model.spec();
    match spec.rules {
        Rules::Keyed(_) => Versions {
            table: spec.name,
            columns: spec.fields,
            same: spec.key(),
            fields: spec.told().map(|field| (field, plain as FieldSql)).collect(),
        },
        Rules::Session(_) => Versions {
            table: "stream_fact",
            columns: &["start_at", "user_id", "movie_id", "end_at", "size_mb", "id"],
            same: &["start_at", "user_id", "movie_id", "end_at"],
            fields: vec![
                ("id", |record, _| format!("lower(hex({record}.id))")),
                ("movie_title", |record, _| {
                    text_of("streamed_movie", "title", &format!("{record}.movie_id"))
                }),
                ("user_email", |record, _| text_of("streaming_user", "email", &format!("{record}.user_id"))),
                ("size_mb", plain),
                ("start_at", |record, _| time_of(&format!("{record}.start_at"))),
                ("end_at", |record, _| time_of(&format!("{record}.end_at"))),
            ],
        },
    }
}

/// SQL for the text of an id, which only the history has once its last session was taken out.
fn text_of(table: &str, column: &str, id: &str) -> String {
    format!(
        "coalesce((SELECT {column} FROM {table} WHERE id = {id}),
            (SELECT max({column}) FROM {table}_history WHERE id = {id}))"
    )
}

/// SQL for a time as the view `stream` has it.
fn time_of(micros: &str) -> String {
    format!(
        "strftime('%Y-%m-%dT%H:%M:%S', ({micros} - ({micros} % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
            || printf('.%06dZ', ({micros} % 1000000 + 1000000) % 1000000)"
    )
}

/// SQL for what the loads in `list` did to the records of a model.
fn changes_of(model: Model, list: &str) -> Vec<String> {
    let Versions { table, columns, same, fields } = versions(model);
    let name = model.name();
    let same = |one: &str, other: &str| {
        same.iter()
            .map(|column| format!("{one}.{column} = {other}.{column}"))
            .collect::<Vec<_>>()
            .join(" AND ")
    };
    let spec = model.spec();
    let key = |record: &str| match spec.rules {
        Rules::Keyed(_) => key::text(spec, record),
        Rules::Session(_) => fields.first().map(|(field, sql)| sql(record, field)).unwrap_or_default(),
    };
    let record = |record: &str| {
        let members: Vec<String> =
            fields.iter().map(|(field, sql)| format!("'{field}', {}", sql(record, field))).collect();
        format!("json_object({})", members.join(", "))
    };
    // What the loads wrote, what they replaced or took out, and what came too late to be current.
    // A history has its columns in another order.
    let columns = columns.join(", ");
    let after = format!(
        "(SELECT {columns}, NULL AS replaced_by, load_id AS wrote FROM {table} WHERE load_id IN ({list})
          UNION ALL
          SELECT {columns}, replaced_by, load_id FROM {table}_history WHERE load_id IN ({list}) AND load_id <> replaced_by)"
    );
    let before =
        format!("{table}_history AS b WHERE b.replaced_by IN ({list}) AND b.load_id <> b.replaced_by");
    let mut parts = vec![
        format!(
            "SELECT a.wrote AS load, '{name}' AS model, 1 AS rank, 'inserted' AS change, {key} AS key, 0 AS place,
                NULL AS field, NULL AS before, {record} AS after
             FROM {after} AS a WHERE NOT EXISTS (
                 SELECT 1 FROM {table}_history AS b
                 WHERE {same} AND b.replaced_by = a.wrote AND b.load_id <> b.replaced_by
             )",
            key = key("a"),
            record = record("a"),
            same = same("b", "a"),
        ),
        format!(
            "SELECT b.replaced_by, '{name}', 3, 'removed', {key}, 0, NULL, {record}, NULL FROM {before}
                 AND NOT EXISTS (SELECT 1 FROM {table} AS a WHERE {same} AND a.load_id = b.replaced_by)
                 AND NOT EXISTS (
                     SELECT 1 FROM {table}_history AS a
                     WHERE {same} AND a.load_id = b.replaced_by AND a.load_id <> a.replaced_by
                 )",
            key = key("b"),
            record = record("b"),
            same = same("a", "b"),
        ),
        format!(
            "SELECT o.load_id, '{name}', 4, 'older', {key}, 0, NULL, NULL, {record}
             FROM {table}_history AS o WHERE o.load_id IN ({list}) AND o.load_id = o.replaced_by",
            key = key("o"),
            record = record("o"),
        ),
        format!(
            "SELECT vanished_in, '{name}', 5, 'vanished', key, 0, NULL, NULL, NULL
             FROM absence WHERE model = '{name}' AND vanished_in IN ({list})"
        ),
        format!(
            "SELECT returned_in, '{name}', 6, 'reappeared', key, 0, NULL, NULL, NULL
             FROM absence WHERE model = '{name}' AND returned_in IN ({list})"
        ),
    ];
    for (place, (field, sql)) in fields.iter().enumerate().skip(spec.keys) {
        let (old, new) = (sql("b", field), sql("a", field));
        parts.push(format!(
            "SELECT a.wrote, '{name}', 2, 'updated', {key}, {place}, '{field}', {old}, {new}
             FROM {after} AS a JOIN {table}_history AS b
                 ON {same} AND b.replaced_by = a.wrote AND b.load_id <> b.replaced_by
             WHERE {old} IS NOT {new}",
            key = key("a"),
            same = same("b", "a"),
        ));
    }
    parts
}
