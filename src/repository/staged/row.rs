//! Records as bytes: a key whose bytes are in the order of SQLite's index, and the values behind it.

use crate::domain::Value;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;

/// What sets the sign bit of a number of 64 bits.
const SIGN: u64 = 1 << 63;

/// Appends the key that these values are. Keys are equal if SQLite holds the values for equal, and in its order, as
/// long as each column has values of one type.
pub fn put_key(values: &[Value<'_>], bytes: &mut Vec<u8>) {
    for value in values {
        match value {
            Value::Null => bytes.push(NULL),
            Value::Integer(number) => {
                bytes.push(INTEGER);
                bytes.extend((number.cast_unsigned() ^ SIGN).to_be_bytes());
            }
            Value::Real(number) => {
                bytes.push(REAL);
                // Zero has two signs, and is one key.
                let bits = (number + 0.0).to_bits();
                bytes.extend((if bits & SIGN == 0 { bits | SIGN } else { !bits }).to_be_bytes());
            }
            Value::Text(text) => {
                bytes.push(TEXT);
                // No text of a record has a NUL character: the rules refuse it.
                bytes.extend(text.as_bytes());
                bytes.push(0);
            }
        }
    }
}

/// Appends the values themselves.
pub fn put(values: &[Value<'_>], bytes: &mut Vec<u8>) {
    for value in values {
        match value {
            Value::Null => bytes.push(NULL),
            Value::Integer(number) => {
                bytes.push(INTEGER);
                bytes.extend(number.to_le_bytes());
            }
            Value::Real(number) => {
                bytes.push(REAL);
                bytes.extend(number.to_le_bytes());
            }
            Value::Text(text) => {
                bytes.push(TEXT);
                bytes.extend((text.len() as u64).to_le_bytes());
                bytes.extend(text.as_bytes());
            }
        }
    }
}

/// The values that stand in some bytes, one after the other.
pub struct Values<'b>(pub &'b [u8]);

impl<'b> Iterator for Values<'b> {
    type Item = Bound<'b>;

    fn next(&mut self) -> Option<Bound<'b>> {
        let (kind, rest) = self.0.split_first()?;
        let (value, rest) = match *kind {
            INTEGER => {
                number(rest).map(|(bytes, rest)| (ValueRef::Integer(i64::from_le_bytes(bytes)), rest))?
            }
            REAL => number(rest).map(|(bytes, rest)| (ValueRef::Real(f64::from_le_bytes(bytes)), rest))?,
            TEXT => {
                let (length, rest) = number(rest)?;
                let length = usize::try_from(u64::from_le_bytes(length)).ok()?;
                let (text, rest) = rest.split_at_checked(length)?;
                (ValueRef::Text(text), rest)
            }
            _ => (ValueRef::Null, rest),
        };
        self.0 = rest;
        Some(Bound(value))
    }
}

fn number(bytes: &[u8]) -> Option<([u8; 8], &[u8])> {
    bytes.split_first_chunk().map(|(number, rest)| (*number, rest))
}

/// A value on its way into a statement.
pub struct Bound<'b>(ValueRef<'b>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value<'static>> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_filter("a number", |number| !number.is_nan()).prop_map(Value::Real),
            "[^\0]{0,5}".prop_map(Value::from),
        ]
    }

    fn key(values: &[Value<'_>]) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_key(values, &mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_an_index(left in (value(), value()), right in (value(), value())) {
            let connection = rusqlite::Connection::open_in_memory().unwrap();
            let (left, right) = ([left.0, left.1], [right.0, right.1]);
            let order: (bool, bool) = connection
                .query_row(
                    "WITH pair (side, a, b) AS (VALUES (0, ?1, ?2), (1, ?3, ?4))
                     SELECT (?1, ?2) IS (?3, ?4), (SELECT side FROM pair ORDER BY a, b, side LIMIT 1)",
                    [&left[0], &left[1], &right[0], &right[1]],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .unwrap();
            let is_of_type = |(one, other)| std::mem::discriminant::<Value<'_>>(one) == std::mem::discriminant(other);
            if left.iter().zip(&right).all(is_of_type) {
                prop_assert_eq!(order, (key(&left) == key(&right), key(&left) > key(&right)));
            }
        }

        #[test]
        fn values_come_out_as_they_went_in(values in prop::collection::vec(value(), 0..5)) {
            let mut bytes = Vec::new();
            put(&values, &mut bytes);
            let found: Vec<_> = Values(&bytes).collect();
            prop_assert_eq!(found.len(), values.len());
            for (Bound(found), value) in found.iter().zip(&values) {
                let expected = match value {
                    Value::Null => ValueRef::Null,
                    Value::Integer(number) => ValueRef::Integer(*number),
                    Value::Real(number) => ValueRef::Real(*number),
                    Value::Text(text) => ValueRef::Text(text.as_bytes()),
                };
                prop_assert_eq!(*found, expected);
            }
        }
    }
}
