//! Values as text.

use std::borrow::Cow;
use std::fmt::Write;

use crate::sql::Cell;

/// `cell` as exact text: NULL empty, numbers as short as they can be read back, bytes as
/// lower-case hexadecimal digits.
pub(super) fn exact<'a>(cell: Cell<'a>) -> Cow<'a, str> {
    match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Real(number) => Cow::Owned(real(number)),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Blob(bytes) => Cow::Owned(hex(bytes)),
    }
}

/// The shortest decimal that reads back as `number`, with a fraction, and with an exponent only
/// below 0.00001 and from 10^16.
pub(super) fn real(number: f64) -> String {
    format!("{number:?}")
}

/// Two lower-case digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // writing to a String does not fail
        hex
    })
}

/// `text` with each character that a terminal would act on, or that would reorder or hide what is
/// around it, as `\u{…}`; the others as they are.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_unsafe(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// JSON text with each such character as the escape that JSON has for it; they can only stand within
/// its strings.
pub fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_unsafe(letter) {
            let _ = write!(shown, "\\u{:04x}", u32::from(letter)); // writing to a String does not fail
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// C0, DEL and C1 controls, marks and overrides of direction, line separators, and characters
/// without a width. The joiners U+200C and U+200D are left: scripts and emoji need them.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reals_are_short_and_without_exponent_where_ordinary() {
        for (number, expected) in [
            (0.0, "0.0"),
            (-0.5, "-0.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e15, "1000000000000000.0"),
            (935.9014475212773, "935.9014475212773"),
            (0.00001, "1e-5"),
            (0.0001, "0.0001"),
            (1e16, "1e16"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(real(number), expected);
        }
    }

    #[test]
    fn json_says_the_same_without_what_a_terminal_would_act_on() {
        let text = "a\u{1b}\n\"\\\u{9b}\u{202e}é";
        let json = visible_json(&serde_json::Value::from(text).to_string());
        assert_eq!(json, r#""a\u001b\n\"\\\u009b\u202eé""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn integers_never_have_an_exponent() {
        assert_eq!(exact(Cell::Integer(i64::MIN)), "-9223372036854775808");
    }

    #[test]
    fn what_a_terminal_would_act_on_is_shown_instead() {
        assert_eq!(visible("WALL·E – “Amélie” 👩\u{200d}🚀"), "WALL·E – “Amélie” 👩\u{200d}🚀");
        assert_eq!(
            visible("\u{1b}[31mred\r\n\t\u{7f}\u{9b}"),
            "\\u{1b}[31mred\\u{d}\\u{a}\\u{9}\\u{7f}\\u{9b}"
        );
        for code in [0x00, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff] {
            let letter = char::from_u32(code).unwrap();
            assert_eq!(visible(&letter.to_string()), format!("\\u{{{code:x}}}"));
        }
    }
}
