//! The command that checks the quality of the data.

use super::output::OutputArgs;
use super::project::ProjectArgs;
use crate::error::Result;
use crate::past::Past;
use crate::quality::{self, Rule, Rules, Severity};
use crate::render::{self, Shown};
use crate::repository::{Access, open_read_only, refuse_unsound};
use crate::sql::{self, Cell, Sink};
use std::path::Path;

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The rules to run [default: all]
    #[arg(value_name = "RULE", conflicts_with = "list")]
    pub rules: Vec<String>,
    /// Also look at the indexes of the file, and compare what loads keep true with the streams themselves,
    /// which reads all of them
    #[arg(long, conflicts_with_all = ["list", "rules"])]
    pub deep: bool,
    /// Exit with 1 if a rule of this severity or above finds anything
    #[arg(long, value_name = "SEVERITY", conflicts_with = "list")]
    pub fail_on: Option<Severity>,
    /// Exit with 1 if this rule finds more than N things, and not for fewer; wins over scli.toml
    #[arg(long = "threshold", value_name = "RULE=N", conflicts_with = "list")]
    pub thresholds: Vec<String>,
    /// Compare with what the rules found after this load, or at this time (a date: its start in UTC);
    /// exit with 1 if one without a threshold finds more now
    #[arg(long, value_name = "LOAD|TIME", conflicts_with = "list")]
    pub since: Option<String>,
    /// Show only the rules that find something
    #[arg(long, conflicts_with = "list")]
    pub found: bool,
    /// How many of the things that break a rule to show
    #[arg(long, value_name = "N", default_value_t = 3, conflicts_with = "list")]
    pub samples: u32,
    /// A parameter's value, for the rules that have it, such as max_hours=12 or now=2022-01-01T00:00:00Z
    #[arg(short, long = "param", value_name = "NAME=VALUE", conflicts_with = "list")]
    pub params: Vec<String>,
    /// List the rules
    #[arg(long)]
    pub list: bool,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Looks whether the file is sound unless only some rules are chosen, runs them and shows what they find, or lists them.
pub fn check(database: &Path, access: &Access, args: &CheckArgs) -> Result<()> {
    args.output.page()?;
    let (project, kept) = args.project.read_for(database, access)?;
    let rules = Rules::of(&project, quality::of_references(&kept.descriptions))?;
    let mut broken = rules.broken.clone();
    if args.list {
        return broken.told(args.output.write(|page, out| list(&rules, &mut *render::sink(page, out))));
    }
    let chosen = rules.choose(&args.rules, args.deep)?;
    broken.retain(|_| args.rules.is_empty());
    let bindings = quality::bind_for_rules(&chosen, &args.params)?;
    let agreed =
        project.checks.iter().map(|check| (check.rule.as_str(), check.place.as_str(), check.threshold));
    let thresholds = quality::thresholds(&rules, &chosen, agreed, &args.thresholds)?;
    let mut inspect = |connection: &_, samples: u32| {
        quality::inspect(connection, &chosen, &bindings, samples, &mut broken)
            .map_err(|error| error.at(database.display()))
    };
    let mut now = open_read_only(database, access)?;
    if args.rules.is_empty() {
        // What a damaged file says of its data means nothing.
        refuse_unsound(&now, args.deep).map_err(|error| error.at(database.display()))?;
    }
    let earlier = args.since.as_deref().map(|text| -> Result<_> {
        let mut then = open_read_only(database, access)?;
        let past = Past::travel(&then, text)?;
        sql::guard(&mut then)?;
        Ok((inspect(&then, 0)?, past))
    });
    let earlier = earlier.transpose()?;
    sql::guard(&mut now)?;
    let mut findings = inspect(&now, args.samples)?;
    quality::allow(&mut findings, &thresholds);
    if let Some((earlier, past)) = &earlier {
        quality::compare(&mut findings, earlier, past.load);
    }
    let shown = Shown { found: args.found, since: earlier.map(|(_, past)| past.to_string()) };
    args.output.write(|page, out| render::findings(page, &findings, &shown, out))?;
    broken.told(quality::fail(&findings, args.fail_on))
}

fn list(rules: &Rules, sink: &mut dyn Sink) -> Result<()> {
    sink.columns(&["rule", "severity", "title", "parameters"])?;
    for rule in &rules.all {
        let params = parameters(rule);
        sink.row(&[
            Cell::Text(&rule.name),
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
    let given = |param: &sql::Param| match param.default.as_str() {
        "'now'" => param.name.clone(),
        default => format!("{}={}", param.name, default.trim_matches('\'')),
    };
    rule.params.iter().map(given).collect::<Vec<_>>().join(" ")
}
