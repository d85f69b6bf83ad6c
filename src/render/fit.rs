//! What fits: columns of a table, values cut to them, and text in lines.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::text::visible;

/// What stands for the end of a value that is cut.
const ELLIPSIS: &str = "…";

/// The spaces on both sides of a value and the line behind them.
const FRAME: usize = 3;

/// How wide text in lines may be.
const LINE: usize = 100;

/// No column of text gets narrower while the others can give way.
const LEAST: usize = 8;

/// A column, as far as it matters for its width.
pub(super) trait Fitted {
    /// How wide it is if it may be.
    fn width(&self) -> usize;

    /// Whether it holds numbers alone, which say little when they are cut.
    fn holds_numbers(&self) -> bool;
}

/// The width of each of `columns`, such that the whole table takes no more than `limit`. The widest
/// columns give way first: those of text, then, where there are too many, all. Where even that is not
/// enough, each is one letter wide.
pub(super) fn fit(columns: &[impl Fitted], limit: Option<usize>) -> Vec<usize> {
    let widths: Vec<usize> = columns.iter().map(Fitted::width).collect();
    let Some(limit) = limit else { return widths };
    let room = limit.saturating_sub(1 + FRAME * columns.len());
    let text_up_to = |most: usize| -> Vec<usize> {
        let width = |column: &_| match Fitted::holds_numbers(column) {
            true => Fitted::width(column),
            false => Fitted::width(column).min(most),
        };
        columns.iter().map(width).collect()
    };
    let all_up_to = |most: usize| -> Vec<usize> {
        let width = |(column, width): (&_, &usize)| match Fitted::holds_numbers(column) {
            true => (*width).min(most),
            false => (*width).min(most).min(LEAST),
        };
        columns.iter().zip(&widths).map(width).collect()
    };
    let fits = |widths: &Vec<usize>| widths.iter().sum::<usize>() <= room;
    let widest = widths.iter().copied().max().unwrap_or(0).min(room);
    if fits(&widths) {
        return widths;
    }
    let text = (LEAST..=widest).rev().map(text_up_to).find(fits);
    text.or_else(|| (1..=widest).rev().map(all_up_to).find(fits)).unwrap_or_else(|| all_up_to(1))
}

/// `text` with an ellipsis for what is beyond `width`; `None` where nothing is.
pub(super) fn cut(text: &str, width: usize) -> Option<String> {
    if text.width() <= width {
        return None;
    }
    let kept = text.get(..end(text, width.saturating_sub(ELLIPSIS.width()))).unwrap_or_default();
    Some(format!("{kept}{ELLIPSIS}"))
}

/// `text` in pieces that are no wider than `width`, in which at least one letter stands.
pub fn pieces(text: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        let first = rest.chars().next().map_or(0, char::len_utf8);
        match rest.split_at_checked(end(rest, width).max(first)) {
            Some((piece, behind)) if !behind.is_empty() => {
                pieces.push(piece);
                rest = behind;
            }
            _ => break,
        }
    }
    pieces.push(rest);
    pieces
}

/// `text` in lines of at most 100 letters, or fewer on a narrow page, the first behind `mark`, the others
/// below where it began.
pub fn wrapped(mark: &str, text: &str, page_width: Option<usize>) -> String {
    let limit = page_width.unwrap_or(LINE).min(LINE);
    let margin = mark.chars().count();
    let mut lines = mark.to_owned();
    let mut width = margin;
    for word in text.split_whitespace().map(visible) {
        let length = word.chars().count();
        if width + 1 + length > limit && width > margin {
            lines.push('\n');
            lines.push_str(&" ".repeat(margin));
            width = margin;
        }
        if width > 0 {
            lines.push(' ');
        }
        lines.push_str(&word);
        width += 1 + length;
    }
    lines
}

/// Up to which byte the letters of `text` take no more than `width`.
fn end(text: &str, width: usize) -> usize {
    let mut taken = 0;
    for (at, letter) in text.char_indices() {
        taken += letter.width().unwrap_or(0);
        if taken > width {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Column(usize, bool);

    impl Fitted for Column {
        fn width(&self) -> usize {
            self.0
        }
        fn holds_numbers(&self) -> bool {
            self.1
        }
    }

    #[test]
    fn the_widest_text_gives_way_first_and_numbers_last() {
        let columns = [Column(5, false), Column(60, false), Column(40, false), Column(10, true)];
        assert_eq!(fit(&columns, None), [5, 60, 40, 10]);
        assert_eq!(fit(&columns, Some(200)), [5, 60, 40, 10]);
        assert_eq!(fit(&columns, Some(128)), [5, 60, 40, 10]);
        assert_eq!(fit(&columns, Some(127)), [5, 59, 40, 10]);
        assert_eq!(fit(&columns, Some(80)), [5, 26, 26, 10]);
        assert_eq!(fit(&columns, Some(44)), [5, 8, 8, 10]);
        assert_eq!(fit(&columns, Some(40)), [5, 7, 7, 7]);
        assert_eq!(fit(&columns, Some(3)), [1, 1, 1, 1]);
    }

    #[test]
    fn a_value_is_cut_by_what_is_seen_of_it() {
        assert_eq!(cut("Amélie", 6), None);
        assert_eq!(cut("Amélie", 5).as_deref(), Some("Amél…"));
        assert_eq!(cut("映画館", 5).as_deref(), Some("映画…"));
        assert_eq!(cut("映画館", 4).as_deref(), Some("映…"));
        assert_eq!(cut("ab", 1).as_deref(), Some("…"));
    }

    #[test]
    fn pieces_are_the_whole() {
        assert_eq!(pieces("", 3), [""]);
        assert_eq!(pieces("abc", 3), ["abc"]);
        assert_eq!(pieces("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(pieces("映画館", 3), ["映", "画", "館"]);
        assert_eq!(pieces("映画", 1), ["映", "画"]);
    }
}
