//! Records that a complete dump lacks, and their return.

use super::key;
use super::ledger::Counts;
use super::sink::Scope;
use crate::domain::{Rules, Spec};
use crate::error::Result;
use rusqlite::{Connection, params};

/// SQL for the keys of a model that are gone at present; `?1` is the model.
const GONE: &str = "SELECT key FROM absence WHERE model = ?1 AND returned_in IS NULL";

/// Marks the known keys as vanished that are neither among the keys of `present`, a query, nor gone
/// already. Returns how many.
pub fn mark_vanished(connection: &Connection, scope: Scope, present: &str) -> Result<u64> {
    let name = scope.spec.name;
    let key = key::text(scope.spec, name);
    let sql = format!(
        "INSERT INTO absence (model, key, vanished_in)
         SELECT ?1, {key}, ?2 FROM {name} WHERE {key} NOT IN ({present}) AND {key} NOT IN ({GONE})"
    );
    Ok(connection.execute(&sql, params![name, scope.load])? as u64)
}

/// Marks one key as vanished unless it is gone already. Returns whether it was not.
pub fn mark_one_vanished(connection: &Connection, scope: Scope, key: &str) -> Result<bool> {
    let sql = format!(
        "INSERT INTO absence (model, key, vanished_in) SELECT ?1, ?3, ?2 WHERE ?3 NOT IN ({GONE} AND key = ?3)"
    );
    Ok(connection.prepare_cached(&sql)?.execute(params![scope.spec.name, scope.load, key])? > 0)
}

/// Marks the keys as reappeared that are gone and among those of `present`, a query. Returns how many.
pub fn mark_reappeared(connection: &Connection, scope: Scope, present: &str) -> Result<u64> {
    let sql = format!(
        "UPDATE absence SET returned_in = ?2 WHERE model = ?1 AND returned_in IS NULL AND key IN ({present})"
    );
    Ok(connection.execute(&sql, params![scope.spec.name, scope.load])? as u64)
}

/// Marks one key as reappeared if it is gone. Returns whether it was.
pub fn mark_one_reappeared(connection: &Connection, scope: Scope, key: &str) -> Result<bool> {
    let sql = "UPDATE absence SET returned_in = ?2 WHERE model = ?1 AND key = ?3 AND returned_in IS NULL";
    Ok(connection.prepare_cached(sql)?.execute(params![scope.spec.name, scope.load, key])? > 0)
}

/// How many records of the model are gone at present.
pub fn count_gone(connection: &Connection, model: &str) -> Result<u64> {
    let count: i64 =
        connection.query_row(&format!("SELECT count(*) FROM ({GONE})"), [model], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// SQL for the keys of a model whose last absence began (`vanished_in`) or ended (`returned_in`) with the load `?2`.
/// Where an undo began or ended it, it did so for the absence before, and so with the load that did that. `?1` is the
/// model.
fn told(column: &str, is_over: bool) -> String {
    format!(
        "WITH RECURSIVE told (key, at, vanished_in) AS (
             SELECT key, {column}, vanished_in FROM absence AS a
             WHERE model = ?1 AND (returned_in IS NOT NULL) = {is_over} AND vanished_in = (
                 SELECT max(vanished_in) FROM absence WHERE model = ?1 AND key = a.key
             )
             UNION ALL
             SELECT a.key, a.{column}, a.vanished_in
             FROM told AS t
             JOIN load AS u ON u.id = t.at AND u.kind = 'undo'
             JOIN absence AS a ON a.model = ?1 AND a.key = t.key AND a.vanished_in = (
                 SELECT max(vanished_in) FROM absence WHERE model = ?1 AND key = t.key AND vanished_in < t.vanished_in
             )
         )
         SELECT key FROM told WHERE at = ?2"
    )
}

/// Follows the load `target`, which `undo` takes back: what it missed is not missing any more, and what it had again
/// is missing as before. Records that the undo takes out, whose keys are in `undo_gone`, are not missing either.
pub fn undo(connection: &Connection, spec: &Spec, target: i64, undo: i64, counts: &mut Counts) -> Result<()> {
    let (known, gone) = match spec.rules {
        Rules::Keyed(_) => (
            format!("SELECT {} FROM {name}", key::text(spec, spec.name), name = spec.name),
            format!("SELECT {} FROM undo_gone", key::text(spec, "undo_gone")),
        ),
        Rules::Session(_) => (
            "SELECT lower(hex(id)) FROM stream_fact".to_owned(),
            "SELECT lower(hex(h.id)) FROM stream_fact_history AS h JOIN undo_gone
             USING (start_at, user_id, movie_id, end_at) WHERE h.replaced_by = ?2"
                .to_owned(),
        ),
    };
    // A record that an undo took out since cannot be missing.
    let had = format!("{} AND key IN ({known})", told("returned_in", true));
    let missed = told("vanished_in", false);
    let had: Vec<String> = connection
        .prepare(&had)?
        .query_map(params![spec.name, target], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    counts.reappeared = connection.execute(
        &format!("UPDATE absence SET returned_in = ?3 WHERE model = ?1 AND returned_in IS NULL AND key IN ({missed})"),
        params![spec.name, target, undo],
    )? as u64;
    let mut insert =
        connection.prepare("INSERT INTO absence (model, key, vanished_in) VALUES (?1, ?2, ?3)")?;
    for key in &had {
        insert.execute(params![spec.name, key, undo])?;
    }
    counts.vanished = had.len() as u64;
    if count_gone(connection, spec.name)? > 0 {
        connection.execute(
            &format!("UPDATE absence SET returned_in = ?2 WHERE model = ?1 AND returned_in IS NULL AND key IN ({gone})"),
            params![spec.name, undo],
        )?;
    }
    Ok(())
}
