//! Ctrl-C and a polite request to end: noted when they come, and heeded where it is safe.

use crate::error::{Error, Kind, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// The signal that came, or 0.
static SIGNAL: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// Begins to listen. The first signal makes [`check`] fail, so that work is rolled back; a second
/// one ends the process at once.
pub fn listen() -> Result<()> {
    for signal in [SIGINT, SIGTERM] {
        let code = i32::from(Kind::Interrupted(signal as u8).exit_code());
        let again = Arc::new(std::sync::atomic::AtomicBool::new(false));
        signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(&again))?;
        signal_hook::flag::register(signal, again)?;
        signal_hook::flag::register_usize(signal, Arc::clone(&SIGNAL), signal as usize)?;
    }
    outlive_size_limits()
}

/// A write beyond a limit on file sizes shall fail, so that it is told and rolled back, and not end
/// the process.
#[cfg(unix)]
fn outlive_size_limits() -> Result<()> {
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default())?;
    Ok(())
}

#[cfg(not(unix))]
fn outlive_size_limits() -> Result<()> {
    Ok(())
}

/// Whether a signal asked to stop.
pub fn requested() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// Fails if a signal asked to stop.
pub fn check() -> Result<()> {
    match SIGNAL.load(Ordering::Relaxed) {
        0 => Ok(()),
        signal => Err(Error::new(Kind::Interrupted(signal as u8), "interrupted; nothing was changed")),
    }
}

/// A reader that fails once a signal asked to stop: whoever reads on and on, and finds nothing, ends with it.
/// What to tell then is for [`check`] to say.
pub struct Heeding<R>(pub R);

impl<R: Read> Read for Heeding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if requested() {
            return Err(std::io::Error::other("interrupted"));
        }
        self.0.read(buffer)
    }
}
