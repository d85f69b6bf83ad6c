//! Warehouses that do without the six models.

use crate::harness::{Sandbox, challenge, project, rows};
use rusqlite::Connection;

const TOML: &str = r#"
[project]
shipped = false

[model.movie]
key = "id"
[model.movie.fields]
id = { type = "integer" }
name = { type = "text" }

[model.user]
key = "email"
complete = true
[model.user.fields]
email = { type = "text" }
score = { type = "real" }

[model.stream]
key = "id"
[model.stream.fields]
id = { type = "integer" }
watcher = { type = "text", references = "user.email" }
movie_id = { type = "integer", references = "movie.id" }
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("scli.toml", TOML);
    sandbox.write("in/movies.csv", "id,name\n1,Rush\n2,Heat\n");
    sandbox.write("in/users.csv", "email,score\nann@x.org,1.5\nbob@x.org,\n");
    sandbox.write("in/streams.csv", "id,watcher,movie_id\n7,ann@x.org,1\n8,eve@x.org,3\n9,bob@x.org,2\n");
    sandbox.write("in/authors.json", "[{\"metadata\": {\"name\": \"N\"}}]");
    sandbox
}

const NAMES: &str =
    "SELECT name FROM sqlite_schema WHERE name IN ('stream_fact', 'author', 'book_history', 'stream_by_day')";

#[test]
fn a_database_is_somebodys_own_altogether_and_remembers_it() {
    let sandbox = sandbox();
    let synced = sandbox.scli(&["sync", "in"]).success();
    assert!(synced.stderr.contains("authors.json"), "{}", synced.stderr);
    assert_eq!(
        sandbox.rows("SELECT id, name, extra, load_id FROM movie ORDER BY id"),
        "1|Rush|NULL|1\n2|Heat|NULL|1\n"
    );
    assert_eq!(sandbox.rows(NAMES), "");
    // The database is enough from now on.
    std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
    let again = sandbox.scli(&["sync", "in"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "3\n", "{}", again.stderr);
    for name in ["movies.csv", "streams.csv"] {
        let loaded = sandbox.scli(&["load", &format!("in/{name}")]).success();
        assert!(loaded.stderr.contains("unchanged"), "{}", loaded.stderr);
    }
    let args = ["load", "--model", "movie", "--config", "in/movies.csv"];
    assert!(sandbox.scli(&args).success().stderr.contains("2 unchanged"));
    let gone = sandbox.scli(&["load", "--model", "author", "--config", "in/authors.json"]);
    assert_eq!((gone.code, gone.stdout.as_str()), (2, ""));
    assert!(gone.stderr.contains("there is no model `author`: the six are left out"), "{}", gone.stderr);
    assert!(gone.stderr.contains("the models are movie, user, stream"), "{}", gone.stderr);
    let gone = sandbox.scli(&["load", "in/authors.json"]);
    assert!(gone.code == 2 && !gone.stderr.contains("book"), "{}", gone.stderr);
    assert_eq!(sandbox.scli(&["history", "book", "x"]).code, 2);
    let history = sandbox.scli(&["history", "stream", "7", "--format", "csv"]).success();
    assert!(history.stdout.contains("ann@x.org"), "{}", history.stdout);
    // Nothing tells of the six.
    let told = |args: &[&str]| sandbox.scli(args).success().stdout;
    let schema = told(&["schema"]);
    assert!(
        !schema.contains("author") && !schema.contains("six") && schema.contains("Described models"),
        "{schema}"
    );
    let completions = told(&["completions", "bash"]);
    assert!(!completions.contains("author") && completions.contains("stream"), "{completions}");
    let help = told(&["history", "--help"]);
    assert!(help.contains("[possible values: movie, user, stream]"), "{help}");
    assert_eq!(told(&["query", "--list", "--format", "csv"]).lines().count(), 1);
    assert_eq!(told(&["answers", "--format", "csv"]).lines().count(), 1);
    assert_eq!(sandbox.scli(&["query", "median_stream_size"]).code, 2);
    let rules = told(&["check", "--list", "--format", "csv"]);
    assert_eq!(rules.lines().count(), 3, "{rules}");
    let check = told(&["check", "--found", "--deep", "--format", "csv"]);
    assert!(
        check.contains("streams_of_unknown_watcher") && check.contains("streams_of_unknown_movie_id"),
        "{check}"
    );
    let exported = sandbox.scli(&["export", "--all", "-o", "out"]).success();
    assert_eq!(exported.stderr.lines().count(), 3, "{}", exported.stderr);
    assert_eq!(std::fs::read_to_string(sandbox.path("out/movies.csv")).unwrap(), "id,name\n1,Rush\n2,Heat\n");
    let page = sandbox.scli(&["answers", "--html", "page.html"]).success();
    assert!(page.stderr.contains("page.html"));
    assert!(!sandbox.scli(&[]).stdout.contains("six"));
}

#[test]
fn what_came_can_be_changed_undone_looked_back_on_and_sealed() {
    let sandbox = sandbox();
    sandbox.scli(&["sync", "in"]).success();
    sandbox.load("stream", "streams-2.csv", "id,watcher,movie_id\n7,ann@x.org,2\n10,bob@x.org,1\n").success();
    let then = sandbox.scli(&[
        "query",
        "--as-of",
        "3",
        "SELECT movie_id FROM stream WHERE id = 7",
        "--format",
        "csv",
    ]);
    assert_eq!(then.success().stdout, "movie_id\n1\n");
    let show = sandbox.scli(&["loads", "show", "4", "--format", "csv"]).success();
    assert!(show.stdout.contains("4,stream,updated,7,movie_id,1,2\n"), "{}", show.stdout);
    for as_of in [&["--as-of", "3"][..], &[]] {
        let name = format!("copy{}.db", as_of.len());
        sandbox.scli(&[&["seal", name.as_str()], as_of].concat()).success();
        let copy = Connection::open(sandbox.path(&name)).unwrap();
        let movie = if as_of.is_empty() { "2\n" } else { "1\n" };
        assert_eq!(rows(&copy, "SELECT movie_id FROM stream WHERE id = 7"), movie);
        assert_eq!(rows(&copy, "SELECT count(*) FROM answer"), "0\n");
        drop(copy);
        sandbox.scli(&["--db", &name, "unseal"]).success();
        sandbox.scli(&["--db", &name, "load", "in/movies.csv"]).success();
    }
    sandbox.scli(&["undo", "4"]).success();
    assert_eq!(sandbox.rows("SELECT id, movie_id FROM stream ORDER BY id"), "7|1\n8|3\n9|2\n");
    sandbox.load("user", "users.csv", "email,score\nbob@x.org,2\n").success();
    assert_eq!(sandbox.rows("SELECT key FROM absence"), "ann@x.org\n");
    // A person is taken out of what is described.
    let dry = sandbox.scli(&["forget", "user", "Ann@x.org", "--dry-run"]).success();
    assert!(dry.stderr.contains("would forget"), "{}", dry.stderr);
    sandbox.scli(&["forget", "user", "Ann@x.org"]).success();
    let told = "SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM stream WHERE watcher LIKE 'ann%'), \
                (SELECT count(*) FROM stream_history WHERE watcher LIKE 'ann%'), (SELECT count(*) FROM absence)";
    assert_eq!(sandbox.rows(told), "1|0|0|0\n");
    let bytes = sandbox.database();
    assert!(!bytes.windows(9).any(|window| window == b"ann@x.org"));
    let back = sandbox.scli(&["sync", "in", "--reload"]).success();
    assert!(back.stderr.contains("1 suppressed"), "{}", back.stderr);
    assert_eq!(sandbox.rows(told), "1|0|0|0\n");
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
    assert_eq!(sandbox.rows("PRAGMA foreign_key_check"), "");
}

#[test]
fn a_database_with_loads_cannot_change_its_mind_and_one_without_can() {
    let movies = "title,duration_mins,original_language,size_mb\nX,90,French,2\n";
    let sandbox = sandbox();
    sandbox.write("six/movies.csv", movies);
    sandbox.write("none/scli.toml", "");
    sandbox.write("with/scli.toml", "[project]\nshipped = true\n");
    // Made with the six, and empty: they go with the first load.
    sandbox.scli(&["init-db", "--project", "none"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM author"), "0\n");
    sandbox.scli(&["sync", "in", "--dry-run"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM author"), "0\n");
    sandbox.scli(&["load", "in/movies.csv"]).success();
    assert_eq!(sandbox.rows(NAMES), "");
    // Its own movies stand in the way of the six.
    let before = sandbox.database();
    for args in [
        &["sync", "six"][..],
        &["load", "six/movies.csv"],
        &["load", "--model", "movie", "--config", "six/movies.csv"],
    ] {
        let refused = sandbox.scli(&[args, &["--project", "with"]].concat());
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert_eq!(
            refused.stderr,
            "error: warehouse.db: it has a `movie` of its own, and so cannot have the six models as well\n  \
             help: below [project] write shipped = false, or name another database with --db PATH\n"
        );
    }
    // Who says nothing takes it as it is.
    sandbox.scli(&["load", "in/movies.csv", "--project", "none"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "2\n");
    assert!(before != sandbox.database());
    // A database whose models have other names can have the six later.
    let seats = "[model.seat]\nkey = 'id'\n[model.seat.fields]\nid = { type = 'integer' }\n";
    sandbox.write("scli.toml", format!("[project]\nshipped = false\n{seats}"));
    sandbox.write("seats.csv", "id\n1\n");
    sandbox.scli(&["--db", "b.db", "load", "seats.csv"]).success();
    sandbox.scli(&["--db", "b.db", "sync", "six", "--project", "with"]).success();
    let b = Connection::open(sandbox.path("b.db")).unwrap();
    assert_eq!(rows(&b, "SELECT count(*) FROM movie"), "1\n");
    assert_eq!(rows(&b, "SELECT count(*) FROM stream"), "0\n");
    assert_eq!(rows(&b, "PRAGMA integrity_check"), "ok\n");
    let all = sandbox.scli(&["--db", "b.db", "schema", "--format", "csv"]).success();
    assert!(
        all.stdout.contains("\nmodels,movie,") && all.stdout.contains("\ndescribed,seat,"),
        "{}",
        all.stdout
    );
    // And then cannot be without them.
    let before = std::fs::read(sandbox.path("b.db")).unwrap();
    let refused = sandbox.scli(&["--db", "b.db", "load", "seats.csv"]);
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            2,
            "error: b.db: it has loads of movie, and so cannot do without the six models, as scli.toml says\n  \
             help: name another database with --db PATH, or remove shipped = false from scli.toml\n"
        )
    );
    assert!(before == std::fs::read(sandbox.path("b.db")).unwrap());
    // Who reads is served.
    assert!(sandbox.scli(&["--db", "b.db", "history", "movie", "X"]).success().stdout.contains("French"));
    assert!(sandbox.scli(&["--db", "b.db", "history", "seat", "1"]).success().stdout.contains("version 1"));
}

#[test]
fn a_draft_leaves_the_six_out_where_a_file_has_the_name_of_one_and_another_shape() {
    let sandbox = Sandbox::new();
    sandbox.write("movies.csv", "Title,Gross\nRush,5\nHeat,6\n");
    sandbox.write("users.json", "[{\"id\": 1, \"name\": \"Ann\"}, {\"id\": 2, \"name\": \"Bob\"}]");
    let draft = sandbox.scli(&["describe", "movies.csv", "users.json"]).success().stdout;
    assert!(draft.contains("\n[project]\nshipped = false\n"), "{draft}");
    assert!(draft.contains("[model.movie]\n") && draft.contains("[model.user]\n"), "{draft}");
    sandbox.write("scli.toml", &draft);
    sandbox.scli(&["sync", "."]).success();
    assert_eq!(sandbox.rows("SELECT title, gross FROM movie ORDER BY 1"), "Heat|6\nRush|5\n");
    assert_eq!(sandbox.rows("SELECT name FROM user ORDER BY id"), "Ann\nBob\n");
    // The project says so already.
    let more = sandbox.scli(&["describe", "movies.csv"]).success().stdout;
    assert!(!more.contains("[project]") && more.contains("[model.movie]"), "{more}");
    // A file of the shape of the six has a model already.
    std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
    sandbox.write("movies.csv", "title,duration_mins,original_language,size_mb\nX,90,French,2\n");
    let draft = sandbox.scli(&["describe", "movies.csv"]).success().stdout;
    assert!(!draft.contains("[project]") && draft.contains("[model.my_movie]"), "{draft}");
}

#[test]
fn the_six_as_descriptions_load_what_the_six_do() {
    let data = [Some(project("data")), challenge()];
    for data in data.iter().flatten() {
        let data = data.to_str().unwrap();
        let (six, own) = (Sandbox::new(), Sandbox::new());
        let synced = six.scli(&["sync", data]);
        let toml = own.scli(&["describe", "--shipped"]).success().stdout;
        own.write("scli.toml", &toml);
        let described = own.scli(&["sync", data]);
        assert_eq!((synced.code, described.code), (0, 0), "{}{}", synced.stderr, described.stderr);
        for (table, columns) in [
            ("movie", "title, title_key, duration_mins, original_language, size_mb, extra"),
            ("user", "email, first_name, last_name, extra"),
            ("author", "name, name_key, birth_date, died_at, nationality"),
            ("book", "title, title_key, pages, author, author_key, publisher, extra"),
            ("review", "text, rating, movie_title, movie_title_key, book_title, book_title_key"),
            (
                "stream",
                "movie_title, user_email, size_mb, replace(start_at, '.000000Z', 'Z'), replace(end_at, '.000000Z', 'Z')",
            ),
        ] {
            let sql = format!(
                "SELECT {columns} FROM {table} ORDER BY {}",
                columns.split(", replace").next().unwrap()
            );
            let rows = (six.rows(&sql), own.rows(&sql));
            assert!(rows.0.lines().count() > 50, "{table}");
            let differs = rows.0.lines().zip(rows.1.lines()).find(|(six, own)| six != own);
            assert!(rows.0 == rows.1, "{table}: {differs:?}");
        }
        let counts = "SELECT model, read, inserted, rejected FROM load ORDER BY model";
        assert_eq!(six.rows(counts), own.rows(counts));
        assert_eq!(own.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'stream_fact'"), "0\n");
        // What is exported is loaded again, nested or flat.
        for form in ["json", "jsonl"] {
            own.scli(&["export", "--all", "--format", form, "-o", form]).success();
            let again = own.scli(&["sync", form, "--quiet"]).success();
            let sql = format!(
                "SELECT sum(unchanged), sum(updated), sum(inserted), sum(rejected) FROM load WHERE source LIKE '{form}/%'"
            );
            let known = own.rows(
                "SELECT sum(n) FROM (SELECT count(*) AS n FROM movie UNION ALL SELECT count(*) FROM user UNION ALL
                 SELECT count(*) FROM author UNION ALL SELECT count(*) FROM book UNION ALL SELECT count(*) FROM review
                 UNION ALL SELECT count(*) FROM stream)",
            );
            assert_eq!(own.rows(&sql), format!("{}|0|0|0\n", known.trim()), "{form} {}", again.stderr);
        }
    }
}
