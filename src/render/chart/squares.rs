//! A share, as squares of which some are filled.

use super::svg::Svg;
use super::{Caption, WIDTH};

const SIDE: f64 = 12.0;
const STEP: f64 = 15.0;

/// One square for each of `filled`, filled or not, each with what a pointer over it shows.
pub(in crate::render) fn squares(caption: &Caption<'_>, filled: &[(bool, String)]) -> String {
    let across = (WIDTH / STEP).floor() as usize;
    let rows = filled.len().div_ceil(across);
    let mut svg = Svg::new(caption, STEP * rows as f64);
    for (index, (is_filled, told)) in filled.iter().enumerate() {
        let corner = ((index % across) as f64 * STEP + 1.0, (index / across) as f64 * STEP + 1.0);
        svg.rect(if *is_filled { "bar" } else { "hollow" }, corner, (SIDE, SIDE), told);
    }
    svg.finish()
}
