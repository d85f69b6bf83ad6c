//! A session as it is sorted and stored.

/// A row of `stream_fact`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub start_at: i64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub end_at: i64,
    /// Id in `streaming_user`.
    pub user: u32,
    /// Id in `streamed_movie`.
    pub movie: u32,
    /// Megabytes.
    pub size_mb: f64,
    /// SHA-1, of the time it was first loaded: a session keeps its id for good.
    pub id: [u8; 20],
}

/// The columns of the primary key, in its order.
pub type Key = (i64, u32, u32, i64);

impl Session {
    /// How many bytes [`Session::put`] adds at most.
    pub const MOST_BYTES: usize = 10 + 10 + 5 + 5 + 8 + 20;

    /// The primary key.
    pub fn key(&self) -> Key {
        (self.start_at, self.user, self.movie, self.end_at)
    }

    /// Adds the session to `bytes`, for a temporary file; `before` is the start of the session before it.
    /// In the order of the key the start is soon told: as what it adds. Returns the start.
    pub fn put(&self, before: i64, bytes: &mut Vec<u8>) -> i64 {
        put_number(bytes, self.start_at.wrapping_sub(before).cast_unsigned());
        put_number(bytes, self.end_at.wrapping_sub(self.start_at).cast_unsigned());
        put_number(bytes, self.user.into());
        put_number(bytes, self.movie.into());
        bytes.extend_from_slice(&self.size_mb.to_bits().to_le_bytes());
        bytes.extend_from_slice(&self.id);
        self.start_at
    }

    /// Takes a session off `bytes`; `None` if it is cut off.
    pub fn take(before: i64, bytes: &mut &[u8]) -> Option<Session> {
        let start_at = before.wrapping_add_unsigned(take_number(bytes)?);
        let end_at = start_at.wrapping_add_unsigned(take_number(bytes)?);
        let user = u32::try_from(take_number(bytes)?).ok()?;
        let movie = u32::try_from(take_number(bytes)?).ok()?;
        let (size_mb, rest) = bytes.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        *bytes = rest;
        Some(Session { start_at, end_at, user, movie, size_mb: f64::from_le_bytes(*size_mb), id: *id })
    }
}

/// Adds a number in as many groups of seven bits as it has, the lowest first; a set eighth bit says that
/// another follows.
fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for group in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * group);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_sessions() {
        let id = [9; 20];
        let sessions = [
            Session { start_at: i64::MIN, end_at: -1, user: 0, movie: u32::MAX, size_mb: -0.1, id },
            Session { start_at: -1, end_at: -1, user: 127, movie: 128, size_mb: f64::MAX, id },
            Session { start_at: -1, end_at: i64::MAX, user: 7, movie: 16_384, size_mb: 0.0, id: [0; 20] },
            Session { start_at: i64::MAX, end_at: i64::MAX, user: u32::MAX, movie: 1, size_mb: 5.0, id },
        ];
        let (mut bytes, mut before) = (Vec::new(), 0);
        for session in &sessions {
            let length = bytes.len();
            before = session.put(before, &mut bytes);
            assert!(bytes.len() - length <= Session::MOST_BYTES);
        }
        let (mut rest, mut before) = (bytes.as_slice(), 0);
        for session in &sessions {
            assert_eq!(Session::take(before, &mut rest), Some(*session));
            before = session.start_at;
        }
        assert_eq!((rest, Session::take(0, &mut &bytes[..7])), (&[][..], None));
    }
}
