//! Owns the command line's words; refuses to act on them.

use clap::{Parser, Subcommand};
use presence_core::Status;

// The window's build script includes this file by its path, and then looks for the three beside it.
#[path = "cli/names.rs"]
mod names;
#[path = "cli/span.rs"]
mod span;
#[path = "words/command_line.rs"]
mod words;

use names::StatusWords;
use span::Lasts;

/// Keeps your Microsoft Teams presence where you want it, from the tray.
#[derive(Debug, Parser)]
#[command(name = "presence-tray", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Start the program in the foreground (without a command: start it, or open its window).
    Run {
        /// Open no window on the first run.
        #[arg(long)]
        hidden: bool,
    },
    /// Want a status, until you change it or for a while.
    Set {
        /// The status by its name, or as much of it as is clear.
        #[arg(value_parser = StatusWords)]
        status: Status,
        #[command(flatten)]
        lasts: Lasts,
    },
    /// Want a status, or go back from it to what was wanted before.
    Toggle {
        /// The status by its name, or as much of it as is clear.
        #[arg(value_parser = StatusWords)]
        status: Status,
    },
    /// End our presence session.
    Clear,
    /// Say what is wanted, what the session says, and what colleagues see.
    Status {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
        /// Again at every change.
        #[arg(long)]
        watch: bool,
    },
    /// Sign in with your browser, or with a code on another device.
    SignIn {
        /// Show a code to type on another device.
        #[arg(long)]
        device_code: bool,
    },
    /// Clear the session and forget the sign-in.
    SignOut,
    /// Open the window.
    Open,
    /// Check everything that this program needs, and say what to do where something is missing.
    Doctor {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Read the configuration again.
    Reload,
    /// End the program.
    Quit,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
