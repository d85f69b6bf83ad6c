//! Who watches in the last week: the plan behind the question about half-watched movies.
//!
//! The published answer reads the window from 24 December 00:00 to 31 December 23:59:59 UTC, the
//! corrected one from 25 to 31 December in +01:00. So there are users who belong to both, users
//! whose only long session near the end is on the 24th, and users who had left before.
//! Nobody belongs to the corrected answer alone, because its window lies inside the other.

use super::calendar::{LAST_START, MINUTE, december};
use super::random::Random;

/// Users for [`DEFAULT_STREAMS`] streams; the ratio holds for other numbers.
const DEFAULT_USERS: u64 = 783;
/// Streams at the default size.
pub(super) const DEFAULT_STREAMS: u64 = 9652;
/// Of the default users, those who watch at length on 24 December but not after.
const UNTIL_THE_24TH: u64 = 21;
/// Of the default users, those who watch nothing at length from 24 December on.
const LEFT_BEFORE: u64 = 37;
/// The part of all sessions that starts in the last six days on which sessions start.
const LATE_PART: f64 = 6.0 / 30.0;

/// What a user does near the end of the month.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Habit {
    /// Watches in the last week.
    Stayed,
    /// Watches at length on 24 December, then no more.
    UntilThe24th,
    /// Watches nothing at length from 24 December on.
    LeftBefore,
}

/// What decides when a session may start.
pub(super) struct Session {
    /// The user's number.
    pub(super) user: u64,
    /// Whether this is the session that makes the user's habit true.
    pub(super) decisive: bool,
    /// How long the session takes, in milliseconds.
    pub(super) length: u64,
    /// How long half of the movie takes, in milliseconds.
    pub(super) half: u64,
}

/// The users and their habits.
pub(super) struct Audience {
    pub(super) users: u64,
    left_before: u64,
    until_the_24th: u64,
    /// How likely another session of a user who stayed starts late, so that all days are alike.
    late: f64,
}

impl Audience {
    /// The audience of `streams` sessions, of which there is at least one a user, up to `most` users.
    pub(super) fn new(streams: u64, most: u64) -> Self {
        let (whole, rest) = (streams / DEFAULT_STREAMS, streams % DEFAULT_STREAMS);
        let users = whole.saturating_mul(DEFAULT_USERS) + (rest * DEFAULT_USERS).div_ceil(DEFAULT_STREAMS);
        let users = users.min(most);
        let (left_before, until_the_24th) =
            (users * LEFT_BEFORE / DEFAULT_USERS, users * UNTIL_THE_24TH / DEFAULT_USERS);
        let stayed = (users - left_before - until_the_24th) as f64;
        let others = (streams - users) as f64 * stayed / users.max(1) as f64;
        let late = ((streams as f64 * LATE_PART - stayed) / others.max(1.0)).max(0.0);
        Audience { users, left_before, until_the_24th, late }
    }

    /// The `number`th of the users who stayed, counted from the last one.
    pub(super) fn stayed(&self, number: u64) -> u64 {
        self.users.saturating_sub(1 + number)
    }

    /// When a session starts.
    pub(super) fn start(&self, session: &Session, random: &mut Random) -> u64 {
        let Session { user, decisive, length, half } = *session;
        match self.habit(user) {
            Habit::Stayed if decisive || random.unit() < self.late => {
                random.between(december(25, 0, 0), LAST_START)
            }
            Habit::Stayed => random.between(0, december(25, 0, 0)),
            Habit::UntilThe24th if decisive => last_look(random, half).saturating_sub(length),
            _ if length < half => random.between(0, LAST_START),
            _ => random.between(0, december(24, 0, 0) - length),
        }
    }

    fn habit(&self, user: u64) -> Habit {
        if user < self.left_before {
            Habit::LeftBefore
        } else if user < self.left_before + self.until_the_24th {
            Habit::UntilThe24th
        } else {
            Habit::Stayed
        }
    }
}

/// When the last long session of a user who watches until the 24th ends: on that day or, one in
/// three, after midnight with less than half of the movie left to watch.
fn last_look(random: &mut Random, half: u64) -> u64 {
    if random.below(3) == 0 {
        december(25, 0, 0) + random.between(MINUTE, half - MINUTE)
    } else {
        random.between(december(24, 1, 5), december(24, 23, 55))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_grow_with_the_streams() {
        let users = |streams| Audience::new(streams, 1_000_000).users;
        assert_eq!([0, 1, 10, 9652, 1_000_000].map(users), [0, 1, 1, 783, 81_124]);
        assert_eq!(users(u64::MAX), 1_000_000);
    }

    #[test]
    fn habits_at_the_default_size() {
        let audience = Audience::new(DEFAULT_STREAMS, 1_000_000);
        let count = |habit| (0..audience.users).filter(|&user| audience.habit(user) == habit).count();
        assert_eq!([Habit::Stayed, Habit::UntilThe24th, Habit::LeftBefore].map(count), [725, 21, 37]);
    }
}
