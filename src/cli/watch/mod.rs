//! `sync --watch`: stays up, and takes what has come, round by round. Between rounds the database is not open.

mod trouble;

use super::deliver::refused;
use super::notify::Notify;
use super::parts::Part;
use super::report::Reporter;
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::repository::{Access, Stamp};
use crate::usecase::load::{Delivered, Loader, Outcome, Planned, Progress};
use crate::usecase::sync;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use trouble::{SetAside, Trouble};

/// How soon to look again at files that may still be written: then their times tell.
const SOON: Duration = Duration::from_millis(2100);

/// How often to look whether a signal came.
const MOMENT: Duration = Duration::from_millis(100);

/// Where and how to watch.
pub struct Watch<'w> {
    /// The database.
    pub database: &'w Path,
    /// How to open it.
    pub access: &'w Access,
    /// How long to wait between rounds.
    pub every: Duration,
    /// Who hears of what was loaded.
    pub reporter: &'w Reporter,
}

/// A part of the sync, and what is remembered of it from round to round.
struct Watched {
    part: Part,
    due: Instant,
    trouble: Option<Trouble>,
    aside: SetAside,
    /// The files that seemed to be written still, as they were.
    unsettled: Vec<Stamp>,
    passed_over: BTreeSet<PathBuf>,
}

impl Watch<'_> {
    /// Takes the parts, until a signal ends it. That is no failure, unless a load under way had to be rolled back.
    pub fn run(&self, parts: Vec<Part>) -> Result<()> {
        // What was asked for and cannot be will not get better by waiting.
        let mistake = |part: &Part| part.wanted().err().filter(|error| error.kind() == Kind::Usage);
        if let Some(error) = parts.iter().find_map(mistake) {
            return Err(error);
        }
        let notify = Notify::of_environment();
        notify.ready();
        let ended = self.rounds(parts, &notify);
        notify.stopping();
        ended
    }

    fn rounds(&self, parts: Vec<Part>, notify: &Notify) -> Result<()> {
        let due = Instant::now();
        let mut parts: Vec<Watched> = parts.into_iter().map(|part| Watched::new(part, due)).collect();
        while !interrupt::requested() {
            for watched in parts.iter_mut().filter(|watched| watched.due <= Instant::now()) {
                self.round(watched, notify)?;
                notify.beat();
                if interrupt::requested() {
                    break;
                }
            }
            while !interrupt::requested() && parts.iter().all(|watched| Instant::now() < watched.due) {
                notify.beat();
                std::thread::sleep(MOMENT);
            }
        }
        Ok(())
    }

    fn round(&self, watched: &mut Watched, notify: &Notify) -> Result<()> {
        let taken = self.take(watched, notify);
        let pause = if watched.unsettled.is_empty() { self.every } else { SOON };
        watched.due = Instant::now() + pause;
        match taken {
            Ok(()) => {
                if watched.trouble.take().is_some() {
                    self.reporter.is_back(watched.part.source_name());
                }
                Ok(())
            }
            Err(error) if matches!(error.kind(), Kind::Interrupted(_) | Kind::ClosedPipe | Kind::Damaged) => {
                Err(error)
            }
            Err(error) => {
                let before = watched.trouble.take();
                if before.is_none() {
                    self.reporter.is_away(watched.part.source_name(), &error);
                }
                let trouble = watched.trouble.insert(Trouble::of_source(before, self.every));
                watched.due = trouble.until();
                Ok(())
            }
        }
    }

    /// Takes what has come. What is wrong with one delivery keeps out that one alone.
    fn take(&self, watched: &mut Watched, notify: &Notify) -> Result<()> {
        let Some(plan) = watched.plan()? else { return Ok(()) };
        watched.tell_passed_over(plan.others, self.reporter);
        watched.aside.keep(&plan.deliveries);
        let planned = watched.settled(plan.deliveries);
        let mut loader = Loader::for_all(self.database, self.access, watched.part.options, &planned);
        for planned in &planned {
            if !watched.aside.is_due(planned) {
                continue;
            }
            match loader.deliver(planned, &Heart(notify)) {
                Ok(delivered) => {
                    let name = watched.part.source_name();
                    self.reporter.watched(self.database, name, &watched.part.options, &delivered);
                    watched.aside.done(planned, is_old(&delivered));
                }
                Err(error) if self.is_of_all(&error) => return Err(error),
                Err(error) => {
                    if watched.aside.failed(planned, error.message(), self.every) {
                        let error =
                            if watched.part.is_each_file() { error } else { refused(planned, error, 0) };
                        self.reporter.error(&watched.part.named(error));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether an error is not of a delivery, but would be that of any.
    fn is_of_all(&self, error: &Error) -> bool {
        matches!(error.kind(), Kind::Interrupted(_) | Kind::ClosedPipe | Kind::Damaged | Kind::Locked)
            || error.message().starts_with(&self.database.display().to_string())
    }
}

impl Watched {
    fn new(part: Part, due: Instant) -> Watched {
        Watched {
            part,
            due,
            trouble: None,
            aside: SetAside::default(),
            unsettled: Vec::new(),
            passed_over: BTreeSet::new(),
        }
    }

    /// What there is; nothing if a signal came meanwhile, since nothing is under way.
    fn plan(&self) -> Result<Option<sync::Plan>> {
        let plan = self.part.wanted().and_then(|wanted| sync::plan(&wanted, &self.part.options));
        match plan {
            Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => Ok(None),
            plan => plan.map(Some),
        }
    }

    /// Tells what is not loaded, once.
    fn tell_passed_over(&mut self, others: Vec<PathBuf>, reporter: &Reporter) {
        let others: BTreeSet<PathBuf> = others.into_iter().collect();
        let new: Vec<PathBuf> = others.difference(&self.passed_over).cloned().collect();
        reporter.passed_over(&new);
        self.passed_over = others;
    }

    /// The deliveries up to the first one with a file that may still be written: one that is of this moment, and not
    /// as large as it was when it was looked at before.
    fn settled(&mut self, mut planned: Vec<Planned>) -> Vec<Planned> {
        let before = std::mem::take(&mut self.unsettled);
        let fresh = |planned: &Planned| -> Vec<Stamp> {
            let files = planned.files.iter().filter(|file| file.is_at_hand());
            let stamps = files.filter_map(|file| file.stamp.clone());
            stamps.filter(|stamp| stamp.modified_at.is_none() && !before.contains(stamp)).collect()
        };
        if let Some(at) = planned.iter().position(|planned| !fresh(planned).is_empty()) {
            let behind = planned.split_off(at);
            let files = behind.iter().flat_map(|planned| &planned.files);
            let stamps = files.filter_map(|file| file.stamp.clone());
            self.unsettled = stamps.filter(|stamp| stamp.modified_at.is_none()).collect();
        }
        planned
    }
}

/// Whether a delivery brought nothing because it is older than what is known.
fn is_old(delivered: &Delivered) -> bool {
    delivered.reports().next().is_none()
        && delivered.files.iter().any(|file| matches!(file, Outcome::Older(..)))
}

/// Signs of life while a load is under way.
struct Heart<'n>(&'n Notify);

impl Progress for Heart<'_> {
    fn reading(&self, _: u64, _: Option<u64>, _: u64) {
        self.0.beat();
    }

    fn writing(&self, _: u64, _: u64) {
        self.0.beat();
    }

    fn ended(&self) {
        self.0.beat();
    }
}
