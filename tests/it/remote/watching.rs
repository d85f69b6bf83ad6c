//! `sync --watch`.

use super::movies;
use super::server::{Answer, Server, file};
use crate::harness::Sandbox;
use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const USERS: &str = "first_name,last_name,email\nA,B,c@d\n";

/// A watch under way, and what it has told so far.
struct Watch {
    child: Child,
    told: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    fn start(mut command: Command) -> Watch {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let (lines, stderr) = (Arc::clone(&told), BufReader::new(child.stderr.take().unwrap()));
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| lines.lock().unwrap().push(line));
        });
        Watch { child, told }
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn count(&self, text: &str) -> usize {
        self.told().iter().filter(|line| line.contains(text)).count()
    }

    /// Waits until a text was told so often.
    #[track_caller]
    fn until(&self, text: &str, count: usize) {
        until(|| self.count(text) >= count, || format!("{text}: {:#?}", self.told()));
    }

    /// Ends it by a signal, and returns its exit code.
    fn end(mut self, signal: &str) -> i32 {
        Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status().unwrap();
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn until(what: impl Fn() -> bool, why: impl Fn() -> String) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for {}", why());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_folder_is_watched_and_only_what_came_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("inbox/2026-11-20/users.csv", USERS);
    let watch = Watch::start(sandbox.command(&["sync", "--watch", "--every", "1s", "inbox"]));
    watch.until("warehouse.db: delivery 1 of 2026-11-20, 1 file, 1 read, 1 inserted", 1);
    // A broken file is told once, however often it is met, and keeps out no other.
    sandbox.write("inbox/2026-11-21/users.csv", "first_name\n");
    sandbox.write("inbox/2026-11-22/movies.csv", movies(2));
    sandbox.write("inbox/notes.txt", "x");
    watch.until("of 2026-11-22, 1 file, 2 read", 1);
    watch.until("error: inbox/2026-11-21/users.csv", 1);
    // Nobody has the database open between rounds; a quiet round leaves it as it is.
    let before = sandbox.database();
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(sandbox.names(), ["inbox", "warehouse.db"]);
    assert_eq!(watch.count("error:"), 1, "{:#?}", watch.told());
    assert_eq!(watch.count("notes.txt"), 1, "{:#?}", watch.told());
    let failures = "SELECT count(*) < 5 FROM delivery WHERE outcome = 'failed'";
    assert_eq!(sandbox.rows(failures), "1\n", "the pauses grow");
    let models = sandbox.models();
    assert!(before.len() <= sandbox.database().len());
    // Mended, it is loaded.
    sandbox.write("inbox/2026-11-21/users.csv", USERS.replace("c@d", "e@f"));
    watch.until("of 2026-11-21, 1 file, 1 read, 1 inserted", 1);
    assert_ne!(sandbox.models(), models);
    // Quiet rounds write nothing at all.
    let before = sandbox.database();
    let told = watch.told();
    std::thread::sleep(Duration::from_millis(2500));
    assert!(before == sandbox.database(), "the database was written");
    assert_eq!(watch.told(), told);
    assert_eq!(watch.end("TERM"), 0);
}

#[test]
fn a_file_that_is_being_written_is_waited_for() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("inbox")).unwrap();
    let watch = Watch::start(sandbox.command(&["sync", "--watch", "--every", "1s", "inbox"]));
    let mut text = "title,duration_mins,original_language,size_mb\n".to_owned();
    for n in 0..30 {
        text += &format!("Movie {n},60,Thai,1\n");
        sandbox.write("inbox/movies.csv", &text);
        std::thread::sleep(Duration::from_millis(150));
    }
    watch.until("1 file, 30 read, 30 inserted", 1);
    assert_eq!(watch.told().len(), 1, "{:#?}", watch.told());
    assert_eq!(watch.end("INT"), 0);
}

#[test]
fn a_source_that_goes_and_comes_back_is_told_once_each() {
    let is_there = Arc::new(AtomicBool::new(true));
    let there = Arc::clone(&is_there);
    let server = Server::start(move |asked| match there.load(Ordering::Relaxed) {
        true => file(asked, movies(3).as_bytes(), "\"m\""),
        false => Answer::status(403),
    });
    let sandbox = Sandbox::new();
    sandbox.write("inbox/users.csv", USERS);
    sandbox.write(
        "scli.toml",
        format!("[source.vendor]\nurl = '{}'\n[source.own]\nurl = 'inbox'\n", server.url("/movies.csv")),
    );
    let watch = Watch::start(sandbox.command(&["sync", "--watch", "--every", "1s"]));
    watch.until("warehouse.db, vendor: delivery", 1);
    watch.until("warehouse.db, own: delivery", 1);
    is_there.store(false, Ordering::Relaxed);
    watch.until("vendor is away: http", 1);
    // The others are still taken.
    sandbox.write("inbox/users.csv", USERS.replace("A,B", "A,C"));
    watch.until("own: delivery 3, 1 file, 1 read, 1 updated", 1);
    std::thread::sleep(Duration::from_millis(2500));
    is_there.store(true, Ordering::Relaxed);
    watch.until("vendor is back", 1);
    assert_eq!(watch.told().len(), 5, "{:#?}", watch.told());
    // What is as it was is not fetched again.
    server.methods();
    until(|| server.asked().len() > 1, || "two rounds".to_owned());
    assert!(!server.methods().contains("GET"));
    assert_eq!(watch.end("TERM"), 0);
}

#[test]
fn a_load_under_way_is_rolled_back() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "HEAD" => Answer::of(movies(2000)),
        _ => Answer { pace: Some((500, Duration::from_millis(100))), ..Answer::of(movies(2000)) },
    });
    let sandbox = Sandbox::new();
    let watch = Watch::start(sandbox.command(&["sync", "--watch", &server.url("/movies.csv")]));
    until(|| server.asked().iter().any(|asked| asked.method == "GET"), || "the load".to_owned());
    std::thread::sleep(Duration::from_millis(300));
    let told = Arc::clone(&watch.told);
    assert_eq!(watch.end("TERM"), 143);
    until(|| !told.lock().unwrap().is_empty(), || "a word".to_owned());
    assert!(told.lock().unwrap().last().unwrap().contains("interrupted; nothing was changed"));
}

#[test]
fn the_service_manager_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("inbox/users.csv", USERS);
    let file = sandbox.path("notify");
    let mut sockets = vec![(file.to_str().unwrap().to_owned(), UnixDatagram::bind(&file).unwrap())];
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::SocketAddr;
        let name = format!("scli-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        sockets.push((format!("@{name}"), UnixDatagram::bind_addr(&address).unwrap()));
    }
    for (name, socket) in sockets {
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let heard = || {
            let mut text = [0; 100];
            let length = socket.recv(&mut text).unwrap();
            String::from_utf8(text[..length].to_vec()).unwrap()
        };
        let mut command = sandbox.command(&["sync", "--watch", "--every", "1h", "inbox"]);
        command.env("NOTIFY_SOCKET", &name).env("WATCHDOG_USEC", "600000");
        let watch = Watch::start(command);
        assert_eq!([heard(), heard(), heard()], ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
        assert_eq!(watch.end("TERM"), 0);
        let mut last = heard();
        while last == "WATCHDOG=1" {
            last = heard();
        }
        assert_eq!(last, "STOPPING=1");
    }
    // One that is not there is no trouble.
    let mut command = sandbox.command(&["sync", "--watch", "inbox"]);
    command.env("NOTIFY_SOCKET", sandbox.path("none"));
    let watch = Watch::start(command);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(watch.end("TERM"), 0);
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let sandbox = Sandbox::new();
    for args in [
        &["sync", "--watch", "--dry-run", "inbox"][..],
        &["sync", "--watch", "--reload", "inbox"],
        &["sync", "--every", "5m", "inbox"],
        &["sync", "--watch", "--every", "5", "inbox"],
        &["sync", "--watch", "--every", "0s", "inbox"],
        &["sync", "--watch"],
        &["sync", "--source", "x", "inbox"],
    ] {
        let outcome = sandbox.scli(args);
        assert_eq!(outcome.code, 2, "{args:?}: {}", outcome.stderr);
    }
}
