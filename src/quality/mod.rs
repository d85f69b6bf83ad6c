//! The quality of the data: rules that only the warehouse as a whole can break, and what they find.

mod finding;
mod references;
mod rule;
mod watch;

pub use finding::{Earlier, Finding, inspect};
pub use references::of_references;
pub use rule::{Rule, Rules, Severity, bind_for_rules};
pub use watch::{Thresholds, allow, compare, fail, thresholds};
