//! Records that a complete dump lacks, and their return.

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
    let (name, key) = (scope.spec.name, scope.spec.key());
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

/// Marks the keys as returned that are gone and among those of `present`, a query. Returns how many.
pub fn mark_returned(connection: &Connection, scope: Scope, present: &str) -> Result<u64> {
    let sql = format!(
        "UPDATE absence SET returned_in = ?2 WHERE model = ?1 AND returned_in IS NULL AND key IN ({present})"
    );
    Ok(connection.execute(&sql, params![scope.spec.name, scope.load])? as u64)
}

/// Marks one key as returned if it is gone. Returns whether it was.
pub fn mark_one_returned(connection: &Connection, scope: Scope, key: &str) -> Result<bool> {
    let sql = "UPDATE absence SET returned_in = ?2 WHERE model = ?1 AND key = ?3 AND returned_in IS NULL";
    Ok(connection.prepare_cached(sql)?.execute(params![scope.spec.name, scope.load, key])? > 0)
}

/// How many records of the model are gone at present.
pub fn count_gone(connection: &Connection, model: &str) -> Result<u64> {
    let count: i64 =
        connection.query_row(&format!("SELECT count(*) FROM ({GONE})"), [model], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Follows the load `target`, which `undo` takes back: what it missed is not missing any more, and what it had again
/// is missing as before. Records that the undo takes out, whose keys are in `undo_gone`, are not missing either.
pub fn undo(connection: &Connection, spec: &Spec, target: i64, undo: i64, counts: &mut Counts) -> Result<()> {
    counts.reappeared = connection.execute(
        "UPDATE absence SET returned_in = ?3 WHERE model = ?1 AND vanished_in = ?2 AND returned_in IS NULL",
        params![spec.name, target, undo],
    )? as u64;
    counts.vanished = connection.execute(
        &format!(
            "INSERT INTO absence (model, key, vanished_in) SELECT DISTINCT ?1, key, ?3 FROM absence
             WHERE model = ?1 AND returned_in = ?2 AND vanished_in <> ?3 AND key NOT IN ({GONE})"
        ),
        params![spec.name, target, undo],
    )? as u64;
    let gone = match spec.rules {
        Rules::Keyed { .. } => format!("SELECT {} FROM undo_gone", spec.key()),
        Rules::Session(_) => "SELECT lower(hex(h.id)) FROM stream_fact_history AS h JOIN undo_gone
             USING (start_at, user_id, movie_id, end_at) WHERE h.replaced_by = ?2"
            .to_owned(),
    };
    if count_gone(connection, spec.name)? > 0 {
        connection.execute(
            &format!(
                "UPDATE absence SET returned_in = ?2
                 WHERE model = ?1 AND returned_in IS NULL AND vanished_in <> ?2 AND key IN ({gone})"
            ),
            params![spec.name, undo],
        )?;
    }
    Ok(())
}
