//! The page of answers: what it holds, that it is safe and whole, and how a browser shows it.

use crate::harness::{Sandbox, snapshot};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The page of the warehouse in the folder.
pub fn page(sandbox: &Sandbox, more: &[&str]) -> String {
    sandbox.scli(&[&["answers", "--html", "-"], more].concat()).success().stdout
}

/// What stands between each `start` and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).map(|rest| rest.split(end).next().unwrap()).collect()
}

/// Headings, figures, captions and what is folded, and how many marks each picture has.
fn structure(page: &str) -> String {
    let mut told = String::new();
    let mut marks = 0;
    for line in page.lines() {
        let starts = |tags: &[&str]| tags.iter().any(|tag| line.starts_with(tag));
        if starts(&[
            "<h1",
            "<h2",
            "<dl",
            "<figcaption",
            "<summary",
            "<title",
            "<desc",
            "<p class=\"muted\"",
            "<text",
        ]) {
            let _ = writeln!(told, "{line}");
        }
        marks += usize::from(starts(&["<rect", "<polygon"]));
        if line == "</svg>" {
            let _ = writeln!(told, "({marks} marks)");
            marks = 0;
        }
    }
    let _ = writeln!(told, "({} rows of tables)", page.matches("<tr><td").count());
    told
}

#[test]
fn it_holds_every_answer_and_what_belongs_to_it() {
    let sandbox = Sandbox::with_warehouse();
    let page = page(&sandbox, &[]);
    let answers: Vec<Value> =
        serde_json::from_str(&sandbox.scli(&["answers", "--format", "json"]).success().stdout).unwrap();
    for answer in &answers {
        let text = |member: &str| answer[member].as_str().unwrap_or_default().to_owned();
        let section =
            between(&page, &format!("<section id=\"{}\">", text("question")), "</section>")[0].to_owned();
        assert!(section.contains(&text("title")) && section.contains(&text("note")), "{answer}");
        for reading in ["published", "corrected"] {
            let figure = format!(">{reading}</dt><dd>{} <span>{}</span>", answer[reading], text("unit"));
            assert!(section.contains(&figure), "{figure}");
        }
        assert!(section.contains("<details"), "{answer}");
        for load in answer["receipts"]["loads"].as_array().unwrap() {
            assert!(page.contains(&load["sha256"].as_str().unwrap()[..12]), "{load}");
        }
    }
    snapshot("page_structure", &structure(&page));
}

/// The outline of HTML and SVG holds: every element is closed, names are unique, and what is referred
/// to exists.
pub fn is_sound(page: &str) {
    let mut open = Vec::new();
    let body = between(page, "<body>", "</body>")[0];
    for tag in between(body, "<", ">") {
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{tag}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    let ids = between(page, " id=\"", "\"");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    for link in between(page, " href=\"", "\"") {
        assert!(unique.contains(link.strip_prefix('#').unwrap()), "{link}");
    }
    let pictures = between(page, "<svg ", ">");
    for picture in &pictures {
        assert!(picture.contains("role=\"img\""), "{picture}");
        for name in between(picture, "aria-labelledby=\"", "\"")[0].split(' ') {
            assert!(unique.contains(name), "{name}");
        }
    }
    for outside in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http:", "https:"] {
        assert!(!page.contains(outside), "it needs nothing but itself: {outside}");
    }
    assert!(page.contains("default-src 'none'") && !page.contains("NaN") && !page.contains("inf\""));
}

#[test]
fn it_is_sound_with_and_without_data() {
    let sandbox = Sandbox::with_warehouse();
    let whole = page(&sandbox, &[]);
    is_sound(&whole);
    assert_eq!(whole.matches("<svg ").count(), 6);

    let empty = Sandbox::new();
    empty.scli(&["init-db"]).success();
    let nothing = page(&empty, &[]);
    is_sound(&nothing);
    assert!(nothing.contains("There are no streams yet"));
    snapshot("page_empty", &structure(&nothing));

    let movies = "title,duration_mins,original_language,size_mb\nRush,113,English,876\n";
    empty.load("movie", "movies.csv", movies).success();
    assert!(page(&empty, &[]).contains("There are no streams yet"));
}

/// One stream, and streams at the ends of time and size: no scale may break.
#[test]
fn odd_streams_make_sound_pages() {
    for streams in [
        "Rush,a@x,500,2021-12-06T19:30:19Z,2021-12-06T19:30:19Z\n",
        "Rush,a@x,-12.5,1066-10-14T09:00:00Z,9999-12-31T23:59:59Z\nRush,b@x,9e15,2021-12-25T08:00:00Z,2021-12-25T08:00:01Z\n",
        "Rush,a@x,0,1969-12-31T23:59:59.999Z,1970-01-01T00:00:00Z\nRush,a@x,1,2021-12-31T23:30:00Z,2022-01-01T05:00:00Z\n",
    ] {
        let sandbox = Sandbox::new();
        sandbox
            .load(
                "movie",
                "movies.csv",
                "title,duration_mins,original_language,size_mb\nRush,113,English,876\n",
            )
            .success();
        let streams = format!("movie_title,user_email,size_mb,start_at,end_at\n{streams}");
        sandbox.load("stream", "streams.csv", &streams).success();
        let page = page(&sandbox, &[]);
        is_sound(&page);
        for picture in between(&page, "<svg ", "</svg>") {
            assert!(picture.matches("<text").count() < 60, "{picture}");
            assert!(picture.matches("<rect").count() < 200, "{picture}");
        }
    }
}

/// Of many sessions some are drawn, spread over all, and the page says so.
#[test]
fn of_many_sessions_some_are_drawn() {
    let sandbox = Sandbox::with_warehouse();
    let session = |n: u32| {
        let end = if n.is_multiple_of(2) { "2021-12-25T06:30:00Z" } else { "2021-12-25T09:00:00Z" };
        format!("Unforgiven,user{n}@x,1,2021-12-25T0{}:0{}:00Z,{end}\n", n / 50, n % 10)
    };
    let rows: String = (0..200).map(session).collect();
    sandbox
        .load("stream", "streams.csv", format!("movie_title,user_email,size_mb,start_at,end_at\n{rows}"))
        .success();
    let page = page(&sandbox, &[]);
    let outage = between(&page, "<section id=\"users_affected_by_outage\">", "</section>")[0].to_owned();
    let drawn = outage.matches("<polygon").count();
    assert!((30..=40).contains(&drawn), "{drawn}");
    assert!(outage.contains(&format!("Drawn are {drawn} of 208.")), "{outage}");
    for kind in ["session both", "session corrected"] {
        assert!(outage.matches(kind).count() > 5, "{kind}");
    }
    assert!(outage.contains("The first 40; all 208: <code>scli answers --explain users_affected_by_outage"));
}

/// Titles and addresses that are markup, in every place where the page shows one.
pub fn hostile() -> Sandbox {
    let sandbox = Sandbox::new();
    let title = "</script><b>Unforgiven</b>";
    let movies = format!(
        "title,duration_mins,original_language,size_mb\n{title},1,English,1\nUnforgiven,1,English,1\n"
    );
    sandbox.load("movie", "<i>.csv", movies).success();
    let user = "\"\"\"><img src=x onerror=document.title='owned'>\"";
    let streams = format!(
        "movie_title,user_email,size_mb,start_at,end_at\n\
         Unforgiven,{user},5,2021-12-25T08:00:00Z,2021-12-25T09:00:00Z\n\
         {title},{user},5,2021-12-25T08:00:00Z,2021-12-25T09:00:00Z\n"
    );
    sandbox.load("stream", "streams.csv", streams).success();
    let author = r#"{"metadata": {"name": "A & <a href='x'>"}, "nationalities": [{"slug": "singaporeans"}]}"#;
    sandbox.load("author", "authors.json", author).success();
    let book =
        r#"{"name": "<style>*{display:none}", "pages": 1, "author": "A & <a href='x'>", "publisher": "P"}"#;
    sandbox.load("book", "books.json", book).success();
    let review = r#"{"content": {"text": "</details>"}, "rating": {"rate": 5},
        "movies": [{"title": "</script><b>Unforgiven</b>"}], "books": [{"metadata": {"title": "<style>*{display:none}"}}]}"#;
    sandbox.load("review", "reviews.json", review).success();
    sandbox
}

#[test]
fn what_the_data_holds_is_never_markup() {
    let page = page(&hostile(), &[]);
    for raw in ["</script", "<b>Unforgiven", "<img", "<i>", "<a href='x'", "<style>*"] {
        assert!(!page.contains(raw), "{raw}");
    }
    for shown in [
        "&lt;/script&gt;&lt;b&gt;Unforgiven&lt;/b&gt;",
        "&quot;&gt;&lt;img src=x onerror=document",
        "A &amp; &lt;a href=&#39;x&#39;&gt;",
        "&lt;style&gt;*{display:none}",
        "&lt;i&gt;.csv",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn the_same_answers_make_the_same_page() {
    let sandbox = Sandbox::with_warehouse();
    let before = sandbox.database();
    let outcome = sandbox.scli(&["answers", "--html", "a.html"]).success();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.starts_with("wrote a.html, "), "{}", outcome.stderr);
    let file = std::fs::read_to_string(sandbox.path("a.html")).unwrap();
    assert!(file == page(&sandbox, &[]) && file.len() < 300_000, "{}", file.len());
    assert!(sandbox.database() == before && sandbox.names() == ["a.html", "warehouse.db"]);
    assert_eq!(sandbox.scli(&["answers", "--html", "a.html", "--quiet"]).success().stderr, "");
}

#[test]
fn it_shows_the_warehouse_as_it_was() {
    let sandbox = Sandbox::with_warehouse();
    let then = page(&sandbox, &["--as-of", "1"]);
    assert!(then.contains("There are no streams yet; as of load 1, "));
    let now = page(&sandbox, &["--as-of", "6"]);
    assert!(now.contains("From 9652 streams") && now.contains("as of load 6, "));
}

#[test]
fn a_page_that_cannot_be_written_leaves_what_was_there() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("a.html", "old");
    sandbox.write("folder/b.html", "");
    sandbox.write("limited.sh", "ulimit -f 8; exec scli answers --html a.html");
    let told: Vec<String> = [
        "scli answers --html missing/a.html",
        "scli answers --html folder",
        "sh limited.sh",
        "scli answers --html a.html --as-of 99",
        "scli answers --html a.html --format json",
    ]
    .map(|line| format!("# {line}\n{}", sandbox.shell(line).told()))
    .into();
    let folder = format!("{}/", std::fs::canonicalize(sandbox.path("")).unwrap().display());
    snapshot("page_not_written", &told.join("\n").replace(&folder, ""));
    assert_eq!(std::fs::read(sandbox.path("a.html")).unwrap(), b"old");
    assert_eq!(sandbox.names(), ["a.html", "folder", "limited.sh", "warehouse.db"]);
    // Compared with other answers it is written all the same, and the exit code tells.
    sandbox.write("answers.json", "[]");
    let outcome = sandbox.scli(&["answers", "--html", "a.html", "--check", "answers.json"]);
    assert_eq!(outcome.code, 4);
    assert_eq!(std::fs::read_to_string(sandbox.path("a.html")).unwrap(), page(&sandbox, &[]));
}
