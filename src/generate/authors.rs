//! The vendor's authors.

use serde::Serialize;

use super::people;
use super::random::{Random, Topic};
use super::shuffle::Shuffle;
use super::words::{self, phrases, pick};

/// Authors with a name; one record more has none.
pub(super) const AUTHORS: u64 = 200;
/// Authors of the nationality that a question asks for; they come first.
pub(super) const SINGAPOREANS: u64 = 3;
/// Names of authors that books mention and authors.json lacks.
const UNKNOWN_AUTHORS: u64 = 8;

/// One record of authors.json.
#[derive(Serialize)]
pub(super) struct Author {
    metadata: Metadata,
    nationalities: [Nationality; 2],
}

#[derive(Serialize)]
struct Metadata {
    name: Option<String>,
    birth_date: Option<String>,
    died_at: Option<String>,
}

#[derive(Serialize)]
struct Nationality {
    /// The vendor never fills it in.
    id: Option<u64>,
    label: &'static str,
    slug: Option<String>,
}

/// Names of authors, those of authors.json before the ones that it lacks.
pub(super) struct Names {
    pub(super) known: Vec<String>,
    pub(super) unknown: Vec<String>,
}

/// The names of a seed.
pub(super) fn names(seed: u64) -> Names {
    let mut known = people::author_names(seed, AUTHORS + UNKNOWN_AUTHORS);
    let unknown = known.split_off(AUTHORS as usize);
    Names { known, unknown }
}

/// The records of authors.json.
pub(super) fn authors(seed: u64, names: &Names) -> Vec<Author> {
    let nationalities = phrases(words::NATIONALITIES);
    let author = |(number, name): (usize, &String)| {
        let number = number as u64;
        let mut random = Random::new(seed, Topic::AuthorFacts, number);
        let label = if number < SINGAPOREANS { "Singaporeans" } else { pick(&nationalities, random.next()) };
        let known = Nationality { id: None, label, slug: Some(slug(label)) };
        let empty = Nationality { id: None, label: "", slug: None };
        let nationalities = if random.below(2) == 0 { [known, empty] } else { [empty, known] };
        let born = random.between(1920, 2005);
        // One in ten has no date of death; of the others, many will die after today.
        let died = random.below(10) > 0;
        let died_in = born + random.between(20, 84);
        let metadata = Metadata {
            name: Some(name.clone()),
            birth_date: Some(date(born, &mut random)),
            died_at: died.then(|| date(died_in, &mut random)),
        };
        Author { metadata, nationalities }
    };
    let named = names.known.iter().enumerate().map(author);
    Shuffle::order(seed, Topic::AuthorOrder, named.chain([nameless()]).collect())
}

/// The record about nobody that the vendor's dump holds.
fn nameless() -> Author {
    let nationality = |label| Nationality { id: None, label, slug: None };
    Author {
        metadata: Metadata { name: None, birth_date: None, died_at: None },
        nationalities: [nationality(""), nationality("unknown")],
    }
}

/// A day of a year, as the vendor writes it.
fn date(year: u64, random: &mut Random) -> String {
    let (month, day) = (random.between(1, 13), random.between(1, 29));
    format!("{year}-{month:02}-{day:02}T00:00:00.000+0000")
}

/// The vendor's slug of a label: letters beyond ASCII are lost, as in `runionnais`.
fn slug(label: &str) -> String {
    let kept = |letter: char| match letter {
        ' ' | '-' => Some('-'),
        _ => letter.is_ascii_alphanumeric().then(|| letter.to_ascii_lowercase()),
    };
    label.chars().filter_map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_lose_what_the_vendor_s_lose() {
        assert_eq!(slug("Guianese (French)"), "guianese-french");
        assert_eq!(slug("Réunionnais"), "runionnais");
        assert_eq!(slug("Guinea-Bissau nationals"), "guinea-bissau-nationals");
    }
}
