//! Records of a load that later loads touched.

/// How many of them are named.
const NAMED: usize = 5;

/// What later loads touched of the loads that are to be taken back.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Later {
    /// How many records.
    pub count: u64,
    /// The first of them, in words.
    pub named: Vec<String>,
}

impl Later {
    /// Whether more of them are to be named.
    pub fn wants_more(&self) -> bool {
        self.named.len() < NAMED
    }
}
