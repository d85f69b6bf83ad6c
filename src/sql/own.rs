//! A question of the user's own: a file with SQL, which may declare its parameters as the shipped ones
//! do.

use rusqlite::Connection;

use super::header::{Header, Param};
use super::nearest::{nearest, suggestion};
use super::param::{Binding, bind_free, bind_to, declared};
use super::run::prepare;
use crate::error::{Error, Result};

/// How a parameter is declared.
const FORM: &str = "write it as: -- param NAME TYPE DEFAULT MEANING, as in \
                    -- param from time '2021-12-25T07:00:00+01:00' First moment";

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
        let mut header = Header::of_users_file(name, &sql, &["title", "unit", "note"])
            .map_err(|what| Error::failed(what).at(name).help(FORM))?;
        let mut defaults = Vec::new();
        for param in &header.params {
            if let Some(default) = param.plain_default() {
                let value = declared(param, &default).map_err(|_| {
                    Error::failed(format!(
                        "the default of `{}` is not of its type: {}",
                        param.name, param.default
                    ))
                    .at(name)
                    .help(format!(
                        "the type {} takes {}",
                        param.kind.name(),
                        param.kind.takes()
                    ))
                })?;
                defaults.push(Binding { name: param.name.clone(), value });
            }
        }
        let (title, note) = (header.take_optional("title"), header.take_optional("note"));
        Ok(Own { name: name.to_owned(), title, note, params: header.params, sql, defaults })
    }

    /// The values of the parameters: those given, each checked against its declaration, and the defaults
    /// of the others. A file that declares nothing takes any.
    pub fn bind(&self, given: &[String]) -> Result<Vec<Binding>> {
        if self.params.is_empty() {
            return bind_free(given);
        }
        let mut bindings = bind_to(&self.name, &self.params, given)?;
        for default in &self.defaults {
            if !bindings.iter().any(|binding| binding.name == default.name) {
                bindings.push(default.clone());
            }
        }
        Ok(bindings)
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
