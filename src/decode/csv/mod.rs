//! CSV as the world writes it: a header, commas or other separators, quotes that may hold these, quotes and newlines,
//! spaces after a comma, any line ending.
//!
//! The source is cut into [`Block`]s of whole records, and each block is parsed on its
//! own ([`visit_records`]), in any thread. Fields are slices of the block, so nothing is copied but a
//! field that has a doubled quote.

mod blocks;
mod fields;
mod header;
mod records;

pub use blocks::{Block, Blocks, Marks};
pub use header::Header;
pub use records::{visit_alone, visit_records};

use super::{Reading, Visit};
use crate::domain::Members;
use crate::error::Result;
use std::io::Read;

/// Visits each record of `reader` below its header, which must have the columns `members`.
pub fn decode(reader: impl Read, reading: &Reading, members: Members, visit: &mut Visit<'_>) -> Result<()> {
    let (header, mut blocks) = open(reader, reading, members)?;
    let mut block = Block::default();
    while blocks.next(&mut block)? {
        visit_records(&block, &header, visit)?;
    }
    Ok(())
}

/// Reads the header and yields the blocks below it.
pub fn open<R: Read>(reader: R, reading: &Reading, members: Members) -> Result<(Header, Blocks<R>)> {
    let mut blocks = Blocks::new(reader)?;
    let header = Header::read(&mut blocks, reading, members)?;
    Ok((header, blocks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Position, Raw};
    use crate::error::Error;

    const MEMBERS: Members = Members::needed(&["a", "b"]);

    type Found = (u64, u64, String);

    /// Line, byte and the fields `a|b` of each record, or what is wrong with it.
    fn records(text: &[u8]) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        decode(text, &Reading::default(), MEMBERS, &mut |record| {
            let Position::Line { line, byte } = record.position else { panic!("no line") };
            let what = match record.raw {
                Ok(Raw::Row(row)) => row.fields.join("|"),
                Ok(Raw::Json(_)) => panic!("no row"),
                Err(invalid) => invalid.to_string(),
            };
            assert!(text[byte as usize..].starts_with(record.bytes), "bytes are those of the source");
            found.push((line, byte, what));
            Ok(())
        })?;
        Ok(found)
    }

    fn fields(text: &str) -> Vec<String> {
        records(text.as_bytes()).unwrap().into_iter().map(|(_, _, what)| what).collect()
    }

    fn message(text: &[u8]) -> String {
        records(text).unwrap_err().to_string()
    }

    #[test]
    fn columns_are_found_by_name_and_others_ignored() {
        assert_eq!(fields("a,b\n1,2\n"), ["1|2"]);
        assert_eq!(fields("b,x,a\n2,9,1\n"), ["1|2"]);
        assert_eq!(fields(" b, a\n2, 1"), ["1|2"]);
        assert_eq!(fields("a,b,\n1,2,\n"), ["1|2"]);
        assert_eq!(fields("\"a\",\"b\"\n1,2\n"), ["1|2"]);
    }

    #[test]
    fn other_columns_come_with_their_names() {
        let mut found = Vec::new();
        decode(&b"x,b,\"y\",a,\n7,2,\"8,9\",1,z\n"[..], &Reading::default(), MEMBERS, &mut |record| {
            let Ok(Raw::Row(row)) = record.raw else { panic!("no row") };
            let others: Vec<String> =
                row.others.iter().map(|(name, value)| format!("{name}={value}")).collect();
            found.push((row.fields.join("|"), others.join("|")));
            Ok(())
        })
        .unwrap();
        assert_eq!(found, [("1|2".to_owned(), "x=7|y=8,9".to_owned())]);
    }

    #[test]
    fn the_header_tells_what_separates_fields() {
        assert_eq!(fields("a;b\n1,5;\"2;3\"\n"), ["1,5|2;3"]);
        assert_eq!(fields("a\tb\r\n1 \t\"2\"\"\"\r\n"), ["1 |2\""]);
        assert_eq!(fields("x,y|b|a\n1|\"2\n\"|3\n"), ["3|2\n"]);
        assert_eq!(fields("sep=;\r\na;b\r\n1;2\r\n"), ["1|2"]);
        assert_eq!(fields("sep=^\na^b\n1^2\n"), ["1|2"]);
        assert_eq!(fields("\ta\tb\n0\t1\t2\n"), ["1|2"]);
        let found = records(b"sep=;\r\na;b\r\n1;2").unwrap();
        assert_eq!(found, [(3, 12, "1|2".to_owned())]);
        // A file of commas whose header has a quote behind another mark is one of commas.
        assert_eq!(fields("x;\"y,a,b\n0,1,2\n"), ["1|2"]);
    }

    /// What separates fields where no member is known.
    #[test]
    fn the_records_tell_the_separator_where_no_member_does() {
        let header = |text: &str| {
            let (header, blocks) = open(text.as_bytes(), &Reading::default(), Members::NONE).unwrap();
            (char::from(blocks.marks().separator), header.width)
        };
        for (text, expected) in [
            ("a,b\n1,2\n", (',', 2)),
            ("a\n1\n", (',', 1)),
            ("a\n1,5;x\n", (',', 1)),
            ("Name;Price, net;Size, cm\nx;1,5;2\n", (';', 3)),
            ("Name;Price, net\nx;1,5\n", (';', 2)),
            ("Name, first;Age\nx;1\n", (';', 2)),
            ("Name,Age;x\na,1\nb,2\n", (',', 2)),
            ("a|b\tc\n1\t2|3\n1|2\t3", ('|', 2)),
            ("a;b,c\n\"1;\n2\";2,3\n", (';', 2)),
            ("a,b,c\n1\n2\n", (',', 3)),
            ("\n\na;b\r\n\r\n1;2", (';', 2)),
            ("a;b\n1;\"2\"", (';', 2)),
        ] {
            assert_eq!(header(text), expected, "{text:?}");
        }
    }

    #[test]
    fn columns_are_found_in_any_case_and_by_names_that_are_given() {
        assert_eq!(fields(" A ,\tB\n1,2\n"), ["1|2"]);
        let reading = Reading {
            separator: Some(':'),
            map: vec![("Erste Spalte".to_owned(), "a".to_owned()), ("B".to_owned(), "other".to_owned())],
            ..Reading::default()
        };
        let read = |text: &str| {
            let mut found = Vec::new();
            decode(text.as_bytes(), &reading, MEMBERS, &mut |record| {
                let Ok(Raw::Row(row)) = record.raw else { panic!("no row") };
                found.push((row.fields.join("|"), format!("{:?}", row.others)));
                Ok(())
            })
            .map(|()| found)
        };
        let error = read("erste spalte:b\n1:2\n").unwrap_err();
        assert!(error.message().starts_with("line 1: the header lacks the column b"), "{error}");
        let reading = Reading { map: vec![("x".to_owned(), "a".to_owned())], ..Reading::default() };
        let mut found = Vec::new();
        decode(&b"X,b\n1,2\n"[..], &reading, MEMBERS, &mut |record| {
            let Ok(Raw::Row(row)) = record.raw else { panic!("no row") };
            found.push(row.fields.join("|"));
            Ok(())
        })
        .unwrap();
        assert_eq!(found, ["1|2"]);
        assert_eq!(
            message(b"A,b,a\n").lines().next(),
            Some("line 1: the header has the column a twice, as \"A\" and as \"a\"")
        );
    }

    #[test]
    fn quotes_hold_commas_quotes_and_newlines() {
        assert_eq!(fields("a,b\n\"1,5\",\"say \"\"hi\"\"\"\n"), ["1,5|say \"hi\""]);
        assert_eq!(fields("a,b\n\"1\n2\r\n3\",4\n5,6\n"), ["1\n2\r\n3|4", "5|6"]);
        assert_eq!(fields("a,b\n\"\",\"\"\n"), ["|"]);
        assert_eq!(fields("a,b\n\"\"\"\",\"\"\"\"\"\"\n"), ["\"|\"\""]);
        assert_eq!(fields("a,b\n5\" disk,6\" disk\n7,8\n"), ["5\" disk|6\" disk", "7|8"]);
        assert_eq!(fields("a,b\n\"1\"2,\"3\" \"4\"\n"), ["12|3 \"4\""]);
    }

    #[test]
    fn spaces_after_a_comma_are_skipped_and_others_kept() {
        assert_eq!(fields("a,b\n 1,  \"2, 3\"\n\" 4\",5 \n"), ["1|2, 3", " 4|5 "]);
    }

    #[test]
    fn any_line_ending_ends_a_record() {
        assert_eq!(fields("a,b\r\n1,2\r\n3,\"4\"\r\n"), ["1|2", "3|4"]);
        assert_eq!(fields("a,b\r1,2\r3,\"4\"\r"), ["1|2", "3|4"]);
        assert_eq!(fields("a,b\n1,2\r\n\n\r\n3,4"), ["1|2", "3|4"]);
    }

    #[test]
    fn positions_are_those_of_the_source() {
        let found = records(b"a,b\r\n1,2\r\n\r\n\"x\r\ny\",4\r\n5,6").unwrap();
        let expected: [Found; 3] = [(2, 5, "1|2".into()), (4, 12, "x\r\ny|4".into()), (6, 22, "5|6".into())];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_ragged_record_is_invalid_alone() {
        assert_eq!(
            fields("a,b\n1\n1,2,3\n4,5\n"),
            ["has 1 field, the header has 2", "has 3 fields, the header has 2", "4|5"]
        );
    }

    #[test]
    fn a_file_without_a_proper_header_is_refused() {
        assert_eq!(message(b""), "the file is empty\n  help: expected a header with the columns a, b");
        assert_eq!(
            message(b"a:b\n1:2\n"),
            "line 1: the header lacks the columns a, b; it has \"a:b\"\n  \
             help: expected a header with the columns a, b; if something else than , ; | or a tab stands between \
             them, say it: --separator :"
        );
        assert_eq!(
            message(b"a,c\n1,2\n").lines().next(),
            Some("line 1: the header lacks the column b; it has \"a\", \"c\"")
        );
        assert_eq!(message(b"a,b,a\n").lines().next(), Some("line 1: the header has the column a twice"));
        assert_eq!(records(b"a,b").unwrap(), []);
        assert_eq!(records(b"a,b\n\n").unwrap(), []);
    }

    #[test]
    fn an_unclosed_quote_and_bytes_that_are_no_text_are_errors() {
        let message = |text: &[u8]| records(text).unwrap_err().message().to_owned();
        assert_eq!(message(b"a,b\n1,2\n3,\"4\n5,6\n"), "line 3: a quote is opened and never closed");
        assert_eq!(message(b"a,b\n1,2\n3,\xff\n5,6\n"), "line 3: not UTF-8 at byte 10");
        assert_eq!(message(b"a,b\n1,\xe9"), "line 2: not UTF-8 at byte 6");
        assert_eq!(message(b"\xff\xfea\0,\0b\0\n\0"), "line 1: not UTF-8 at byte 0");
    }

    #[test]
    fn the_visitor_can_stop() {
        let error = decode(&b"a,b\n1,2\n3,4\n"[..], &Reading::default(), MEMBERS, &mut |_| {
            Err(Error::failed("enough"))
        });
        assert_eq!(error, Err(Error::failed("enough")));
    }

    /// However the source is cut into reads, and small blocks, the records are the same.
    #[test]
    fn cuts_do_not_matter() {
        struct Trickle<'a>(&'a [u8], usize);
        impl Read for Trickle<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let count = self.1.min(self.0.len()).min(buffer.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let text = "a,b\r\n1,2\r\n\"x\"\"\r\n,y\", \"z\"\r\n\r\n5\",\"6\n7\"\n8,9";
        let whole = records(text.as_bytes()).unwrap();
        for step in 1..text.len() {
            for block_size in [1, 2, 5, 16, 64] {
                let mut blocks = Blocks::with_block_size(Trickle(text.as_bytes(), step), block_size).unwrap();
                let header = Header::read(&mut blocks, &Reading::default(), MEMBERS).unwrap();
                let mut found = Vec::new();
                let mut block = Block::default();
                while blocks.next(&mut block).unwrap() {
                    visit_records(&block, &header, &mut |record| {
                        let Position::Line { line, byte } = record.position else { panic!("no line") };
                        let Ok(Raw::Row(row)) = record.raw else { panic!("no row") };
                        found.push((line, byte, row.fields.join("|")));
                        Ok(())
                    })
                    .unwrap();
                }
                assert_eq!(found, whole, "step {step}, block {block_size}");
            }
        }
    }
}
