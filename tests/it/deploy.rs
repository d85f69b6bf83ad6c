//! What deploy/ and the workflows hold runs, as far as this machine has what it takes.

#![cfg(unix)]

use crate::harness::{Outcome, Sandbox, copy, has, project, rows};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files in deploy/ and the workflows.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["deploy", "deploy/airflow", ".github/workflows"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(project(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
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

/// The arguments of containers in a DAG: the texts of `step("name", …)`, without the name.
fn steps(text: &str) -> Vec<Vec<String>> {
    let calls = text.split("= step(").skip(1).map(|rest| rest.split("\n    )").next().unwrap());
    let texts = calls.map(|call| {
        let call = if call.starts_with('\n') { call } else { call.lines().next().unwrap() };
        call.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    });
    // What the worker itself is to run is a line of shell, and found as such.
    let args = texts.filter(|texts| !texts.iter().any(|text| text.contains("scli ")));
    args.map(|texts| [vec!["scli".to_owned()], texts[1..].to_vec()].concat()).collect()
}

/// A script with the defaults of its settings, as in `: "${NAME:=value}"`, in their places.
fn with_defaults(text: &str) -> String {
    let settings =
        text.lines().filter_map(|line| line.strip_prefix(": \"${")?.strip_suffix("}\"")?.split_once(":="));
    settings.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
}

/// Every command of scli: in a line of shell, or as the arguments of a container.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = steps(text);
    let text = with_defaults(text);
    // A line with "$@" takes the words of others, which stand behind `step`.
    let is_command = |line: &&str| !line.trim_start().starts_with('#') && !line.contains("\"$@\"");
    for line in text.lines().filter(is_command) {
        if let Some(rest) = line.strip_prefix("step ").or_else(|| line.strip_prefix("    step ")) {
            found.push([vec!["scli".to_owned()], words(rest)].concat());
        }
        if let Some((_, list)) = line.split_once("args: [") {
            let list = list.trim_end_matches(']').replace(',', " ");
            found.push([vec!["scli".to_owned()], words(&list)].concat());
        }
        for (at, _) in line.match_indices("scli ") {
            if at == 0 || line[..at].ends_with([' ', '"', '(']) || line[..at].ends_with("/bin/") {
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
        let commands = commands(&text(&file));
        // What runs a night has all of its steps, in whatever form.
        let name = file.file_name().unwrap().to_str().unwrap();
        let steps: &[&str] = match name {
            "cronjob.yaml" => &["sync", "check", "seal"],
            "nightly.sh" => &["sync", "check", "answers", "answers", "seal"],
            _ if name.starts_with("scli_") => &["sync", "check", "answers", "seal"],
            _ => &[],
        };
        let is_step = |word: &&String| ["sync", "check", "answers", "seal"].contains(&word.as_str());
        let found: Vec<&String> = commands.iter().filter_map(|words| words.iter().find(is_step)).collect();
        assert!(steps.is_empty() || found == steps, "{name}: {found:?}");
        for words in commands {
            let parsed = scli::cli::command().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{}: {words:?}\n{}", file.display(), parsed.unwrap_err());
            count += 1;
        }
    }
    assert!(count >= 12, "only {count} commands were found");
}

/// Runs the script in a folder of its own, with the binary of this test as `scli` and these settings beside the
/// usual ones.
fn nightly(sandbox: &Sandbox, settings: &str) -> Outcome {
    let script = project("deploy/nightly.sh");
    sandbox.shell(&format!(
        "export DATABASE_URL=$PWD/warehouse.db INBOX=$PWD/inbox BACKUPS=$PWD/backups TMPDIR=$PWD; {settings} '{}'",
        script.display()
    ))
}

/// The newest copy, with its checksum compared.
fn backup(sandbox: &Sandbox, folder: &str) -> Connection {
    let sums = sandbox.shell(&format!("cd {folder} && sha256sum -c warehouse-*.sha256"));
    assert_eq!(sums.code, 0, "{}{}", sums.stdout, sums.stderr);
    let newest = sandbox.shell(&format!("ls -t {folder}/warehouse-*.db | head -n 1")).stdout;
    Connection::open(sandbox.path(newest.trim())).unwrap()
}

#[test]
fn a_night_is_quiet_when_all_is_well() {
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox/2026-11-20"));
    for night in 20..23 {
        sandbox.write(
            &format!("inbox/2026-11-{night}/internal/users-2.csv"),
            format!("first_name,last_name,email\nNew,User,{night}@x.example\n"),
        );
        let told = nightly(&sandbox, "ON_TROUBLE='touch troubled'");
        assert_eq!((told.code, told.stdout.as_str(), told.stderr.as_str()), (0, "", ""), "night {night}");
    }
    assert!(!sandbox.path("troubled").exists());
    let copied = backup(&sandbox, "backups");
    assert_eq!(rows(&copied, "SELECT count(*) FROM delivery"), "3\n");
    let names = sandbox.shell("ls -A backups").stdout;
    let log = names.lines().find(|name| name.starts_with("night-")).unwrap();
    let log = text(&sandbox.path(&format!("backups/{log}")));
    assert_eq!(log.matches("\"event\":\"synced\"").count(), 3, "{log}");
    for name in ["answers.json", "quality.txt"] {
        assert!(names.contains(name), "{names}");
    }
    assert!(!names.contains(".night") && !names.contains(".new"), "{names}");

    // A backup becomes the warehouse again.
    let line = "cp backups/warehouse-*.db warehouse.db && scli unseal && scli sync inbox";
    assert_eq!(sandbox.shell(line).code, 0);
}

/// Old copies and logs go; those of the last nights stay.
#[test]
fn what_is_older_than_the_days_to_keep_goes() {
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox"));
    for name in
        ["warehouse-2020-01-01.db", "warehouse-2020-01-01.db.sha256", "night-2020-01-01.log", "notes.txt"]
    {
        sandbox.write(&format!("backups/{name}"), "");
        sandbox.shell(&format!("touch -d '30 days ago' backups/{name}"));
    }
    // A folder below is somebody's own.
    sandbox.shell("mkdir backups/keep && cp -p backups/warehouse-2020-01-01.db backups/keep");
    // Without a new copy the old ones are all there is.
    sandbox.shell("mkdir backups/warehouse-$(date -u +%Y-%m-%d).db");
    assert_eq!(nightly(&sandbox, "KEEP_DAYS=7").code, 1);
    let names = sandbox.shell("ls backups").stdout;
    assert!(names.contains("warehouse-2020-01-01.db") && !names.contains("night-2020"), "{names}");
    assert!(!names.contains(".new"), "{names}");
    sandbox.shell("rmdir backups/warehouse-$(date -u +%Y-%m-%d).db");
    assert_eq!(nightly(&sandbox, "KEEP_DAYS=7").code, 0);
    let names = sandbox.shell("ls backups").stdout;
    assert!(!names.contains("2020-01-01") && names.contains("notes.txt"), "{names}");
    assert!(sandbox.path("backups/keep/warehouse-2020-01-01.db").exists());
}

#[test]
fn any_path_will_do() {
    for (url, place) in
        [("w.db", "w.db"), ("sqlite:///w.db", "w.db"), ("sqlite:///$PWD/deep/w.db", "deep/w.db")]
    {
        let sandbox = Sandbox::new();
        std::fs::create_dir(sandbox.path("deep")).unwrap();
        copy(&project("data"), &sandbox.path("in box"));
        let settings = format!("DATABASE_URL={url} INBOX='in box' BACKUPS='back ups'");
        for _ in 0..2 {
            let told = nightly(&sandbox, &settings);
            assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{url}");
        }
        assert!(sandbox.path(place).exists(), "{url}");
        assert_eq!(rows(&backup(&sandbox, "'back ups'"), "SELECT count(*) FROM movie"), "91\n");
    }
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox"));
    let told = nightly(&sandbox, "DATABASE_URL=postgresql://me:secret@db/dw");
    assert!(told.code == 2 && !told.stderr.contains("secret"), "{}", told.stderr);
}

/// Whatever is wrong, there is a backup of what stands, the log goes to standard error, and the hook hears of it.
#[test]
fn trouble_is_told_and_backed_up_all_the_same() {
    let hook = r#"ON_TROUBLE='echo "status $NIGHT_STATUS" > heard; cat >> heard'"#;
    let stream = "movie_title,user_email,size_mb,start_at,end_at\n\
        Nobody Knows It,nobody@x.example,1,2021-12-01T10:00:00Z,2021-12-01T11:00:00Z\n";
    for (name, content, code, said) in [
        // An error of the data that only the whole warehouse shows.
        ("inbox/2026-11-21/streams.csv", stream, 1, "streams_of_unknown_movies (1)"),
        // A dump from which everything is gone is refused.
        ("inbox/2026-11-21/authors.json", "[]", 3, "every known author would have vanished"),
        ("inbox/2026-11-21/books.json", "[{", 1, "broken JSON"),
    ] {
        let sandbox = Sandbox::new();
        copy(&project("data"), &sandbox.path("inbox/2026-11-20"));
        assert_eq!(nightly(&sandbox, "").code, 0);
        sandbox.shell("rm backups/warehouse-*");
        sandbox.write(name, content);
        let told = nightly(&sandbox, hook);
        assert_eq!((told.code, told.stdout.as_str()), (code, ""), "{name}");
        assert!(told.stderr.contains(said), "{name}: {}", told.stderr);
        let heard = text(&sandbox.path("heard"));
        assert!(heard.starts_with(&format!("status {code}\n")) && heard.contains(said), "{name}: {heard}");
        let copied = backup(&sandbox, "backups");
        assert_eq!(rows(&copied, "SELECT count(*) FROM author"), "200\n", "{name}");
        assert_eq!(rows(&copied, "SELECT count(*) FROM answer"), "6\n", "{name}");
    }
}

/// That answers move is no trouble: it is in the log, and the next night compares with the new ones.
#[test]
fn moved_answers_are_in_the_log_alone() {
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox"));
    assert_eq!(nightly(&sandbox, "").code, 0);
    let before = text(&sandbox.path("backups/answers.json"));
    let stream = "movie_title,user_email,size_mb,start_at,end_at\n\
        My Electric Lighthouse,celia.ransome@lanternmail.example,1,2021-12-01T10:00:00Z,2021-12-01T11:00:00Z\n";
    sandbox.write("inbox/more/streams.csv", stream);
    let told = nightly(&sandbox, "");
    assert_eq!((told.code, told.stdout.as_str(), told.stderr.as_str()), (0, "", ""));
    assert_ne!(text(&sandbox.path("backups/answers.json")), before);
    let log = sandbox.shell("cat backups/night-*.log").stdout;
    assert!(log.contains("average_stream_duration"), "{log}");
    assert_eq!(rows(&backup(&sandbox, "backups"), "SELECT count(*) FROM answer"), "6\n");
}

/// Beyond a limit that only warns everything is done, and told.
#[test]
fn a_warning_is_told_after_the_whole_night() {
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox"));
    let settings = r#"LIMITS="--warn-rejected 0" ON_TROUBLE='echo "$NIGHT_STATUS" > heard'"#;
    let told = nightly(&sandbox, settings);
    assert_eq!(told.code, 6, "{}", told.stderr);
    assert_eq!(text(&sandbox.path("heard")), "6\n");
    assert_eq!(rows(&backup(&sandbox, "backups"), "SELECT count(*) FROM answer"), "6\n");
    assert!(sandbox.path("backups/quality.txt").exists());
    // Of two nights of one day the second tells its own log alone.
    sandbox.write("inbox/more/users.csv", "first_name,last_name,email\nNew,User,new@x.example\n");
    let told = nightly(&sandbox, "LIMITS='--no-such-limit'");
    assert_eq!(told.code, 2, "{}", told.stderr);
    assert!(!told.stderr.contains("--warn-rejected"), "{}", told.stderr);
}

/// A night that is stopped tells how far it came.
#[test]
fn a_stopped_night_is_told() {
    let sandbox = Sandbox::new();
    copy(&project("data"), &sandbox.path("inbox"));
    assert_eq!(nightly(&sandbox, "").code, 0);
    let holder = sandbox.connect();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    sandbox.write("inbox/more/users.csv", "first_name,last_name,email\nNew,User,new@x.example\n");
    // As a terminal or a service manager does: the signal goes to all of the night. `timeout` is the leader.
    let hook = r#"ON_TROUBLE='echo "$NIGHT_STATUS" > heard'"#;
    let told = nightly(&sandbox, &format!("{hook} timeout --preserve-status -k 60 2"));
    assert_eq!(told.code, 143, "{}", told.stderr);
    assert!(told.stderr.contains("sync"), "{}", told.stderr);
    assert_eq!(text(&sandbox.path("heard")), "143\n");
}

#[test]
fn a_night_that_cannot_be_says_why() {
    let sandbox = Sandbox::new();
    let told = nightly(&sandbox, "");
    assert!(told.code == 1 && told.stderr.contains("no such file or folder"), "{}", told.stderr);
    copy(&project("data"), &sandbox.path("inbox"));
    let hook = r#"ON_TROUBLE='echo "$NIGHT_STATUS" > heard'"#;
    let told = nightly(&sandbox, &format!("INBOX= {hook}"));
    assert!(told.code == 2 && told.stderr.contains("set INBOX"), "{}", told.stderr);
    assert_eq!(text(&sandbox.path("heard")), "2\n");
    let told = nightly(&sandbox, &format!("BACKUPS=inbox/internal/users.csv/x {hook}"));
    assert!(told.code == 1 && told.stderr.contains("users.csv"), "{}", told.stderr);
    assert_eq!(text(&sandbox.path("heard")), "1\n");
    assert_eq!(nightly(&sandbox, "").code, 0);
    // An inbox that is gone is trouble; what is known is backed up.
    sandbox.shell("rm backups/warehouse-*");
    let told = nightly(&sandbox, "INBOX=nowhere");
    assert!(told.code == 1 && told.stderr.contains("nowhere"), "{}", told.stderr);
    assert_eq!(rows(&backup(&sandbox, "backups"), "SELECT count(*) FROM author"), "200\n");
    // A hook that fails is told, and does not hide what it was called for.
    sandbox.write("inbox/books.json", "[{");
    let told = nightly(&sandbox, "ON_TROUBLE='exit 9'");
    assert!(told.code == 1 && told.stderr.contains("ON_TROUBLE failed with exit code 9"), "{}", told.stderr);
    std::fs::remove_file(sandbox.path("inbox/books.json")).unwrap();
    // Another process has the database for longer than the night waits.
    sandbox.write("inbox/more/users.csv", "first_name,last_name,email\nNew,User,new@x.example\n");
    let holder = sandbox.connect();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let told = nightly(&sandbox, "BUSY_TIMEOUT=0.2");
    assert!(told.code == 5 && told.stderr.contains("locked by another process"), "{}", told.stderr);
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
    let watch = text(&project("deploy/scli-watch.service"));
    assert!(watch.contains("=/usr/local/bin/scli sync --watch"));
    sandbox.write("scli-watch.service", watch.replace("/usr/local/bin/scli", "/bin/true"));
    let mut command = Command::new("systemd-analyze");
    command
        .args(["verify", "--man=no", "./scli.service", "./scli.timer", "./scli-watch.service"])
        .current_dir(sandbox.path(""));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // What it says of other units of this machine is not about these.
    assert!(!said.contains("scli.") && !said.contains("scli-watch"), "{said}");
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
