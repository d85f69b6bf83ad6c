//! The questions there are. Those that are shipped are one SQL file each, which says in its header all that the
//! program needs.

use std::borrow::Cow;

use super::plot::Plot;
use crate::error::{Error, Result};
use crate::project::Broken;
use crate::sql::{Binding, Header, Param, bind_or_default, filled_in, located, suggestion};

/// A question's name, which is its files', the question, its evidence, and the loads behind that; these
/// only where the rows tell them.
macro_rules! file {
    ($name:literal) => {
        file!($name, None)
    };
    ($name:literal with loads) => {
        file!($name, Some(include_str!(concat!("../../queries/loads/", $name, ".sql"))))
    };
    ($name:literal, $loads:expr) => {
        (
            $name,
            include_str!(concat!("../../queries/", $name, ".sql")),
            include_str!(concat!("../../queries/evidence/", $name, ".sql")),
            $loads,
        )
    };
}

/// A line of the registry.
type Files = (&'static str, &'static str, &'static str, Option<&'static str>);

/// Every question, in the order in which they are answered. A new one takes one line.
const FILES: &[Files] = &[
    file!("streamed_movies_based_on_books" with loads),
    file!("users_affected_by_outage" with loads),
    file!("singaporean_movies_streamed" with loads),
    file!("average_stream_duration" with loads),
    file!("median_stream_size"),
    file!("users_watching_half_a_movie" with loads),
];

/// A question that the warehouse answers: SQL that returns one row, whose columns are its readings. Those of a shipped
/// one are `published` and `corrected`.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Its name on the command line.
    pub name: String,
    /// What is asked, for a heading.
    pub title: String,
    /// What the answer counts.
    pub unit: String,
    /// Why the readings differ; absent where they do not.
    pub note: Option<String>,
    /// The parameters, in the order of the header.
    pub params: Vec<Param>,
    /// The whole file.
    pub sql: Cow<'static, str>,
    /// The rows that the answer rests on; a question of a project's own need not tell them.
    pub evidence: Option<Evidence>,
    /// The picture of these rows that a project's own question declares.
    pub plot: Option<Plot>,
    /// The file of the project that it is from; absent for a shipped one.
    pub file: Option<String>,
    /// What the parameters are that are not given, where the SQL itself does not say it.
    pub(super) defaults: Vec<Binding>,
}

/// The rows that an answer rests on: SQL with the question's parameters, whose columns of the names of readings
/// say in which of them a row counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Evidence {
    /// What a row is, and how the answer follows from the rows.
    pub rows: String,
    /// The columns that tell a row from all others, at any time; none where nothing does.
    pub key: Vec<String>,
    /// The columns that decide how a row counts, beside the readings.
    pub counts: Vec<String>,
    /// The whole file.
    pub sql: Cow<'static, str>,
    /// SQL for the loads that made rows what they are; absent where the rows do not tell.
    pub loads: Option<Cow<'static, str>>,
    /// The file of the project that it is from; absent for a shipped one.
    pub file: Option<String>,
}

impl Question {
    /// The values of its parameters: those given, each checked against what the question declares, and the defaults
    /// of the others, where the SQL does not have them.
    pub fn bind(&self, given: &[String]) -> Result<Vec<Binding>> {
        bind_or_default(&self.name, &self.params, &self.defaults, given)
    }

    /// The SQL with the defaults of the parameters in it, so that it gives the answer wherever it runs.
    pub fn as_it_stands(&self) -> Cow<'_, str> {
        match self.defaults.is_empty() {
            true => Cow::Borrowed(&self.sql),
            false => Cow::Owned(filled_in(&self.sql, &self.defaults)),
        }
    }

    /// Its evidence, or an error that says that there is none.
    pub fn told_evidence(&self) -> Result<&Evidence> {
        self.evidence.as_ref().ok_or_else(|| {
            Error::usage(format!("the question `{}` does not tell the rows that it rests on", self.name))
                .help(format!("write what returns them: queries/evidence/{}.sql", self.name))
        })
    }

    /// Says where an error is that came of running it.
    pub fn at(&self, error: Error) -> Error {
        match &self.file {
            Some(file) => located(file, &self.sql, error),
            None => error.at(&self.name),
        }
    }

    /// Says where an error is that came of running its evidence.
    pub(super) fn at_evidence(&self, error: Error) -> Error {
        match self.evidence.as_ref().and_then(|evidence| Some((evidence, evidence.file.as_ref()?))) {
            Some((evidence, file)) => located(file, &evidence.sql, error),
            None => error.at(&self.name),
        }
    }
}

/// The questions there are: those that `scli` comes with, and a project's own.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// In the order in which they are answered: the shipped ones, then the project's by name.
    pub all: Vec<Question>,
    /// The project's files that cannot be used.
    pub broken: Broken,
    /// Whether those that `scli` comes with are left out.
    pub own_only: bool,
}

impl Questions {
    /// Those that `scli` comes with.
    pub fn shipped() -> Questions {
        // A test holds that every file parses, so none is ever left out.
        let all = FILES.iter().filter_map(|files| parse(*files).ok()).collect();
        Questions { all, ..Questions::default() }
    }

    /// The question called `name`.
    pub fn named(&self, name: &str) -> Result<&Question> {
        self.find(name).ok_or_else(|| {
            if let Some(error) = self.broken.why(name) {
                return error.clone();
            }
            let names: Vec<_> = self.all.iter().map(|question| question.name.as_str()).collect();
            let error = Error::usage(format!("there is no question called `{name}`"));
            match names.is_empty() {
                true => error.help("there are none: scli.toml leaves those out that scli comes with"),
                false => error.help(suggestion(name, "questions", &names)),
            }
        })
    }

    /// The question called `name`, if it can be asked.
    pub fn find(&self, name: &str) -> Option<&Question> {
        self.all.iter().find(|question| question.name == name)
    }
}

fn parse((name, sql, evidence, loads): Files) -> std::result::Result<Question, String> {
    let mut header = Header::parse(name, sql, &["title", "unit", "note"])?;
    let mut about = Header::parse(name, evidence, &["rows", "key", "counts"])?;
    Ok(Question {
        name: name.to_owned(),
        title: header.take("title")?,
        unit: header.take("unit")?,
        note: header.take_optional("note"),
        params: header.params,
        sql: Cow::Borrowed(sql),
        evidence: Some(Evidence {
            rows: about.take("rows")?,
            key: list(&about.take("key")?),
            counts: about.take_optional("counts").as_deref().map(list).unwrap_or_default(),
            sql: Cow::Borrowed(evidence),
            loads: loads.map(Cow::Borrowed),
            file: None,
        }),
        plot: None,
        file: None,
        defaults: Vec::new(),
    })
}

/// Names, separated by commas.
pub(super) fn list(names: &str) -> Vec<String> {
    names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::error::Kind;
    use crate::sql::{Kept, ParamKind, Sheet, Value, fixture, run, time};

    fn questions() -> Questions {
        Questions::shipped()
    }

    fn question(name: &str) -> Result<Question> {
        questions().named(name).cloned()
    }

    fn rows(question: &Question) -> &Evidence {
        question.evidence.as_ref().unwrap()
    }

    #[test]
    fn every_file_is_a_question_and_every_question_a_file() {
        for files in FILES {
            parse(*files).unwrap();
        }
        let asked: BTreeSet<_> =
            questions().all.iter().map(|question| format!("{}.sql", question.name)).collect();
        for folder in ["queries", "queries/evidence"] {
            let files: BTreeSet<_> = std::fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR")))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.ends_with(".sql"))
                .collect();
            assert_eq!(asked, files, "{folder}");
        }
    }

    #[test]
    fn parameters_are_declared_used_and_fall_back_to_the_default_of_the_header() {
        let conn = fixture::empty();
        let questions = questions();
        for (question, sql) in questions.all.iter().flat_map(|it| [(it, &it.sql), (it, &rows(it).sql)]) {
            let statement = conn.prepare(sql).unwrap();
            let used: BTreeSet<_> = (1..=statement.parameter_count())
                .map(|i| statement.parameter_name(i).unwrap().to_owned())
                .collect();
            let declared: BTreeSet<_> =
                question.params.iter().map(|param| format!(":{}", param.name)).collect();
            assert_eq!(used, declared, "{}", question.name);
            for Param { name, kind, default, help } in &question.params {
                let fallback = format!("coalesce(:{name}, {default})");
                assert!(sql.contains(&fallback), "{}: {fallback}", question.name);
                assert!(!help.is_empty(), "{}: {name}", question.name);
                // A moment in UTC would have lost what the published reading takes: the clock.
                assert_ne!(*kind, ParamKind::Time, "{}: {name}", question.name);
                if *kind == ParamKind::Clock {
                    let plain = default.trim_matches('\'');
                    assert_eq!(time::normalise(plain).as_deref(), Some(plain));
                }
            }
        }
    }

    #[test]
    fn rows_have_keys_and_loads_are_told_for_rows_of_these_keys() {
        let conn = fixture::empty();
        let mut with_loads = BTreeSet::new();
        for question in &questions().all {
            let Evidence { key, counts, sql, loads, .. } = rows(question);
            let statement = conn.prepare(sql).unwrap();
            let names: Vec<_> = statement.column_names().collect();
            for column in key.iter().chain(counts) {
                assert!(names.contains(&column.as_str()), "{}: {column}", question.name);
            }
            let Some(loads) = loads else { continue };
            let statement = conn.prepare(loads).unwrap();
            assert!(statement.column_names().eq(["row", "load_id"]), "{}", question.name);
            let params: Vec<_> =
                (1..=statement.parameter_count()).filter_map(|i| statement.parameter_name(i)).collect();
            assert!([":rows", ":after", ":until"].iter().all(|name| params.contains(name)), "{params:?}");
            for param in question.params.iter().filter(|param| loads.contains(&format!(":{}", param.name))) {
                assert!(loads.contains(&format!("coalesce(:{}, {})", param.name, param.default)));
            }
            with_loads.insert(format!("{}.sql", question.name));
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/loads")).unwrap();
        let files: BTreeSet<_> =
            files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(with_loads, files);
    }

    #[test]
    fn a_note_stands_where_the_readings_can_differ() {
        let questions = questions();
        let noted: Vec<_> = questions
            .all
            .iter()
            .filter(|question| question.note.is_some())
            .map(|question| question.name.as_str())
            .collect();
        assert_eq!(
            noted,
            ["users_affected_by_outage", "singaporean_movies_streamed", "users_watching_half_a_movie"]
        );
        assert!(questions.all.iter().all(|question| !question.note.as_deref().unwrap_or("").contains("  ")));
    }

    #[test]
    fn a_question_needs_a_title_and_a_unit() {
        let rows = "-- rows: A row is one.\n";
        let wrong = |sql, rows| parse(("q", sql, rows, None)).unwrap_err();
        assert_eq!(wrong("SELECT 1", rows), "q: no title");
        assert_eq!(wrong("-- title: T\nSELECT 1", rows), "q: no unit");
        assert_eq!(wrong("-- title: T\n-- unit: u\n", "SELECT 1"), "q: no rows");
        assert_eq!(wrong("-- title: T\n-- unit: u\n", rows), "q: no key");
    }

    #[test]
    fn evidence_says_in_which_reading_a_row_counts() {
        let conn = fixture::small();
        for question in &questions().all {
            let statement = conn.prepare(&rows(question).sql).unwrap();
            let names: Vec<_> = statement.column_names().collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{}", question.name);
            let values = format!(
                "SELECT DISTINCT published IN (0, 1) AND corrected IN (0, 1) FROM ({})",
                rows(question).sql.trim_end().trim_end_matches(';')
            );
            let mut flags = Sheet::new(9);
            run(&conn, &values, &[], &mut flags).unwrap();
            assert_eq!(flags.rows, [[Kept::Integer(1)]], "{}", question.name);
        }
    }

    #[test]
    fn an_unknown_question_brings_the_nearest_to_mind() {
        let error = question("median_stream_sise").unwrap_err();
        assert_eq!(error.kind(), crate::error::Kind::Usage);
        assert!(error.remedy().unwrap().starts_with("did you mean `median_stream_size`?"));
    }

    fn strings(pairs: &[&str]) -> Vec<String> {
        pairs.iter().map(|pair| (*pair).to_owned()).collect()
    }

    #[test]
    fn declared_values_take_their_normal_form() {
        let outage = question("users_affected_by_outage").unwrap();
        let given = strings(&["from=2021-12-25T07:00:00+0100", ":movie=AMÉLIE"]);
        let bound = outage.bind(&given).unwrap();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            bound,
            [
                Binding { name: "from".into(), value: text("2021-12-25T07:00:00.000+01:00") },
                Binding { name: "movie".into(), value: text("amélie") },
            ]
        );
    }

    #[test]
    fn a_parameter_that_is_not_declared_is_a_usage_error() {
        let outage = question("users_affected_by_outage").unwrap();
        let error = outage.bind(&strings(&["offset=1"])).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert_eq!(error.message(), "`users_affected_by_outage` has no parameter `offset`");
        assert_eq!(error.remedy(), Some("its parameters: from, to, movie"));
        let error = outage.bind(&strings(&["form=x"])).unwrap_err();
        assert_eq!(error.remedy(), Some("did you mean `from`? its parameters: from, to, movie"));
        let median = question("median_stream_size").unwrap();
        let error = median.bind(&strings(&["x=1"])).unwrap_err();
        assert_eq!(error.remedy(), Some("it takes no parameters"));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_a_usage_error_that_shows_the_form() {
        let half = question("users_watching_half_a_movie").unwrap();
        for (given, form) in [
            ("from=25.12.2021", "a time such as 2021-12-25T07:00:00+01:00"),
            ("early_days=one", "a whole number such as 7"),
        ] {
            let error = half.bind(&strings(&[given])).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
            assert!(error.remedy().unwrap().contains(form), "{error}");
        }
    }
}
