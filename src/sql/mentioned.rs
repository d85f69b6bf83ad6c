//! The names that stand in an SQL text, for help with those that do not exist, and for what they may not name.

use super::pieces::{Kind, Piece, pieces};

/// An SQL text in words: names, keywords and signs, without comments and strings.
/// A string beside a dot is a name too, as it is for SQLite.
pub(super) struct Mentioned<'s> {
    words: Vec<&'s str>,
}

impl<'s> Mentioned<'s> {
    /// Takes `sql` apart, as far as it goes.
    pub(super) fn new(sql: &'s str) -> Self {
        let mut words = Vec::new();
        let mut string = None;
        for Piece { text, kind, .. } in pieces(sql) {
            let name = text.trim_matches(['"', '`', '[', ']', '\'']);
            match kind {
                Kind::Nothing => {}
                Kind::Text if words.last() != Some(&".") => string = Some(name),
                Kind::Text | Kind::Word | Kind::Quoted | Kind::Sign => {
                    words.extend(string.take().filter(|_| name == "."));
                    words.push(name);
                }
            }
        }
        Mentioned { words }
    }

    /// Whether `name` is one of the words.
    pub(super) fn has(&self, name: &str) -> bool {
        self.words.iter().any(|word| word.eq_ignore_ascii_case(name))
    }

    /// Whether `name` stands for `table`: it is its name, or what the text calls it.
    pub(super) fn calls(&self, table: &str, name: &str) -> bool {
        let is =
            |index: usize, word: &str| self.word(index).is_some_and(|other| other.eq_ignore_ascii_case(word));
        (0..self.words.len()).filter(|index| is(*index, table)).any(|index| {
            table.eq_ignore_ascii_case(name)
                || is(index + 1, name)
                || is(index + 1, "as") && is(index + 2, name)
        })
    }

    /// The names that the text itself makes: after `AS`, and of common tables and their columns.
    pub(super) fn made(&self) -> Vec<&'s str> {
        let mut made = Vec::new();
        for index in (1..self.words.len()).filter(|index| self.word(*index).is_some_and(is_as)) {
            let next = self.word(index + 1).unwrap_or_default();
            let is_common =
                next == "(" || ["materialized", "not"].iter().any(|word| next.eq_ignore_ascii_case(word));
            if !is_common {
                made.extend(Some(next).filter(|next| is_name(next)));
            } else if self.word(index - 1) == Some(")") {
                let before = self.words.get(..index).unwrap_or_default().iter().rev().skip(1);
                made.extend(before.clone().take_while(|word| **word != "(").filter(|word| is_name(word)));
                made.extend(before.skip_while(|word| **word != "(").nth(1));
            } else {
                made.extend(self.word(index - 1));
            }
        }
        made
    }

    /// The names that the text gives to the database `main`, as in `main.movie`.
    pub(super) fn of_main(&self) -> impl Iterator<Item = &'s str> {
        self.words.windows(3).filter_map(|words| match *words {
            [database, ".", name] if database.eq_ignore_ascii_case("main") => Some(name),
            _ => None,
        })
    }

    fn word(&self, index: usize) -> Option<&'s str> {
        self.words.get(index).copied()
    }
}

fn is_as(word: &str) -> bool {
    word.eq_ignore_ascii_case("as")
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_names() {
        let text = Mentioned::new(
            "SELECT \"a b\", [c] -- x\n, 'y' /* z */ FROM Movie AS m, main.user u WHERE é_1 = '",
        );
        assert_eq!(
            text.words,
            [
                "SELECT", "a b", ",", "c", ",", "FROM", "Movie", "AS", "m", ",", "main", ".", "user", "u",
                "WHERE", "é_1", "="
            ]
        );
        assert!(text.has("movie") && !text.has("x") && !text.has("y") && !text.has("z"));
        assert!(text.calls("movie", "m") && text.calls("user", "U") && text.calls("movie", "movie"));
        assert!(!text.calls("movie", "u") && !text.calls("book", "book"));
        assert!(Mentioned::new("").words.is_empty());
    }

    #[test]
    fn what_is_of_main_is_known_in_every_spelling() {
        let of_main = |sql| Mentioned::new(sql).of_main().collect::<Vec<_>>().join(" ");
        for sql in [
            "SELECT * FROM main.movie",
            "SELECT * FROM MAIN . movie",
            "SELECT * FROM \"main\".\"movie\"",
            "SELECT * FROM [Main].`movie`",
            "SELECT 'main', * FROM 'main'.'movie'",
            "SELECT * FROM main/**/./* . */movie",
            "SELECT * FROM main--.\n.--\nmovie",
            "SELECT * FROM main /*/ ' */ . movie --'",
            "SELECT * FROM main\u{feff}.\u{feff}movie",
        ] {
            assert_eq!(of_main(sql), "movie", "{sql}");
        }
        assert_eq!(of_main("SELECT main, x.main FROM domain.movie AS main -- main.movie"), "");
        assert_eq!(of_main("SELECT 'main.movie', /* main.movie */ 'main' || '.'"), "");
    }

    #[test]
    fn names_are_made_with_as() {
        let text = "WITH a (x, y) AS (SELECT 1, 2), b AS MATERIALIZED (SELECT x AS z FROM a), c AS (SELECT 1)
             SELECT z AS \"end\" FROM b AS t";
        let mut made = Mentioned::new(text).made();
        made.sort_unstable();
        assert_eq!(made, ["a", "b", "c", "end", "t", "x", "y", "z"]);
        assert!(Mentioned::new("AS").made().is_empty() && Mentioned::new("x AS").made().is_empty());
    }
}
