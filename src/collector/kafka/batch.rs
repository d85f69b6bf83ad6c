//! Batches of records, as brokers keep and send them.

use super::compression::unfolded;
use super::crc32c::crc32c;
use super::failure::{Failure, Result};
use super::wire::{Reader, cut_off};
use crate::error::Error;
use std::collections::HashSet;

/// One message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Where it stands in its partition.
    pub offset: i64,
    /// What it is about, if its sender said.
    pub key: Option<Vec<u8>>,
    /// What it says; `None` if it says that there is nothing of this key any more.
    pub value: Option<Vec<u8>>,
}

/// A transaction that came to nothing: its sender, and the offset of its first record.
pub type Aborted = (i64, i64);

/// Where the body of a batch begins whose length is told.
const BEFORE_LENGTH: usize = 12;

/// The number of the form of batches that scli knows, which is that of Kafka 0.11 and later.
const FORM: i8 = 2;

const COMPRESSION: i16 = 0b111;
const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;

/// The messages from an offset on, and the offset behind the last batch, be it one without any. A batch that is cut
/// off at the end is left for the next time. Messages of transactions that came to nothing are left out.
pub fn messages(mut bytes: &[u8], from: i64, mut aborted: Vec<Aborted>) -> Result<(Vec<Message>, i64)> {
    let (mut messages, mut next) = (Vec::new(), from);
    let mut under_way = HashSet::new();
    aborted.sort_by_key(|(_, first)| *first);
    let mut aborted = aborted.into_iter().peekable();
    while let Some(batch) = Batch::first(&mut bytes)? {
        let last = batch.base + i64::from(batch.last_offset_delta);
        while let Some((producer, _)) = aborted.next_if(|(_, first)| *first <= last) {
            under_way.insert(producer);
        }
        next = next.max(last + 1);
        if batch.attributes & CONTROL != 0 {
            // Its transaction has ended, one way or the other.
            under_way.remove(&batch.producer);
        } else if batch.attributes & TRANSACTIONAL == 0 || !under_way.contains(&batch.producer) {
            batch.read(from, &mut messages)?;
        }
    }
    Ok((messages, next))
}

struct Batch<'a> {
    base: i64,
    attributes: i16,
    last_offset_delta: i32,
    producer: i64,
    count: i32,
    records: &'a [u8],
}

impl<'a> Batch<'a> {
    /// The batch at the front, if all of it is there.
    fn first(bytes: &mut &'a [u8]) -> Result<Option<Batch<'a>>> {
        let mut head = Reader::new(bytes);
        let (Ok(base), Ok(length)) = (head.i64(), head.i32()) else { return Ok(None) };
        let length = usize::try_from(length).map_err(|_| cut_off())?;
        let Ok(body) = head.take(length) else { return Ok(None) };
        *bytes = bytes.get(BEFORE_LENGTH + length..).unwrap_or_default();
        let mut body = Reader::new(body);
        body.i32()?; // the leader's epoch
        let form = body.i8()?;
        if form != FORM {
            let error =
                Error::failed(format!("the batch at offset {base} has the form of before Kafka 0.11"));
            let help = "have a program of today copy the topic, or begin behind it with --from end";
            return Err(Failure::Final(error.help(help)));
        }
        let (sum, rest) = (body.u32()?, body);
        if crc32c(rest.rest()) != sum {
            return Err(Failure::Away(format!("the batch at offset {base} was damaged on its way")));
        }
        let (attributes, last_offset_delta) = (body.i16()?, body.i32()?);
        body.take(16)?; // the times of its first and last records
        let producer = body.i64()?;
        body.take(6)?; // the epoch of the producer, and the number of its first record
        let count = body.i32()?;
        Ok(Some(Batch { base, attributes, last_offset_delta, producer, count, records: body.rest() }))
    }

    fn read(&self, from: i64, messages: &mut Vec<Message>) -> Result<()> {
        let at = |failure: Failure| failure.at(format_args!("offset {}", self.base));
        let records = unfolded(self.attributes & COMPRESSION, self.records).map_err(at)?;
        let mut records = Reader::new(&records);
        for _ in 0..self.count {
            let length = records.zigzag()?;
            let mut record = Reader::new(records.take(usize::try_from(length).map_err(|_| cut_off())?)?);
            record.i8()?; // attributes, of which there are none
            record.zigzag()?; // its time
            let offset = self.base + record.zigzag()?;
            let (key, value) = (field(&mut record)?, field(&mut record)?);
            if offset >= from {
                let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
                messages.push(Message { offset, key: owned(key), value: owned(value) });
            }
        }
        Ok(())
    }
}

/// Bytes behind their length, or nothing.
fn field<'a>(record: &mut Reader<'a>) -> Result<Option<&'a [u8]>> {
    let length = record.zigzag()?;
    usize::try_from(length).ok().map(|length| record.take(length)).transpose()
}

#[cfg(test)]
mod tests {
    use super::super::wire::Writer;
    use super::*;

    fn zigzag(bytes: &mut Vec<u8>, value: i64) {
        let mut value = ((value << 1) ^ (value >> 63)) as u64;
        while value > 0x7f {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
    }

    /// A batch of these values from an offset on; a batch may span offsets that no record has any more.
    fn batch(
        base: i64,
        span: i32,
        attributes: i16,
        producer: i64,
        values: &[(i64, Option<&str>)],
    ) -> Vec<u8> {
        let mut records = Vec::new();
        for (delta, value) in values {
            let mut record = vec![0];
            zigzag(&mut record, 0);
            zigzag(&mut record, *delta);
            zigzag(&mut record, 1);
            record.push(b'k');
            match value {
                Some(value) => {
                    zigzag(&mut record, value.len() as i64);
                    record.extend(value.as_bytes());
                }
                None => zigzag(&mut record, -1),
            }
            zigzag(&mut record, 0);
            zigzag(&mut records, record.len() as i64);
            records.extend(record);
        }
        let mut summed = Writer::default();
        summed.i16(attributes).i32(span - 1).i64(0).i64(0).i64(producer).i16(0).i32(0);
        summed.i32(values.len() as i32).raw(&records);
        let summed = summed.done();
        let mut whole = Writer::default();
        whole.i64(base).i32(summed.len() as i32 + 9).i32(0).i8(2).i32(crc32c(&summed) as i32).raw(&summed);
        whole.done()
    }

    fn told(bytes: &[u8], from: i64, aborted: Vec<Aborted>) -> (Vec<String>, i64) {
        let (found, next) = messages(bytes, from, aborted).unwrap();
        let value = |message: Message| match message.value {
            Some(value) => format!("{} {}", message.offset, String::from_utf8(value).unwrap()),
            None => format!("{} nothing", message.offset),
        };
        (found.into_iter().map(value).collect(), next)
    }

    #[test]
    fn messages_before_the_offset_are_passed_over_and_gaps_are_stepped_over() {
        let bytes = [
            batch(10, 3, 0, -1, &[(0, Some("a")), (1, None), (2, Some("c"))]),
            // Compaction took the last ones out.
            batch(13, 4, 0, -1, &[(1, Some("d"))]),
        ]
        .concat();
        let expected = ["11 nothing", "12 c", "14 d"].map(str::to_owned).to_vec();
        assert_eq!(told(&bytes, 11, Vec::new()), (expected, 17));
        let cut = bytes.get(..bytes.len() - 1).unwrap();
        assert_eq!(told(cut, 12, Vec::new()), (vec!["12 c".to_owned()], 13));
        assert_eq!(told(&[], 12, Vec::new()), (Vec::new(), 12));
    }

    #[test]
    fn a_transaction_that_came_to_nothing_is_left_out_and_its_end_is_no_message() {
        const END: i16 = TRANSACTIONAL | CONTROL;
        let bytes = [
            batch(0, 1, TRANSACTIONAL, 7, &[(0, Some("aborted"))]),
            batch(1, 1, TRANSACTIONAL, 8, &[(0, Some("kept"))]),
            batch(2, 1, 0, -1, &[(0, Some("of none"))]),
            batch(3, 1, END, 7, &[(0, Some("end"))]),
            batch(4, 1, TRANSACTIONAL, 7, &[(0, Some("kept as well"))]),
            batch(5, 1, END, 8, &[(0, Some("end"))]),
            batch(6, 1, END, 7, &[(0, Some("end"))]),
        ]
        .concat();
        let kept = ["1 kept", "2 of none", "4 kept as well"].map(str::to_owned).to_vec();
        assert_eq!(told(&bytes, 0, vec![(7, 0)]), (kept, 7));
    }

    #[test]
    fn a_batch_that_was_damaged_is_told() {
        let mut bytes = batch(10, 1, 0, -1, &[(0, Some("a"))]);
        *bytes.last_mut().unwrap() ^= 1;
        let failure = messages(&bytes, 0, Vec::new()).unwrap_err();
        assert!(matches!(failure, Failure::Away(why) if why.contains("offset 10")));
        let mut old = batch(10, 1, 0, -1, &[(0, Some("a"))]);
        *old.get_mut(16).unwrap() = 1;
        let failure = messages(&old, 0, Vec::new()).unwrap_err();
        assert!(matches!(failure, Failure::Final(error) if error.message().contains("before Kafka 0.11")));
    }
}
