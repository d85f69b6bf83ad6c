//! From values to pixels, with ticks at round numbers.

/// A line of values along a line of pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// The values at its ends; the second is the greater.
    pub values: (f64, f64),
    /// The pixels at its ends.
    pub pixels: (f64, f64),
}

impl Axis {
    /// Where a value is.
    pub(super) fn at(&self, value: f64) -> f64 {
        let ((low, high), (from, to)) = (self.values, self.pixels);
        from + (value - low) / (high - low) * (to - from)
    }
}

/// A value on an axis, and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::render) struct Tick {
    /// The value.
    pub at: f64,
    /// The label.
    pub label: String,
}

/// The smallest of 1, 2, 5, 10, 20, 50 … that cuts `range` into at most `most` parts.
pub(in crate::render) fn round_step(range: i64, most: i64) -> i64 {
    let mut power = 1_i64;
    loop {
        for step in [1, 2, 5].map(|digit| power.saturating_mul(digit)) {
            if fits(range, step, most) {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Likewise for minutes: whole parts of an hour, of a day, then days.
pub(in crate::render) fn clock_step(minutes: i64, most: i64) -> i64 {
    let steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
    let day = 24 * 60;
    steps
        .into_iter()
        .find(|step| fits(minutes, *step, most))
        .unwrap_or_else(|| round_step(quotient_up(minutes, day), most).saturating_mul(day))
}

/// Whether `step` is large enough; a step that cannot grow any more is.
fn fits(range: i64, step: i64, most: i64) -> bool {
    step == i64::MAX || quotient_up(range, step) <= most
}

/// The quotient, rounded up.
pub(super) fn quotient_up(number: i64, by: i64) -> i64 {
    number.div_euclid(by) + i64::from(number.rem_euclid(by) != 0)
}

/// The multiples of `step` from `low` to `high`.
pub(in crate::render) fn multiples(low: i64, high: i64, step: i64) -> impl Iterator<Item = i64> {
    (quotient_up(low, step)..=high.div_euclid(step)).map(move |number| number * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_no_smaller_than_they_must() {
        for (range, most, step) in [
            (0, 5, 1),
            (5, 5, 1),
            (6, 5, 2),
            (11, 5, 5),
            (371, 4, 100),
            (3726, 60, 100),
            (i64::MAX, 1, i64::MAX),
        ] {
            assert_eq!(round_step(range, most), step, "{range} {most}");
        }
        for (range, most, step) in
            [(4, 8, 1), (90, 8, 15), (1440, 8, 180), (1440, 60, 30), (100_000, 8, 14_400)]
        {
            assert_eq!(clock_step(range, most), step, "{range} {most}");
        }
    }

    #[test]
    fn ticks_are_the_multiples_between() {
        assert_eq!(multiples(-3, 7, 5).collect::<Vec<_>>(), [0, 5]);
        assert_eq!(multiples(-5, 5, 5).collect::<Vec<_>>(), [-5, 0, 5]);
        assert_eq!(multiples(1, 4, 5).count(), 0);
    }

    #[test]
    fn values_fall_on_their_pixels() {
        let axis = Axis { values: (10.0, 20.0), pixels: (100.0, 0.0) };
        assert_eq!((axis.at(10.0), axis.at(15.0), axis.at(20.0)), (100.0, 50.0, 0.0));
    }
}
