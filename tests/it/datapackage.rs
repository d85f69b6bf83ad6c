//! Descriptions as Data Packages, and Data Packages as descriptions.

use crate::harness::{Sandbox, project};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const TOML: &str = r#"
[model.rating]
key = ["user_email", "movie_title"]
[model.rating.fields]
user_email = { type = "text", references = "person.mail" }
movie_title = { type = "text", from = "Movie Title", references = "movie.title", match = "case-insensitive" }
stars = { type = "integer", minimum = 1, maximum = 5, required = true }
given_at = { type = "timestamp" }
day = { type = "date", minimum = 2020-01-01 }
kind = { type = "text", enum = ["a", "b"], missingValues = ["", "NA"] }
ok = { type = "boolean" }
weight = { type = "real", maximum = 9.5 }
more = { type = "json" }
[model.visit]
key = "id"
[model.visit.fields]
id = { type = "text", hash = ["who", "n"] }
who = { type = "text" }
n = { type = "integer" }
[model.person]
plural = "people"
key = "mail"
complete = true
[model.person.fields]
mail = { type = "text", pattern = '.+@.+' }
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("scli.toml", TOML);
    let csv = "user_email,Movie Title,stars,given_at,day,kind,ok,weight,more\n\
               a@x.org,\"Rush, Hour\",5,2021-12-06T19:30:00.5+01:00,2020-01-01,a,true,1.5,\"{\"\"a\"\": [1]}\"\na@x.org,Heat,1,,,NA,,,\n";
    sandbox.load("rating", "ratings.csv", csv).success();
    sandbox.load("person", "people.csv", "mail\na@x.org\n").success();
    sandbox.load("visit", "visits.csv", "who,n\nann,1\n").success();
    sandbox
}

/// The program that validates Data Packages, of the Python Package Index.
fn frictionless() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("parts");
    let parts = std::env::var_os("SCLI_PARTS").map_or_else(beside, PathBuf::from);
    let found = [parts.join("venv/bin/frictionless"), PathBuf::from("frictionless")]
        .into_iter()
        .find(|program| Command::new(program).arg("--version").output().is_ok());
    assert!(found.is_some() || std::env::var_os("CI").is_none(), "there is no frictionless");
    if found.is_none() {
        println!("skipped: there is no frictionless (pip install frictionless)");
    }
    found
}

#[test]
fn a_data_package_of_all_models_is_valid_and_so_is_what_is_exported() {
    let Some(frictionless) = frictionless() else { return };
    let sandbox = sandbox();
    let data = project("data/internal");
    sandbox.scli(&["sync", data.to_str().unwrap()]).success();
    sandbox.scli(&["export", "--all", "--format", "csv", "-o", "out"]).success();
    let package = sandbox.scli(&["describe", "--datapackage"]).success().stdout;
    let validate = |package: &str| {
        sandbox.write("out/datapackage.json", package);
        let mut command = Command::new(&frictionless);
        let outcome = command
            .args(["validate", "--json", "datapackage.json"])
            .current_dir(sandbox.path("out"))
            .output();
        let outcome = outcome.unwrap();
        (outcome.status.success(), String::from_utf8_lossy(&outcome.stdout).into_owned())
    };
    let (is_valid, told) = validate(&package);
    assert!(is_valid && told.contains("\"ratings\"") && told.contains("\"reviews\""), "{told}");
    // It tells what breaks a constraint, and what refers to nobody.
    for (before, after) in [("\"maximum\": 5", "\"maximum\": 4"), ("\"2020-01-01\"", "\"2020-01-02\"")] {
        assert!(!validate(&package.replace(before, after)).0, "{after}");
    }
    sandbox.write("out/people.csv", "mail\nb@x.org\n");
    let (is_valid, told) = validate(&package);
    assert!(!is_valid && told.contains("foreign-key"), "{told}");
}

#[test]
fn a_package_of_ones_own_comes_back_as_it_was() {
    let sandbox = sandbox();
    let package =
        sandbox.scli(&["describe", "--datapackage", "rating", "person", "visit", "movie"]).success().stdout;
    sandbox.write("out/datapackage.json", &package);
    sandbox.scli(&["export", "rating", "-o", "out/ratings.csv"]).success();
    let draft = sandbox.scli(&["describe", "out/datapackage.json"]).success().stdout;
    assert!(draft.contains("\n[project]\nshipped = false\n"), "movie is in it: {draft}");
    assert!(!draft.contains("Left out"), "{draft}");
    sandbox.write("again/scli.toml", &draft);
    let again = [
        "--db",
        "b.db",
        "describe",
        "--datapackage",
        "--project",
        "again",
        "rating",
        "person",
        "visit",
        "movie",
    ];
    assert_eq!(sandbox.scli(&again).success().stdout, package);
    sandbox.scli(&["--db", "b.db", "load", "--project", "again", "out/ratings.csv"]).success();
    let b = rusqlite::Connection::open(sandbox.path("b.db")).unwrap();
    let sql = "SELECT * FROM rating ORDER BY 1, 2";
    assert_eq!(crate::harness::rows(&b, sql), sandbox.rows(sql));
    // Those that are named, and nothing else.
    let one = sandbox.scli(&["describe", "--datapackage", "people"]).success().stdout;
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_eq!(one["resources"].as_array().unwrap().len(), 1);
    let none = sandbox.scli(&["describe", "--datapackage", "nobody"]);
    assert_eq!((none.code, none.stdout.as_str()), (2, ""));
    assert!(none.stderr.contains("there is no model `nobody`"), "{}", none.stderr);
}

#[test]
fn a_package_that_others_wrote_loads_its_files() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "p/datapackage.json",
        r#"{"name": "cinemas", "resources": [
            {"name": "screens", "path": ["data/halls-a.csv", "data/halls-b.csv"], "schema": {
                "missingValues": ["", "-"], "primaryKey": ["Cinema", "No."],
                "fields": [{"name": "Cinema", "type": "string", "constraints": {"minLength": 2}}, {"name": "No.", "type": "integer"},
                    {"name": "seats", "type": "integer", "constraints": {"minimum": 1, "maximum": 999}},
                    {"name": "opened", "type": "date", "format": "%d/%m/%Y"}, {"name": "3d", "type": "boolean"},
                    {"name": "price", "type": "number", "constraints": {"enum": [1.5, 2]}}, {"name": "tags", "type": "array"}],
                "foreignKeys": [{"fields": "Cinema", "reference": {"resource": "cinemas", "fields": "id"}}]}},
            {"name": "cinemas", "path": "cinemas.csv", "schema": {"fields": [{"name": "town"}, {"name": "id", "type": "string"},
                {"name": "founded", "type": "year"}, {"name": "code", "constraints": {"pattern": "(?=x)x"}}]}},
            {"name": "notes", "path": "notes.txt"}]}"#,
    );
    sandbox.write(
        "p/data/halls-a.csv",
        "Cinema,No.,seats,opened,3d,price,tags\nc1,1,200,01/02/1990,true,1.5,\"[1]\"\n",
    );
    sandbox.write(
        "p/data/halls-b.csv",
        "Cinema,No.,seats,opened,3d,price,tags\nc1,2,-,,false,2,\nc9,1,1000,,,,\n",
    );
    sandbox.write("p/cinemas.csv", "town,id,founded,code\nUlm,c1,1950,x\nUlm,c2,1960,\n");
    let draft = sandbox.scli(&["describe", "p/datapackage.json"]).success();
    draft.snapshot("describe_datapackage");
    sandbox.write("scli.toml", &draft.stdout);
    sandbox.scli(&["sync", "p"]).success();
    assert_eq!(
        sandbox.rows("SELECT cinema, no, seats, opened, n_3d, price, tags FROM screen ORDER BY 1, 2"),
        "c1|1|200|01/02/1990|1|1.5|[1]\nc1|2|NULL|NULL|0|2|NULL\n"
    );
    assert_eq!(sandbox.rows("SELECT rule, field, value FROM reject"), "maximum|seats|1000\n");
    assert_eq!(sandbox.rows("SELECT id, founded FROM cinema ORDER BY 1"), "c1|1950\nc2|1960\n");
    let check = sandbox.scli(&["check", "--list", "--format", "csv"]).success();
    assert!(check.stdout.contains("screens_of_unknown_cinema"), "{}", check.stdout);
    for (text, told) in [
        ("[1", "is no JSON"),
        ("{}", "has no resource with a Table Schema"),
        (r#"{"resources": [{"name": "a", "path": "a.csv"}]}"#, "has no resource with a Table Schema"),
        (
            r#"{"resources": [{"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "x"}]}}]}"#,
            "a.csv",
        ),
    ] {
        sandbox.write("q/datapackage.json", text);
        let outcome = sandbox.scli(&["describe", "q/datapackage.json"]);
        assert!(outcome.code == 1 && outcome.stderr.contains(told), "{}", outcome.stderr);
    }
}
