//! What a mistyped name probably meant.

/// So many letters of a name tell which one is meant, if no other has them.
const PART: usize = 4;

/// The candidate most like `name`, if any is like it at all: at most a third of its letters differ, or
/// it is the only one with `name` in it.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    let allowed = (length / 3).max(1);
    let candidates: Vec<(String, &str)> =
        candidates.into_iter().map(|candidate| (candidate.to_lowercase(), candidate)).collect();
    let near = candidates
        .iter()
        .map(|(folded, candidate)| (distance(&name, folded), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, candidate)) = near {
        return Some(candidate);
    }
    let mut with_it = candidates.iter().filter(|(folded, _)| length >= PART && folded.contains(&name));
    let (_, found) = with_it.next()?;
    with_it.all(|(_, other)| other == found).then_some(*found)
}

/// `help` for a name that does not exist: the nearest one, or all of them.
pub fn suggestion(name: &str, what: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? {what}: {}", known.join(", ")),
        None => format!("{what}: {}", known.join(", ")),
    }
}

/// How many letters to insert, remove, replace, or swap with the next, to turn one word into the other.
pub fn distance(from: &str, to: &str) -> usize {
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
        assert_eq!(nearest("size", ["size_mb", "title", "size_mb"]), Some("size_mb"));
        assert_eq!(nearest("title", ["movie_title", "book_title"]), None, "more than one has it");
        assert_eq!(nearest("mov", ["movie_title"]), None, "too short to tell");
        assert_eq!(suggestion("usr", "tables", &tables), "did you mean `user`? tables: movie, stream, user");
        assert_eq!(suggestion("zzzzz", "tables", &tables), "tables: movie, stream, user");
    }
}
