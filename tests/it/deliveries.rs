//! Nights that follow nights: dated folders, late files, and what stands as of each date.

use crate::harness::{Outcome, Sandbox};
use std::path::Path;
use std::time::{Duration, SystemTime};

pub const MOVIES: &str = "title,duration_mins,original_language,size_mb\n";
pub const USERS: &str = "first_name,last_name,email\n";
pub const STREAMS: &str = "movie_title,user_email,size_mb,start_at,end_at\n";

pub fn movie(title: &str, minutes: u32) -> String {
    format!("{title},{minutes},Korean,876\n")
}

pub fn authors(names: &[&str]) -> String {
    let author = |name: &&str| format!(r#"{{"metadata": {{"name": "{name}"}}, "nationalities": []}}"#);
    format!("[{}]", names.iter().map(author).collect::<Vec<_>>().join(", "))
}

fn date(night: u32) -> String {
    format!("2026-11-{night:02}")
}

/// Lets a file be as old as it would be in an inbox: what was written just now may be written again unnoticed.
pub fn settle(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

/// Writes the six files of a night; each but the first changes one movie.
fn deliver(sandbox: &Sandbox, night: u32) {
    let folder = format!("inbox/{}", date(night));
    let stream = "Rush,ann@x.org,800,2026-11-01T19:30:00Z,2026-11-01T21:30:00Z\n";
    let review = r#"[{"content": {"text": "Fine"}, "rating": {"rate": 5}, "movies": [{"title": "Rush"}],
        "books": [{"metadata": {"title": "Dust"}}]}]"#;
    let authors = r#"[{"metadata": {"name": "Mei"}, "nationalities": []},
        {"metadata": {"name": null, "birth_date": null}, "nationalities": []}]"#;
    for (name, content) in [
        ("internal/movies.csv", format!("{MOVIES}{}{}", movie("Rush", 100 + night), movie("Dust", 90))),
        ("internal/users.csv", format!("{USERS}Ann,A,ann@x.org\n")),
        ("internal/streams.csv", format!("{STREAMS}{stream}")),
        ("vendor/authors.json", authors.to_owned()),
        (
            "vendor/books.json",
            r#"[{"name": "Dust", "pages": 9, "author": "Mei", "publisher": "P"}]"#.to_owned(),
        ),
        ("vendor/reviews.json", review.to_owned()),
    ] {
        settle(&sandbox.write(&format!("{folder}/{name}"), content));
    }
}

pub fn sync(sandbox: &Sandbox, more: &[&str]) -> Outcome {
    sandbox.scli(&[&["sync", "inbox"], more].concat())
}

/// The length of a movie as it was known as of a date.
pub fn minutes(sandbox: &Sandbox, title: &str, as_of: Option<&str>) -> String {
    let sql = format!("SELECT duration_mins FROM movie WHERE title = '{title}'");
    let as_of = as_of.map_or(Vec::new(), |date| vec!["--as-of", date]);
    let asked = [&["query", "-f", "-", "--format", "csv"], as_of.as_slice()].concat();
    let told = sandbox.scli_with_input(&asked, sql.as_bytes()).success().stdout;
    told.lines().nth(1).unwrap_or("none").to_owned()
}

#[test]
fn twenty_nights_are_twenty_deliveries() {
    let sandbox = Sandbox::new();
    for night in 1..=20 {
        deliver(&sandbox, night);
        let told = sync(&sandbox, &[]).success().stderr;
        let last = told.lines().last().unwrap();
        let known = (night - 1) * 6;
        assert!(
            last.starts_with(&format!("warehouse.db: delivery {night} of {}, 6 files", date(night))),
            "{last}"
        );
        assert!(night == 1 || last.ends_with(&format!("; {known} files known")), "{last}");
    }
    assert_eq!(
        sandbox.rows(
            "SELECT (SELECT count(*) FROM movie_history), (SELECT count(*) FROM load), (SELECT count(*) FROM delivery),
                (SELECT count(*) FROM reject), (SELECT count(*) FROM reject WHERE resolved_by IS NULL)"
        ),
        "19|120|20|20|1\n"
    );
    for night in 1..=20 {
        assert_eq!(minutes(&sandbox, "Rush", Some(&date(night))), (100 + night).to_string());
    }
    assert_eq!(minutes(&sandbox, "Rush", Some("delivery:7")), "107");
    assert_eq!(minutes(&sandbox, "Rush", Some("load:37")), "107");
    assert_eq!(minutes(&sandbox, "Rush", Some("2026-12-24")), "120");
    sync(&sandbox, &[]).success().snapshot("sync_known");
    let brief = sandbox.scli(&["loads", "--deliveries", "--limit", "2"]).success().stdout;
    assert!(
        brief.contains("│       20 │ 2026-11-20 │") && brief.contains("1 updated, 6 unchanged, 1 rejected"),
        "{brief}"
    );
    let whole = sandbox.scli(&["loads", "--deliveries", "--format", "csv"]).success().stdout;
    assert_eq!(whole.lines().count(), 21, "{whole}");
    let loads = sandbox.scli(&["loads", "--limit", "1"]).success().stdout;
    assert!(loads.contains("│ 20 of 2026-11-20 │"), "{loads}");
}

/// Known by path, size and time: other bytes of the same size and time are not seen, for nobody reads them.
#[test]
fn a_file_that_is_as_it_was_is_not_read_again() {
    let sandbox = Sandbox::new();
    deliver(&sandbox, 1);
    let path = sandbox.path("inbox/2026-11-01/internal/movies.csv");
    let (modified, bytes) = (path.metadata().unwrap().modified().unwrap(), std::fs::read(&path).unwrap());
    sync(&sandbox, &[]).success();
    std::fs::write(&path, vec![b'?'; bytes.len()]).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert!(sync(&sandbox, &[]).success().stderr.contains("nothing new; 6 files known"));
    // With another time it is read, and then it is not what it claims to be.
    settle(&path);
    assert_eq!(sync(&sandbox, &[]).code, 1);
    // The same bytes with another time are known by their digest, and from then on by that time.
    std::fs::write(&path, bytes).unwrap();
    settle(&path);
    let loads = sandbox.rows("SELECT max(id) FROM load WHERE outcome = 'done'");
    for _ in 0..2 {
        assert!(sync(&sandbox, &[]).success().stderr.contains("nothing new; 6 files known"));
    }
    assert_eq!(sandbox.rows("SELECT max(id) FROM load WHERE outcome = 'done'"), loads);
    // A file that was written just now may be written again in the same moment: it is read.
    std::fs::write(&path, format!("{MOVIES}{}{}", movie("Rush", 777), movie("Dust", 90))).unwrap();
    sync(&sandbox, &[]).success();
    std::fs::write(&path, format!("{MOVIES}{}{}", movie("Rush", 778), movie("Dust", 90))).unwrap();
    sync(&sandbox, &[]).success();
    assert_eq!(minutes(&sandbox, "Rush", None), "778");
}

#[test]
fn a_backlog_is_as_the_same_nights_one_by_one() {
    let (one_by_one, at_once) = (Sandbox::new(), Sandbox::new());
    for night in 1..=6 {
        deliver(&one_by_one, night);
        deliver(&at_once, night);
        sync(&one_by_one, &[]).success();
    }
    sync(&at_once, &[]).success().snapshot("sync_backlog");
    for night in 1..=6 {
        let answers = ["answers", "--format", "csv", "--as-of", &date(night)];
        assert_eq!(minutes(&at_once, "Rush", Some(&date(night))), (100 + night).to_string());
        assert_eq!(at_once.scli(&answers).success().stdout, one_by_one.scli(&answers).success().stdout);
    }
    let essence = "SELECT d.id, d.date, d.source, d.outcome, l.id, l.model, l.source, l.inserted, l.updated, l.unchanged
        FROM delivery AS d JOIN load AS l ON l.delivery_id = d.id ORDER BY l.id";
    assert_eq!(at_once.rows(essence), one_by_one.rows(essence));
    assert_eq!(at_once.models(), one_by_one.models());
}

#[test]
fn a_dump_that_goes_back_is_a_change() {
    let sandbox = Sandbox::new();
    for (night, content) in [(1, 113), (2, 114), (3, 113)] {
        let name = format!("inbox/{}/movies.csv", date(night));
        settle(&sandbox.write(&name, format!("{MOVIES}{}", movie("Rush", content))));
        sync(&sandbox, &[]).success();
    }
    assert_eq!(minutes(&sandbox, "Rush", None), "113");
    assert_eq!(
        sandbox.rows("SELECT duration_mins, load_id, replaced_by FROM movie_history ORDER BY load_id"),
        "113|1|2\n114|2|3\n"
    );
    for (night, expected) in [(1, "113"), (2, "114"), (3, "113")] {
        assert_eq!(minutes(&sandbox, "Rush", Some(&date(night))), expected);
    }
}

/// Whichever night comes late: of each record the newest date counts.
#[test]
fn a_late_partial_file_adds_and_never_overwrites() {
    for late in 1..=3 {
        let sandbox = Sandbox::new();
        let nights: [(u32, Vec<String>); 3] = [
            (1, vec![movie("Rush", 101), movie("Dust", 91), movie("One", 1)]),
            (2, vec![movie("Rush", 102), movie("Two", 2)]),
            (3, vec![movie("Rush", 101), movie("Dust", 93), movie("Three", 3)]),
        ];
        let deliver = |night: u32, movies: &[String]| {
            let content = format!("{MOVIES}{}", movies.concat());
            settle(&sandbox.write(&format!("inbox/{}/movies.csv", date(night)), content));
            sync(&sandbox, &[]).success()
        };
        for (night, movies) in nights.iter().filter(|(night, _)| *night != late) {
            deliver(*night, movies);
        }
        let told = deliver(late, &nights[late as usize - 1].1).stderr;
        assert_eq!(
            sandbox.rows("SELECT title, duration_mins FROM movie ORDER BY title"),
            "Dust|93\nOne|1\nRush|101\nThree|3\nTwo|2\n",
            "night {late} came last"
        );
        if late == 2 {
            assert!(told.contains("1 inserted, 0 updated, 0 unchanged, 0 rejected, 1 older"), "{told}");
            // What was older is kept, and was never current.
            let history = sandbox.scli(&["history", "movie", "Rush"]).success().stdout;
            assert!(history.contains("│ older     │") && history.contains("never current"), "{history}");
            assert_eq!(
                sandbox.rows(
                    "SELECT duration_mins, load_id = replaced_by FROM movie_history WHERE title = 'Rush'"
                ),
                "102|1\n"
            );
            assert_eq!(minutes(&sandbox, "Rush", Some("2026-11-01")), "101");
            assert_eq!(minutes(&sandbox, "Two", Some("2026-11-01")), "none");
            assert_eq!(minutes(&sandbox, "Two", Some("2026-11-03")), "2");
        }
        let balanced = "SELECT count(*) FROM load
            WHERE read <> inserted + updated + unchanged + older + repeated + rejected";
        assert_eq!(sandbox.rows(balanced), "0\n");
    }
}

#[test]
fn a_late_session_does_not_get_an_older_size() {
    let sandbox = Sandbox::new();
    let session = |day: u32, size: u32| {
        format!("Rush,ann@x.org,{size},2026-10-{day:02}T19:30:00Z,2026-10-{day:02}T21:30:00Z\n")
    };
    let deliver = |night: u32, rows: String| {
        settle(&sandbox.write(&format!("inbox/streams-{}.csv", date(night)), format!("{STREAMS}{rows}")));
        sync(&sandbox, &[]).success()
    };
    deliver(1, session(1, 100) + &session(2, 200));
    deliver(3, session(1, 300));
    let told = deliver(2, session(1, 150) + &session(2, 250) + &session(3, 350)).stderr;
    assert!(told.contains("3 read, 1 inserted, 1 updated, 0 unchanged, 0 rejected, 1 older"), "{told}");
    assert_eq!(sandbox.rows("SELECT size_mb FROM stream ORDER BY start_at"), "300\n250\n350\n");
    assert_eq!(
        sandbox.rows("SELECT size_mb, load_id, replaced_by FROM stream_history ORDER BY size_mb"),
        "100|1|2\n150|3|3\n200|1|3\n"
    );
    let sums = ["check", "summary_by_day_differs", "summary_by_size_differs", "--fail-on", "error"];
    sandbox.scli(&sums).success();
}

#[test]
fn a_late_complete_dump_is_left_alone_unless_asked_for() {
    let sandbox = Sandbox::new();
    let deliver = |night: u32, names: &[&str]| {
        settle(&sandbox.write(&format!("inbox/{}/authors.json", date(night)), authors(names)));
    };
    deliver(2, &["Ann", "Bob"]);
    sync(&sandbox, &[]).success();
    deliver(1, &["Ann", "Cid"]);
    let late = sync(&sandbox, &[]).success();
    late.snapshot("sync_older_dump");
    assert_eq!(sandbox.rows("SELECT name FROM author ORDER BY 1"), "Ann\nBob\n");
    assert_eq!(
        sandbox.rows("SELECT count(*) FROM delivery"),
        "1\n",
        "nothing was loaded, so there is no delivery"
    );
    // The same for a file that is named on its own.
    let alone =
        sandbox.scli(&["load", "--model", "author", "--config", "inbox/2026-11-01/authors.json"]).success();
    assert!(
        alone.stderr.contains("older than what is known, which is of 2026-11-02: not loaded"),
        "{}",
        alone.stderr
    );
    sandbox.scli(&["sync", "--reload", "inbox/2026-11-01"]).success();
    assert_eq!(sandbox.rows("SELECT name FROM author ORDER BY 1"), "Ann\nBob\nCid\n");
    assert_eq!(sandbox.rows("SELECT key FROM vanished"), "Bob\n");
    // As a part it adds what is new, and takes nothing away.
    let other = Sandbox::new();
    other.load_with("author", "authors.json", authors(&["Ann"]), &["--date", "2026-11-02"]).success();
    other
        .load_with("author", "late.json", authors(&["Bob"]), &["--date", "2026-11-01", "--partial"])
        .success();
    assert_eq!(other.rows("SELECT count(*), (SELECT count(*) FROM vanished) FROM author"), "2|0\n");
}

#[test]
fn a_broken_night_stops_there_and_the_state_before_stays() {
    let sandbox = Sandbox::new();
    deliver(&sandbox, 1);
    deliver(&sandbox, 2);
    deliver(&sandbox, 3);
    deliver(&sandbox, 4);
    settle(&sandbox.write("inbox/2026-11-02/vendor/books.json", "[{\"name\""));
    sync(&sandbox, &[]).snapshot("sync_broken_night");
    assert_eq!(minutes(&sandbox, "Rush", None), "101");
    assert_eq!(
        sandbox.rows("SELECT id, date, outcome, reason IS NOT NULL FROM delivery"),
        "1|2026-11-01|done|0\n2|2026-11-02|failed|1\n"
    );
    // --each-file loads what can be loaded, of that night and of those behind it.
    assert_eq!(sync(&sandbox, &["--each-file"]).code, 1);
    assert_eq!(minutes(&sandbox, "Rush", None), "104");
    assert_eq!(minutes(&sandbox, "Rush", Some("2026-11-02")), "102");
    assert_eq!(sandbox.rows("SELECT count(*) FROM load WHERE outcome = 'done'"), "23\n");
    // Once it is mended the dump is of a date that others have overtaken.
    settle(&sandbox.write(
        "inbox/2026-11-02/vendor/books.json",
        r#"[{"name": "New", "pages": 9, "author": "M", "publisher": "P"}]"#,
    ));
    let told = sync(&sandbox, &[]).success().stderr;
    assert!(told.contains("older than what is known, which is of 2026-11-04: not loaded"), "{told}");
    assert_eq!(sandbox.rows("SELECT title FROM book"), "Dust\n");
}

/// With the newest file broken, yesterday's state stays, and nothing older comes back.
#[test]
fn a_broken_newest_file_brings_nothing_back() {
    let sandbox = Sandbox::new();
    deliver(&sandbox, 1);
    deliver(&sandbox, 2);
    sync(&sandbox, &[]).success();
    deliver(&sandbox, 3);
    settle(&sandbox.write("inbox/2026-11-03/internal/movies.csv", "title\n"));
    assert_eq!(sync(&sandbox, &[]).code, 1);
    assert_eq!(minutes(&sandbox, "Rush", None), "102");
}

#[test]
fn a_dry_run_sees_what_the_files_before_would_have_done() {
    let sandbox = Sandbox::new();
    settle(&sandbox.write("inbox/2026-11-01/movies.csv", format!("{MOVIES}{}", movie("Rush", 1))));
    settle(&sandbox.write("inbox/2026-11-02/movies.csv", format!("{MOVIES}{}", movie("Rush", 2))));
    sync(&sandbox, &["--dry-run"]).success().snapshot("sync_dry_run");
    assert_eq!(sandbox.names(), ["inbox"]);
    sync(&sandbox, &[]).success();
    let before = sandbox.database();
    settle(
        &sandbox
            .write("inbox/2026-11-03/movies.csv", format!("{MOVIES}{}{}", movie("Rush", 3), movie("New", 3))),
    );
    settle(&sandbox.write("inbox/2026-11-04/movies.csv", format!("{MOVIES}{}", movie("New", 4))));
    settle(&sandbox.write("inbox/2026-11-05/movies.csv", "title\n"));
    settle(&sandbox.write("inbox/2026-11-06/movies.csv", format!("{MOVIES}{}", movie("New", 6))));
    let told = sync(&sandbox, &["--dry-run", "--each-file"]);
    assert_eq!(told.code, 1, "{}", told.stderr);
    let counts: Vec<&str> = told.stderr.lines().filter(|line| line.contains(" read, ")).collect();
    assert!(
        counts[0].contains("1 inserted, 1 updated") && counts[1].contains("0 inserted, 1 updated"),
        "{counts:?}"
    );
    assert!(
        counts[2].contains("0 inserted, 1 updated") && counts[3].contains("dry run, 3 files"),
        "{counts:?}"
    );
    assert!(sandbox.database() == before, "not a byte was changed");
}

/// What one part of a complete dump lacks may be in another.
#[test]
fn the_parts_of_a_complete_dump_are_one() {
    let sandbox = Sandbox::new();
    let deliver = |night: u32, part: u32, names: &[&str]| {
        settle(&sandbox.write(&format!("inbox/{}/authors-{part}.json", date(night)), authors(names)));
    };
    deliver(1, 1, &["Ann", "Bob"]);
    deliver(1, 2, &["Cid", "Dee"]);
    sync(&sandbox, &[]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM vanished"), "0\n");
    deliver(2, 1, &["Ann"]);
    deliver(2, 2, &["Cid"]);
    deliver(2, 10, &["Eve"]);
    sync(&sandbox, &[]).success();
    assert_eq!(sandbox.rows("SELECT key FROM vanished ORDER BY 1"), "Bob\nDee\n");
    assert_eq!(sandbox.rows("SELECT vanished FROM load ORDER BY id"), "0\n0\n0\n0\n2\n");
    // A part that is mended brings the others with it.
    deliver(2, 2, &["Cid", "Dee"]);
    sync(&sandbox, &["--each-file"]).success();
    assert_eq!(sandbox.rows("SELECT key FROM vanished ORDER BY 1"), "Bob\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM load"), "8\n");
    // Of sessions there are too many for that.
    sandbox.write("parts/streams-1.csv", STREAMS);
    sandbox.write("parts/streams-2.csv", STREAMS);
    sandbox.scli(&["sync", "parts", "--complete"]).snapshot("sync_parts_of_sessions");
}

#[test]
fn another_path_with_the_same_bytes_is_known_on_the_same_date_alone() {
    let sandbox = Sandbox::new();
    deliver(&sandbox, 1);
    sync(&sandbox, &[]).success();
    std::fs::rename(sandbox.path("inbox"), sandbox.path("moved")).unwrap();
    let told = sandbox.scli(&["sync", "moved"]).success().stderr;
    assert!(told.ends_with("nothing new; 6 files known\n"), "{told}");
    sandbox.scli(&["sync", "moved", "--date", "2026-11-09"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM delivery"), "2\n");
    sandbox.scli(&["sync", "moved", "--date", "2026-11-09", "--reload"]).success();
    assert_eq!(sandbox.rows("SELECT count(*) FROM delivery"), "3\n");
}

/// A reader sees the night before or this one: the copy that is sealed while nights are loaded is of one of them.
#[test]
fn a_copy_sealed_during_a_sync_is_of_one_night() {
    let sandbox = Sandbox::new();
    deliver(&sandbox, 1);
    sync(&sandbox, &[]).success();
    for night in 2..=40 {
        // The movie of night N is N long, and so is the page count of its book.
        let folder = format!("inbox/2027-01-{night:02}");
        let folder = if night > 31 { format!("inbox/2027-02-{:02}", night - 31) } else { folder };
        settle(
            &sandbox
                .write(&format!("{folder}/movies.csv"), format!("{MOVIES}{}", movie("Rush", 1000 + night))),
        );
        let book =
            format!(r#"[{{"name": "Dust", "pages": {}, "author": "M", "publisher": "P"}}]"#, 1000 + night);
        settle(&sandbox.write(&format!("{folder}/books.json"), book));
    }
    let mut syncing = sandbox.command(&["sync", "inbox", "-q"]).spawn().unwrap();
    let mut sealed = 0;
    while syncing.try_wait().unwrap().is_none() {
        sandbox.scli(&["seal", "--force", "copy.db"]).success();
        let copy = rusqlite::Connection::open(sandbox.path("copy.db")).unwrap();
        let told = crate::harness::rows(
            &copy,
            "SELECT m.duration_mins, b.pages FROM movie AS m, book AS b WHERE m.title = 'Rush'",
        );
        let (minutes, pages) = told.trim().split_once('|').unwrap();
        assert!(minutes == pages || (minutes, pages) == ("101", "9"), "{told}");
        sealed += 1;
    }
    assert!(syncing.wait().unwrap().success() && sealed > 0);
    assert_eq!(minutes(&sandbox, "Rush", None), "1040");
}
