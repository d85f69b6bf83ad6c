//! Takes the sessions of a person out, as if nobody had ever loaded them: also earlier versions, titles that nobody
//! else has streamed, and what the summaries count of them.

use super::session::Session;
use super::summary;
use crate::domain::Address;
use crate::domain::text::hex;
use crate::error::Result;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// How many rows were taken out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forgot {
    /// Sessions.
    pub sessions: u64,
    /// Earlier versions of sessions.
    pub versions: u64,
    /// Spellings of the address that the sessions had.
    pub addresses: u64,
    /// Titles.
    pub titles: u64,
}

/// Takes the sessions of a person out.
pub fn forget(connection: &Connection, address: &Address) -> Result<Forgot> {
    let ids = ids(connection, address)?;
    if ids.is_empty() {
        return Ok(Forgot::default());
    }
    let addresses = ids.len() as u64;
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    connection.execute_batch("CREATE TEMP TABLE touched (movie_id INTEGER PRIMARY KEY)")?;
    let sessions = take_out(connection, &ids)?;
    let versions = take_versions_out(connection, &ids)?;
    let titles = settle_titles(connection)?;
    for table in ["streaming_user", "streaming_user_history"] {
        connection.execute(&format!("DELETE FROM {table} WHERE id IN ({ids})"), [])?;
    }
    connection.execute_batch("DROP TABLE temp.touched")?;
    Ok(Forgot { sessions, versions, addresses, titles })
}

/// The numbers of the address, one for each way to spell it.
fn ids(connection: &Connection, address: &Address) -> Result<BTreeSet<i64>> {
    let mut ids = BTreeSet::new();
    let mut select = connection.prepare(
        "SELECT id, email FROM streaming_user UNION ALL SELECT id, email FROM streaming_user_history",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if address.is(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) {
            ids.insert(row.get(0)?);
        }
    }
    Ok(ids)
}

/// Takes out the sessions of these people, with their absences, and counts the summaries without them.
fn take_out(connection: &Connection, ids: &str) -> Result<u64> {
    let mut select = connection.prepare(&format!(
        "SELECT start_at, user_id, movie_id, end_at, size_mb, id FROM stream_fact WHERE user_id IN ({ids})"
    ))?;
    let sessions = select
        .query_map([], |row| {
            let (start_at, user, movie, end_at) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Session { start_at, end_at, user, movie, size_mb: row.get(4)?, id: row.get(5)? })
        })?
        .collect::<rusqlite::Result<Vec<Session>>>()?;
    let mut delete = connection.prepare(
        "DELETE FROM stream_fact WHERE start_at = ?1 AND user_id = ?2 AND movie_id = ?3 AND end_at = ?4",
    )?;
    for session in &sessions {
        delete.execute(session.key())?;
        touch(connection, session.movie.into(), &session.id)?;
    }
    summary::leave_out(connection, &sessions)?;
    Ok(sessions.len() as u64)
}

/// Takes out earlier versions of the sessions of these people.
fn take_versions_out(connection: &Connection, ids: &str) -> Result<u64> {
    let of_theirs = format!("FROM stream_fact_history WHERE user_id IN ({ids})");
    let mut select = connection.prepare(&format!("SELECT movie_id, id {of_theirs}"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        touch(connection, row.get(0)?, &row.get(1)?)?;
    }
    Ok(connection.execute(&format!("DELETE {of_theirs}"), [])? as u64)
}

/// Notes the title of a session that is taken out, and takes out when the session was absent.
fn touch(connection: &Connection, movie: i64, id: &[u8; 20]) -> Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO temp.touched VALUES (?1)")?.execute([movie])?;
    connection
        .prepare_cached("DELETE FROM absence WHERE model = 'stream' AND key = ?1")?
        .execute(params![hex(id)])?;
    Ok(())
}

/// Leaves of the touched titles what those who are left have of them: a title is there while some version of a
/// session has it. Returns how many go altogether.
fn settle_titles(connection: &Connection) -> Result<u64> {
    let count = || -> Result<i64> {
        let titles = "SELECT count(*) FROM temp.touched WHERE movie_id IN (SELECT id FROM streamed_movie)
            OR movie_id IN (SELECT id FROM streamed_movie_history)";
        Ok(connection.query_row(titles, [], |row| row.get(0))?)
    };
    let before = count()?;
    connection.execute_batch(
        "CREATE TEMP TABLE title AS
             SELECT id, title, title_key FROM main.streamed_movie WHERE id IN (SELECT movie_id FROM temp.touched)
             UNION
             SELECT id, title, title_key FROM main.streamed_movie_history WHERE id IN (SELECT movie_id FROM temp.touched);

         -- From which load to which each was there, without a gap; no load ends what is there still.
         CREATE TEMP TABLE life AS
             WITH version (movie_id, since, until) AS (
                 SELECT movie_id, min(load_id), NULL FROM main.stream_fact
                 WHERE movie_id IN (SELECT movie_id FROM temp.touched) GROUP BY movie_id
                 UNION
                 SELECT movie_id, load_id, replaced_by FROM main.stream_fact_history
                 WHERE movie_id IN (SELECT movie_id FROM temp.touched) AND load_id < replaced_by
             ),
             -- Whether it was gone before.
             begun AS (
                 SELECT *, since > max(coalesce(until, 9223372036854775807)) OVER (
                     PARTITION BY movie_id ORDER BY since ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                 ) AS again
                 FROM version
             ),
             numbered AS (SELECT *, total(again) OVER (PARTITION BY movie_id ORDER BY since) AS number FROM begun)
             SELECT movie_id, min(since) AS since, CASE WHEN count(until) = count(*) THEN max(until) END AS until
             FROM numbered GROUP BY movie_id, number;

         DELETE FROM streamed_movie_history WHERE id IN (SELECT movie_id FROM temp.touched);
         INSERT INTO streamed_movie_history (id, title, title_key, load_id, replaced_by)
             SELECT t.id, t.title, t.title_key, l.since, l.until
             FROM temp.life AS l JOIN temp.title AS t ON t.id = l.movie_id WHERE l.until IS NOT NULL;
         DELETE FROM streamed_movie WHERE id IN (SELECT movie_id FROM temp.touched)
             AND id NOT IN (SELECT movie_id FROM temp.life WHERE until IS NULL);
         UPDATE streamed_movie SET load_id = l.since
             FROM temp.life AS l WHERE l.movie_id = streamed_movie.id AND l.until IS NULL;
         DROP TABLE temp.life; DROP TABLE temp.title",
    )?;
    Ok((before - count()?).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::super::super::open_in_memory;
    use super::*;

    /// Titles that were taken back, once or for good, while others had them too.
    #[test]
    fn a_title_keeps_what_others_have_of_it() {
        let connection = open_in_memory().unwrap();
        let fact = "INSERT INTO stream_fact VALUES";
        let earlier = "INSERT INTO stream_fact_history VALUES";
        connection
            .execute_batch(&format!(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO streaming_user VALUES (1, 'ada@x.org', 1), (3, 'eve@x.org', 2);
                 INSERT INTO streaming_user_history VALUES (1, 'ada@x.org', 1, 2), (2, 'ADA@x.org', 1, 7);
                 INSERT INTO streamed_movie VALUES (1, 'Shared', '', 1), (2, 'Theirs', '', 1), (3, 'Undone', '', 1), (6, 'Gap', '', 1);
                 INSERT INTO streamed_movie_history VALUES (4, 'Went', '', 1, 7), (5, 'Went, theirs', '', 1, 7);
                 {fact} (0, 1, 1, 9, 1.5, zeroblob(20), 1), (5, 3, 1, 9, 1.5, zeroblob(20), 4),
                     (6, 1, 2, 9, 1.5, zeroblob(20), 1), (7, 1, 3, 9, 1.5, zeroblob(20), 1), (8, 3, 6, 9, 2.5, zeroblob(20), 5);
                 {earlier} (5, 3, 1, 9, 1.0, zeroblob(20), 3, 4), (9, 3, 3, 9, 1.0, zeroblob(20), 2, 5),
                     (9, 2, 4, 9, 1.0, zeroblob(20), 1, 7), (9, 3, 4, 9, 1.0, zeroblob(20), 2, 5),
                     (9, 2, 5, 9, 1.0, zeroblob(20), 1, 7),
                     -- Had by the others, gone, and had again, while the person had it all the time.
                     (10, 3, 6, 9, 1.0, zeroblob(20), 2, 3), (11, 2, 6, 9, 1.0, zeroblob(20), 1, 7);
                 INSERT INTO stream_by_day VALUES (0, 5, 0, 17, 9); INSERT INTO stream_by_size VALUES (1, 4), (2, 1);"
            ))
            .unwrap();
        let forgot = forget(&connection, &Address::parse("Ada@X.org").unwrap()).unwrap();
        assert_eq!((forgot.sessions, forgot.versions, forgot.addresses, forgot.titles), (3, 3, 2, 2));
        let told = |sql: &str| -> String {
            connection
                .query_row(&format!("SELECT group_concat(r, ' ') FROM ({sql})"), [], |row| row.get(0))
                .unwrap()
        };
        let titles = "SELECT title || ':' || load_id AS r FROM streamed_movie ORDER BY id";
        assert_eq!(told(titles), "Shared:3 Gap:5");
        let went = "SELECT title || ':' || load_id || '-' || replaced_by AS r FROM streamed_movie_history ORDER BY id";
        assert_eq!(told(went), "Undone:2-5 Went:2-5 Gap:2-3");
        assert_eq!(
            told("SELECT streams || ':' || microseconds || ':' || longest AS r FROM stream_by_day"),
            "2:5:4"
        );
        assert_eq!(told("SELECT class || ':' || streams AS r FROM stream_by_size"), "1:1 2:1");
    }
}
