//! How far a load has come, for whoever wants to know.

/// Hears how far a load has come. What is told was really done: bytes that were read, sessions that
/// were written.
pub trait Progress {
    /// So many bytes of the source were read, of so many if that is known, and so many records taken.
    fn reading(&self, bytes: u64, of: Option<u64>, records: u64);

    /// So many records were compared and written, of so many.
    fn writing(&self, records: u64, of: u64);

    /// The load has ended, well or not.
    fn ended(&self);
}

/// Does not want to know.
pub struct Silent;

impl Progress for Silent {
    fn reading(&self, _: u64, _: Option<u64>, _: u64) {}
    fn writing(&self, _: u64, _: u64) {}
    fn ended(&self) {}
}
