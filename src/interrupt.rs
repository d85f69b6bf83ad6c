//! Ctrl-C and a polite request to end: noted when they come, and heeded where it is safe.

use crate::error::{Error, Kind, Result};
use signal_hook::SigId;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The signal that came, or 0.
static SIGNAL: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// What ends the process at a second signal.
static AT_ONCE: Mutex<Vec<SigId>> = Mutex::new(Vec::new());

const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Begins to listen. The first signal makes [`check`] fail, so that work is rolled back; a second
/// one ends the process at once.
pub fn listen() -> Result<()> {
    for signal in SIGNALS {
        signal_hook::flag::register_usize(signal, Arc::clone(&SIGNAL), signal as usize)?;
    }
    hurry()?;
    outlive_size_limits()
}

/// From now on a second signal ends the process.
fn hurry() -> Result<()> {
    let mut at_once = AT_ONCE.lock().unwrap_or_else(PoisonError::into_inner);
    let again = Arc::new(AtomicBool::new(requested()));
    for signal in SIGNALS {
        let code = i32::from(Kind::Interrupted(signal as u8).exit_code());
        at_once.push(signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(&again))?);
        at_once.push(signal_hook::flag::register(signal, Arc::clone(&again))?);
    }
    Ok(())
}

/// While this lives, a second signal does no more than the first: something is to be cleared away before the
/// process ends, and every step until then looks whether a signal came.
pub struct Unhurried {
    listened: bool,
}

/// Makes a second signal wait.
pub fn unhurried() -> Unhurried {
    let mut at_once = AT_ONCE.lock().unwrap_or_else(PoisonError::into_inner);
    let listened = !at_once.is_empty();
    for id in at_once.drain(..) {
        signal_hook::low_level::unregister(id);
    }
    Unhurried { listened }
}

impl Drop for Unhurried {
    fn drop(&mut self) {
        if self.listened {
            // Without it the process still ends, after what it is at.
            let _ = hurry();
        }
    }
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

/// Whether what is at work is to be finished before a signal is heeded.
static FINISHING: AtomicBool = AtomicBool::new(false);

/// While this lives, [`check`] fails no more: who holds it looks for a signal with [`asked`], between one piece of
/// work and the next. A second signal ends the process all the same.
pub struct Finishing;

/// From now on what was begun is finished.
pub fn finish_first() -> Finishing {
    FINISHING.store(true, Ordering::Relaxed);
    Finishing
}

impl Drop for Finishing {
    fn drop(&mut self) {
        FINISHING.store(false, Ordering::Relaxed);
    }
}

/// Whether a signal asked to stop, be it now or when what is at work is finished.
pub fn asked() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// Whether a signal asked to stop, and it is to be now.
pub fn requested() -> bool {
    asked() && !FINISHING.load(Ordering::Relaxed)
}

/// Fails if a signal asked to stop.
pub fn check() -> Result<()> {
    if requested() { Err(interrupted()) } else { Ok(()) }
}

/// What to say if a signal asked to stop, and nothing was done yet.
pub fn interrupted() -> Error {
    let signal = SIGNAL.load(Ordering::Relaxed);
    Error::new(Kind::Interrupted(signal as u8), "interrupted; nothing was changed")
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
