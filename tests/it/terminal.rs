//! What is printed on a real terminal: a pseudo-terminal of a certain width.

use crate::harness::{Sandbox, snapshot};
use std::fs::File;
use std::io::Read;
use std::os::fd::FromRawFd;
use std::process::Stdio;

/// Runs the binary with its standard output on a terminal so many columns wide, and tells what that shows.
fn on_terminal(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> String {
    let (mut ours, mut theirs) = (0, 0);
    let size = libc::winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: both descriptors are written to valid places, and are ours alone if the call succeeds.
    let (mut screen, terminal) = unsafe {
        let made = libc::openpty(&mut ours, &mut theirs, std::ptr::null_mut(), std::ptr::null(), &size);
        assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
        (File::from_raw_fd(ours), File::from_raw_fd(theirs))
    };
    let mut command = sandbox.command(args);
    let mut child = command
        .envs(variables.iter().copied())
        .stdout(Stdio::from(terminal))
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    drop(command); // holds the terminal's other end
    let mut shown = Vec::new();
    let mut part = [0; 4096];
    // Where nobody holds the terminal any more, Linux gives an error, others the end.
    while let Ok(length @ 1..) = screen.read(&mut part) {
        shown.extend_from_slice(&part[..length]);
    }
    assert!(child.wait().unwrap().success());
    String::from_utf8(shown).unwrap().replace("\r\n", "\n")
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

#[test]
fn a_table_fits_the_terminal_and_a_pipe_gets_all_of_it() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write(
        "wide.sql",
        "SELECT title, duration_mins, 'a text that goes on and on, and then on, beyond what there is room for' AS text,
            -9223372036854775807 AS number FROM movie ORDER BY title LIMIT 2",
    );
    let args = ["query", "-f", "wide.sql"];
    let whole = sandbox.scli(&args).success().stdout;
    assert!(widest(&whole) > 110 && !whole.contains('…'), "{whole}");
    assert_eq!(on_terminal(&sandbox, 200, &args, &[]), whole, "there is room for all of it");

    let cut = on_terminal(&sandbox, 80, &args, &[]);
    assert_eq!(widest(&cut), 80);
    assert!(
        cut.contains("a text that") && cut.contains('…') && cut.contains("-9223372036854775807"),
        "{cut}"
    );
    assert!((30..=40).contains(&widest(&on_terminal(&sandbox, 40, &args, &[]))));
    snapshot("terminal_80", &cut);

    let told = on_terminal(&sandbox, 80, &args, &[("COLUMNS", "60")]);
    assert_eq!(widest(&told), 60, "COLUMNS has the last word");
    let csv = on_terminal(&sandbox, 80, &[&args[..], &["--format", "csv"]].concat(), &[]);
    assert!(csv.contains("beyond what there is room for"), "other formats are for programs: {csv}");
    let mut piped = sandbox.command(&args);
    let piped = piped.env("COLUMNS", "60").output().unwrap();
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), whole, "no terminal, no limit");
    on_terminal(&sandbox, 80, &[&args[..], &["-o", "wide.txt"]].concat(), &[]);
    assert_eq!(std::fs::read_to_string(sandbox.path("wide.txt")).unwrap(), whole, "nor in a file");
}

#[test]
fn every_table_fits() {
    let sandbox = Sandbox::with_warehouse();
    for args in [
        &["answers", "--receipts"][..],
        &["answers", "--compare", "1"],
        &["loads"],
        &["check"],
        &["schema"],
        &["query", "--list"],
        &["rejects", "list", "--all"],
        &["rejects", "show", "1"],
        &["history", "movie", "Unforgiven"],
    ] {
        let shown = on_terminal(&sandbox, 72, args, &[]);
        assert!(widest(&shown) <= 72, "{args:?}\n{shown}");
    }
}

#[test]
fn a_record_set_aside_is_shown_whole() {
    let sandbox = Sandbox::new();
    let record = format!(r#"{{"metadata": {{"name": "Ann", "birth_date": "{}"}}}}"#, "long ago ".repeat(30));
    sandbox.load_with("author", "authors.json", format!("[{record}]"), &["--allow-empty"]).success();
    let shown = on_terminal(&sandbox, 60, &["rejects", "show", "1"], &[]);
    assert!((50..=60).contains(&widest(&shown)), "{shown}");
    let raw: String = shown
        .lines()
        .skip_while(|line| !line.contains("│ raw "))
        .take_while(|line| line.contains("│ raw ") || line.starts_with("│        "))
        .map(|line| line.split('│').nth(2).unwrap().strip_prefix(' ').unwrap().strip_suffix(' ').unwrap())
        .collect();
    assert_eq!(raw.trim_end(), record);
}
