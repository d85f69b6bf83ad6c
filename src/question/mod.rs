//! Questions and their answers: both readings, the rows and the loads that an answer rests on, and how
//! answers differ from those of another day.

mod answer;
mod changes;
mod compare;
mod drift;
mod portrait;
mod receipts;
mod registry;
mod state;

pub use answer::{Answer, Number, Wanted, answer, answers, to_json};
pub use changes::{Change, Fate, Summary};
pub use compare::{Account, Compared, compare, difference};
pub use drift::check;
pub use portrait::{Classes, Explained, Portrait, Session, Windows, evidence, portrait};
pub use receipts::{Receipt, Receipts, never_loaded, told_never_loaded};
pub use registry::{Evidence, Question, bind_declared, question, questions};
pub use state::State;
