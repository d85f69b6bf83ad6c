//! What can go wrong with an SSH server, in the words of people, and what to do about it.

use super::super::remote::Failure;
use crate::error::Error;
use std::io::ErrorKind;

/// What `ssh` says, what that means, what to do, and whether it may be over in a moment.
const SAID: [(&str, &str, &str, bool); 14] = [
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "the key of the host is another than before; nothing was read",
        "ask who runs the server whether it has a new key; if so, forget the old one: ssh-keygen -R HOST",
        false,
    ),
    (
        "Host key verification failed",
        "the key of the host is not known; nothing was read",
        "connect once by hand, and compare the key with what the server's owner says: ssh HOST",
        false,
    ),
    (
        "Permission denied",
        "the server does not let the user in",
        "scli asks for no password: give ssh a key that the server knows (ssh-add, or IdentityFile in ~/.ssh/config); \
         try: ssh -o BatchMode=yes HOST",
        false,
    ),
    (
        "Too many authentication failures",
        "the server does not let the user in",
        "name the right key in ~/.ssh/config: IdentityFile, with IdentitiesOnly yes",
        false,
    ),
    (
        "Could not resolve hostname",
        "the host is not known",
        "check its name in the address, and in ~/.ssh/config",
        true,
    ),
    (
        "Connection refused",
        "the host refused the connection",
        "is the server running, and the port right?",
        true,
    ),
    (
        "timed out",
        "the host did not answer in time",
        "check the address, and the network of this machine",
        true,
    ),
    ("Timeout, server", "the host did not answer any more", "try again later, or look at the network", true),
    (
        "No route to host",
        "the host cannot be reached",
        "check the address, and the network of this machine",
        true,
    ),
    ("Network is unreachable", "the host cannot be reached", "check the network of this machine", true),
    (
        "subsystem request failed",
        "the server offers no files: it has no sftp",
        "ask who runs it for: Subsystem sftp internal-sftp, in its sshd_config",
        false,
    ),
    (
        "Bad owner or permissions",
        "ssh does not trust its own configuration",
        "let nobody else write it: chmod 600 ~/.ssh/config",
        false,
    ),
    (
        "Bad configuration option",
        "ssh does not know an option",
        "look at ~/.ssh/config; scli needs OpenSSH 7.6 or newer",
        false,
    ),
    ("no matching", "ssh and the server have no way to connect in common", "try: ssh -v HOST", false),
];

/// Why `ssh` ended, by what it said.
pub fn trouble(host: &str, said: &str) -> Failure {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let about = |words: &str| said.lines().find(|line| line.contains(words));
    for (words, what, help, is_passing) in SAID {
        if let Some(line) = about(words) {
            // The warning about a key that changed is a picture.
            let line = if line.contains("@") && line.contains("REMOTE") { "" } else { line };
            let why = if line.is_empty() { String::new() } else { format!(": {}", one_line(line)) };
            let error = Error::failed(format!("{what}{why}")).help(help.replace("HOST", host));
            return if is_passing { Failure::Passing(error) } else { Failure::Lasting(error) };
        }
    }
    let why = lines.next_back().map(|line| format!(": {}", one_line(line))).unwrap_or_default();
    Failure::Passing(
        Error::failed(format!("ssh to {host} ended{why}"))
            .help(format!("try: ssh -v {host}; or try again later")),
    )
}

fn one_line(line: &str) -> String {
    line.trim().chars().filter(|c| !c.is_control()).take(300).collect()
}

/// Why `ssh` cannot be run.
pub fn no_ssh(error: &std::io::Error) -> Failure {
    let error = match error.kind() {
        ErrorKind::NotFound => Error::failed("there is no ssh on this machine, which sftp:// is read with")
            .help("install OpenSSH (on Debian: apt-get install openssh-client), or fetch the file first, then name its path"),
        _ => Error::failed(format!("ssh cannot be run: {error}")).help("try: ssh -V"),
    };
    Failure::Lasting(error)
}

/// A server that says something else.
pub fn not_sftp() -> Failure {
    Failure::Lasting(
        Error::failed("the server did not answer as SFTP does").help(
            "does its shell print something when it starts? Try: ssh HOST true; it is to print nothing",
        ),
    )
}

/// Why an answer is not what was asked for.
pub fn refused(status: Option<(u32, String)>) -> Failure {
    let Some((code, words)) = status else { return not_sftp() };
    let (what, help) = match code {
        2 => (
            "no such file or folder",
            "check the address; large and small letters differ; a path begins at the topmost folder, or behind /~/ at that of the user",
        ),
        3 => (
            "the server does not allow it",
            "let the user read it: chmod a+r FILE, and a+rx the folders above it",
        ),
        6 | 7 => ("the server lost the connection", "try again later"),
        _ => ("the server could not do it", "look at it: sftp ADDRESS"),
    };
    let error = Error::failed(format!("{what}: {words}")).help(help);
    match code {
        6 | 7 => Failure::Passing(error),
        _ => Failure::Lasting(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ssh_says_has_a_remedy() {
        for (said, is_passing, told) in [
            (
                "me@h: Permission denied (publickey).",
                false,
                "does not let the user in: me@h: Permission denied",
            ),
            ("ssh: connect to host h port 22: Connection refused", true, "refused the connection"),
            (
                "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
                false,
                "another than before",
            ),
            ("\nsomething\x1b[1m odd\n", true, "ended: something[1m odd"),
            ("", true, "ssh to h ended"),
        ] {
            let (passing, error) = match trouble("h", said) {
                Failure::Passing(error) => (true, error),
                Failure::Lasting(error) => (false, error),
            };
            assert_eq!(passing, is_passing, "{said}");
            assert!(error.message().contains(told), "{error}");
            assert!(error.remedy().is_some_and(|help| !help.contains("HOST")), "{said}");
        }
    }
}
