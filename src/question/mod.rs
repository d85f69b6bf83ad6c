//! Questions and their answers: each reading, the rows and the loads that an answer rests on, and how
//! answers differ from those of another day.

mod answer;
mod changes;
mod compare;
mod drift;
mod own;
mod plot;
mod portrait;
mod receipts;
mod registry;
mod state;

pub use answer::{Answer, Number, Reading, TWO_READINGS, Wanted, answer, answers, to_json};
pub use changes::{Change, Fate, Summary};
pub use compare::{Account, Compared, compare, difference};
pub use drift::check;
pub use plot::{Plot, PlotKind};
pub use portrait::{Classes, Explained, Portrait, Session, Windows, evidence, missing, portrait};
pub use receipts::{Receipt, Receipts, never_loaded, told_never_loaded};
pub use registry::{Evidence, Question, Questions};
pub use state::State;

/// The answers to the questions that are shipped.
#[cfg(test)]
pub(crate) fn answer_shipped(
    conn: &rusqlite::Connection,
    as_of: Option<i64>,
    wanted: Wanted,
) -> crate::error::Result<Vec<Answer>> {
    answers(conn, &Questions::shipped(), as_of, wanted, &mut crate::project::Broken::default())
}
