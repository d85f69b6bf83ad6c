//! What opens a server, wherever it is kept: it is used, and never shown.

use std::fmt;
use std::sync::Arc;

/// A password, or what stands for one.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The secret that this text is.
    pub fn new(text: &str) -> Secret {
        Secret(text.into())
    }

    /// The text, for the server alone.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
