//! The command that describes the tables, views and columns.

use super::models;
use super::output::OutputArgs;
use crate::error::Result;
use crate::render::{self, Format};
use crate::repository::{Access, is_there, open_in_memory, open_read_only};
use crate::sql::{self, DESCRIBED, Detail, OWN, TOPICS, Wanted};
use std::path::Path;

/// The arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// Only this table or view
    #[arg(value_name = "TABLE")]
    pub table: Option<String>,
    /// Only the tables and views, without their columns
    #[arg(long)]
    pub tables: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Describes the schema of the database or, where there is none, the one that a new database gets.
pub fn schema(database: &Path, access: &Access, args: &SchemaArgs) -> Result<()> {
    args.output.page()?;
    let connection = match is_there(database).map_err(|error| error.at(database.display()))? {
        true => open_read_only(database, access)?,
        false => {
            models::know(database, None, access)?;
            open_in_memory()?
        }
    };
    let table = args.table.as_deref().map(|name| sql::table(&connection, name)).transpose()?;
    let wanted = Wanted { table, topic: None, tables_only: args.tables };
    args.output.write(|page, out| {
        if !page.format.is_for_people() || wanted.table.is_some() {
            let detail = if page.format.is_for_people() { Detail::Brief } else { Detail::Whole };
            return sql::schema(&connection, &wanted, detail, &mut *render::sink(page, out));
        }
        let own = sql::has_own(&connection)?.then_some(&OWN);
        let (models, others) = TOPICS.split_at(1);
        let mut topics = Vec::new();
        for topic in models.iter().chain([&DESCRIBED]).chain(others) {
            topics.extend(sql::has(&connection, topic)?.then_some(topic));
        }
        for (index, topic) in topics.into_iter().chain(own).enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            match page.format {
                Format::Markdown => writeln!(out, "{gap}### {}\n", topic.title)?,
                _ => writeln!(out, "{gap}{}", topic.title)?,
            }
            let wanted = Wanted { topic: Some(topic.name), ..wanted.clone() };
            sql::schema(&connection, &wanted, Detail::Brief, &mut *render::sink(page, out))?;
        }
        Ok(())
    })
}
