//! The header: which column of the file holds which member.

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
}

impl Header {
    /// Takes the header from the start of the source; each of `members` must be there, once.
    pub fn read<R: Read>(blocks: &mut Blocks<R>, members: Members) -> Result<Header> {
        let expected = || format!("expected a header with the columns {}", members.join(", "));
        let mut block = Block::default();
        if !blocks.next_record(&mut block)? {
            return Err(Error::failed("the file is empty").help(expected()));
        }
        let text = std::str::from_utf8(&block.bytes).map_err(|error| not_utf8_in(&block, error))?;
        let blank = text.len() - text.trim_start_matches(['\r', '\n', ' ']).len();
        let line = block.line
            + memchr::memchr_iter(block.eol, text.get(..blank).unwrap_or_default().as_bytes()).count() as u64;
        let mut fields = Fields::default();
        fields.parse(text, blank, block.eol).map_err(|_| {
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
        let names: Vec<&str> = fields.iter(text).map(|name| name.trim_matches(' ')).collect();

        let lacking: Vec<&str> = members
            .iter()
            .copied()
            .filter(|member| members.needs(member) && !names.contains(member))
            .collect();
        if !lacking.is_empty() {
            let has: Vec<String> = names.iter().take(SHOWN).map(|name| start(name)).collect();
            let error = Error::failed(format!(
                "line {line}: the header lacks the column{} {}; it has {}",
                if lacking.len() == 1 { "" } else { "s" },
                lacking.join(", "),
                has.join(", ")
            ));
            let more = names.len() - has.len();
            let error = if more > 0 { error.note(format_args!("and {more} more")) } else { error };
            let other_separator =
                names.len() == 1 && names.iter().any(|name| name.contains([';', '\t', '|']));
            return Err(if other_separator {
                error.help("fields are separated by commas")
            } else {
                error.help(expected())
            });
        }
        let columns = members.iter().map(|member| {
            let mut places =
                names.iter().enumerate().filter(|(_, name)| *name == member).map(|(index, _)| index);
            match (places.next(), places.next()) {
                (Some(index), None) => Ok(index),
                // A column that no record has a field for.
                (None, _) => Ok(usize::MAX),
                _ => Err(Error::failed(format!("line {line}: the header has the column {member} twice"))
                    .help("rename or remove one of the two")),
            }
        });
        let others = names.iter().enumerate().filter(|(_, name)| !name.is_empty() && !members.contains(name));
        Ok(Header {
            others: others.map(|(index, name)| ((*name).to_owned(), index)).collect(),
            text: text.trim_matches(['\r', '\n']).to_owned(),
            width: names.len(),
            columns: columns.collect::<Result<_>>()?,
        })
    }
}
