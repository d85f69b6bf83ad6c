//! A disk that is full, and a limit on the size of files.

#![cfg(unix)]

use crate::harness::{Outcome, Sandbox};
use crate::survival::{Scene, content};
use std::path::PathBuf;
use std::process::Command;

fn streams() -> Scene {
    let first = ("stream", "two/internal/streams.csv");
    Scene::new(20_000, Some(first), ("stream", "one/internal/streams.csv"))
}

/// A command under a limit on the size of files, in blocks of 512 bytes.
fn limited(scene: &Scene, blocks: u64) -> Command {
    let binary = scene.command(&scene.load);
    let mut command = scene.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f \"$1\" && shift && exec \"$@\"", "sh", &blocks.to_string()]);
    shell.arg(binary.get_program()).args(binary.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    shell.current_dir(scene.sandbox.path("")).stdin(std::process::Stdio::null());
    std::mem::swap(&mut command, &mut shell);
    command
}

/// The load failed, said so, and changed nothing but the ledger.
fn failed(scene: &Scene, outcome: &Outcome, messages: &[&str]) {
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(messages.iter().any(|message| outcome.stderr.contains(message)), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("\n  help: "), "{}", outcome.stderr);
    assert!(!scene.check(), "nothing was changed");
}

#[test]
fn a_limit_on_file_sizes_is_an_error_like_any_other() {
    let scene = streams();
    scene.run(scene.command(&scene.load)).success();
    let blocks = |path: PathBuf| std::fs::metadata(path).unwrap().len() / 512;
    let (before, after) = (blocks(scene.sandbox.path("before.db")), blocks(scene.database()));
    for limit in [before + 1, (before + after) / 2, after - 40] {
        scene.rewind();
        let outcome = scene.run(limited(&scene, limit));
        failed(
            &scene,
            &outcome,
            &["the disk or the file system failed: disk I/O error; nothing was changed"],
        );
        let noted = scene.sandbox.rows("SELECT outcome FROM load ORDER BY id DESC LIMIT 1");
        assert_eq!(noted, "failed\n", "limit {limit} of {before} to {after}");
        scene.rewind();
        scene.converge(false);
    }
}

#[test]
fn a_limit_below_the_size_of_the_database_leaves_what_is_there() {
    let scene = streams();
    let size = std::fs::metadata(scene.database()).unwrap().len() / 512;
    for limit in [1, 100, size / 2] {
        scene.rewind();
        let outcome = scene.run(limited(&scene, limit));
        failed(&scene, &outcome, &["nothing was changed", "temporary file"]);
    }
    scene.rewind();
    scene.converge(false);
}

#[test]
fn a_database_that_cannot_be_made_leaves_nothing_half_done() {
    let scene = Scene::new(1000, None, ("movie", "one/internal/movies.csv"));
    for limit in [0, 1, 33, 100] {
        scene.rewind();
        let outcome = scene.run(limited(&scene, limit));
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert!(!scene.check());
        scene.converge(false);
    }
}

#[test]
fn runs_need_a_place_for_temporary_files() {
    let scene = streams();
    let mut command = scene.command(&scene.load);
    command.env("TMPDIR", "nowhere");
    let outcome = scene.run(command);
    failed(&scene, &outcome, &["a temporary file in nowhere: No such file or directory"]);
}

/// A small file system in memory, below a sandbox.
struct Small(PathBuf);

impl Small {
    /// `None` where this user may not mount.
    fn mount(path: PathBuf, kib: u64) -> Option<Small> {
        let _ = std::fs::create_dir(&path);
        let options = format!("size={kib}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&path);
        match mount.output() {
            Ok(output) if output.status.success() => Some(Small(path)),
            other => {
                println!("skipped: a tmpfs cannot be mounted here: {other:?}");
                None
            }
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn a_copy_that_does_not_fit_names_its_own_disk() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["seal", "whole.db"]).success();
    let size = std::fs::metadata(sandbox.path("whole.db")).unwrap().len() / 1024;
    for room in [64, size / 2, size - 16] {
        let Some(small) = Small::mount(sandbox.path("disk"), room) else { return };
        let outcome = sandbox.scli(&["seal", "disk/out.db"]);
        assert_eq!(outcome.code, 1);
        assert_eq!(
            outcome.stderr,
            "error: disk/out.db: the disk is full; the copy was not made\n  \
             help: make room in disk, or name a file on another disk\n",
            "{room} of {size}"
        );
        assert_eq!(crate::survival::names(&small.0), [""; 0], "{room} of {size}");
    }
}

#[test]
fn a_query_that_sorts_names_the_folder_that_is_full() {
    let sandbox = Sandbox::with_warehouse();
    let Some(small) = Small::mount(sandbox.path("disk"), 1024) else { return };
    // More than the cache holds, in no order.
    sandbox.write(
        "sort.sql",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
         SELECT max(text) FROM (SELECT hex(randomblob(200)) AS text FROM n ORDER BY 1 LIMIT -1 OFFSET 1)",
    );
    for variable in ["TMPDIR", "SQLITE_TMPDIR"] {
        let mut command = sandbox.command(&["query", "-f", "sort.sql"]);
        let outcome: Outcome = command.env(variable, &small.0).output().unwrap().into();
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        let folder = small.0.display();
        assert_eq!(
            outcome.stderr,
            format!(
                "error: no room for temporary files in {folder}: the disk is full; nothing was changed\n  \
                 help: make room there, or set {variable} to a directory with room\n"
            )
        );
    }
}

#[test]
fn a_full_disk_is_told_and_nothing_changed() {
    let scene = streams();
    scene.run(scene.command(&scene.load)).success();
    let kib = |path: PathBuf| std::fs::metadata(path).unwrap().len() / 1024;
    let (before, after) = (kib(scene.sandbox.path("before.db")), kib(scene.database()));
    for room in [before + 4, before + 100, (before + after) / 2, after - 8] {
        let Some(small) = Small::mount(scene.sandbox.path("disk"), room) else { return };
        let database = small.0.join("w.db");
        std::fs::copy(scene.sandbox.path("before.db"), &database).unwrap();
        let mut command = scene.command(&scene.load);
        command.env("DATABASE_URL", &database);
        let outcome = scene.run(command);
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with("error: ")
                && outcome.stderr.contains("the disk is full; nothing was changed"),
            "{}",
            outcome.stderr
        );
        assert_eq!(content(&database), scene.before);
        assert_eq!(crate::survival::names(&small.0), ["w.db"]);
    }
}

#[test]
fn a_full_disk_for_temporary_files_is_told_and_nothing_changed() {
    let mut scene = streams();
    let Some(_small) = Small::mount(scene.sandbox.path("tmp"), 64) else { return };
    let outcome = scene.run(scene.command(&scene.load));
    failed(&scene, &outcome, &["tmp: No space left on device"]);

    // The records of another model are sorted in such a file, beyond the memory that they may have.
    let record = |i: u32| {
        let text = "x".repeat(100_000);
        format!(
            r#"{{"content": {{"text": "{i} {text}"}}, "rating": {{"rate": 5}}, "movies": [{{"title": "M"}}], "books": [{{"metadata": {{"title": "B"}}}}]}}"#
        )
    };
    let reviews: Vec<String> = (0..200).map(record).collect();
    scene.sandbox.write("one/reviews.jsonl", reviews.join("\n"));
    let args = ["load", "one/reviews.jsonl"].map(str::to_owned);
    let little = ["--memory", "16"].map(str::to_owned);
    let outcome = scene.run(scene.command(&[args.clone(), little].concat()));
    failed(&scene, &outcome, &["tmp: No space left on device"]);

    // Where some are known already, they go to a staging table, which SQLite keeps in a file of its own once it is large.
    scene.sandbox.write("one/review.jsonl", record(0));
    let known = ["load", "one/review.jsonl"].map(str::to_owned);
    assert_eq!(scene.run(scene.command(&known)).code, 0);
    scene.before = content(&scene.database());
    let outcome = scene.run(scene.command(&args));
    let folder = scene.sandbox.path("tmp");
    failed(
        &scene,
        &outcome,
        &[&format!("no room for temporary files in {}: the disk is full", folder.display())],
    );
}
