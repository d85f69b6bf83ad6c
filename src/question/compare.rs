//! Two states of the warehouse beside each other: the answers of each, and how far they moved.

use std::rc::Rc;

use super::answer::{Answer, Number, Wanted, answers};
use super::changes::{Change, Summary, changes};
use super::receipts::Receipt;
use super::registry::{Question, question};
use super::state::State;
use crate::error::Result;

/// The digits behind the point that a difference of decimals has at most.
const DIGITS: usize = 15;

/// The answers to one question in two states.
pub struct Compared<'s> {
    /// The question.
    pub question: &'static Question,
    /// The answer in the first state.
    pub from: Answer,
    /// The answer in the second.
    pub to: Answer,
    states: [&'s State; 2],
}

/// Answers every question in both states.
pub fn compare<'s>(from: &'s State, to: &'s State) -> Result<Vec<Compared<'s>>> {
    let pairs = answers(&from.conn, from.load(), Wanted::Receipts)?.into_iter().zip(answers(
        &to.conn,
        to.load(),
        Wanted::Receipts,
    )?);
    let compared = pairs.map(|(before, after)| {
        let question = question(&before.question)?;
        Ok(Compared { question, from: before, to: after, states: [from, to] })
    });
    compared.collect()
}

impl Compared<'_> {
    /// Both readings by their names, in the first state and in the second.
    pub fn readings(&self) -> [(&'static str, Option<Number>, Option<Number>); 2] {
        [
            ("published", self.from.published, self.to.published),
            ("corrected", self.from.corrected, self.to.corrected),
        ]
    }

    /// Whether a figure is another one in the second state.
    pub fn moved(&self) -> bool {
        self.readings().iter().any(|(_, from, to)| from != to)
    }

    /// Gives the rows of evidence that came, went, or count differently, to `take`, in the order of their
    /// keys.
    pub fn changes(&self, take: &mut dyn FnMut(&Change) -> Result<()>) -> Result<Summary> {
        let [from, to] = self.states;
        changes(from, to, self.question, take)
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
