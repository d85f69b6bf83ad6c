//! Passwords of servers, from `~/.netrc`, or the file that `NETRC` names.

use super::Address;
use crate::error::{Error, Result};
use std::path::PathBuf;

/// Who asks, and how they show it.
#[derive(Clone, Eq, PartialEq)]
pub struct Password {
    /// The user.
    pub login: String,
    /// What shows that it is they.
    pub password: String,
}

/// The password for an address: the one that it came with, or from the file that of its user, or of the first one for its host.
pub fn password(address: &Address) -> Result<Option<Password>> {
    if let Some(secret) = address.secret() {
        let login = address.user().unwrap_or_default().to_owned();
        return Ok(Some(Password { login, password: secret.to_owned() }));
    }
    let home = std::env::home_dir().map(|home| home.join(".netrc"));
    let Some(file) = std::env::var_os("NETRC").map(PathBuf::from).or(home) else { return Ok(None) };
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(find(&text, address.host(), address.user())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::failed(format!("{}: {error}", file.display()))
            .help("passwords of servers are read from it; mend it, or move it away")),
    }
}

/// The entry of a machine and a user; `default` stands for any machine.
fn find(text: &str, host: &str, user: Option<&str>) -> Option<Password> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = lines.flat_map(str::split_whitespace).map(|word| word.trim_matches('"'));
    let (mut is_ours, mut login, mut password) = (false, None, None);
    let found = |is_ours: bool, login: Option<&str>, password: Option<&str>| {
        let login = login.or(user)?;
        let fits = is_ours && user.is_none_or(|user| user == login);
        fits.then_some(Password { login: login.to_owned(), password: password?.to_owned() })
    };
    loop {
        let word = words.next();
        if matches!(word, None | Some("machine" | "default" | "macdef"))
            && let Some(entry) = found(is_ours, login, password)
        {
            return Some(entry);
        }
        match word? {
            "machine" => (is_ours, login, password) = (words.next() == Some(host), None, None),
            "default" => (is_ours, login, password) = (true, None, None),
            "login" => login = words.next(),
            "password" => password = words.next(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_of_the_host_and_the_user_is_found() {
        let text = "# machine a login x password no\nmachine a login one password first\n\
            machine a\n  login two\n  password \"second\"\nmachine b password third login three\n\
            default login any password last\n";
        let told = |host: &str, user: Option<&str>| {
            find(text, host, user).map(|found| format!("{} {}", found.login, found.password))
        };
        assert_eq!(told("a", None).as_deref(), Some("one first"));
        assert_eq!(told("a", Some("two")).as_deref(), Some("two second"));
        assert_eq!(told("b", None).as_deref(), Some("three third"));
        assert_eq!(told("b", Some("other")), None);
        assert_eq!(told("c", None).as_deref(), Some("any last"));
        assert!(find("machine a login x", "a", None).is_none());
        assert_eq!(
            find("machine b password p", "b", Some("me")).map(|found| found.login).as_deref(),
            Some("me")
        );
    }
}
