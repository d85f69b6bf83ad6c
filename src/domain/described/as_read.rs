//! How the files of a model are read, where they do not tell by themselves.

use serde::{Deserialize, Serialize};

/// What is said of it, in the words of the options of `load`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct AsRead {
    /// The encoding of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What stands between the fields of CSV.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The member of a JSON object that holds the records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
}

impl AsRead {
    /// Each member's name, and what is said.
    pub fn members(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("encoding", self.encoding.as_deref()),
            ("separator", self.separator.as_deref()),
            ("sheet", self.sheet.as_deref()),
            ("root", self.root.as_deref()),
        ]
    }

    /// Whether nothing is said.
    pub fn is_nothing(&self) -> bool {
        *self == AsRead::default()
    }
}
