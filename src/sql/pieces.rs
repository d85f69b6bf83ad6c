//! An SQL text in pieces, as SQLite cuts it, and what they tell of a statement that is not run yet.

use super::header::{FORM, Param};
use super::nearest::{nearest, suggestion};
use super::param::Binding;
use crate::error::{Error, Result};

/// What a piece is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// White space, a comment, or the mark that a file may begin with.
    Nothing,
    /// A text in single quotes.
    Text,
    /// A name or a keyword.
    Word,
    /// A name in quotes.
    Quoted,
    /// Any other character.
    Sign,
}

/// A piece of an SQL text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Piece<'s> {
    /// Where it begins.
    pub at: usize,
    /// Itself, with its quotes.
    pub text: &'s str,
    /// What it is.
    pub kind: Kind,
}

impl Piece<'_> {
    fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// The pieces of `sql`, in order; together they are all of it.
pub(super) fn pieces(sql: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = sql.get(at..)?;
        let first = rest.chars().next()?;
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let (end, kind) = match first {
            '-' if rest.starts_with("--") => (rest.find('\n'), Kind::Nothing),
            '/' if rest.starts_with("/*") => (end_of_comment(rest), Kind::Nothing),
            '\'' => (behind(rest, '\''), Kind::Text),
            '"' | '`' => (behind(rest, first), Kind::Quoted),
            '[' => (behind(rest, ']'), Kind::Quoted),
            c if is_part(c) => (rest.find(|c| !is_part(c)), Kind::Word),
            c if c.is_whitespace() || c == '\u{feff}' => (Some(c.len_utf8()), Kind::Nothing),
            c => (Some(c.len_utf8()), Kind::Sign),
        };
        let (text, _) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        let piece = Piece { at, text, kind };
        at = piece.end();
        Some(piece)
    })
}

/// Where the comment ends that `rest` begins with. The star that opens it does not close it.
fn end_of_comment(rest: &str) -> Option<usize> {
    Some(2 + rest.get(2..)?.find("*/")? + 2)
}

/// Where the quoted text ends that `rest` begins with.
fn behind(rest: &str, quote: char) -> Option<usize> {
    rest.char_indices().skip(1).find(|(_, c)| *c == quote).map(|(at, _)| at + 1)
}

/// The line of `sql`, from 1, in which the byte `at` is.
fn line(sql: &str, at: usize) -> usize {
    sql.get(..at).unwrap_or(sql).matches('\n').count() + 1
}

/// The line in which the statement of `sql` begins, from 1.
pub(crate) fn first_line(sql: &str) -> usize {
    pieces(sql).find(|piece| piece.kind != Kind::Nothing).map_or(1, |piece| line(sql, piece.at))
}

/// `sql` up to the end of its statement, so that it can stand within another one: no semicolon ends it, and no
/// comment follows.
pub(crate) fn bare(sql: &str) -> &str {
    let matters = |piece: &Piece<'_>| piece.kind != Kind::Nothing && piece.text != ";";
    let end = pieces(sql).filter(matters).last().map_or(0, |piece| piece.end());
    sql.get(..end).unwrap_or(sql)
}

/// Fails if `sql` is not one statement that reads, as far as its text tells.
pub(crate) fn reads(sql: &str) -> Result<()> {
    const HELP: &str = "write one SELECT";
    let mut some = pieces(sql).filter(|piece| piece.kind != Kind::Nothing);
    let at = |piece: Piece<'_>, what: String| Error::failed(what).at(format!("line {}", line(sql, piece.at)));
    let Some(first) = some.next() else {
        return Err(Error::failed("there is no SQL statement").help(HELP));
    };
    if !["SELECT", "WITH", "VALUES"].iter().any(|word| first.text.eq_ignore_ascii_case(word)) {
        let word: String = first.text.chars().take(20).collect();
        return Err(at(first, format!("the statement begins with `{word}`, and so is no question or rule"))
            .help(HELP));
    }
    let mut ended = false;
    for piece in some {
        match piece.text {
            ";" => ended = true,
            _ if ended => {
                return Err(at(piece, "a second SQL statement begins".to_owned())
                    .help("a file has one; write two files"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A parameter in a text: where it stands, with its mark, and its name.
struct Used<'s> {
    at: usize,
    end: usize,
    name: &'s str,
}

fn used(sql: &str) -> Vec<Used<'_>> {
    let mut found = Vec::new();
    let mut mark: Option<Piece<'_>> = None;
    for piece in pieces(sql) {
        let before = mark.take().filter(|mark| mark.end() == piece.at);
        match (piece.kind, before) {
            (Kind::Word, Some(mark)) => found.push(Used { at: mark.at, end: piece.end(), name: piece.text }),
            (Kind::Word, None) if piece.text.starts_with('$') => {
                let name = piece.text.trim_start_matches('$');
                found.push(Used { at: piece.at, end: piece.end(), name });
            }
            (Kind::Sign, _) if matches!(piece.text, ":" | "@") => mark = Some(piece),
            _ => {}
        }
    }
    found
}

/// Fails if `sql` does not use the parameters that are declared for it, and no others: a name that is spelt in two
/// ways would be NULL. It need not use all of them if it is only `part` of what they are for.
pub(crate) fn uses(sql: &str, params: &[Param], part: bool) -> Result<()> {
    let used = used(sql);
    let declared: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
    if let Some(Used { at, name, .. }) = used.iter().find(|used| !declared.contains(&used.name)) {
        let message = format!("line {}: the SQL uses `:{name}`, which no header declares", line(sql, *at));
        let help = match nearest(name, declared.iter().copied()) {
            Some(meant) => format!("did you mean `:{meant}`?"),
            None => FORM.to_owned(),
        };
        return Err(Error::failed(message).help(help));
    }
    let is_used = |name: &&&str| used.iter().any(|used| used.name == **name);
    match declared.iter().find(|name| !part && !is_used(name)) {
        None => Ok(()),
        Some(name) => {
            let names: Vec<&str> = used.iter().map(|used| used.name).collect();
            Err(Error::failed(format!("the header declares `{name}`, which the SQL does not use")).help(
                match names.is_empty() {
                    true => format!("a parameter is written :{name} in SQL"),
                    false => suggestion(name, "used", &names),
                },
            ))
        }
    }
}

/// Those of `bindings` that `sql` has a parameter for.
pub(crate) fn bindings_for(sql: &str, bindings: &[Binding]) -> Vec<Binding> {
    let used = used(sql);
    let is_used = |binding: &&Binding| used.iter().any(|used| used.name == binding.name);
    bindings.iter().filter(is_used).cloned().collect()
}

/// `sql` with the values of `bindings` in it, so that it means the same wherever it runs.
pub(crate) fn filled_in(sql: &str, bindings: &[Binding]) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut done = 0;
    for Used { at, end, name } in used(sql) {
        if let Some(binding) = bindings.iter().find(|binding| binding.name == name) {
            text.push_str(sql.get(done..at).unwrap_or_default());
            text.push_str(&binding.value.literal());
            done = end;
        }
    }
    text.push_str(sql.get(done..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Value;

    #[test]
    fn the_pieces_are_all_of_the_text() {
        let sql =
            "\u{feff}-- a; b\nSELECT 'it''s; --', \"a\"\"b\", [c] /* ; */, :d, $e, x'ff' FROM t; -- end";
        assert_eq!(pieces(sql).map(|piece| piece.text).collect::<String>(), sql);
        assert_eq!(bare(sql), sql.split_once("; -- end").unwrap().0);
        assert_eq!(bare("SELECT 1 ;;\n/* x */ ; "), "SELECT 1");
        assert_eq!(bare("-- nothing"), "");
        assert_eq!(first_line("-- a\n\n/* b\n*/ SELECT 1"), 4);
    }

    #[test]
    fn one_statement_that_reads_is_told_from_all_else() {
        for sql in ["SELECT 1", "-- a\nwith t AS (SELECT ';') SELECT * FROM t;\n-- b", "VALUES (1);;"] {
            assert_eq!(reads(sql), Ok(()), "{sql}");
        }
        for (sql, message) in [
            ("-- a\n", "there is no SQL statement"),
            ("-- a\nDROP TABLE t", "line 2: the statement begins with `DROP`, and so is no question or rule"),
            ("SELECT 1;\n\nSELECT 2", "line 3: a second SQL statement begins"),
            ("(SELECT 1)", "line 1: the statement begins with `(`, and so is no question or rule"),
        ] {
            let error = reads(sql).unwrap_err();
            assert_eq!(error.message(), message);
            assert!(error.remedy().is_some(), "{sql}");
        }
    }

    #[test]
    fn values_stand_where_their_parameters_stood() {
        let bind = |name: &str, value| Binding { name: name.to_owned(), value };
        let bindings = [
            bind("a", Value::Text("it's".to_owned())),
            bind("b", Value::Integer(-7)),
            bind("c", Value::Real(0.5)),
            bind("d", Value::Integer(1)),
        ];
        let sql = "SELECT :a, @b, $c, ':a', \":a\", [:a] -- :a\n, :e, : a, a::b";
        assert_eq!(
            filled_in(sql, &bindings),
            "SELECT 'it''s', -7, 0.5, ':a', \":a\", [:a] -- :a\n, :e, : a, a:-7"
        );
        assert_eq!(bindings_for(sql, &bindings).len(), 3);
    }
}
