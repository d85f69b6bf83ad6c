//! A question of the user's own: a file with SQL, which may declare its parameters as the shipped ones
//! do.

use rusqlite::Connection;

use super::header::{FORM, Header, Param};
use super::nearest::{nearest, suggestion};
use super::param::{Binding, bind_free, bind_to, declared};
use super::pieces::{first_line, reads, uses};
use super::run::prepare;
use crate::error::{Error, Kind, Result};

/// A user's file with SQL.
#[derive(Clone, Debug)]
pub struct Own {
    /// The file's name.
    pub name: String,
    /// What is asked, if the header says it.
    pub title: Option<String>,
    /// Whatever else the header says of it.
    pub note: Option<String>,
    /// The parameters that it declares, in the order of the header; perhaps none.
    pub params: Vec<Param>,
    /// The whole file.
    pub sql: String,
    defaults: Vec<Binding>,
}

impl Own {
    /// Reads the header of `sql`, which the file `name` holds. A declaration that cannot be understood,
    /// and a default that is not of its type, are errors that name the line or the parameter.
    pub fn read(name: &str, sql: String) -> Result<Own> {
        let (mut header, defaults) =
            header_of(&sql, &["title", "unit", "note"]).map_err(|error| error.at(name))?;
        let (title, note) = (header.take_optional("title"), header.take_optional("note"));
        Ok(Own { name: name.to_owned(), title, note, params: header.params, sql, defaults })
    }

    /// The values of the parameters: those given, each checked against its declaration, and the defaults
    /// of the others. A file that declares nothing takes any.
    pub fn bind(&self, given: &[String]) -> Result<Vec<Binding>> {
        if self.params.is_empty() {
            return bind_free(given);
        }
        bind_or_default(&self.name, &self.params, &self.defaults, given)
    }

    /// Fails if SQLite does not understand the SQL, or if the header declares some parameters, and not
    /// those that the SQL uses: a name that is spelt in two ways would be NULL.
    pub fn check(&self, conn: &Connection) -> Result<()> {
        if self.sql.contains('\0') {
            return Ok(()); // told when it is run
        }
        let statement = prepare(conn, &self.sql).map_err(|error| error.at(&self.name))?;
        if self.params.is_empty() {
            return Ok(());
        }
        let names = (1..=statement.parameter_count()).filter_map(|index| statement.parameter_name(index));
        let used: Vec<&str> = names.filter_map(|name| name.strip_prefix([':', '@', '$'])).collect();
        let declared: Vec<&str> = self.params.iter().map(|param| param.name.as_str()).collect();
        let failed = |message: String, help: String| Err(Error::failed(message).at(&self.name).help(help));
        if let Some(name) = used.iter().find(|name| !declared.contains(name)) {
            let message = format!("the SQL uses `:{name}`, which the header does not declare");
            let help = match nearest(name, declared.iter().copied()) {
                Some(meant) => format!("did you mean `:{meant}`?"),
                None => FORM.to_owned(),
            };
            return failed(message, help);
        }
        if let Some(name) = declared.iter().find(|name| !used.contains(name)) {
            let message = format!("the header declares `{name}`, which the SQL does not use");
            return failed(
                message,
                match used.is_empty() {
                    true => format!("a parameter is written :{name} in SQL"),
                    false => suggestion(name, "used", &used),
                },
            );
        }
        Ok(())
    }
}

/// What the header of `sql` says, and the defaults of its parameters.
fn header_of(sql: &str, keys: &[&str]) -> Result<(Header, Vec<Binding>)> {
    let header = Header::of_users_file(sql, keys).map_err(|what| Error::failed(what).help(FORM))?;
    let mut defaults = Vec::new();
    for param in &header.params {
        if let Some(default) = param.plain_default() {
            let value = declared(param, &default).map_err(|_| {
                let what = format!("the default of `{}` is not of its type: {}", param.name, param.default);
                let kind = param.kind;
                Error::failed(what).help(format!("the type {} takes {}", kind.name(), kind.takes()))
            })?;
            defaults.push(Binding { name: param.name.clone(), value });
        }
    }
    Ok((header, defaults))
}

/// The values for the `params` that the header of `name` declares: those given, and the `defaults` of the others.
pub(crate) fn bind_or_default(
    name: &str,
    params: &[Param],
    defaults: &[Binding],
    given: &[String],
) -> Result<Vec<Binding>> {
    let mut bindings = bind_to(name, params, given)?;
    for default in defaults {
        if !bindings.iter().any(|binding| binding.name == default.name) {
            bindings.push(default.clone());
        }
    }
    Ok(bindings)
}

/// A file of a project: a question or a rule of its own.
#[derive(Debug)]
pub(crate) struct OwnFile {
    /// What stands in it.
    pub sql: String,
    /// What its header says.
    pub header: Header,
    /// The defaults of its parameters.
    pub defaults: Vec<Binding>,
}

/// Looks at the `text` of a project's file that is called `name`, as far as it can be looked at without a database.
/// Its header has a title, and whatever else of `keys`. `taken` says what has the name already, if something has.
/// Errors name the line.
pub(crate) fn own_file(
    name: &str,
    text: &Result<String>,
    taken: Option<&str>,
    keys: &[&str],
) -> Result<OwnFile> {
    let sql = text.clone()?;
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    if !name.chars().all(is_plain) || name.is_empty() || name.starts_with('-') {
        return Err(Error::failed("the name of the file is no name for a question or rule")
            .help("use letters, digits, _ and -, as in ratings_by_year.sql"));
    }
    if let Some(what) = taken {
        return Err(Error::failed(format!("there is a {what} called `{name}` already"))
            .help("give the file another name; `shipped = false` below [project] in scli.toml leaves those out that scli comes with"));
    }
    if sql.contains('\0') {
        return Err(Error::failed("the SQL holds a NUL character").help("save it as plain text"));
    }
    let (header, defaults) = header_of(&sql, &[&["title"], keys].concat())?;
    if header.get("title").is_none_or(str::is_empty) {
        return Err(Error::failed("line 1: there is no title above the SQL")
            .help("begin the file with a line such as: -- title: Ratings by year"));
    }
    reads(&sql)?;
    uses(&sql, &header.params, false)?;
    Ok(OwnFile { sql, header, defaults })
}

/// Says where an `error` is that came of running `sql`, which the file `place` holds: the line too, where SQLite does
/// not know better.
pub(crate) fn located(place: &str, sql: &str, error: Error) -> Error {
    match error.message().starts_with("line ") || !matches!(error.kind(), Kind::Failed | Kind::Usage) {
        true => error.at(place),
        false => error.at(format!("line {}", first_line(sql))).at(place),
    }
}
