//! Finds a record by its key as a person gives it.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::key;
use crate::domain::text::match_key;
use crate::domain::{Model, Rules, key_parts, key_text};
use crate::error::{Error, Result};
use crate::sql::distance;

/// How many hexadecimal digits of an id are enough, if no other begins with them.
const PREFIX: usize = 6;

/// How many keys an error suggests.
const SUGGESTIONS: usize = 3;

/// A record that is known.
pub(super) struct Found {
    /// Its key, whole, as one text.
    pub key: String,
    /// The columns of its key.
    pub columns: Vec<Value>,
    /// Of a session, what clusters it: start, user, movie, end.
    pub session: Option<[i64; 4]>,
}

/// The record of `model` that has the key `text`, or an error that names the keys nearest to it. The
/// beginning of an id is enough.
pub(super) fn find(conn: &Connection, model: Model, text: &str) -> Result<Found> {
    let spec = model.spec();
    if spec.hashed {
        return by_id(conn, model, text);
    }
    // A model may be described, and no file of it loaded yet.
    if !conn.prepare("SELECT 1 FROM main.sqlite_schema WHERE name = ?1")?.exists([spec.name])? {
        return Err(Error::usage(format!("there is no {} `{text}`: none was loaded yet", spec.name))
            .help(format!("load some: scli load --model {} --config FILE", spec.name)));
    }
    let parts = key_parts(text, spec.keys).unwrap_or_default();
    let same: Vec<String> =
        spec.key().iter().zip(1..).map(|(column, at)| format!("{column} = ?{at}")).collect();
    // A record that was taken out has its history all the same.
    let sql = format!(
        "SELECT {key} FROM {table} WHERE {same} UNION SELECT {key} FROM {table}_history WHERE {same}",
        key = spec.key().join(", "),
        table = spec.name,
        same = same.join(" AND "),
    );
    let found = match parts.is_empty() {
        true => None,
        false => conn
            .prepare(&sql)?
            .query_row(params_from_iter(&parts), |row| (0..spec.keys).map(|column| row.get(column)).collect())
            .optional()?,
    };
    match found {
        Some(columns) => Ok(Found { key: key_text(parts), columns, session: None }),
        None => {
            let error = Error::usage(format!("there is no {} `{text}`", spec.name));
            let similar = similar(conn, model, text)?;
            Err(match similar.is_empty() {
                true => error.help(format!("its key is the {}, spelt exactly", spec.key().join(","))),
                false => error.help(format!("did you mean {}?", similar.join(", "))),
            })
        }
    }
}

fn by_id(conn: &Connection, model: Model, text: &str) -> Result<Found> {
    let name = model.name();
    let digits = text.to_ascii_lowercase();
    if !(PREFIX..=40).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::usage(format!("`{text}` is not the id of a {name}"))
            .help(format!("an id has 40 hexadecimal digits; its first {PREFIX} or more are enough")));
    }
    // Every id that begins with the digits is between them with the least and the greatest behind.
    let (low, high) = (format!("{digits:0<40}"), format!("{digits:f<40}"));
    let sql = match model.spec().rules {
        Rules::Session(_) => {
            let sessions = |table: &str| {
                format!(
                    "SELECT lower(hex(id)), start_at, user_id, movie_id, end_at FROM {table}
                     WHERE id BETWEEN x'{low}' AND x'{high}'"
                )
            };
            let (current, earlier) = (sessions("stream_fact"), sessions("stream_fact_history"));
            format!("{current} UNION {earlier} LIMIT {}", SUGGESTIONS + 1)
        }
        Rules::Keyed(_) => format!(
            "SELECT id FROM {name} WHERE id BETWEEN '{low}' AND '{high}'
             UNION SELECT id FROM {name}_history WHERE id BETWEEN '{low}' AND '{high}' LIMIT {}",
            SUGGESTIONS + 1
        ),
    };
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut found: Vec<Found> = Vec::new();
    while let Some(row) = rows.next()? {
        let session = match model.spec().rules {
            Rules::Session(_) => Some([row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
            Rules::Keyed(_) => None,
        };
        found.push(Found { key: row.get(0)?, columns: vec![row.get(0)?], session });
    }
    let ids: Vec<&str> = found.iter().take(SUGGESTIONS).map(|found| found.key.as_str()).collect();
    if ids.len() > 1 {
        let more = if found.len() > ids.len() { ", …" } else { "" };
        return Err(Error::usage(format!("several of the model {name} have an id that begins with {text}"))
            .help(format!("give more digits: {}{more}", ids.join(", "))));
    }
    found.pop().ok_or_else(|| {
        Error::usage(format!("there is no {name} `{text}`")).help(format!("look it up: SELECT * FROM {name}"))
    })
}

/// The keys most like `text`: those that differ in case only, then those that contain it, then those
/// with the fewest other letters, up to a third of them.
fn similar(conn: &Connection, model: Model, text: &str) -> Result<Vec<String>> {
    let wanted = match_key(text);
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut best: Vec<(usize, String)> = Vec::new();
    let mut statement = conn.prepare(&format!(
        "SELECT {text} FROM {table} ORDER BY {key}",
        text = key::text(model.spec(), model.name()),
        key = model.spec().key().join(", "),
        table = model.name()
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let candidate = match_key(&key);
        let rank = if candidate == wanted {
            0
        } else if !wanted.is_empty() && candidate.contains(&*wanted) {
            1
        } else if candidate.len().abs_diff(wanted.len()) > 4 * allowed {
            continue; // too long or short, whatever the letters
        } else {
            1 + distance(&wanted, &candidate)
        };
        let place = best.partition_point(|(other, _)| *other <= rank);
        if rank <= 1 + allowed && place < SUGGESTIONS {
            best.insert(place, (rank, format!("`{key}`")));
            best.truncate(SUGGESTIONS);
        }
    }
    Ok(best.into_iter().map(|(_, key)| key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::fixture;

    fn told(model: Model, text: &str) -> String {
        match find(&fixture::small(), model, text) {
            Ok(found) => found.key,
            Err(error) => format!("{}; {}", error.message(), error.remedy().unwrap_or_default()),
        }
    }

    #[test]
    fn a_key_is_exact_and_others_are_suggested() {
        for (model, text, expected) in [
            (Model::MOVIE, "Rush", "Rush"),
            (Model::USER, "bob@x.org", "bob@x.org"),
            (Model::MOVIE, "amélie", "there is no movie `amélie`; did you mean `AMÉLIE`, `Amélie`?"),
            (Model::MOVIE, "Unforgven", "there is no movie `Unforgven`; did you mean `Unforgiven`?"),
            (Model::MOVIE, "forgiv", "there is no movie `forgiv`; did you mean `Unforgiven`?"),
            (Model::USER, "bob", "there is no user `bob`; did you mean `bob@x.org`?"),
            (
                Model::MOVIE,
                "Casablanca",
                "there is no movie `Casablanca`; its key is the title, spelt exactly",
            ),
            (Model::MOVIE, "", "there is no movie ``; its key is the title, spelt exactly"),
        ] {
            assert_eq!(told(model, text), expected);
        }
    }

    #[test]
    fn the_beginning_of_an_id_is_enough_if_no_other_begins_so() {
        let conn = fixture::small();
        conn.execute_batch(
            "DELETE FROM stream_fact WHERE size_mb = 935;
             UPDATE stream_fact SET id = unhex('abcdef' || printf('%034x', user_id));
             UPDATE review SET id = 'abcdef' || printf('%034x', 1)",
        )
        .unwrap();
        let id = format!("abcdef{:034x}", 2);
        let found = find(&conn, Model::STREAM, &id.to_uppercase()).unwrap();
        assert_eq!(
            (found.key.as_str(), found.session.map(|key| key[1..3].to_vec())),
            (id.as_str(), Some(vec![2, 3]))
        );
        let error = find(&conn, Model::STREAM, "abcdef").err().unwrap();
        assert_eq!(error.message(), "several of the model stream have an id that begins with abcdef");
        assert_eq!(find(&conn, Model::REVIEW, "ABCDEF00").unwrap().key, format!("abcdef{:034x}", 1));
        for (text, message) in [
            ("abcde", "`abcde` is not the id of a stream"),
            ("x' OR 1", "`x' OR 1` is not the id of a stream"),
            ("123456", "there is no stream `123456`"),
        ] {
            assert_eq!(find(&conn, Model::STREAM, text).err().unwrap().message(), message);
        }
    }
}
