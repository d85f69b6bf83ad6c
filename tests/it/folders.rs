//! Which files below a folder are found, and which of them come together.

use crate::deliveries::{MOVIES, STREAMS, USERS, authors, minutes, movie, settle, sync};
use crate::harness::Sandbox;

#[test]
fn folders_without_dates_go_in_natural_order() {
    let sandbox = Sandbox::new();
    for (folder, minutes) in [("10", 110), ("9", 109), ("a/8", 108)] {
        let name = format!("inbox/{folder}/internal/movies.csv");
        settle(&sandbox.write(&name, format!("{MOVIES}{}", movie("Rush", minutes))));
    }
    settle(&sandbox.write("inbox/users-2026-11-20.csv", format!("{USERS}Ann,A,ann@x.org\n")));
    sync(&sandbox, &[]).success();
    assert_eq!(
        sandbox.rows("SELECT id, date, source FROM delivery"),
        "1|2026-11-20|inbox/users-2026-11-20.csv\n2|NULL|inbox/9/internal/movies.csv\n\
         3|NULL|inbox/10/internal/movies.csv\n4|NULL|inbox/a/8/internal/movies.csv\n"
    );
    assert_eq!(minutes(&sandbox, "Rush", None), "108");
    // Known by their paths; one that changes is loaded again, whatever lies beside it.
    assert!(sync(&sandbox, &[]).success().stderr.ends_with("nothing new; 4 files known\n"));
    settle(&sandbox.write("inbox/9/internal/movies.csv", format!("{MOVIES}{}", movie("Rush", 119))));
    sync(&sandbox, &[]).success();
    assert_eq!(minutes(&sandbox, "Rush", None), "119");
}

#[test]
fn files_of_one_date_come_together_wherever_they_lie() {
    let sandbox = Sandbox::new();
    settle(&sandbox.write("inbox/movies-2026-11-20.csv", format!("{MOVIES}{}", movie("Rush", 1))));
    settle(&sandbox.write("inbox/20261121_users.csv", format!("{USERS}Ann,A,ann@x.org\n")));
    settle(&sandbox.write("inbox/2026/11/20/vendor/authors.json", authors(&["Ann"])));
    settle(&sandbox.write("inbox/2026-11-20T0230/books.json", "[]"));
    settle(&sandbox.write("more/20261120/streams-10.csv", STREAMS));
    settle(&sandbox.write("more/20261120/streams-9.csv", STREAMS));
    sandbox.scli(&["sync", "inbox", "more", "--allow-empty"]).success();
    assert_eq!(
        sandbox.rows(
            "SELECT d.date, l.model, l.source FROM delivery AS d JOIN load AS l ON l.delivery_id = d.id ORDER BY l.id"
        ),
        "2026-11-20|movie|inbox/movies-2026-11-20.csv\n2026-11-20|stream|more/20261120/streams-9.csv\n\
         2026-11-20|stream|more/20261120/streams-10.csv\n2026-11-20|author|inbox/2026/11/20/vendor/authors.json\n\
         2026-11-20T02:30|book|inbox/2026-11-20T0230/books.json\n2026-11-21|user|inbox/20261121_users.csv\n"
    );
    // The date that is given goes before those of names.
    let other = Sandbox::new();
    other.write("inbox/movies-2026-11-20.csv", format!("{MOVIES}{}", movie("Rush", 1)));
    other.write("inbox/users.csv", format!("{USERS}Ann,A,ann@x.org\n"));
    other.scli(&["sync", "inbox", "--date", "20261001"]).success();
    assert_eq!(other.rows("SELECT date, (SELECT count(*) FROM load) FROM delivery"), "2026-10-01|2\n");
    assert_eq!(other.scli(&["sync", "inbox", "--date", "soon"]).code, 2);
}

/// The folder that is given may tell the date itself, also as `.`, or be a link to one that does.
#[test]
fn a_folder_that_is_named_tells_its_own_date() {
    let sandbox = Sandbox::new();
    sandbox.write("2026-11-20/movies.csv", format!("{MOVIES}{}", movie("Rush", 1)));
    let dates = |line: &str| {
        let _ = std::fs::remove_file(sandbox.path("w.db"));
        let told = sandbox.shell(line);
        assert_eq!(told.code, 0, "{}", told.stderr);
        crate::harness::rows(
            &rusqlite::Connection::open(sandbox.path("w.db")).unwrap(),
            "SELECT date FROM delivery",
        )
    };
    assert_eq!(dates("scli --db w.db sync 2026-11-20"), "2026-11-20\n");
    assert_eq!(dates("cd 2026-11-20 && scli --db ../w.db sync ."), "2026-11-20\n");
    assert_eq!(dates("scli --db w.db sync 2026-11-20/movies.csv"), "2026-11-20\n");
    assert_eq!(dates("scli --db w.db load --model movie --config 2026-11-20/movies.csv"), "2026-11-20\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("2026-11-20", sandbox.path("today")).unwrap();
        assert_eq!(dates("scli --db w.db sync today"), "2026-11-20\n");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_what_is_hidden_is_left_out() {
    let sandbox = Sandbox::new();
    sandbox.write("inbox/2026-11-20/movies.csv", format!("{MOVIES}{}", movie("Rush", 1)));
    sandbox.write("inbox/.trash/users.csv", USERS);
    sandbox.write("inbox/.users.csv", USERS);
    sandbox.write("away/2026-11-21/users.csv", format!("{USERS}Ann,A,ann@x.org\n"));
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(from, sandbox.path(to)).unwrap();
    link("2026-11-20", "inbox/a-link");
    link("../away/2026-11-21", "inbox/elsewhere");
    link("..", "inbox/2026-11-20/up");
    link("nowhere", "inbox/broken");
    let told = sync(&sandbox, &[]).success().stderr;
    assert_eq!(
        told.lines().next().unwrap(),
        "not loaded, since no model has such a name: inbox/broken",
        "{told}"
    );
    assert_eq!(
        sandbox.rows(
            "SELECT d.date, l.source FROM delivery AS d JOIN load AS l ON l.delivery_id = d.id ORDER BY 1"
        ),
        "2026-11-20|inbox/2026-11-20/movies.csv\n2026-11-21|inbox/elsewhere/users.csv\n"
    );
}

#[test]
fn what_is_not_loaded_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("inbox/movies-2026-11-20.csv", format!("{MOVIES}{}", movie("Rush", 1)));
    sandbox.write("inbox/old-movies.csv", MOVIES);
    sandbox.write("inbox/readme/one.txt", "");
    sandbox.write("inbox/readme/deep/two.txt", "");
    for number in 0..12 {
        sandbox.write(&format!("inbox/2026-11-20/scan-{number:02}.pdf"), "");
    }
    sandbox.write(
        "inbox/2026-11-20/books.json",
        r#"[{"name": "Dust", "pages": 9, "author": "M", "publisher": "P"}]"#,
    );
    std::fs::create_dir(sandbox.path("inbox/empty")).unwrap();
    sync(&sandbox, &[]).success().snapshot("sync_not_loaded");
    let all = sync(&sandbox, &["-v"]).success().stderr;
    assert!(all.contains("scan-11.pdf") && !all.contains("more"), "{all}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_named_with_what_to_do() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = Sandbox::new();
    sandbox.write("inbox/movies.csv", format!("{MOVIES}{}", movie("Rush", 1)));
    symlink("round", sandbox.path("round")).unwrap();
    symlink("nowhere", sandbox.path("gone.csv")).unwrap();
    let mut told = String::new();
    for args in [
        &["sync", "round"][..],
        &["sync", "inbox", "none"],
        &["load", "--model", "movie", "--config", "gone.csv"],
    ] {
        let outcome = sandbox.scli(args);
        assert_eq!(outcome.code, 1);
        told += &outcome.stderr;
    }
    crate::harness::snapshot("folders_bad_links", &told);

    // The superuser may read all; another user is asked for where there is setpriv.
    sandbox.write("inbox/closed/users.csv", USERS);
    sandbox.write("inbox/blind/users.csv", USERS);
    let mode = |name: &str, mode: u32| {
        std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o777);
    mode("inbox/blind", 0o755);
    let as_nobody = |path: &str| {
        let mut command = std::process::Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command.arg(env!("CARGO_BIN_EXE_scli")).args(["sync", path]).current_dir(sandbox.path(""));
        command.output()
    };
    for (folder, closed) in [("inbox/closed", 0o000), ("inbox/blind", 0o744)] {
        mode(folder, closed);
        let outcome = match as_nobody("inbox") {
            Ok(output) if output.status.code() == Some(1) && output.stderr.starts_with(b"error: ") => {
                crate::harness::Outcome::from(output)
            }
            other => {
                mode(folder, 0o755);
                println!("skipped: another user cannot run scli here: {other:?}");
                return;
            }
        };
        mode(folder, 0o755);
        let message = format!(
            "error: {folder}: the folder cannot be read: permission denied\n  help: let the user who runs scli \
             read it: chmod u+rx {folder}; or name the other folders and files\n"
        );
        assert_eq!(outcome.stderr, message);
        assert!(!sandbox.path("warehouse.db").exists());
    }
}
