//! What the commands print for programs has the shapes that docs/schemas tell.

use crate::harness::{Outcome, Sandbox, project};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The documented shapes (those of `consume` are in use in its own tests), in which a member that no document names is a mistake.
pub struct Shapes {
    schemas: Schemas,
    compiler: Compiler,
    used: BTreeSet<String>,
}

/// Closes every object whose members are listed.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(closed);
            if members.contains_key("properties") && members.contains_key("required") {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

impl Shapes {
    pub fn new() -> Shapes {
        Shapes { schemas: Schemas::new(), compiler: Compiler::new(), used: BTreeSet::new() }
    }

    fn schema(&mut self, name: &str) -> SchemaIndex {
        let path = project(&format!("docs/schemas/{name}.schema.json"));
        let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        closed(&mut schema);
        let url = format!("http://schemas.test/{name}");
        if self.used.insert(name.to_owned()) {
            self.compiler.add_resource(&url, schema).unwrap();
        }
        self.compiler.compile(&url, &mut self.schemas).unwrap()
    }

    #[track_caller]
    fn check(&mut self, name: &str, value: &Value) {
        let schema = self.schema(name);
        if let Err(error) = self.schemas.validate(value, schema) {
            panic!("{name}: {value}\n{error:#}");
        }
    }

    /// Checks the events of a command, and returns their names.
    #[track_caller]
    pub fn events(&mut self, outcome: &Outcome) -> Vec<String> {
        let events = outcome.stderr.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
        events
            .map(|event| {
                self.check("event", &event);
                if event["event"] == "error" {
                    assert_eq!(event["exit_code"], outcome.code);
                }
                event["event"].as_str().unwrap().to_owned()
            })
            .collect()
    }
}

/// A warehouse in which every command has something to tell: records set aside, changed, gone, back.
fn eventful() -> Sandbox {
    let sandbox = Sandbox::with_warehouse();
    sandbox.load("movie", "m.csv", "title,duration_mins,original_language,size_mb\nUnforgiven,1,French,2\n");
    sandbox.load("movie", "bad.csv", "title,duration_mins,original_language,size_mb\nX,\u{7}1,\"F\n\",2\n");
    for names in [&["A", "B"][..], &["B"], &["A", "B"]] {
        let authors: Vec<Value> = names
            .iter()
            .map(|name| json!({"metadata": {"name": name, "birth_date": null, "died_at": null}, "nationalities": []}))
            .collect();
        sandbox.load("author", "authors.json", Value::from(authors).to_string());
    }
    sandbox.load("book", "books.json", "{");
    sandbox.connect().execute_batch("CREATE TABLE note (a, b TEXT)").unwrap();
    sandbox
}

#[test]
fn results_are_as_documented() {
    let sandbox = eventful();
    let id = |model: &str, column: &str| sandbox.rows(&format!("SELECT {column} FROM {model} LIMIT 1"));
    let keys = ["title", "id", "email", "name", "title", "id"];
    let mut shapes = Shapes::new();
    let mut lines: Vec<(&str, Vec<String>)> = [
        ("answer", "answers"),
        ("answer", "answers --as-of 3"),
        ("answer", "answers --as-of 1"),
        ("comparison", "answers --compare 1"),
        ("comparison", "answers --compare now now"),
        ("row", "query users_affected_by_outage"),
        ("row", "query -f odd.sql"),
        ("row", "answers --explain users_affected_by_outage"),
        ("question", "query --list"),
        ("answer", "answers --project team"),
        ("comparison", "answers --compare 1 --project team"),
        ("row", "answers --explain long --project team"),
        ("question", "query --list --project team"),
        ("rule", "check --list --project team"),
        ("finding", "check long --project team"),
        ("step", "query median_stream_size --explain"),
        ("column", "schema"),
        ("load", "loads"),
        ("change", "loads show delivery:1"),
        ("change", "loads show load:11"),
        ("finding", "check --deep"),
        ("finding", "check --found --threshold reviews_of_unknown_books=1000 --since 7"),
        ("rule", "check --list"),
        ("reject", "rejects list"),
        ("reject", "rejects show 1"),
        ("version", "history author A"),
        ("version", "history movie Unforgiven"),
    ]
    .map(|(shape, line)| (shape, line.split(' ').map(str::to_owned).collect()))
    .into();
    for (model, column) in scli::domain::Model::SHIPPED.map(scli::domain::Model::name).iter().zip(keys) {
        let key = id(model, column).trim_end().to_owned();
        lines.push(("version", vec!["history".to_owned(), (*model).to_owned(), key]));
    }
    sandbox.write("odd.sql", "SELECT x'ff' AS a, NULL AS a, 9e999 AS b, 0.1 AS c, 'ü' AS \"\"");
    sandbox.write("team/scli.toml", "");
    let long = "-- title: Long\nSELECT count(*) AS movies, NULL AS none FROM movie WHERE duration_mins > 100";
    sandbox.write("team/queries/long.sql", long);
    let rows = "-- key: title\nSELECT title, 1 AS movies FROM movie WHERE duration_mins > 100";
    sandbox.write("team/queries/evidence/long.sql", rows);
    sandbox
        .write("team/checks/long.sql", "-- title: Long\nSELECT title FROM movie WHERE duration_mins > 100");
    let mut seen = BTreeSet::new();
    for (shape, line) in &lines {
        let args: Vec<&str> = line.iter().map(String::as_str).collect();
        let json = sandbox.scli(&[&args[..], &["--format", "json"]].concat()).success().stdout;
        let items: Vec<Value> = serde_json::from_str(&json).unwrap();
        assert!(!items.is_empty(), "{args:?}");
        let jsonl = sandbox.scli(&[&args[..], &["--format", "jsonl"]].concat()).success().stdout;
        let objects: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(items, objects, "{args:?}");
        for item in &items {
            shapes.check(shape, item);
            seen.extend(item.get("outcome").or(item.get("what")).map(ToString::to_string));
        }
    }
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        ["\"absence\"", "\"done\"", "\"failed\"", "\"refused\"", "\"version\""]
    );
    shapes.schema("event");
    let draft = sandbox.load("book", "books.json", "[]").stdout
        + &sandbox.scli(&["describe", "m.csv"]).success().stdout;
    shapes.check("project", &toml::from_str(&draft).unwrap());
    let sources = "[source.vendor]\nurl = 'sftp://me@h.test/out/'\nmodels = ['author']\nfiles = ['a.json']\n\
        complete = true\ndate = '2026-11-20'\nsecret = { env = 'VENDOR_PASSWORD' }\n\
        [source.own]\nurl = 'in'\nsecret = { file = 'password' }\n";
    shapes.check("project", &toml::from_str(sources).unwrap());
    let files: BTreeSet<String> = std::fs::read_dir(project("docs/schemas"))
        .unwrap()
        .map(|file| file.unwrap().file_name().to_str().unwrap().trim_end_matches(".schema.json").to_owned())
        .collect();
    assert_eq!(shapes.used, files, "every shape is the shape of something");
}

#[test]
fn events_are_as_documented() {
    let sandbox = eventful();
    sandbox.write(
        "movies.csv",
        "title,duration_mins,original_language,size_mb\nUnforgiven,3,French,2\nX,soon,French,1\n",
    );
    sandbox.write("dir/user.csv", "first_name,last_name,email\nA,B,c@x.org\n");
    let author = r#"[{"metadata": {"name": "Ann"}, "nationalities": []}]"#;
    sandbox.write("inbox/2026-11-19/authors.json", author);
    sandbox.write("inbox/2026-11-20/authors.json", author);
    sandbox.write("inbox/2026-11-20/users.csv", "first_name,last_name,email\nA,B,d@x.org\n");
    sandbox.write("inbox/notes.txt", "");
    sandbox.write("answers.json", "[{\"question\": \"a\", \"published\": 1, \"corrected\": 1}]");
    let mut shapes = Shapes::new();
    for (line, code, expected) in [
        ("init-db", 0, "initialised"),
        ("load --model movie --config movies.csv --dry-run", 0, "tried"),
        ("load --model movie --config movies.csv --strict", 3, "error"),
        ("load --model movie --config movies.csv --verbose", 0, "loaded"),
        ("load --model movie --config missing.csv", 1, "error"),
        ("sync dir", 0, "loaded delivered synced"),
        ("rejects replay --verbose", 0, "replayed replayed replayed replayed replayed replayed"),
        ("rejects export --model author", 0, "exported"),
        ("export movie -o exported.csv", 0, "exported"),
        ("answers --as-of 3 --format json", 0, "as_of"),
        ("query median_stream_size --as-of 3", 0, "as_of"),
        ("answers --check answers.json --format json", 4, "error"),
        ("sync inbox/2026-11-20", 0, "loaded loaded delivered synced"),
        ("sync inbox", 0, "passed_over skipped synced"),
        ("--verbose sync inbox/2026-11-20", 0, "skipped skipped synced"),
        ("forget user d@x.org --dry-run", 0, "forgotten"),
        ("forget user d@x.org", 0, "forgotten"),
        ("forget user d", 2, "error"),
        ("query medain", 2, "error"),
        ("load --modle movie", 2, "error"),
        ("answers --format xml", 2, "error"),
        ("check --fail-on warning", 1, "error"),
        ("loads show 2 --limit 0 --format json", 0, "cut"),
        ("undo delivery:2 --keep-later --dry-run", 0, "undone"),
        ("undo delivery:2 --keep-later", 0, "undone"),
        ("rejects dismiss --model movie --reason old", 0, "dismissed"),
        ("rejects dismiss --model movie --reason old", 0, "dismissed"),
        ("prune --before 3 --dry-run", 0, "pruned"),
        ("prune --before 3", 0, "pruned"),
        ("seal out.db", 0, "sealed"),
        ("seal out.db", 1, "error"),
        ("--db out.db sync dir", 1, "error"),
        ("--db out.db unseal", 0, "unsealed"),
        ("--db out.db unseal", 0, "unsealed"),
        ("generate made --streams 10", 0, "generated generated generated generated generated generated"),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let outcome = sandbox.scli(&[&["--log-format", "json"], &args[..]].concat());
        assert_eq!(shapes.events(&outcome).join(" "), expected, "{line}\n{}", outcome.stderr);
        assert_eq!(outcome.code, code, "{line}");
    }
    // A folder that comes later.
    let outcome = sandbox.shell(
        "(sleep 1; mkdir later) & timeout 10 scli --log-format json sync --watch --every 1s later; wait",
    );
    assert_eq!(shapes.events(&outcome), ["away", "back"], "{}", outcome.stderr);
    // As if the clock had been moved back since.
    let later =
        "UPDATE load SET finished_at = '2999-01-01T00:00:00.000Z' WHERE id = (SELECT max(id) FROM load)";
    sandbox.connect().execute_batch(later).unwrap();
    let outcome =
        sandbox.scli(&["--log-format", "json", "load", "--model", "movie", "--config", "movies.csv"]);
    assert_eq!(shapes.events(&outcome), ["clock", "loaded"], "{}", outcome.stderr);
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(project("docs/schemas/event.schema.json")).unwrap())
            .unwrap();
    assert_eq!(schema["oneOf"].as_array().unwrap().len(), 25, "an event that is new wants a line above");
}

#[test]
fn a_shape_that_is_not_documented_is_noticed() {
    let mut shapes = Shapes::new();
    let schema = shapes.schema("question");
    let good = json!({"question": "q", "title": "t", "unit": "u", "parameters": ""});
    shapes.check("question", &good);
    for (member, value) in [("title", json!(1)), ("more", json!("x"))] {
        let mut bad = good.clone();
        bad[member] = value;
        assert!(shapes.schemas.validate(&bad, schema).is_err(), "{bad}");
    }
}
