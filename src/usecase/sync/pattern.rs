//! The files of described models, by the patterns of their paths.

use super::form;
use crate::domain::Model;
use std::path::Path;

/// The patterns of described models.
fn patterns() -> impl Iterator<Item = (Model, &'static str)> {
    Model::described().into_iter().flat_map(|model| {
        let files = model.spec().described.map(|described| described.files.as_slice()).unwrap_or_default();
        files.iter().map(move |pattern| (model, pattern.as_str()))
    })
}

/// Whether a file of this name may be one of a described model.
pub fn may_match(name: &str) -> bool {
    form::may_tell(name)
        && patterns().any(|(_, pattern)| matches(pattern.rsplit('/').next().unwrap_or(pattern), name))
}

/// The model of the file at this path, if a pattern fits the end of the path.
pub fn model(path: &Path) -> Option<Model> {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let (model, _) = patterns().find(|(_, pattern)| {
        let wanted: Vec<&str> = pattern.split('/').collect();
        let end = parts.len().checked_sub(wanted.len()).and_then(|start| parts.get(start..));
        end.is_some_and(|end| wanted.iter().zip(end).all(|(pattern, part)| matches(pattern, part)))
    })?;
    Some(model)
}

/// Whether a name fits a pattern, in which `*` stands for any letters and `?` for one.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and up to where it reaches.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(from) {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, from));
                at += 1;
            }
            (Some(wanted), _) if *wanted == '?' || wanted == letter => {
                at += 1;
                from += 1;
            }
            (_, Some((place, reached))) => {
                star = Some((place, reached + 1));
                at = place + 1;
                from = reached + 1;
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, name, fits) in [
            ("ratings*.csv", "ratings.csv", true),
            ("ratings*.csv", "ratings-é-2.csv", true),
            ("ratings*.csv", "my-ratings.csv", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "ab a", false),
            ("r?.csv", "r1.csv", true),
            ("r?.csv", "r.csv", false),
            ("*", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
