//! How SQLite goes about a statement: its query plan.

use rusqlite::Connection;

use super::{Binding, Cell, Sink, run};
use crate::error::Result;

/// A step of a plan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// Its number.
    pub id: i64,
    /// The number of the step that it is a part of; 0 for none.
    pub parent: i64,
    /// What SQLite does, in its own words.
    pub detail: String,
}

/// The plan for the one statement that `sql` is, in SQLite's order: a step comes behind the one that it
/// is a part of. Nothing is read but the schema.
pub fn explain(conn: &Connection, sql: &str, bindings: &[Binding]) -> Result<Vec<Step>> {
    if conn.prepare(sql).is_ok_and(|statement| statement.column_count() == 0) {
        run(conn, sql, bindings, &mut Steps(Vec::new()))?; // which tells that there is nothing to run
    }
    let mut steps = Steps(Vec::new());
    run(conn, &format!("EXPLAIN QUERY PLAN {sql}"), bindings, &mut steps)?;
    Ok(steps.0)
}

/// The steps as a tree, a line each.
pub fn tree(steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::with_capacity(steps.len());
    branches(steps, 0, "", &mut lines);
    lines
}

fn branches(steps: &[Step], parent: i64, indent: &str, lines: &mut Vec<String>) {
    let mut parts = steps.iter().filter(|step| step.parent == parent && step.id != parent).peekable();
    while let Some(step) = parts.next() {
        let (mark, below) = if parts.peek().is_some() { ("├─", "│ ") } else { ("└─", "  ") };
        lines.push(format!("{indent}{mark} {}", step.detail));
        branches(steps, step.id, &format!("{indent}{below} "), lines);
    }
}

struct Steps(Vec<Step>);

impl Sink for Steps {
    fn columns(&mut self, _: &[&str]) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if let [Cell::Integer(id), Cell::Integer(parent), _, Cell::Text(detail)] = *cells {
            self.0.push(Step { id, parent, detail: detail.to_owned() });
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_below_what_it_is_a_part_of() {
        let step = |id, parent, detail: &str| Step { id, parent, detail: detail.to_owned() };
        let steps = [step(2, 0, "a"), step(5, 2, "b"), step(7, 2, "c"), step(9, 7, "d"), step(11, 0, "e")];
        assert_eq!(tree(&steps), ["├─ a", "│  ├─ b", "│  └─ c", "│     └─ d", "└─ e"]);
        assert!(tree(&[]).is_empty());
    }
}
