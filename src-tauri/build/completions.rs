//! Writes what shells complete the command line with into `gen/completions`; refuses words of its own: all of
//! them are the parser's.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Arg, Command, CommandFactory};
use clap_complete::{Generator, Shell, generate};

use crate::cli::Cli;
use crate::write_anew;

pub(crate) fn write() -> io::Result<()> {
    println!("cargo:rerun-if-changed=gen/completions");
    let folder = Path::new("gen/completions");
    fs::create_dir_all(folder)?;
    let definition = Cli::command();
    let name = definition.get_name();
    let nested = with_values_as_commands(&definition);
    // clap_complete spells its states in two ways where a program's name has a hyphen (clap-rs/clap#6421).
    let bash = script(Shell::Bash, &definition).replace("presence__subcmd__tray", "presence__tray");
    for (shell, script) in [
        (Shell::Bash, bash),
        (Shell::Zsh, script(Shell::Zsh, &definition)),
        (Shell::Fish, script(Shell::Fish, &nested)),
        (Shell::PowerShell, script(Shell::PowerShell, &nested)),
    ] {
        write_anew(&folder.join(shell.file_name(name)), script.as_bytes())?;
    }
    Ok(())
}

fn script(shell: Shell, definition: &Command) -> String {
    let mut script = Vec::new();
    generate(shell, &mut definition.clone(), definition.get_name(), &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// For fish and PowerShell, clap_complete knows commands and options, but no values of an argument: what stands
/// in the place of a status is given to it as a command of the command.
fn with_values_as_commands(definition: &Command) -> Command {
    let verbs = definition.get_subcommands().map(verb_with_values);
    let version = definition.get_version().unwrap_or_default().to_owned();
    Command::new(definition.get_name().to_owned()).version(version).subcommands(verbs)
}

fn verb_with_values(verb: &Command) -> Command {
    let values = verb.get_positionals().flat_map(Arg::get_possible_values);
    let values = values.map(|value| {
        let help = value.get_help().cloned().unwrap_or_default();
        options_of(verb, value.get_name()).about(help)
    });
    let about = verb.get_about().cloned().unwrap_or_default();
    let verbs = verb.get_subcommands().map(verb_with_values);
    options_of(verb, verb.get_name()).about(about).subcommands(values).subcommands(verbs)
}

fn options_of(verb: &Command, name: &str) -> Command {
    let options = verb.get_arguments().filter(|arg| !arg.is_positional());
    Command::new(name.to_owned()).disable_help_subcommand(true).args(options)
}
