//! E-mail addresses, by which a person is known: how two of them are compared, and where one stands in a text.

use super::text::match_key;
use std::borrow::Cow;
use std::ops::Range;

/// What stands in place of an address that was forgotten.
pub const FORGOTTEN: &str = "[forgotten]";

/// How addresses are compared: in Unicode lower case, without spaces around them.
pub fn fold(text: &str) -> Cow<'_, str> {
    match_key(text.trim())
}

/// The addresses that stand in a text, as they are compared; also those that JSON has escaped.
pub fn all_in(text: &str) -> Vec<String> {
    let found = |text: &str| {
        places(text).filter_map(|place| Some(fold(text.get(place)?).into_owned())).collect::<Vec<_>>()
    };
    match text.contains('\\') {
        true => [found(text), found(&unescaped(text))].concat(),
        false => found(text),
    }
}

/// An address to look for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Address {
    folded: String,
    /// Whether it is of letters that end where it ends. Of others nobody can tell in a text what is before it.
    plain: bool,
}

impl Address {
    /// The address that `text` is; `None` if it is none.
    pub fn parse(text: &str) -> Option<Address> {
        let folded = fold(text).into_owned();
        let (local, domain) = folded.rsplit_once('@')?;
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if local.is_empty() || domain.is_empty() || folded.contains(odd) {
            return None;
        }
        let plain = places(&folded).eq(std::iter::once(0..folded.len()));
        Some(Address { folded, plain })
    }

    /// The address as it is compared.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether `text` is this address.
    pub fn is(&self, text: &str) -> bool {
        fold(text) == self.folded
    }

    /// Whether it stands in a text, in any case, also where JSON has escaped it. It does not stand in a longer one.
    pub fn is_in(&self, text: &str) -> bool {
        match self.plain {
            true => all_in(text).contains(&self.folded),
            false => {
                match_key(text).contains(&self.folded) || match_key(&unescaped(text)).contains(&self.folded)
            }
        }
    }

    /// The text with a fixed word in its place; `None` if it does not stand there. Where it cannot be told from
    /// what is around it, the word stands for the whole text.
    pub fn redact(&self, text: &str) -> Option<String> {
        if !self.is_in(text) {
            return None;
        }
        let (mut redacted, mut rest) = (String::new(), 0);
        for place in places(text).filter(|_| self.plain) {
            if text.get(place.clone()).is_some_and(|found| self.is(found)) {
                redacted += text.get(rest..place.start)?;
                redacted += FORGOTTEN;
                rest = place.end;
            }
        }
        redacted += text.get(rest..)?;
        Some(if self.is_in(&redacted) { FORGOTTEN.to_owned() } else { redacted })
    }
}

/// Where addresses stand in a text.
fn places(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    memchr::memchr_iter(b'@', text.as_bytes()).filter_map(|at| {
        let before = text.get(..at)?;
        let local = before.rsplit(|c: char| !is_local(c)).next()?;
        // Signs stand within; before an address they are a quote, or a dash.
        let local = local.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let after = text.get(at + 1..)?;
        let domain = after.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).next()?;
        let domain = domain.trim_end_matches(['.', '-']);
        (!local.is_empty() && !domain.is_empty()).then(|| at - local.len()..at + 1 + domain.len())
    })
}

/// Whether a letter may stand before the `@`. Others that may are rare, and more often not of the address: `mailto=`.
fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "._+-'&~#!%$*^".contains(c)
}

/// The text as JSON means it; a text that is no JSON comes to no harm that matters here.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain += before;
        let code = after
            .strip_prefix('u')
            .and_then(|hex| Some((hex.get(..4)?, hex.get(4..)?)))
            .and_then(|(hex, rest)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, rest)));
        let mut letters = after.chars();
        rest = match (code, letters.next()) {
            (Some((letter, rest)), _) => {
                plain.push(letter);
                rest
            }
            (None, Some(letter)) => {
                // The others are ends of lines and the like.
                plain.push(if matches!(letter, '"' | '\\' | '/') { letter } else { ' ' });
                letters.as_str()
            }
            (None, None) => "",
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Address {
        Address::parse(" Ada.Byron@Example.COM ").unwrap()
    }

    #[test]
    fn an_address_has_two_sides_and_no_spaces() {
        assert_eq!(ada().folded(), "ada.byron@example.com");
        assert!(ada().is("ADA.byron@example.com "));
        assert!(Address::parse("ÉVA@EXEMPLE.FR").unwrap().is("éva@exemple.fr"));
        for none in ["", "ada", "@example.com", "ada@", "ada byron@example.com", "a\nb@c", "@"] {
            assert_eq!(Address::parse(none), None, "{none}");
        }
    }

    #[test]
    fn it_is_found_where_it_stands_and_not_in_a_longer_one() {
        for text in [
            "ada.byron@example.com",
            "to ADA.Byron@EXAMPLE.com.",
            "'ada.byron@example.com'",
            "Ada,Byron,\"\"ada.byron@example.com\"\",x",
            "mailto=ada.byron@example.com&x=1",
            "<ada.byron@example.com>",
            r#"{"email": "ada.byron\u0040example.com"}"#,
            r#"{"text": "see:\nada.byron@example.com\n"}"#,
            r#"{"email": "\u0041da.byron@example.com"}"#,
            "inbox/ada.byron@example.com/users.csv",
        ] {
            assert!(ada().is_in(text), "{text}");
        }
        for text in [
            "",
            "@",
            "nada.byron@example.com",
            "x.ada.byron@example.com",
            "ada.byron@example.com.au",
            "ada.byron@example.community",
            "ada.byron at example.com",
            "\\",
            "\\u00",
        ] {
            assert!(!ada().is_in(text), "{text}");
        }
        let irish = Address::parse("o'brien@x.org").unwrap();
        assert!(
            irish.is_in("'O'Brien@x.org'") && !Address::parse("brien@x.org").unwrap().is_in("o'brien@x.org")
        );
        // An odd one is found in whatever stands around it.
        assert!(Address::parse("a=b@x.org").unwrap().is_in("mail:A=B@x.orgs"));
    }

    #[test]
    fn a_word_takes_its_place() {
        let redacted = |text: &str| ada().redact(text);
        assert_eq!(redacted("of another@example.com"), None);
        assert_eq!(
            redacted("a/Ada.Byron@example.com/b: no ada.byron@example.com.").unwrap(),
            "a/[forgotten]/b: no [forgotten]."
        );
        assert_eq!(redacted(r"a, ada.byron\u0040example.com").unwrap(), "[forgotten]");
        assert_eq!(Address::parse("a=b@x.org").unwrap().redact("x a=b@x.org").unwrap(), "[forgotten]");
    }

    #[test]
    fn all_addresses_of_a_text_are_told() {
        assert_eq!(all_in(r"A@b.c;d\u0040e.f, @ x@ @y"), ["a@b.c", "a@b.c", "d@e.f"]);
    }
}
