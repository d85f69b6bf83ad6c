//! To sign in: PLAIN (RFC 4616) and SCRAM (RFC 5802, RFC 7677).

use super::security::{Login, Mechanism};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};

/// Says something to a broker, and hears what it says.
pub type Say<'s, E> = dyn FnMut(&[u8]) -> Result<Vec<u8>, E> + 's;

/// The most rounds that a server may ask for, each of which takes time.
const MOST_ROUNDS: u32 = 1 << 20;
/// The fewest that keep a password safe.
const FEWEST_ROUNDS: u32 = 4096;

/// Signs in. What is odd about the server's words is told by `odd`.
pub fn sign_in<E>(login: &Login, nonce: &str, say: &mut Say<'_, E>, odd: fn(&str) -> E) -> Result<(), E> {
    match login.mechanism {
        Mechanism::Plain => {
            say(format!("\0{}\0{}", login.user, login.password).as_bytes())?;
            Ok(())
        }
        Mechanism::ScramSha256 => scram::<Sha256, Hmac<Sha256>, E>(login, nonce, say, odd),
        Mechanism::ScramSha512 => scram::<Sha512, Hmac<Sha512>, E>(login, nonce, say, odd),
    }
}

fn scram<D: Digest, M: Mac + KeyInit, E>(
    login: &Login,
    nonce: &str,
    say: &mut Say<'_, E>,
    odd: fn(&str) -> E,
) -> Result<(), E> {
    let user = login.user.replace('=', "=3D").replace(',', "=2C");
    let hello = format!("n={user},r={nonce}");
    let answer = say(format!("n,,{hello}").as_bytes())?;
    let challenge = String::from_utf8(answer).map_err(|_| odd("its challenge is no text"))?;
    let part = |name: &str| challenge.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let (both, salt, rounds) = (part("r"), part("s"), part("i"));
    let both = both.filter(|both| both.starts_with(nonce) && both.len() > nonce.len());
    let both = both.ok_or_else(|| odd("its challenge is for somebody else"))?;
    let salt = salt.and_then(|salt| BASE64_STANDARD.decode(salt).ok()).ok_or_else(|| odd("no salt"))?;
    let rounds = rounds
        .and_then(|rounds| rounds.parse().ok())
        .filter(|rounds| (FEWEST_ROUNDS..=MOST_ROUNDS).contains(rounds))
        .ok_or_else(|| odd("it asks for a number of rounds that is not safe"))?;

    let salted = stretched::<M>(login.password.as_bytes(), &salt, rounds);
    let key = code::<M>(&salted, b"Client Key");
    let last = format!("c=biws,r={both}");
    let signed = format!("{hello},{challenge},{last}");
    let signature = code::<M>(&D::digest(&key), signed.as_bytes());
    let proof: Vec<u8> = key.iter().zip(&signature).map(|(one, other)| one ^ other).collect();
    let answer = say(format!("{last},p={}", BASE64_STANDARD.encode(proof)).as_bytes())?;

    // A server that does not know the password either is another than it says.
    let expected = code::<M>(&code::<M>(&salted, b"Server Key"), signed.as_bytes());
    let shown = std::str::from_utf8(&answer).ok().and_then(|answer| answer.strip_prefix("v="));
    let shown = shown.and_then(|shown| BASE64_STANDARD.decode(shown.split(',').next()?).ok());
    match shown {
        Some(shown) if *shown == *expected => Ok(()),
        _ => Err(odd("it does not know the password itself, and so is another than it says")),
    }
}

/// HMAC. Keys of all lengths are keys.
fn code<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(key);
    mac.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// PBKDF2 for as many bytes as the digest has.
fn stretched<M: Mac + KeyInit>(password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
    let mut block = code::<M>(password, &[salt, &1_u32.to_be_bytes()].concat());
    let mut sum = block.clone();
    for _ in 1..rounds {
        block = code::<M>(password, &block);
        sum.iter_mut().zip(&block).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";

    fn login(mechanism: Mechanism) -> Login {
        Login { mechanism, user: "user".to_owned(), password: "pencil".to_owned() }
    }

    /// The talk that RFC 7677 shows.
    #[test]
    fn the_talk_of_the_standard_is_held() {
        let mut answers = [
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ]
        .iter();
        let mut said = Vec::new();
        let mut say = |text: &[u8]| -> Result<Vec<u8>, String> {
            said.push(String::from_utf8(text.to_vec()).unwrap());
            Ok(answers.next().unwrap().as_bytes().to_vec())
        };
        sign_in(&login(Mechanism::ScramSha256), NONCE, &mut say, str::to_owned).unwrap();
        assert_eq!(
            said,
            [
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                 p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
            ]
        );
    }

    #[test]
    fn a_server_that_is_another_is_told() {
        let talk = |answers: &[&str]| {
            let mut answers = answers.iter();
            let mut say = |_: &[u8]| -> Result<Vec<u8>, String> {
                Ok(answers.next().unwrap_or(&"").as_bytes().to_vec())
            };
            sign_in(&login(Mechanism::ScramSha512), NONCE, &mut say, str::to_owned).unwrap_err()
        };
        let challenge = format!("r={NONCE}x,s=AAAA,i=4096");
        assert!(talk(&["r=other,s=AAAA,i=4096"]).contains("somebody else"));
        assert!(talk(&[&format!("r={NONCE},s=AAAA,i=4096")]).contains("somebody else"));
        assert!(talk(&[&challenge.replace("4096", "1")]).contains("rounds"));
        assert!(talk(&[&challenge.replace("4096", "99999999")]).contains("rounds"));
        assert!(talk(&[&challenge, "v=AAAA"]).contains("another"));
        assert!(talk(&[&challenge, "e=other-error"]).contains("another"));
    }

    #[test]
    fn a_password_is_in_no_debug() {
        assert!(!format!("{:?}", login(Mechanism::Plain)).contains("pencil"));
    }
}
