//! What must hold for any input.

use scli::decode::csv::{Block, Blocks, Header, visit_records};
use scli::decode::{self, Format, Reading, Record};
use scli::domain::time::Timestamp;
use scli::domain::{Model, Position, Raw, Rules, Value};
use scli::error::Result;

/// A time that is one prints, in UTC and as it was written, as the same instant.
pub fn time(text: &str) {
    let Ok(time) = Timestamp::parse(text) else { return };
    assert!(text.is_ascii() && (19..=32).contains(&text.len()), "{text}");
    let utc = Timestamp::parse(&time.to_utc()).expect("the form in UTC is a time");
    assert_eq!(utc.micros(), time.micros());
    let written = time.as_written();
    assert_eq!(Timestamp::parse(written.as_str()).expect("the form as written is a time"), time);
    // 1 BC and 10000 AD are no years of four digits.
    assert!((-62_135_596_800_000_000..253_402_300_800_000_000).contains(&time.micros()));
}

const MEMBERS: &[&str] = &["a", "b"];

/// A record of a CSV file: its line, its first byte, its bytes, and its fields if all is well.
type Row = (u64, u64, Vec<u8>, Option<Vec<String>>);

fn taken(record: &Record<'_>) -> Row {
    let Position::Line { line, byte } = record.position else { panic!("not on a line") };
    let fields = match &record.raw {
        Ok(Raw::Row(fields)) => Some(fields.iter().map(|field| (*field).to_owned()).collect()),
        Ok(Raw::Json(_)) => panic!("not a row"),
        Err(_) => None,
    };
    (line, byte, record.bytes.to_vec(), fields)
}

fn rows(text: &[u8]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    decode::decode(Format::Csv, &Reading::default(), text, scli::domain::Members::needed(MEMBERS), &mut |record| {
        rows.push(taken(&record));
        Ok(())
    })?;
    Ok(rows)
}

fn rows_in_blocks(text: &[u8], size: usize) -> Result<Vec<Row>> {
    let mut blocks = Blocks::with_block_size(text, size)?;
    let header = Header::read(&mut blocks, &Reading::default(), MEMBERS)?;
    let (mut rows, mut block) = (Vec::new(), Block::default());
    while blocks.next(&mut block)? {
        visit_records(&block, &header, &mut |record| {
            rows.push(taken(&record));
            Ok(())
        })?;
    }
    Ok(rows)
}

/// Records stand where their positions say, are the same however the file is cut into blocks, and
/// written anew they read the same.
pub fn csv(size: usize, bytes: &[u8]) {
    // A header makes most inputs worth more than an error.
    let text = [b"a,b\n".as_slice(), bytes].concat();
    let whole = rows(&text);
    // Line endings are known by the first of them, which must be in the first block.
    let in_blocks = rows_in_blocks(&text, size.max(6));
    assert_eq!(whole.is_ok(), in_blocks.is_ok());
    let _ = rows(bytes);
    let Ok(rows_found) = whole else { return };
    assert_eq!(in_blocks.expect("as whole"), rows_found);

    let mut anew = "a,b\n".to_owned();
    let mut expected = Vec::new();
    for (line, byte, bytes, fields) in rows_found {
        let before = &text[..byte as usize];
        assert!(text[byte as usize..].starts_with(&bytes));
        assert_eq!(line, 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64);
        if let Some(fields) = fields {
            let quoted: Vec<String> =
                fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            anew += &(quoted.join(",") + "\n");
            expected.push(Some(fields));
        }
    }
    let again: Vec<_> =
        rows(anew.as_bytes()).expect("quoted rows are sound").into_iter().map(|row| row.3).collect();
    assert_eq!(again, expected);
}

/// Records of a dump are models or say what is wrong; a model has a key and no NUL, and is the same
/// when its record stands on a line of its own.
pub fn dump(model: Model, dump: &[u8]) {
    let spec = model.spec();
    let Rules::Keyed(rules) = spec.rules else { panic!("has a key of its own") };
    let mut lines = Vec::new();
    let mut models = Vec::new();
    let mut visit = |record: Record<'_>| {
        assert!(
            serde_json::from_slice::<&serde_json::value::RawValue>(record.bytes).is_ok(),
            "a record is JSON"
        );
        let Ok(raw) = record.raw else { return Ok(()) };
        let Raw::Json(value) = raw else { panic!("not JSON") };
        let found = rules.parse(raw);
        // What a broken record tells of itself is asked only of broken ones; it must hold for all.
        let told = rules.traces(raw);
        if let Ok(values) = &found {
            assert_eq!(values.len(), spec.fields.len());
            for value in values {
                if let Value::Text(text) = value {
                    assert!(!text.contains('\0'));
                }
            }
            assert!(matches!(&values[0], Value::Text(key) if !key.is_empty()));
            for (field, value) in told {
                let at = spec.fields.iter().position(|known| *known == field).expect("a field of the model");
                assert_eq!(values[at], value);
            }
        }
        lines.push(value.to_string());
        models.push(found.map(|values| format!("{values:?}")));
        Ok(())
    };
    let _ = decode::decode(Format::Json, &Reading::default(), dump, spec.members, &mut visit);
    let _ = decode::decode(Format::Jsonl, &Reading::default(), dump, spec.members, &mut |_| Ok(()));

    let mut again = Vec::new();
    decode::decode(Format::Jsonl, &Reading::default(), lines.join("\n").as_bytes(), spec.members, &mut |record| {
        again.push(parse(record.raw.expect("as before")).map(|values| format!("{values:?}")));
        Ok(())
    })
    .expect("each line is a record");
    assert_eq!(again, models);
}
