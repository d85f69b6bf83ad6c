//! Users and the names of authors, found from a number alone: nobody has to be remembered.

use std::io::{self, Write};

use super::random::{Random, Topic};
use super::shuffle::Shuffle;
use super::words::{self, pick, words};

/// There are never more users than this, however many streams are asked for.
pub(super) const MOST_USERS: u64 = 1_000_000;

/// All users that the word lists can name, in shuffled order.
pub(super) struct Users {
    first_names: Vec<&'static str>,
    last_names: Vec<&'static str>,
    houses: Vec<&'static str>,
    shuffle: Shuffle,
}

impl Users {
    /// The users of a seed.
    pub(super) fn new(seed: u64) -> Self {
        let (first_names, last_names, houses) =
            (words(words::FIRST_NAMES), words(words::LAST_NAMES), words(words::HOUSES));
        let total = first_names.len() * last_names.len() * houses.len();
        let shuffle = Shuffle::new(seed, Topic::UserNames, total as u64);
        Users { first_names, last_names, houses, shuffle }
    }

    /// First name, last name and house of a user; no two users share all three.
    fn parts(&self, user: u64) -> [&'static str; 3] {
        let number = self.shuffle.at(user);
        let (rest, first) = (number / self.first_names.len() as u64, number % self.first_names.len() as u64);
        let (house, last) = (rest / self.last_names.len() as u64, rest % self.last_names.len() as u64);
        [pick(&self.first_names, first), pick(&self.last_names, last), pick(&self.houses, house)]
    }

    /// Writes the user's e-mail address, which is nobody else's.
    pub(super) fn write_email(&self, out: &mut Vec<u8>, user: u64) {
        write_email(out, self.parts(user));
    }

    /// Writes users.csv for the first `count` users.
    pub(super) fn write_csv(&self, out: &mut impl Write, seed: u64, count: u64) -> io::Result<u64> {
        out.write_all(b"first_name,last_name,email\n")?;
        let order = Shuffle::new(seed, Topic::UserOrder, count);
        let mut line = Vec::new();
        for position in 0..count {
            let parts = self.parts(order.at(position));
            let [first, last, _] = parts;
            line.clear();
            for name in [first, last] {
                line.extend_from_slice(name.as_bytes());
                line.push(b',');
            }
            write_email(&mut line, parts);
            line.push(b'\n');
            out.write_all(&line)?;
        }
        Ok(count)
    }
}

/// `first.last@house.example`; names hold no dot, so different people have different addresses.
fn write_email(out: &mut Vec<u8>, [first, last, house]: [&str; 3]) {
    out.extend(first.bytes().map(|byte| byte.to_ascii_lowercase()));
    out.push(b'.');
    out.extend(last.bytes().map(|byte| byte.to_ascii_lowercase()));
    out.push(b'@');
    out.extend_from_slice(house.as_bytes());
    out.extend_from_slice(b".example");
}

/// Names of `count` authors, none of them twice, some with a title or a suffix.
pub(super) fn author_names(seed: u64, count: u64) -> Vec<String> {
    let first_names = [words(words::FIRST_NAMES), words(words::AUTHOR_FIRST_NAMES)].concat();
    let last_names = [words(words::LAST_NAMES), words(words::AUTHOR_LAST_NAMES)].concat();
    let shuffle = Shuffle::new(seed, Topic::AuthorNames, (first_names.len() * last_names.len()) as u64);
    let name = |author| {
        let number = shuffle.at(author);
        let first = pick(&first_names, number % first_names.len() as u64);
        let last = pick(&last_names, number / first_names.len() as u64);
        match Random::new(seed, Topic::AuthorNames, author).below(16) {
            0 => format!("Dr. {first} {last}"),
            1 => format!("Prof. {first} {last}"),
            2 => format!("{first} {last} Jr."),
            3 => format!("{first} {last} III"),
            _ => format!("{first} {last}"),
        }
    };
    (0..count).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_names_enough_and_no_address_twice() {
        let users = Users::new(5);
        let total = users.first_names.len() * users.last_names.len() * users.houses.len();
        assert!(total as u64 >= MOST_USERS, "{total} combinations");
        let emails: BTreeSet<Vec<u8>> = (0..20_000)
            .map(|user| {
                let mut email = Vec::new();
                users.write_email(&mut email, user);
                email
            })
            .collect();
        assert_eq!(emails.len(), 20_000);
    }

    #[test]
    fn authors_have_distinct_names() {
        let names: BTreeSet<String> = author_names(5, 208).into_iter().collect();
        assert_eq!(names.len(), 208);
    }
}
