//! What to type next, for whoever types `scli` alone.

use std::path::Path;

/// What can be done where there is no database.
const WITHOUT: [(&str, &str); 2] = [
    ("sync DIR", "load every model's file below a directory: movies.csv, authors.json …"),
    ("schema", "the tables, views and columns that they go to"),
];

/// What can be done with one.
const WITH: [(&str, &str); 5] = [
    ("answers", "the answers"),
    ("query --list", "the questions, and `query NAME --help` what each takes"),
    ("schema", "the tables, views and columns, for SQL of your own: query -f FILE"),
    ("check", "the quality of the data"),
    ("sync DIR", "load the files of another day"),
];

/// What can be done next, depending on whether there is a database.
pub struct Next {
    /// What there is.
    pub state: String,
    /// Commands, and what each does.
    pub steps: Vec<(String, &'static str)>,
}

/// What can be done with the database at `path`, which the option `--db` named if it was `given`.
pub fn steps(path: &Path, given: bool) -> Next {
    let exists = path.exists();
    let (state, known): (_, &[_]) = match exists {
        true => (format!("The database is {}.", path.display()), &WITH),
        false => (format!("There is no database yet; it will be {}.", path.display()), &WITHOUT),
    };
    let db = if given { format!("--db {} ", path.display()) } else { String::new() };
    let mut steps: Vec<_> = known.iter().map(|(step, does)| (format!("scli {db}{step}"), *does)).collect();
    if !exists {
        steps.push(("scli generate DIR".to_owned(), "write synthetic files, to try it with"));
    }
    steps.push(("scli help".to_owned(), "every command"));
    Next { state, steps }
}

impl std::fmt::Display for Next {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} What next?", self.state)?;
        let width = self.steps.iter().map(|(step, _)| step.chars().count()).max().unwrap_or(0);
        for (step, does) in &self.steps {
            write!(f, "\n  {step:width$}  {does}")?;
        }
        Ok(())
    }
}
