//! The SHA-256 of a source, computed while its bytes pass.

use crate::domain::text::hex;
use sha2::{Digest, Sha256};
use std::io::{Read, Result};
use std::sync::{Arc, Mutex, PoisonError};

/// A reader that digests what passes through it.
pub struct Digesting<R> {
    inner: R,
    state: Arc<Mutex<State>>,
}

/// The digest of a [`Digesting`] reader, to be asked for when all has been read.
#[derive(Clone)]
pub struct Fingerprint(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    sha: Sha256,
    bytes: u64,
    ended: bool,
}

impl<R: Read> Digesting<R> {
    /// Digests what is read from `inner`.
    pub fn new(inner: R) -> (Self, Fingerprint) {
        let state = Arc::new(Mutex::new(State::default()));
        (Digesting { inner, state: Arc::clone(&state) }, Fingerprint(state))
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sha.update(buffer.get(..count).unwrap_or_default());
        state.bytes += count as u64;
        state.ended |= count == 0 && !buffer.is_empty();
        Ok(count)
    }
}

impl Fingerprint {
    /// The SHA-256 as lower-case hex, if the source was read to its end.
    pub fn sha256(&self) -> Option<String> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.ended.then(|| hex(&state.sha.clone().finalize()))
    }

    /// How many bytes have passed so far.
    pub fn bytes(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_known_once_all_was_read() {
        let (mut reader, fingerprint) = Digesting::new(&b"abc"[..]);
        let mut three = [0; 3];
        reader.read_exact(&mut three).unwrap();
        assert_eq!((fingerprint.sha256(), fingerprint.bytes()), (None, 3));
        std::io::copy(&mut reader, &mut std::io::sink()).unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fingerprint.sha256().as_deref(), Some(known));
    }
}
