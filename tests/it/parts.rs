//! What tests need beside scli, and `make parts` installs: servers, engines and public data.

use std::path::{Path, PathBuf};

/// A folder of it. Where there is none the reason is printed; in CI that is a failure.
pub fn folder(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("parts");
    let parts = std::env::var_os("SCLI_PARTS").map_or_else(beside, PathBuf::from);
    let folder = parts.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "there is no {}: make parts", folder.display());
    println!("skipped: there is no {}; install it with: make parts", folder.display());
    None
}
