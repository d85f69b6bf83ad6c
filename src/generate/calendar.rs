//! December 2021 in +01:00, counted in milliseconds from its first midnight.

use std::io::{self, Write};

/// One minute in milliseconds.
pub(super) const MINUTE: u64 = 60_000;
/// One day in milliseconds.
pub(super) const DAY: u64 = 24 * 60 * MINUTE;

/// The moment at which the clock shows `hour:minute` on a day of December, in +01:00.
pub(super) const fn december(day: u64, hour: u64, minute: u64) -> u64 {
    (day - 1) * DAY + (hour * 60 + minute) * MINUTE
}

/// Nobody starts a session, or writes a review, from this moment on.
pub(super) const LAST_START: u64 = december(31, 0, 0);

/// Writes a moment as the vendor does: `2021-12-06T19:30:19.099+0100`.
pub(super) fn write_time(out: &mut impl Write, moment: u64) -> io::Result<()> {
    let (day, rest) = (moment / DAY + 1, moment % DAY);
    let (minutes, millis) = (rest / MINUTE, rest % MINUTE);
    let mut text = *b"2021-12-00T00:00:00.000+0100";
    put(&mut text, 8, 2, day);
    put(&mut text, 11, 2, minutes / 60);
    put(&mut text, 14, 2, minutes % 60);
    put(&mut text, 17, 2, millis / 1000);
    put(&mut text, 20, 3, millis % 1000);
    out.write_all(&text)
}

/// The same moment as a text.
pub(super) fn time(moment: u64) -> String {
    let mut text = Vec::new();
    // Writing to a vector cannot fail.
    let _ = write_time(&mut text, moment);
    String::from_utf8_lossy(&text).into_owned()
}

/// Puts the last `width` digits of a number at `from`.
fn put(text: &mut [u8], from: usize, width: usize, mut number: u64) {
    for byte in text.iter_mut().skip(from).take(width).rev() {
        *byte = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_the_vendor_writes_them() {
        assert_eq!(time(0), "2021-12-01T00:00:00.000+0100");
        assert_eq!(time(december(25, 7, 5) + 4_009), "2021-12-25T07:05:04.009+0100");
        assert_eq!(time(december(31, 23, 59) + 59_999), "2021-12-31T23:59:59.999+0100");
    }
}
