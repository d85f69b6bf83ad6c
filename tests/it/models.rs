//! Models that a file describes.

use crate::harness::Sandbox;

const RATINGS: &str = r#"
[model.rating]
plural = "ratings"
key = ["user_email", "movie_title"]
files = ["stars/*.csv"]

[model.rating.fields]
user_email = { type = "text", references = "user.email" }
movie_title = { type = "text" }
stars = { type = "integer", minimum = 1, maximum = 5 }
given_at = { type = "timestamp", from = "metadata.given_at" }
"#;

const CSV: &str = "user_email,movie_title,stars,note\nann@x.org,\"Rush, Hour\",5,good\nbob@x.org,Rush,2,\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("scli.toml", RATINGS);
    sandbox
}

#[test]
fn a_described_model_is_loaded_as_the_six_are() {
    let sandbox = sandbox();
    let outcome = sandbox.load("rating", "ratings.csv", CSV).success();
    assert!(outcome.stderr.contains("rating  2 read, 2 inserted"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("kept in extra: note"), "{}", outcome.stderr);
    let rows = "SELECT user_email, movie_title, stars, given_at, extra, load_id FROM rating ORDER BY 1, 2";
    assert_eq!(
        sandbox.rows(rows),
        "ann@x.org|Rush, Hour|5|NULL|{\"note\":\"good\"}|1\nbob@x.org|Rush|2|NULL|NULL|1\n"
    );
    // The database is enough from now on.
    std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
    let again = sandbox.load("rating", "ratings.csv", CSV).success();
    assert!(again.stderr.contains("2 unchanged"), "{}", again.stderr);
    let json = r#"[
        {"user_email": "bob@x.org", "movie_title": "Rush", "stars": "3",
         "metadata": {"given_at": "2021-12-06T19:30:19.099+0100", "by": 1}},
        {"user_email": "bob@x.org", "movie_title": "Heat", "stars": 1}
    ]"#;
    let changed = sandbox.load("rating", "ratings.json", json).success();
    assert!(changed.stderr.contains("1 inserted, 1 updated"), "{}", changed.stderr);
    assert_eq!(
        sandbox.rows("SELECT stars, given_at, extra FROM rating WHERE movie_title = 'Rush'"),
        "3|2021-12-06T18:30:19.099000Z|{\"metadata\":{\"by\":1}}\n"
    );
    let history = sandbox.scli(&["history", "rating", "bob@x.org,Rush", "--format", "csv"]).success();
    assert!(history.stdout.contains("\nversion,1,"), "{}", history.stdout);
    assert!(history.stdout.contains("\"stars, given_at, extra\",bob@x.org,Rush,3,"), "{}", history.stdout);
    let comma = sandbox.scli(&["history", "rating", r"ann@x.org,Rush\, Hour"]).success();
    assert!(comma.stdout.contains("version 1"), "{}", comma.stdout);
    let show = sandbox.scli(&["loads", "show", "3", "--format", "csv"]).success();
    assert!(show.stdout.contains("3,rating,updated,\"bob@x.org,Rush\",stars,2,3\n"), "{}", show.stdout);
    let before = ["query", "--as-of", "1", "--format", "csv", "-f", "-"];
    let before = sandbox.scli_with_input(&before, b"SELECT stars FROM rating ORDER BY user_email").success();
    assert_eq!(before.stdout, "stars\n5\n2\n");
    sandbox.scli(&["undo", "3"]).success();
    assert_eq!(sandbox.rows("SELECT stars FROM rating ORDER BY user_email"), "5\n2\n");
    let schema = sandbox.scli(&["schema"]).success();
    assert!(schema.stdout.contains("Described models\n"), "{}", schema.stdout);
    assert_eq!(sandbox.rows("PRAGMA integrity_check"), "ok\n");
    assert_eq!(sandbox.rows("PRAGMA foreign_key_check"), "");
}

#[test]
fn a_rule_that_is_broken_bears_the_name_of_the_constraint() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "scli.toml",
        "[model.item]\nkey = 'id'\n[model.item.fields]\nid = { type = 'integer', minimum = 1 }\n\
         name = { type = 'text', required = true, pattern = '[A-Z][a-z]+', missingValues = ['', 'n/a'] }\n\
         price = { type = 'real', maximum = 9.5 }\nkind = { type = 'text', enum = ['a', 'b'] }\n\
         on_sale = { type = 'boolean' }\nday = { type = 'date', minimum = 2020-01-01 }\n\
         more = { type = 'json' }\n",
    );
    let csv = "id,name,price,kind,on_sale,day,more\n1,Cup,9.5,a,true,2020-01-01,\"{\"\"b\"\":1,\"\"a\"\":[2]}\"\n\
               0,Cup,,,,,\nx,Cup,,,,,\n2,n/a,,,,,\n3,cup,,,,,\n4,Cup,9.51,,,,\n5,Cup,,c,,,\n6,Cup,,,maybe,,\n\
               7,Cup,,,,2019-12-31,\n8,Cup,,,,2021-02-29,\n9,Cup,,,,,{\n10,Mug,,b,0,,[1]\n";
    sandbox.load("item", "items.csv", csv).success();
    assert_eq!(
        sandbox.rows("SELECT line, rule, field, value FROM reject ORDER BY line"),
        "3|minimum|id|0\n4|type|id|x\n5|required|name|n/a\n6|pattern|name|cup\n7|maximum|price|9.51\n\
         8|enum|kind|c\n9|type|on_sale|maybe\n10|minimum|day|2019-12-31\n11|type|day|2021-02-29\n12|type|more|{\n"
    );
    assert_eq!(
        sandbox.rows("SELECT id, name, price, kind, on_sale, day, more FROM item ORDER BY id"),
        "1|Cup|9.5|a|1|2020-01-01|{\"a\":[2],\"b\":1}\n10|Mug|NULL|b|0|NULL|[1]\n"
    );
    // The rules are laxer now: what was set aside is taken in.
    let lax =
        std::fs::read_to_string(sandbox.path("scli.toml")).unwrap().replace("maximum = 9.5", "maximum = 10");
    sandbox.write("scli.toml", lax);
    sandbox.load("item", "items.csv", csv).success();
    assert_eq!(sandbox.rows("SELECT price FROM item WHERE id = 4"), "9.51\n");
    let replayed = sandbox.scli(&["rejects", "replay"]).success();
    assert!(replayed.stderr.contains("item"), "{}", replayed.stderr);
    assert_eq!(sandbox.rows("SELECT count(*) FROM model_field_history"), "1\n");
    assert_eq!(sandbox.rows("SELECT load_id FROM model_field WHERE name = 'price'"), "2\n");
    let history = sandbox.scli(&["history", "item", "10"]).success();
    assert!(history.stdout.contains("version 1"), "{}", history.stdout);
}

#[test]
fn complete_dumps_tell_what_vanished() {
    let sandbox = Sandbox::new();
    let toml = "[model.seat]\nkey = ['room', 'number']\ncomplete = true\n[model.seat.fields]\n\
                room = { type = 'text' }\nnumber = { type = 'integer' }\nprice = { type = 'real', required = true }\n";
    sandbox.write("scli.toml", toml);
    sandbox.load("seat", "seats.csv", "room,number,price\na,1,5\na,2,5\n\"b,1\",3,5\n").success();
    // A broken record protects the known one that it stands for.
    let second = sandbox.load("seat", "seats.csv", "room,number,price\na,1,x\n\"b,1\",3,6\n").success();
    assert!(second.stderr.contains("1 updated, 0 unchanged, 1 rejected, 1 vanished"), "{}", second.stderr);
    assert_eq!(sandbox.rows("SELECT model, key, vanished_in FROM absence"), "seat|a,2|2\n");
    let third = sandbox.load("seat", "seats.csv", "room,number,price\na,2,5\n").success();
    assert!(third.stderr.contains("2 vanished, 1 reappeared"), "{}", third.stderr);
    assert_eq!(
        sandbox.rows("SELECT key FROM absence WHERE returned_in IS NULL ORDER BY key"),
        "a,1\nb\\,1,3\n"
    );
    // One key of a number is known by its text.
    sandbox.write("scli.toml", toml.replace("['room', 'number']", "'number'").replace("seat", "place"));
    sandbox.load("place", "places.csv", "room,number,price\na,1,5\na,2,5\n").success();
    sandbox.load("place", "places.csv", "room,number,price\na,2,5\n").success();
    let back = sandbox.load("place", "places.csv", "room,number,price\na,1,5\n").success();
    assert!(back.stderr.contains("1 vanished, 1 reappeared"), "{}", back.stderr);
    sandbox.scli(&["undo", "delivery:6"]).success();
    assert_eq!(sandbox.rows("SELECT key FROM absence WHERE returned_in IS NULL AND model = 'place'"), "1\n");
    let out = sandbox.scli(&["seal", "out.db", "--as-of", "1"]).success();
    assert!(out.stderr.contains("sealed as of load 1"), "{}", out.stderr);
    let sealed = rusqlite::Connection::open(sandbox.path("out.db")).unwrap();
    assert_eq!(crate::harness::rows(&sealed, "SELECT name FROM model"), "seat\n");
    assert_eq!(crate::harness::rows(&sealed, "SELECT count(*) FROM seat"), "3\n");
}

#[test]
fn sync_finds_their_files_by_name_and_by_pattern() {
    let sandbox = sandbox();
    sandbox.write("in/2026-11-20/ratings.csv", CSV);
    sandbox.write("in/2026-11-21/stars/first.csv", "user_email,movie_title,stars\neve@x.org,Heat,4\n");
    sandbox.write("in/2026-11-21/other/first.csv", "a\n1\n");
    let outcome = sandbox.scli(&["sync", "in"]).success();
    assert!(outcome.stderr.contains("other/first.csv"), "{}", outcome.stderr);
    assert_eq!(sandbox.rows("SELECT count(*) FROM rating"), "3\n");
    std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
    let again = sandbox.scli(&["sync", "in"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "2\n", "{}", again.stderr);
    // Elsewhere, the project is named.
    std::fs::remove_file(sandbox.path("warehouse.db")).unwrap();
    sandbox.write("team/scli.toml", RATINGS);
    sandbox.scli(&["sync", "in", "--project", "team"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM rating"), "3\n");
    sandbox
        .scli(&["load", "--project=team", "--model", "rating", "--config", "in/2026-11-20/ratings.csv"])
        .success();
}

#[test]
fn a_description_may_change_but_not_in_key_or_type() {
    let sandbox = sandbox();
    let csv = "user_email,movie_title,stars,note\nann@x.org,Rush,5,good\nbob@x.org,Heat,2,\n";
    sandbox.write("in/ratings.csv", csv);
    sandbox.scli(&["sync", "in"]).success();
    // A field more: the file that is known says more than it did.
    sandbox.write("scli.toml", format!("{RATINGS}note = {{ type = 'text' }}\n"));
    let more = sandbox.scli(&["sync", "in"]).success();
    assert!(more.stderr.contains("1 updated, 1 unchanged"), "{}", more.stderr);
    assert_eq!(sandbox.rows("SELECT note, extra FROM rating ORDER BY user_email"), "good|NULL\nNULL|NULL\n");
    assert_eq!(sandbox.rows("SELECT note, extra FROM rating_history"), "NULL|{\"note\":\"good\"}\n");
    let third = sandbox.scli(&["sync", "in"]).success();
    assert!(!third.stderr.contains("updated"), "{}", third.stderr);
    // A field less: its column stays, and is empty.
    let without = RATINGS.replace("stars = { type = \"integer\", minimum = 1, maximum = 5 }\n", "");
    sandbox.write("scli.toml", format!("{without}note = {{ type = 'text' }}\n"));
    sandbox.scli(&["sync", "in"]).success();
    assert_eq!(
        sandbox.rows("SELECT stars, note, extra FROM rating ORDER BY user_email"),
        "NULL|good|{\"stars\":\"5\"}\nNULL|NULL|{\"stars\":\"2\"}\n"
    );
    assert_eq!(sandbox.rows("SELECT retired, load_id FROM model_field WHERE name = 'stars'"), "1|3\n");
    // And back again.
    sandbox.write("scli.toml", RATINGS);
    sandbox.scli(&["sync", "in"]).success();
    assert_eq!(sandbox.rows("SELECT stars FROM rating ORDER BY user_email"), "5\n2\n");
    let before = sandbox.database();
    for (toml, message, help) in [
        (
            RATINGS.replace("\"integer\", minimum = 1, maximum = 5", "\"real\""),
            "scli.toml, line 10: model rating, field stars: the type of stars was integer, and cannot become real",
            "give it another name with from = \"stars\", or load all into a new database",
        ),
        (
            RATINGS.replace("[\"user_email\", \"movie_title\"]", "\"user_email\""),
            "scli.toml, line 4: model rating: the key of rating was user_email, movie_title, and cannot become user_email",
            "give the model another name, and load its files into that, or load all into a new database",
        ),
    ] {
        sandbox.write("scli.toml", toml);
        for args in [vec!["sync", "in"], vec!["load", "--model", "rating", "--config", "in/ratings.csv"]] {
            let outcome = sandbox.scli(&args);
            assert_eq!((outcome.code, outcome.stderr), (2, format!("error: {message}\n  help: {help}\n")));
        }
    }
    assert!(before == sandbox.database());
}

#[test]
fn a_mistake_in_a_description_is_told_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("items.csv", "id\n1\n");
    let fields = |fields: &str| {
        format!("[model.item]\nkey = 'id'\n[model.item.fields]\nid = {{ type = 'text' }}\n{fields}")
    };
    for (toml, message) in [
        (
            fields("").replace("item", "movie"),
            "line 1: model movie: a model cannot be called `movie`: one of the six is",
        ),
        ("[model.order]\nkey = 'id'\n".to_owned(), "line 1: model order: `order` is a word of SQL"),
        ("[model.Item]\nkey = 'id'\n".to_owned(), "line 1: model Item: `Item` cannot be a name"),
        (
            fields("").replacen('\n', "\nplural = 'books'\n", 1),
            "line 2: model item: a model cannot be called `books`: one of the six is",
        ),
        ("\n[model.item]\nfiles = []\n".to_owned(), "line 2: model item: has no key"),
        ("[model.item]\nkey = 'id'\n".to_owned(), "line 2: model item: the key `id` is none of its fields"),
        ("[model.item]\nkeys = 'id'\n".to_owned(), "line 2: unknown field `keys`"),
        (fields("a = { type = 'number' }"), "line 5: model item, field a: there is no type `number`"),
        (fields("a = { type = 'text', least = 1 }"), "line 5: unknown field `least`"),
        (
            fields("\na = { type = 'text', pattern = '(' }"),
            "line 6: model item, field a: `(` is not a pattern",
        ),
        (
            fields("a = { type = 'text', minimum = 1 }"),
            "line 5: model item, field a: a field of type text has no limits",
        ),
        (
            fields("a = { type = 'integer', minimum = 'x' }"),
            "line 5: model item, field a: `x` is not a whole number",
        ),
        (
            fields("a = { type = 'text', from = 'b[].c' }"),
            "line 5: model item, field a: `b[].c` names several values",
        ),
        (
            fields("load_id = { type = 'text' }"),
            "line 5: model item, field load_id: a field cannot be called `load_id`",
        ),
        (
            fields("id_key = { type = 'text' }"),
            "line 5: model item, field id_key: a field cannot be called `id_key`",
        ),
        (
            fields("a = { type = 'text', references = 'user' }"),
            "line 5: model item, field a: `user` does not name a field",
        ),
        (
            fields("a = { type = 'text', match = 'any' }"),
            "line 5: model item, field a: values cannot match `any`",
        ),
    ] {
        sandbox.write("scli.toml", &toml);
        let outcome = sandbox.scli(&["load", "--model", "item", "--config", "items.csv"]);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with(&format!("error: scli.toml, {message}")),
            "{toml}\n{}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains("\n  help: "), "{}", outcome.stderr);
    }
    assert!(!sandbox.path("warehouse.db").exists());
    // A column that must be there.
    sandbox.write("scli.toml", fields("a = { type = 'text', required = true }\nb = { type = 'text' }"));
    let outcome = sandbox.scli(&["load", "--model", "item", "--config", "items.csv"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stderr.contains("line 1: the header lacks the column a; it has \"id\""),
        "{}",
        outcome.stderr
    );
    let other = sandbox.load("item", "items.json", "[{\"x\": 1}, 7]");
    assert!(other.stderr.contains("no record looks like model item"), "{}", other.stderr);
    sandbox.connect().execute_batch("CREATE TABLE item (x)").unwrap();
    let taken = sandbox.load("item", "items.csv", "id,a\n1,2\n");
    assert_eq!(taken.code, 2);
    assert!(taken.stderr.contains("the database has something else of the name item"), "{}", taken.stderr);
}

#[test]
fn a_reference_is_checked() {
    let sandbox = Sandbox::new();
    let toml = RATINGS.replace(
        "movie_title = { type = \"text\" }",
        "movie_title = { type = \"text\" }\ntitle = { type = \"text\", from = \"movie_title\", \
         references = \"movie.title\", match = \"case-insensitive\" }",
    );
    sandbox.write("scli.toml", &toml);
    sandbox.load("user", "users.csv", "first_name,last_name,email\nA,B,ann@x.org\n").success();
    sandbox
        .load("movie", "movies.csv", "title,duration_mins,original_language,size_mb\nAMÉLIE,1,French,1\n")
        .success();
    let csv = "user_email,movie_title\nann@x.org,Amélie\nbob@x.org,Amélie\nann@x.org,Heat\n";
    sandbox.load("rating", "ratings.csv", csv).success();
    let check = sandbox.scli(&["check", "--found", "--format", "json"]).success();
    let found: serde_json::Value = serde_json::from_str(&check.stdout).unwrap();
    let told = |rule: &str| {
        let finding = found.as_array().unwrap().iter().find(|finding| finding["rule"] == rule).unwrap();
        finding["samples"].to_string()
    };
    assert_eq!(
        told("ratings_of_unknown_user_email"),
        r#"[{"user_email":"bob@x.org","movie_title":"Amélie"}]"#
    );
    assert_eq!(
        told("ratings_of_unknown_title"),
        r#"[{"user_email":"ann@x.org","movie_title":"Heat","title":"Heat"}]"#
    );
    sandbox.write("scli.toml", format!("{toml}\n[check.ratings_of_unknown_title]\nthreshold = 0\n"));
    assert_eq!(sandbox.scli(&["check"]).code, 1);
    assert!(sandbox.scli(&["check", "--list"]).success().stdout.contains("ratings_of_unknown_title"));
    for (from, to, message) in [
        ("movie.title", "film.title", "model rating, field title: there is no model `film`"),
        ("movie.title", "movie.name", "model rating, field title: the model movie has no field `name`"),
        (
            "movie.title",
            "user.email",
            "model rating, field title: user.email cannot be matched case-insensitively",
        ),
    ] {
        sandbox.write("scli.toml", toml.replace(from, to));
        let outcome = sandbox.load("rating", "ratings.csv", csv);
        assert_eq!(outcome.code, 2);
        assert!(
            outcome.stderr.starts_with(&format!("error: scli.toml, line 10: {message}")),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn who_is_forgotten_goes_from_what_refers_to_them() {
    let sandbox = sandbox();
    sandbox.load("rating", "ratings.csv", CSV).success();
    sandbox.load("rating", "ratings.csv", CSV.replace(",5,", ",4,")).success();
    sandbox.scli(&["forget", "user", "ann@x.org"]).success();
    assert_eq!(sandbox.rows("SELECT user_email FROM rating"), "bob@x.org\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM rating_history"), "0\n");
    let again = sandbox.load("rating", "ratings.csv", CSV).success();
    assert!(again.stderr.contains("1 suppressed"), "{}", again.stderr);
    assert!(memchr::memmem::find(&sandbox.database(), b"ann@x.org").is_none());
    // A reference that need not be there, and a key that is missing from a complete dump.
    let toml =
        RATINGS.replace("key = [\"user_email\", \"movie_title\"]", "complete = true\nkey = \"movie_title\"");
    let more = "author = { type = \"text\", references = \"user.email\" }\n";
    sandbox.write(
        "scli.toml",
        format!("{}{more}", toml.replace("model.rating", "model.note").replace("ratings", "notes")),
    );
    sandbox
        .load("note", "notes.csv", "user_email,movie_title,author\na@x.org,A,\nb@x.org,b@x.org,b@x.org\n")
        .success();
    sandbox.scli(&["forget", "user", "b@x.org"]).success();
    assert_eq!(sandbox.rows("SELECT user_email FROM note"), "a@x.org\n");
    sandbox.write("scli.toml", RATINGS);
    sandbox
        .load_with("rating", "r.csv", "user_email,movie_title\neve@x.org,A\ncy@x.org,B\n", &["--complete"])
        .success();
    sandbox.load_with("rating", "r.csv", "user_email,movie_title\ncy@x.org,B\n", &["--complete"]).success();
    sandbox.scli(&["forget", "user", "eve@x.org"]).success();
    assert!(!sandbox.rows("SELECT key FROM absence").contains("eve"));
}

#[test]
fn what_is_tried_leaves_nothing() {
    let sandbox = sandbox();
    let dry = sandbox.load_with("rating", "ratings.csv", CSV, &["--dry-run"]).success();
    assert!(dry.stderr.contains("2 inserted"), "{}", dry.stderr);
    assert!(!sandbox.path("warehouse.db").exists());
    sandbox.scli(&["init-db"]).success();
    let before = sandbox.database();
    sandbox.load_with("rating", "ratings.csv", CSV, &["--dry-run"]).success();
    assert_eq!(sandbox.load_with("rating", "broken.csv", format!("{CSV}a,b,9,\n"), &["--strict"]).code, 3);
    assert_eq!(sandbox.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'rating%'"), "");
    sandbox.load("rating", "ratings.csv", CSV).success();
    assert!(before != sandbox.database());
}

#[test]
fn a_draft_loads_the_files_that_it_was_made_from() {
    let sandbox = Sandbox::new();
    let stations = "Station ID,Name,Opened,Height (m),Zip,Notes,Active\n1,Zürich HB,1847-08-09,408.5,08001,,true\n\
                    2,\"Bern, Bahnhof\",1860-05-01,NA,03008,\"x\ny\",false\n3,Genève,1858-03-16,391,01201,,true\n";
    sandbox.write("stations-2026-11-20.csv", stations);
    let orders = r#"[
        {"order": 1, "line": 1, "customer": {"email": "ann@x.org", "since": "2020-01-02T03:04:05Z"}, "tags": ["a"], "paid": true},
        {"order": 1, "line": 2, "customer": {"email": "ann@x.org", "since": null}, "tags": [], "paid": false, "big": 18446744073709551615},
        {"order": 2, "line": 1, "customer": {"email": "bob@x.org"}, "tags": [{"b": 1}], "paid": true, "a.b": 1}
    ]"#;
    sandbox.write("orders.json", orders);
    // The quakes of the world, as public services give them: the same shape.
    let quakes = (1..200).fold("time,latitude,longitude,depth,mag,magType,nst,id,place\n".to_owned(), |csv, n| {
        let nst = if n % 3 == 0 { String::new() } else { n.to_string() };
        csv + &format!(
            "2026-11-{:02}T00:{:02}:{:02}.{:03}Z,{}.5,-{}.25,{},{}.1,ml,{nst},us{n:05},\"{n} km N of X, Y\"\n",
            1 + n % 28, n % 60, n % 60, n, n % 90, n % 180, n % 700, n % 9
        )
    });
    sandbox.write("quakes.csv", quakes);
    sandbox.write("movies.csv", "film,year\nA,1999\nB,2001\n");
    let files = ["stations-2026-11-20.csv", "orders.json", "quakes.csv", "movies.csv"];
    let draft = sandbox.scli(&[&["describe"][..], &files].concat()).success();
    draft.snapshot("describe");
    sandbox.write("scli.toml", &draft.stdout);
    for (model, file, count) in [
        ("station", "stations-2026-11-20.csv", 3),
        ("my_order", "orders.json", 3),
        ("quake", "quakes.csv", 199),
        ("movie", "movies.csv", 2),
    ] {
        let outcome = sandbox.scli(&["load", "--model", model, "--config", file, "--strict"]).success();
        assert!(outcome.stderr.contains(&format!("{count} inserted")), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("kept in extra") || file == "orders.json", "{}", outcome.stderr);
    }
    assert_eq!(
        sandbox.rows("SELECT station_id, zip, height_m, active FROM station ORDER BY 1"),
        "1|08001|408.5|1\n2|03008|NULL|0\n3|01201|391|1\n"
    );
    let none = sandbox.scli(&["describe", "empty.csv"]);
    assert_eq!(none.code, 1);
    sandbox.write("empty.csv", "a,b\n");
    let empty = sandbox.scli(&["describe", "empty.csv"]);
    assert!(empty.stderr.contains("empty.csv: has no record to be described\n  help: "), "{}", empty.stderr);
}

#[test]
fn a_file_of_very_many_columns_is_drafted_and_loaded() {
    let sandbox = Sandbox::new();
    let header: Vec<String> = (0..450).map(|column| format!("Column {column}")).collect();
    let row =
        |first: u32| (0..450).map(|column| (first + column % 3).to_string()).collect::<Vec<_>>().join(",");
    sandbox.write("wide.csv", format!("{}\n{}\n{}\n", header.join(","), row(1), row(2)));
    let draft = sandbox.scli(&["describe", "wide.csv"]).success().stdout;
    sandbox.write("scli.toml", &draft);
    sandbox.scli(&["load", "--model", "wide", "--config", "wide.csv"]).success();
    let changed = row(1).replacen(",2,", ",7,", 1);
    let again = sandbox.load("wide", "wides.csv", format!("{}\n{changed}\n", header.join(","))).success();
    assert!(again.stderr.contains("1 updated"), "{}", again.stderr);
    sandbox.scli(&["loads", "show", "2"]).success();
    assert_eq!(sandbox.scli_with_input(&["query", "--as-of", "1", "-f", "-"], b"SELECT * FROM wide").code, 0);
    let more = (0..20).fold(draft, |toml, field| toml + &format!("more_{field} = {{ type = 'text' }}\n"));
    sandbox.write("scli.toml", more);
    let refused = sandbox.scli(&["load", "--model", "wide", "--config", "wide.csv"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("has 420 fields, and can have at most 400"), "{}", refused.stderr);
}

/// A name alone is enough to load a file of theirs too, and so is a pattern.
#[test]
fn load_knows_their_files_by_name_and_by_pattern() {
    let sandbox = Sandbox::new();
    let toml = "[model.seat]\nkey = 'number'\nfiles = ['plan*.csv']\n[model.seat.fields]\nnumber = { type = 'integer' }\n";
    sandbox.write("scli.toml", toml);
    sandbox.write("seats.csv", "number\n1\n");
    sandbox.write("plan-a.csv", "number\n2\n");
    sandbox.scli(&["load", "seats.csv", "plan-a.csv"]).success();
    assert_eq!(sandbox.rows("SELECT number FROM seat ORDER BY 1"), "1\n2\n");
    // The database knows the model without the file that describes it; a pattern is in it as well.
    std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
    let again = sandbox.scli(&["load", "seats.csv"]).success();
    assert!(again.stderr.contains("1 unchanged"), "{}", again.stderr);
    sandbox.write("others.csv", "number\n1\n");
    let unknown = sandbox.scli(&["load", "others.csv"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("seat"), "{}", unknown.stderr);
}

#[test]
fn where_no_fields_identify_a_record_a_digest_of_them_does() {
    let sandbox = Sandbox::new();
    let readings =
        "station,level,seen\na,1.5,2024-01-01\na,1.5,2024-01-01\na,2,2024-01-01\nb,1.5,\nb,2,2024-01-01\n";
    sandbox.write("readings.csv", readings);
    let draft = sandbox.scli(&["describe", "readings.csv"]).success().stdout;
    assert!(draft.contains("key = \"id\"\n"), "{draft}");
    assert!(
        draft.contains("\nid      = { type = \"text\", hash = [\"station\", \"level\", \"seen\"] }\n"),
        "{draft}"
    );
    sandbox.write("scli.toml", &draft);
    let report = sandbox.scli(&["load", "readings.csv"]).success().stderr;
    assert!(
        report.contains("5 read, 4 inserted, 0 updated, 0 unchanged, 0 rejected, 1 repeated"),
        "{report}"
    );
    // printf '["a",1.5,"2024-01-01"]' | sha1sum
    assert_eq!(
        sandbox.rows(
            "SELECT station, level, seen FROM reading WHERE id = '53649275d4938e7161a56ae5e92f505950d2f9e8'"
        ),
        "a|1.5|2024-01-01\n"
    );
    assert_eq!(
        sandbox.rows("SELECT level FROM reading WHERE id = '1a4584fed676878c00f69f11337cac700792fae4'"),
        "1.5\n"
    );
    // What is sent out comes in again, as it is.
    sandbox.scli(&["export", "reading", "-o", "readings-2.csv"]).success();
    let again = sandbox.scli(&["load", "readings-2.csv"]).success().stderr;
    assert!(again.contains("4 read, 0 inserted, 0 updated, 4 unchanged"), "{again}");
    // A broken field of the digest is told as its own.
    let broken = sandbox.load("reading", "more.csv", "station,level,seen\nc,x,2024-01-01\n");
    assert!(broken.stderr.contains("line 2: level is \"x\": not a number"), "{}", broken.stderr);

    for (hash, message) in [
        (
            r#"["station", "level"]"#,
            "error: scli.toml, line 9: model reading, field id: id was the digest of station, level, seen, and cannot become the digest of station, level",
        ),
        (
            r#"["station", "none"]"#,
            "error: scli.toml, line 9: model reading, field id: the digest has `none`, which is none of the fields",
        ),
        (
            r#"["id"]"#,
            "error: scli.toml, line 9: model reading, field id: the digest has `id`, which is none of the fields",
        ),
        (
            r#"["level", "level"]"#,
            "error: scli.toml, line 9: model reading, field id: the digest has `level` twice",
        ),
        (r#"[]"#, "error: scli.toml, line 9: model reading, field id: a digest of no fields"),
        (
            r#"["level"], required = true"#,
            "error: scli.toml, line 9: model reading, field id: a digest has nothing else that is said of fields",
        ),
    ] {
        sandbox.write("scli.toml", draft.replace(r#"["station", "level", "seen"]"#, hash));
        let outcome = sandbox.scli(&["load", "readings.csv"]);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    }
}
