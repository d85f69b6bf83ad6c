//! Records set aside, whole, with the reason.

use crate::domain::{Invalid, Position, text};
use crate::error::Result;
use rusqlite::{Connection, params};

/// Sets a record aside.
pub fn add(
    connection: &Connection,
    load: i64,
    position: Position,
    invalid: &Invalid,
    bytes: &[u8],
) -> Result<()> {
    let (line, byte, path) = match position {
        Position::Line { line, byte } => (Some(line as i64), Some(byte as i64), None),
        Position::Element(_) | Position::Document => (None, None, Some(position.to_string())),
    };
    let plain = std::str::from_utf8(bytes).ok().filter(|raw| !text::has_nul(raw));
    let other = plain.is_none().then_some(bytes);
    // A NUL would cut the value off where people read it; the raw bytes still have it.
    let value = invalid.value.as_ref().map(|value| value.replace('\0', "\u{fffd}"));
    let mut insert = connection.prepare_cached(
        "INSERT INTO reject (load_id, line, byte, path, rule, field, value, message, raw, raw_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute(params![
        load,
        line,
        byte,
        path,
        invalid.rule.name(),
        invalid.field,
        value,
        invalid.message,
        plain,
        other
    ])?;
    Ok(())
}
