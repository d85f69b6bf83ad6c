//! Why an answer moved: the rows that came and went between two states, and the loads that did it.

use crate::changed::change_twenty;
use crate::harness::{Sandbox, challenge, project, snapshot};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

/// Each question with the columns that tell its rows apart, and those that say how a row counts.
const QUESTIONS: [(&str, &[&str], &[&str]); 6] = [
    ("streamed_movies_based_on_books", &["movie"], &[]),
    ("users_affected_by_outage", &["user_email", "movie", "start_at", "end_at"], &[]),
    ("singaporean_movies_streamed", &["movie", "streamed_as"], &[]),
    ("average_stream_duration", &["day"], &["streams", "seconds", "microseconds"]),
    ("median_stream_size", &["stream"], &["size_mb"]),
    ("users_watching_half_a_movie", &["user_email"], &[]),
];

fn json(sandbox: &Sandbox, args: &[&str]) -> Vec<Value> {
    let args = [&["answers", "--format", "json"], args].concat();
    serde_json::from_str(&sandbox.scli(&args).success().stdout).unwrap()
}

/// The options for one state.
fn as_of(state: &str) -> Vec<&str> {
    if state == "now" { vec![] } else { vec!["--as-of", state] }
}

type Rows = BTreeMap<String, Value>;

/// A warehouse, and what runs of each state alone gave.
struct Runs<'s> {
    sandbox: &'s Sandbox,
    rows: RefCell<BTreeMap<(String, String), Rc<Rows>>>,
    answers: RefCell<BTreeMap<String, Rc<Vec<Value>>>>,
}

impl<'s> Runs<'s> {
    fn of(sandbox: &'s Sandbox) -> Runs<'s> {
        Runs { sandbox, rows: RefCell::default(), answers: RefCell::default() }
    }

    fn rows(&self, question: &str, key: &[&str], state: &str) -> Rc<Rows> {
        let mut known = self.rows.borrow_mut();
        let rows = known.entry((question.to_owned(), state.to_owned()));
        rows.or_insert_with(|| Rc::new(rows_of(self.sandbox, question, key, state))).clone()
    }

    fn answers(&self, state: &str) -> Rc<Vec<Value>> {
        let mut known = self.answers.borrow_mut();
        known.entry(state.to_owned()).or_insert_with(|| Rc::new(json(self.sandbox, &as_of(state)))).clone()
    }
}

/// The rows of evidence of a state by their keys.
fn rows_of(sandbox: &Sandbox, question: &str, key: &[&str], state: &str) -> Rows {
    let args = [vec!["--explain", question], as_of(state)].concat();
    let list = json(sandbox, &args);
    let count = list.len();
    let rows: Rows = list.into_iter().map(|row| (told(&row, key), row)).collect();
    assert_eq!(rows.len(), count, "{question}: keys are unique");
    rows
}

fn told(row: &Value, key: &[&str]) -> String {
    key.iter().map(|column| row[column].to_string()).collect::<Vec<_>>().join(" ")
}

/// What became of each row from one set to another, as two separate runs tell it.
fn expected(before: &Rows, after: &Rows, counts: &[&str]) -> BTreeMap<String, (&'static str, Value, Value)> {
    let mut changes = BTreeMap::new();
    for key in before.keys().chain(after.keys()) {
        let (old, new) = (before.get(key), after.get(key));
        let counting = |row: &Value| {
            let columns = ["published", "corrected"].iter().chain(counts);
            columns.map(|column| row[column].clone()).collect::<Vec<_>>()
        };
        let what = match (old, new) {
            (None, Some(_)) => "came",
            (Some(_), None) => "went",
            (Some(old), Some(new)) if counting(old) != counting(new) => "changed",
            _ => continue,
        };
        let value = |row: Option<&Value>| row.cloned().unwrap_or(Value::Null);
        changes.insert(key.clone(), (what, value(old), value(new)));
    }
    changes
}

/// Compares two states, checks all of it against runs of each state alone, and returns the loads of each row
/// by question and key.
fn checked(runs: &Runs<'_>, from: &str, to: &str) -> BTreeMap<(String, String), BTreeSet<i64>> {
    let compared = json(runs.sandbox, &["--compare", from, to]);
    let (old, new) = (runs.answers(from), runs.answers(to));
    let mut loads_of_rows = BTreeMap::new();
    for (index, (name, key, counts)) in QUESTIONS.into_iter().enumerate() {
        let compared = &compared[index];
        assert_eq!(compared["question"], name);
        let mut moved = false;
        for reading in ["published", "corrected"] {
            let (old, new) = (&old[index][reading], &new[index][reading]);
            assert_eq!((&compared[reading]["from"], &compared[reading]["to"]), (old, new), "{name}");
            moved |= old != new;
            if let (Some(old), Some(new)) = (old.as_f64(), new.as_f64()) {
                let difference = compared[reading]["difference"].as_f64().unwrap();
                assert!((new - old - difference).abs() < 1e-9, "{name}: {difference}");
            }
        }
        assert_eq!(compared["moved"], moved, "{name}");
        let expected = expected(&runs.rows(name, key, from), &runs.rows(name, key, to), counts);
        let changes = compared["changes"].as_array().unwrap();
        let found: BTreeMap<String, _> = changes
            .iter()
            .map(|change| {
                let row = if change["after"].is_null() { &change["before"] } else { &change["after"] };
                let told = told(row, key);
                let loads = change["loads"].as_array().unwrap().iter().map(|load| load.as_i64().unwrap());
                loads_of_rows.insert((name.to_owned(), told.clone()), loads.collect::<BTreeSet<i64>>());
                let what = match change["change"].as_str().unwrap() {
                    "came" => "came",
                    "went" => "went",
                    _ => "changed",
                };
                (told, (what, change["before"].clone(), change["after"].clone()))
            })
            .collect();
        assert_eq!(found, expected, "{name} from {from} to {to}");
        for what in ["came", "went", "changed"] {
            assert_eq!(compared[what], changes.iter().filter(|change| change["change"] == what).count());
        }
        let of_rows = |name: &str| -> BTreeSet<i64> {
            let rows = loads_of_rows.iter().filter(|((question, _), _)| question == name);
            rows.flat_map(|(_, loads)| loads.clone()).collect()
        };
        if compared["loads_are"] == "of_rows" {
            let loads =
                compared["loads"].as_array().unwrap().iter().map(|load| load["load"].as_i64().unwrap());
            assert_eq!(loads.collect::<BTreeSet<i64>>(), of_rows(name), "{name}");
        }
    }
    loads_of_rows
}

/// Each load alone, then all of them: of every row that changed, the loads that are named are those that changed
/// it.
fn loads_are_those_that_changed_rows(runs: &Runs<'_>, first: i64, last: i64) {
    let mut steps: BTreeMap<(String, String), BTreeSet<i64>> = BTreeMap::new();
    for load in first + 1..=last {
        for (row, loads) in checked(runs, &(load - 1).to_string(), &load.to_string()) {
            if row.0 != "median_stream_size" {
                assert_eq!(loads, BTreeSet::from([load]), "{row:?}");
            }
            steps.entry(row).or_default().insert(load);
        }
    }
    for (row, loads) in checked(runs, &first.to_string(), "now") {
        if row.0 != "median_stream_size" {
            assert!(loads.is_superset(&steps[&row]), "{row:?}: {loads:?}, but {:?}", steps[&row]);
            assert!(!loads.is_empty() && loads.iter().all(|load| (first + 1..=last).contains(load)));
        }
    }
    let there = checked(runs, &first.to_string(), &last.to_string());
    let back = checked(runs, "now", &first.to_string());
    assert_eq!(there, back, "there and back are the same rows and loads");
}

fn changed_between_two_loads(dir: &Path) {
    let sandbox = Sandbox::new();
    sandbox.scli(&["sync", dir.to_str().unwrap()]).success();
    change_twenty(&sandbox, dir);
    assert_eq!(sandbox.rows("SELECT count(*), sum(read), sum(rejected) FROM load WHERE id > 6"), "5|20|0\n");
    let compared = json(&sandbox, &["--compare", "load:6"]);
    let moved: Vec<&Value> = compared.iter().filter(|compared| compared["moved"] == true).collect();
    assert!(moved.len() >= 3, "{moved:?}");
    let rows = |question: usize| compared[question]["changes"].as_array().unwrap().len();
    assert!([0, 1, 2, 3, 5].iter().all(|question| rows(*question) > 0), "{compared:?}");
    loads_are_those_that_changed_rows(&Runs::of(&sandbox), 6, 11);
}

#[test]
fn rows_and_figures_are_those_of_two_runs_on_the_challenge() {
    if let Some(dir) = challenge() {
        changed_between_two_loads(&dir);
    }
}

#[test]
fn rows_and_figures_are_those_of_two_runs() {
    changed_between_two_loads(&project("data"));
}

#[test]
fn the_first_load_compares_with_the_last() {
    let sandbox = Sandbox::with_warehouse();
    let runs = Runs::of(&sandbox);
    checked(&runs, "delivery:1", "2");
    let told = sandbox.scli(&["answers", "--compare", "5", "--limit", "1"]).success().stdout;
    assert!(told.lines().next().unwrap().ends_with("; never loaded: review"), "{told}");
    let missing = &json(&sandbox, &["--compare", "5"])[0]["never_loaded"];
    assert_eq!(missing, &json!({"from": ["review"], "to": []}));
    loads_are_those_that_changed_rows(&runs, 1, 6);
}

const OUTAGE: &str = "movie_title,user_email,size_mb,start_at,end_at\n\
    Unforgiven,new@x.org,1,2021-12-25T08:00:00Z,2021-12-25T09:00:00Z\n\
    Unforgiven,late@x.org,900000,2021-12-25T11:30:00Z,2021-12-25T11:40:00Z\n";

/// The warehouse of `data/` with two loads more, at times that do not vary.
fn moved() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    sandbox.load("stream", "streams.csv", OUTAGE).success();
    let author = r#"{"metadata": {"name": "Ralf Rowntree"}, "nationalities": [{"slug": "danes"}]}"#;
    sandbox.load_with("author", "ralf.json", author, &["--partial"]).success();
    sandbox
}

#[test]
fn people_read_what_moved_and_why() {
    let sandbox = moved();
    sandbox.scli(&["answers", "--compare", "6"]).snapshot("compare_table");
    sandbox.scli(&["answers", "--compare", "6", "7", "--format", "markdown"]).snapshot("compare_markdown");
    sandbox.scli(&["answers", "--compare", "6", "now", "--format", "csv"]).snapshot("compare_csv");
    sandbox.scli(&["answers", "--compare", "8", "8"]).snapshot("compare_same");
    let none = sandbox.scli(&["answers", "--compare", "now", "now"]).success().stdout;
    assert!(none.ends_with("No figure moved.\n"), "{none}");
}

#[test]
fn a_median_does_not_tell_its_loads_but_all_that_may_be() {
    let sandbox = Sandbox::with_warehouse();
    let small: String = (0..3000)
        .map(|n| format!("Rush,u{n}@x.org,0.{n},2022-02-01T00:00:00Z,2022-02-01T01:00:00Z\n"))
        .collect();
    let movies = "title,duration_mins,original_language,size_mb\nRush,113,English,876\n";
    sandbox.load("movie", "movies.csv", movies).success();
    sandbox
        .load("stream", "s.csv", format!("movie_title,user_email,size_mb,start_at,end_at\n{small}"))
        .success();
    let median = json(&sandbox, &["--compare", "6"]).swap_remove(4);
    assert_eq!((&median["moved"], &median["loads_are"]), (&json!(true), &json!("of_models")));
    assert_eq!(median["loads"].as_array().unwrap().len(), 1, "the movies do not matter");
    assert_eq!(median["loads"][0]["load"], 8);
    let table = sandbox.scli(&["answers", "--compare", "6"]).success().stdout;
    assert!(
        table.contains("the rows do not\ntell which:") || table.contains("the rows do not tell which:"),
        "{table}"
    );
}

#[test]
fn many_rows_are_cut_for_people_and_whole_for_programs() {
    let sandbox = Sandbox::with_warehouse();
    let table = sandbox.scli(&["answers", "--compare", "1", "--limit", "3"]).success().stdout;
    let all = json(&sandbox, &["--compare", "1"]);
    let users = &all[5];
    let count = users["came"].as_u64().unwrap();
    assert!(count > 700, "{count}");
    assert!(table.contains(&format!("3 of {count} rows; --limit {count} shows all")), "{table}");
    let rows: usize = all.iter().map(|compared| compared["changes"].as_array().unwrap().len().max(1)).sum();
    for format in ["csv", "tsv"] {
        let text = sandbox.scli(&["answers", "--compare", "1", "--format", format]).success().stdout;
        assert_eq!(text.lines().count(), rows + 1, "{format}");
    }
    let lines = sandbox.scli(&["answers", "--compare", "1", "--format", "jsonl"]).success().stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, all);
    let path = sandbox.path("moved.csv");
    sandbox.scli(&["answers", "--compare", "1", "now", "-o", path.to_str().unwrap()]).success();
    assert_eq!(std::fs::read_to_string(path).unwrap().lines().count(), rows + 1);
}

#[test]
fn mistakes_are_told() {
    let sandbox = moved();
    let told = |args: &[&str]| {
        let outcome = sandbox.scli(&[&["answers"], args].concat());
        assert_eq!(outcome.stdout, "");
        format!("# scli answers {}\n{}", args.join(" "), outcome.told())
    };
    let all = [
        told(&["--compare", "99"]),
        told(&["--compare", "6", "delivery:9"]),
        told(&["--compare", "tomorrow", "6"]),
        told(&["--compare", "6", "--as-of", "7"]),
        told(&["--compare", "6", "--explain", "median_stream_size"]),
        told(&["--compare"]),
    ];
    snapshot("compare_mistakes", &all.join("\n"));
}

#[test]
fn the_page_has_a_section_for_each_question_that_moved() {
    let sandbox = moved();
    let page = crate::page::page(&sandbox, &["--compare", "6"]);
    let moved: Vec<&str> =
        page.match_indices("<section id=\"moved-").map(|(at, _)| &page[at..at + 60]).collect();
    assert_eq!(moved.len(), 3, "{moved:?}");
    assert!(page.contains("new@x.org") && page.contains("5 → 7 (+2)") && page.contains("streams.csv"));
    crate::page::is_sound(&page);
    let same = crate::page::page(&sandbox, &["--compare", "6", "6"]);
    assert!(same.contains("No figure moved.") && same.contains("as of load 6"), "of the second state");
    crate::page::is_sound(&same);
}

#[test]
fn text_from_files_is_no_markup_in_the_page() {
    let sandbox = Sandbox::with_warehouse();
    let streams = "movie_title,user_email,size_mb,start_at,end_at\n\
        Unforgiven,<img src=x onerror=alert(1)>@x.org,1,2021-12-25T08:00:00Z,2021-12-25T09:00:00Z\n";
    sandbox.load("stream", "<b>.csv", streams).success();
    let page = crate::page::page(&sandbox, &["--compare", "6"]);
    assert!(!page.contains("<img") && !page.contains("<b>.csv"));
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;@x.org"));
}

/// What an undo took out is gone, and what it gave back came, by the undo.
#[test]
fn an_undo_is_named_for_what_it_took_out_and_gave_back() {
    let sandbox = Sandbox::with_warehouse();
    let tuesday = "movie_title,user_email,size_mb,start_at,end_at
Unforgiven,new@example.org,1,2021-12-25T08:00:00Z,2021-12-25T09:00:00Z
Brand New,late@example.org,2,2021-12-25T11:30:00Z,2021-12-25T11:40:00Z
Unforgiven,late@example.org,2,2021-12-25T11:30:00Z,2021-12-25T11:40:00Z
";
    sandbox.load("stream", "tuesday.csv", tuesday).success();
    sandbox
        .load("movie", "movies.csv", "title,duration_mins,original_language,size_mb\nBrand New,8,English,1\n")
        .success();
    let behind = |states: &[&str], question: &str| {
        let args = [&["--compare"], states].concat();
        let list = json(&sandbox, &args);
        let found = list.iter().find(|found| found["question"] == question).unwrap();
        let told = |row: &Value| format!("{} {}", row["change"].as_str().unwrap(), row["loads"]);
        found["changes"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let (outage, day, share) =
        ("users_affected_by_outage", "average_stream_duration", "streamed_movies_based_on_books");
    sandbox.scli(&["undo", "7"]).success();
    assert_eq!(behind(&["8"], outage), ["went [9]", "went [9]"]);
    assert_eq!(behind(&["9", "8"], outage), ["came [9]", "came [9]"]);
    assert_eq!(behind(&["8"], day), ["changed [9]"]);
    assert_eq!(behind(&["8"], share), ["went [9]"]);
    assert_eq!(behind(&["6"], outage), Vec::<String>::new());
    let told = sandbox.scli(&["answers", "--compare", "8"]).success().stdout;
    assert!(told.contains("Loads that made these rows so:") && told.contains("│ undo of load 7 │"), "{told}");
    sandbox.scli(&["undo", "8"]).success();
    sandbox.scli(&["undo", "9"]).success();
    assert_eq!(behind(&["9"], outage), ["came [11]", "came [11]"]);
    assert_eq!(behind(&["9"], day), ["changed [11]"]);
    // The stream went and came again; the movie went.
    assert_eq!(behind(&["8"], share), ["went [9,10,11]"]);
    assert_eq!(behind(&["7", "11"], outage), Vec::<String>::new());
}
