//! The rows that an answer rests on, in two states: which came, which went, which count differently, and the
//! loads that did it.
//!
//! SQLite sorts the rows of either state by their keys, on the disk if there are many, and both are read side by
//! side. So memory does not grow with the rows.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Rows};

use super::registry::{Evidence, Question};
use super::state::State;
use crate::error::{Error, Result};
use crate::past::quoted;
use crate::sql::{
    Binding, Cell, Kept, Sink, Value, bare, bind_values, bindings_for, cell, prepared, run, sql_error,
};

/// The rows whose loads are asked for at once: few enough to keep, and so many that the facts are not read
/// over and over.
const BATCH: usize = 20_000;

/// What became of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It is only in the second state.
    Came,
    /// It is only in the first.
    Went,
    /// It is in both, and counts differently.
    Changed,
}

impl Fate {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Fate::Came => "came",
            Fate::Went => "went",
            Fate::Changed => "changed",
        }
    }
}

/// A row that is not in both states alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The names of the columns.
    pub columns: std::rc::Rc<[String]>,
    /// The row in the first state.
    pub before: Option<Vec<Kept>>,
    /// The row in the second.
    pub after: Option<Vec<Kept>>,
    /// The loads that made it so; none where the row does not tell.
    pub loads: Vec<i64>,
}

impl Change {
    /// What became of the row.
    pub fn fate(&self) -> Fate {
        match (&self.before, &self.after) {
            (None, _) => Fate::Came,
            (_, None) => Fate::Went,
            _ => Fate::Changed,
        }
    }

    /// The row as it was last: in the second state, else in the first.
    pub fn row(&self) -> &[Kept] {
        self.after.as_deref().or(self.before.as_deref()).unwrap_or_default()
    }

    /// The value of `column` in the first state and in the second.
    pub fn values(&self, column: &str) -> [Option<&Kept>; 2] {
        let index = self.columns.iter().position(|name| name == column);
        [&self.before, &self.after].map(|row| row.as_deref()?.get(index?))
    }
}

/// How many rows changed, and what did it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// How many rows came.
    pub came: u64,
    /// How many went.
    pub went: u64,
    /// How many count differently.
    pub changed: u64,
    /// The loads that made the rows so; `None` where some of them do not tell, or there are none.
    pub loads: Option<BTreeSet<i64>>,
}

impl Summary {
    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.came + self.went + self.changed
    }
}

/// Gives each row of the evidence for a question that is not alike in both states to `take`, in the order of
/// the keys. Columns of the names of its `readings` say in which of them a row counts.
pub(super) fn changes(
    from: &State,
    to: &State,
    (question, evidence, readings): (&Question, &Evidence, &[&str]),
    take: &mut dyn FnMut(&Change) -> Result<()>,
) -> Result<Summary> {
    let bindings = bindings_for(&evidence.sql, &question.defaults);
    let mut batch =
        Batch { from, to, question, evidence, rows: Vec::new(), summary: Summary::default(), take };
    batch.summary.loads = Some(BTreeSet::new());
    let sql = by_key(evidence);
    let at = |error: Error| question.at_evidence(error);
    let failed = |state: &State, error: rusqlite::Error| at(sql_error(&state.conn, &sql, &error));
    let mut statements = [
        from.conn.prepare(&sql).map_err(|error| failed(from, error))?,
        to.conn.prepare(&sql).map_err(|error| failed(to, error))?,
    ];
    for statement in &mut statements {
        bind_values(statement, &bindings).map_err(|error| failed(to, error))?;
    }
    let [before, after] = &mut statements;
    let columns: std::rc::Rc<[String]> = before.column_names().map(str::to_owned).collect();
    let layout = Layout::of(question, evidence, readings, &columns).map_err(at)?;
    let (mut before, mut after) = (before.raw_query(), after.raw_query());
    let mut pair = [next(&mut before, &from.conn, &sql)?, next(&mut after, &to.conn, &sql)?];
    loop {
        let order = match &pair {
            [None, None] => break,
            [Some(_), None] => Ordering::Less,
            [None, Some(_)] => Ordering::Greater,
            [Some(before), Some(after)] => layout.order(before, after),
        };
        let [left, right] = &mut pair;
        let before = if order.is_le() { advance(left, &mut before, &from.conn, &sql)? } else { None };
        let after = if order.is_ge() { advance(right, &mut after, &to.conn, &sql)? } else { None };
        if let (Some(before), Some(after)) = (&before, &after)
            && layout.counts_alike(before, after)
        {
            continue;
        }
        batch.push(Change { columns: columns.clone(), before, after, loads: Vec::new() })?;
    }
    batch.hand_on()?;
    if batch.summary.rows() == 0 {
        batch.summary.loads = None;
    }
    Ok(batch.summary)
}

/// Fails if the evidence for a question of a project's own cannot be compared in `state`.
pub(super) fn fits(
    state: &State,
    (question, evidence, readings): (&Question, &Evidence, &[&str]),
) -> Result<()> {
    let fits = || {
        // Within another statement it could be understood where it cannot be alone.
        prepared(&state.conn, &evidence.sql)?;
        let sql = by_key(evidence);
        let statement = state.conn.prepare(&sql).map_err(|error| sql_error(&state.conn, &sql, &error))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        Layout::of(question, evidence, readings, &columns).map(drop)
    };
    fits().map_err(|error| question.at_evidence(error))
}

/// Takes the row that stands ready, and makes the next one ready.
fn advance(
    ready: &mut Option<Vec<Kept>>,
    rows: &mut Rows<'_>,
    conn: &Connection,
    sql: &str,
) -> Result<Option<Vec<Kept>>> {
    Ok(std::mem::replace(ready, next(rows, conn, sql)?))
}

fn next(rows: &mut Rows<'_>, conn: &Connection, sql: &str) -> Result<Option<Vec<Kept>>> {
    let row = rows.next().map_err(|error| sql_error(conn, sql, &error))?;
    let kept = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Kept>> {
        let width = row.as_ref().column_count();
        (0..width).map(|column| row.get_ref(column).map(|value| Kept::from(cell(value)))).collect()
    };
    row.map(|row| kept(row).map_err(|error| sql_error(conn, sql, &error))).transpose()
}

/// The evidence in the order of its keys.
fn by_key(evidence: &Evidence) -> String {
    let key: Vec<String> = evidence.key.iter().map(|name| quoted(name)).collect();
    format!("SELECT * FROM (\n{}\n) ORDER BY {}", bare(&evidence.sql), key.join(", "))
}

/// Where the columns stand that matter.
struct Layout {
    key: Vec<usize>,
    counts: Vec<usize>,
}

impl Layout {
    fn of(question: &Question, evidence: &Evidence, readings: &[&str], columns: &[String]) -> Result<Layout> {
        let find = |name: &str| {
            let index = columns.iter().position(|column| column == name);
            index.ok_or_else(|| {
                Error::failed(format!("the evidence has no column `{name}`"))
                    .help(format!("its columns: {}", columns.join(", ")))
            })
        };
        // The rows of a question of a project's own need not say in which reading they count.
        let has = |name: &&str| question.file.is_none() || columns.iter().any(|column| column == name);
        let readings = readings.iter().copied().filter(has);
        let counts = readings.chain(evidence.counts.iter().map(String::as_str));
        Ok(Layout {
            key: evidence.key.iter().map(|name| find(name)).collect::<Result<_>>()?,
            counts: counts.map(find).collect::<Result<_>>()?,
        })
    }

    fn order(&self, a: &[Kept], b: &[Kept]) -> Ordering {
        let pairs = self.key.iter().filter_map(|index| a.get(*index).zip(b.get(*index)));
        pairs.map(|(a, b)| order(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    fn counts_alike(&self, a: &[Kept], b: &[Kept]) -> bool {
        self.counts.iter().all(|index| a.get(*index) == b.get(*index))
    }
}

/// The order in which SQLite sorts values: NULL, numbers, text by its bytes, bytes.
fn order(a: &Kept, b: &Kept) -> Ordering {
    let rank = |value: &Kept| match value {
        Kept::Null => 0,
        Kept::Integer(_) | Kept::Real(_) => 1,
        Kept::Text(_) => 2,
        Kept::Blob(_) => 3,
    };
    match (a, b) {
        (Kept::Integer(a), Kept::Integer(b)) => a.cmp(b),
        (Kept::Real(a), Kept::Real(b)) => a.total_cmp(b),
        (Kept::Integer(a), Kept::Real(b)) => (*a as f64).total_cmp(b),
        (Kept::Real(a), Kept::Integer(b)) => a.total_cmp(&(*b as f64)),
        (Kept::Text(a), Kept::Text(b)) => a.cmp(b),
        (Kept::Blob(a), Kept::Blob(b)) => a.cmp(b),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Rows until their loads are known.
struct Batch<'a> {
    from: &'a State,
    to: &'a State,
    question: &'a Question,
    evidence: &'a Evidence,
    rows: Vec<Change>,
    summary: Summary,
    take: &'a mut dyn FnMut(&Change) -> Result<()>,
}

impl Batch<'_> {
    fn push(&mut self, change: Change) -> Result<()> {
        match change.fate() {
            Fate::Came => self.summary.came += 1,
            Fate::Went => self.summary.went += 1,
            Fate::Changed => self.summary.changed += 1,
        }
        self.rows.push(change);
        if self.rows.len() == BATCH { self.hand_on() } else { Ok(()) }
    }

    /// Finds the loads of the rows, and hands the rows on.
    fn hand_on(&mut self) -> Result<()> {
        let mut rows = std::mem::take(&mut self.rows);
        self.find_loads(&mut rows)?;
        for change in &rows {
            match &mut self.summary.loads {
                Some(_) if change.loads.is_empty() => self.summary.loads = None,
                Some(loads) => loads.extend(&change.loads),
                None => {}
            }
            (self.take)(change)?;
        }
        Ok(())
    }

    /// Asks the later state, which knows what the earlier one does and what happened since. Where undos came in
    /// between, both are asked which loads were behind the rows at all: an undo is, that took one of these back.
    fn find_loads(&self, rows: &mut [Change]) -> Result<()> {
        let (earlier, later) =
            if self.from.last > self.to.last { (self.to, self.from) } else { (self.from, self.to) };
        let Some(sql) = self.evidence.loads.as_deref().filter(|_| !rows.is_empty()) else { return Ok(()) };
        let keys: Vec<Vec<serde_json::Value>> = rows.iter().map(|change| self.key(change)).collect();
        let keys = serde_json::to_string(&keys).map_err(|error| Error::failed(error.to_string()))?;
        let mut ask = |state: &State, after: i64, undos: Option<&Undos>| {
            let bind = |name: &str, value| Binding { name: name.to_owned(), value };
            let bindings = [
                bind("rows", Value::Text(keys.clone())),
                bind("after", Value::Integer(after)),
                bind("until", Value::Integer(state.last)),
            ];
            let mut found = Found { rows, undos };
            run(&state.conn, sql, &bindings, &mut found).map_err(|error| error.at(&self.question.name))
        };
        ask(later, earlier.last, None)?;
        let undos = undos(&later.conn, earlier.last)?;
        if !undos.is_empty() {
            ask(earlier, 0, Some(&undos))?;
            ask(later, 0, Some(&undos))?;
        }
        for change in rows {
            change.loads.sort_unstable();
            change.loads.dedup();
        }
        Ok(())
    }

    fn key(&self, change: &Change) -> Vec<serde_json::Value> {
        let value = |column: &String| {
            let [before, after] = change.values(column);
            match after.or(before).map_or(Cell::Null, Kept::cell) {
                Cell::Integer(number) => number.into(),
                Cell::Real(number) => number.into(),
                Cell::Text(text) => text.into(),
                Cell::Null | Cell::Blob(_) => serde_json::Value::Null,
            }
        };
        self.evidence.key.iter().map(value).collect()
    }
}

/// Undos by the loads that they took back, or, as undos of undos, gave back.
type Undos = BTreeMap<i64, Vec<i64>>;

/// The undos after a load.
fn undos(conn: &Connection, after: i64) -> Result<Undos> {
    let mut select = conn.prepare_cached(
        "WITH RECURSIVE reached (undo, load) AS (
             SELECT id, undoes FROM load WHERE undoes IS NOT NULL AND id > ?1
             UNION ALL
             SELECT r.undo, l.undoes FROM reached AS r JOIN load AS l ON l.id = r.load WHERE l.undoes IS NOT NULL
         )
         SELECT load, undo FROM reached",
    )?;
    let mut undos = Undos::new();
    let mut rows = select.query([after])?;
    while let Some(row) = rows.next()? {
        undos.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(undos)
}

/// Puts the loads that are found to their rows, or the undos that are about these loads.
struct Found<'a> {
    rows: &'a mut [Change],
    undos: Option<&'a Undos>,
}

impl Sink for Found<'_> {
    fn columns(&mut self, _: &[&str]) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if let [Cell::Integer(row), Cell::Integer(load)] = cells
            && let Some(change) = usize::try_from(*row).ok().and_then(|row| self.rows.get_mut(row))
        {
            match self.undos {
                None => change.loads.push(*load),
                Some(undos) => change.loads.extend(undos.get(load).into_iter().flatten()),
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}
