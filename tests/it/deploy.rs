//! What deploy/ and the workflows hold runs, as far as this machine has what it takes.

#![cfg(unix)]

use crate::harness::{Outcome, Sandbox, copy, has, project, rows};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files in deploy/ and the workflows.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["deploy", ".github/workflows"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(project(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The words of a command up to where the shell's own begin, or a quotation ends; without their quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in line.split_whitespace().take_while(|word| !word.starts_with(['>', '|', '&', ';', '#'])) {
        words.push(word.trim_matches(['"', ',', ')']).to_owned());
        if word.ends_with("\",") || word.ends_with("\")") {
            break;
        }
    }
    words
}

/// Every command of scli: in a line of shell, or as the arguments of a container.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some((_, list)) = line.split_once("args: [") {
            let list = list.trim_end_matches(']').replace(',', " ");
            found.push([vec!["scli".to_owned()], words(&list)].concat());
        }
        for (at, _) in line.match_indices("scli ") {
            if at == 0 || line[..at].ends_with([' ', '"', '(']) {
                found.push(words(&line[at..]));
            }
        }
    }
    found
}

#[test]
fn every_command_line_is_one_that_scli_takes() {
    let mut count = 0;
    for file in files() {
        for words in commands(&text(&file)) {
            let parsed = scli::cli::command().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{}: {words:?}\n{}", file.display(), parsed.unwrap_err());
            count += 1;
        }
    }
    assert!(count >= 12, "only {count} commands were found");
}

/// Runs the script in a folder of its own, with the binary of this test as `scli`.
fn nightly(sandbox: &Sandbox) -> Outcome {
    let script = project("deploy/nightly.sh");
    let line = format!(
        "DATABASE_URL=$PWD/warehouse.db INBOX=$PWD/inbox BACKUPS=$PWD/backups TMPDIR=$PWD; \
         export DATABASE_URL INBOX BACKUPS TMPDIR; '{}'",
        script.display()
    );
    sandbox.shell(&line)
}

#[test]
fn nights_follow_one_another() {
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox"));
    let first = nightly(&sandbox);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let second = nightly(&sandbox);
    assert_eq!(second.code, 0, "{}", second.stderr);
    let backup = sandbox.shell("cd backups && sha256sum -c warehouse-*.sha256 && ls");
    assert_eq!(backup.code, 0, "{}", backup.stderr);
    for name in ["answers.json", "quality.txt"] {
        assert!(backup.stdout.contains(name), "{}", backup.stdout);
    }

    // A dump of which most is missing is refused; the rest of the night takes place all the same.
    sandbox.write("inbox/vendor/authors.json", "[]");
    let mut users = text(&project("data/internal/users.csv"));
    users += "New,User,new.user@x.example\n";
    sandbox.write("inbox/internal/users.csv", users);
    let third = nightly(&sandbox);
    assert_eq!(third.code, 3, "{}", third.stderr);
    assert!(third.stderr.contains("\"exit_code\":3"), "{}", third.stderr);
    let newest = sandbox.shell("ls -t backups/warehouse-*.db | head -n 1").stdout;
    let sealed = Connection::open(sandbox.path(newest.trim())).unwrap();
    assert_eq!(rows(&sealed, "SELECT count(*) FROM author"), "200\n");
    assert_eq!(rows(&sealed, "SELECT count(*) FROM user WHERE first_name = 'New'"), "1\n");

    // A backup becomes the warehouse again.
    let line =
        format!("cp {} warehouse.db && scli unseal && scli sync inbox --max-vanished 100%", newest.trim());
    assert_eq!(sandbox.shell(&line).code, 0);

    // What is worse than a limit ends the night.
    sandbox.write("inbox/vendor/books.json", "[{");
    assert_eq!(nightly(&sandbox).code, 1);
    std::fs::remove_dir_all(sandbox.path("inbox")).unwrap();
    assert_eq!(nightly(&sandbox).code, 1);
}

/// Runs a program of the system, and fails with what it says.
fn passes(command: &mut Command) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
}

#[test]
fn scripts_and_descriptions_are_well_formed() {
    let of =
        |end: &'static str| files().into_iter().filter(move |file| file.to_str().unwrap().ends_with(end));
    for file in of(".sh") {
        passes(Command::new("sh").arg("-n").arg(file));
    }
    if has("python3") {
        let sandbox = Sandbox::new();
        for file in of(".py") {
            passes(
                Command::new("python3")
                    .args(["-m", "py_compile"])
                    .arg(file)
                    .env("PYTHONPYCACHEPREFIX", sandbox.path("")),
            );
        }
        let yaml = Command::new("python3").args(["-c", "import yaml"]).output().unwrap();
        if yaml.status.success() {
            for file in of(".yml").chain(of(".yaml")) {
                let load = "import sys, yaml; assert all(yaml.safe_load_all(open(sys.argv[1])))";
                passes(Command::new("python3").args(["-c", load]).arg(file));
            }
        } else {
            println!("skipped: python3 has no module yaml");
        }
    }
}

#[test]
fn the_units_are_what_systemd_takes() {
    if !has("systemd-analyze") {
        return;
    }
    let sandbox = Sandbox::new();
    let service = text(&project("deploy/scli.service"));
    let script = "/usr/local/lib/scli/nightly.sh";
    assert!(service.contains(script));
    // It looks for the program to run, which is not installed here.
    sandbox.write("scli.service", service.replace(script, "/bin/true"));
    sandbox.write("scli.timer", text(&project("deploy/scli.timer")));
    let mut command = Command::new("systemd-analyze");
    command.args(["verify", "--man=no", "./scli.service", "./scli.timer"]).current_dir(sandbox.path(""));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // What it says of other units of this machine is not about these.
    assert!(!said.contains("scli."), "{said}");
}

#[test]
fn the_image_is_built_from_files_that_are_there() {
    let dockerfile = text(&project("deploy/Dockerfile"));
    let ignored = text(&project(".dockerignore"));
    let mut copied = Vec::new();
    for line in dockerfile.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let names: Vec<&str> = line.split(' ').skip(1).collect();
        for name in &names[..names.len() - 1] {
            assert!(project(name).exists(), "{line}");
            assert!(!ignored.lines().any(|ignored| ignored == *name), "{name} is ignored");
            copied.push((*name).to_owned());
        }
    }
    // What the build reads: what the sources include, and what the manifest names.
    for needed in ["Cargo.toml", "Cargo.lock", "Makefile", "src", "migrations", "queries", "benches"] {
        assert!(copied.iter().any(|name| name == needed), "{needed}");
    }
    assert!(project("Makefile").exists() && text(&project("Makefile")).contains("\nstatic: "));
}

/// As in an image made from scratch: a root with the binary, a directory for data, and nothing else.
#[test]
fn the_static_binary_needs_nothing_beside_it() {
    let Some(binary) = std::env::var_os("SCLI_STATIC") else {
        println!("skipped: SCLI_STATIC does not name a statically linked scli (make static-check)");
        return;
    };
    let sandbox = Sandbox::new();
    let root = sandbox.path("root");
    if !Command::new("chroot").args(["/", "true"]).output().is_ok_and(|output| output.status.success()) {
        println!("skipped: only the superuser may change the root");
        return;
    }
    std::fs::create_dir_all(root.join("data")).unwrap();
    std::fs::copy(project("").join(binary), root.join("scli")).unwrap();
    copy(&project("data"), &root.join("inbox"));
    let run = |args: &[&str]| {
        let mut command = Command::new("chroot");
        command.arg(&root).arg("/scli").args(args).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()); // to find chroot
        command.env("DATABASE_URL", "/data/warehouse.db").env("TMPDIR", "/data");
        Outcome::from(command.output().unwrap())
    };
    // So little memory that streams are sorted in temporary files.
    let loaded = run(&["sync", "/inbox", "--memory", "1"]);
    assert_eq!(loaded.code, 0, "{}", loaded.stderr);
    let answers = run(&["answers", "--format", "csv"]);
    assert_eq!(answers.code, 0, "{}", answers.stderr);
    assert_eq!(answers.stdout, Sandbox::with_warehouse().scli(&["answers", "--format", "csv"]).stdout);
    let sealed = run(&["seal", "/data/backup.db"]);
    assert_eq!(sealed.code, 0, "{}", sealed.stderr);
    let mut names: Vec<_> =
        std::fs::read_dir(root.join("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["backup.db", "warehouse.db"]);
}
