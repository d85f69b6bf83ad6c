//! The people who were forgotten: no source brings them back, and the file has no bytes of theirs.

use crate::domain::{Address, Raw, Spec, address};
use crate::error::{Error, Result};
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::Sha256;
use std::collections::HashSet;

/// HMAC-SHA-256 of an address.
type Digest = [u8; 32];

/// Those who were forgotten, to ask whether somebody is among them.
#[derive(Default)]
pub struct Forgotten {
    /// The code with its key set; `None` while nobody was forgotten.
    code: Option<Hmac<Sha256>>,
    digests: HashSet<Digest>,
}

impl Forgotten {
    /// Reads them.
    pub fn read(connection: &Connection) -> Result<Forgotten> {
        let digests: HashSet<Digest> = connection
            .prepare("SELECT digest FROM forgotten")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let code = match digests.is_empty() {
            true => None,
            false => Some(code(connection)?.ok_or_else(|| {
                Error::failed("table forget_key has no key, so that nobody can tell who was forgotten")
                    .help("it was changed by hand; restore a copy")
            })?),
        };
        Ok(Forgotten { code, digests })
    }

    /// Whether nobody was forgotten.
    pub fn is_empty(&self) -> bool {
        self.code.is_none()
    }

    /// Whether the person with this address is among them.
    pub fn has(&self, address: &str) -> bool {
        self.code.as_ref().is_some_and(|code| self.digests.contains(&digest(code, &address::fold(address))))
    }

    /// Whether a record is of one of them, or names one: its members, as far as they could be told, and its bytes.
    pub fn is_in(&self, spec: &Spec, raw: Option<Raw<'_>>, bytes: &[u8]) -> bool {
        !self.is_empty()
            && (raw.and_then(|raw| spec.address_in(raw)).is_some_and(|address| self.has(address))
                || address::all_in(&String::from_utf8_lossy(bytes)).iter().any(|address| self.has(address)))
    }
}

/// Adds a person to them, whose bytes are still in the file if `to_wipe` says so. Returns whether the person is
/// new among them.
pub fn add(connection: &Connection, address: &Address, to_wipe: bool, now: &str) -> Result<bool> {
    if code(connection)?.is_none() {
        connection
            .execute("INSERT INTO forget_key (key, made_at) VALUES (randomblob(32), ?1)", params![now])?;
    }
    let Some(code) = code(connection)? else { return Err(Error::failed("table forget_key takes no key")) };
    let digest = digest(&code, address.folded());
    let known = connection.prepare("SELECT 1 FROM forgotten WHERE digest = ?1")?.exists([digest])?;
    connection.execute(
        "INSERT INTO forgotten (digest, at, wiped) VALUES (?1, ?2, ?3)
         ON CONFLICT (digest) DO UPDATE SET wiped = min(wiped, excluded.wiped)",
        params![digest, now, !to_wipe],
    )?;
    Ok(!known)
}

/// Writes the file anew if it may still have bytes of people who were forgotten: what is deleted stays in a page
/// until something else takes its place.
pub fn wipe(connection: &Connection) -> Result<()> {
    if !connection.prepare("SELECT 1 FROM forgotten WHERE wiped = 0")?.exists([])? {
        return Ok(());
    }
    // With secure_delete also what a new page leaves free is zeros, and not what was in memory before.
    let wiped = connection
        .execute_batch("PRAGMA secure_delete = ON; VACUUM; UPDATE forgotten SET wiped = 1 WHERE wiped = 0");
    wiped.map_err(|error| {
        let error = Error::from(error);
        let why = error.message().strip_suffix("; nothing was changed").unwrap_or(error.message());
        let told = format!(
            "a person is forgotten, but the file could not be written anew to lose their bytes: {why}"
        );
        let help = error.remedy().unwrap_or("make room for a second copy of the file").to_owned();
        Error::new(error.kind(), told).help(format!("{help}; the next command that writes tries again"))
    })
}

fn code(connection: &Connection) -> Result<Option<Hmac<Sha256>>> {
    let key: Option<Vec<u8>> =
        connection.query_row("SELECT key FROM forget_key LIMIT 1", [], |row| row.get(0)).optional()?;
    key.map(|key| Hmac::new_from_slice(&key).map_err(|_| Error::failed("table forget_key has no usable key")))
        .transpose()
}

fn digest(code: &Hmac<Sha256>, folded: &str) -> Digest {
    code.clone().chain_update(folded).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::super::open_in_memory;
    use super::*;

    #[test]
    fn a_digest_is_hmac_sha_256_of_the_folded_address() {
        let connection = open_in_memory().unwrap();
        connection.execute("INSERT INTO forget_key VALUES (?1, '')", [b"Jefe".as_slice()]).unwrap();
        // The second test case of RFC 4231 has this key, and a text that is no address.
        let code = code(&connection).unwrap().unwrap();
        let text = "what do ya want for nothing?";
        let hex = crate::domain::text::hex(&digest(&code, text));
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn those_who_were_forgotten_are_known_in_any_case() {
        let connection = open_in_memory().unwrap();
        assert!(Forgotten::read(&connection).unwrap().is_empty());
        let ada = Address::parse("Ada@x.org").unwrap();
        assert!(add(&connection, &ada, true, "").unwrap());
        assert!(!add(&connection, &ada, false, "").unwrap());
        let forgotten = Forgotten::read(&connection).unwrap();
        assert!(forgotten.has("ada@X.ORG ") && !forgotten.has("bob@x.org") && !forgotten.has(""));
        let spec = crate::domain::Model::MOVIE.spec();
        assert!(forgotten.is_in(spec, None, br#"{"by": "ADA\u0040x.org""#));
        assert!(!forgotten.is_in(spec, None, b"nada@x.org"));
        wipe(&connection).unwrap();
        let wiped: i64 =
            connection.query_row("SELECT sum(wiped) FROM forgotten", [], |row| row.get(0)).unwrap();
        assert_eq!(wiped, 1);
        connection.execute_batch("DELETE FROM forget_key").unwrap();
        assert!(Forgotten::read(&connection).is_err());
    }
}
