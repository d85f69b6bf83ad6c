//! Processes, with their wall time and peak memory.

use crate::{Result, SCLI};
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Wall time.
    pub seconds: f64,
    /// Peak resident memory in bytes, where the platform tells.
    pub peak: Option<u64>,
}

/// A process that ended well.
pub struct Done {
    /// What it took.
    pub cost: Cost,
    /// Its standard output.
    pub output: String,
}

/// `scli` on a database; quiet, so that nothing is measured but the work.
pub fn scli<A: AsRef<OsStr>>(database: &Path, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(SCLI);
    command.arg("--db").arg(database).arg("--quiet").args(arguments);
    command
}

/// A part of the library, in a process of its own.
pub fn part(name: &str, paths: &[&Path]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("part").arg(name).args(paths);
    Ok(command)
}

/// Runs a process to its end; an error if it fails, with the last it said.
pub fn run(command: &mut Command) -> Result<Done> {
    // Files take any amount of output without anybody reading along.
    let (mut output, mut errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(errors.try_clone()?);
    let start = Instant::now();
    let child = command.spawn().map_err(|error| format!("{}: {error}", program(command)))?;
    let (status, peak) = wait(child)?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        let said = text(&mut errors)?;
        let last = said.trim().lines().last().unwrap_or_default();
        return Err(format!("{} ended with {status}: {last}", program(command)).into());
    }
    Ok(Done { cost: Cost { seconds, peak }, output: text(&mut output)? })
}

fn program(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().display().to_string()
}

fn text(file: &mut File) -> Result<String> {
    use std::io::{Read, Seek};
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// Waits for a process, and learns its peak memory. That counts from this process's own at the fork,
/// which is why this process does nothing large itself.
#[cfg(unix)]
fn wait(child: Child) -> Result<(ExitStatus, Option<u64>)> {
    use std::os::unix::process::ExitStatusExt;
    let mut status = 0;
    // SAFETY: all bytes zero is a valid rusage, which is plain numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to variables that outlive the call; nobody else waits for the child.
        let waited = unsafe { libc::wait4(child.id() as libc::pid_t, &raw mut status, 0, &raw mut usage) };
        if waited >= 0 {
            break;
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error.into());
        }
    }
    // Linux counts in kibibytes, macOS in bytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    Ok((ExitStatus::from_raw(status), Some(usage.ru_maxrss as u64 * unit)))
}

#[cfg(not(unix))]
fn wait(mut child: Child) -> Result<(ExitStatus, Option<u64>)> {
    Ok((child.wait()?, None))
}

/// Drops a file from the system's cache, so that the next to read it reads from the disk; false where
/// the platform has no way to.
pub fn evict(path: &Path) -> Result<bool> {
    let file = File::open(path)?;
    file.sync_all()?;
    Ok(forget(&file))
}

#[cfg(target_os = "linux")]
fn forget(file: &File) -> bool {
    use std::os::fd::AsRawFd;
    // SAFETY: the descriptor is open; the call takes no pointers.
    unsafe { libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_DONTNEED) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn forget(_: &File) -> bool {
    false
}

/// Removes a file that may not be there.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", path.display()).into())
        }
        _ => Ok(()),
    }
}
