//! The command that checks the quality of the data.

use super::args::CheckArgs;
use crate::error::Result;
use crate::query::{self, Cell, Rule, Sink};
use crate::render;
use crate::repository::{Access, open_read_only};
use std::path::Path;

/// Runs the chosen rules and shows what they find, or lists them.
pub fn check(database: &Path, access: &Access, args: &CheckArgs) -> Result<()> {
    args.output.page()?;
    if args.list {
        return args.output.write(|page, out| list(&mut *render::sink(page, out)));
    }
    let rules = query::choose(&args.rules, args.deep)?;
    let bindings = query::bind_for_rules(&rules, &args.params)?;
    let mut connection = open_read_only(database, access)?;
    query::guard(&mut connection)?;
    let findings = query::inspect(&connection, &rules, &bindings, args.samples)
        .map_err(|error| error.at(database.display()))?;
    args.output.write(|page, out| render::findings(page, &findings, out))?;
    args.fail_on.map_or(Ok(()), |level| query::fail_on(level, &findings))
}

fn list(sink: &mut dyn Sink) -> Result<()> {
    sink.columns(&["rule", "severity", "title", "parameters"])?;
    for rule in query::rules() {
        let params = parameters(rule);
        sink.row(&[
            Cell::Text(rule.name),
            Cell::Text(rule.severity.name()),
            Cell::Text(&rule.title),
            if params.is_empty() { Cell::Null } else { Cell::Text(&params) },
        ])?;
    }
    sink.finish()
}

/// The parameters as they are given on the command line, with their defaults; the present, which is
/// no value to write, is left out.
fn parameters(rule: &Rule) -> String {
    let given = |param: &query::Param| match param.default.as_str() {
        "'now'" => param.name.clone(),
        default => format!("{}={}", param.name, default.trim_matches('\'')),
    };
    rule.params.iter().map(given).collect::<Vec<_>>().join(" ")
}
