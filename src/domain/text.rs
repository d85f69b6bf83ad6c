//! Text as the questions compare it.

use std::borrow::Cow;

/// The key by which titles and names are matched: Unicode lower case, character by character, as
/// PostgreSQL's `lower()` has it, so that `AMÉLIE` matches `Amélie`.
pub fn match_key(text: &str) -> Cow<'_, str> {
    let lowered = |b: u8| b.is_ascii() && !b.is_ascii_uppercase();
    if text.bytes().all(lowered) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(lower).collect())
    }
}

/// One character stays one character: U+0130, the only one whose full lower case is longer, becomes
/// `i`, and a capital sigma at a word's end is a sigma like any other.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether the text holds a NUL character.
pub fn has_nul(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_some()
}

/// Lower-case hexadecimal digits of the bytes.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(halves.filter_map(|half| char::from_digit(half.into(), 16)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fold_by_unicode_rules() {
        for (text, key) in [
            ("unforgiven", "unforgiven"),
            ("UNFORGIVEN", "unforgiven"),
            ("AMÉLIE", "amélie"),
            ("ИРОНИЯ СУДЬБЫ", "ирония судьбы"),
            ("WALL·E", "wall·e"),
            ("ΟΔΟΣ", "οδοσ"),
            ("İSTANBUL", "istanbul"),
            ("straße", "straße"),
            ("", ""),
        ] {
            assert_eq!(match_key(text), key);
        }
    }
}
