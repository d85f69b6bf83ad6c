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
    /// How many bytes [`Session::to_bytes`] makes.
    pub const BYTES: usize = 52;

    /// The primary key.
    pub fn key(&self) -> Key {
        (self.start_at, self.user, self.movie, self.end_at)
    }

    /// For a temporary file.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let mut rest = bytes.as_mut_slice();
        put(&mut rest, self.start_at.to_le_bytes());
        put(&mut rest, self.end_at.to_le_bytes());
        put(&mut rest, self.user.to_le_bytes());
        put(&mut rest, self.movie.to_le_bytes());
        put(&mut rest, self.size_mb.to_bits().to_le_bytes());
        put(&mut rest, self.id);
        bytes
    }

    /// From a temporary file.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Session {
        let mut rest = bytes.as_slice();
        Session {
            start_at: i64::from_le_bytes(take(&mut rest)),
            end_at: i64::from_le_bytes(take(&mut rest)),
            user: u32::from_le_bytes(take(&mut rest)),
            movie: u32::from_le_bytes(take(&mut rest)),
            size_mb: f64::from_bits(u64::from_le_bytes(take(&mut rest))),
            id: take(&mut rest),
        }
    }
}

/// Puts `N` bytes at the start of `rest`, which is known to have room for them.
fn put<const N: usize>(rest: &mut &mut [u8], bytes: [u8; N]) {
    if let Some((place, after)) = std::mem::take(rest).split_first_chunk_mut() {
        *place = bytes;
        *rest = after;
    }
}

/// The first `N` bytes of `rest`, which is known to have them.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk() {
        Some((first, after)) => {
            *rest = after;
            *first
        }
        None => [0; N],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_a_session() {
        let session =
            Session { start_at: -1, end_at: i64::MAX, user: 7, movie: u32::MAX, size_mb: -0.1, id: [9; 20] };
        assert_eq!(Session::from_bytes(&session.to_bytes()), session);
    }
}
