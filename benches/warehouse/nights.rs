//! Whether a night costs the same however many came before it.

use crate::child::{self, scli};
use crate::goals::{Goal, markdown};
use crate::report::{Table, machine, number};
use crate::{Result, note};
use chrono::{Days, NaiveDate};
use std::fs::{self, File, FileTimes};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// The night that later ones are compared with, and how many nights around it count.
const EARLY: u64 = 10;
const AROUND: u64 = 4;

/// Streams in each night's file.
const STREAMS: usize = 10;

/// What is measured: the lines for early and for late nights, and what they say.
struct Pair {
    lines: [&'static str; 2],
    what: &'static str,
}

const FOLDER: Pair =
    Pair { lines: ["folder-early", "folder-late"], what: "`sync` of the night's own folder" };
const INBOX: Pair =
    Pair { lines: ["inbox-early", "inbox-late"], what: "`sync` of the inbox with all folders so far" };
const FIND: Pair = Pair {
    lines: ["find-early", "find-late"],
    what: "`find -mtime` over the inbox, which only looks at files",
};
const ANSWERS: Pair = Pair { lines: ["answers-early", "answers-late"], what: "six answers" };

/// The line of the control: the same records without the nights.
const ONCE: &str = "answers-once";

impl Pair {
    fn line(&self, late: bool) -> &'static str {
        let [early_line, late_line] = self.lines;
        if late { late_line } else { early_line }
    }

    /// What late nights take by what early ones take.
    fn ratio(&self, table: &Table) -> Option<f64> {
        table.ratio(self.line(true), self.line(false))
    }
}

/// The files of a night.
const FILES: [&str; 6] = [
    "internal/movies.csv",
    "internal/streams.csv",
    "internal/users.csv",
    "vendor/authors.json",
    "vendor/books.json",
    "vendor/reviews.json",
];

/// Loads one night after the other: `data/` as it is in the first; then six files, of which one movie changes
/// and ten streams are new.
pub fn measure(place: &Path, nights: u64) -> Result<String> {
    if nights < 2 * (EARLY + AROUND) {
        return Err(format!("{nights} nights are too few: at least {}", 2 * (EARLY + AROUND)).into());
    }
    let place = place.join("nights");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    let inbox = place.join("inbox");
    let (own, all) = (place.join("own.db"), place.join("all.db"));
    let mut table = Table::default();
    let mut early_size = 0;
    for pair in [&FOLDER, &INBOX, &FIND, &ANSWERS] {
        let early = pair.line(false);
        table.line(early, &format!("{}, around night {EARLY}", pair.what), None, None);
        table.line(pair.line(true), &format!("{}, the last nights", pair.what), None, Some(early));
    }
    let what = "six answers, the same streams and the last night's dumps loaded in one night";
    table.line(ONCE, what, None, Some(ANSWERS.line(false)));
    let source = Source::read()?;
    for night in 1..=nights {
        if night % 100 == 0 {
            note(format_args!("night {night} of {nights}"));
        }
        let folder = source.write(&inbox, night)?;
        let by_folder = child::run(&mut scli(&own, ["sync".as_ref(), folder.as_os_str()]))?.cost;
        if night == EARLY {
            early_size = fs::metadata(&own)?.len();
        }
        let late = night + 2 * AROUND >= nights;
        if !late && night.abs_diff(EARLY) > AROUND {
            continue;
        }
        let by_inbox = child::run(&mut scli(&all, ["sync".as_ref(), inbox.as_os_str()]))?.cost;
        table.add(FOLDER.line(late), by_folder);
        // The first of them loads more than one night.
        if night > EARLY - AROUND && night + 2 * AROUND != nights {
            table.add(INBOX.line(late), by_inbox);
        }
        match child::run(Command::new("find").arg(&inbox).args(["-type", "f", "-mtime", "+0"])) {
            Ok(done) => table.add(FIND.line(late), done.cost),
            Err(why) => table.skip(FIND.line(late), why),
        }
        table.add(ANSWERS.line(late), child::run(&mut scli(&own, ["answers"]))?.cost);
    }
    let once = place.join("once.db");
    let folder = source.write_once(&place, nights)?;
    child::run(&mut scli(&once, ["sync".as_ref(), folder.as_os_str()]))?;
    for _ in 0..=2 * AROUND {
        table.add(ONCE, child::run(&mut scli(&once, ["answers"]))?.cost);
    }
    let report = report(&table, nights, early_size as f64, fs::metadata(&own)?.len() as f64);
    fs::remove_dir_all(&place)?;
    Ok(report)
}

fn report(table: &Table, nights: u64, early: f64, late: f64) -> String {
    let goals = markdown(&[
        Goal::most("the night's folder, last nights ÷ night 10", 1.5, 1.1, FOLDER.ratio(table)),
        Goal::most("the whole inbox, last nights ÷ night 10", 1.5, 1.1, INBOX.ratio(table)),
        // What no look at each file can be without.
        Goal::most(
            "the whole inbox ÷ `find` over it, last nights",
            1.5,
            1.0,
            table.ratio(INBOX.line(true), FIND.line(true)),
        ),
        Goal::most("six answers, last nights ÷ night 10", 1.5, 1.1, ANSWERS.ratio(table)),
        Goal::most(
            "six answers, last nights ÷ the same streams in one night",
            1.5,
            1.1,
            table.ratio(ANSWERS.line(true), ONCE),
        ),
    ]);
    format!(
        "### {nights} nights\n\n{}; medians of {} nights each.\n\n{}\n\
         The database has {:.2} MB after night {EARLY} and {:.2} MB after night {nights}: {} bytes a night, \
         for a delivery, six loads, a version of a movie and {STREAMS} streams.\n\n{goals}",
        machine(),
        2 * AROUND + 1,
        table.markdown(),
        early / 1e6,
        late / 1e6,
        number((late - early) / (nights - EARLY) as f64),
    )
}

/// The files of `data/`, which each night varies.
struct Source {
    /// Each file with its text.
    files: Vec<(&'static str, String)>,
}

impl Source {
    fn read() -> Result<Source> {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let read = |name| Ok((name, fs::read_to_string(data.join(name))?));
        Ok(Source { files: FILES.into_iter().map(read).collect::<Result<_>>()? })
    }

    /// Writes the last night's folder, but with the streams of all nights.
    fn write_once(&self, place: &Path, nights: u64) -> Result<PathBuf> {
        let folder = self.write(&place.join("once"), nights)?;
        let mut all = File::create(folder.join("internal/streams.csv"))?;
        for night in 1..=nights {
            let text = self.streams(night)?;
            let header = text.find('\n').map_or(0, |end| if night == 1 { 0 } else { end + 1 });
            all.write_all(text.get(header..).unwrap_or_default().as_bytes())?;
        }
        Ok(folder)
    }

    /// The file of streams of a night.
    fn streams(&self, night: u64) -> Result<String> {
        let whole = self.files.iter().find(|(name, _)| *name == "internal/streams.csv");
        let (_, text) = whole.ok_or("no streams")?;
        Ok(match night {
            1 => text.clone(),
            _ => streams(text, night, &date(night)?.format("%Y-%m-").to_string()),
        })
    }

    /// Writes a night's folder, days old, so that its files count as written to their end.
    fn write(&self, inbox: &Path, night: u64) -> Result<PathBuf> {
        let folder = inbox.join(date(night)?.to_string());
        let written = FileTimes::new().set_modified(SystemTime::now() - Duration::from_secs(2 * 86_400));
        for part in ["internal", "vendor"] {
            fs::create_dir_all(folder.join(part))?;
        }
        for (name, text) in &self.files {
            let text = match *name {
                "internal/movies.csv" => movies(text, night)?,
                "internal/streams.csv" => self.streams(night)?,
                _ => text.clone(),
            };
            let mut file = File::create(folder.join(name))?;
            file.write_all(text.as_bytes())?;
            file.set_times(written)?;
        }
        Ok(folder)
    }
}

fn date(night: u64) -> Result<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1);
    Ok(first.and_then(|first| first.checked_add_days(Days::new(night))).ok_or("too many nights")?)
}

/// The movies, one of them of another size.
fn movies(text: &str, night: u64) -> Result<String> {
    let count = text.lines().count().saturating_sub(1).max(1);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let changed = lines.get_mut(1 + night as usize % count).ok_or("no movies")?;
    let (kept, _) = changed.rsplit_once(',').ok_or("a movie without columns")?;
    *changed = format!("{kept},{}", 1000 + night);
    Ok(lines.join("\n") + "\n")
}

/// Some of the streams, in the night's month.
fn streams(text: &str, night: u64, month: &str) -> String {
    let records = text.lines().skip(1).cycle().skip(night as usize * STREAMS).take(STREAMS);
    let records = records.map(|line| line.replace("2021-12-", month));
    let lines: Vec<String> = text.lines().take(1).map(str::to_owned).chain(records).collect();
    lines.join("\n") + "\n"
}
