//! A query plan, and what the parameters are.

use super::asked::Asked;
use crate::error::Result;
use crate::render::{self, Format, Page, visible};
use crate::sql::{Binding, Cell, Step, tree};
use std::io::Write;

/// Shows the plan for what was `asked`: as a tree, below the values of the parameters, or in formats for
/// programs a row for each step.
pub fn explained(
    asked: &Asked,
    bindings: &[Binding],
    steps: &[Step],
    page: Page,
    out: &mut dyn Write,
) -> Result<()> {
    if !page.format.is_for_people() {
        let mut sink = render::sink(page, out);
        sink.columns(&["id", "parent", "detail"])?;
        for step in steps {
            sink.row(&[Cell::Integer(step.id), Cell::Integer(step.parent), Cell::Text(&step.detail)])?;
        }
        return sink.finish();
    }
    let fence = if page.format == Format::Markdown { "```\n" } else { "" };
    write!(out, "{fence}")?;
    for line in heading(asked, bindings).iter().chain(&tree(steps)) {
        writeln!(out, "{}", visible(line))?;
    }
    Ok(write!(out, "{fence}")?)
}

/// What is asked, in which readings, with which values.
fn heading(asked: &Asked, bindings: &[Binding]) -> Vec<String> {
    let value =
        |name: &str| bindings.iter().find(|binding| binding.name == name).map(|given| given.value.literal());
    let mut lines = Vec::new();
    let params = match asked {
        Asked::Question(question) => {
            lines.push(format!("{}: {}", question.name, question.title));
            if question.file.is_none() {
                lines.push("one statement for both readings, published and corrected".to_owned());
            }
            &question.params
        }
        Asked::Own(own) => {
            let title = own.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
            lines.push(format!("{}{title}", own.name));
            &own.params
        }
    };
    for param in params {
        lines.push(match value(&param.name) {
            Some(value) => format!(":{} = {value}", param.name),
            None => format!(":{} = {} (the default)", param.name, param.default),
        });
    }
    for binding in bindings.iter().filter(|binding| !params.iter().any(|param| param.name == binding.name)) {
        lines.push(format!(":{} = {}", binding.name, binding.value.literal()));
    }
    lines.push(String::new());
    lines
}
