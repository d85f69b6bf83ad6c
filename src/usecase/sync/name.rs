//! What the name of a file tells: its model, its form and its date.

use super::form;
use crate::decode;
use crate::domain::{DataDate, Model};
use std::cmp::Ordering;

/// Whether a file of this name is one of a model, in a form that is read.
pub fn tells(name: &str) -> bool {
    form::may_tell(name) && model(name).is_some()
}

/// The model of the file of this name, as in `movies.csv`, `movies-2026-11-20.csv.gz`, `20261121_users.csv` or
/// `streams-2.jsonl`, whatever its form: beside dates and numbers there is the model's name alone.
pub fn model(name: &str) -> Option<Model> {
    // A word alone, as most are; an inbox of years has thousands.
    if let Some((word, _)) =
        name.split_once('.').filter(|(word, _)| word.bytes().all(|byte| byte.is_ascii_lowercase()))
        && let Some(model) = Model::named(word)
    {
        return Some(model);
    }
    // A described model's name may have several words.
    Model::named(&plain_stem(name))
}

/// What a file's name says beside dates, numbers and the form, in lower case: its words, with `_` between them.
pub fn plain_stem(name: &str) -> String {
    let mut rest = stem(name);
    while let Some((_, place)) = DataDate::find(&rest) {
        rest.replace_range(place, " ");
    }
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let words = rest.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> =
        words.filter(|word| !word.is_empty() && *word != "part" && !is_number(word)).collect();
    words.join("_")
}

/// The name without the endings that tell the form, in lower case.
fn stem(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let plain = decode::uncompressed(&name);
    plain.rsplit_once('.').map_or(plain, |(stem, _)| stem).to_owned()
}

/// The date in a file's name, which goes before those of the folders that it lies in.
pub fn own_date(name: &str) -> Option<DataDate> {
    let has_digit = name.bytes().any(|byte| byte.is_ascii_digit());
    has_digit.then(|| DataDate::find(&stem(name))).flatten().map(|(date, _)| date)
}

/// The date of the innermost of `folders` that tells one; they lead to a file from the outside in.
pub fn date_of_folders(folders: &[String]) -> Option<DataDate> {
    (1..=folders.len()).rev().find_map(|count| {
        let folders = folders.get(..count)?;
        if let [.., year, month, day] = folders
            && let Some(date) = DataDate::of_folders(year, month, day)
        {
            return Some(date);
        }
        DataDate::find(folders.last()?).map(|(date, _)| date)
    })
}

/// The natural order of two texts: numbers in them by their value, so that 9 comes before 10.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (a, rest_of_a) = piece(left);
        let (b, rest_of_b) = piece(right);
        let value = |digits: &str| digits.trim_start_matches('0').to_owned();
        let is_number = |piece: &str| piece.starts_with(|letter: char| letter.is_ascii_digit());
        let order = match is_number(a) && is_number(b) {
            true => value(a).len().cmp(&value(b).len()).then_with(|| value(a).cmp(&value(b))),
            false => a.cmp(b),
        };
        if order != Ordering::Equal || (a.is_empty() && b.is_empty()) {
            // 01 and 1 are the same number, and yet not the same text.
            return order.then_with(|| one.cmp(other));
        }
        (left, right) = (rest_of_a, rest_of_b);
    }
}

/// The digits or the other characters that the text begins with, and the rest.
fn piece(text: &str) -> (&str, &str) {
    let digit = text.starts_with(|letter: char| letter.is_ascii_digit());
    let end = text.find(|letter: char| letter.is_ascii_digit() != digit).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_model_and_the_form() {
        for (name, model) in [
            ("movies.csv", Some(Model::MOVIE)),
            ("Movie.CSV.gz", Some(Model::MOVIE)),
            ("authors.2021-12-01.json", Some(Model::AUTHOR)),
            ("movies-2026-11-20.csv", Some(Model::MOVIE)),
            ("20261121_users.csv.zst", Some(Model::USER)),
            ("streams-2.csv", Some(Model::STREAM)),
            ("users.tsv", Some(Model::USER)),
            ("movies-2026-11-20.csv.zip", Some(Model::MOVIE)),
            ("streams (2).csv", Some(Model::STREAM)),
            ("streams.part-0003.ndjson", Some(Model::STREAM)),
            ("2026-11-20T0230-reviews-01.json", Some(Model::REVIEW)),
            ("movies.zip", Some(Model::MOVIE)),
            ("movies.pdf", None),
            ("actors.csv", None),
            ("old-movies.csv", None),
            ("movies-users.csv", None),
            ("movies.xlsx", Some(Model::MOVIE)),
            ("movies", None),
            ("2026-11-20.csv", None),
            ("moviesandmore.csv", None),
        ] {
            assert_eq!(tells(name).then(|| super::model(name)).flatten(), model, "{name}");
        }
    }

    #[test]
    fn the_nearest_date_counts() {
        let date = |name: &str, folders: &[&str]| {
            let folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
            own_date(name).or_else(|| date_of_folders(&folders)).map(|date| date.to_string())
        };
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(date("movies-2026-11-20.csv", &["2026-11-21"]), told("2026-11-20"));
        assert_eq!(date("movies.csv", &["2026-11-20", "internal"]), told("2026-11-20"));
        assert_eq!(date("movies.csv", &["2026-11-20", "20261121"]), told("2026-11-21"));
        assert_eq!(date("movies.csv", &["inbox", "2026", "11", "20", "vendor"]), told("2026-11-20"));
        assert_eq!(date("movies.csv", &["dump-2026-11-20T0230"]), told("2026-11-20T02:30"));
        assert_eq!(date("movies.csv", &["9", "vendor"]), None);
    }

    #[test]
    fn numbers_are_ordered_by_their_value() {
        let mut names = ["10", "9", "a10b2", "a9", "a10b10", "b", "2", "02", "a", "", "18446744073709551616"];
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(
            names,
            ["", "02", "2", "9", "10", "18446744073709551616", "a", "a9", "a10b2", "a10b10", "b"]
        );
    }
}
