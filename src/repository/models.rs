//! The models that a file described, as the database keeps them, and their tables.

use super::shipped;
use crate::domain::described::{AsRead, Description, Field, Kind};
use crate::domain::{Model, Spec};
use crate::error::{Error, Result};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value as Json, json};

/// Makes the models of the database known to this process, but for those that are known already, and whether it has
/// the six.
pub fn recall(connection: &Connection) -> Result<()> {
    if let Some(shipped) = shipped::choice(connection)? {
        Model::leave_out_shipped(!shipped);
    }
    for description in read(connection)? {
        description.recall().map_err(|mistake| {
            Error::failed(format!("the model {} cannot be read: {}", description.name, mistake.message))
                .help("another program changed the tables model and model_field; restore a copy of the file")
        })?;
    }
    Ok(())
}

/// The descriptions that the database keeps.
pub fn read(connection: &Connection) -> Result<Vec<Description>> {
    let known = "SELECT 1 FROM sqlite_schema WHERE name = 'model_field'";
    if !connection.prepare(known)?.exists([])? {
        return Ok(Vec::new());
    }
    let mut models = connection
        .prepare("SELECT name, plural, key, complete, files FROM model ORDER BY rowid")?
        .query_map([], |row| {
            Ok(Description {
                name: row.get(0)?,
                plural: row.get(1)?,
                key: texts(&json_of(row, 2)?),
                complete: row.get(3)?,
                files: texts(&json_of(row, 4)?),
                as_read: as_read(&json_of(row, 4)?),
                fields: Vec::new(),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut fields = connection
        .prepare("SELECT name, type, rules, retired FROM model_field WHERE model = ?1 ORDER BY place")?;
    for model in &mut models {
        let fields = fields.query_map([&model.name], |row| {
            let (name, kind, rules): (String, String, Json) = (row.get(0)?, row.get(1)?, json_of(row, 2)?);
            Ok(field(name, Kind::named(&kind).unwrap_or_default(), row.get(3)?, &rules))
        })?;
        model.fields = fields.collect::<rusqlite::Result<_>>()?;
    }
    Ok(models)
}

fn json_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Json> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

fn texts(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// How the files are read: an object behind the patterns of their paths.
fn as_read(files: &Json) -> AsRead {
    let said = files.as_array().and_then(|files| files.last()).filter(|last| last.is_object());
    said.and_then(|said| serde_json::from_value(said.clone()).ok()).unwrap_or_default()
}

/// The patterns, and behind them, if that is said, how the files are read.
fn files_of(description: &Description) -> Json {
    let said = (!description.as_read.is_nothing()).then(|| json!(description.as_read));
    description.files.iter().map(|pattern| json!(pattern)).chain(said).collect()
}

fn field(name: String, kind: Kind, retired: bool, rules: &Json) -> Field {
    let text = |member: &str| rules.get(member).and_then(Json::as_str).map(str::to_owned);
    let list = |member: &str| rules.get(member).map(texts);
    Field {
        name,
        kind,
        from: text("from"),
        hash: list("hash"),
        required: rules.get("required").and_then(Json::as_bool).unwrap_or(false),
        minimum: text("minimum"),
        maximum: text("maximum"),
        pattern: text("pattern"),
        choices: list("enum"),
        missing: list("missingValues"),
        references: text("references"),
        folded: rules.get("match").is_some(),
        retired,
    }
}

/// What a description says of a field beside its name and type.
fn rules(field: &Field) -> Json {
    let mut rules = Map::new();
    let mut say = |member: &str, value: Option<Json>| {
        if let Some(value) = value {
            rules.insert(member.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Json::from);
    say("from", text(&field.from));
    say("hash", field.hash.clone().map(Json::from));
    say("required", field.required.then(|| Json::from(true)));
    say("minimum", text(&field.minimum));
    say("maximum", text(&field.maximum));
    say("pattern", text(&field.pattern));
    say("enum", field.choices.clone().map(Json::from));
    say("missingValues", field.missing.clone().map(Json::from));
    say("references", text(&field.references));
    say("match", field.folded.then(|| Json::from("case-insensitive")));
    Json::from(rules)
}

/// Makes the tables of a described model, or gives them the columns that its description has and they lack, and
/// keeps the description, within the transaction of the load that brings it.
pub fn prepare(connection: &Connection, spec: &Spec, load: i64) -> Result<()> {
    let Some(description) = spec.described else { return Ok(()) };
    let name = spec.name;
    let earlier = read(connection)?.into_iter().find(|known| known.name == name);
    match &earlier {
        Some(earlier) if earlier == description => return Ok(()),
        Some(earlier) if description.clone().after(earlier).as_ref() != Ok(description) => {
            return Err(Error::failed(format!(
                "another process changed the description of {name} meanwhile"
            ))
            .help("run the command again"));
        }
        Some(_) => extend(connection, description)?,
        None => create(connection, description)?,
    }
    keep(connection, description, load)?;
    describe(connection, description)
}

/// The type of a column.
fn sql_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer | Kind::Boolean => "INTEGER",
        Kind::Real => "REAL",
        Kind::Text | Kind::Date | Kind::Timestamp | Kind::Json => "TEXT",
    }
}

fn create(connection: &Connection, description: &Description) -> Result<()> {
    let name = &description.name;
    let taken: Option<String> = connection
        .query_row(
            "SELECT name FROM sqlite_schema WHERE name IN (?1, ?1 || '_history') COLLATE NOCASE",
            [name],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(taken) = taken {
        return Err(Error::usage(format!("the database has something else of the name {taken}"))
            .help("give the model another name in scli.toml"));
    }
    let columns: Vec<String> = description
        .columns()
        .iter()
        .map(|(column, kind)| {
            let needed = if description.key.contains(column) { " NOT NULL" } else { "" };
            format!("{column} {}{needed}", sql_type(*kind))
        })
        .collect();
    let (columns, key) = (columns.join(",\n    "), description.key.join(", "));
    Ok(connection.execute_batch(&format!(
        "CREATE TABLE {name} (
    {columns},
    extra TEXT,
    load_id INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY ({key})
) STRICT;
CREATE TABLE {name}_history (
    {columns},
    extra TEXT,
    load_id INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY ({key}, load_id)
) STRICT, WITHOUT ROWID;"
    ))?)
}

fn extend(connection: &Connection, description: &Description) -> Result<()> {
    let name = &description.name;
    for table in [name.clone(), format!("{name}_history")] {
        let known: Vec<String> = connection
            .prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([&table], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for (column, kind) in description.columns().iter().filter(|(column, _)| !known.contains(column)) {
            connection
                .execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} {}", sql_type(*kind)))?;
        }
    }
    Ok(())
}

/// Keeps the description, and what of the one before it is different in the history.
fn keep(connection: &Connection, description: &Description, load: i64) -> Result<()> {
    let Description { name, plural, key, complete, fields, .. } = description;
    let files = files_of(description).to_string();
    let said = params![name, plural, json!(key).to_string(), complete, files, load];
    connection.execute(
        "INSERT INTO model_history SELECT name, plural, key, complete, files, load_id, ?6 FROM model
         WHERE name = ?1 AND (plural, key, complete, files) IS NOT (?2, ?3, ?4, ?5)",
        said,
    )?;
    connection.execute(
        "INSERT INTO model (name, plural, key, complete, files, load_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (name) DO UPDATE SET plural = excluded.plural, key = excluded.key,
             complete = excluded.complete, files = excluded.files, load_id = excluded.load_id
         WHERE (plural, key, complete, files) IS NOT (?2, ?3, ?4, ?5)",
        said,
    )?;
    for (place, field) in (0_i64..).zip(fields) {
        let rules = rules(field).to_string();
        let said = params![name, field.name, place, field.kind.name(), rules, field.retired, load];
        connection.execute(
            "INSERT INTO model_field_history SELECT model, name, place, type, rules, retired, load_id, ?7
             FROM model_field
             WHERE model = ?1 AND name = ?2 AND (place, type, rules, retired) IS NOT (?3, ?4, ?5, ?6)",
            said,
        )?;
        connection.execute(
            "INSERT INTO model_field (model, name, place, type, rules, retired, load_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (model, name) DO UPDATE SET place = excluded.place, type = excluded.type,
                 rules = excluded.rules, retired = excluded.retired, load_id = excluded.load_id
             WHERE (place, type, rules, retired) IS NOT (?3, ?4, ?5, ?6)",
            said,
        )?;
    }
    Ok(())
}

/// Says in the data dictionary what the tables and columns are.
fn describe(connection: &Connection, description: &Description) -> Result<()> {
    let name = &description.name;
    let history = format!("{name}_history");
    connection.execute("DELETE FROM data_dictionary WHERE table_name IN (?1, ?2)", [name, &history])?;
    let mut insert = connection.prepare(
        "INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning)
         VALUES (?1, ?2, 'table', ?3, ?4, ?5, ?6)",
    )?;
    let current = format!("The {}, one row a {}", description.plural, description.key.join(" and "));
    for (topic, table, meaning) in [
        ("described", name, current),
        ("history", &history, format!("Earlier versions of {}", description.plural)),
    ] {
        insert.execute(params![topic, table, None::<&str>, None::<&str>, None::<&str>, meaning])?;
        for (column, kind) in description.columns() {
            let meaning = match description.field(&column) {
                Some(field) => meaning_of(description, field),
                None => "The text before it in Unicode lower case, to match in any case".to_owned(),
            };
            let unit = match kind {
                Kind::Boolean => Some("0 or 1"),
                Kind::Date => Some("ISO-8601"),
                Kind::Timestamp => Some("ISO-8601, UTC"),
                Kind::Json => Some("JSON"),
                Kind::Text | Kind::Integer | Kind::Real => None,
            };
            insert.execute(params![topic, table, column, sql_type(kind), unit, meaning])?;
        }
        let extra = "What the source had beyond the model; NULL for nothing";
        insert.execute(params![topic, table, "extra", "TEXT", "JSON", extra])?;
        let wrote = if topic == "history" {
            "The load that wrote this version"
        } else {
            "The load that last wrote the row"
        };
        insert.execute(params![topic, table, "load_id", "INTEGER", "load.id", wrote])?;
    }
    let replaced = "The load that replaced this version";
    insert.execute(params!["history", history, "replaced_by", "INTEGER", "load.id", replaced])?;
    Ok(())
}

fn meaning_of(description: &Description, field: &Field) -> String {
    let mut meaning = match field.retired {
        true => "Described once, and empty since".to_owned(),
        false if field.hash.is_some() => {
            let hash = field.hash.as_deref().unwrap_or_default();
            format!("The SHA-1 of the JSON array of {}, in hexadecimal digits", hash.join(", "))
        }
        false => format!("What the source has as {}", field.source()),
    };
    if description.key.contains(&field.name) {
        meaning += ", of the key";
    }
    if let Some(references) = &field.references {
        meaning += &format!(", as in {references}");
    }
    meaning
}
