//! What follows the sessions: the dictionaries of titles and addresses, and the summaries.

use crate::error::Result;
use crate::repository::sessions;
use rusqlite::Connection;

/// A dictionary, its columns, and the column of the sessions that refers to it.
const DICTIONARIES: [(&str, &str, &str); 2] =
    [("streamed_movie", "title, title_key", "movie_id"), ("streaming_user", "email", "user_id")];

/// Takes texts out of the dictionaries that no session has any more, puts those in again that some has, and sums
/// the sessions up anew.
pub fn follow(connection: &Connection, undo: i64) -> Result<()> {
    for (table, columns, reference) in DICTIONARIES {
        connection.execute_batch(&format!(
            "CREATE TEMP TABLE undo_text AS SELECT id FROM {table} WHERE id NOT IN (SELECT {reference} FROM stream_fact);
             INSERT INTO {table}_history (id, {columns}, load_id, replaced_by)
                 SELECT id, {columns}, load_id, {undo} FROM {table} WHERE id IN (SELECT id FROM undo_text);
             DELETE FROM {table} WHERE id IN (SELECT id FROM undo_text);
             DROP TABLE undo_text;
             INSERT INTO {table} (id, {columns}, load_id)
                 SELECT id, {columns}, {undo} FROM {table}_history
                 WHERE id NOT IN (SELECT id FROM {table}) AND id IN (SELECT {reference} FROM stream_fact)
                 GROUP BY id"
        ))?;
    }
    sessions::summarise(connection)
}
