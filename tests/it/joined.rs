//! Other databases, read beside the warehouse.

use crate::deliveries::{MOVIES, movie};
use crate::harness::{Outcome, Sandbox, snapshot};

fn query(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    sandbox.scli(&[&["query", "--format", "csv"], args].concat())
}

/// A warehouse with two movies, and an older one with another length for one of them, as `old.db`.
fn two() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", format!("{MOVIES}{}", movie("Rush", 100))).success();
    std::fs::copy(sandbox.path("warehouse.db"), sandbox.path("old.db")).unwrap();
    sandbox
        .load("movie", "movies.csv", format!("{MOVIES}{}{}", movie("Rush", 113), movie("Dust", 90)))
        .success();
    sandbox
}

const BOTH: &str = "SELECT m.title, o.duration_mins, m.duration_mins FROM movie AS m
    LEFT JOIN archive.movie AS o ON o.title = m.title ORDER BY 1";

#[test]
fn databases_are_joined() {
    let sandbox = two();
    let both = query(&sandbox, &["--with", "archive=old.db", BOTH]).success().stdout;
    assert_eq!(both, "title,duration_mins,duration_mins\nDust,,90\nRush,100,113\n");
    // Any SQLite file, several of them, and the warehouse itself again.
    let other = rusqlite::Connection::open(sandbox.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE price (title, cents); INSERT INTO price VALUES ('Rush', 499)").unwrap();
    let sql = "SELECT cents, (SELECT count(*) FROM a.movie), (SELECT count(*) FROM same.movie) FROM p.price";
    let told = query(
        &sandbox,
        &["--with", "a=old.db", "--with", "p=other.db", "--with", "same=./warehouse.db", sql],
    );
    assert_eq!(told.success().stdout.lines().last(), Some("499,1,2"));
    assert_eq!(sandbox.names(), ["movies.csv", "old.db", "other.db", "warehouse.db"]);
}

#[test]
fn as_of_is_of_the_warehouse_alone() {
    let sandbox = two();
    let then = query(&sandbox, &["--with", "archive=old.db", "--as-of", "1", BOTH]).success();
    assert_eq!(then.stdout, "title,duration_mins,duration_mins\nRush,100,100\n");
    assert!(then.stderr.trim_end().ends_with("; archive is shown as it is now"), "{}", then.stderr);
    let now =
        query(&sandbox, &["--with", "now=warehouse.db", "--as-of", "1", "SELECT count(*) FROM now.movie"]);
    assert_eq!(now.success().stdout, "count(*)\n2\n");
}

#[test]
fn nothing_is_written_to_them() {
    let sandbox = two();
    let before = (sandbox.database(), std::fs::read(sandbox.path("old.db")).unwrap());
    for sql in [
        "DELETE FROM a.movie",
        "INSERT INTO a.movie SELECT * FROM movie",
        "UPDATE a.movie SET size_mb = 0",
        "DROP TABLE a.movie",
        "CREATE TABLE a.t (x)",
        "PRAGMA a.user_version = 9",
        "DETACH a",
        "ATTACH 'third.db' AS third",
        "VACUUM a",
    ] {
        let outcome = query(&sandbox, &["--with", "a=old.db", sql]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{sql}");
        assert!(
            outcome.stderr.contains("is refused, because queries only read"),
            "{sql}: {}",
            outcome.stderr
        );
    }
    assert!(before == (sandbox.database(), std::fs::read(sandbox.path("old.db")).unwrap()));
    assert_eq!(sandbox.names(), ["movies.csv", "old.db", "warehouse.db"]);
}

#[test]
fn mistakes_are_told_and_nothing_is_created() {
    let sandbox = two();
    sandbox.write("text.db", "not a database");
    sandbox.write("empty.db", "");
    let old = std::fs::read(sandbox.path("old.db")).unwrap();
    sandbox.write("cut.db", &old[..old.len() - 5000]);
    let names = sandbox.names();
    let count = "SELECT count(*) FROM a.movie";
    let lines: [&[&str]; 14] = [
        &["--with", "a=missing.db", count],
        &["--with", "a=text.db", count],
        &["--with", "a=empty.db", count],
        &["--with", "a=cut.db", count],
        &["--with", "a=.", count],
        &["--with", "a=:memory:", count],
        &["--with", "a=file:old.db", count],
        &["--with", "main=old.db", count],
        &["--with", "Temp=old.db", count],
        &["--with", "old.db", count],
        &["--with", "1a=old.db", count],
        &["--with", "a=old.db", "--with", "A=old.db", count],
        &["--with", "a=old.db", "SELECT * FROM a.movies"],
        &["--with", "a=old.db", "--list"],
    ];
    let told = lines.map(|line| format!("$ scli query {}\n{}", line.join(" "), query(&sandbox, line).told()));
    snapshot("joined_mistakes", &told.join("\n"));
    assert_eq!(sandbox.names(), names);
    let eleven: Vec<String> = (0..11).map(|at| format!("--with=d{at}=old.db")).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).chain([count]).collect();
    let told = query(&sandbox, &eleven);
    assert_eq!(told.code, 2, "{}", told.stderr);
}

/// The page that is damaged is read only with the table, and the message names both files.
#[test]
fn damage_is_told() {
    let sandbox = two();
    let mut bytes = std::fs::read(sandbox.path("old.db")).unwrap();
    let root: usize =
        sandbox.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'movie'").trim().parse().unwrap();
    bytes[(root - 1) * 16384..root * 16384].fill(0xa5);
    sandbox.write("old.db", bytes);
    let told = query(&sandbox, &["--with", "a=old.db", "SELECT * FROM a.movie"]);
    assert_eq!(told.code, 1);
    assert!(
        told.stderr.starts_with("error: warehouse.db or old.db: the database is damaged"),
        "{}",
        told.stderr
    );
}
