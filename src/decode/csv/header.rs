//! The header: which column of the file holds which member.

use super::super::Reading;
use super::blocks::{Block, Blocks};
use super::fields::{Fields, MOST, not_utf8_in};
use crate::domain::Members;
use crate::error::{Error, Result};
use std::io::Read;

/// How many columns a message lists, and how many characters of each name.
const SHOWN: usize = 20;
const SHOWN_CHARS: usize = 60;

/// A column's name, for a message: what is taken for a header may be a whole file of something else.
fn start(name: &str) -> String {
    match name.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{:?}…", name.get(..end).unwrap_or_default()),
        None => format!("{name:?}"),
    }
}

/// The columns of a file.
#[derive(Clone, Debug)]
pub struct Header {
    /// The header as it stands in the file, without its line ending.
    pub text: String,
    /// How many columns the file has.
    pub width: usize,
    /// For each member, the index of its column; beyond the last one for a column that is not there.
    pub columns: Vec<usize>,
    /// The other columns that have a name: it, and the index.
    pub others: Vec<(String, usize)>,
    /// The sheet of a workbook that it heads, if it heads one.
    pub sheet: Option<String>,
}

impl Header {
    /// Takes the header from the start of the source; each of `members` must be there, once, and tells what the
    /// separator is.
    pub fn read<R: Read>(blocks: &mut Blocks<R>, reading: &Reading, members: Members) -> Result<Header> {
        let expected = || format!("expected a header with the columns {}", members.join(", "));
        let mut block = Block::default();
        let (said, hint) = said_in_file(blocks, &mut block)?;
        let separator = match reading.separator.and_then(|separator| u8::try_from(separator).ok()).or(said) {
            Some(separator) => separator,
            None => found(blocks, reading, members.names),
        };
        if !blocks.next_record(separator, &mut block)? {
            return Err(Error::failed("the file is empty").help(expected()));
        }
        let marks = blocks.marks();
        let text = std::str::from_utf8(&block.bytes).map_err(|error| not_utf8_in(&block, error))?;
        let blank = text.len() - text.trim_start_matches(BLANK).len();
        let line = block.line
            + memchr::memchr_iter(marks.eol, text.get(..blank).unwrap_or_default().as_bytes()).count() as u64;
        let mut fields = Fields::default();
        fields.parse(text, blank, marks).map_err(|_| {
            Error::failed(format!("line {line}: the header opens a quote and never closes it"))
                .help(expected())
        })?;
        if fields.count() > MOST {
            return Err(Error::failed(format!(
                "line {line}: a header of {} columns, where at most {MOST} can be told apart",
                fields.count()
            ))
            .help(expected()));
        }
        let written: Vec<&str> = fields.iter(text).map(str::trim).collect();
        // Each column with the member that it is, if it is one.
        let names: Vec<(&str, Option<&'static str>)> = written
            .iter()
            .map(|written| {
                let name = reading.name_of(written);
                (name, member(name, &members))
            })
            .collect();
        let is = |member: &str| names.iter().any(|(_, known)| *known == Some(member));
        let lacking: Vec<&str> =
            members.iter().copied().filter(|member| members.needs(member) && !is(member)).collect();
        if !lacking.is_empty() {
            return Err(lacks(line, &lacking, &written).help(match other_separator(&written) {
                None => expected(),
                Some(other) => format!(
                    "{}; if something else than , ; | or a tab stands between them, say it: --separator {other}",
                    expected()
                ),
            }));
        }
        let columns = members.iter().map(|member| {
            let mut places = names.iter().zip(&written).enumerate();
            let mut next = || places.find(|(_, ((_, known), _))| *known == Some(*member));
            match (next(), next()) {
                (Some((index, _)), None) => Ok(index),
                // A column that no record has a field for.
                (None, _) => Ok(usize::MAX),
                (Some((_, (_, one))), Some((_, (_, other)))) if one != other => Err(Error::failed(format!(
                    "line {line}: the header has the column {member} twice, as {} and as {}",
                    start(one),
                    start(other)
                ))
                .help(format!("give one of them another name, as in: --map {one:?}=other"))),
                _ => Err(Error::failed(format!("line {line}: the header has the column {member} twice"))
                    .help("rename or remove one of the two")),
            }
        });
        let others =
            names.iter().enumerate().filter(|(_, (name, known))| !name.is_empty() && known.is_none());
        Ok(Header {
            others: others.map(|(index, (name, _))| ((*name).to_owned(), index)).collect(),
            text: hint + text.trim_matches(['\r', '\n']),
            width: names.len(),
            sheet: reading.sheet.clone(),
            columns: columns.collect::<Result<_>>()?,
        })
    }
}

/// What may stand before the header.
const BLANK: [char; 3] = ['\r', '\n', ' '];

/// The separators that a header can tell.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many records tell a separator by having as many fields as the header, where no member does.
const COMPARED: usize = 20;

/// The member that a column of this name is: in any case, as people write headers, unless one is of this very name.
fn member(name: &str, members: &[&'static str]) -> Option<&'static str> {
    let same = members.iter().find(|member| **member == name);
    same.or_else(|| members.iter().find(|member| member.eq_ignore_ascii_case(name))).copied()
}

/// The separator that a line above the header says, as in `sep=;`, and that line: spreadsheets write and read it.
fn said_in_file<R: Read>(blocks: &mut Blocks<R>, block: &mut Block) -> Result<(Option<u8>, String)> {
    let first = blocks.first(b',')?;
    let from = first.iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b' ')).count();
    let said = first.get(from..).unwrap_or_default();
    let end = said.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(said.len());
    let said = match said.get(..end).unwrap_or_default() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] if !separator.is_ascii_alphanumeric() => {
            *separator
        }
        _ => return Ok((None, String::new())),
    };
    blocks.next_record(b',', block)?;
    Ok((Some(said), format!("sep={}\n", char::from(said))))
}

/// The separator by which the header has the most of the members; a comma if it has none by any.
fn found<R: Read>(blocks: &mut Blocks<R>, reading: &Reading, members: &'static [&'static str]) -> u8 {
    if members.is_empty() {
        return likely(blocks);
    }
    let mut best = (0, b',');
    for separator in SEPARATORS {
        let marks = super::Marks { separator, ..blocks.marks() };
        // What is wrong with it is told when it is taken.
        let Some(text) = blocks.first(separator).ok().and_then(|bytes| std::str::from_utf8(bytes).ok())
        else {
            continue;
        };
        let mut fields = Fields::default();
        let blank = text.len() - text.trim_start_matches(BLANK).len();
        if fields.parse(text, blank, marks).is_err() {
            continue;
        }
        let is = |wanted: &&&'static str| {
            fields.iter(text).any(|name| member(reading.name_of(name), members) == Some(**wanted))
        };
        let known = members.iter().filter(is).count();
        if known > best.0 {
            best = (known, separator);
        }
        if known == members.len() {
            break;
        }
    }
    best.1
}

/// The separator that makes the most columns, best as many in the header as in the records behind it; a comma if none
/// makes two. Of those that make as many, a comma is the least likely: it stands in numbers and texts as well.
fn likely<R: Read>(blocks: &mut Blocks<R>) -> u8 {
    let mut best = (false, 1, b',');
    for separator in SEPARATORS.into_iter().rev() {
        let marks = super::Marks { separator, ..blocks.marks() };
        let Some(end) = blocks.first(separator).ok().map(<[u8]>::len) else { continue };
        let (start, is_whole) = blocks.beginning();
        // A character may be cut off at the end.
        let text = match std::str::from_utf8(start) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(start.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
            }
        };
        let mut fields = Fields::default();
        let blank = text.len() - text.trim_start_matches(BLANK).len();
        if text.len() < end || fields.parse(text, blank, marks).is_err() {
            continue;
        }
        let columns = fields.count();
        let (mut at, mut alike) = (end, true);
        for _ in 0..COMPARED {
            match fields.parse(text, at, marks) {
                // The last record may go on behind what is known.
                Ok(next) if at < text.len() && (next < text.len() || is_whole) => at = next,
                _ => break,
            }
            alike &= fields.blank() || fields.count() == columns;
        }
        if columns > 1 && (alike, columns) > (best.0, best.1) {
            best = (alike, columns, separator);
        }
    }
    best.2
}

/// The error for a header without some of the columns.
fn lacks(line: u64, lacking: &[&str], written: &[&str]) -> Error {
    let has: Vec<String> = written.iter().take(SHOWN).map(|name| start(name)).collect();
    let error = Error::failed(format!(
        "line {line}: the header lacks the column{} {}; it has {}",
        if lacking.len() == 1 { "" } else { "s" },
        lacking.join(", "),
        has.join(", ")
    ));
    let more = written.len() - has.len();
    if more > 0 { error.note(format_args!("and {more} more")) } else { error }
}

/// What may stand between the columns of a header that seems to have only one.
fn other_separator(written: &[&str]) -> Option<char> {
    let [only] = written else { return None };
    only.chars().find(|mark| matches!(mark, ':' | '^' | '~' | '#' | '!' | '&' | '/'))
}
