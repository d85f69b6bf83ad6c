//! Who watches "Unforgiven" on the morning of 25 December: the plan behind the question about the outage.
//!
//! The outage lasts from 07:00 to 12:00 in +01:00. The published answer looks for sessions that
//! start or end from 07:00 to 12:00 UTC, which is 08:00 to 13:00: it takes in who starts in the hour
//! after the outage, and misses who ends in its first hour and who watches right through it.
//! Five users are in the published answer and four in the corrected one. Larger files repeat the cast.

use super::audience::{Audience, DEFAULT_STREAMS};
use super::calendar::{LAST_START, december};
use super::random::Random;

/// What a session does about the outage.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// Starts in the part that both windows share: in both answers.
    StartsDuring,
    /// Ends in the part that both windows share: in both answers.
    EndsDuring,
    /// Ends in the outage's first hour: in the corrected answer only.
    EndsInTheFirstHour,
    /// Starts in the hour after the outage: in the published answer only.
    StartsInTheHourAfter,
    /// Lasts longer than both windows: in the corrected answer only.
    Spans,
}

/// Each role with the member of the cast who plays it, from the shortest session to the longest.
/// Member 0 plays two: an affected user counts once.
const CAST: [(Role, u64); 8] = [
    (Role::EndsDuring, 0),
    (Role::EndsInTheFirstHour, 1),
    (Role::StartsInTheHourAfter, 2),
    (Role::StartsDuring, 3),
    (Role::StartsInTheHourAfter, 4),
    (Role::EndsDuring, 0),
    (Role::StartsInTheHourAfter, 5),
    (Role::Spans, 6),
];
const ROLES: u64 = CAST.len() as u64;
const MEMBERS: u64 = 7;

/// How many sessions of `streams` are part of the plan.
pub(super) fn sessions(streams: u64) -> u64 {
    streams.saturating_add(DEFAULT_STREAMS / 2) / DEFAULT_STREAMS * ROLES
}

/// The user and the start of planned session `number` of `count`, which takes `length`.
pub(super) fn session(
    audience: &Audience,
    number: u64,
    count: u64,
    length: u64,
    random: &mut Random,
) -> Option<(u64, u64)> {
    let casts = count / ROLES;
    let (place, cast) = (number.checked_div(casts)?, number % casts);
    let (role, member) = *CAST.get(place as usize)?;
    let start = match role {
        Role::StartsDuring => random.between(december(25, 8, 5), december(25, 11, 55)),
        Role::EndsDuring => random.between(december(25, 8, 5), december(25, 11, 55)) - length,
        Role::EndsInTheFirstHour => random.between(december(25, 7, 5), december(25, 7, 55)) - length,
        Role::StartsInTheHourAfter => random.between(december(25, 12, 5), december(25, 12, 55)),
        Role::Spans => random.between(december(25, 13, 5) - length, december(25, 6, 55)),
    };
    // Users are few only when their number has reached its limit; then the casts share them.
    Some((audience.stayed((cast * MEMBERS + member) % (audience.users / 2).max(1)), start))
}

/// Moves a session of the film that is not part of the plan to a later day, if it would be on
/// during either window.
pub(super) fn keep_out(start: u64, length: u64, random: &mut Random) -> u64 {
    let overlaps = start <= december(25, 13, 0) && start + length >= december(25, 7, 0);
    if overlaps { random.between(december(25, 13, 5), LAST_START) } else { start }
}
