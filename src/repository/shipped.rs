//! The tables of the six, which a database of somebody's own does without. That they are not there is how it remembers.

use super::schema::SCHEMA;
use crate::domain::Model;
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension};

/// The tables and views of the six, and of which kind each is; views first, since they read the tables.
const OBJECTS: [(&str, &str); 22] = [
    ("stream", "VIEW"),
    ("stream_history", "VIEW"),
    ("stream_by_day_counted", "VIEW"),
    ("stream_by_size_counted", "VIEW"),
    ("movie", "TABLE"),
    ("movie_history", "TABLE"),
    ("user", "TABLE"),
    ("user_history", "TABLE"),
    ("author", "TABLE"),
    ("author_history", "TABLE"),
    ("book", "TABLE"),
    ("book_history", "TABLE"),
    ("review", "TABLE"),
    ("review_history", "TABLE"),
    ("stream_fact", "TABLE"),
    ("stream_fact_history", "TABLE"),
    ("streamed_movie", "TABLE"),
    ("streamed_movie_history", "TABLE"),
    ("streaming_user", "TABLE"),
    ("streaming_user_history", "TABLE"),
    ("stream_by_day", "TABLE"),
    ("stream_by_size", "TABLE"),
];

/// What else the data dictionary says of them: which models a load may be of.
const NAMES_THEM: &str = "table_name = 'load' AND column_name = 'model'";

/// What a table of somebody's own is called while one of the six has its name.
const ASIDE: &str = "of_ones_own_";

/// Whether the database has the six; `None` if it has no tables yet. Of versions before it could do without them, it
/// has them.
pub fn choice(connection: &Connection) -> Result<Option<bool>> {
    let is_there = |name: &str| -> Result<bool> {
        let sql = "SELECT 1 FROM main.sqlite_schema WHERE name = ?1";
        Ok(connection.prepare_cached(sql)?.exists([name])?)
    };
    Ok(match is_there("load")? {
        true => Some(is_there("stream_fact")? || !is_there("model_field")?),
        false => None,
    })
}

/// Whether the database has the six.
pub fn are_there(connection: &Connection) -> Result<bool> {
    Ok(choice(connection)?.unwrap_or(true))
}

/// Takes their tables out of a database in which they are empty.
pub fn leave_out(connection: &Connection) -> Result<()> {
    for (name, kind) in OBJECTS {
        connection.execute_batch(&format!("DROP {kind} IF EXISTS main.{name}"))?;
        connection.execute("DELETE FROM data_dictionary WHERE table_name = ?1", [name])?;
    }
    connection
        .execute(&format!("UPDATE data_dictionary SET meaning = 'The model' WHERE {NAMES_THEM}"), [])?;
    Ok(())
}

/// Gives a database the six, as they are in another one.
fn put_in(connection: &Connection, model: &Connection) -> Result<()> {
    let mut objects = model.prepare(
        "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type <> 'table', type = 'view', rowid",
    )?;
    let mut objects = objects.query([])?;
    while let Some(object) = objects.next()? {
        let (name, sql): (String, String) = (object.get(0)?, object.get(1)?);
        if is_of_the_six(&name) {
            connection.execute_batch(&sql)?;
        }
    }
    let mut said = model.prepare("SELECT * FROM data_dictionary")?;
    let values = vec!["?"; said.column_count()].join(", ");
    let mut insert = connection.prepare(&format!("INSERT INTO data_dictionary VALUES ({values})"))?;
    let mut rows = said.query([])?;
    while let Some(row) = rows.next()? {
        if is_of_the_six(&row.get::<_, String>("table_name")?) {
            let count = insert.parameter_count();
            let row: Vec<rusqlite::types::Value> =
                (0..count).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    let sql = format!("SELECT meaning FROM data_dictionary WHERE {NAMES_THEM}");
    let meaning: Option<String> = model.query_row(&sql, [], |row| row.get(0)).optional()?;
    connection.execute(&format!("UPDATE data_dictionary SET meaning = ?1 WHERE {NAMES_THEM}"), [meaning])?;
    Ok(())
}

fn is_of_the_six(name: &str) -> bool {
    OBJECTS.iter().any(|(known, _)| *known == name)
}

/// Brings the database to have the six or to do without them, as this process does, within the transaction of a load.
pub fn settle(connection: &Connection) -> Result<()> {
    let wanted = !Model::shipped().is_empty();
    if are_there(connection)? == wanted {
        return Ok(());
    }
    if let Some(refusal) = refusal(connection, wanted)? {
        return Err(refusal);
    }
    match wanted {
        true => {
            let model = Connection::open_in_memory()?;
            model.execute_batch(SCHEMA)?;
            put_in(connection, &model)
        }
        false => leave_out(connection),
    }
}

/// Why the database cannot have the six, or cannot do without them; `None` if it can.
pub fn refusal(connection: &Connection, wanted: bool) -> Result<Option<Error>> {
    let texts = |sql: &str| -> Result<Vec<String>> {
        Ok(connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    };
    if wanted {
        let tables = texts("SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view')")?;
        let models = texts("SELECT name FROM model UNION ALL SELECT plural FROM model")?;
        let is_name = |name: &String| {
            is_of_the_six(name) || Model::SHIPPED.iter().any(|model| model.spec().plural == name)
        };
        let taken = tables.into_iter().chain(models).find(is_name);
        return Ok(taken.map(|taken| {
            Error::usage(format!("it has a `{taken}` of its own, and so cannot have the six models as well"))
                .help("below [project] write shipped = false, or name another database with --db PATH")
        }));
    }
    let loaded =
        texts("SELECT DISTINCT model FROM load WHERE outcome = 'done' AND kind IN ('load', 'replay')")?;
    let loaded: Vec<&str> = Model::SHIPPED
        .map(Model::name)
        .into_iter()
        .filter(|name| loaded.iter().any(|other| other == name))
        .collect();
    Ok((!loaded.is_empty()).then(|| {
        Error::usage(format!(
            "it has loads of {}, and so cannot do without the six models, as scli.toml says",
            loaded.join(", ")
        ))
        .help("name another database with --db PATH, or remove shipped = false from scli.toml")
    }))
}

/// Gives a database that does without the six their tables, as they were in its version, and puts aside what has
/// their names meanwhile: migrations change them. `upgrade` brings a database to that version. Returns whether it
/// did.
pub fn lend(connection: &Connection, upgrade: &dyn Fn(&Connection) -> Result<()>) -> Result<bool> {
    let lent = !are_there(connection)?;
    if lent {
        let model = Connection::open_in_memory()?;
        upgrade(&model)?;
        rename(connection, "", ASIDE)?;
        put_in(connection, &model)?;
    }
    Ok(lent)
}

/// Takes back what was lent.
pub fn take_back(connection: &Connection, lent: bool) -> Result<()> {
    if lent {
        leave_out(connection)?;
        rename(connection, ASIDE, "")?;
    }
    Ok(())
}

/// Calls the tables that have the names of the six otherwise: `before` stands before them now, and `after` will.
fn rename(connection: &Connection, before: &str, after: &str) -> Result<()> {
    let mut is_there =
        connection.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1")?;
    for (name, _) in OBJECTS {
        let (old, new) = (format!("{before}{name}"), format!("{after}{name}"));
        if is_there.exists([&old])? {
            connection.execute_batch(&format!("ALTER TABLE main.{old} RENAME TO {new}"))?;
            connection
                .execute("UPDATE data_dictionary SET table_name = ?2 WHERE table_name = ?1", [&old, &new])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(connection: &Connection, sql: &str) -> Vec<String> {
        let mut select = connection.prepare(sql).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    fn whole() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        connection
    }

    const OBJECTS_OF: &str =
        "SELECT concat_ws(' ', type, name, replace(sql, '\"', '')) FROM sqlite_schema ORDER BY type, name";
    const DICTIONARY: &str =
        "SELECT concat_ws(' ', position, topic, table_name, column_name, meaning) FROM data_dictionary
        ORDER BY position";

    #[test]
    fn every_table_of_the_six_is_named_and_no_other() {
        let told = texts(
            &whole(),
            "SELECT upper(kind) || ' ' || table_name FROM data_dictionary AS d WHERE column_name IS NULL
                 AND (topic IN ('models', 'streams', 'summaries') OR topic = 'history'
                     AND table_name NOT IN ('model_history', 'model_field_history')) ORDER BY 1",
        );
        let mut named: Vec<String> = OBJECTS.iter().map(|(name, kind)| format!("{kind} {name}")).collect();
        named.sort();
        assert_eq!(named, told);
    }

    #[test]
    fn what_is_left_out_can_be_put_in_again() {
        let (connection, model) = (whole(), whole());
        assert_eq!(choice(&connection).unwrap(), Some(true));
        leave_out(&connection).unwrap();
        assert_eq!(choice(&connection).unwrap(), Some(false));
        assert!(!texts(&connection, OBJECTS_OF).iter().any(|text| text.contains(" movie_history ")));
        put_in(&connection, &model).unwrap();
        assert_eq!(texts(&connection, OBJECTS_OF), texts(&model, OBJECTS_OF));
        assert_eq!(texts(&connection, DICTIONARY), texts(&model, DICTIONARY));
    }

    #[test]
    fn migrations_find_the_six_and_leave_what_has_their_names() {
        let connection = whole();
        leave_out(&connection).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE movie (id TEXT PRIMARY KEY) STRICT; INSERT INTO movie VALUES ('a');
                 CREATE VIEW seen AS SELECT id FROM movie;
                 INSERT INTO data_dictionary (topic, table_name, kind, meaning) VALUES ('described', 'movie', 'table', 'm')",
            )
            .unwrap();
        let before = (texts(&connection, OBJECTS_OF), texts(&connection, DICTIONARY));
        let lent = lend(&connection, &|model| Ok(model.execute_batch(SCHEMA)?)).unwrap();
        connection
            .execute_batch(
                "ALTER TABLE movie ADD COLUMN year INTEGER; INSERT INTO movie_history SELECT *, 1 FROM movie",
            )
            .unwrap_err();
        assert_eq!(texts(&connection, "SELECT title FROM movie"), Vec::<String>::new());
        take_back(&connection, lent).unwrap();
        assert_eq!((texts(&connection, OBJECTS_OF), texts(&connection, DICTIONARY)), before);
        assert_eq!(texts(&connection, "SELECT id FROM seen"), ["a"]);
        assert!(!lend(&whole(), &|_| Err(Error::failed("not asked"))).unwrap());
    }
}
