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
    /// Set your status, until you change it or for a while.
    Set {
        /// The status, by its name or an unambiguous beginning of it.
        #[arg(value_parser = StatusWords)]
        status: Status,
        #[command(flatten)]
        lasts: Lasts,
    },
    /// Set your status, or go back to the previous one if it is set already.
    Toggle {
        /// The status, by its name or an unambiguous beginning of it.
        #[arg(value_parser = StatusWords)]
        status: Status,
    },
    /// Clear your status and let Teams decide it again.
    Clear,
    /// Show the status you set, what the session says, and what colleagues see.
    Status {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
        /// Print again at every change.
        #[arg(long)]
        watch: bool,
    },
    /// Sign in with your browser, or with a code on another device.
    SignIn {
        /// Show a code to enter on another device.
        #[arg(long)]
        device_code: bool,
    },
    /// Clear your status and delete the stored sign-in.
    SignOut,
    /// Open the window.
    Open,
    /// Check everything that this program needs, and say how to fix what is missing.
    Doctor {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Read the configuration again.
    Reload,
    /// Quit the program.
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
