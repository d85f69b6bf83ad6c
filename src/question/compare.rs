//! Two states of the warehouse beside each other: the answers of each, and how far they moved.

use std::rc::Rc;

use super::answer::{Answer, Number, Reading, Wanted, answers};
use super::changes::{Change, Summary, changes, fits};
use super::receipts::Receipt;
use super::registry::{Evidence, Question, Questions};
use super::state::State;
use crate::error::Result;
use crate::project::Broken;

/// The digits behind the point that a difference of decimals has at most.
const DIGITS: usize = 15;

/// The answers to one question in two states.
pub struct Compared<'s> {
    /// The question.
    pub question: &'s Question,
    /// The answer in the first state.
    pub from: Answer,
    /// The answer in the second.
    pub to: Answer,
    /// The rows that they rest on, where these can be compared.
    pub evidence: Option<&'s Evidence>,
    states: [&'s State; 2],
}

/// Answers `questions` in both states. A project's own that cannot be answered in one of them is noted as `broken`.
pub fn compare<'s>(
    questions: &'s Questions,
    from: &'s State,
    to: &'s State,
    broken: &mut Broken,
) -> Result<Vec<Compared<'s>>> {
    let before = answers(&from.conn, questions, from.load(), Wanted::Receipts, broken)?;
    let mut after = answers(&to.conn, questions, to.load(), Wanted::Receipts, broken)?.into_iter().peekable();
    let mut compared = Vec::new();
    for from_answer in before {
        let question = questions.named(&from_answer.question)?;
        let place = |name: &str| questions.all.iter().position(|other| other.name == name);
        while after.next_if(|later| place(&later.question) < place(&question.name)).is_some() {}
        if let Some(to_answer) = after.next_if(|later| later.question == question.name) {
            let evidence = question.evidence.as_ref().filter(|evidence| !evidence.key.is_empty());
            let mut one =
                Compared { question, from: from_answer, to: to_answer, evidence, states: [from, to] };
            if let Err(error) = one.fits() {
                broken.note(&question.name, error)?;
                one.evidence = None;
            }
            compared.push(one);
        }
    }
    Ok(compared)
}

impl Compared<'_> {
    /// Each reading by its name, in the first state and in the second.
    pub fn readings(&self) -> Vec<(&str, Option<Number>, Option<Number>)> {
        let pair = |reading: &'_ Reading| (self.from.reading(&reading.name), reading.number);
        let names = self.to.readings.iter().map(|reading| (reading.name.as_str(), pair(reading)));
        names.map(|(name, (from, to))| (name, from, to)).collect()
    }

    /// Fails if the rows of a question of a project's own cannot be compared.
    fn fits(&self) -> Result<()> {
        match self.evidence.filter(|_| self.question.file.is_some()) {
            Some(evidence) => {
                self.states.iter().try_for_each(|state| fits(state, (self.question, evidence, &self.names())))
            }
            None => Ok(()),
        }
    }

    /// The names of the readings.
    pub fn names(&self) -> Vec<&str> {
        self.to.readings.iter().map(|reading| reading.name.as_str()).collect()
    }

    /// One reading in the first state and in the second.
    pub fn reading(&self, name: &str) -> (Option<Number>, Option<Number>) {
        (self.from.reading(name), self.to.reading(name))
    }

    /// Whether a figure is another one in the second state.
    pub fn moved(&self) -> bool {
        self.readings().iter().any(|(_, from, to)| from != to)
    }

    /// Gives the rows of evidence that came, went, or count differently, to `take`, in the order of their
    /// keys.
    pub fn changes(&self, take: &mut dyn FnMut(&Change) -> Result<()>) -> Result<Summary> {
        let [from, to] = self.states;
        match self.evidence {
            Some(evidence) => changes(from, to, (self.question, evidence, &self.names()), take),
            None => Ok(Summary::default()),
        }
    }

    /// The loads behind the rows of `summary`. Where some of them do not tell their loads: all that wrote to the
    /// models that the question reads, between the two states.
    pub fn loads(&self, summary: &Summary) -> Vec<Rc<Receipt>> {
        let later = if self.states[0].last > self.states[1].last { &self.from } else { &self.to };
        let receipts = later.receipts.iter().flat_map(|receipts| &receipts.loads);
        let wrote = receipts.filter(|load| load.wrote());
        let is_meant = |load: &&Rc<Receipt>| match &summary.loads {
            Some(loads) => loads.contains(&load.load),
            None => self.between().contains(&load.load),
        };
        wrote.filter(is_meant).map(Rc::clone).collect()
    }

    /// The loads after the earlier of the two states, up to the later one.
    fn between(&self) -> std::ops::RangeInclusive<i64> {
        let [a, b] = self.states.map(|state| state.last);
        a.min(b) + 1..=a.max(b)
    }
}

/// What there is to tell of a question in two states, for people: the first rows, and how many there are.
pub struct Account<'c, 's> {
    /// The answers.
    pub compared: &'c Compared<'s>,
    /// The first of the rows that came, went or count differently.
    pub rows: Vec<Change>,
    /// How many these are.
    pub summary: Summary,
    /// The loads behind them.
    pub loads: Vec<Rc<Receipt>>,
}

impl<'s> Compared<'s> {
    /// Gathers what there is to tell, with up to `limit` rows.
    pub fn account(&self, limit: usize) -> Result<Account<'_, 's>> {
        let mut rows = Vec::new();
        let summary = self.changes(&mut |change| {
            if rows.len() < limit {
                rows.push(change.clone());
            }
            Ok(())
        })?;
        let loads = if self.moved() { self.loads(&summary) } else { Vec::new() };
        Ok(Account { compared: self, rows, summary, loads })
    }
}

/// How far it is from one number to another, without the digits that come of binary fractions alone; `None` where
/// one is not known.
pub fn difference(from: Option<Number>, to: Option<Number>) -> Option<Number> {
    match (from?, to?) {
        (Number::Integer(from), Number::Integer(to)) => to.checked_sub(from).map(Number::Integer),
        (from, to) => {
            let digits = |number: Number| {
                let text = number.to_string();
                text.split_once('.').map_or(0, |(_, digits)| digits.len().min(DIGITS))
            };
            let exact = to.as_f64() - from.as_f64();
            let text = format!("{exact:.*}", digits(from).max(digits(to)));
            // Never a zero with a sign.
            text.parse().ok().map(|rounded: f64| Number::Real(rounded + 0.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_the_digits_of_its_numbers() {
        let real = |number| Some(Number::Real(number));
        let whole = |number| Some(Number::Integer(number));
        for (from, to, expected) in [
            (real(0.93), real(0.94), real(0.01)),
            (real(0.3), real(0.1), real(-0.2)),
            (real(0.5), real(0.5), real(0.0)),
            (whole(5), whole(3), whole(-2)),
            (whole(1), real(0.25), real(-0.75)),
            (None, whole(3), None),
            (whole(3), None, None),
        ] {
            assert_eq!(difference(from, to), expected, "{from:?} {to:?}");
        }
        assert_eq!(difference(real(0.5), real(0.5)).unwrap().to_string(), "0.0");
    }
}
