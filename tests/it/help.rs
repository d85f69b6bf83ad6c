//! The manual: help of every command, and what else is made of it.

use crate::harness::{Sandbox, project, snapshot};
use clap::ValueEnum;

/// Every command and its name, `rejects list` for one within another, in the order of the help.
fn commands() -> Vec<(String, clap::Command)> {
    fn walk(parent: &clap::Command, above: &str, found: &mut Vec<(String, clap::Command)>) {
        for command in parent.get_subcommands().filter(|command| command.get_name() != "help") {
            let name = format!("{above}{}", command.get_name());
            walk(command, &format!("{name} "), found);
            found.push((name, command.clone()));
        }
    }
    let mut root = scli::cli::command();
    root.build();
    let mut found = Vec::new();
    walk(&root, "", &mut found);
    found
}

/// Arguments: some words, then a command's.
fn line<'a>(first: &[&'a str], name: &'a str) -> Vec<&'a str> {
    first.iter().copied().chain(name.split(' ')).collect()
}

#[test]
fn the_program_says_what_it_can_do() {
    let sandbox = Sandbox::new();
    let help = sandbox.scli(&["--help"]).success();
    help.snapshot("help");
    assert_eq!(sandbox.scli(&["help"]).success().stdout, help.stdout);
    sandbox.scli(&["snyc", "data"]).snapshot("help_unknown_command");
    let version = sandbox.scli(&["--version"]).success().stdout;
    assert_eq!(version, format!("scli {}\n", env!("CARGO_PKG_VERSION")));
}

/// Whoever types nothing is told what to type: it depends on what is there.
#[test]
fn without_a_command_it_says_what_to_do_next() {
    let sandbox = Sandbox::new();
    let told = |args: &[&str]| format!("$ scli {}\n{}", args.join(" "), sandbox.scli(args).told());
    let mut text = told(&[]);
    sandbox.scli(&["init-db"]).success();
    for args in [
        &[][..],
        &["--db", "other.db"],
        &["--log-format", "json"],
        &["rejects", "--log-format=json"],
        &["--log-format", "json", "load", "--modle", "movie"],
        &["--log-format", "json", "answers", "--format", "xml"],
        &["--log-format", "xml", "answers"],
    ] {
        text += &format!("\n{}", told(args));
    }
    snapshot("help_no_arguments", &text);
    assert_eq!(sandbox.names(), ["warehouse.db"], "to ask costs nothing");
}

#[test]
fn every_command_has_a_help_with_an_example() {
    let sandbox = Sandbox::new();
    for (name, _) in commands() {
        let help = sandbox.scli(&line(&["help"], &name)).success().stdout;
        let words = [line(&[], &name), vec!["--help"]].concat();
        assert_eq!(sandbox.scli(&words).success().stdout, help, "{name}");
        assert!(help.contains("Example") && help.contains(&format!("\n  scli {name}")), "{name}:\n{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{name}:\n{help}");
        snapshot(&format!("help_{}", name.replace(['-', ' '], "_")), &help);
    }
    assert_eq!(sandbox.names(), [""; 0], "to ask costs nothing");
}

/// A command or an option that no document names does not exist for most people.
#[test]
fn every_command_and_option_is_documented() {
    let mut text = std::fs::read_to_string(project("README.md")).unwrap();
    for file in std::fs::read_dir(project("docs")).unwrap() {
        let path = file.unwrap().path();
        // The reference is generated, and so names everything.
        if path.is_file() && !path.ends_with("reference.md") {
            text += &std::fs::read_to_string(path).unwrap();
        }
    }
    let named = |word: &str| {
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-');
        text.match_indices(word).any(|(at, _)| ends(&text[at + word.len()..]))
    };
    for (name, command) in commands() {
        assert!(named(&format!("scli {name}")), "`scli {name}` is in no document");
        for option in command.get_arguments().filter_map(|argument| argument.get_long()) {
            assert!(named(&format!("--{option}")), "--{option} of `scli {name}` is in no document");
        }
    }
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let sandbox = Sandbox::new();
    let pages = sandbox.scli(&["man"]).success().stdout;
    for shell in clap_complete::Shell::value_variants() {
        let script = sandbox.scli(&["completions", &shell.to_string()]).success().stdout;
        for (name, command) in commands() {
            assert!(script.contains(command.get_name()), "{shell}: {name}");
        }
    }
    for (name, command) in commands() {
        let escaped = name.replace('-', "\\-");
        assert!(name.contains(' ') || pages.contains(&escaped), "{name}");
        let page = sandbox.scli(&line(&["man"], &name)).success().stdout;
        assert!(page.contains(".SH SYNOPSIS") && page.contains("Example"), "{name}:\n{page}");
        for option in command.get_arguments().filter_map(|argument| argument.get_long()) {
            let escaped = format!("\\-\\-{}", option.replace('-', "\\-"));
            assert!(page.contains(&escaped), "--{option} of {name}:\n{page}");
        }
    }
    sandbox.scli(&["man", "laod"]).snapshot("man_unknown_command");
}
