//! Writes the manual page into `gen/man`: all commands on one page, as the parser defines them, and what
//! surrounds them. Refuses to describe an option in words other than `--help`'s.

use std::path::Path;
use std::{fs, io};

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};
use presence_core::Status;

use crate::cli::Cli;
use crate::key::{Key, Value};
use crate::write_anew;

const DESCRIPTION: [&str; 2] = [
    "Presence Tray sets your own presence session in Microsoft Teams, renews it before it fades or expires, \
     and says so when it cannot. Without a command, it starts and stays in the tray; if it is running already, \
     its window opens.",
    "Results go to the standard output, messages to the standard error.",
];

const EXIT_CODES: [(&str, &str); 6] = [
    ("0", "Done."),
    ("1", "Failed; the standard error says why."),
    ("2", "Wrong usage."),
    ("3", "Sign-in needed: run presence-tray sign-in."),
    ("4", "Not configured, or the configuration has a mistake."),
    ("5", "The service could not be reached in time; your choice is kept and tried again."),
];

const FILES: [(&str, &str); 3] = [
    ("~/.config/presence-tray/config.toml", "The configuration."),
    (
        "/etc/presence-tray/policy.toml",
        "The settings of your organisation; they take precedence over the configuration.",
    ),
    (
        "/usr/share/presence-tray/presence-tray.ps1",
        "Completions for PowerShell; load them in your profile. Other shells load theirs automatically.",
    ),
];

const ENVIRONMENT: [(&str, &str); 2] = [
    (
        "PRESENCE_TRAY_CONFIG_DIR",
        "Another folder for the configuration and everything else that is stored. Programs with \
         different folders are independent of each other.",
    ),
    (
        "PRESENCE_TRAY_LOG",
        "How much is logged to the standard error: a level such as debug, or one for a part of the program \
         such as presence_host=debug. The default is info.",
    ),
];

const EXAMPLES: [(&str, &str); 7] = [
    ("Present for three quarters of an hour:", "presence-tray set presenting --for 45m"),
    ("Be away until half past five:", "presence-tray set away --until 17:30"),
    ("A status by the beginning of its name:", "presence-tray set in-a-conf"),
    ("On and off with one key of your desktop:", "presence-tray toggle presenting"),
    ("A line for a status bar at every change:", "presence-tray status --watch --json"),
    ("Let a status end when the program does:", "presence-tray config set on_quit clear"),
    ("Let Teams decide your status again:", "presence-tray clear"),
];

pub(crate) fn write() -> io::Result<()> {
    println!("cargo:rerun-if-changed=gen/man");
    let folder = Path::new("gen/man");
    fs::create_dir_all(folder)?;
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut page = Vec::new();
    let man = Man::new(command.clone()).manual("User Commands");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    sections(&command).to_writer(&mut page)?;
    write_anew(&folder.join(man.get_filename()), &page)
}

fn sections(command: &Command) -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["SYNOPSIS"]);
    page.text([bold(command.get_name()), roman(" ["), italic("COMMAND"), roman("]")]);
    page.control("SH", ["DESCRIPTION"]);
    for paragraph in DESCRIPTION {
        page.control("PP", []);
        page.text([roman(paragraph)]);
    }
    page.control("SH", ["COMMANDS"]);
    for verb in command.get_subcommands() {
        verb_entry(&mut page, verb.get_name(), verb);
        for sub in verb.get_subcommands() {
            verb_entry(&mut page, &[verb.get_name(), sub.get_name()].join(" "), sub);
        }
    }
    page.control("SH", ["STATUSES"]);
    for status in Status::ALL {
        entry(&mut page, [bold(status.name())], status.label());
    }
    page.control("PP", []);
    page.text([roman(
        "The labels of the menu, other separators, and any unambiguous beginning are accepted too.",
    )]);
    page.control("SH", ["KEYS"]);
    for key in Key::all() {
        let default = key.default().map_or_else(String::new, |value| match value {
            Value::Flag(flag) => format!(" Default: {flag}."),
            Value::Text(text) => format!(" Default: {text}."),
        });
        entry(&mut page, [bold(key.name())], &[key.meaning(), &default].concat());
    }
    page.control("SH", ["OPTIONS"]);
    for arg in command.get_arguments() {
        entry(&mut page, words(arg), &sentence(arg.get_help()));
    }
    table(&mut page, "EXIT STATUS", &EXIT_CODES);
    table(&mut page, "FILES", &FILES);
    table(&mut page, "ENVIRONMENT", &ENVIRONMENT);
    page.control("SH", ["EXAMPLES"]);
    for (purpose, line) in EXAMPLES {
        page.control("PP", []);
        page.text([roman(purpose)]);
        page.control("PP", []);
        page.control("RS", ["4"]);
        page.text([bold(line)]);
        page.control("RE", []);
    }
    page
}

fn verb_entry(page: &mut Roff, name: &str, verb: &Command) {
    // `--help` is every command's.
    let own: Vec<&Arg> = verb.get_arguments().filter(|arg| arg.get_id() != "help").collect();
    let mut head = vec![bold(name)];
    for arg in &own {
        let (open, close) = if arg.is_required_set() { (" ", "") } else { (" [", "]") };
        head.push(roman(open));
        head.extend(words(arg));
        head.push(roman(close));
    }
    entry(page, head, &sentence(verb.get_about()));
    page.control("RS", []);
    for arg in own {
        entry(page, words(arg), &sentence(arg.get_help()));
    }
    page.control("RE", []);
}

/// `-h, --help`, `--for SPAN` or `STATUS`.
fn words(arg: &Arg) -> Vec<Inline> {
    let short = arg.get_short().map(|letter| format!("-{letter}"));
    let long = arg.get_long().map(|name| format!("--{name}"));
    let flags: Vec<_> = short.into_iter().chain(long).collect();
    let mut words = Vec::new();
    if !flags.is_empty() {
        words.push(bold(flags.join(", ")));
    }
    if arg.get_action().takes_values() {
        let value = arg.get_value_names().unwrap_or_default().join(" ");
        words.push(roman(if flags.is_empty() { "" } else { " " }));
        words.push(italic(value));
    }
    words
}

/// clap takes the full stop from the end of its help.
fn sentence(help: Option<&StyledStr>) -> String {
    help.map(|help| format!("{help}.")).unwrap_or_default()
}

fn table(page: &mut Roff, title: &str, entries: &[(&str, &str)]) {
    page.control("SH", [title]);
    for (head, text) in entries {
        entry(page, [bold(*head)], text);
    }
}

fn entry(page: &mut Roff, head: impl Into<Vec<Inline>>, text: &str) {
    page.control("TP", []);
    page.text(head.into());
    page.text([roman(text)]);
}
