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

/// `cell` as a person is shown it: no more than the first `most` letters, then an ellipsis, and nothing that a terminal
/// would act on. What is beyond is not looked at, however much it is.
pub(super) fn brief(cell: Cell<'_>, most: usize) -> String {
    let cut = match cell {
        Cell::Text(text) => text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).map(visible),
        Cell::Blob(bytes) => bytes
            .get(..most / 2)
            .filter(|first| first.len() < bytes.len())
            .map(|first| Cow::Owned(hex(first))),
        _ => None,
    };
    match cut {
        Some(cut) => format!("{cut}…"),
        None => visible(&exact(cell)).into_owned(),
    }
}

/// `cell` as exact text, such that a spreadsheet takes no text for a formula: an apostrophe stands before text that
/// begins as one does and is no number.
pub(super) fn inert<'a>(cell: Cell<'a>) -> Cow<'a, str> {
    match cell {
        Cell::Text(text) if is_formula(text) => Cow::Owned(format!("'{text}")),
        cell => exact(cell),
    }
}

fn is_formula(text: &str) -> bool {
    let is_number = || {
        text.parse::<f64>().is_ok()
            && !text.contains(|letter: char| letter.is_alphabetic() && letter != 'e' && letter != 'E')
    };
    // Some spreadsheets take the wide forms for the same.
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number()
}

/// The shortest decimal that reads back as `number`, with a fraction, and with an exponent only
/// below 0.00001 and from 10^16.
pub(super) fn real(number: f64) -> String {
    format!("{number:?}")
}

/// Two lower-case digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
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
    fn no_text_begins_as_a_formula() {
        for text in [
            "=cmd()", "+1+cmd()", "-", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-inf", "+49 30 1",
            "--",
        ] {
            assert_eq!(inert(Cell::Text(text)), format!("'{text}"));
        }
        for text in ["-5", "+0.5", "-1e-5", "a=b", "", "'=1", " =1", "Amélie"] {
            assert_eq!(inert(Cell::Text(text)), text);
        }
        assert_eq!(inert(Cell::Integer(-5)), "-5");
        assert_eq!(inert(Cell::Real(f64::NEG_INFINITY)), "-inf");
    }

    #[test]
    fn what_is_long_ends_in_an_ellipsis() {
        for (text, shown) in
            [("", ""), ("Amélie", "Amélie"), ("Amélies", "Amélie…"), ("\u{7}12345 67", "\\u{7}12345…")]
        {
            assert_eq!(brief(Cell::Text(text), 6), shown);
        }
        assert_eq!(brief(Cell::Blob(&[0, 171, 255]), 6), "00abff");
        assert_eq!(brief(Cell::Blob(&[0, 171, 255, 1]), 6), "00abff…");
        assert_eq!(brief(Cell::Integer(123_456_789), 6), "123456789");
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
