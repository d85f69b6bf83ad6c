//! A table in GitHub's Markdown.

use std::io::Write;

use super::text::{exact, visible};
use crate::error::Result;
use crate::sql::{Cell, Sink};

pub(super) struct Markdown<W> {
    out: W,
    /// The names, until the first row tells which columns hold numbers.
    header: Option<Vec<String>>,
}

impl<W: Write> Markdown<W> {
    pub(super) fn new(out: W) -> Self {
        Markdown { out, header: None }
    }

    /// Writes the header, once. Columns that start with a number are aligned to the right.
    fn header(&mut self, first: &[Cell<'_>]) -> Result<()> {
        let Some(names) = self.header.take() else { return Ok(()) };
        self.line(names.iter().map(|name| escaped(name)))?;
        let number = |column| matches!(first.get(column), Some(Cell::Integer(_) | Cell::Real(_)));
        let rules: Vec<_> =
            (0..names.len()).map(|column| if number(column) { "---:" } else { "---" }).collect();
        self.line(rules.into_iter().map(str::to_owned))
    }

    fn line(&mut self, fields: impl Iterator<Item = String>) -> Result<()> {
        for field in fields {
            write!(self.out, "| {field} ")?;
        }
        Ok(self.out.write_all(b"|\n")?)
    }
}

impl<W: Write> Sink for Markdown<W> {
    fn columns(&mut self, names: &[&str]) -> Result<()> {
        self.header = Some(names.iter().map(|name| (*name).to_owned()).collect());
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        self.header(cells)?;
        self.line(cells.iter().map(|cell| escaped(&exact(*cell))))
    }

    fn finish(&mut self) -> Result<()> {
        self.header(&[])?;
        Ok(self.out.flush()?)
    }
}

/// `text` such that it stays in its cell and is nothing but text: no HTML, link, picture or emphasis; a line break is
/// `<br>`.
fn escaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut marked = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let rest = text.get(at + letter.len_utf8()..).unwrap_or_default();
        let next = rest.chars().next().unwrap_or(' ');
        let is_mark = match letter {
            '\\' | '|' | '<' | '>' | '[' | ']' | '`' | '*' | '~' => true,
            // Within a word, as in the names of columns, it marks nothing.
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            // An entity.
            '&' => next.is_ascii_alphanumeric() || next == '#',
            // GitHub makes links of bare addresses.
            ':' => rest.starts_with("//"),
            '.' => before.eq_ignore_ascii_case(&'w'),
            _ => false,
        };
        if is_mark {
            marked.push('\\');
        }
        marked.push(letter);
        before = letter;
    }
    let lines: Vec<_> = marked.split('\n').map(visible).collect();
    lines.join("<br>")
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::{TYPES, rendered};
    use crate::sql::Cell;

    #[test]
    fn numbers_are_on_the_right() {
        assert_eq!(
            rendered(Format::Markdown, &["i", "r", "t", "b"], TYPES),
            "| i | r | t | b |\n| ---: | ---: | --- | --- |\n| 1234567890123 | 0.5 | Amélie | 00ff |\n|  |  |  |  |\n"
        );
        assert_eq!(rendered(Format::Markdown, &["a"], &[]), "| a |\n| --- |\n");
    }

    #[test]
    fn text_stays_in_its_cell() {
        let row = [Cell::Text("a|b\\|c\r\nd\ne\t\u{1b}<b>\u{202e}")];
        assert_eq!(
            rendered(Format::Markdown, &["x|y"], &[&row]),
            "| x\\|y |\n| --- |\n| a\\|b\\\\\\|c<br>d<br>e\\u{9}\\u{1b}\\<b\\>\\u{202e} |\n"
        );
    }
    #[test]
    fn text_is_no_markup() {
        for (text, marked) in [
            ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
            ("![x](https://example.org/x.png)", "!\\[x\\](https\\://example.org/x.png)"),
            ("<javascript:alert(1)>", "\\<javascript:alert(1)\\>"),
            ("WWW.example.org", "WWW\\.example.org"),
            ("*a* _b_ __c__ ~~d~~ `e`", "\\*a\\* \\_b\\_ \\_\\_c\\_\\_ \\~\\~d\\~\\~ \\`e\\`"),
            ("&lt;b&gt; &#60; Turner & Hooch", "\\&lt;b\\&gt; \\&#60; Turner & Hooch"),
            ("user_email, 2021-12-25T08:00:00.5Z", "user_email, 2021-12-25T08:00:00.5Z"),
        ] {
            assert_eq!(super::escaped(text), marked);
        }
    }
}
