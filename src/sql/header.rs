//! The header of an SQL file: what the program needs to know of a shipped one, and what users may
//! declare in their own.

use super::nearest::suggestion;

/// How a parameter is declared.
pub(super) const FORM: &str = "write it as: -- param NAME TYPE DEFAULT MEANING, as in \
                    -- param from time '2021-12-25T07:00:00+01:00' First moment";

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ParamKind {
    /// A moment, in any offset; the SQL gets it in UTC, as the views have times.
    Time,
    /// What a clock shows, and its offset; the SQL gets both.
    Clock,
    /// A title or a name, matched whatever its case.
    Title,
    /// Text, matched as it is.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
}

impl ParamKind {
    /// All of them, by the names that headers have for them.
    const ALL: [(&str, ParamKind); 6] = [
        ("time", ParamKind::Time),
        ("clock", ParamKind::Clock),
        ("title", ParamKind::Title),
        ("text", ParamKind::Text),
        ("integer", ParamKind::Integer),
        ("number", ParamKind::Number),
    ];

    /// Its name in a header.
    pub fn name(self) -> &'static str {
        ParamKind::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// What it takes, for people.
    pub fn takes(self) -> &'static str {
        match self {
            ParamKind::Time => {
                "a time such as 2021-12-25T07:00:00+01:00, a date, or now (UTC where the offset is left out)"
            }
            ParamKind::Clock => "a time such as 2021-12-25T07:00:00+01:00 (UTC where the offset is left out)",
            ParamKind::Title => "a title or a name, in any case",
            ParamKind::Text => "any text",
            ParamKind::Integer => "a whole number such as 7",
            ParamKind::Number => "a number such as 0.5",
        }
    }
}

/// A parameter that a file declares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Param {
    /// Its name, without the colon that it has in the SQL.
    pub name: String,
    /// What it takes.
    pub kind: ParamKind,
    /// What it is when it is not given, as an SQL literal.
    pub default: String,
    /// What it means.
    pub help: String,
}

impl Param {
    /// The default as it would be given on the command line; `None` for `NULL`.
    pub fn plain_default(&self) -> Option<String> {
        let quoted = self.default.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        match quoted {
            Some(quoted) => Some(quoted.replace("''", "'")),
            None if self.default.eq_ignore_ascii_case("null") => None,
            None => Some(self.default.clone()),
        }
    }
}

/// What a header says.
#[derive(Debug)]
pub struct Header {
    file: String,
    values: Vec<Value>,
    /// The parameters, in the order of the header.
    pub params: Vec<Param>,
    last: Last,
}

/// What stands behind a key, and in which line, from 1.
#[derive(Debug)]
struct Value {
    key: String,
    text: String,
    line: usize,
}

/// What a line that is indented further continues.
#[derive(Clone, Copy, Debug)]
enum Last {
    Value,
    Param,
    Nothing,
}

impl Header {
    fn empty(file: &str) -> Header {
        Header { file: file.to_owned(), values: Vec::new(), params: Vec::new(), last: Last::Nothing }
    }

    /// Reads the comment lines at the top of a shipped file, `-- key: value` with one of `keys` and
    /// `-- param …`, each perhaps continued by lines that are indented further. A comment of another
    /// form ends the header. Errors name the `file`.
    pub fn parse(file: &str, sql: &str, keys: &[&str]) -> Result<Header, String> {
        let mut header = Header::empty(file);
        for (number, line) in (1..).zip(sql.lines().map_while(|line| line.strip_prefix("-- "))) {
            let read = if line.starts_with("  ") {
                header.go_on(line).then_some(()).ok_or(format!("nothing to continue: {line}"))
            } else if let Some(declaration) = line.strip_prefix("param ") {
                header.declare(declaration)
            } else {
                header.set(line, number, keys)
            };
            read.map_err(|what| format!("{file}: {what}"))?;
        }
        Ok(header)
    }

    /// Reads what a user's file says above its SQL: the same lines, among any other comments. Errors
    /// name the line.
    pub fn of_users_file(sql: &str, keys: &[&str]) -> Result<Header, String> {
        let mut header = Header::empty("");
        let sql = sql.strip_prefix('\u{feff}').unwrap_or(sql);
        for (number, line) in (1..).zip(sql.lines()) {
            let Some(comment) = line.strip_prefix("--") else {
                if line.trim().is_empty() {
                    header.last = Last::Nothing;
                    continue;
                }
                break;
            };
            let is_indented = comment.starts_with("  ");
            let comment = comment.trim();
            if let Some(declaration) = comment.strip_prefix("param ") {
                header.declare(declaration).map_err(|what| format!("line {number}: {what}"))?;
            } else if !(is_indented && header.go_on(comment)) && header.set(comment, number, keys).is_err() {
                header.last = Last::Nothing;
            }
        }
        Ok(header)
    }

    /// The value of `key`, if it is there.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|value| value.key == key).map(|value| value.text.as_str())
    }

    /// Takes out the value of `key`, which must be there.
    pub fn take(&mut self, key: &str) -> Result<String, String> {
        self.take_optional(key).ok_or_else(|| format!("{}: no {key}", self.file))
    }

    /// Takes out the value of `key`, if it is there.
    pub fn take_optional(&mut self, key: &str) -> Option<String> {
        self.take_with_line(key).map(|(text, _)| text)
    }

    /// Takes out the value of `key`, and the line that it stands in, if it is there.
    pub fn take_with_line(&mut self, key: &str) -> Option<(String, usize)> {
        let index = self.values.iter().position(|value| value.key == key)?;
        let Value { text, line, .. } = self.values.swap_remove(index);
        Some((text, line))
    }

    /// Adds a line to what came last, if that can go on.
    fn go_on(&mut self, line: &str) -> bool {
        let text = match self.last {
            Last::Value => self.values.last_mut().map(|value| &mut value.text),
            Last::Param => self.params.last_mut().map(|param| &mut param.help),
            Last::Nothing => None,
        };
        if let Some(text) = text {
            text.push(' ');
            text.push_str(line.trim());
            return true;
        }
        false
    }

    fn set(&mut self, text: &str, line: usize, keys: &[&str]) -> Result<(), String> {
        let (key, value) = text.split_once(": ").ok_or(format!("not KEY: VALUE: {text}"))?;
        if !keys.contains(&key) {
            return Err(format!("unknown key {key}"));
        }
        if self.values.iter().any(|other| other.key == key) {
            return Err(format!("{key} is there twice"));
        }
        self.values.push(Value { key: key.to_owned(), text: value.trim().to_owned(), line });
        self.last = Last::Value;
        Ok(())
    }

    fn declare(&mut self, declaration: &str) -> Result<(), String> {
        let param = param(declaration)?;
        if self.params.iter().any(|other| other.name == param.name) {
            return Err(format!("{} is declared twice", param.name));
        }
        self.params.push(param);
        self.last = Last::Param;
        Ok(())
    }
}

/// `from time '2021-12-25T07:00:00.000+01:00' Start of the outage`
fn param(declaration: &str) -> Result<Param, String> {
    let malformed = || format!("not NAME TYPE DEFAULT MEANING: {declaration}");
    let (name, rest) = word(declaration).ok_or_else(malformed)?;
    let (kind, rest) = word(rest).ok_or_else(malformed)?;
    let names = ParamKind::ALL.map(|(name, _)| name);
    let known = ParamKind::ALL.iter().find(|(name, _)| *name == kind);
    let kind = known.map(|(_, kind)| *kind).ok_or_else(|| {
        format!("`{kind}` is not a type of parameters; {}", suggestion(kind, "types", &names))
    })?;
    let rest = rest.trim_start();
    let end = literal(rest).ok_or_else(malformed)?;
    let (default, help) = rest.split_at_checked(end).ok_or_else(malformed)?;
    if !help.is_empty() && !help.starts_with(' ') {
        return Err(malformed());
    }
    let name = name.trim_start_matches([':', '@', '$']).to_owned();
    Ok(Param { name, kind, default: default.to_owned(), help: help.trim().to_owned() })
}

/// The first word of `text`, and what is behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    text.trim_start().split_once(' ').filter(|(word, _)| !word.is_empty())
}

/// Where the SQL literal ends that `text` begins with: behind a quote that is not doubled, or before a
/// space.
fn literal(text: &str) -> Option<usize> {
    let Some(mut rest) = text.strip_prefix('\'') else {
        return Some(text.find(' ').unwrap_or(text.len())).filter(|end| *end > 0);
    };
    loop {
        rest = rest.split_once('\'')?.1;
        match rest.strip_prefix('\'') {
            Some(behind) => rest = behind,
            None => return Some(text.len() - rest.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(sql: &str) -> Result<Header, String> {
        Header::parse("q", sql, &["title", "unit"])
    }

    #[test]
    fn a_value_goes_on_in_lines_that_are_indented() {
        let mut header =
            parse("-- title: One,\n--        two.\n-- unit: u\n\n-- unit: of the text\n").unwrap();
        assert_eq!(header.take("title").unwrap(), "One, two.");
        assert_eq!(header.take("unit").unwrap(), "u");
        assert_eq!(header.take("title").unwrap_err(), "q: no title");
        assert_eq!(header.take_optional("title"), None);
    }

    #[test]
    fn parameters_have_a_kind_and_a_default() {
        let header = parse("-- param a text 'x y' An a\n-- param b number 0.5 A b\n").unwrap();
        let param = |name: &str, kind, default: &str, help: &str| Param {
            name: name.to_owned(),
            kind,
            default: default.to_owned(),
            help: help.to_owned(),
        };
        let expected =
            [param("a", ParamKind::Text, "'x y'", "An a"), param("b", ParamKind::Number, "0.5", "A b")];
        assert_eq!(header.params, expected);
        let header =
            parse("-- param a text 'O''Brien' An a,\n--       and more\n-- param b text NULL\n").unwrap();
        assert_eq!(
            header.params,
            [
                param("a", ParamKind::Text, "'O''Brien'", "An a, and more"),
                param("b", ParamKind::Text, "NULL", "")
            ]
        );
        assert_eq!(header.params[0].plain_default().as_deref(), Some("O'Brien"));
        assert_eq!(header.params[1].plain_default(), None);
    }

    #[test]
    fn a_malformed_header_is_named() {
        for (sql, expected) in [
            ("--   more\n", "q: nothing to continue:   more"),
            ("-- title: T\n-- title: U\n", "q: title is there twice"),
            ("-- colour: red\n", "q: unknown key colour"),
            ("-- title\n", "q: not KEY: VALUE: title"),
            ("-- param from time\n", "q: not NAME TYPE DEFAULT MEANING: from time"),
            ("-- param from time 'x Start\n", "q: not NAME TYPE DEFAULT MEANING: from time 'x Start"),
            (
                "-- param n int 7 Seven\n",
                "q: `int` is not a type of parameters; types: time, clock, title, text, integer, number",
            ),
            (
                "-- param from tiem 'x' Start\n",
                "q: `tiem` is not a type of parameters; did you mean `time`? types: time, clock, title, text, \
                 integer, number",
            ),
            ("-- param a text 'x' A\n-- param a text 'x' A\n", "q: a is declared twice"),
        ] {
            assert_eq!(parse(sql).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_users_file_may_say_other_things_too() {
        let read = |sql| Header::of_users_file(sql, &["title"]);
        let sql = "\u{feff}-- By me, in 2021.\n--   Indented.\n\n-- title: Mine\n-- \n--param :n integer 7 Seven\n\
                   --     or so\n-- and more\n--   of it\nSELECT :n -- param m integer 1 M\n-- param o text x O\n";
        let mut header = read(sql).unwrap();
        assert_eq!(header.take("title").unwrap(), "Mine");
        assert_eq!(header.params.len(), 1);
        assert_eq!((header.params[0].name.as_str(), header.params[0].help.as_str()), ("n", "Seven or so"));
        assert_eq!(
            read("-- Mine\n-- param n integer\n").unwrap_err(),
            "line 2: not NAME TYPE DEFAULT MEANING: n integer"
        );
        assert!(read("SELECT 1").unwrap().params.is_empty());
    }
}
