//! docs/reference.md is what clap knows of the command line.

use crate::harness::project;
use std::fmt::Write;

/// The reference, made of the same definition as the help and the manual pages.
fn reference() -> String {
    let mut root = scli::cli::command();
    root.build();
    let mut text = String::from(
        "# Reference\n\nEvery command, option and default, as `scli help` and `scli man` tell them too. \
         Generated from the program; `make reference` writes it anew.\n",
    );
    let mut sections = Vec::new();
    walk(&root, &mut sections);
    text += "\n";
    for command in &sections[1..] {
        let name = full_name(command);
        let anchor = name.replace(' ', "-");
        writeln!(text, "- [`{name}`](#{anchor}): {}", command.get_about().unwrap()).unwrap();
    }
    for command in sections {
        section(&mut text, command);
    }
    text
}

fn walk<'c>(command: &'c clap::Command, found: &mut Vec<&'c clap::Command>) {
    found.push(command);
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        walk(inner, found);
    }
}

fn full_name(command: &clap::Command) -> String {
    command.get_bin_name().unwrap_or("scli").to_owned()
}

fn section(text: &mut String, command: &clap::Command) {
    writeln!(text, "\n## {}\n", full_name(command)).unwrap();
    let about = command.get_long_about().or(command.get_about()).unwrap();
    writeln!(text, "{about}\n").unwrap();
    let usage = command.clone().render_usage().to_string();
    writeln!(text, "```text\n{}\n```", usage.trim().trim_start_matches("Usage: ")).unwrap();
    let is_root = command.get_name() == "scli";
    let arguments: Vec<&clap::Arg> = command
        .get_arguments()
        .filter(|argument| is_root || !argument.is_global_set())
        .filter(|argument| !matches!(argument.get_id().as_str(), "help" | "version"))
        .collect();
    if !arguments.is_empty() {
        let what = if is_root { "Every command takes:" } else { "" };
        writeln!(text, "{}", if what.is_empty() { String::new() } else { format!("\n{what}\n") }).unwrap();
        for argument in arguments {
            writeln!(text, "- {}", argument_line(argument)).unwrap();
        }
    }
    if let Some(after) = command.get_after_help() {
        let after = after.to_string();
        match after.split_once(":\n") {
            Some((heading, lines)) => {
                writeln!(text, "\n{heading}:\n\n```text\n{}\n```", unindented(lines)).unwrap()
            }
            None => writeln!(text, "\n{}", after.replace('\n', " ")).unwrap(),
        }
    }
}

fn unindented(lines: &str) -> String {
    lines.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn argument_line(argument: &clap::Arg) -> String {
    let mut names = Vec::new();
    if let Some(short) = argument.get_short() {
        names.push(format!("-{short}"));
    }
    if let Some(long) = argument.get_long() {
        names.push(format!("--{long}"));
    }
    let value = argument.get_value_names().filter(|_| argument.get_action().takes_values());
    let value = value.map(|names| format!("<{}>", names.join("> <"))).unwrap_or_default();
    let mut shown = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if !value.is_empty() {
        shown += &format!("{}`{value}`", if shown.is_empty() { "" } else { " " });
    }
    let help = argument.get_long_help().or(argument.get_help()).unwrap().to_string();
    let mut line = format!("{shown}: {}", help.replace('\n', " "));
    let values = argument.get_possible_values();
    if !values.is_empty() && !argument.is_hide_possible_values_set() && argument.get_action().takes_values() {
        let names: Vec<String> = values.iter().map(|value| format!("`{}`", value.get_name())).collect();
        line += &format!(". One of {}", names.join(", "));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        line += &format!(" [default: {}]", defaults.join(" "));
    }
    line
}

/// With INSTA_UPDATE=always, as for snapshots, it is written instead; `make reference` does that.
#[test]
fn the_reference_is_up_to_date() {
    let path = project("docs/reference.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, reference()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == reference(), "docs/reference.md is out of date: make reference");
}
