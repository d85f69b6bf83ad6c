//! The loop that reads: what it has read, what it has loaded, and how far that goes.

use super::batch::Batch;
use super::waiting::Waiting;
use super::{Listener, Lost, Summary, Wanted, told};
use crate::collector::kafka::{End, Failure, Piece, Topic};
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::repository::{Counts, Entry, EntryKind, Positions, Source, Span, Subscription, Warehouse, now};
use crate::usecase::load::{Options, Report, Silent, Taking, note};
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long brokers are told to wait for messages, so that a signal is heeded soon.
const WAIT: Duration = Duration::from_millis(500);

/// How often it is asked whether there are new partitions.
const LOOK_AROUND: Duration = Duration::from_secs(300);

/// One that reads a topic.
pub struct Consumer<'c> {
    wanted: &'c Wanted,
    options: &'c Options,
    database: &'c Path,
    warehouse: &'c Warehouse,
    subscription: Subscription,
    topic: Topic,
    listener: &'c dyn Listener,
    /// How far the database says that the topic was read.
    loaded: Positions,
    /// Whether that is to be written anew of every partition.
    begins_anew: bool,
    /// How far it was when the batch at work began.
    begun: Positions,
    /// How far it is with the batch at work.
    taken: Positions,
    /// How far messages were fetched.
    fetched: Positions,
    /// The offset behind the last message of each partition.
    ends: Positions,
    /// Where to stop, if anywhere.
    goal: Option<Positions>,
    /// What was fetched, and is in no batch yet.
    pieces: VecDeque<Piece>,
    batch: Batch,
    waiting: Option<Waiting>,
    looked_around: Instant,
    loads: u64,
    counts: Counts,
}

impl<'c> Consumer<'c> {
    /// One that has read nothing yet.
    pub fn new(
        wanted: &'c Wanted,
        options: &'c Options,
        database: &'c Path,
        warehouse: &'c Warehouse,
        subscription: Subscription,
        topic: Topic,
        listener: &'c dyn Listener,
    ) -> Consumer<'c> {
        Consumer {
            wanted,
            options,
            database,
            warehouse,
            subscription,
            topic,
            listener,
            loaded: Positions::new(),
            begins_anew: false,
            begun: Positions::new(),
            taken: Positions::new(),
            fetched: Positions::new(),
            ends: Positions::new(),
            goal: None,
            pieces: VecDeque::new(),
            batch: Batch::default(),
            waiting: None,
            looked_around: Instant::now(),
            loads: 0,
            counts: Counts::default(),
        }
    }

    /// Reads on from these positions until there is a reason to end.
    pub fn run(&mut self, known: Positions, is_another: bool) -> Result<()> {
        let topic = |failure| told(failure, &self.wanted.address);
        let is_new = known.is_empty();
        self.loaded = known;
        self.begin(is_new, is_another).map_err(topic)?;
        if is_another || is_new && self.wanted.from == End::Latest {
            // Else the next start would begin elsewhere.
            self.begins_anew = true;
            self.deliver()?;
            self.begins_anew = false;
        }
        while !self.is_done() {
            let filled = self.fill();
            // What was read stays so, whatever ends the reading.
            if !self.batch.is_empty() {
                self.deliver()?;
            }
            filled?;
        }
        Ok(())
    }

    /// What was done.
    pub fn summary(&self, elapsed: Duration) -> Summary {
        let end = |partition: &i32| self.ends.get(partition).copied();
        let positions = self.begun.iter().map(|(partition, next)| (*partition, *next, end(partition)));
        Summary {
            address: self.wanted.address.clone(),
            model: self.wanted.model,
            loads: self.loads,
            counts: self.counts,
            positions: positions.collect(),
            cut_short: self.wanted.until_end && !self.is_at_goal(),
            elapsed,
        }
    }

    /// Finds out where to begin in each partition, and where to stop.
    fn begin(&mut self, is_new: bool, is_another: bool) -> std::result::Result<(), Failure> {
        let first = self.topic.ends(End::Earliest)?;
        let last = self.topic.ends(End::Latest)?;
        for (partition, earliest) in &first {
            let from = match (self.loaded.get(partition), self.wanted.from) {
                (Some(_), _) if is_another => *earliest,
                (Some(next), _) => *next,
                (None, End::Latest) if is_new => last.get(partition).copied().unwrap_or(*earliest),
                // A partition that is new has nothing that was there before it.
                (None, _) => *earliest,
            };
            for positions in [&mut self.fetched, &mut self.taken, &mut self.begun] {
                positions.entry(*partition).or_insert(from);
            }
        }
        if self.wanted.until_end {
            self.goal.get_or_insert_with(|| last.clone());
        }
        self.ends.extend(last);
        Ok(())
    }

    fn is_at_goal(&self) -> bool {
        let is_read =
            |(partition, end): (&i32, &i64)| self.taken.get(partition).is_some_and(|next| next >= end);
        self.goal.as_ref().is_some_and(|goal| goal.iter().all(is_read))
    }

    fn is_done(&self) -> bool {
        self.batch.is_empty() && (interrupt::asked() || self.is_at_goal())
    }

    /// Reads until there is a batch to be loaded, or a reason to end.
    fn fill(&mut self) -> Result<()> {
        loop {
            self.take();
            let is_due = self.batch.since().is_some_and(|since| since.elapsed() >= self.wanted.every);
            if self.batch.is_full(self.wanted) || is_due || interrupt::asked() || self.is_at_goal() {
                return Ok(());
            }
            match &self.waiting {
                Some(waiting) if !waiting.is_over() => std::thread::sleep(Duration::from_millis(50)),
                _ => self.fetch()?,
            }
        }
    }

    /// Takes what was fetched into the batch, as far as it goes.
    fn take(&mut self) {
        while let Some(mut piece) = self.pieces.pop_front() {
            let mut messages = std::mem::take(&mut piece.messages).into_iter();
            while !self.batch.is_full(self.wanted)
                && let Some(message) = messages.next()
            {
                self.taken.insert(piece.partition, message.offset + 1);
                self.batch.push(piece.partition, message);
            }
            piece.messages = messages.collect();
            if !piece.messages.is_empty() {
                return self.pieces.push_front(piece);
            }
            self.taken.insert(piece.partition, piece.next);
        }
    }

    fn fetch(&mut self) -> Result<()> {
        let due = self.batch.since().map(|since| self.wanted.every.saturating_sub(since.elapsed()));
        let wait = due.map_or(WAIT, |due| due.min(WAIT));
        let fetched = self.look_around().and_then(|()| self.topic.fetch(&self.fetched, wait));
        match fetched {
            Ok(pieces) => {
                let away = self.waiting.take().filter(Waiting::was_told);
                if let Some(waiting) = away {
                    self.listener.back(&self.wanted.address, waiting.lasted());
                }
                for piece in pieces {
                    self.fetched.insert(piece.partition, piece.next);
                    self.ends.insert(piece.partition, piece.end);
                    self.pieces.push_back(piece);
                }
                Ok(())
            }
            Err(Failure::OutOfRange(_)) => self.find_lost(),
            Err(Failure::Away(why)) => self.wait(&why),
            Err(failure @ Failure::Final(_)) => Err(told(failure, &self.wanted.address)),
        }
    }

    /// After a failure, and from time to time, asks who leads which partition, and whether there are new ones.
    fn look_around(&mut self) -> std::result::Result<(), Failure> {
        if self.waiting.is_some() || self.looked_around.elapsed() > LOOK_AROUND {
            self.topic.refresh()?;
            self.looked_around = Instant::now();
            if self.topic.partitions().iter().any(|partition| !self.fetched.contains_key(partition)) {
                self.begin(false, false)?;
            }
        }
        Ok(())
    }

    fn wait(&mut self, why: &str) -> Result<()> {
        if interrupt::asked() {
            return Ok(());
        }
        let waiting = self.waiting.get_or_insert_with(Waiting::begin);
        if waiting.failed() {
            self.listener.gone(&self.wanted.address, why);
        }
        match self.wanted.until_end && waiting.is_hopeless() {
            true => Err(told(Failure::away(why), &self.wanted.address)),
            false => Ok(()),
        }
    }

    /// Messages that were to be read are not there: retention took them, or the topic was cut or made again.
    fn find_lost(&mut self) -> Result<()> {
        let ends = self
            .topic
            .refresh()
            .and_then(|()| Ok((self.topic.ends(End::Earliest)?, self.topic.ends(End::Latest)?)));
        let (first, last) = match ends {
            Ok(ends) => ends,
            Err(Failure::Away(why)) => return self.wait(&why),
            Err(failure) => return Err(told(failure, &self.wanted.address)),
        };
        let lost: Vec<Lost> = self
            .fetched
            .iter()
            .filter_map(|(partition, next)| {
                let (first, last) = (first.get(partition)?, last.get(partition)?);
                let lost = Lost { partition: *partition, from: *next, to: *first, end: *last };
                (!(first..=last).contains(&next)).then_some(lost)
            })
            .collect();
        match lost.first() {
            None => self.wait("a partition does not have the offset that is asked for"),
            Some(first) if !self.wanted.accept_loss => Err(refused(first).at(&self.wanted.address)),
            Some(_) => {
                // A load says which offsets it has, and has none on both sides of a gap.
                if !self.batch.is_empty() {
                    self.deliver()?;
                }
                lost.iter().for_each(|lost| self.go_on_behind(lost));
                Ok(())
            }
        }
    }

    fn go_on_behind(&mut self, lost: &Lost) {
        self.listener.lost(&self.wanted.address, lost);
        for positions in [&mut self.fetched, &mut self.taken, &mut self.begun] {
            positions.insert(lost.partition, lost.to);
        }
    }

    /// Loads the batch at work, with how far the topic was read, in one transaction.
    fn deliver(&mut self) -> Result<()> {
        let name = self.wanted.address.to_string();
        let (entry, started_at) = (Entry { source: name.clone(), ..Entry::default() }, now());
        let source = Source {
            name,
            kind: EntryKind::Load,
            collector: self.wanted.alone.collector(),
            complete: false,
            more: false,
        };
        let mut taking = Taking::new(self.wanted.model, source, self.options, self.database, &Silent);
        let report = self.load_in_turn(&entry, &started_at, &mut taking);
        let report = report
            .map_err(|error| note(self.warehouse, &entry, &started_at, Some(&taking.failed()), error))?;
        self.batch = Batch::default();
        self.begun.clone_from(&self.taken);
        self.loads += 1;
        self.counts.add(&report.counts);
        self.listener.loaded(&report, self.summary(Duration::ZERO).lag());
        Ok(())
    }

    /// Loads the batch, and waits for others that write for as long as it takes, unless a signal comes.
    fn load_in_turn(&mut self, entry: &Entry, started_at: &str, taking: &mut Taking<'_>) -> Result<Report> {
        let mut was_told = false;
        loop {
            match self.load(entry, started_at, taking) {
                Err(error) if error.kind() == Kind::Locked && !interrupt::asked() => {
                    if !was_told {
                        self.listener.locked(&error);
                        was_told = true;
                    }
                }
                Ok(None) => return Err(self.read_by_another()),
                Ok(Some(report)) => return Ok(report),
                Err(error) => return Err(error),
            }
        }
    }

    fn read_by_another(&self) -> Error {
        let model = self.wanted.model.name();
        let what = format!("another process reads the topic into model {model} of this database");
        Error::new(Kind::Locked, what)
            .at(&self.wanted.address)
            .help("one is enough: stop one of the two; nothing was loaded twice")
    }

    /// `None` if somebody else has read on since the batch began.
    fn load(&mut self, entry: &Entry, started_at: &str, taking: &mut Taking<'_>) -> Result<Option<Report>> {
        let at_database = |error: Error| error.at(self.database.display());
        let delivery = self.warehouse.deliver(entry, started_at).map_err(at_database)?;
        if delivery.positions(&self.subscription).map_err(at_database)? != self.loaded {
            return Ok(None);
        }
        let report = self.batch.load(self.wanted, taking, &delivery)?;
        let load = report.load.unwrap_or_default();
        let spans: Vec<Span> = self.spans().collect();
        delivery.consume(&self.subscription, load, &spans).map_err(at_database)?;
        delivery.commit().map_err(at_database)?;
        self.loaded.extend(spans.iter().map(|span| (span.partition, span.next)));
        Ok(Some(report))
    }

    /// What the batch at work has of each partition, where the database does not know it yet.
    fn spans(&self) -> impl Iterator<Item = Span> {
        self.taken
            .iter()
            .filter(|(partition, next)| self.begins_anew || self.loaded.get(partition) != Some(next))
            .map(|(partition, next)| Span {
                partition: *partition,
                first: self.begun.get(partition).copied().unwrap_or(*next),
                next: *next,
                end: self.ends.get(partition).copied(),
            })
    }
}

fn refused(lost: &Lost) -> Error {
    Error::new(Kind::Refused, lost.to_string()).help(
        "read more often than the topic's retention deletes; look whether messages are missing; \
         --accept-loss goes on with the first that is there",
    )
}
