//! Owns the command line's words; refuses to act on them.

use std::time::Duration;

use clap::{Parser, Subcommand, ValueHint};
use presence_core::{Status, StatusMessage};

// The window's build script includes this file by its path, and then looks for the four beside it.
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/names.rs"]
mod names;
#[path = "cli/span.rs"]
mod span;
#[path = "words/command_line.rs"]
mod words;

use crate::Key;
use keys::KeyWords;
use names::StatusWords;
use span::Lasts;

/// A status message; none where it is blank.
type Message = Option<StatusMessage>;

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
        /// A status message that ends with the status, up to 280 characters; one written in Teams is kept.
        #[arg(long, value_name = "TEXT", value_hint = ValueHint::Other, value_parser = StatusMessage::read, allow_hyphen_values = true)]
        message: Option<Message>,
    },
    /// Set your status, or go back to the previous one if it is set already.
    Toggle {
        /// The status, by its name or an unambiguous beginning of it.
        #[arg(value_parser = StatusWords)]
        status: Status,
        /// A status message that ends with the status, as for set.
        #[arg(long, value_name = "TEXT", value_hint = ValueHint::Other, value_parser = StatusMessage::read, allow_hyphen_values = true)]
        message: Option<Message>,
    },
    /// Clear your status and let Teams decide it again.
    Clear,
    /// Remove the status you chose in Teams, so that the one set here shows.
    Reset,
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
    /// Show what was wanted, what the session said, and lapses with their causes.
    History {
        /// How far back: 90m, 24h or "7 days"; 1 minute to 14 days.
        #[arg(long, value_name = "SPAN", value_hint = ValueHint::Other, value_parser = span::look_back, default_value = "24h", allow_hyphen_values = true)]
        since: Duration,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Check everything that this program needs, and say how to fix what is missing.
    Doctor {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// List every key of the configuration with its value, default and origin, or change one.
    #[command(args_conflicts_with_subcommands = true)]
    Config {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
        #[command(subcommand)]
        change: Option<ConfigVerb>,
    },
    /// Read the configuration again.
    Reload,
    /// Quit the program.
    Quit,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Set a key in config.toml; comments and order are kept.
    Set {
        /// The key.
        #[arg(value_parser = KeyWords)]
        key: Key,
        /// The value, as in the file but without quotes.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Remove a key from config.toml, so that its default holds.
    Unset {
        /// The key.
        #[arg(value_parser = KeyWords)]
        key: Key,
    },
    /// Print where config.toml is, or is to be.
    Path,
    /// Rename a config.toml that has a mistake, so that a new one can be made; prints its new name.
    SetAside,
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
