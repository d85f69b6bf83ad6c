//! Plots, as SVG that stands within a page: sizes in pixels, colours by the classes of the page's style.

mod date;
mod histogram;
mod plotted;
mod scale;
mod squares;
mod svg;
mod timeline;

use date::clock;
pub(super) use date::{day, days_of};
pub(super) use histogram::{Bracket, Histogram, Mark, ends, range};
pub(super) use plotted::{Drawn, Plotted, Point};
use scale::Axis;
pub(super) use scale::{Tick, clock_step, multiples, round_step};
pub(super) use squares::squares;
pub(super) use timeline::{Band, Bar, Timeline};

/// How wide every plot is.
const WIDTH: f64 = 720.0;

/// What a plot is called and what it shows, for those who see it and for those who hear it.
pub(super) struct Caption<'a> {
    /// Unique within the page.
    pub id: &'a str,
    /// What is plotted.
    pub title: &'a str,
    /// What there is to see.
    pub text: &'a str,
}
