//! What a mistyped name probably meant.

/// The candidate most like `name`, if any is like it at all: at most a third of its letters differ.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `help` for a name that does not exist: the nearest one, or all of them.
pub(super) fn suggestion(name: &str, what: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? {what}: {}", known.join(", ")),
        None => format!("{what}: {}", known.join(", ")),
    }
}

/// How many letters to insert, remove, replace, or swap with the next, to turn one word into the other.
pub(super) fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    // The distances of the last letters of `from` so far to every beginning of `to`.
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut last = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let at =
                |distances: &[usize], index: usize| distances.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut least = at(&above, column) + usize::from(letter != other);
            least = least.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column > 0 && last == Some(other) && to.get(column - 1) == Some(&letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
        last = Some(letter);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_letter_edits() {
        for (from, to, expected) in [
            ("", "", 0),
            ("é", "", 1),
            ("", "abc", 3),
            ("movie", "movies", 1),
            ("stream", "steram", 1),
            ("titel", "title", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_a_likely_name_is_suggested() {
        let tables = ["movie", "stream", "user"];
        assert_eq!(nearest("movies", tables), Some("movie"));
        assert_eq!(nearest("STREAMS", tables), Some("stream"));
        assert_eq!(nearest("invoice_line", tables), None);
        assert_eq!(suggestion("usr", "tables", &tables), "did you mean `user`? tables: movie, stream, user");
        assert_eq!(suggestion("zzzzz", "tables", &tables), "tables: movie, stream, user");
    }
}
