//! The picture that a question of a project's own declares: `-- plot: KIND X Y`.

use crate::error::{Error, Result};

/// How values are drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PlotKind {
    /// A bar for each row, as high as its value.
    Bar,
    /// A line from row to row, in the order of the values across.
    Line,
    /// How many there are of each range of values.
    Histogram,
}

/// What is drawn of the rows of evidence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plot {
    /// How.
    pub kind: PlotKind,
    /// The column of what stands across.
    pub x: String,
    /// The column of what stands upwards; absent in a histogram in which each row is one.
    pub y: Option<String>,
}

impl Plot {
    /// `bar genre reviews`, as it stands in a header.
    pub(super) fn parse(text: &str) -> Result<Plot> {
        const HELP: &str = "write -- plot: KIND X Y, where KIND is bar, line or histogram, and X and Y are columns of the evidence";
        let wrong = |what: String| Error::failed(what).help(HELP);
        let words: Vec<&str> = text.split_whitespace().collect();
        let (kind, x, y) = match *words {
            [kind, x] => (kind, x, None),
            [kind, x, y] => (kind, x, Some(y.to_owned())),
            _ => return Err(wrong(format!("not KIND X Y: {text}"))),
        };
        let kind = match kind {
            "bar" => PlotKind::Bar,
            "line" => PlotKind::Line,
            "histogram" => PlotKind::Histogram,
            other => return Err(wrong(format!("`{other}` is no kind of plot"))),
        };
        if y.is_none() && kind != PlotKind::Histogram {
            return Err(wrong(format!("the plot has no Y: {text}")));
        }
        Ok(Plot { kind, x: x.to_owned(), y })
    }

    /// Fails if the rows do not have its `columns`.
    pub(super) fn fits(&self, columns: &[String]) -> Result<()> {
        match std::iter::once(&self.x).chain(&self.y).find(|name| !columns.contains(name)) {
            None => Ok(()),
            Some(name) => {
                Err(Error::failed(format!("the plot is of the column `{name}`, which the rows do not have"))
                    .help(format!("columns: {}", columns.join(", "))))
            }
        }
    }
}
