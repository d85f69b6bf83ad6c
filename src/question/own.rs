//! The questions of a project's own: `queries/NAME.sql`, with `queries/evidence/NAME.sql` and `queries/loads/NAME.sql`
//! where there is more to tell.

use std::borrow::Cow;

use super::plot::Plot;
use super::registry::{Evidence, Question, Questions, list};
use crate::error::{Error, Result};
use crate::project::{Project, SqlFile};
use crate::sql::{Header, OwnFile, Param, own_file, reads, uses};

impl Questions {
    /// Those of a project.
    pub fn of(project: &Project) -> Result<Questions> {
        let mut questions = match project.asks_shipped() {
            true => Questions::shipped(),
            false => Questions { own_only: true, ..Questions::default() },
        };
        let files = project.sql_files("queries");
        let mut evidence = project.sql_files("queries/evidence");
        let mut loads = project.sql_files("queries/loads");
        for file in &files {
            let taken = questions.find(&file.name).map(|_| "question");
            let of_it = |files: &mut Vec<SqlFile>| {
                let index = files.iter().position(|other| other.name == file.name)?;
                (taken.is_none()).then(|| files.remove(index))
            };
            let (evidence, loads) = (of_it(&mut evidence), of_it(&mut loads));
            match question(file, taken, evidence.as_ref(), loads) {
                Ok(question) => questions.all.push(question),
                Err(error) => questions.broken.note(&file.name, error)?,
            }
        }
        for file in evidence.iter().chain(&loads) {
            let error = Error::failed("there is no question of this name that is the project's own")
                .at(&file.place)
                .help(format!("write the question: queries/{}.sql", file.name));
            questions.broken.note(&file.name, error)?;
        }
        Ok(questions)
    }
}

fn question(
    file: &SqlFile,
    taken: Option<&str>,
    evidence: Option<&SqlFile>,
    loads: Option<SqlFile>,
) -> Result<Question> {
    let at = |error: Error| error.at(&file.place);
    let keys = ["unit", "note", "plot"];
    let OwnFile { sql, mut header, defaults } = own_file(&file.name, &file.text, taken, &keys).map_err(at)?;
    let plot = header.take_with_line("plot").map(|(text, line)| {
        let plot = match evidence {
            Some(_) => Plot::parse(&text),
            None => Err(Error::failed("a plot is drawn of the evidence, and there is none")
                .help(format!("write queries/evidence/{}.sql, which returns the rows", file.name))),
        };
        plot.map_err(|error| at(error.at(format!("line {line}"))))
    });
    let (evidence, drawn) = match evidence {
        None => (None, None),
        Some(rows) => rows_of(rows, loads, &header.params).map(|(rows, plot)| (Some(rows), plot))?,
    };
    Ok(Question {
        name: file.name.clone(),
        title: header.take_optional("title").unwrap_or_default(),
        unit: header.take_optional("unit").unwrap_or_default(),
        note: header.take_optional("note"),
        params: header.params,
        sql: Cow::Owned(sql),
        evidence,
        plot: plot.transpose()?.or(drawn),
        file: Some(file.place.clone()),
        defaults,
    })
}

/// The evidence that `file` holds, for a question with `params`, and how it is drawn.
fn rows_of(file: &SqlFile, loads: Option<SqlFile>, params: &[Param]) -> Result<(Evidence, Option<Plot>)> {
    let read = || {
        let sql = file.text.clone()?;
        let mut header = Header::of_users_file(&sql, &["rows", "key", "counts", "plot"])
            .map_err(|what| Error::failed(what).help("see docs/own.md for what evidence may say"))?;
        if let Some(param) = header.params.first() {
            return Err(Error::failed(format!("the parameter `{}` is declared here", param.name))
                .help("evidence takes the parameters of its question: declare it there"));
        }
        reads(&sql)?;
        uses(&sql, params, true)?;
        let mut names = |key: &str| header.take_optional(key).as_deref().map(list).unwrap_or_default();
        let (key, counts) = (names("key"), names("counts"));
        let rows = header.take_optional("rows").unwrap_or_default();
        let plot = header
            .take_with_line("plot")
            .map(|(text, line)| Plot::parse(&text).map_err(|error| error.at(format!("line {line}"))));
        let evidence =
            Evidence { rows, key, counts, sql: Cow::Owned(sql), loads: None, file: Some(file.place.clone()) };
        Ok((evidence, plot.transpose()?))
    };
    let (evidence, plot) = read().map_err(|error: Error| error.at(&file.place))?;
    let loads = loads.map(|loads| {
        let sql = loads.text.and_then(|sql| reads(&sql).map(|()| sql));
        sql.map(Cow::Owned).map_err(|error| error.at(&loads.place))
    });
    Ok((Evidence { loads: loads.transpose()?, ..evidence }, plot))
}
