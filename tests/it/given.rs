//! Files named one by one: `scli load movies.csv`.

use crate::deliveries::{MOVIES, USERS, authors, movie};
use crate::harness::{Sandbox, project};

fn files(sandbox: &Sandbox) {
    sandbox.write("data/movies.csv", format!("{MOVIES}{}", movie("Rush", 113)));
    sandbox.write("data/users.csv", format!("{USERS}Ann,A,ann@x.org\n"));
    sandbox.write("data/authors.json", authors(&["Mei"]));
}

fn loads(sandbox: &Sandbox) -> String {
    sandbox.rows("SELECT delivery_id, model, collector, source, outcome FROM load ORDER BY id")
}

#[test]
fn a_file_is_loaded_by_its_name() {
    let sandbox = Sandbox::new();
    files(&sandbox);
    let told = sandbox.scli(&["load", "data/movies.csv"]).success();
    told.snapshot("load_by_name");
    assert_eq!(loads(&sandbox), "1|movie|csv|data/movies.csv|done\n");
    // What the name tells, an option may tell otherwise.
    sandbox.write("films.txt", format!("{MOVIES}{}", movie("Dust", 90)));
    sandbox.scli(&["load", "films.txt", "--model", "movie", "--collector", "csv"]).success();
    assert_eq!(sandbox.rows("SELECT title FROM movie ORDER BY 1"), "Dust\nRush\n");
    let args = ["load", "-", "--model", "user", "--collector", "csv"];
    sandbox.scli_with_input(&args, format!("{USERS}Bob,B,bob@x.org\n").as_bytes()).success();
    assert_eq!(sandbox.rows("SELECT email FROM user"), "bob@x.org\n");
}

#[test]
fn the_date_is_that_of_the_name() {
    let sandbox = Sandbox::new();
    let authors = sandbox.write("authors-2026-11-20.json", authors(&["Mei"]));
    sandbox.scli(&["load", authors.file_name().unwrap().to_str().unwrap()]).success();
    assert_eq!(sandbox.rows("SELECT date, source FROM delivery"), "2026-11-20|authors-2026-11-20.json\n");
}

#[test]
fn several_files_are_one_delivery_in_the_order_given() {
    let sandbox = Sandbox::new();
    files(&sandbox);
    let order = ["data/users.csv", "data/authors.json", "data/movies.csv", "data/users.csv"];
    sandbox.scli(&[&["load"], &order[..]].concat()).success().snapshot("load_several");
    assert_eq!(
        loads(&sandbox),
        "1|user|csv|data/users.csv|done\n1|author|json|data/authors.json|done\n1|movie|csv|data/movies.csv|done\n"
    );
    assert_eq!(sandbox.rows("SELECT id, date, source, outcome FROM delivery"), "1|NULL|data|done\n");
    // load does what it is told, also when it knows the file.
    sandbox.scli(&["load", "data/users.csv", "data/movies.csv"]).success();
    assert_eq!(sandbox.rows("SELECT unchanged FROM load WHERE delivery_id = 2"), "1\n1\n");
}

#[test]
fn a_broken_file_keeps_the_others_out() {
    let sandbox = Sandbox::new();
    files(&sandbox);
    sandbox.scli(&["load", "data/movies.csv"]).success();
    let before = sandbox.models();
    sandbox.write("data/movies.csv", format!("{MOVIES}{}", movie("Rush", 1)));
    sandbox.write("data/books.json", "[{");
    sandbox.scli(&["load", "data/movies.csv", "data/books.json"]).snapshot("load_several_broken");
    assert_eq!(sandbox.models(), before);
    sandbox.scli(&["load", "--dry-run", "data/movies.csv", "data/users.csv"]).success();
    assert_eq!(sandbox.models(), before);
}

#[test]
fn patterns_are_expanded_where_the_shell_did_not() {
    let sandbox = Sandbox::new();
    files(&sandbox);
    sandbox.write("data/.users.csv", "hidden");
    sandbox.write("data/notes.md", "no data");
    sandbox.scli(&["load", "data/*.csv", "data/[a]*.json"]).success();
    assert_eq!(
        loads(&sandbox),
        "1|movie|csv|data/movies.csv|done\n1|user|csv|data/users.csv|done\n1|author|json|data/authors.json|done\n"
    );
    sandbox.shell("scli load data/*.csv").success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM load WHERE delivery_id = 2"), "2\n");
    // A file that is called like a pattern is that file.
    let named = sandbox.write("movies [2].csv", format!("{MOVIES}{}", movie("Dust", 1)));
    sandbox.scli(&["load", named.to_str().unwrap()]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "2\n");
}

/// Parts of a complete dump stand for all of it together.
#[test]
fn parts_of_a_dump_are_known_together() {
    let sandbox = Sandbox::new();
    sandbox.write("authors-1.json", authors(&["Mei"]));
    sandbox.write("authors-2.json", authors(&["Ann"]));
    sandbox.scli(&["load", "authors-1.json", "authors-2.json"]).success();
    sandbox.scli(&["load", "authors-*.json"]).success();
    assert_eq!(sandbox.rows("SELECT count(*), sum(vanished) FROM load"), "4|0\n");
}

#[test]
fn mistakes_are_told_and_leave_nothing() {
    let sandbox = Sandbox::new();
    files(&sandbox);
    for name in ["films.csv", "movies.dat", "users-2026-11-20.csv", "users-2026-11-21.csv", "movies.csv"] {
        sandbox.write(name, "x\n");
    }
    let lines: [&[&str]; 13] = [
        &["load"],
        &["load", "films.csv"],
        &["load", "movies.csv", "films.csv"],
        &["load", "movies.dat"],
        &["load", "-"],
        &["load", "nothing.csv"],
        &["load", "data"],
        &["load", "*.parquet"],
        &["load", "***"],
        &["load", "users-2026-11-20.csv", "users-2026-11-21.csv"],
        &["load", "movies.csv", "users-2026-11-21.csv"],
        &["load", "--config", "movies.csv"],
        &["load", "movies.csv", "--model", "movie", "--config", "movies.csv"],
    ];
    let told = lines.map(|line| format!("$ scli {}\n{}", line.join(" "), sandbox.scli(line).told()));
    crate::harness::snapshot("load_by_name_mistakes", &told.join("\n"));
    assert!(!sandbox.path("warehouse.db").exists());
}

/// The command lines of the application before this one.
#[test]
fn the_long_form_stays_as_it_was() {
    let sandbox = Sandbox::new();
    for (model, form, file) in [
        ("movie", "csv", "internal/movies.csv"),
        ("stream", "csv", "internal/streams.csv"),
        ("user", "csv", "internal/users.csv"),
        ("author", "json", "vendor/authors.json"),
        ("book", "json", "vendor/books.json"),
        ("review", "json", "vendor/reviews.json"),
    ] {
        let path = project("data").join(file);
        sandbox
            .scli(&["load", "--model", model, "--collector", form, "--config", path.to_str().unwrap()])
            .success();
    }
    assert_eq!(
        sandbox.rows("SELECT count(*), count(DISTINCT delivery_id) FROM load WHERE outcome = 'done'"),
        "6|6\n"
    );
}
