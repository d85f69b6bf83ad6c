//! The header of a shipped SQL file, which says all that the program needs to know of the file.

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ParamKind {
    /// A time with its offset.
    Time,
    /// A title or a name, matched whatever its case.
    Title,
    /// Text, matched as it is.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
}

/// A parameter that a file declares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Param {
    /// Its name, without the colon that it has in the SQL.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// What it is when it is not given, as an SQL literal.
    pub default: &'static str,
    /// What it means.
    pub help: &'static str,
}

/// What a header says.
#[derive(Debug)]
pub(super) struct Header {
    file: &'static str,
    values: Vec<(&'static str, String)>,
    /// The parameters, in the order of the header.
    pub params: Vec<Param>,
}

impl Header {
    /// Reads the comment lines at the top of `sql`, `-- key: value` with one of `keys` and `-- param …`,
    /// each perhaps continued by lines that are indented further. A comment of another form ends the
    /// header. Errors name the `file`.
    pub(super) fn parse(file: &'static str, sql: &'static str, keys: &[&str]) -> Result<Header, String> {
        let mut header = Header { file, values: Vec::new(), params: Vec::new() };
        let mut is_continuable = false;
        for line in sql.lines().map_while(|line| line.strip_prefix("-- ")) {
            if line.starts_with("  ") {
                let last = header.values.last_mut().filter(|_| is_continuable);
                let (_, text) = last.ok_or(format!("{file}: nothing to continue: {line}"))?;
                text.push(' ');
                text.push_str(line.trim());
            } else if let Some(declaration) = line.strip_prefix("param ") {
                header.declare(declaration)?;
                is_continuable = false;
            } else {
                header.set(line, keys)?;
                is_continuable = true;
            }
        }
        Ok(header)
    }

    /// Takes out the value of `key`, which must be there.
    pub(super) fn take(&mut self, key: &str) -> Result<String, String> {
        self.take_optional(key).ok_or_else(|| format!("{}: no {key}", self.file))
    }

    /// Takes out the value of `key`, if it is there.
    pub(super) fn take_optional(&mut self, key: &str) -> Option<String> {
        let index = self.values.iter().position(|(name, _)| *name == key)?;
        Some(self.values.swap_remove(index).1)
    }

    fn set(&mut self, line: &'static str, keys: &[&str]) -> Result<(), String> {
        let file = self.file;
        let (key, value) = line.split_once(": ").ok_or(format!("{file}: not KEY: VALUE: {line}"))?;
        if !keys.contains(&key) {
            return Err(format!("{file}: unknown key {key}"));
        }
        if self.values.iter().any(|(other, _)| *other == key) {
            return Err(format!("{file}: {key} is there twice"));
        }
        self.values.push((key, value.trim().to_owned()));
        Ok(())
    }

    fn declare(&mut self, declaration: &'static str) -> Result<(), String> {
        let file = self.file;
        let param = param(declaration).ok_or(format!("{file}: not NAME KIND DEFAULT HELP: {declaration}"))?;
        if self.params.iter().any(|other| other.name == param.name) {
            return Err(format!("{file}: {} is declared twice", param.name));
        }
        self.params.push(param);
        Ok(())
    }
}

/// `from time '2021-12-25T07:00:00.000+01:00' Start of the outage`
fn param(declaration: &'static str) -> Option<Param> {
    let (name, rest) = declaration.split_once(' ')?;
    let (kind, rest) = rest.split_once(' ')?;
    let kind = match kind {
        "time" => ParamKind::Time,
        "title" => ParamKind::Title,
        "text" => ParamKind::Text,
        "integer" => ParamKind::Integer,
        "number" => ParamKind::Number,
        _ => return None,
    };
    let end = match rest.strip_prefix('\'') {
        Some(quoted) => quoted.find('\'')? + 2,
        None => rest.find(' ')?,
    };
    let (default, help) = rest.split_at_checked(end)?;
    let help = help.trim();
    (!name.is_empty() && !help.is_empty()).then_some(Param { name, kind, default, help })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(sql: &'static str) -> Result<Header, String> {
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
        let expected = [
            Param { name: "a", kind: ParamKind::Text, default: "'x y'", help: "An a" },
            Param { name: "b", kind: ParamKind::Number, default: "0.5", help: "A b" },
        ];
        assert_eq!(header.params, expected);
    }

    #[test]
    fn a_malformed_header_is_named() {
        for (sql, expected) in [
            ("--   more\n", "q: nothing to continue:   more"),
            ("-- title: T\n-- param a text 'x' A\n--   more\n", "q: nothing to continue:   more"),
            ("-- title: T\n-- title: U\n", "q: title is there twice"),
            ("-- colour: red\n", "q: unknown key colour"),
            ("-- title\n", "q: not KEY: VALUE: title"),
            ("-- param from time\n", "q: not NAME KIND DEFAULT HELP: from time"),
            ("-- param from date 'x' Start\n", "q: not NAME KIND DEFAULT HELP: from date 'x' Start"),
            ("-- param a text 'x' A\n-- param a text 'x' A\n", "q: a is declared twice"),
        ] {
            assert_eq!(parse(sql).unwrap_err(), expected);
        }
    }
}
