//! The quality of the data: rules that only the warehouse as a whole can break, and what they find.

mod finding;
mod rule;

pub use finding::{Finding, fail_on, inspect};
pub use rule::{Rule, Severity, bind_for_rules, choose, rules};
